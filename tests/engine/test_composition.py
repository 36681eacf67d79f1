import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.engine.activations import ACTIVATIONS, RELU, SIGMOID
from nnviz.engine.composition import GraphUnit, depths, difference, forward, gradients, layered

SMOOTH = ("identity", "sigmoid", "tanh", "softplus")
NUMBERS = st.floats(-2.0, 2.0)
DECK = (
    GraphUnit(RELU, (0,), (3.0,), -2.0),
    GraphUnit(RELU, (1,), (2.0,), 1.0),
    GraphUnit(RELU, (2,), (-1.0,), 1.0),
    GraphUnit(RELU, (3, 4), (1.0, -1.0)),
    GraphUnit(SIGMOID, (6, 4, 5), (2.0, -2.0, 2.0)),
)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, tuple[GraphUnit, ...]]:
    inputs, units = draw(st.integers(1, 3)), []
    for number in range(draw(st.integers(1, 7))):
        known = range(inputs + number)
        sources = tuple(draw(st.lists(st.sampled_from(known), unique=True, max_size=4)))
        weights = tuple(draw(NUMBERS) for _ in sources)
        function = ACTIVATIONS[draw(st.sampled_from(SMOOTH))]
        units.append(GraphUnit(function, sources, weights, draw(NUMBERS)))
    return inputs, tuple(units)


def test_the_lectures_graph_has_the_lectures_numbers() -> None:
    done = forward(DECK, np.array([2.0, 1.0, -1.0]))
    assert done.values.tolist() == [2.0, 1.0, -1.0, 4.0, 3.0, 2.0, 1.0, 0.5]
    assert gradients(DECK, done.sums, 3, 7).tolist() == [1.5, -2.0, -0.5, 0.5, -1.0, 0.5, 0.5, 1.0]
    form = layered(DECK, 3, 7)
    assert (len(form.units), form.copies, form.layers) == (7, 2, (0, 0, 0, 1, 1, 1, 2, 2, 2, 3))
    assert difference(DECK, 3, 7) == 0.0


@given(graphs(), st.lists(NUMBERS, min_size=3, max_size=3))
def test_gradients_equal_central_differences(graph: tuple[int, tuple[GraphUnit, ...]], x: list[float]) -> None:
    inputs, units = graph
    output, point = inputs + len(units) - 1, np.array(x[:inputs])
    found = gradients(units, forward(units, point).sums, inputs, output)[:inputs]
    for k in range(inputs):
        step = 1e-5 * np.eye(inputs)[k]
        beyond, before = (forward(units, point + sign * step).values[output] for sign in (1.0, -1.0))
        assert found[k] == pytest.approx((beyond - before) / 2e-5, rel=1e-4, abs=1e-6)


@given(graphs())
def test_the_layered_form_computes_the_same_and_skips_nothing(graph: tuple[int, tuple[GraphUnit, ...]]) -> None:
    inputs, units = graph
    output = inputs + len(units) - 1
    form = layered(units, inputs, output)
    assert difference(units, inputs, output) <= 1e-12
    for number, unit in enumerate(form.units):
        assert all(form.layers[source] == form.layers[inputs + number] - 1 for source in unit.sources)
    assert form.layers[form.output] == max(form.layers) == max(depths(units, inputs))
    assert form.stands_for[form.output] == output

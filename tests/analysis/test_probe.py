from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnviz.analysis.probe import Drawing, DrawnAnswer, Probe, drawn_in, probed_in
from nnviz.analysis.unit import outputs_at
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.network import forward
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens

MakeRun = Callable[..., NetworkRun]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"features": ("x1", "x1^2"), "standardize": True},
        {"name": "digits", "output": "softmax", "hidden": (5,)},
        {"name": "sine", "output": "identity"},
        {"hidden": ()},
    ],
)
def test_a_probe_goes_through_the_network(make_run: MakeRun, values: dict[str, Any]) -> None:
    run = make_run(**values)
    run.advance(20)
    snapshot = run.picture(Lens(aspects=frozenset({Probe(0.5, -1.25)})))
    probed = probed_in(snapshot)
    assert probed
    assert (probed.x, probed.y) == (0.5, -1.25)
    sizes = run.problem.network.layer_sizes
    assert tuple(map(len, probed.activations)) == sizes
    assert tuple(map(len, probed.pre_activations)) == sizes[1:]
    for weights, biases, o, p in zip(
        snapshot.weights, snapshot.biases, probed.activations[:-1], probed.pre_activations, strict=True
    ):
        assert weights @ o + biases == pytest.approx(p)
    assert probed.outputs == pytest.approx(outputs_at(snapshot, 0.5, -1.25))
    if not values:
        assert probed.activations[1] == pytest.approx(ACTIVATIONS["tanh"](probed.pre_activations[0]))
        assert probed.activations[0] == pytest.approx([0.5, -1.25])


def test_without_a_probe_there_is_none(make_run: MakeRun) -> None:
    snapshot = make_run().picture(Lens())
    assert probed_in(snapshot) is None
    assert probed_in(replace(snapshot, scene=None)) is None


def test_a_probe_of_a_run_that_has_diverged_is_no_number(make_run: MakeRun) -> None:
    run = make_run()
    run.set_parameter(0, 0, 0, float("nan"))
    probed = probed_in(run.picture(Lens(aspects=frozenset({Probe(1.0, 1.0)}))))
    assert probed
    assert np.isnan(probed.outputs).all()


DIGITS = {"name": "digits", "output": "softmax", "hidden": (6,), "loss": "cross_entropy"}


def drawing_of(run: NetworkRun, wanted: int | None = None) -> Drawing:
    """The first test sample, as it is in the data."""
    return Drawing(tuple(run.problem.dataset.inputs[run.problem.test.rows[0]].tolist()), wanted=wanted)


@pytest.mark.parametrize("standardize", [False, True])
def test_a_picture_goes_through_the_network_as_the_sample_does(make_run: MakeRun, standardize: bool) -> None:
    run = make_run(**DIGITS, standardize=standardize)
    run.advance(20)
    drawing = drawing_of(run)
    snapshot = run.picture(Lens(aspects=frozenset({drawing})))
    answer = drawn_in(snapshot)
    assert answer
    assert answer.drawing is drawing
    assert answer.gradient is None
    assert answer.activations[0] == pytest.approx(run.problem.test.inputs[0], abs=1e-12)
    assert (answer.x, answer.y) == pytest.approx(tuple(run.problem.test.points[0]))
    *_, (_, outputs) = forward(run.problem.network, snapshot.parameters, run.problem.test.inputs[:1].T)
    assert answer.outputs == pytest.approx(outputs[:, 0])


def test_the_gradient_is_per_ink_of_a_pixel(make_run: MakeRun) -> None:
    run = make_run(**DIGITS, standardize=True)
    run.advance(20)
    drawing, h = drawing_of(run, wanted=4), 1e-6
    answer = drawn_in(run.picture(Lens(aspects=frozenset({drawing}))))
    assert answer
    assert answer.gradient is not None
    for pixel in (3, 20, 43):
        pixels = np.array([drawing.pixels, drawing.pixels])
        pixels[0, pixel] += h
        pixels[1, pixel] -= h
        *_, (_, outputs) = forward(
            run.problem.network, run.snapshot().parameters, run.problem.network_inputs(pixels).T
        )
        assert answer.gradient[pixel] == pytest.approx((outputs[4, 0] - outputs[4, 1]) / (2 * h), abs=1e-8)


def test_a_layer_is_shaded_by_its_largest_activation_or_the_bound_of_its_function(make_run: MakeRun) -> None:
    run = make_run(**DIGITS | {"activation": "relu"})
    run.advance(20)
    answer = drawn_in(run.picture(Lens(aspects=frozenset({drawing_of(run)}))))
    assert answer
    inputs, hidden, outputs = answer.shades(run.problem.network)
    assert inputs.max() == hidden.max() == 254
    assert outputs.tolist() == np.floor(127.5 + 127 * answer.outputs.astype(np.float32)).astype(int).tolist()


def test_a_picture_for_other_data_has_no_answer(make_run: MakeRun) -> None:
    drawing = drawing_of(make_run(**DIGITS))
    snapshot = make_run().picture(Lens(aspects=frozenset({drawing})))
    assert drawn_in(snapshot) is None
    assert probed_in(snapshot) is None


def test_a_point_put_by_hand_comes_before_a_picture(make_run: MakeRun) -> None:
    run = make_run(**DIGITS)
    snapshot = run.picture(Lens(aspects=frozenset({drawing_of(run), Probe(0.0, 0.5)})))
    probed = probed_in(snapshot)
    assert probed
    assert not isinstance(probed, DrawnAnswer)
    assert drawn_in(snapshot)

"""One sample through the engine, against the engine's own step and against central differences."""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnviz.engine.activations import ACTIVATIONS, ActivationFunction
from nnviz.engine.descent import Descent
from nnviz.engine.network import Network, Parameters, forward, shapes_between
from nnviz.engine.optimizers import Hyperparameters
from nnviz.engine.outputs import CROSS_ENTROPY, LOSSES, OUTPUTS, SOFTMAX, Loss
from nnviz.engine.tape import Array
from nnviz.engine.trace import MOST_CHECKED, Trace, Traced, strongest_chain

AWAY_FROM_KINKS = 1e-3
PAIRS = [(loss, OUTPUTS[name]) for loss in LOSSES.values() for name in loss.outputs]


@dataclass(frozen=True)
class Case:
    """A network with its parameters, and a sample."""

    network: Network
    parameters: Parameters
    inputs: Array
    target: Array

    def traced(self, h: Hyperparameters | None = None) -> Traced:
        return Trace(self.network, h)(self.parameters, self.inputs, self.target)


def case(sizes: tuple[int, ...], functions: tuple[ActivationFunction, ...], loss: Loss, seed: int) -> Case:
    rng = np.random.default_rng(seed)
    network = Network(sizes, functions, loss)
    parameters = Parameters(shapes_between(sizes))
    parameters.flat[:] = rng.normal(size=parameters.flat.size)
    target = np.eye(sizes[-1])[rng.integers(sizes[-1])]
    if functions[-1] is not SOFTMAX:
        target = rng.choice(np.clip(functions[-1].span, -2.0, 2.0), sizes[-1])
    return Case(network, parameters, rng.normal(size=sizes[0]), target)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    hidden = draw(st.lists(st.integers(1, 4), max_size=3))
    loss, output = draw(st.sampled_from(PAIRS))
    sizes = (draw(st.integers(1, 3)), *hidden, draw(st.integers(1 + (output is SOFTMAX), 3)))
    functions = tuple(draw(st.sampled_from(list(ACTIVATIONS.values()))) for _ in hidden)
    return case(sizes, (*functions, output), loss, draw(st.integers(0, 2**32)))


@pytest.fixture
def deep() -> Case:
    functions = (ACTIVATIONS["tanh"], ACTIVATIONS["softplus"], OUTPUTS["sigmoid"])
    return case((2, 4, 3, 2), functions, LOSSES["squared_error"], 3)


@settings(max_examples=150, derandomize=True)
@given(c=cases())
def test_its_gradient_is_that_of_a_descents_step_of_a_batch_of_one(c: Case) -> None:
    rate = 0.25  # a power of two: multiplied and divided by it, nothing is rounded
    h = Hyperparameters("sgd", rate, batch_size=1, shuffle=False)
    flat = c.parameters.flat.copy()
    rows = c.inputs[None], c.target[None]
    descent = Descent(
        c.network, *rows, Parameters(c.network.shapes, flat), h, np.random.default_rng(0), np.ones(flat.size)
    )  # with a mask, no scalars take the place of arrays
    descent.advance(1)
    traced = c.traced(h)
    np.testing.assert_array_equal(traced.updated.flat, flat)
    np.testing.assert_array_equal(c.parameters.flat - rate * traced.gradient.flat, flat)


@settings(max_examples=150, derandomize=True)
@given(c=cases())
def test_each_partial_is_its_central_difference(c: Case) -> None:
    for p, _ in list(forward(c.network, c.parameters, c.inputs[:, None]))[:-1]:
        assume(np.abs(p).min() > AWAY_FROM_KINKS)
    checked = Trace(c.network).check(c.parameters, c.inputs, c.target)
    assert checked is not None
    np.testing.assert_array_equal(checked.partials, c.traced().gradient.flat)
    np.testing.assert_allclose(checked.partials, checked.differences, rtol=1e-6, atol=1e-9)
    assert checked.relative.max(initial=0.0) < 1e-2


def test_the_check_would_notice_a_wrong_gradient(deep: Case) -> None:
    trace = Trace(deep.network)
    checked = trace.check(deep.parameters, deep.inputs, deep.target)
    other = trace.check(deep.parameters, deep.inputs, deep.target[::-1] + 0.5)
    assert checked
    assert other
    assert checked.relative.max() < 1e-6
    assert replace(checked, partials=other.partials).relative.max() > 1e-2


@settings(max_examples=80, derandomize=True)
@given(c=cases())
def test_what_lies_between_obeys_the_formulas(c: Case) -> None:
    t = c.traced()
    for l, (p, o) in enumerate(forward(c.network, c.parameters, c.inputs[:, None])):
        np.testing.assert_allclose(t.pre_activations[l], p[:, 0], rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(t.activations[l], o[:, 0], rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(t.gradient.weights[l], np.outer(t.deltas[l], t.below(l)), atol=1e-13)
        np.testing.assert_array_equal(t.gradient.biases[l], t.deltas[l])
    for l in range(len(t.deltas) - 1):
        gradient, slope = t.activation_gradients[l], t.hidden_slope(l)
        assert gradient is not None
        np.testing.assert_allclose(gradient, c.parameters.weights[l + 1].T @ t.deltas[l + 1], atol=1e-13)
        np.testing.assert_array_equal(t.deltas[l], gradient * slope)
    residual = t.activations[-1] - c.target
    if c.network.loss is CROSS_ENTROPY:
        assert t.activation_gradients[-1] is None
        np.testing.assert_array_equal(t.deltas[-1], residual)
    else:
        assert t.activation_gradients[-1] is not None
        np.testing.assert_array_equal(t.activation_gradients[-1], residual)
    assert t.loss == pytest.approx(
        c.network.loss(c.network.output, t.pre_activations[-1][:, None], c.target[:, None])
    )


@settings(max_examples=60, derandomize=True)
@given(c=cases())
def test_the_sum_of_all_paths_is_the_partial(c: Case) -> None:
    t = c.traced()
    sizes = c.network.layer_sizes
    chain = strongest_chain(t, 0, 0, sizes[0] - 1)
    products = [_product(t, (0, *way), sizes[0] - 1) for way in product(*(range(n) for n in sizes[2:]))]
    assert len(products) == chain.paths
    assert sum(products) == pytest.approx(t.gradient.weights[0][0, -1], rel=1e-9, abs=1e-12)
    assert chain.value == pytest.approx(_product(t, chain.units, chain.source), rel=1e-12)
    assert abs(chain.value) >= max(map(abs, products)) * (1 - 1e-9)


def _product(t: Traced, units: tuple[int, ...], source: int | None) -> float:
    value = float(t.deltas[-1][units[-1]]) * (1.0 if source is None else float(t.inputs[source]))
    for l in range(len(units) - 1):
        value *= float(t.parameters.weights[l + 1][units[l + 1], units[l]] * t.hidden_slope(l)[units[l]])
    return value


def test_the_chain_of_a_bias_ends_with_one(deep: Case) -> None:
    t = deep.traced()
    chain = strongest_chain(t, 2, 1)
    assert chain.factors == (t.deltas[2][1], 1.0)
    assert chain.value == t.gradient.biases[2][1]
    assert chain.paths == 1


def test_an_update_takes_penalties_and_leaves_what_is_cut(deep: Case) -> None:
    there = np.ones(deep.parameters.flat.size)
    there[0] = 0.0
    deep.parameters.flat[0] = 0.0
    h = Hyperparameters("adam", 0.1, l2=0.5)
    t = Trace(deep.network, h, there)(deep.parameters, deep.inputs, deep.target)
    assert t.updated.flat[0] == 0.0
    w, slope = deep.parameters.weights[1], t.gradient.weights[1]
    np.testing.assert_allclose(t.updated.weights[1], w - 0.1 * (slope + 0.5 * w), rtol=1e-12)


def test_what_was_traced_stays_when_another_sample_follows(deep: Case) -> None:
    trace = Trace(deep.network)
    first = trace(deep.parameters, deep.inputs, deep.target)
    before = first.deltas[0].copy(), first.parameters.flat.copy()
    trace(Parameters(deep.network.shapes), deep.inputs + 1.0, deep.target)
    np.testing.assert_array_equal(first.deltas[0], before[0])
    np.testing.assert_array_equal(first.parameters.flat, before[1])
    with pytest.raises(ValueError, match="read-only"):
        first.deltas[0][0] = 1.0


def test_a_large_network_is_not_checked() -> None:
    c = case((30, 20, 2), (ACTIVATIONS["tanh"], SOFTMAX), CROSS_ENTROPY, 0)
    assert c.parameters.flat.size > MOST_CHECKED
    assert Trace(c.network).check(c.parameters, c.inputs, c.target) is None

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.engine.activations import ActivationFunction
from nnviz.engine.outputs import (
    CROSS_ENTROPY,
    LOSSES,
    OUTPUTS,
    SOFTMAX,
    SQUARED_ERROR,
    Loss,
    output_delta,
    predicted_class,
)
from nnviz.engine.tape import Array, play

Values = Sequence[float]

ACTIVATE: dict[str, Callable[[Values], list[float]]] = {
    "identity": list,
    "tanh": lambda logits: [math.tanh(p) for p in logits],
    "sigmoid": lambda logits: [1 / (1 + math.exp(-p)) for p in logits],
    "softmax": lambda logits: [math.exp(p) / sum(map(math.exp, logits)) for p in logits],
}


def binary_entropy(o: float, t: float) -> float:
    return -t * math.log(o) - (1 - t) * math.log(1 - o)


NAIVE: dict[tuple[str, str], Callable[[Values, Values], float]] = {
    ("cross_entropy", "softmax"): lambda o, t: -sum(b * math.log(a) for a, b in zip(o, t, strict=True)),
    ("cross_entropy", "sigmoid"): lambda o, t: sum(map(binary_entropy, o, t)),
    ("cross_entropy", "tanh"): lambda o, t: sum(
        binary_entropy((a + 1) / 2, (b + 1) / 2) for a, b in zip(o, t, strict=True)
    ),
}
for _name in OUTPUTS:
    NAIVE["squared_error", _name] = lambda o, t: sum((a - b) ** 2 for a, b in zip(o, t, strict=True)) / 2

few = settings(deadline=None, max_examples=60, derandomize=True)
every_pair = pytest.mark.parametrize(
    ("loss", "output"),
    [(loss, OUTPUTS[name]) for loss in LOSSES.values() for name in loss.outputs],
    ids=[f"{loss.name}-{name}" for loss in LOSSES.values() for name in loss.outputs],
)
shapes = st.tuples(st.integers(1, 4), st.integers(1, 6))
seeds = st.integers(0, 2**32)


def some_targets(output: ActivationFunction, shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Targets that an output can reach, hard ones and soft ones."""
    if output is SOFTMAX:
        soft = rng.dirichlet(np.ones(shape[0]), shape[1]).T
        hard = np.eye(shape[0])[rng.integers(shape[0], size=shape[1])].T
        return np.where(rng.random(shape[1]) < 0.5, soft, hard)
    low, high = np.clip(output.span, -2.0, 2.0)
    soft = rng.uniform(low, high, shape)
    return np.where(rng.random(shape) < 0.5, soft, rng.choice([low, high], shape))


def test_these_are_all_pairs_of_loss_and_output() -> None:
    assert {(loss.name, name) for loss in LOSSES.values() for name in loss.outputs} == set(NAIVE)


@every_pair
@few
@given(shape=shapes, seed=seeds)
def test_loss_is_the_mean_of_the_naive_formula(
    loss: Loss, output: ActivationFunction, shape: tuple[int, int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    logits, targets = rng.uniform(-6, 6, shape), some_targets(output, shape, rng)
    naive = NAIVE[loss.name, output.name]
    expected = [
        naive(ACTIVATE[output.name](p), t) for p, t in zip(logits.T.tolist(), targets.T.tolist(), strict=True)
    ]
    np.testing.assert_allclose(loss.per_sample(output, logits, targets), expected, rtol=1e-9, atol=1e-13)
    assert loss(output, logits, targets) == pytest.approx(sum(expected) / len(expected), rel=1e-9, abs=1e-13)


@every_pair
@few
@given(shape=shapes, seed=seeds)
def test_loss_is_finite_and_not_negative_for_huge_logits(
    loss: Loss, output: ActivationFunction, shape: tuple[int, int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.choice([-1e4, -100.0, 0.0, 100.0, 1e4], shape)
    value = loss(output, logits, some_targets(output, shape, rng))
    assert 0.0 <= value < 1e9


@pytest.mark.parametrize(
    ("loss", "output", "logits", "targets", "limit"),
    [
        (CROSS_ENTROPY, "softmax", [1e4, -1e4], [1, 0], 0.0),
        (CROSS_ENTROPY, "softmax", [1e4, -1e4], [0, 1], 2e4),
        (CROSS_ENTROPY, "softmax", [1e4, 1e4, -1e4], [1, 0, 0], math.log(2)),
        (CROSS_ENTROPY, "sigmoid", [1e4], [1], 0.0),
        (CROSS_ENTROPY, "sigmoid", [1e4], [0], 1e4),
        (CROSS_ENTROPY, "sigmoid", [-1e4], [1], 1e4),
        (CROSS_ENTROPY, "sigmoid", [-1e4, 1e4], [0, 1], 0.0),
        (CROSS_ENTROPY, "tanh", [1e4], [1], 0.0),
        (CROSS_ENTROPY, "tanh", [1e4], [-1], 2e4),
        (SQUARED_ERROR, "identity", [1e4], [0], 5e7),
        (SQUARED_ERROR, "sigmoid", [1e4], [0], 0.5),
        (SQUARED_ERROR, "tanh", [-1e4], [1], 2.0),
        (SQUARED_ERROR, "softmax", [-1e4, 1e4], [1, 0], 1.0),
    ],
)
def test_loss_of_huge_logits_is_the_limit(
    loss: Loss, output: str, logits: list[float], targets: list[float], limit: float
) -> None:
    p, t = np.array(logits)[:, None], np.array(targets, float)[:, None]
    assert loss(OUTPUTS[output], p, t) == pytest.approx(limit, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("output", "wrong"), [("sigmoid", 0.0), ("tanh", -1.0)])
def test_small_losses_are_not_rounded_to_zero(output: str, wrong: float) -> None:
    scale = 2.0 if output == "tanh" else 1.0
    value = CROSS_ENTROPY(OUTPUTS[output], np.array([[-100.0]]), np.array([[wrong]]))
    assert value == pytest.approx(math.exp(-100.0 * scale), rel=1e-12)


@every_pair
@few
@given(shape=shapes, seed=seeds)
def test_delta_is_the_slope_of_the_summed_loss(
    loss: Loss, output: ActivationFunction, shape: tuple[int, int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    logits, targets = rng.uniform(-3, 3, shape), some_targets(output, shape, rng)
    numeric, h = np.empty(shape), 1e-5
    for place in np.ndindex(shape):
        up, down = logits.copy(), logits.copy()
        up[place] += h
        down[place] -= h
        difference = loss(output, up, targets) - loss(output, down, targets)
        numeric[place] = difference * shape[1] / (2 * h)
    o, slope, delta = output(logits), np.empty(shape), np.empty(shape)
    play(output.slope(o, slope, np.empty(shape)))
    play(output_delta(loss, output, o, targets, slope, delta))
    np.testing.assert_allclose(delta, numeric, atol=1e-8)


@few
@given(shape=shapes, seed=seeds)
def test_softmax_is_a_distribution_over_the_outputs(shape: tuple[int, int], seed: int) -> None:
    logits = np.random.default_rng(seed).uniform(-20, 20, shape)
    before = logits.copy()
    o = SOFTMAX(logits)
    np.testing.assert_array_equal(logits, before)
    np.testing.assert_allclose(o.sum(axis=0), 1.0)
    np.testing.assert_allclose(o.T, [ACTIVATE["softmax"](p) for p in logits.T.tolist()], rtol=1e-13)


def test_softmax_does_not_overflow() -> None:
    o = SOFTMAX(np.array([[1e6, -1e6], [-1e6, -1e6]]))
    np.testing.assert_array_equal(o, [[1.0, 0.5], [0.0, 0.5]])


def test_softmax_keeps_single_precision() -> None:
    assert SOFTMAX(np.zeros((2, 3), np.float32)).dtype == np.float32


def test_derivative_of_softmax_is_the_diagonal_of_its_jacobian() -> None:
    logits, h = np.array([[0.3, -2.0], [1.1, 0.4], [-0.6, 0.0]]), 1e-5
    for k in range(3):
        shift = np.zeros_like(logits)
        shift[k] = h
        diagonal = (SOFTMAX(logits + shift) - SOFTMAX(logits - shift))[k] / (2 * h)
        np.testing.assert_allclose(SOFTMAX.derivative(logits)[k], diagonal, atol=1e-10)


def test_one_output_tells_two_classes_by_its_sign() -> None:
    np.testing.assert_array_equal(predicted_class(np.array([[-2.0, -1e-300, 0.0, 1e-300, 3.0]])), [0, 0, 0, 1, 1])


def test_several_outputs_tell_classes_by_the_largest() -> None:
    logits = np.array([[3.0, -1.0, 0.0], [2.0, -2.0, 5.0], [1.0, -0.5, 4.9]])
    np.testing.assert_array_equal(predicted_class(logits), [0, 2, 1])

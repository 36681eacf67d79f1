"""The optimizers against PyTorch's definitions, written out here for one parameter at a time."""

import math
from dataclasses import replace
from typing import Protocol

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.engine.optimizers import OPTIMIZERS, Hyperparameters, decay, penalties
from nnviz.engine.tape import Array, play

STEPS = 60
few = settings(deadline=None, max_examples=25, derandomize=True)
every_optimizer = pytest.mark.parametrize("name", list(OPTIMIZERS))


class Rule(Protocol):
    def step(self, theta: float, g: float) -> float: ...


class SGD:
    """torch.optim.SGD without dampening; the buffer starts as the first gradient."""

    def __init__(self, rate: float, momentum: float = 0.0, *, nesterov: bool = False) -> None:
        self.rate, self.momentum, self.nesterov = rate, momentum, nesterov
        self.buffer: float | None = None

    def step(self, theta: float, g: float) -> float:
        if self.momentum:
            self.buffer = g if self.buffer is None else self.momentum * self.buffer + g
            g = g + self.momentum * self.buffer if self.nesterov else self.buffer
        return theta - self.rate * g


class RMSprop:
    """torch.optim.RMSprop, not centered."""

    def __init__(self, rate: float) -> None:
        self.rate, self.square = rate, 0.0

    def step(self, theta: float, g: float) -> float:
        self.square = 0.99 * self.square + (1 - 0.99) * g**2
        return theta - self.rate * g / (math.sqrt(self.square) + 1e-8)


class Adam:
    """torch.optim.Adam."""

    def __init__(self, rate: float) -> None:
        self.rate, self.t, self.m, self.v = rate, 0, 0.0, 0.0

    def step(self, theta: float, g: float) -> float:
        self.t += 1
        self.m = 0.9 * self.m + (1 - 0.9) * g
        self.v = 0.999 * self.v + (1 - 0.999) * g**2
        m_hat, v_hat = self.m / (1 - 0.9**self.t), self.v / (1 - 0.999**self.t)
        return theta - self.rate * m_hat / (math.sqrt(v_hat) + 1e-8)


def textbook(name: str, rate: float, momentum: float) -> Rule:
    rules: dict[str, Rule] = {
        "sgd": SGD(rate),
        "momentum": SGD(rate, momentum),
        "nesterov": SGD(rate, momentum, nesterov=True),
        "rmsprop": RMSprop(rate),
        "adam": Adam(rate),
        "adamw": Adam(rate),  # what it decays is no gradient's
    }
    return rules[name]


def followed(name: str, theta: Array, gradients: Array, h: Hyperparameters) -> Array:
    """The engine's parameters after every step."""
    optimizer, theta, gradient = OPTIMIZERS[name], theta.copy(), np.empty_like(theta)
    memory = np.zeros((optimizer.slots + 1, theta.size), theta.dtype)
    tape, path = optimizer.update(theta, gradient, memory, h), []
    for g in gradients:
        gradient[:] = g * h.learning_rate if optimizer.folds_rate else g
        play(tape)
        path.append(theta.copy())
    return np.array(path)


def test_these_are_all_optimizers() -> None:
    assert set(OPTIMIZERS) == {"sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"}
    assert all(optimizer.name == name for name, optimizer in OPTIMIZERS.items())


@every_optimizer
def test_its_record_says_whether_momentum_matters_and_whether_its_steps_are_as_long_as_the_gradient(
    name: str,
) -> None:
    optimizer, gradients = OPTIMIZERS[name], np.random.default_rng(0).normal(size=(STEPS, 3))

    def moved(momentum: float, size: float = 1.0) -> Array:
        path = followed(name, np.zeros(3), size * gradients, Hyperparameters(name, 0.1, momentum))
        return np.asarray(path[-1])

    assert optimizer.uses_momentum == (not np.array_equal(moved(0.9), moved(0.0)))
    length = 1.0 if optimizer.stride else 8.0
    np.testing.assert_allclose(moved(0.5, 8.0), length * moved(0.5), rtol=1e-3)


def test_an_optimizer_says_when_it_is_stable_or_how_long_its_steps_are() -> None:
    sgd = OPTIMIZERS["sgd"]
    for wrong in ({"stable_rate": None}, {"stride": 0.1}):
        with pytest.raises(ValueError, match="the optimizer sgd needs a stable rate or a stride"):
            replace(sgd, **wrong)


@every_optimizer
@few
@given(
    seed=st.integers(0, 2**32),
    rate=st.floats(1e-4, 1.0),
    momentum=st.floats(0.0, 0.99),
    scale=st.sampled_from([1e-6, 1e-2, 1.0, 1e3]),
)
def test_update_is_the_textbooks(name: str, seed: int, rate: float, momentum: float, scale: float) -> None:
    rng = np.random.default_rng(seed)
    theta, gradients = rng.normal(size=4), scale * rng.normal(size=(STEPS, 4))
    path = followed(name, theta, gradients, Hyperparameters(name, rate, momentum))
    for i, value in enumerate(theta.tolist()):
        rule, expected = textbook(name, rate, momentum), []
        for g in gradients[:, i].tolist():
            value = rule.step(value, g)  # noqa: PLW2901 (the path of one parameter)
            expected.append(value)
        largest = max(map(abs, expected))
        np.testing.assert_allclose(path[:, i], expected, rtol=1e-12, atol=1e-12 * largest)


@every_optimizer
def test_a_parameter_without_gradient_does_not_move(name: str) -> None:
    gradients = np.tile([0.0, 1.0], (STEPS, 1))
    path = followed(name, np.array([0.25, 0.25]), gradients, Hyperparameters(name, 0.1, 0.9))
    assert (path[:, 0] == 0.25).all()
    assert (np.diff(path[:, 1]) < 0).all()


@every_optimizer
def test_single_precision_stays_single_and_near_the_double(name: str) -> None:
    rng = np.random.default_rng(0)
    theta, gradients = rng.normal(size=4), rng.normal(size=(STEPS, 4))
    h = Hyperparameters(name, 0.03, 0.9)
    single = followed(name, theta.astype(np.float32), gradients.astype(np.float32), h)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, followed(name, theta, gradients, h), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", ["momentum", "nesterov"])
def test_without_momentum_it_is_sgd(name: str) -> None:
    gradients = np.random.default_rng(0).normal(size=(STEPS, 3))
    h = Hyperparameters(name, 0.1, momentum=0.0)
    sgd = followed("sgd", np.ones(3), gradients, replace(h, optimizer="sgd"))
    np.testing.assert_allclose(followed(name, np.ones(3), gradients, h), sgd, rtol=1e-13, atol=1e-14)


@few
@given(
    seed=st.integers(0, 2**32),
    l1=st.sampled_from([0.0, 0.01, 2.0]),
    l2=st.sampled_from([0.0, 0.01, 2.0]),
    gain=st.sampled_from([1.0, 0.03]),
)
def test_penalties_pull_weights_and_leave_biases(seed: int, l1: float, l2: float, gain: float) -> None:
    rng = np.random.default_rng(seed)
    theta, data_gradient = rng.normal(size=8), rng.normal(size=8)
    theta[0] = 0.0
    weights = np.array([1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0])
    before, gradient = theta.copy(), data_gradient.copy()

    play(penalties(theta, gradient, np.empty(8), weights, gain, Hyperparameters(l1=l1, l2=l2)))

    pull = gain * (l1 * np.sign(before) + l2 * before)
    np.testing.assert_allclose(gradient, data_gradient + weights * pull, rtol=1e-13, atol=1e-15)
    np.testing.assert_array_equal(gradient[weights == 0], data_gradient[weights == 0])
    np.testing.assert_array_equal(theta, before)


@every_optimizer
def test_weights_decay_beside_the_gradient_or_through_it(name: str) -> None:
    theta, weights = np.array([2.0, -4.0, 3.0]), np.array([1.0, 1.0, 0.0])
    h = Hyperparameters(name, learning_rate=0.5, l2=0.25)
    gradient = np.zeros(3)
    play([*penalties(theta, gradient, np.empty(3), weights, 1.0, h), *decay(theta, weights, h)])
    if OPTIMIZERS[name].decays:
        np.testing.assert_array_equal(theta, [1.75, -3.5, 3.0])
        np.testing.assert_array_equal(gradient, 0.0)
    else:
        np.testing.assert_array_equal(theta, [2.0, -4.0, 3.0])
        np.testing.assert_array_equal(gradient, [0.5, -1.0, 0.0])


@every_optimizer
def test_no_penalty_costs_no_operation(name: str) -> None:
    none, h = np.ones(2), Hyperparameters(name)
    assert penalties(none, none, none, none, 1.0, h) == decay(none, none, h) == []

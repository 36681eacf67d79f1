"""The gradient of every kind of network against central differences of its loss."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnviz.engine.activations import ACTIVATIONS, ActivationFunction
from nnviz.engine.network import Network, Parameters, forward
from nnviz.engine.optimizers import OPTIMIZERS, Hyperparameters
from nnviz.engine.outputs import LOSSES, OUTPUTS, SOFTMAX, Loss
from nnviz.engine.replicas import stacked_logits
from nnviz.engine.step import Buffers, Model, backward_pass, forward_pass, training_step
from nnviz.engine.tape import Array, play

# µ = 0 and η = 0: the gradient comes unscaled and can be read, and the parameters stay where they are
STILL = Hyperparameters("momentum", learning_rate=0.0, momentum=0.0)
H = 1e-4
AWAY_FROM_KINKS = 2e-2

PAIRS = [(loss, OUTPUTS[name]) for loss in LOSSES.values() for name in loss.outputs]
COMBINATIONS = [
    pytest.param(hidden, output, loss, id=f"{hidden.name}-{output.name}-{loss.name}")
    for hidden in ACTIVATIONS.values()
    for loss, output in PAIRS
]


@dataclass(frozen=True)
class Shape:
    """What hypothesis chooses of a problem; the numbers come from the seed."""

    inputs: int
    hidden: tuple[int, ...]
    outputs: int
    samples: int
    l1: float
    l2: float
    masked: bool
    seed: int


MANY_EQUAL = st.tuples(st.integers(1, 3), st.integers(4, 6), st.integers(1, 2)).map(
    lambda of: (of[2], *[of[0]] * of[1], of[2])
)
"""Hidden layers of which some are so many and equal that their gradients are one product."""

shapes = st.builds(
    Shape,
    inputs=st.integers(1, 3),
    hidden=st.lists(st.integers(1, 4), max_size=3).map(tuple) | MANY_EQUAL,
    outputs=st.integers(2, 3) | st.integers(1, 3),
    samples=st.integers(1, 5),
    l1=st.sampled_from([0.0, 0.01, 0.3]),
    l2=st.sampled_from([0.0, 0.01, 0.3]),
    masked=st.booleans(),
    seed=st.integers(0, 2**32),
)


@dataclass(frozen=True)
class Problem:
    """A model and a batch, (features, samples), as the engine takes them."""

    model: Model
    inputs: Array
    targets: Array

    @property
    def with_ones(self) -> Array:
        # the transpose of rows, as a descent hands it over
        return np.column_stack([self.inputs.T, np.ones(self.inputs.shape[1])]).astype(self.inputs.dtype).T

    def buffers(self) -> Buffers:
        return Buffers(self.model.network, self.inputs.shape[1], self.model.parameters.flat.dtype)

    def tuned(self, **changes: float | str) -> "Problem":
        h = replace(self.model.hyperparameters, **changes)  # type: ignore[arg-type]
        return replace(self, model=replace(self.model, hyperparameters=h))

    def full_losses(self, flat: Array) -> Array:
        """The mean loss with its penalties for each row of parameters, all at once."""
        network, h = self.model.network, self.model.hyperparameters
        parameters = Parameters(network.shapes, flat)
        stacked = np.ascontiguousarray(
            stacked_logits(network, parameters, self.inputs.T)
        )  # (outputs, rows, samples)
        targets = np.tile(self.targets, len(flat))
        losses = network.loss.per_sample(network.output, stacked.reshape(len(stacked), -1), targets)
        w = flat[:, parameters.where_weights()]
        return np.asarray(losses.reshape(len(flat), -1).mean(1) + (h.l1 * abs(w) + h.l2 / 2 * w * w).sum(1))


def problem(functions: tuple[ActivationFunction, ...], loss: Loss, shape: Shape) -> Problem:
    rng = np.random.default_rng(shape.seed)
    outputs = max(shape.outputs, 2) if functions[-1] is SOFTMAX else shape.outputs
    network = Network((shape.inputs, *shape.hidden, outputs), functions, loss)
    parameters = Parameters(network.shapes)
    parameters.flat[:] = rng.normal(size=parameters.flat.size)
    mask = None
    if shape.masked:
        mask = np.where(parameters.where_weights(), rng.integers(0, 2, parameters.flat.size), 1.0)
        parameters.flat[:] *= mask
    h = replace(STILL, l1=shape.l1, l2=shape.l2)
    model = Model(
        network,
        parameters,
        Parameters(network.shapes),
        np.zeros((OPTIMIZERS[h.optimizer].slots + 1, parameters.flat.size)),
        parameters.where_weights().astype(float),
        mask,
        h,
    )
    inputs = rng.normal(size=(shape.inputs, shape.samples))
    return Problem(model, inputs, some_targets(functions[-1], (outputs, shape.samples), rng))


def some_targets(output: ActivationFunction, shape: tuple[int, int], rng: np.random.Generator) -> Array:
    if output is SOFTMAX:
        return np.eye(shape[0])[rng.integers(shape[0], size=shape[1])].T
    low, high = np.clip(output.span, -2.0, 2.0)
    return rng.choice([low, high], shape)


def assume_no_kink_is_near(p: Problem) -> None:
    for pre_activation, _ in list(forward(p.model.network, p.model.parameters, p.inputs))[:-1]:
        assume(abs(pre_activation).min() > AWAY_FROM_KINKS)
    theta = p.model.parameters.flat
    assume(not p.model.hyperparameters.l1 or abs(theta[theta != 0]).min() > AWAY_FROM_KINKS)


def analytic_gradient(p: Problem) -> Array:
    play(training_step(p.model, p.buffers(), p.with_ones, p.targets))
    return p.model.gradient.flat.copy()


def numeric_gradient(p: Problem) -> Array:
    """Central differences of the fourth order; none for connections that are not there."""
    theta = p.model.parameters.flat
    ahead2, ahead, behind, behind2 = (p.full_losses(theta + k * H * np.eye(theta.size)) for k in (2, 1, -1, -2))
    gradient: Array = (8 * (ahead - behind) - (ahead2 - behind2)) / (12 * H)
    return gradient if p.model.mask is None else gradient * p.model.mask


def assert_gradients_agree(p: Problem) -> None:
    analytic, numeric = analytic_gradient(p), numeric_gradient(p)
    assert np.linalg.norm(analytic - numeric) <= 1e-6 * np.linalg.norm(numeric) + 1e-11


def assume_no_power_of_powers(p: Problem) -> None:
    """Cubes of cubes of cubes are too steep for differences."""
    assume(sum(function.name == "cube" for function in p.model.network.activations) <= 1)


@pytest.mark.parametrize(("hidden", "output", "loss"), COMBINATIONS)
@settings(deadline=None, max_examples=16, derandomize=True)
@given(shape=shapes)
def test_gradient_is_the_slope_of_the_loss(
    hidden: ActivationFunction, output: ActivationFunction, loss: Loss, shape: Shape
) -> None:
    p = problem((hidden,) * len(shape.hidden) + (output,), loss, shape)
    assume_no_power_of_powers(p)
    assume_no_kink_is_near(p)
    assert_gradients_agree(p)


@settings(deadline=None, max_examples=150, derandomize=True)
@given(shape=shapes, pair=st.sampled_from(PAIRS), data=st.data())
def test_gradient_is_right_for_any_mixture_of_layers(
    shape: Shape, pair: tuple[Loss, ActivationFunction], data: st.DataObject
) -> None:
    loss, output = pair
    functions = data.draw(st.tuples(*[st.sampled_from(list(ACTIVATIONS.values())) for _ in shape.hidden]))
    p = problem((*functions, output), loss, shape)
    assume_no_power_of_powers(p)
    assume_no_kink_is_near(p)
    assert_gradients_agree(p)


TANH_LAYERS = (ACTIVATIONS["tanh"], ACTIVATIONS["tanh"], ACTIVATIONS["relu"], OUTPUTS["softmax"])
DEEP = Shape(inputs=2, hidden=(4, 3, 4), outputs=3, samples=5, l1=0.1, l2=0.2, masked=True, seed=7)


def deep() -> Problem:
    return problem(TANH_LAYERS, LOSSES["cross_entropy"], DEEP)


def test_the_check_would_notice_a_wrong_gradient() -> None:
    p = deep()
    numeric = numeric_gradient(p)
    for wrong in (p.tuned(l1=0.0), p.tuned(l2=0.0), replace(p, targets=p.targets[::-1])):
        assert np.linalg.norm(analytic_gradient(wrong) - numeric) > 1e-2 * np.linalg.norm(numeric)


def test_forward_pass_is_the_networks() -> None:
    p = deep()
    buffers = p.buffers()
    play(forward_pass(p.model, buffers, p.with_ones))
    for l, (_, activation) in enumerate(forward(p.model.network, p.model.parameters, p.inputs)):
        np.testing.assert_allclose(buffers.units(buffers.activations, l), activation, rtol=1e-13)
        np.testing.assert_array_equal(buffers.with_row(buffers.activations, l)[-1], 1.0)


def test_a_tape_can_be_played_again() -> None:
    p = deep()
    tape = training_step(p.model, p.buffers(), p.with_ones, p.targets)
    play(tape)
    first = p.model.gradient.flat.copy()
    play(tape)
    np.testing.assert_array_equal(p.model.gradient.flat, first)


def test_the_batch_is_not_modified() -> None:
    p = deep()
    inputs, targets = p.with_ones, p.targets.copy()
    play(training_step(p.model, p.buffers(), inputs, targets))
    np.testing.assert_array_equal(inputs, p.with_ones)
    np.testing.assert_array_equal(targets, p.targets)


def test_gradient_of_a_batch_is_the_mean_of_its_samples() -> None:
    p = deep()
    singles = [
        analytic_gradient(replace(p, inputs=p.inputs[:, [b]], targets=p.targets[:, [b]]))
        for b in range(DEEP.samples)
    ]
    np.testing.assert_allclose(analytic_gradient(p), np.mean(singles, axis=0), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_the_first_step_goes_down_the_gradient_by_the_learning_rate(name: str) -> None:
    p, rate = deep().tuned(l2=0.0), 0.01
    gradient, before = analytic_gradient(p), p.model.parameters.flat.copy()
    direction = {
        "sgd": gradient,
        "momentum": gradient,
        "nesterov": (1 + 0.9) * gradient,
        "rmsprop": gradient / (0.1 * abs(gradient) + 1e-8),
        "adam": gradient / (abs(gradient) + 1e-8),
        "adamw": gradient / (abs(gradient) + 1e-8),
    }[name]
    p = p.tuned(optimizer=name, learning_rate=rate, momentum=0.9)
    p = replace(p, model=replace(p.model, memory=np.zeros((OPTIMIZERS[name].slots + 1, before.size))))
    play(training_step(p.model, p.buffers(), p.with_ones, p.targets))
    np.testing.assert_allclose(p.model.parameters.flat, before - rate * direction, rtol=1e-12, atol=1e-14)


def test_gradient_alone_comes_with_the_rate_where_the_optimizer_wants_it_so() -> None:
    p = deep().tuned(l1=0.0, l2=0.0)
    unmasked = replace(p, model=replace(p.model, mask=None))
    folded = unmasked.tuned(optimizer="sgd", learning_rate=0.25)
    buffers = folded.buffers()
    play(forward_pass(folded.model, buffers, folded.with_ones))
    play(backward_pass(folded.model, buffers, folded.with_ones, folded.targets))
    scaled = folded.model.gradient.flat.copy()
    np.testing.assert_allclose(scaled, 0.25 * analytic_gradient(unmasked), rtol=1e-12, atol=1e-15)


def test_single_precision_stays_single_and_near_the_double() -> None:
    p = deep()
    m, single = p.model, np.float32
    narrow = replace(
        m,
        parameters=Parameters(m.network.shapes, m.parameters.flat.astype(single)),
        gradient=Parameters(m.network.shapes, dtype=single),
        memory=m.memory.astype(single),
        weights=m.weights.astype(single),
        mask=None if m.mask is None else m.mask.astype(single),
    )
    gradient = analytic_gradient(Problem(narrow, p.inputs.astype(single), p.targets.astype(single)))
    assert gradient.dtype == single
    np.testing.assert_allclose(gradient, analytic_gradient(p), rtol=1e-4, atol=1e-5)

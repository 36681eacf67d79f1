"""Every replica against a descent alone, from the same start and in the same order."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.engine.activations import ACTIVATIONS, WITH_ALPHA, ActivationFunction, activation_function
from nnviz.engine.descent import Descent, Position
from nnviz.engine.initializers import initialize
from nnviz.engine.network import Network, Parameters, shapes_between
from nnviz.engine.network import logits as network_logits
from nnviz.engine.optimizers import OPTIMIZERS, Hyperparameters
from nnviz.engine.outputs import LOSSES, OUTPUTS, Loss
from nnviz.engine.replicas import Replicas, replicas_at_once, stacked_logits
from nnviz.engine.tape import Array

SAMPLES = 23
SEEDS = (3, 0, 8)
TANH = ACTIVATIONS["tanh"]
SQUARED = LOSSES["squared_error"]
PAIRS = [(OUTPUTS[name], loss) for loss in LOSSES.values() for name in loss.outputs]


class Trial:
    """A network, samples, and for each seed a descent and a replica that start alike."""

    def __init__(
        self, network: Network, hyperparameters: Hyperparameters, *, dtype: Any = np.float64, masked: bool = False
    ) -> None:
        rng = np.random.default_rng(5)
        sizes = network.layer_sizes
        self.network, self.hyperparameters, self.dtype = network, hyperparameters, dtype
        self.inputs = rng.uniform(-1.0, 1.0, (SAMPLES, sizes[0]))
        self.targets = np.eye(sizes[-1])[rng.integers(0, sizes[-1], SAMPLES)]
        self.mask = (
            rng.integers(0, 2, Parameters(shapes_between(sizes)).flat.size).astype(float) if masked else None
        )
        self.descents = [self.descent(seed) for seed in SEEDS]
        self.together()

    def descent(self, seed: int) -> Descent:
        rng = np.random.default_rng(seed)
        parameters = Parameters(self.network.shapes, dtype=self.dtype)
        initialize(parameters, "glorot_uniform", rng)
        return Descent(self.network, self.inputs, self.targets, parameters, self.hyperparameters, rng, self.mask)

    def _tolerance(self) -> float:
        if self.dtype != np.float64:
            return 1e-4
        # g / (√s + 1e-8) magnifies the last digits of a gradient that is next to nothing
        return 1e-6 if OPTIMIZERS[self.hyperparameters.optimizer].stride else 1e-10

    def replicas_of(self, positions: list[Position]) -> Replicas:
        return Replicas(self.network, self.inputs, self.targets, positions, self.hyperparameters, self.mask)

    def advance(self, epochs: int) -> None:
        for _ in range(epochs):
            self.replicas.advance()
        for descent in self.descents:
            descent.advance(epochs * descent.batches)

    def together(self) -> None:
        """Let the replicas go on from where the descents are."""
        self.replicas = self.replicas_of([descent.position() for descent in self.descents])

    def agree(self) -> None:
        for replica, descent in zip(self.replicas.positions(), self.descents, strict=True):
            _agree(replica, descent.position(), self._tolerance())
        np.testing.assert_array_equal(self.replicas.finite, [descent.finite for descent in self.descents])


def _agree(replica: Position, alone: Position, tolerance: float) -> None:
    assert (replica.step, replica.epoch, replica.batch) == (alone.step, alone.epoch, alone.batch)
    assert replica.shuffling == alone.shuffling
    assert replica.parameters.dtype == alone.parameters.dtype
    _close(replica.parameters, alone.parameters, tolerance)
    _close(replica.memory, alone.memory, tolerance)


def _close(one: Array, other: Array, tolerance: float) -> None:
    assert one.shape == other.shape
    np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


def _network(hidden: ActivationFunction, output: ActivationFunction = TANH, loss: Loss = SQUARED) -> Network:
    return Network((2, 4, 3, 3), (hidden, hidden, output), loss)


@pytest.mark.parametrize("hidden", ACTIVATIONS.values(), ids=ACTIVATIONS.get("name"))
@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_replicas_learn_what_each_would_alone(
    hidden: ActivationFunction, output: ActivationFunction, loss: Loss
) -> None:
    # p³ grows without bound: with a larger rate one of the replicas diverges
    rate = 0.001 if hidden is ACTIVATIONS["cube"] else 0.01
    trial = Trial(_network(hidden, output, loss), Hyperparameters(learning_rate=rate))
    trial.advance(4)
    trial.agree()
    assert all(trial.replicas.finite)


@pytest.mark.parametrize("hidden", WITH_ALPHA)
def test_with_any_alpha(hidden: str) -> None:
    trial = Trial(_network(activation_function(hidden, 0.6)), Hyperparameters(learning_rate=0.1))
    trial.advance(4)
    trial.agree()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("penalties", [(0.0, 0.0), (0.01, 0.0), (0.0, 0.02), (0.01, 0.02)])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_with_every_optimizer(optimizer: str, penalties: tuple[float, float], masked: bool, dtype: Any) -> None:
    settings = Hyperparameters(optimizer, 0.01, momentum=0.7, l1=penalties[0], l2=penalties[1])
    trial = Trial(_network(TANH), settings, dtype=dtype, masked=masked)
    trial.advance(3)
    trial.agree()


@settings(max_examples=40, deadline=None)
@given(
    batch_size=st.integers(1, SAMPLES + 2),
    shuffle=st.booleans(),
    hidden=st.lists(st.integers(1, 40), max_size=3),
    inputs=st.integers(1, 3),
    outputs=st.integers(1, 3),
    optimizer=st.sampled_from(sorted(OPTIMIZERS)),
)
def test_with_every_batch_and_shape(
    batch_size: int, shuffle: bool, hidden: list[int], inputs: int, outputs: int, optimizer: str
) -> None:
    network = Network((inputs, *hidden, outputs), (TANH,) * (len(hidden) + 1), SQUARED)
    trial = Trial(network, Hyperparameters(optimizer, 0.01, 0.5, batch_size, shuffle))
    for _ in range(2):
        trial.advance(1)
        trial.agree()
        trial.together()  # in an epoch of single samples RMSprop magnifies the last digit a million times


@pytest.mark.parametrize("output", ["identity", "softmax"])
def test_one_that_diverges_stays_behind_and_disturbs_nobody(output: str) -> None:
    network = Network((2, 4, 3), (ACTIVATIONS["relu"], OUTPUTS[output]), SQUARED)
    calm, wild = (Trial(network, Hyperparameters(learning_rate=0.05)) for _ in range(2))
    far = wild.descents[1].position()
    far.parameters[:] = 1e200
    wild.descents[1].restore(far)
    wild.together()
    for trial in (calm, wild):
        trial.advance(5)
    wild.agree()
    assert wild.replicas.finite.tolist() == [True, False, True]
    assert [position.epoch for position in wild.replicas.positions()] == [5, 1, 5]
    for replica in (0, 2):
        mine, theirs = (trial.replicas.positions()[replica] for trial in (calm, wild))
        assert mine.parameters.tobytes() == theirs.parameters.tobytes()


def test_nothing_is_left_to_do_when_all_have_diverged() -> None:
    trial = Trial(_network(ACTIVATIONS["identity"], OUTPUTS["identity"]), Hyperparameters(learning_rate=1e90))
    assert not trial.replicas.advance()
    assert not trial.replicas.finite.any()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_going_on_from_positions_is_as_if_nothing_had_been(optimizer: str) -> None:
    straight, halting = (Trial(_network(TANH), Hyperparameters(optimizer, 0.01, 0.5)) for _ in range(2))
    straight.advance(4)
    halting.advance(2)
    halting.replicas = halting.replicas_of(halting.replicas.positions())
    halting.advance(2)
    for one, other in zip(straight.replicas.positions(), halting.replicas.positions(), strict=True):
        _agree(one, other, 0.0)


def test_positions_are_copies_and_starts_stay_as_they_were() -> None:
    trial = Trial(_network(TANH), Hyperparameters())
    starts = [descent.position() for descent in trial.descents]
    before = [start.parameters.copy() for start in starts]
    replicas = trial.replicas_of(starts)
    replicas.advance()
    kept = replicas.positions()[0].parameters
    then = kept.copy()
    replicas.advance()
    np.testing.assert_array_equal(kept, then)
    np.testing.assert_array_equal(before, [start.parameters for start in starts])


def test_a_start_within_an_epoch_is_refused() -> None:
    trial = Trial(_network(TANH), Hyperparameters())
    trial.descents[0].advance(1)
    with pytest.raises(ValueError, match="beginning of an epoch"):
        trial.replicas_of([trial.descents[0].position()])


@settings(deadline=None)
@given(
    hidden=st.lists(st.integers(1, 4096), max_size=4),
    samples=st.integers(1, 10_000_000),
    batch_size=st.integers(1, 100_000),
)
def test_few_are_trained_together_where_each_is_large(hidden: list[int], samples: int, batch_size: int) -> None:
    network = Network((2, *hidden, 1), (TANH,) * (len(hidden) + 1), SQUARED)
    count = replicas_at_once(network, samples, Hyperparameters(batch_size=batch_size))
    assert 1 <= count <= 128
    assert count == 1 or count * samples <= 2**23
    assert count == 1 or count * 4 * sum(hidden) * min(batch_size, samples) <= 2**18


def test_dozens_of_small_networks_are_trained_together() -> None:
    network = Network((2, 4, 2, 1), (TANH,) * 3, SQUARED)
    assert replicas_at_once(network, 250, Hyperparameters()) >= 64


def test_each_replica_can_have_samples_of_its_own() -> None:
    trial = Trial(Network((3, 4, 2), (TANH, TANH), SQUARED), Hyperparameters(batch_size=5, learning_rate=0.1))
    rng = np.random.default_rng(1)
    inputs = rng.uniform(-1.0, 1.0, (len(SEEDS), SAMPLES, 3))
    targets = rng.uniform(-1.0, 1.0, (len(SEEDS), SAMPLES, 2))
    positions = [descent.position() for descent in trial.descents]
    replicas = Replicas(trial.network, inputs, targets, positions, trial.hyperparameters)
    for _ in range(4):
        replicas.advance()
    for k, seed in enumerate(SEEDS):
        trial.inputs, trial.targets = inputs[k], targets[k]
        descent = trial.descent(seed)
        descent.advance(4 * descent.batches)
        np.testing.assert_allclose(replicas.position(k).parameters, descent.parameters.flat, rtol=1e-9)
        logits = stacked_logits(trial.network, replicas.parameters, inputs)
        for first, both in ((network_logits(trial.network, descent.parameters, inputs[k].T), logits[:, k]),):
            np.testing.assert_allclose(first, both, rtol=1e-9)


def test_one_that_is_stopped_stays_and_the_others_go_on() -> None:
    trial = Trial(Network((2, 3, 1), (TANH, TANH), SQUARED), Hyperparameters(batch_size=5, learning_rate=0.1))
    trial.replicas.advance()
    then = [position.parameters.copy() for position in trial.replicas.positions()]
    trial.replicas.stop(np.array([False, True, False]))
    trial.replicas.advance()
    now = trial.replicas.positions()
    assert [bool((a == b.parameters).all()) for a, b in zip(then, now, strict=True)] == [False, True, False]
    assert [position.epoch for position in now] == [2, 1, 2]
    assert trial.replicas.finite.all()
    assert trial.replicas.going.tolist() == [True, False, True]

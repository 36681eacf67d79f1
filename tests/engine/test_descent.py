"""Gradient descent: what it repeats bit by bit, what it goes through in an epoch, and that it learns."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnviz.engine import descent as engine
from nnviz.engine.activations import IDENTITY, RELU, SIGMOID, TANH
from nnviz.engine.descent import Descent, Position
from nnviz.engine.initializers import initialize
from nnviz.engine.network import Network, Parameters, logits, shapes_between
from nnviz.engine.optimizers import OPTIMIZERS, Hyperparameters
from nnviz.engine.outputs import CROSS_ENTROPY, SOFTMAX, SQUARED_ERROR, predicted_class
from nnviz.engine.tape import Array

every_optimizer = pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
few = settings(deadline=None, max_examples=4, derandomize=True)


@dataclass(frozen=True)
class Case:
    """One way of going through the data."""

    samples: int = 23
    batch_size: int = 4
    shuffle: bool = True
    dtype: type = np.float64


CASES = {
    "short last batch": Case(),
    "in the given order": Case(shuffle=False),
    "no short batch": Case(samples=24),
    "one sample at a time": Case(batch_size=1),
    "whole batch": Case(batch_size=23),
    "batch beyond the samples": Case(batch_size=1000),
    "more batches than are gathered at once": Case(samples=547, batch_size=2),
    "single precision": Case(dtype=np.float32),
}
every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def begin(case: Case, optimizer: str = "sgd", seed: int = 5) -> Descent:
    """A small classifier, a descent from its beginning."""
    data = np.random.default_rng(99)
    inputs = data.normal(size=(case.samples, 2))
    targets = np.eye(3)[data.integers(3, size=case.samples)]
    network = Network((2, 4, 3, 3), (TANH, RELU, SOFTMAX), CROSS_ENTROPY)
    parameters = Parameters(network.shapes, dtype=case.dtype)
    rng = np.random.default_rng(seed)
    initialize(parameters, "glorot_uniform", rng)
    h = Hyperparameters(optimizer, 0.02, 0.9, case.batch_size, case.shuffle, l1=0.001, l2=0.01)
    return Descent(network, inputs, targets, parameters, h, rng)


def bits(descent: Descent) -> tuple[object, ...]:
    """All of a descent's state, to the bit."""
    position = descent.position()
    place = (position.step, position.epoch, position.batch, str(position.shuffling))
    return (*place, position.parameters.tobytes(), position.memory.tobytes())


# --- The same bits -----------------------------------------------------------------------------------------


@every_case
@every_optimizer
def test_the_same_seed_gives_the_same_bits(optimizer: str, case: Case) -> None:
    one, other = begin(case, optimizer), begin(case, optimizer)
    one.advance(70)
    other.advance(70)
    assert bits(one) == bits(other)


@every_case
def test_inputs_that_are_too_many_for_a_copy_give_the_same_bits(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = begin(case)
    monkeypatch.setattr(engine, "_MOST_COPIED", 0)
    shared = begin(case)
    for one in (copied, shared):
        one.advance(700)
    assert bits(copied) == bits(shared)


def test_another_seed_gives_other_parameters() -> None:
    one, other = begin(Case(), seed=1), begin(Case(), seed=2)
    one.advance(70)
    other.advance(70)
    assert bits(one) != bits(other)


@every_case
@few
@given(slices=st.lists(st.integers(0, 60), max_size=30))
def test_how_the_steps_are_sliced_changes_no_bit(case: Case, slices: list[int]) -> None:
    whole, sliced = begin(case, "momentum"), begin(case, "momentum")
    whole.advance(sum(slices))
    for steps in slices:
        sliced.advance(steps)
    assert bits(whole) == bits(sliced)


def test_segments_of_batches_are_sliced_alike() -> None:
    case = CASES["more batches than are gathered at once"]
    whole, sliced = begin(case), begin(case)
    whole.advance(700)
    for steps in (255, 1, 1, 16, 1, 256, 1, 169):
        sliced.advance(steps)
    assert bits(whole) == bits(sliced)


def test_no_steps_change_nothing() -> None:
    descent = begin(Case())
    before = bits(descent)
    descent.advance(0)
    assert bits(descent) == before


@every_case
@every_optimizer
@few
@given(there=st.integers(0, 300), beyond=st.integers(0, 60), on=st.integers(1, 300))
def test_from_a_position_it_goes_on_as_if_nothing_had_happened(
    optimizer: str, case: Case, there: int, beyond: int, on: int
) -> None:
    uninterrupted = begin(case, optimizer)
    uninterrupted.advance(there)
    position = uninterrupted.position()
    uninterrupted.advance(on)

    rewound, elsewhere = begin(case, optimizer), begin(case, optimizer, seed=77)
    rewound.advance(there + beyond)
    elsewhere.advance(beyond)
    for descent in (rewound, elsewhere):
        descent.restore(position)
        descent.advance(on)
        assert bits(descent) == bits(uninterrupted)


@pytest.mark.parametrize("there", [0, 255, 256, 257, 272, 273, 274, 530])
def test_positions_around_segments_and_epochs_go_on_too(there: int) -> None:
    case = CASES["more batches than are gathered at once"]
    descent = begin(case, "adam")
    descent.advance(there)
    position = descent.position()
    descent.advance(300)
    expected = bits(descent)
    descent.restore(position)
    descent.advance(300)
    assert bits(descent) == expected


def test_a_position_is_a_copy() -> None:
    descent = begin(Case(), "momentum")
    descent.advance(9)
    position, before = descent.position(), bits(descent)
    descent.advance(50)
    descent.restore(position)
    assert bits(descent) == before


def test_restoring_does_not_tie_the_descent_to_the_position() -> None:
    descent = begin(Case(), "momentum")
    position = descent.position()
    parameters, memory = position.parameters.copy(), position.memory.copy()
    descent.restore(position)
    descent.advance(20)
    np.testing.assert_array_equal(position.parameters, parameters)
    np.testing.assert_array_equal(position.memory, memory)


def test_parameters_are_trained_in_place() -> None:
    descent = begin(Case())
    flat, before = descent.parameters.flat, descent.parameters.flat.copy()
    descent.advance(1)
    assert descent.parameters.flat is flat
    assert (flat != before).any()
    position = descent.position()
    descent.restore(position)
    assert descent.parameters.flat is flat


def test_single_precision_stays_single() -> None:
    descent = begin(CASES["single precision"], "adam")
    descent.advance(10)
    position = descent.position()
    assert descent.parameters.flat.dtype == position.parameters.dtype == position.memory.dtype == np.float32


def test_steps_batches_and_epochs_are_counted() -> None:
    descent = begin(Case(samples=23, batch_size=4))
    assert descent.batches == 6
    for step in range(20):
        assert (descent.step, descent.epoch, descent.batch) == (step, step // 6, step % 6)
        descent.advance(1)


# --- What an epoch goes through ----------------------------------------------------------------------------
#
# Sample i is the unit vector e_i with target 1, the network one linear unit without bias that starts at zero.
# Then weight i moves when sample i is used and only then: from 0 to η/B the first time, in a batch of B.

RATE = 0.5


def begin_counting(case: Case, seed: int = 5) -> Descent:
    network = Network((case.samples, 1), (IDENTITY,), SQUARED_ERROR)
    parameters = Parameters(network.shapes)
    h = Hyperparameters("sgd", RATE, batch_size=case.batch_size, shuffle=case.shuffle)
    no_bias = parameters.where_weights().astype(float)
    rng = np.random.default_rng(seed)
    targets = np.ones((case.samples, 1))
    return Descent(network, np.eye(case.samples), targets, parameters, h, rng, no_bias)


def next_batch(descent: Descent) -> list[int]:
    """The samples of the next step, in the order of the data."""
    before = descent.parameters.weights[0].copy()
    descent.advance(1)
    return [int(i) for i in np.flatnonzero(descent.parameters.weights[0] != before)]


def rest_of_epoch(descent: Descent) -> list[list[int]]:
    return [next_batch(descent) for _ in range(descent.batches - descent.batch)]


def all_of(batches: list[list[int]]) -> list[int]:
    return sorted(i for batch in batches for i in batch)


@every_case
def test_an_epoch_uses_every_sample_exactly_once(case: Case) -> None:
    descent = begin_counting(case)
    descent.advance(descent.batches)
    size = min(case.batch_size, case.samples)
    short = case.samples % size
    once = [RATE / size] * (case.samples - short) + [RATE / max(short, 1)] * short
    np.testing.assert_allclose(np.sort(descent.parameters.weights[0][0]), sorted(once), rtol=1e-12)
    assert (descent.epoch, descent.batch) == (1, 0)


@every_case
def test_every_epoch_has_all_samples_in_full_batches_and_a_short_last(case: Case) -> None:
    descent = begin_counting(case)
    size = min(case.batch_size, case.samples)
    for _ in range(3):
        batches = rest_of_epoch(descent)
        assert all_of(batches) == list(range(case.samples))
        assert {len(batch) for batch in batches[:-1]} <= {size}
        assert len(batches[-1]) == (case.samples % size or size)


@pytest.mark.parametrize(
    "name", ["short last batch", "one sample at a time", "more batches than are gathered at once"]
)
def test_every_epoch_is_in_another_order(name: str) -> None:
    descent = begin_counting(CASES[name])
    first, second, third = (rest_of_epoch(descent) for _ in range(3))
    assert first != second
    assert second != third
    assert first != third


def test_without_shuffling_every_epoch_is_in_the_order_of_the_data() -> None:
    descent = begin_counting(Case(samples=10, batch_size=4, shuffle=False))
    for _ in range(3):
        assert rest_of_epoch(descent) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_inputs_and_targets_are_not_modified() -> None:
    rng = np.random.default_rng(0)
    inputs, targets = rng.normal(size=(9, 2)), rng.normal(size=(9, 1))
    kept = inputs.copy(), targets.copy()
    network = Network((2, 1), (IDENTITY,), SQUARED_ERROR)
    descent = Descent(
        network, inputs, targets, Parameters(shapes_between((2, 1))), Hyperparameters(batch_size=2), rng
    )
    descent.advance(30)
    np.testing.assert_array_equal(inputs, kept[0])
    np.testing.assert_array_equal(targets, kept[1])


# --- The gradient it follows -------------------------------------------------------------------------------

DIRECTIONS: dict[str, Callable[[list[Array]], Array]] = {
    # of all gradients until now, with µ = 0.8
    "sgd": lambda g: g[-1],
    "momentum": lambda g: decayed(g, 0.8),
    "nesterov": lambda g: g[-1] + 0.8 * decayed(g, 0.8),
    "rmsprop": lambda g: g[-1] / (np.sqrt(0.01 * decayed([x * x for x in g], 0.99)) + 1e-8),
    "adam": lambda g: averaged(g, 0.9) / (np.sqrt(averaged([x * x for x in g], 0.999)) + 1e-8),
}
DIRECTIONS["adamw"] = DIRECTIONS["adam"]


def decayed(values: list[Array], decay: float) -> Array:
    return np.asarray(sum(decay**age * value for age, value in enumerate(reversed(values))))


def averaged(values: list[Array], decay: float) -> Array:
    return (1 - decay) / (1 - decay ** len(values)) * decayed(values, decay)


@every_optimizer
def test_linear_regression_follows_the_textbook(optimizer: str) -> None:
    rng = np.random.default_rng(3)
    inputs, targets = rng.normal(size=(11, 3)), rng.normal(size=(11, 2))
    network = Network((3, 2), (IDENTITY,), SQUARED_ERROR)
    parameters = Parameters(shapes_between((3, 2)))
    initialize(parameters, "glorot_normal", rng)
    w, b = parameters.weights[0].copy(), parameters.biases[0].copy()
    h = Hyperparameters(optimizer, 0.03, 0.8, batch_size=11, l1=0.02, l2=0.05)
    descent = Descent(network, inputs, targets, parameters, h, rng)

    gradients: list[Array] = []
    for _ in range(60):
        residual = inputs @ w.T + b - targets
        penalty, decay = (0.0, 0.05) if OPTIMIZERS[optimizer].decays else (0.05, 0.0)
        slope = residual.T @ inputs / 11 + 0.02 * np.sign(w) + penalty * w
        gradients.append(np.column_stack([slope, residual.mean(axis=0)]))
        direction = DIRECTIONS[optimizer](gradients)
        w, b = w - 0.03 * (direction[:, :-1] + decay * w), b - 0.03 * direction[:, -1]
    descent.advance(60)

    np.testing.assert_allclose(parameters.weights[0], w, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(parameters.biases[0], b, rtol=1e-9, atol=1e-11)


def begin_masked(optimizer: str) -> tuple[Descent, Array]:
    rng = np.random.default_rng(4)
    network = Network((2, 5, 1), (TANH, SIGMOID), CROSS_ENTROPY)
    parameters = Parameters(network.shapes)
    parameters.flat[:] = rng.normal(size=parameters.flat.size)
    there = Parameters(network.shapes, np.ones(parameters.flat.size))
    there.weights[0][::2, 0] = there.weights[0][1, 1] = 0.0
    mask = there.flat
    h = Hyperparameters(optimizer, 0.05, 0.9, batch_size=3, l1=0.01, l2=0.01)
    inputs, targets = rng.normal(size=(20, 2)), rng.choice([0.0, 1.0], (20, 1))
    return Descent(network, inputs, targets, parameters, h, rng, mask), mask


@every_optimizer
def test_connections_that_are_not_there_stay_exactly_zero(optimizer: str) -> None:
    descent, mask = begin_masked(optimizer)
    assert (descent.parameters.flat[mask == 0] == 0).all()
    start = descent.parameters.flat.copy()
    descent.advance(100)
    assert (descent.parameters.flat[mask == 0] == 0).all()
    assert (descent.parameters.flat != start)[mask == 1].all()


def test_restoring_does_not_bring_connections_back() -> None:
    descent, mask = begin_masked("sgd")
    descent.restore(replace(descent.position(), parameters=np.ones_like(mask)))
    np.testing.assert_array_equal(descent.parameters.flat, mask)


# --- Tuning while it learns --------------------------------------------------------------------------------


@every_case
@every_optimizer
@few
@given(there=st.integers(0, 300), on=st.integers(0, 300))
def test_tuning_to_what_is_set_already_changes_no_bit(optimizer: str, case: Case, there: int, on: int) -> None:
    tuned, untouched = begin(case, optimizer), begin(case, optimizer)
    tuned.advance(there)
    tuned.tune(replace(tuned.hyperparameters))
    tuned.advance(on)
    untouched.advance(there + on)
    assert bits(tuned) == bits(untouched)


@pytest.mark.parametrize("there", [0, 2, 5, 6, 9])
@pytest.mark.parametrize("change", [{"learning_rate": 0.1}, {"l1": 0.1}, {"l2": 0.1}, {"momentum": 0.5}])
def test_other_rates_leave_place_weights_and_memory_as_they_are(there: int, change: dict[str, float]) -> None:
    descent = begin(Case(), "momentum")
    descent.advance(there)
    before = bits(descent)
    descent.tune(replace(descent.hyperparameters, **change))  # type: ignore[arg-type]
    assert bits(descent) == before


@pytest.mark.parametrize("case", [Case(), Case(shuffle=False), CASES["more batches than are gathered at once"]])
@pytest.mark.parametrize("there", [0, 1, 4, 260])
def test_another_learning_rate_goes_through_the_same_batches(case: Case, there: int) -> None:
    descent, undisturbed = begin_counting(case), begin_counting(case)
    descent.advance(there)
    undisturbed.advance(there)
    descent.tune(replace(descent.hyperparameters, learning_rate=0.1))
    for _ in range(2):
        assert rest_of_epoch(descent) == rest_of_epoch(undisturbed)


@every_optimizer
def test_from_a_new_learning_rate_on_it_is_as_if_it_had_always_been_that(optimizer: str) -> None:
    tuned, other = begin(Case(), optimizer), begin(Case(), optimizer)
    tuned.advance(9)
    h = replace(tuned.hyperparameters, learning_rate=0.07, momentum=0.3, l1=0.0)
    tuned.tune(h)
    other.tune(h)
    assert tuned.hyperparameters == h
    other.restore(tuned.position())
    tuned.advance(20)
    other.advance(20)
    assert bits(tuned) == bits(other)


def test_a_learning_rate_of_zero_stops_and_another_moves_again() -> None:
    descent = begin(Case())
    descent.advance(5)
    stopped = descent.parameters.flat.copy()
    descent.tune(replace(descent.hyperparameters, learning_rate=0.0))
    descent.advance(50)
    np.testing.assert_array_equal(descent.parameters.flat, stopped)
    descent.tune(replace(descent.hyperparameters, learning_rate=0.1))
    descent.advance(1)
    assert (descent.parameters.flat != stopped).any()


@pytest.mark.parametrize("batch_size", [1, 3, 7, 23, 100])
def test_another_batch_size_begins_the_epoch_anew(batch_size: int) -> None:
    descent = begin_counting(Case(samples=23, batch_size=4))
    descent.advance(8)
    weights = descent.parameters.flat.copy()
    descent.tune(replace(descent.hyperparameters, batch_size=batch_size))
    assert (descent.step, descent.epoch, descent.batch) == (8, 1, 0)
    np.testing.assert_array_equal(descent.parameters.flat, weights)
    for _ in range(2):
        batches = rest_of_epoch(descent)
        assert [len(batch) for batch in batches[:-1]] == [min(batch_size, 23)] * (-(-23 // batch_size) - 1)
        assert all_of(batches) == list(range(23))


def test_batch_sizes_beyond_the_samples_are_all_the_same() -> None:
    descent = begin(Case(batch_size=23))
    descent.advance(3)
    before = bits(descent)
    descent.tune(replace(descent.hyperparameters, batch_size=500))
    assert bits(descent) == before


@pytest.mark.parametrize("shuffle", [True, False])
def test_to_shuffle_or_not_begins_the_epoch_anew(shuffle: bool) -> None:
    descent = begin_counting(Case(samples=10, batch_size=4, shuffle=not shuffle))
    descent.advance(4)
    descent.tune(replace(descent.hyperparameters, shuffle=shuffle))
    assert (descent.step, descent.epoch, descent.batch) == (4, 1, 0)
    batches = rest_of_epoch(descent)
    assert all_of(batches) == list(range(10))
    assert (batches == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]) is not shuffle


@pytest.mark.parametrize("change", [{"batch_size": 7}, {"shuffle": False}])
def test_beginning_the_epoch_anew_keeps_what_the_optimizer_remembers(change: dict[str, int]) -> None:
    descent = begin(Case(), "adam")
    descent.advance(9)
    memory = descent.position().memory
    descent.tune(replace(descent.hyperparameters, **change))  # type: ignore[arg-type]
    np.testing.assert_array_equal(descent.position().memory, memory)
    assert memory.any()


@pytest.mark.parametrize(("old", "new"), list(permutations(OPTIMIZERS, 2)))
def test_another_optimizer_starts_with_an_empty_memory_and_goes_on_in_the_epoch(old: str, new: str) -> None:
    descent = begin(Case(), old)
    descent.advance(9)
    before = descent.position()
    descent.tune(replace(descent.hyperparameters, optimizer=new))
    after = descent.position()
    assert after.memory.shape == (OPTIMIZERS[new].slots, before.parameters.size)
    assert not after.memory.any()
    np.testing.assert_array_equal(after.parameters, before.parameters)
    assert place(after) == place(before) == (9, 1, 3)
    descent.advance(10)
    assert descent.finite


def test_another_loss_is_followed_from_the_place_reached() -> None:
    descent = begin(Case(batch_size=23), "sgd")
    descent.advance(9)
    before, at = descent.position(), bits(descent)
    squared = replace(descent.network, loss=SQUARED_ERROR)
    descent.tune(descent.hyperparameters, squared)
    assert bits(descent) == at
    descent.advance(1)
    by_squared_error = descent.parameters.flat.copy()
    descent.tune(descent.hyperparameters)
    assert descent.network is squared, "without a network the network stays"

    other = begin(Case(batch_size=23), "sgd")
    other.restore(before)
    other.advance(1)
    assert (other.parameters.flat != by_squared_error).any()
    fresh = Parameters(squared.shapes, before.parameters.copy())
    data = np.random.default_rng(99)
    inputs, targets = data.normal(size=(23, 2)), np.eye(3)[data.integers(3, size=23)]
    rng = np.random.default_rng(0)
    Descent(squared, inputs, targets, fresh, descent.hyperparameters, rng).advance(1)
    np.testing.assert_allclose(fresh.flat, by_squared_error, rtol=1e-12)


def place(position: Position) -> tuple[int, int, int]:
    return position.step, position.epoch, position.batch


# --- Divergence --------------------------------------------------------------------------------------------


def begin_diverging(optimizer: str, hidden: tuple[int, ...] = ()) -> Descent:
    rng = np.random.default_rng(0)
    network = Network((2, *hidden, 1), (*[RELU for _ in hidden], IDENTITY), SQUARED_ERROR)
    parameters = Parameters(network.shapes)
    initialize(parameters, "he_normal", rng)
    inputs = rng.normal(size=(40, 2))
    h = Hyperparameters(optimizer, learning_rate=1e3, momentum=0.5, batch_size=8)
    return Descent(network, inputs, inputs.sum(axis=1, keepdims=True), parameters, h, rng)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
@pytest.mark.parametrize("hidden", [(), (4,), (4, 4)])
def test_too_large_a_learning_rate_diverges_and_stops_early(optimizer: str, hidden: tuple[int, ...]) -> None:
    descent = begin_diverging(optimizer, hidden)
    finite = [descent.finite]
    descent.advance(10_000)
    finite.append(descent.finite)
    assert finite == [True, False]
    assert descent.step < 1_000
    assert descent.batch == 0, "it stops at the end of an epoch"


def test_a_diverged_descent_can_be_taken_back() -> None:
    descent = begin_diverging("momentum")
    position = descent.position()
    descent.advance(10_000)
    descent.restore(position)
    descent.tune(replace(descent.hyperparameters, learning_rate=0.01))
    assert descent.finite
    descent.advance(2_000)
    np.testing.assert_allclose(descent.parameters.weights[0], [[1.0, 1.0]], atol=1e-6)


def test_the_position_of_a_diverged_descent_can_be_restored() -> None:
    descent, _ = begin_masked("sgd")
    descent.parameters.flat[:] = np.inf
    position = descent.position()
    descent.restore(position)
    assert not descent.finite


def test_how_numpy_treats_errors_is_as_before() -> None:
    before = np.geterr()
    begin_diverging("sgd").advance(1_000)
    assert np.geterr() == before


@pytest.mark.parametrize(
    ("value", "finite"), [(0.0, True), (-1e6, True), (np.nan, False), (np.inf, False), (-np.inf, False)]
)
def test_finite_looks_at_every_parameter(value: float, finite: bool) -> None:
    descent = begin(Case())
    for i in range(descent.parameters.flat.size):
        descent.parameters.flat[:] = 0.5
        descent.parameters.flat[i] = value
        assert descent.finite is finite


# --- It learns ---------------------------------------------------------------------------------------------


def accuracy(descent: Descent, inputs: Array, classes: NDArray[np.integer] | NDArray[np.bool_]) -> float:
    return float((predicted_class(logits(descent.network, descent.parameters, inputs.T)) == classes).mean())


def learn(network: Network, inputs: Array, targets: Array, h: Hyperparameters, steps: int) -> Descent:
    rng = np.random.default_rng(1)
    parameters = Parameters(network.shapes)
    initialize(parameters, "glorot_uniform", rng)
    descent = Descent(network, inputs, targets, parameters, h, rng)
    descent.advance(steps)
    return descent


@pytest.mark.parametrize(
    ("optimizer", "rate"),
    [("sgd", 0.1), ("momentum", 0.03), ("nesterov", 0.03), ("rmsprop", 0.01), ("adam", 0.01), ("adamw", 0.01)],
)
def test_it_learns_exclusive_or(optimizer: str, rate: float) -> None:
    rng = np.random.default_rng(0)
    corners = rng.choice([-1.0, 1.0], (200, 2))
    inputs = corners * rng.uniform(0.1, 1.0, (200, 2))
    targets = corners.prod(axis=1, keepdims=True)
    network = Network((2, 4, 2, 1), (TANH, TANH, TANH), CROSS_ENTROPY)
    descent = learn(network, inputs, targets, Hyperparameters(optimizer, rate, 0.9, 10), 8_000)
    assert accuracy(descent, inputs, targets[:, 0] > 0) >= 0.99


def test_it_learns_three_arms_of_a_spiral() -> None:
    rng = np.random.default_rng(0)
    classes = np.repeat(np.arange(3), 80)
    radius = np.tile(np.linspace(0.1, 1.0, 80), 3)
    angle = 2 * np.pi / 3 * classes + 4.0 * radius + 0.05 * rng.normal(size=240)
    inputs = 3.0 * np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    network = Network((2, 16, 16, 3), (RELU, RELU, SOFTMAX), CROSS_ENTROPY)
    descent = learn(network, inputs, np.eye(3)[classes], Hyperparameters("adam", 0.01, batch_size=16), 3_000)
    assert accuracy(descent, inputs, classes) >= 0.99


def test_equal_units_stay_equal() -> None:
    rng = np.random.default_rng(0)
    parameters = Parameters(shapes_between((2, 4, 1)))
    initialize(parameters, "same", rng)
    parameters.weights[1][:] = 0.3
    inputs = rng.normal(size=(30, 2))
    network = Network((2, 4, 1), (TANH, TANH), SQUARED_ERROR)
    targets = np.sign(inputs.prod(axis=1, keepdims=True))
    Descent(network, inputs, targets, parameters, Hyperparameters(learning_rate=0.1), rng).advance(500)
    for unit in parameters.layers[0][1:]:
        np.testing.assert_allclose(unit, parameters.layers[0][0], rtol=1e-9)


def test_the_steps_of_an_epoch_share_what_does_not_touch_their_samples() -> None:
    descent = begin(CASES["no short batch"])
    first, *others = descent._tapes
    assert others
    for tape in others:
        assert sum(one is not other for one, other in zip(first, tape, strict=True)) == 3

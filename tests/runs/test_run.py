from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from nnviz.analysis.hidden_space import HiddenSpace
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens, Scene
from nnviz.runs.snapshot import Snapshot

MakeRun = Callable[..., NetworkRun]


def _tuned(experiment: Experiment, **changes: Any) -> Experiment:
    return structs.replace(experiment, training=structs.replace(experiment.training, **changes))


def _same(one: Snapshot, other: Snapshot) -> None:
    """Bit for bit: what is shown, and what is needed to go on."""
    assert (one.step, one.epoch, one.position.batch) == (other.step, other.epoch, other.position.batch)
    assert one.position.parameters.tobytes() == other.position.parameters.tobytes()
    assert one.position.memory.tobytes() == other.position.memory.tobytes()
    assert one.position.shuffling == other.position.shuffling


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_same_experiment_takes_the_same_course(make_run: MakeRun, optimizer: str, precision: str) -> None:
    runs = [make_run(optimizer=optimizer, precision=precision, momentum=0.5, noise=0.2) for _ in range(2)]
    for run, parts in zip(runs, ([120], [1, 7, 52, 60]), strict=True):
        for part in parts:
            run.advance(part)
            run.measure()
    _same(runs[0].snapshot(), runs[1].snapshot())
    assert runs[0].snapshot().metrics.as_record() == runs[1].snapshot().metrics.as_record()
    other = make_run(optimizer=optimizer, precision=precision, momentum=0.5, noise=0.2, seed=1)
    assert other.snapshot().position.parameters.tobytes() != runs[0].snapshot().position.parameters.tobytes()


@settings(max_examples=60)
@given(
    optimizer=st.sampled_from(list(OPTIMIZERS)),
    shuffle=st.booleans(),
    batch_size=st.integers(1, 60),
    before=st.integers(0, 70),
    astray=st.integers(0, 70),
    after=st.integers(0, 70),
)
def test_going_back_to_a_snapshot_is_as_if_nothing_had_been(
    make_run: MakeRun, optimizer: str, *, shuffle: bool, batch_size: int, before: int, astray: int, after: int
) -> None:
    values = {
        "samples": 100,
        "optimizer": optimizer,
        "shuffle": shuffle,
        "batch_size": batch_size,
        "momentum": 0.7,
    }
    straight, wandering = make_run(**values), make_run(**values)
    straight.advance(before + after)
    wandering.advance(before)
    kept = wandering.snapshot()
    wandering.advance(astray)
    wandering.restore(kept)
    _same(wandering.snapshot(), kept)
    wandering.advance(after)
    _same(wandering.snapshot(), straight.snapshot())
    fresh = make_run(**values)
    fresh.restore(kept)
    fresh.advance(after)
    _same(fresh.snapshot(), straight.snapshot())


@settings(max_examples=40)
@given(
    optimizers=st.tuples(st.sampled_from(list(OPTIMIZERS)), st.sampled_from(list(OPTIMIZERS))),
    sizes=st.tuples(st.integers(1, 60), st.integers(1, 60)),
    shuffles=st.tuples(st.booleans(), st.booleans()),
    steps=st.tuples(st.integers(0, 40), st.integers(0, 40)),
)
def test_going_back_before_a_change_of_settings_brings_the_old_ones_back(
    make_run: MakeRun,
    optimizers: tuple[str, str],
    sizes: tuple[int, int],
    shuffles: tuple[bool, bool],
    steps: tuple[int, int],
) -> None:
    run, straight = (
        make_run(samples=100, optimizer=optimizers[0], batch_size=sizes[0], shuffle=shuffles[0]) for _ in "ab"
    )
    run.advance(steps[0])
    kept = run.snapshot()
    run.tune(
        _tuned(run.experiment, optimizer=optimizers[1], batch_size=sizes[1], shuffle=shuffles[1], momentum=0.3)
    )
    run.advance(steps[1])
    run.restore(kept)
    assert run.experiment == kept.experiment
    run.advance(30)
    straight.advance(steps[0] + 30)
    _same(run.snapshot(), straight.snapshot())


def test_epochs_are_counted_to_their_end(make_run: MakeRun) -> None:
    run = make_run(samples=97, batch_size=10)
    assert run.steps_an_epoch == len(run.problem.train) // 10 + 1
    run.advance(3)
    run.advance(run.steps_to_epoch_end)
    snapshot = run.snapshot()
    assert (snapshot.epoch, snapshot.position.batch, snapshot.step) == (1, 0, run.steps_an_epoch)


def test_a_snapshot_cannot_be_changed_and_does_not_change(make_run: MakeRun) -> None:
    run = make_run(optimizer="adam")
    run.advance(3)
    snapshot = run.snapshot()
    before = snapshot.position.parameters.tobytes()
    run.advance(30)
    assert snapshot.position.parameters.tobytes() == before
    for array in (*snapshot.weights, *snapshot.biases, snapshot.position.parameters, snapshot.position.memory):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0


def scene_of(run: NetworkRun, lens: Lens, *, is_partial: bool) -> Scene:
    scene = run.picture(lens, is_partial=is_partial).scene
    assert scene
    return scene


def test_a_picture_is_partial_takes_what_is_dear_from_the_last_one(make_run: MakeRun) -> None:
    wanted = HiddenSpace(1)
    run, lens = make_run(hidden=(3,)), Lens(responses=True, gradients=True, aspects=frozenset({wanted}))
    scenes = []
    for is_partial in (True, True, False):  # the first has none to take from
        run.advance(20)
        scenes.append(scene_of(run, lens, is_partial=is_partial))
    first, passing, last = scenes
    assert passing.responses is first.responses
    assert passing.gradients is first.gradients
    assert passing.aspects[wanted] is first.aspects[wanted]
    assert [scene.is_partial for scene in scenes] == [False, True, False]
    assert passing.maps is first.maps
    assert passing.boundary is first.boundary
    assert not np.array_equal(last.boundary, first.boundary)
    assert passing.region is not None
    assert first.region is not None
    assert not np.array_equal(passing.region, first.region)
    assert not np.array_equal(last.maps[-1], first.maps[-1])
    assert last.gradients != first.gradients
    assert last.aspects[wanted] is not first.aspects[wanted]
    assert not np.array_equal(last.responses[0].activations, first.responses[0].activations)


def test_a_picture_is_partial_of_a_large_network_is_the_last_one(make_run: MakeRun) -> None:
    run, lens = make_run(hidden=(64, 64)), Lens(responses=True)
    before = scene_of(run, lens, is_partial=False)
    run.advance(20)
    passing, after = scene_of(run, lens, is_partial=True), scene_of(run, lens, is_partial=False)
    assert (before.is_partial, passing.is_partial, after.is_partial) == (False, True, False)
    assert passing.region is before.region
    assert passing.responses is before.responses
    assert before.region is not None
    assert after.region is not None
    assert not np.array_equal(after.region, before.region)


def test_who_looks_at_something_else_sees_it_even_is_partial(make_run: MakeRun) -> None:
    run = make_run()
    run.picture(Lens())
    scene = scene_of(run, Lens(responses=True, gradients=True), is_partial=True)
    assert scene.responses
    assert scene.gradients


def test_a_learning_rate_changes_while_all_else_stays(make_run: MakeRun) -> None:
    run = make_run(optimizer="momentum", momentum=0.9)
    run.advance(37)
    before = run.snapshot()
    run.tune(_tuned(run.experiment, learning_rate=0.5))
    after = run.snapshot()
    _same(before, after)
    assert after.experiment.training.learning_rate == 0.5
    assert after.problem is before.problem
    run.advance(1)
    moved = run.snapshot().position.parameters - before.position.parameters
    run.restore(before)
    run.advance(1)
    moved_before = run.snapshot().position.parameters - before.position.parameters
    assert np.allclose(moved, moved_before * (0.5 / 0.03), rtol=1e-6, atol=1e-12)


def test_another_loss_is_measured_at_once(make_run: MakeRun) -> None:
    run = make_run(output="sigmoid")
    run.advance(20)
    run.tune(_tuned(run.experiment, loss="cross_entropy"))
    whole = NetworkRun(run.experiment, start=run.snapshot().position.parameters)
    assert run.snapshot().metrics.train.loss == whole.snapshot().metrics.train.loss
    assert run.snapshot().problem.network.loss.name == "cross_entropy"


def test_another_alpha_changes_the_function_and_nothing_else(make_run: MakeRun) -> None:
    run = make_run(activation="leaky_relu")
    run.advance(37)
    before = run.snapshot()
    network = structs.replace(before.experiment.network, alpha=0.5)
    tuned = structs.replace(run.experiment, network=network)
    assert tuned.continues(before.experiment)
    assert not structs.replace(tuned, network=structs.replace(network, hidden=(4,))).continues(before.experiment)
    run.tune(tuned)
    _same(before, run.snapshot())
    assert [f.alpha for f in run.problem.network.activations] == [0.5, 0.5, None]
    whole = NetworkRun(run.experiment, start=before.position.parameters)
    assert run.metrics.train.loss == whole.metrics.train.loss != before.metrics.train.loss
    run.restore(before)
    assert run.problem.network == before.problem.network


def test_settings_that_make_no_sense_are_refused_and_change_nothing(make_run: MakeRun) -> None:
    for run in (make_run(output="identity"), make_run(name="sine", output="tanh")):
        run.advance(5)
        before = run.snapshot()
        with pytest.raises(InputError, match=r"^training\.loss: "):
            run.tune(_tuned(run.experiment, loss="cross_entropy"))
        _same(before, run.snapshot())
        assert run.experiment == before.experiment
        run.advance(5)


def test_a_parameter_is_set_by_hand(make_run: MakeRun) -> None:
    run = make_run(hidden=(3,))
    run.set_parameter(0, 2, 1, 0.5)
    run.set_parameter(1, 0, None, -2.0)
    snapshot = run.snapshot()
    assert snapshot.weights[0][2, 1] == 0.5
    assert snapshot.biases[1][0] == -2.0
    whole = NetworkRun(run.experiment, start=snapshot.position.parameters)
    assert snapshot.metrics.train.loss == whole.snapshot().metrics.train.loss


@pytest.mark.parametrize("where", [(0, 3, 0), (0, 0, 2), (2, 0, 0), (1, 1, None), (1, 0, 3)])
def test_a_parameter_that_is_not_there_cannot_be_set(
    make_run: MakeRun, where: tuple[int, int, int | None]
) -> None:
    run = make_run(hidden=(3,))
    before = run.snapshot()
    with pytest.raises(IndexError):
        run.set_parameter(*where, 9.0)
    _same(before, run.snapshot())


def test_a_connection_that_is_cut_stays_cut(make_run: MakeRun) -> None:
    for optimizer in OPTIMIZERS:
        run = make_run(hidden=(3, 2), cut=((1, 1, 2), (2, 2, 3)), optimizer=optimizer, l2=0.01, momentum=0.5)
        run.advance(40)
        run.set_parameter(0, 0, 1, 7.0)
        run.advance(40)
        weights = run.snapshot().weights
        assert weights[0][0, 1] == weights[1][1, 2] == 0.0
        assert np.count_nonzero(weights[0]) == 5
        assert np.count_nonzero(weights[1]) == 5


def test_a_run_of_the_same_shape_adopts_parameters(make_run: MakeRun) -> None:
    run = make_run(optimizer="adam")
    run.advance(37)
    moment = run.snapshot()
    for values in ({"name": "moons", "optimizer": "adam"}, {"optimizer": "sgd"}, {"batch_size": 250, "seed": 3}):
        other = make_run(**values)
        other.adopt(moment)
        begun = other.snapshot()
        assert begun.position.parameters.tobytes() == moment.position.parameters.tobytes()
        assert (begun.step, begun.epoch) == (37, 1)
        assert begun.position.batch < other.steps_an_epoch
        fresh = NetworkRun(other.experiment, start=moment.position.parameters)
        assert begun.metrics.train.loss == fresh.snapshot().metrics.train.loss
        other.advance(other.steps_to_epoch_end)
        assert (other.snapshot().epoch, other.snapshot().position.batch) == (2, 0)


def test_what_one_optimizer_remembers_is_not_given_to_another(make_run: MakeRun) -> None:
    run = make_run(optimizer="rmsprop")
    run.advance(30)
    other = make_run(optimizer="momentum", momentum=0.9)
    other.adopt(run.snapshot())
    assert not other.snapshot().position.memory.any()
    again = make_run(optimizer="rmsprop", name="moons")
    again.adopt(run.snapshot())
    assert np.array_equal(again.snapshot().position.memory, run.snapshot().position.memory)


@pytest.mark.parametrize("precision", ["double", "single"])
def test_divergence_is_a_state_and_not_an_error(make_run: MakeRun, precision: str) -> None:
    run = make_run(output="identity", activation="identity", learning_rate=1000.0, precision=precision)
    start = run.snapshot()
    run.advance(100_000)
    run.measure()
    snapshot = run.snapshot()
    assert not snapshot.finite
    assert snapshot.step < 100_000
    assert start.finite
    run.restore(start)
    assert run.finite
    _same(run.snapshot(), start)


def test_too_large_a_weight_by_hand_is_divergence(make_run: MakeRun) -> None:
    run = make_run(precision="single")
    run.set_parameter(0, 0, 0, 1e300)
    assert not run.snapshot().finite

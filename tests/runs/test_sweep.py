from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.problem import prepare
from nnviz.runs import sweep as sweeping
from nnviz.runs.parameter_files import moment_content
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.sweep import sweep
from runs import save_parameters

MakeExperiment = Callable[..., Experiment]

SEEDS = (4, 0, 11)
EPOCHS = 3


def _alone(experiment: Experiment, seed: int, epochs: int) -> Snapshot:
    run = NetworkRun(structs.replace(experiment, training=structs.replace(experiment.training, seed=seed)))
    run.advance(run.steps_to_epoch_end % run.steps_an_epoch)
    if epochs:
        run.advance(epochs * run.steps_an_epoch)
    run.measure()
    return run.snapshot()


def _agree(swept: Snapshot, alone: Snapshot, tolerance: float = 1e-10) -> None:
    assert swept.experiment == alone.experiment
    assert (swept.step, swept.epoch, swept.finite) == (alone.step, alone.epoch, alone.finite)
    assert swept.position.shuffling == alone.position.shuffling
    for one, other in (
        (swept.position.parameters, alone.position.parameters),
        (swept.position.memory, alone.position.memory),
        (swept.metrics.train.loss, alone.metrics.train.loss),
    ):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


def _check(experiment: Experiment, tolerance: float = 1e-10) -> None:
    result = sweep(experiment, SEEDS, EPOCHS)
    assert result.seeds == SEEDS
    assert result.complete
    for seed, snapshot in zip(SEEDS, result.snapshots, strict=True):
        _agree(snapshot, _alone(experiment, seed, EPOCHS), tolerance)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"optimizer": "adam", "l1": 0.001, "l2": 0.01, "noise": 0.3},
        {"optimizer": "nesterov", "momentum": 0.8, "cut": ((1, 2, 1), (2, 1, 3))},
        {"shuffle": False, "batch_size": 7, "initializer": "he_normal"},
        {"batch_size": 1, "samples": 60},
        {"batch_size": 1000, "train_fraction": 1.0},
        {"name": "blobs", "output": "softmax", "loss": "cross_entropy", "activation": "relu"},
        {"output": "sigmoid", "loss": "cross_entropy", "optimizer": "rmsprop", "hidden": ()},
    ],
    ids=str,
)
def test_each_seed_learns_what_its_run_does(make_experiment: MakeExperiment, values: dict[str, Any]) -> None:
    _check(make_experiment(**values))


def test_in_single_precision_too(make_experiment: MakeExperiment) -> None:
    experiment = make_experiment(precision="single", optimizer="momentum", momentum=0.5)
    _check(experiment, 1e-4)
    assert sweep(experiment, SEEDS, 1).parameters.dtype == np.float32


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.fixed_dictionaries(
        {
            "batch_size": st.integers(1, 40),
            "samples": st.integers(4, 60),
            "shuffle": st.booleans(),
            "optimizer": st.sampled_from(["sgd", "momentum", "nesterov"]),
            "activation": st.sampled_from(["identity", "sigmoid", "tanh", "elu", "softplus"]),
            "initializer": st.sampled_from(["glorot_uniform", "glorot_normal", "he_uniform", "he_normal"]),
            "l2": st.sampled_from([0.0, 0.01]),
        }
    )
)
def test_whatever_the_settings(make_experiment: MakeExperiment, values: dict[str, Any]) -> None:
    # at a larger rate some of these learn so wildly that the last digits grow
    _check(make_experiment(learning_rate=0.003, **values), 1e-9)


def test_groups_learn_what_all_together_do(
    make_experiment: MakeExperiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = make_experiment(optimizer="adam")
    together = sweep(experiment, range(5), EPOCHS)
    monkeypatch.setattr(sweeping, "replicas_at_once", lambda *_: 2)
    apart = sweep(experiment, range(5), EPOCHS)
    assert apart.seeds == together.seeds == (0, 1, 2, 3, 4)
    np.testing.assert_allclose(apart.parameters, together.parameters, rtol=1e-12, atol=1e-12)


def test_any_seed_can_be_opened_and_goes_on_as_its_run_would(make_experiment: MakeExperiment) -> None:
    experiment = make_experiment(optimizer="adam")
    snapshot = sweep(experiment, SEEDS, EPOCHS).snapshots[1]
    run = NetworkRun(snapshot.experiment, snapshot.problem)
    run.restore(snapshot)
    run.advance(2 * run.steps_an_epoch)
    run.measure()
    _agree(run.snapshot(), _alone(experiment, SEEDS[1], EPOCHS + 2))


def test_all_seeds_have_the_same_data(make_experiment: MakeExperiment) -> None:
    experiment = make_experiment(noise=0.3)
    problem = prepare(experiment)
    result = sweep(experiment, SEEDS, 0, problem)
    assert all(snapshot.problem is problem for snapshot in result.snapshots)
    assert len({parameters.tobytes() for parameters in result.parameters}) == len(SEEDS)


def test_scores_stand_in_columns(make_experiment: MakeExperiment) -> None:
    result = sweep(make_experiment(), SEEDS, EPOCHS)
    alone = [_alone(make_experiment(), seed, EPOCHS).metrics.as_record() for seed in SEEDS]
    for key in ("train_loss", "test_loss", "train_accuracy", "test_accuracy"):
        np.testing.assert_allclose(getattr(result, key), [record[key] for record in alone], rtol=1e-10)
    assert result.parameters.shape == (len(SEEDS), 25)
    assert result.finite.all()


def test_scores_that_there_are_not_are_nan(make_experiment: MakeExperiment) -> None:
    values = sweep(make_experiment(name="sine", output="identity", train_fraction=1.0), SEEDS, 1)
    assert np.isfinite(values.train_loss).all()
    for column in (values.test_loss, values.train_accuracy, values.test_accuracy):
        assert np.isnan(column).all()


def test_seeds_that_diverge_are_told_apart(make_experiment: MakeExperiment) -> None:
    experiment = make_experiment(activation="leaky_relu", output="identity", learning_rate=0.3)
    seeds = range(8)
    result = sweep(experiment, seeds, EPOCHS)
    alone = [_alone(experiment, seed, EPOCHS) for seed in seeds]
    assert 0 < result.finite.sum() < len(seeds)
    assert result.finite.tolist() == [snapshot.finite for snapshot in alone]
    assert [s.epoch for s in result.snapshots] == [s.epoch for s in alone]
    np.testing.assert_array_equal(np.isnan(result.train_accuracy), ~result.finite)
    np.testing.assert_array_equal(np.isnan(result.train_loss), ~result.finite)


@pytest.mark.parametrize("moment", [False, True])
def test_from_parameters_in_a_file(make_experiment: MakeExperiment, tmp_path: Path, moment: bool) -> None:
    path = tmp_path / "start.npz"
    run = NetworkRun(make_experiment(seed=7))
    run.advance(33)
    snapshot = run.snapshot()
    if moment:
        path.write_bytes(moment_content(snapshot.parameters, snapshot.position))
    else:
        save_parameters(path, snapshot.parameters)
    _check(make_experiment(start=str(path)))


def test_it_tells_how_far_it_is(make_experiment: MakeExperiment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "replicas_at_once", lambda *_: 2)
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> bool:
        told.append((done, total))
        return True

    sweep(make_experiment(), range(3), 2, proceed=tell)
    assert told == [(2, 6), (4, 6), (5, 6), (6, 6)]


def test_it_can_be_stopped(make_experiment: MakeExperiment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "replicas_at_once", lambda *_: 2)
    result = sweep(make_experiment(), range(6), 4, proceed=lambda done, _total: done < 12)
    assert not result.complete
    assert [(s.experiment.training.seed, s.epoch) for s in result.snapshots] == [(0, 4), (1, 4), (2, 2), (3, 2)]
    _agree(result.snapshots[2], _alone(make_experiment(), 2, 2))


def test_no_seeds_no_results(make_experiment: MakeExperiment) -> None:
    result = sweep(make_experiment(), (), 3)
    assert result.complete
    assert result.seeds == ()
    assert not len(result.train_loss) + len(result.finite) + len(result.parameters)


def test_more_than_can_be_kept_is_refused(make_experiment: MakeExperiment) -> None:
    experiment = make_experiment(hidden=(2000, 2000), optimizer="adam")
    with pytest.raises(InputError, match=r"50 seeds of a network of 4,010,001 parameters; allowed: up to 8 seeds"):
        sweep(experiment, range(50), 1)


def test_an_experiment_that_makes_no_sense_is_refused(make_experiment: MakeExperiment) -> None:
    with pytest.raises(InputError, match="makes no sense"):
        sweep(make_experiment(output="identity", loss="cross_entropy"), SEEDS, 1)
    with pytest.raises(InputError, match="no connection"):
        sweep(make_experiment(cut=((1, 9, 1),)), SEEDS, 1)

"""Studies as lines, levels that are sought, several measures in one study, and measures of the way."""

from math import inf, isinf
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from nnviz.data.dataset import FloatArray
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.problem import prepare
from nnviz.experiment.validation import complaints
from nnviz.kinds.study.factors import Factor
from nnviz.kinds.study.lines import StudyLine, axis_of, line_measure, lines_of, needed, needed_text, variant_at
from nnviz.kinds.study.measures import MEASURES
from nnviz.kinds.study.results import mark_of
from nnviz.kinds.study.run import StudyRun
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.kinds.study.tasks import Plan
from nnviz.runs.run import NetworkRun

WAVES = Study(
    base=Experiment(
        data=Data(name="waves", samples=200, test_samples=300, dimensions=3, frequency=2.0),
        network=NetworkDesign(output="identity"),
        training=Training(optimizer="adam", learning_rate=0.02),
    ),
    vary=(
        Factor(key="network.hidden", values=(2, 8, 16), title="hidden units"),
        Factor(
            key="measure",
            values=("test_rmse", "rmse", "last_layer_rmse", "sampled_rmse"),
            names=("trained", "on training samples", "random features", "sampled"),
        ),
    ),
    measure="test_rmse",
    lines=True,
    seeds=3,
    epochs=3,
)
LINEAR = Study(
    base=Experiment(
        data=Data(name="linear", samples=64, dimensions=8, singular_values=(4.0, 2.0, 1.0), train_fraction=1.0),
        network=NetworkDesign(hidden=(8,), activation="identity", output="identity", initial_scale=0.1),
        training=Training(learning_rate=0.02, batch_size=64),
    ),
    vary=(Factor(key="network.initial_scale", values=(0.1, 1.0)),),
    measure="in_order",
    seeds=6,
    epochs=300,
)


def _finished(study: Study) -> StudySnapshot:
    run = StudyRun(study)
    run.advance(1000)
    return run.snapshot()


def test_several_measures_are_of_the_same_networks_each_trained_once(monkeypatch: pytest.MonkeyPatch) -> None:
    import nnviz.kinds.study.tasks as tasks  # noqa: PLC0415, PLR0402 - to count

    counted: list[int] = []
    whole = tasks.measured

    def count(*words: Any) -> list[FloatArray]:
        counted.append(1)
        return whole(*words)

    monkeypatch.setattr(tasks, "measured", count)
    found = _finished(WAVES)
    monkeypatch.undo()
    assert len(counted) == 2 * len({task.variant % 3 for task in Plan(WAVES).tasks})  # trained, and not trained
    for name, line in zip(("test_rmse", "rmse"), lines_of(found), strict=False):
        alone = _finished(structs.replace(WAVES, vary=WAVES.vary[:1], measure=name, lines=False))
        assert [a.tobytes() for a in alone.values] == [c.tobytes() for c in line.columns]


def test_what_is_measured_without_training_is_of_the_first_weights() -> None:
    found = lines_of(_finished(WAVES))
    experiment = WAVES.one(1, 0)
    moment = NetworkRun(experiment).snapshot()
    assert found[2].columns[1][0] == MEASURES["last_layer_rmse"].value(moment)
    hidden = np.tanh(moment.problem.train.inputs @ moment.weights[0].T + moment.biases[0])
    assert found[2].columns[1][0] < np.std(moment.problem.test.targets)
    assert hidden.shape == (200, 8)


def test_a_nearest_neighbour_is_found_by_brute_force_too() -> None:
    problem = prepare(WAVES.base)
    moment = NetworkRun(WAVES.base, problem).snapshot()
    away = ((problem.test.inputs[:, None] - problem.train.inputs) ** 2).sum(axis=2)
    errors = problem.train.targets[away.argmin(axis=1)] - problem.test.targets
    assert MEASURES["nearest_rmse"].value(moment) == pytest.approx(float(np.sqrt((errors**2).mean())))


def test_figures_of_different_kinds_have_no_axis_in_common() -> None:
    odd = Factor(key="measure", values=("test_rmse", "in_order"))
    wrong = structs.replace(WAVES, vary=(WAVES.vary[0], odd))
    assert any("no axis in common" in line for line in complaints(wrong))
    unknown = structs.replace(WAVES, vary=(WAVES.vary[0], Factor(key="measure", values=("length",))))
    assert any("is no measure" in line for line in complaints(unknown))
    names = structs.replace(WAVES, vary=(structs.replace(WAVES.vary[0], names=("a",)), WAVES.vary[1]))
    assert any("1 names for 3 values" in line for line in complaints(names))


def test_waves_are_sampled_only_where_the_target_is_waves() -> None:
    sine = structs.replace(WAVES.base, data=Data(name="sine", test_samples=10))
    with pytest.raises(InputError, match="sampled_rmse makes no sense"):
        Plan(structs.replace(WAVES, base=sine))


def test_steps_are_epochs_for_each_number_of_samples() -> None:
    study = structs.replace(
        WAVES, vary=(Factor(key="data.samples", values=(10, 200)),), measure="test_rmse", lines=False, steps=40
    )
    assert [study.epochs_of(steps) for steps in (1, 20, 30, 100)] == [40, 2, 2, 1]
    run = StudyRun(study)
    run.advance(100)
    alone = NetworkRun(study.one(1, 0))
    alone.advance(40)
    alone.measure()
    assert run.snapshot().values[1][0] == pytest.approx(MEASURES["test_rmse"].value(alone.snapshot()))
    assert ("steps each", "40") in run.snapshot().figures


def test_what_is_needed_is_found_between_two_values_on_their_logarithm() -> None:
    columns = (np.array([0.9, 0.4, 0.9, 0.9]), np.array([0.7, 0.3, 0.8, np.nan]), np.array([0.3, 0.2, 0.6, 0.4]))
    found = needed((8.0, 16.0, 32.0), columns, 0.5, rises=False)
    assert found[0] == pytest.approx(16.0 * 2**0.5)
    assert found[1] == pytest.approx(8.0)
    assert isinf(found[2])
    assert found[3] == pytest.approx(32.0)
    rising = needed((1.0, 2.0), (np.array([0.0]), np.array([1.0])), 0.5, rises=True)
    assert rising[0] == pytest.approx(2**0.5)
    order = needed((32.0, 8.0, 16.0), (columns[2], columns[0], columns[1]), 0.5, rises=False)
    assert order[:2] == pytest.approx(found[:2])


LEVEL = structs.replace(
    WAVES,
    vary=(
        Factor(key="data.samples", values=(8, 16, 32), title="samples"),
        Factor(key="data.dimensions", values=(2, 4), title="dimensions"),
        Factor(key="data.waves", values=(100, 1), names=("many", "one")),
    ),
    level=0.5,
)


def test_a_level_stands_against_the_second_thing_with_a_line_for_each_of_the_third() -> None:
    column = [np.array([x]) for x in (0.9, 0.7, 0.3, 0.9, 0.8, 0.6, 0.4, 0.3, 0.2, 0.9, 0.4, 0.3)]
    moment = StudySnapshot(LEVEL, tuple(column))
    many, one = lines_of(moment)
    assert (many.name, one.name) == ("many", "one")
    assert [many.columns[0][0], one.columns[0][0]] == pytest.approx([16 * 2**0.5, 8.0])
    assert many.columns[1][0] == inf
    assert needed_text(LEVEL, inf) == "> 32"
    assert axis_of(LEVEL).names == ("2", "4")
    assert line_measure(LEVEL) == "samples needed: root mean square error, test samples ≤ 0.5"
    assert variant_at(moment, 0, 0) == (2, 0)
    assert variant_at(moment, 0, 1) == (5, 0)
    assert LEVEL.shape == (4, 3)


def test_a_level_needs_two_things_and_is_only_looked_at() -> None:
    alone = structs.replace(LEVEL, vary=LEVEL.vary[:1])
    assert any("level: one thing varies" in line for line in complaints(alone))
    plain = structs.replace(LEVEL, level=None)
    assert any("3 factors crossed" in line for line in complaints(plain))
    two = structs.replace(LEVEL, vary=LEVEL.vary[:2])
    assert mark_of(two) == mark_of(structs.replace(two, level=None, lines=False))


def test_modes_are_learned_in_order_from_a_small_start() -> None:
    small, plain = _finished(LINEAR).successes
    assert small == 6
    assert plain < 6


def test_half_times_are_those_of_a_run_followed_epoch_by_epoch() -> None:
    study = structs.replace(LINEAR, vary=(Factor(key="measure", values=("half_time_1", "half_time_3")),), seeds=2)
    first, third = _finished(structs.replace(study, measure="half_time_1")).values
    assert (first < third).all()
    from nnviz.runs.modes import ModeFigures, Modes  # noqa: PLC0415 - what it is compared with

    run = NetworkRun(study.one(0, 1))
    modes = Modes(run.problem.train)
    shares = []
    for _ in range(80):
        shares.append(ModeFigures.of(run.snapshot(), modes).learned[0] / 4.0)
        run.advance(1)
    k = next(k for k, share in enumerate(shares) if share >= 0.5)
    assert first[1] == pytest.approx(k - (shares[k] - 0.5) / (shares[k] - shares[k - 1]))


def test_where_seeds_are_counted_the_lines_are_shares() -> None:
    seeds = (np.array([1.0, 0.75, 1.0, 0.5]), np.array([0.5, 0.5]), np.empty(0))
    first, second, third = StudyLine("all", seeds, 1.0).summary
    assert (first, second) == ((0.5, 0.5, 0.5), (0.0, 0.0, 0.0))
    assert np.isnan(third).all()

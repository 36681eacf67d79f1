"""Networks with a memory side by side, and studied over seeds."""

from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from nnviz.cli import main
from nnviz.errors import InputError
from nnviz.experiment.files import format_experiment, parse_experiment
from nnviz.experiment.kind import Kind
from nnviz.kinds.memory.schema import Memory
from nnviz.kinds.race.rivals import fork
from nnviz.kinds.race.run import RaceHistory, RaceRun, score_text
from nnviz.kinds.race.schema import Lane, Race
from nnviz.kinds.study.factors import Factor, Range
from nnviz.kinds.study.measures import MEASURES
from nnviz.kinds.study.offers import Choice, factors_of, measures_for, study_of
from nnviz.kinds.study.run import StudyRun, trained_again
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.workers import _text, carry_out
from nnviz.runs.begin import begin
from nnviz.runs.timeline import Timeline
from runs import moment_of

BASE = Memory(units=3, length=5)
RACE = Race(
    base=BASE,
    by="step",
    lanes=(Lane(title="recurrent"), Lane(title="LSTM", change={"cell": "lstm"})),
)
STUDY = Study(
    base=BASE,
    vary=(Factor(key="length", values=(3, 5)), Factor(key="cell", values=("recurrent", "lstm"))),
    seeds=3,
    steps=40,
    success=0.9,
)


def refused(text: str, kind: str = "race") -> str:
    lanes = '[[lanes]]\ntitle = "a"\n[[lanes]]\ntitle = "b"\n' if kind == "race" else ""
    with pytest.raises(InputError) as caught:
        parse_experiment(f'kind = "{kind}"\n{text}\n{lanes}', "x.toml")
    return str(caught.value).removeprefix("x.toml: ")


def test_each_lane_learns_as_it_would_alone() -> None:
    run = begin(RACE)
    run.advance(25)
    run.measure()
    moment = run.snapshot()
    for lane, alone in zip(moment.lanes, RACE.experiments, strict=True):
        assert lane.state.parameters.tobytes() == moment_of(alone, 25).state.parameters.tobytes()
        assert score_text(lane) == f"{100 * lane.state.right:.1f} %"
    assert moment.measures["accuracy 2"] == moment.lanes[1].state.right
    assert moment.loss == min(lane.loss for lane in moment.lanes)
    assert moment.figures[2] == ("LSTM", score_text(moment.lanes[1]))


def test_a_race_goes_back_and_its_losses_are_curves() -> None:
    run, timeline, history = RaceRun(RACE), Timeline(), RaceHistory()
    for _ in range(4):
        timeline.add(run.snapshot())
        run.advance(10)
        run.measure()
    timeline.add(run.snapshot())
    history.follow(timeline.line.moments)
    assert [len(curve.x) for curve in history.curves] == [5, 5]
    assert history.curves[1].figure(0)[-1] == run.snapshot().lanes[1].loss
    then = timeline.line.moments[2]
    run.restore(then)
    run.advance(20)
    last = timeline.line.moments[4]
    for lane, same in zip(run.snapshot().lanes, last.lanes, strict=True):
        assert lane.state.parameters.tobytes() == same.state.parameters.tobytes()


@pytest.mark.parametrize(
    "experiment", [RACE, STUDY, Race(lanes=RACE.lanes[:1] * 2)], ids=["race", "study", "usual"]
)
def test_a_file_gives_the_same(experiment: Kind) -> None:
    assert parse_experiment(format_experiment(experiment), "test") == experiment


def test_a_race_goes_on_from_where_it_is() -> None:
    run = begin(RACE)
    run.advance(30)
    now = run.snapshot()
    again = parse_experiment(format_experiment(now.as_resumed()), "test")
    for lane, same in zip(begin(again).snapshot().lanes, now.lanes, strict=True):
        assert lane.state.parameters.tobytes() == same.state.parameters.tobytes()
        assert lane.state.learned == 30
    fresh = again.reseeded()
    assert all((one.seed, one.weights, one.trained) == (1, (), 0) for one in fresh.experiments)


def test_it_races_on_with_ten_times_the_learning_rate() -> None:
    now = moment_of(BASE, 20)
    race = fork(now)
    assert [lane.title for lane in race.lanes] == ["η = 0.01", "η = 0.1"]
    for lane in begin(race).snapshot().lanes:
        assert lane.state.parameters.tobytes() == now.state.parameters.tobytes()
    fast = moment_of(structs.replace(BASE, learning_rate=5.0))
    assert fork(fast).experiments[1].learning_rate == 10.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[base]\nkind = "hopfield"', "base.kind: 'hopfield' is not allowed; allowed: network, memory"),
        ("base = 3", "base: 3 is not allowed; allowed: a table"),
        (
            '[base]\nkind = "memory"\nunits = 0',
            "base.units: 0 is not allowed; allowed: whole numbers from 1 to 64",
        ),
        ('[base]\nkind = "memory"\nhidden = [4]', "base.hidden: unknown key; allowed: format, cell, units"),
        ('[base]\nkind = "memory"\ncell = "lstm"\nlength = 300', "base.length: is 300 for an LSTM"),
    ],
)
def test_a_base_that_cannot_race_is_refused_in_a_line(text: str, words: str) -> None:
    for kind in ("race", "study"):
        assert refused(text, kind).startswith(words)


def finished(study: Study) -> StudyRun:
    run = StudyRun(study)
    run.advance(10_000)
    assert run.settled
    return run


def test_a_study_finds_what_each_seed_comes_to_alone() -> None:
    values = finished(STUDY).snapshot().values
    assert [len(column) for column in values] == [3, 3, 3, 3]
    for variant in range(4):
        one = moment_of(STUDY.one(variant, 2), 40)
        assert (one.experiment.seed, one.state.right) == (2, values[variant][2])
    assert MEASURES["test_loss"].value(moment_of(BASE, 10)) == moment_of(BASE, 10).loss


def test_steps_until_it_succeeds_are_measured() -> None:
    study = structs.replace(
        STUDY, measure="steps", vary=(Factor(key="length", values=(3, 20)),), steps=200, seeds=2
    )
    easy, hard = finished(study).snapshot().values
    tests = moment_of(study.one(0, 1), 200).state.tests
    assert easy[1] == tests[tests[:, 1] >= 0.95][0, 0]
    assert np.isinf(hard).any()


def test_a_point_opens_the_very_run_it_stands_for() -> None:
    value = finished(STUDY).snapshot().values[3][1]
    run = begin(STUDY.one(3, 1))
    timeline = trained_again(STUDY, 3, 1)(run)
    assert run.snapshot().state.right == value
    assert (timeline.line.moments[0].step, run.step) == (0, 40)


def test_another_process_finds_the_same() -> None:
    run = StudyRun(STUDY)
    task = run.plan.tasks[0]
    assert carry_out(_text(STUDY), [task]) == [run.plan.carried_out((task,))[task]]


def test_a_study_is_offered_of_what_can_vary() -> None:
    experiment = structs.replace(BASE, weights=tuple(moment_of(BASE).state.parameters.tolist()), trained=10)
    titles = {setting.title: setting for setting in factors_of(experiment)}
    assert [m.name for m in measures_for(experiment, None)] == ["success", "test_accuracy", "test_loss", "steps"]
    study = study_of(experiment, [Choice(titles["Length T"], "3; 5")], 2, 4, "success", own_data=False)
    assert (study.base, study.success) == (BASE, 0.95)
    assert [one.length for one in study.experiments] == [3, 5]
    with pytest.raises(InputError, match="5000 is not allowed; allowed: whole numbers from 2 to 500"):
        study_of(experiment, [Choice(titles["Length T"], "5000")], 2, 4, "success", own_data=False)


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (Factor(key="lenght", values=(3, 5)), "'lenght' is no key that can vary"),
        (Factor(key="seed", values=(3, 5)), "'seed' is no key that can vary"),
        (Factor(key="training.learning_rate", values=(0.1, 1.0)), "training: unknown key"),
    ],
)
def test_what_cannot_vary_is_said(factor: Factor, words: str) -> None:
    with pytest.raises(InputError, match=words):
        begin(structs.replace(STUDY, vary=(factor,)))
    with pytest.raises(InputError, match="accuracy makes no sense with these data; allowed with them: success"):
        begin(structs.replace(STUDY, measure="accuracy"))


def test_a_range_of_lengths_is_of_whole_numbers() -> None:
    assert Factor(key="length", range=Range(first=2, last=9, count=3)).all_values == (2, 6, 9)
    assert Factor(key="forget_bias", range=Range(first=0, last=1, count=3)).all_values == (0.0, 0.5, 1.0)


def test_the_command_line_prints_what_a_study_finds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "study.toml"
    path.write_text(format_experiment(structs.replace(STUDY, seeds=1, steps=10)), encoding="utf-8")
    assert main(["study", str(path), "--processes", "1"]) == 0
    assert "3, lstm" in capsys.readouterr().out

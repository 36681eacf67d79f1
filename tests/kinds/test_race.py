from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.files import format_experiment, load_experiment, parse_experiment, save_experiment
from nnviz.kinds.race.rivals import fork
from nnviz.kinds.race.run import RaceHistory, RaceRun, RaceSnapshot
from nnviz.kinds.race.schema import Lane, Race
from nnviz.runs.begin import begin
from nnviz.runs.moment import Moment
from nnviz.runs.run import NetworkRun, Run
from nnviz.runs.scene import Lens
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline

TEXT = """
kind = "race"
by = "epoch"
[base.data]
name = "circle"
noise = 0.1
[base.training]
learning_rate = 0.1
[[lanes]]
title = "one neuron"
change = { network = { hidden = [] } }
[[lanes]]
title = "one hidden layer"
change = { network = { hidden = [4] }, training = { batch_size = 7 } }
[[lanes]]
title = "deep"
change = { network = { hidden = [8, 4] } }
"""

DIVERGING = Lane(
    title="too fast",
    change={
        "network": {"hidden": [8], "activation": "relu", "output": "identity"},
        "training": {"learning_rate": 50.0},
    },
)


def _race(text: str = TEXT) -> Race:
    race = parse_experiment(text, "race.toml")
    assert isinstance(race, Race)
    return race


def _complaint(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_experiment(text, "race.toml")
    return str(caught.value).removeprefix("race.toml: ")


def _equal(one: Snapshot, other: Snapshot) -> None:
    assert (one.step, one.epoch, one.finite) == (other.step, other.epoch, other.finite)
    assert one.position.parameters.tobytes() == other.position.parameters.tobytes()
    assert one.position.memory.tobytes() == other.position.memory.tobytes()


def _all_equal(one: RaceSnapshot, other: RaceSnapshot) -> None:
    assert (one.step, one.measured) == (other.step, other.measured)
    for lane, same in zip(one.lanes, other.lanes, strict=True):
        _equal(lane, same)


def test_lanes_change_the_base() -> None:
    race = _race()
    assert [e.network.hidden for e in race.experiments] == [(), (4,), (8, 4)]
    assert all(e.data == Data(name="circle", noise=0.1) for e in race.experiments)
    assert [e.training.batch_size for e in race.experiments] == [10, 7, 10]


def test_a_race_comes_back_from_its_file() -> None:
    assert parse_experiment(format_experiment(_race()), "race.toml") == _race()


def test_names_of_files_are_relative_to_the_races_own(tmp_path: Path) -> None:
    base = Experiment(data=Data(file=str(tmp_path / "a.csv")))
    lanes = (Lane(title="a"), Lane(title="b", change={"data": {"file": str(tmp_path / "b.csv")}}))
    race = Race(base=base, lanes=lanes)
    save_experiment(race, tmp_path / "race.toml")
    text = (tmp_path / "race.toml").read_text(encoding="utf-8")
    assert 'file = "a.csv"' in text
    assert 'file = "b.csv"' in text
    assert load_experiment(tmp_path / "race.toml") == race


@pytest.mark.parametrize(
    ("lane", "words"),
    [
        (
            "change = { network = { hiden = [] } }",
            "lanes, item 4.change.network.hiden: unknown key; allowed: hidden, ",
        ),
        ("change = 3", "lanes, item 4.change: 3 is not allowed; allowed: a table"),
        ("chance = {}", "lanes, item 4.chance: unknown key; allowed: title, change"),
        ('change = { data = { name = "cat" } }', "lanes, item 4.change.data.name: 'cat' is not known; allowed: "),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(lane: str, words: str) -> None:
    assert _complaint(f'{TEXT}[[lanes]]\ntitle = "x"\n{lane}\n').startswith(words)


def test_the_base_is_checked_too() -> None:
    text = TEXT.replace('"circle"', '"cat"')
    assert _complaint(text).startswith("base.data.name: 'cat' is not known; allowed: ")


def test_two_to_four_lanes_race() -> None:
    lane = '[[lanes]]\ntitle = "x"\n'
    assert _complaint('kind = "race"\n' + lane).endswith("allowed: a list of 2 to 4 tables with title, change")
    assert _complaint(TEXT + 2 * lane).endswith("allowed: a list of 2 to 4 tables with title, change")


@pytest.mark.parametrize("by", ["step", "epoch"])
def test_every_lane_learns_what_its_network_does_alone(by: str) -> None:
    race = _race(TEXT.replace('"epoch"', f'"{by}"'))
    run = RaceRun(race)
    for steps in (1, 4, 8):
        run.advance(steps)
    for lane, experiment in zip(run.snapshot().lanes, race.experiments, strict=True):
        alone = NetworkRun(experiment)
        alone.advance(13 if by == "step" else 13 * alone.steps_an_epoch)
        _equal(lane, alone.snapshot())


def test_by_epochs_all_have_seen_the_samples_as_often() -> None:
    run = RaceRun(_race())
    run.advance(5)
    snapshot = run.snapshot()
    assert [lane.epoch for lane in snapshot.lanes] == [5, 5, 5]
    assert len({lane.step for lane in snapshot.lanes}) == 2
    assert (snapshot.step, snapshot.epoch, snapshot.step_in_epoch, snapshot.steps_an_epoch) == (5, 5, 0, 1)
    assert snapshot.epoch_at(9) == 9


def test_by_steps_all_have_taken_as_many() -> None:
    run = RaceRun(structs.replace(_race(), by="step"))
    run.advance(30)
    snapshot = run.snapshot()
    assert [lane.step for lane in snapshot.lanes] == [30, 30, 30]
    assert (snapshot.epoch, snapshot.step_in_epoch, snapshot.steps_an_epoch) == (1, 5, 25)
    assert run.steps_to_epoch_end == 20
    assert snapshot.epoch_at(50) == 2


@pytest.mark.parametrize("by", ["step", "epoch"])
def test_from_a_moment_it_goes_on_as_it_did(by: str) -> None:
    run = RaceRun(structs.replace(_race(), by=by))
    run.advance(6)
    run.measure()
    moment = run.snapshot().bare()
    run.advance(7)
    then = run.snapshot()
    run.restore(moment)
    _all_equal(run.snapshot(), moment)
    run.advance(7)
    _all_equal(run.snapshot(), then)


def test_a_lane_that_diverges_stops_alone() -> None:
    race = Race(base=Experiment(), lanes=(Lane(title="sound"), DIVERGING))
    run = RaceRun(race)
    run.advance(20)
    run.measure()
    snapshot = run.snapshot()
    assert [lane.finite for lane in snapshot.lanes] == [True, False]
    assert snapshot.finite
    assert run.finite
    assert snapshot.lanes[0].epoch == 20
    assert snapshot.lanes[1].epoch < 20
    stopped = snapshot.lanes[1].step
    run.advance(5)
    assert [lane.step for lane in run.snapshot().lanes] == [25 * 25, stopped]
    assert snapshot.loss == snapshot.lanes[0].loss
    assert snapshot.figures[2] == ("too fast", "diverged")
    assert "accuracy 2" not in snapshot.measures


def test_once_all_have_diverged_it_is_over() -> None:
    run = RaceRun(Race(base=Experiment(), lanes=(DIVERGING, DIVERGING)))
    run.advance(20)
    assert not run.finite
    assert not run.snapshot().finite
    assert np.isnan(run.snapshot().loss)
    before = run.step
    run.advance(3)
    assert run.step == before


def test_measures_are_the_best_lanes_and_every_lanes() -> None:
    run = RaceRun(_race())
    run.advance(40)
    run.measure()
    snapshot = run.snapshot()
    accuracies = [lane.metrics.test.accuracy for lane in snapshot.lanes if lane.metrics.test]
    assert [snapshot.measures[f"accuracy {k}"] for k in (1, 2, 3)] == accuracies
    assert snapshot.measures["accuracy"] == max(a for a in accuracies if a is not None)
    assert snapshot.measures["loss"] == min(lane.metrics.test.loss for lane in snapshot.lanes if lane.metrics.test)
    assert snapshot.measures["train_loss 2"] == snapshot.lanes[1].metrics.train.loss
    assert snapshot.measures["epoch"] == 40
    assert [caption for caption, _ in snapshot.figures] == ["epoch", "one neuron", "one hidden layer", "deep"]


def test_regression_has_losses_for_figures() -> None:
    base = Experiment(data=Data(name="sine"), network=NetworkDesign(output="identity"))
    snapshot = RaceRun(Race(base=base, lanes=(Lane(title="a"), Lane(title="b")))).snapshot()
    assert snapshot.lanes[0].metrics.test
    assert snapshot.figures[1] == ("a", f"{snapshot.lanes[0].metrics.test.loss:.4f}")
    assert "accuracy" not in snapshot.measures


def test_a_picture_has_every_lanes_scene_of_a_few_units() -> None:
    run = RaceRun(
        structs.replace(_race(), lanes=(Lane(title="a", change={"network": {"hidden": [20]}}), DIVERGING))
    )
    scenes = [lane.scene for lane in run.picture(Lens(shown=30)).lanes]
    assert [len(maps) for scene in scenes if scene for maps in scene.maps] == [2, 8, 1, 2, 8, 1]
    assert all(lane.scene is None for lane in run.picture(Lens()).bare().lanes)


def test_training_settings_of_any_lane_change_while_it_goes_on() -> None:
    race = _race()
    faster = structs.replace(race, base=structs.replace(race.base, training=Training(learning_rate=0.5)))
    wider = structs.replace(race, base=structs.replace(race.base, data=Data(name="xor")))
    assert faster.continues(race)
    assert not wider.continues(race)
    assert not structs.replace(race, by="step").continues(race)
    assert not structs.replace(race, lanes=race.lanes[:2]).continues(race)
    assert not race.continues(Experiment())
    run = RaceRun(race)
    run.advance(3)
    run.tune(faster)
    assert run.experiment == faster
    assert [lane.experiment for lane in run.lanes] == list(faster.experiments)
    alone = NetworkRun(race.experiments[0])
    alone.advance(3 * alone.steps_an_epoch)
    alone.tune(faster.experiments[0])
    alone.advance(2 * alone.steps_an_epoch)
    run.advance(2)
    _equal(run.snapshot().lanes[0], alone.snapshot())


def test_going_back_before_a_change_brings_the_former_settings_back() -> None:
    race = _race()
    run = RaceRun(race)
    run.advance(2)
    moment = run.snapshot()
    run.tune(structs.replace(race, base=structs.replace(race.base, training=Training(learning_rate=0.5))))
    run.advance(1)
    run.restore(moment)
    assert run.experiment == race
    assert [lane.experiment for lane in run.lanes] == list(race.experiments)


def test_other_seeds_are_other_weights_in_every_lane() -> None:
    lanes = (Lane(title="a"), Lane(title="b", change={"training": {"seed": 7}, "network": {"hidden": [2]}}))
    race = Race(base=Experiment(), lanes=lanes)
    assert [e.training.seed for e in race.reseeded().experiments] == [1, 8]
    assert race.reseeded().experiments[1].network.hidden == (2,)


def test_no_weight_is_set_by_hand() -> None:
    run = RaceRun(_race())
    before = run.snapshot()
    run.set_parameter(0, 0, 0, 5.0)
    _all_equal(run.snapshot(), before)
    assert before.parameter(0, 0, None) == before.lanes[0].biases[0][0]


def test_a_race_of_like_networks_goes_on_from_another() -> None:
    run = RaceRun(_race())
    run.advance(4)
    moment = run.snapshot()
    other = RaceRun(_race(TEXT.replace("noise = 0.1", "noise = 0.3")))
    assert other.can_adopt(moment)
    other.adopt(moment)
    assert other.step == 4
    for lane, then in zip(other.snapshot().lanes, moment.lanes, strict=True):
        assert np.array_equal(lane.position.parameters, then.position.parameters)
    assert not other.can_adopt(NetworkRun(Experiment()).snapshot())
    assert not other.can_adopt(RaceRun(structs.replace(_race(), lanes=_race().lanes[:2])).snapshot())
    assert not other.can_adopt(RaceRun(structs.replace(_race(), lanes=_race().lanes[::-1])).snapshot())


def test_a_moment_can_be_saved_and_begun_from() -> None:
    run = RaceRun(structs.replace(_race(), lanes=(*_race().lanes, DIVERGING)))
    assert run.snapshot().as_resumed() == run.experiment
    run.advance(5)
    moment = run.snapshot()
    race = parse_experiment(format_experiment(moment.as_resumed()), "race.toml")
    again = RaceRun(race).snapshot()
    for lane, then in list(zip(again.lanes, moment.lanes, strict=True))[:3]:
        assert np.array_equal(lane.position.parameters, then.position.parameters)
    assert again.lanes[3].finite


def test_two_ways_on_from_a_moment_differ_in_the_learning_rate_alone() -> None:
    run = NetworkRun(Experiment(training=Training(learning_rate=0.03)))
    run.advance(40)
    snapshot = run.snapshot()
    race = fork(snapshot)
    assert [lane.title for lane in race.lanes] == ["η = 0.03", "η = 0.3"]
    assert [e.training.learning_rate for e in race.experiments] == [0.03, pytest.approx(0.3)]
    lanes = begin(race).snapshot().lanes
    for lane in lanes:
        assert np.array_equal(lane.position.parameters, snapshot.position.parameters)
    assert fork(snapshot, 1e9).experiments[1].training.learning_rate == 1000.0


def test_it_is_begun_as_all_experiments_are() -> None:
    run: Run = begin(_race())
    moment: Moment = run.snapshot()
    assert isinstance(run, RaceRun)
    assert moment.as_edited().edited
    assert not moment.settled
    assert moment.size == sum(lane.size for lane in run.snapshot().lanes)
    assert moment.effort > 3


def test_curves_go_through_every_moment_and_follow_cuts() -> None:
    run, timeline, history = RaceRun(_race()), Timeline(), RaceHistory()
    for _ in range(12):
        run.measure()
        timeline.add(run.snapshot())
        history.follow(timeline.line.moments)
        run.advance(1)
    losses = [[moment.lanes[k].loss for moment in timeline.line.moments] for k in range(3)]
    assert [curve.figure(0).tolist() for curve in history.curves] == losses
    assert history.curves[0].x.tolist() == list(range(12))
    timeline.resume(6)
    history.follow(timeline.line.moments)
    assert history.curves[2].x.tolist() == list(range(7))


def test_what_was_not_measured_is_no_point_of_a_curve() -> None:
    run, timeline, history = RaceRun(_race()), Timeline(), RaceHistory()
    for step in range(6):
        if step % 3 == 0:
            run.measure()
        timeline.add(run.snapshot())
        run.advance(1)
    history.follow(timeline.line.moments)
    assert history.curves[0].x.tolist() == [0, 3]

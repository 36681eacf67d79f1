from collections.abc import Iterator

import numpy as np
import pytest

from nnviz.experiment.files import parse_experiment
from nnviz.runs.history import (
    TEST_ACCURACY,
    TEST_LOSS,
    TRAIN_ACCURACY,
    TRAIN_LOSS,
    epochs,
)
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import History, Timeline


def moments_of(run: NetworkRun, count: int, steps: int = 7) -> Iterator[Snapshot]:
    for _ in range(count):
        run.advance(steps)
        run.measure()
        yield run.snapshot()


@pytest.fixture
def run() -> NetworkRun:
    return NetworkRun(parse_experiment("[data]\nnoise = 0.1\n", "test"))


@pytest.fixture
def timeline(run: NetworkRun) -> Timeline:
    timeline = Timeline()
    timeline.add(run.snapshot())
    for moment in moments_of(run, 20):
        timeline.add(moment)
    return timeline


def followed(timeline: Timeline) -> History:
    history = History()
    history.follow(timeline)
    return history


def test_an_empty_timeline_has_an_empty_curve() -> None:
    history = followed(Timeline())
    assert len(history.present) == 0
    assert history.others == ()


def test_before_following_anything_the_curve_is_empty() -> None:
    assert len(History().present) == 0


def test_every_moment_is_a_point_with_its_figures(timeline: Timeline) -> None:
    curve = followed(timeline).present
    moments = timeline.line.moments
    assert curve.x.tolist() == [epochs(moment) for moment in moments]
    assert curve.figure(TRAIN_LOSS).tolist() == [moment.metrics.train.loss for moment in moments]
    assert curve.figure(TEST_LOSS).tolist() == [
        moment.metrics.test.loss for moment in moments if moment.metrics.test
    ]
    assert curve.figure(TRAIN_ACCURACY)[-1] == 100.0 * (moments[-1].metrics.train.accuracy or 0.0)
    assert 0.0 <= curve.figure(TEST_ACCURACY)[-1] <= 100.0


def test_epochs_count_the_part_that_is_done(run: NetworkRun) -> None:
    run.advance(run.steps_an_epoch * 3 + 5)
    run.measure()
    assert epochs(run.snapshot()) == pytest.approx(3 + 5 / run.steps_an_epoch)


def test_figures_measured_earlier_stand_where_they_were_measured(run: NetworkRun) -> None:
    run.advance(10)
    run.measure()
    then = epochs(run.snapshot())
    run.advance(30)
    assert epochs(run.snapshot()) == pytest.approx(then)


def test_a_moment_whose_figures_are_those_of_the_one_before_adds_no_point(run: NetworkRun) -> None:
    timeline = Timeline()
    for _ in range(5):
        run.advance(3)
        timeline.add(run.snapshot())
    assert len(followed(timeline).present) == 1


def test_following_step_by_step_gives_the_same_as_at_once(run: NetworkRun) -> None:
    timeline, history = Timeline(), History()
    for moment in moments_of(run, 30):
        timeline.add(moment)
        history.follow(timeline)
    at_once = followed(timeline).present
    assert history.present.x.tolist() == at_once.x.tolist()
    assert history.present.figure(TRAIN_LOSS).tolist() == at_once.figure(TRAIN_LOSS).tolist()


def test_a_moment_in_the_place_of_the_last_one_replaces_its_point(timeline: Timeline, run: NetworkRun) -> None:
    history = followed(timeline)
    before = len(history.present)
    run.set_parameter(0, 0, 0, 5.0)
    timeline.add(run.snapshot())
    history.follow(timeline)
    assert len(history.present) == before
    assert history.present.figure(TRAIN_LOSS)[-1] == run.snapshot().metrics.train.loss


def go_on_otherwise(run: NetworkRun, moment: Snapshot, timeline: Timeline, count: int) -> None:
    """Go on from a moment with another weight, for so many moments."""
    run.restore(moment)
    run.set_parameter(0, 0, 0, 3.0)
    for later in moments_of(run, count):
        timeline.add(later)


def losses_of(timeline: Timeline) -> list[float]:
    return [moment.metrics.train.loss for moment in timeline.line.moments]


def test_resuming_forgets_what_came_after(timeline: Timeline, run: NetworkRun) -> None:
    history, middle = followed(timeline), timeline.line.moments[10]
    timeline.resume(middle.step)
    history.follow(timeline)
    assert history.present.x[-1] == epochs(middle)
    go_on_otherwise(run, middle, timeline, 15)
    history.follow(timeline)
    assert history.present.figure(TRAIN_LOSS).tolist() == losses_of(timeline)


def test_other_moments_than_those_followed_are_noticed_at_any_length(timeline: Timeline, run: NetworkRun) -> None:
    history, middle = followed(timeline), timeline.line.moments[10]
    timeline.resume(middle.step)
    go_on_otherwise(run, middle, timeline, 30)
    history.follow(timeline)
    assert history.present.figure(TRAIN_LOSS).tolist() == losses_of(timeline)


def test_a_branch_shows_the_way_it_came_and_the_old_line_beside_it(timeline: Timeline, run: NetworkRun) -> None:
    history, start = followed(timeline), timeline.line.moments[10]
    old, version = timeline.line, history.version
    timeline.branch(start.step)
    run.restore(start)
    for moment in moments_of(run, 4):
        timeline.add(moment)
    history.follow(timeline)
    expected = timeline.line.moments
    assert expected[:11] == old.moments[:11]
    assert history.present.x.tolist() == [epochs(moment) for moment in expected]
    assert [len(curve) for curve in history.others] == [len(old.moments)]
    assert history.version > version


def test_a_branch_of_a_branch_goes_back_to_the_beginning(timeline: Timeline, run: NetworkRun) -> None:
    for at in (10, 4):
        start = timeline.line.moments[at]
        timeline.branch(start.step)
        run.restore(start)
        for moment in moments_of(run, 8):
            timeline.add(moment)
    steps = [moment.step for moment in timeline.line.moments]
    assert steps == sorted(set(steps))
    assert steps[0] == 0


def test_only_a_few_lines_are_followed(timeline: Timeline) -> None:
    for _ in range(40):
        timeline.branch(timeline.line.moments[0].step)
    assert len(followed(timeline).others) == 11


def test_a_cleared_timeline_is_followed_from_its_new_beginning(timeline: Timeline, run: NetworkRun) -> None:
    history = followed(timeline)
    timeline.clear()
    history.follow(timeline)
    assert len(history.present) == 0
    timeline.add(run.snapshot())
    history.follow(timeline)
    assert len(history.present) == 1


def test_a_thinned_timeline_leaves_the_curve_as_it_is(run: NetworkRun) -> None:
    timeline, history = Timeline(limit=50 * run.snapshot().size), History()
    for moment in moments_of(run, 120, 1):
        timeline.add(moment)
        history.follow(timeline)
    assert len(timeline.line.moments) <= 50
    assert len(history.present) == 120


def test_a_view_that_was_away_for_long_catches_up(run: NetworkRun) -> None:
    timeline = Timeline()
    for moment in moments_of(run, 1500, 1):
        timeline.add(moment)
    curve = followed(timeline).present
    assert len(curve) <= 600
    assert curve.x[0] == epochs(timeline.line.moments[0])
    assert curve.x[-1] == epochs(timeline.line.moments[-1])


def test_regression_has_no_accuracy_and_whole_data_no_test() -> None:
    regression = NetworkRun(parse_experiment('[data]\nname = "plane"\n[network]\noutput = "identity"\n', "test"))
    timeline = Timeline()
    timeline.add(regression.snapshot())
    assert np.isnan(followed(timeline).present.figure(TRAIN_ACCURACY)).all()
    whole = NetworkRun(parse_experiment("[data]\ntrain_fraction = 1.0\n", "test"))
    timeline.clear()
    timeline.add(whole.snapshot())
    assert np.isnan(followed(timeline).present.figure(TEST_LOSS)).all()

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from nnviz.runs.metrics import Score
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Branch, Timeline

MakeRun = Callable[..., NetworkRun]
Moment = Callable[..., Snapshot]


@pytest.fixture(scope="module")
def moment(make_run: MakeRun) -> Moment:
    """A moment at a step, of a run that is there once."""
    snapshot = make_run(hidden=(3,)).snapshot()

    def make(step: int, *, finite: bool = True) -> Snapshot:
        return replace(snapshot, position=replace(snapshot.position, step=step), finite=finite)

    return make


def _steps(line: Branch) -> list[int]:
    return [moment.step for moment in line.moments]


def _counted(timeline: Timeline) -> int:
    return sum(moment.size for line in timeline.lines for moment in line.moments)


_actions = st.lists(
    st.tuples(st.just("add"), st.integers(0, 50))
    | st.tuples(st.sampled_from(["resume", "branch"]), st.integers(0, 2000))
    | st.tuples(st.just("switch"), st.integers(0, 20)),
    max_size=60,
)


@given(actions=_actions, room=st.integers(2, 20))
def test_memory_is_bounded_and_order_kept_whatever_happens(
    moment: Moment, actions: list[tuple[str, int]], room: int
) -> None:
    timeline = Timeline(limit=room * moment(0).size)
    timeline.add(moment(0))
    for action, number in actions:
        last, first = timeline.line.moments[-1], timeline.line.moments[0]
        match action:
            case "add":
                timeline.add(moment(last.step + number))
                assert timeline.line.moments[-1].step == last.step + number
                assert timeline.line.moments[0].step == first.step or len(timeline.line.moments) == 1
            case "resume":
                timeline.resume(number)
            case "branch":
                timeline.branch(number)
            case "switch":
                timeline.switch(timeline.lines[number % len(timeline.lines)])
        assert timeline.size == _counted(timeline) <= timeline.limit
        for line in timeline.lines:
            assert line.moments
            assert _steps(line) == sorted(set(_steps(line)))
            assert line.parent is None or line.parent in timeline.lines


def test_both_ends_stay_and_the_past_is_kept_more_and_more_coarsely(moment: Moment) -> None:
    timeline = Timeline(limit=100 * moment(0).size)
    for step in range(5000):
        timeline.add(moment(step))
        steps = _steps(timeline.line)
        assert (steps[0], steps[-1]) == (0, step)
        assert len(steps) <= 100
    assert len(steps) > 50
    gaps = [after - before for before, after in pairwise(steps)]
    parts = [max(gaps[i : i + len(gaps) // 4]) for i in range(0, len(gaps) - len(gaps) // 4, len(gaps) // 4)]
    assert parts == sorted(parts, reverse=True)
    assert parts[0] >= 4 * parts[-1]
    assert gaps[-5:] == [1] * 5


def test_the_ends_of_the_present_line_stay_even_if_they_alone_are_too_much(moment: Moment) -> None:
    timeline = Timeline(limit=1)
    for step in range(20):
        timeline.add(moment(step))
    assert _steps(timeline.line) == [0, 19]


def test_many_branches_are_bounded_too(moment: Moment) -> None:
    timeline = Timeline(limit=10 * moment(0).size)
    timeline.add(moment(0))
    first = timeline.line
    for _ in range(40):
        timeline.add(moment(timeline.line.moments[-1].step + 1))
        timeline.branch(timeline.line.moments[-1].step)
    assert _counted(timeline) <= timeline.limit
    assert first not in timeline.lines
    assert all(line.parent is None or line.parent in timeline.lines for line in timeline.lines)


def test_a_moment_is_found_by_its_step(moment: Moment) -> None:
    timeline = Timeline()
    for step in (3, 10, 20):
        timeline.add(moment(step))
    found = {step: timeline.line.at(step).step for step in (-1, 0, 3, 9, 10, 19, 20, 1000)}
    assert found == {-1: 3, 0: 3, 3: 3, 9: 3, 10: 10, 19: 10, 20: 20, 1000: 20}


def test_a_moment_at_the_same_step_takes_the_place_of_the_last(moment: Moment) -> None:
    timeline = Timeline()
    old, new = moment(5), moment(5)
    for each in (moment(0), old, new):
        timeline.add(each)
    assert timeline.line.moments[-1] is new
    assert _steps(timeline.line) == [0, 5]
    assert timeline.size == _counted(timeline)


def test_a_moment_before_the_last_is_not_taken(moment: Moment) -> None:
    timeline = Timeline()
    timeline.add(moment(5))
    with pytest.raises(ValueError, match="belongs to a new line"):
        timeline.add(moment(4))
    assert _steps(timeline.line) == [5]


def test_resuming_forgets_what_came_after(moment: Moment) -> None:
    timeline = Timeline()
    for step in range(0, 50, 5):
        timeline.add(moment(step))
    timeline.resume(22)
    assert _steps(timeline.line) == [0, 5, 10, 15, 20]
    assert timeline.size == _counted(timeline)
    timeline.resume(-1)
    assert _steps(timeline.line) == [0]


def test_a_branch_leaves_the_old_line_and_one_can_switch_back(moment: Moment) -> None:
    timeline = Timeline()
    for step in range(10):
        timeline.add(moment(step))
    old = timeline.line
    timeline.branch(4)
    timeline.add(moment(40))
    assert _steps(old) == list(range(10))
    assert _steps(timeline.line) == [0, 1, 2, 3, 4, 40]
    assert timeline.line.parent is old
    assert timeline.line.origin is old.moments[4]
    assert timeline.size == _counted(timeline)
    timeline.switch(old)
    assert timeline.line is old
    assert [_steps(line) for line in timeline.lines] == [[0, 1, 2, 3, 4, 40], list(range(10))]
    timeline.clear()
    assert (timeline.size, len(timeline.lines), timeline.line.moments) == (0, 1, [])


def test_a_line_repeats_itself_where_nothing_was_changed_by_hand(moment: Moment) -> None:
    timeline = Timeline()
    for each in (moment(0), moment(10), replace(moment(15), edited=True), moment(20)):
        timeline.add(each)
    del timeline.line.moments[2]  # as thinning does
    assert [timeline.line.repeats(step) for step in (3, 10, 14, 15, 19, 20, 25)] == [
        True,
        True,
        True,
        False,
        False,
        True,
        True,
    ]
    timeline.branch(12)
    assert timeline.line.repeats(19)
    timeline.switch(timeline.lines[0])
    timeline.resume(12)
    assert timeline.line.repeats(19)


@pytest.mark.parametrize("times", [11.0, float("inf"), float("nan")])
def test_the_last_sound_moment_is_found(moment: Moment, times: float) -> None:
    first = moment(0)
    grown = Score(times * first.metrics.train.loss)
    diverging = replace(moment(7), metrics=structs.replace(first.metrics, train=grown))
    line = Branch([first, moment(5), diverging, moment(9, finite=False)])
    found = line.last_sound()
    assert found is not None
    assert found.step == 5
    assert Branch([moment(0, finite=False)]).last_sound() is None
    assert Branch().last_sound() is None


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"name": "plane", "output": "identity", "hidden": ()},
        {"optimizer": "adam", "batch_size": 500},
        {"name": "digits", "output": "softmax", "hidden": (16,), "optimizer": "adam", "precision": "single"},
        {"name": "digits", "output": "softmax", "hidden": ()},
    ],
)
def test_the_size_of_a_snapshot_is_what_keeping_it_costs(make_run: MakeRun, values: dict[str, Any]) -> None:
    run = make_run(**values)
    run.advance(3)
    count = 100
    kept = []
    tracemalloc.start()
    try:
        for _ in range(count):
            run.advance(1)
            run.measure()
            kept.append(run.snapshot())
        cost = tracemalloc.get_traced_memory()[0] / count
    finally:
        tracemalloc.stop()
    assert kept[0].size / 2 <= cost <= kept[0].size * 2

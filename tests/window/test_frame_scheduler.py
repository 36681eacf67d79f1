from nnviz.experiment.experiment import Experiment
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot
from nnviz.window.display import FrameScheduler


def moments(count: int) -> list[Snapshot]:
    run = NetworkRun(Experiment())
    return [run.snapshot() for _ in range(count)]


def scheduler() -> tuple[FrameScheduler, list[tuple[str, Snapshot]]]:
    """FrameScheduler of two parts, one of which follows more closely, and what they have shown."""
    shown: list[tuple[str, Snapshot]] = []
    often, seldom = (lambda moment, name=name: shown.append((name, moment)) for name in ("often", "seldom"))
    return FrameScheduler(often, seldom, often), shown


def test_each_moment_is_shown_in_the_part_whose_turn_it_is() -> None:
    parts, shown = scheduler()
    a, b, c, d = moments(4)
    for moment in (a, b, c, d):
        parts.show(moment, at_once=False)
    assert shown == [("often", a), ("seldom", b), ("often", c), ("often", d)]


def test_frames_without_a_moment_let_the_other_parts_follow_once() -> None:
    parts, shown = scheduler()
    (moment,) = moments(1)
    parts.show(moment, at_once=False)
    for _ in range(9):
        parts.next_frame()
    assert shown == [("often", moment), ("seldom", moment)]


def test_at_once_is_in_every_part_and_leaves_nothing_behind() -> None:
    parts, shown = scheduler()
    before, moment = moments(2)
    parts.show(before, at_once=False)
    parts.show(moment, at_once=True)
    assert sorted(name for name, shown_then in shown if shown_then is moment) == ["often", "seldom"]
    count = len(shown)
    for _ in range(9):
        parts.next_frame()
    assert len(shown) == count


def test_a_frame_that_is_expensive_by_itself_is_nobodys_turn_unless_the_last_was_so_too() -> None:
    parts, shown = scheduler()
    a, b, c, d = moments(4)
    for moment, is_expensive in ((a, False), (b, True), (c, True), (d, True)):
        parts.show(moment, at_once=False, is_expensive=is_expensive)
    assert shown == [("often", a), ("seldom", c)]


def test_an_expensive_moment_is_shown_at_once_if_that_is_asked_for() -> None:
    parts, shown = scheduler()
    (moment,) = moments(1)
    parts.show(moment, at_once=True, is_expensive=True)
    assert sorted(name for name, _ in shown) == ["often", "seldom"]

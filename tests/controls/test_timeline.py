from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hands import emitted
from nnviz.controls.timeline import TimelineBar
from nnviz.controls.timeline_edge import PositionLine
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline
from timing import least_seconds

Show = Callable[[Any], Any]
Grow = Callable[[Timeline, range], None]

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(show: Show) -> TimelineBar:
    shown: TimelineBar = show(TimelineBar())
    shown.resize(900, 40)
    return shown


@pytest.fixture
def grow(snapshot_of: Callable[..., Snapshot]) -> Grow:
    """Keep moments at these steps, 10 to an epoch."""
    snapshot = snapshot_of()

    def add(timeline: Timeline, steps: range) -> None:
        for step in steps:
            timeline.add(replace(snapshot, position=replace(snapshot.position, step=step, epoch=step // 10)))

    return add


@pytest.fixture
def timeline(grow: Grow) -> Timeline:
    """A moment every 5 steps up to 500."""
    made = Timeline()
    grow(made, range(0, 501, 5))
    return made


def test_before_anything_is_kept_nothing_can_be_asked_for(
    bar: TimelineBar,
) -> None:
    sought = emitted(bar.sought)
    bar.show_timeline(Timeline(), 0)
    QTest.keyClick(bar.track, Qt.Key.Key_Down)
    assert sought == []
    assert not bar.resume.isEnabled()
    assert not bar.branch.isEnabled()


def test_it_follows_the_end(bar: TimelineBar, timeline: Timeline, grow: Grow) -> None:
    sought = emitted(bar.sought)
    for step in (505, 510):
        grow(timeline, range(step, step + 1))
        bar.show_timeline(timeline, step)
        assert bar.track.value() == bar.track.maximum()
    assert bar.place.text() == "step 510 · epoch 51"
    assert not bar.resume.isEnabled()
    assert sought == []


def test_the_past(qtbot: QtBot, bar: TimelineBar, timeline: Timeline) -> None:
    bar.show_timeline(timeline, 250)
    assert bar.track.value() == bar.track.maximum() // 2
    assert bar.place.text() == "step 250 · epoch 25"
    with qtbot.waitSignal(bar.resume_requested):
        QTest.mouseClick(bar.resume, LEFT)
    with qtbot.waitSignal(bar.branch_requested):
        QTest.mouseClick(bar.branch, LEFT)


def test_a_click_seeks(bar: TimelineBar, timeline: Timeline) -> None:
    bar.show_timeline(timeline, 500)
    sought = emitted(bar.sought)
    QTest.mouseClick(bar.track, LEFT, pos=QPoint(bar.track.width() // 2, bar.track.height() // 2))
    assert len(sought) == 1
    assert sought[0] == pytest.approx(250, abs=3)


def test_dragging_seeks_all_the_way(bar: TimelineBar, timeline: Timeline) -> None:
    bar.show_timeline(timeline, 500)
    sought = emitted(bar.sought)
    middle = bar.track.height() // 2
    begin = bar.track.point(bar.track.value()).toPoint()
    QTest.mousePress(bar.track, LEFT, pos=begin)
    for x in (300, 200, 100):
        QTest.mouseMove(bar.track, QPoint(x, middle))
    QTest.mouseMove(bar.track, QPoint(-50, middle))
    bar.show_timeline(timeline, 35)  # what comes back while the hand is on the handle does not move it
    assert bar.track.value() == 0
    QTest.mouseRelease(bar.track, LEFT, pos=QPoint(-50, middle))
    assert sought == sorted(sought, reverse=True)
    assert len(sought) == 4
    assert sought[-1] == 0
    assert bar.track.value() == pytest.approx(700, abs=1)


def test_keys_go_from_moment_to_moment(bar: TimelineBar, timeline: Timeline) -> None:
    bar.show_timeline(timeline, 250)
    sought = emitted(bar.sought)
    QTest.keyClick(bar.track, Qt.Key.Key_Down)
    QTest.keyClick(bar.track, Qt.Key.Key_Up)
    QTest.keyClick(bar.track, Qt.Key.Key_PageUp)
    assert sought == [245, 255, 300]
    bar.show_timeline(timeline, 0)
    QTest.keyClick(bar.track, Qt.Key.Key_Down)
    QTest.keyClick(bar.track, Qt.Key.Key_End)
    assert sought[3:] == [0, 500]


def test_lines(bar: TimelineBar, timeline: Timeline, grow: Grow, choose: Callable[..., None]) -> None:
    bar.show_timeline(timeline, 500)
    assert not bar.lines.isVisible()
    first = timeline.line
    timeline.branch(300)
    grow(timeline, range(305, 400, 5))
    bar.show_timeline(timeline, 395)
    assert bar.lines.isVisible()
    assert bar.lines.currentText() == "branch 1 from epoch 30"
    timeline.branch(350)
    bar.show_timeline(timeline, 350)
    chosen = emitted(bar.line_chosen)
    choose(bar.lines, first)
    assert chosen == [first]
    timeline.switch(first)
    bar.show_timeline(timeline, 500)
    titles = [bar.lines.itemText(index) for index in range(bar.lines.count())]
    assert titles == ["first run", "branch 1 from epoch 30", "branch 2 from epoch 35"]
    assert bar.lines.currentText() == "first run"
    assert len(chosen) == 1


def test_a_new_run_forgets_the_lines(bar: TimelineBar, timeline: Timeline, grow: Grow) -> None:
    timeline.branch(300)
    bar.show_timeline(timeline, 300)
    timeline.clear()
    grow(timeline, range(1))
    bar.show_timeline(timeline, 0)
    assert not bar.lines.isVisible()


def test_a_branch_is_marked_where_it_begins(bar: TimelineBar, timeline: Timeline) -> None:
    first = timeline.line
    timeline.branch(0)
    timeline.switch(first)
    bar.show_timeline(timeline, 500)
    QApplication.processEvents()
    plain = bar.track.grab().toImage()
    timeline.branch(250)
    timeline.switch(first)
    bar.show_timeline(timeline, 500)
    marked = bar.track.grab().toImage()
    different = [x for x in range(marked.width()) if marked.pixelColor(x, 1) != plain.pixelColor(x, 1)]
    assert different
    assert sum(different) / len(different) == pytest.approx(marked.width() / 2, abs=2)


def test_a_moment_costs_nothing_however_many_there_are(bar: TimelineBar, grow: Grow) -> None:
    timeline = Timeline(limit=2**40)
    grow(timeline, range(20_000))
    steps = range(20_000 - 100, 20_000)
    assert least_seconds(partial(bar.show_timeline, timeline, step) for step in steps) < 4e-4


def test_a_fraction_of_the_line_is_gone_to(bar: TimelineBar, timeline: Timeline) -> None:
    sought, moved = emitted(bar.sought), emitted(bar.moved)
    bar.show_timeline(timeline, 250)
    for share in (0.1, -0.1, 2.0, -2.0):
        bar.go_by(share)
    for share in (0.0, 1.0):
        bar.go_to(share)
    assert sought == [300, 200, 500, 0, 0, 500]
    assert moved == [0.5]
    bar.go_by(0.001)
    assert sought.pop() == 255  # the next one that is kept
    bar.show_timeline(Timeline(), 0)
    bar.go_to(0.0)
    assert len(sought) == 6


def test_the_thin_line_is_filled_as_far_as_the_moment_shown(show: Show) -> None:
    line = show(PositionLine())
    line.resize(200, line.height())
    colors = []
    for share in (0.25, 0.75):
        line.show_share(share)
        image = line.grab().toImage()
        colors.append([image.pixelColor(round(x * image.width()), 3).name() for x in (0.2, 0.5, 0.8)])
    filled, rest = colors[0][0], colors[0][2]
    assert filled != rest
    assert colors == [[filled, rest, rest], [filled, filled, rest]]

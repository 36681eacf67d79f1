"""What a frame makes of the window: one painting, of all that takes part in it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nnviz.drawing.view import CanvasView, View
from nnviz.runs.snapshot import Snapshot
from nnviz.window.window import MainWindow

Opener = Callable[..., MainWindow]
DRAWERS = ("activations", "weights", "gradients")


class Events(QObject):
    """Counts the events of a kind that a widget gets."""

    def __init__(self, widget: QWidget, kind: QEvent.Type) -> None:
        super().__init__()
        self.count, self._kind = 0, kind
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == self._kind
        return False


def on_canvas(view: View[Any]) -> CanvasView[Any]:
    """The view in a drawer, which stands on a canvas."""
    assert isinstance(view, CanvasView)
    return view


def with_drawer(window: MainWindow, qtbot: QtBot, drawer: str) -> None:
    """Train a little with a view in the drawer, and paint all of it."""
    window.desk.stage.drawer.open(drawer)
    window.session.advance(epochs=3)
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)
    QApplication.processEvents()


def show_again(window: MainWindow) -> None:
    """Make one frame more."""
    window.session.snapshot_changed.emit(window.session.snapshot)
    QCoreApplication.sendPostedEvents(None, 0)


@pytest.mark.parametrize("drawer", DRAWERS)
def test_all_views_are_painted_in_one_go(window: MainWindow, qtbot: QtBot, drawer: str) -> None:
    with_drawer(window, qtbot, drawer)
    paintings = Events(window, QEvent.Type.UpdateRequest)
    for frames in (1, 2, 3):
        show_again(window)
        assert paintings.count == frames


def test_each_canvas_that_paints_when_told_is_painted_once_a_frame(window: MainWindow, qtbot: QtBot) -> None:
    with_drawer(window, qtbot, "activations")
    views = window.desk.views
    canvases = views.network, views.output.region.plot, views.loss.canvas, on_canvas(views["activations"]).canvas
    paintings = [Events(canvas.viewport(), QEvent.Type.Paint) for canvas in canvases]
    for frames in (1, 2, 3):
        show_again(window)
        assert [each.count for each in paintings] == [frames] * len(canvases)


def moments(window: MainWindow, qtbot: QtBot, count: int) -> list[Snapshot]:
    """So many moments of the run, step by step."""
    seen = []
    for _ in range(count):
        window.session.advance(steps=1)
        qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)
        seen.append(window.session.snapshot)
    return seen


def play(window: MainWindow, qtbot: QtBot, pace: float | None = None) -> None:
    window.session.pace(pace)
    window.session.play()
    qtbot.waitUntil(lambda: window.session.playing, timeout=20_000)


def all_show(window: MainWindow, moment: Snapshot) -> bool:
    """Whether everything in the window says and shows the same moment."""
    views, controls = window.desk.views, window.desk.controls
    others = [on_canvas(views[name]) for name in window.desk.stage.shown[3:]]
    plots: tuple[Any, ...] = views.network, views.loss, *others
    numbers = tuple(figure.number.text() for figure in controls.playback.figures.values())
    return (
        all(plot._snapshot is moment for plot in plots)
        and views.output.region.snapshot is moment
        and numbers == tuple(number for _, number in moment.figures)
        and controls.timeline.place.text().startswith(f"step {moment.step:,} ")
    )


@pytest.mark.parametrize("drawer", DRAWERS)
def test_plots_take_turns_while_it_plays(open_window: Opener, qtbot: QtBot, drawer: str) -> None:
    window = open_window()
    window.desk.stage.drawer.open(drawer)
    views, seen = window.desk.views, []
    ten = moments(window, qtbot, 10)
    play(window, qtbot)
    for moment in ten:
        window.session.snapshot_changed.emit(moment)
        seen.append((views.loss._snapshot is moment, on_canvas(views[drawer])._snapshot is moment))
        assert views.network._snapshot is views.output.region.snapshot is moment
    assert [seen.count(shown) for shown in ((True, False), (False, True), (False, False), (True, True))] == [
        2,
        4,
        4,
        0,
    ]
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)


def painted(window: MainWindow, shown: Iterable[Snapshot], parts: Sequence[QWidget]) -> list[tuple[int, ...]]:
    """How often each part of the window is painted as each moment is shown."""
    counts = []
    for moment in shown:
        paintings = [Events(part, QEvent.Type.Paint) for part in parts]
        window.session.snapshot_changed.emit(moment)
        QCoreApplication.sendPostedEvents(None, 0)
        counts.append(tuple(each.count for each in paintings))
    return counts


def test_what_is_read_is_painted_with_every_fifth_frame_and_not_all_of_it_with_one(
    window: MainWindow, qtbot: QtBot
) -> None:
    ten = moments(window, qtbot, 10)
    play(window, qtbot)
    views, controls = window.desk.views, window.desk.controls
    step = controls.playback.figures["step"].number
    parts = views.network.viewport(), views.loss.canvas.viewport(), step, controls.timeline.place
    QApplication.processEvents()
    assert sorted(painted(window, ten, parts)) == [(1, 0, 0, 0)] * 6 + [(1, 0, 1, 1)] * 2 + [(1, 1, 0, 0)] * 2
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)


def test_of_a_moment_is_partial_the_regions_are_painted_and_the_network_is_not(
    window: MainWindow, qtbot: QtBot
) -> None:
    four = moments(window, qtbot, 4)
    assert four[0].scene
    play(window, qtbot)
    views = window.desk.views
    canvases = views.network.viewport(), views.output.region.plot.viewport()
    QApplication.processEvents()
    shown, last = [], four[0].scene.maps
    for moment, is_partial in zip(four, (False, True, False, True), strict=True):
        assert moment.scene
        last = last if is_partial else moment.scene.maps
        shown.append(replace(moment, scene=replace(moment.scene, maps=last, is_partial=is_partial)))
    assert painted(window, shown, canvases) == [(1, 1), (0, 1), (1, 1), (0, 1)]
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)
    assert views.network._snapshot is window.session.snapshot


@pytest.mark.parametrize("drawer", DRAWERS)
def test_everything_shows_where_it_stops(open_window: Opener, qtbot: QtBot, drawer: str) -> None:
    window = open_window()
    window.desk.stage.drawer.open(drawer)
    for _ in range(3):
        play(window, qtbot)
        with qtbot.waitSignals([window.session.snapshot_changed] * 3, timeout=20_000):
            pass
        window.session.pause()
        qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)
        assert all_show(window, window.session.snapshot)


def test_everything_shows_the_moment_that_was_gone_to(window: MainWindow, qtbot: QtBot) -> None:
    play(window, qtbot)
    qtbot.waitUntil(lambda: window.session.snapshot.step > 50, timeout=20_000)
    for go in (partial(window.session.seek, 20), window.session.step_back, window.session.epoch_back):
        go()
        qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)
        assert all_show(window, window.session.snapshot)


def test_at_a_slow_pace_everything_shows_each_moment(window: MainWindow, qtbot: QtBot) -> None:
    play(window, qtbot, pace=2.0)
    for _ in range(3):
        with qtbot.waitSignal(window.session.snapshot_changed, timeout=20_000):
            pass
        qtbot.waitUntil(partial(all_show, window, window.session.snapshot), timeout=20_000)
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)

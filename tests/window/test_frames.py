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


def as_while_training(moments: Sequence[Snapshot]) -> list[Snapshot]:
    """The moments as frames bring them: every second one is partial, with the maps of the one before."""
    shown: list[Snapshot] = []
    for index, moment in enumerate(moments):
        scene, is_partial = moment.scene, index % 2 == 1
        assert scene
        maps = shown[-1].scene.maps if is_partial and shown[-1].scene else scene.maps
        shown.append(replace(moment, scene=replace(scene, maps=maps, is_partial=is_partial)))
    return shown


def play(window: MainWindow, qtbot: QtBot, pace: float | None = None) -> None:
    window.session.pace(pace)
    window.session.play()
    qtbot.waitUntil(lambda: window.session.playing, timeout=20_000)


def all_show(window: MainWindow, moment: Snapshot) -> bool:
    """Whether everything in the window says and shows the same moment."""
    views, controls = window.desk.views, window.desk.controls
    others = [on_canvas(views[name]) for name in window.desk.stage.shown[3:]]
    plots: tuple[Any, ...] = views.network, views.loss, *others
    numbers = tuple(figure.number.text() for figure in controls.playback.readouts.figures.values())
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
    frames = as_while_training(moments(window, qtbot, 18))
    play(window, qtbot)
    for moment in frames:
        window.session.snapshot_changed.emit(moment)
        network, loss, plot = views.network, views.loss, on_canvas(views[drawer])
        seen.append([view._snapshot is moment for view in (network, loss, plot)])
        assert views.output.region.snapshot is moment
    assert seen[2::2] == [[True, False, False]] * 8
    turns = [*[[False, False, True]] * 4, *[[False, True, False]] * 2, *[[False, False, False]] * 2]
    assert sorted(seen[3::2]) == sorted(turns)
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


def test_what_is_read_is_painted_with_every_eighth_frame_and_not_all_of_it_with_one(
    window: MainWindow, qtbot: QtBot
) -> None:
    frames = as_while_training(moments(window, qtbot, 18))
    play(window, qtbot)
    views, controls = window.desk.views, window.desk.controls
    step = controls.playback.readouts.figures["step"].number
    parts = views.network.viewport(), views.loss.canvas.viewport(), step, controls.timeline.place
    QApplication.processEvents()
    counts = painted(window, frames, parts)
    assert counts[2::2] == [(1, 0, 0, 0)] * 8
    assert sorted(counts[3::2]) == [*[(0, 0, 0, 0)] * 4, *[(0, 0, 1, 1)] * 2, *[(0, 1, 0, 0)] * 2]
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)


def test_of_a_moment_is_partial_the_regions_are_painted_and_the_network_is_not(
    window: MainWindow, qtbot: QtBot
) -> None:
    four = as_while_training(moments(window, qtbot, 4))
    play(window, qtbot)
    views = window.desk.views
    canvases = views.network.viewport(), views.output.region.plot.viewport()
    QApplication.processEvents()
    assert painted(window, four, canvases) == [(1, 1), (0, 1), (1, 1), (0, 1)]
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

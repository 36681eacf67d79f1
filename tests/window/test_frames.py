"""What a frame makes of the window: one painting, of all that takes part in it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nnviz.window.window import MainWindow

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
    canvases = views.network, views.output.region.plot, views.loss.canvas, views.activations.canvas
    paintings = [Events(canvas.viewport(), QEvent.Type.Paint) for canvas in canvases]
    for frames in (1, 2, 3):
        show_again(window)
        assert [each.count for each in paintings] == [frames] * len(canvases)


@pytest.mark.parametrize("drawer", DRAWERS)
def test_plots_take_turns_while_it_plays_and_all_show_where_it_stops(
    open_window: Callable[..., MainWindow], qtbot: QtBot, drawer: str
) -> None:
    window = open_window()
    window.desk.stage.drawer.open(drawer)
    plots = window.desk.views.loss, window.desk.views[drawer]
    window.session.play()
    qtbot.waitUntil(lambda: window.session.playing, timeout=20_000)
    seen: list[tuple[bool, ...]] = []
    window.session.snapshot_changed.connect(
        lambda snapshot: seen.append(tuple(plot._snapshot is snapshot for plot in plots))
    )
    qtbot.waitUntil(lambda: len(seen) >= 6, timeout=20_000)
    assert set(seen) == {(True, False), (False, True)}
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)
    assert all(plot._snapshot is window.session.snapshot for plot in plots)


def test_three_views_take_part_in_every_frame(window: MainWindow, qtbot: QtBot) -> None:
    views = window.desk.views
    window.session.play()
    qtbot.waitUntil(lambda: window.session.playing, timeout=20_000)
    seen: list[bool] = []
    window.session.snapshot_changed.connect(
        lambda snapshot: seen.append(
            views.loss._snapshot is views.network._snapshot is views.output.region.snapshot is snapshot
        )
    )
    qtbot.waitUntil(lambda: len(seen) >= 6, timeout=20_000)
    assert all(seen)
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)

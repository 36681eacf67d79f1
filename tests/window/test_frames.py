"""What a frame makes of the window: one painting, of all that takes part in it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.window.window import MainWindow


class Paintings(QObject):
    """Counts how often anything of a window is painted."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.count = 0
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.UpdateRequest
        return False


def test_all_views_are_painted_in_one_go(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.drawer.open(0)
    window.session.advance(epochs=3)
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)
    QApplication.processEvents()
    paintings = Paintings(window)
    for frames in (1, 2, 3):
        window.session.snapshot_changed.emit(window.session.snapshot)
        QCoreApplication.sendPostedEvents(None, 0)
        assert paintings.count == frames


@pytest.mark.parametrize("drawer", [0, 1])
def test_plots_take_turns_while_it_plays_and_all_show_where_it_stops(
    open_window: Callable[..., MainWindow], qtbot: QtBot, drawer: int
) -> None:
    window = open_window()
    window.desk.drawer.open(drawer)
    views = window.desk.views
    plots = views.loss, (views.activations, views.matrices)[drawer]
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

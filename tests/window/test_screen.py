"""What the screen shows is what the views would paint anew: a grabbed picture cannot tell, for it paints all."""

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hands import press
from nnviz.lessons.lesson import Course
from nnviz.lessons.library import Library
from nnviz.lessons.views import VIEWS
from nnviz.paths import resource
from nnviz.window.window import MainWindow
from seeing import differing

CONTROL = Qt.KeyboardModifier.ControlModifier
LEARNED = 40
"""Steps after which every map differs from that of the start."""


def page_with(view: str) -> tuple[Course, int] | None:
    """The first page of a lesson that shows a view of a run."""
    for course in Library((resource("lessons"),)).courses:
        for index, scene in enumerate(course.scenes):
            layout = scene.layout
            if scene.experiment and view in {layout.main, *layout.side, layout.drawer}:
                return course, index
    return None


def settle(qtbot: QtBot, window: MainWindow, step: int | None = None) -> None:
    """Wait until the views show the run's moment, at this step."""
    stage, session = window.desk.stage, window.session

    def is_settled() -> bool:
        views = (stage.views[name] for name in stage.shown)
        is_there = session.idle and step in {None, session.snapshot.step}
        return is_there and all(view.is_done_with(session.snapshot) for view in views)

    qtbot.waitUntil(is_settled, timeout=30_000)
    QApplication.processEvents()


def seen_and_painted(window: MainWindow) -> tuple[QImage, QImage]:
    """The views on the screen, and painted anew."""
    stage = window.desk.stage
    place = stage.mapTo(window, QPoint())
    screen = window.screen().grabWindow(window.winId(), place.x(), place.y(), stage.width(), stage.height())
    return screen.toImage(), stage.grab().toImage()


def check_whole(qtbot: QtBot, window: MainWindow, step: int | None = None) -> None:
    """The screen comes to show what would be painted anew, once nothing moves any more."""
    settle(qtbot, window, step)
    qtbot.waitUntil(lambda: differing(*seen_and_painted(window)) == 0.0)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_whole_on_the_screen_after_a_change_of_size_and_a_reset(
    window: MainWindow, qtbot: QtBot, name: str
) -> None:
    if found := page_with(name):
        window.lecture.open(*found)
        window.lecture.player.reveal()
    elif name in window.desk.stage.drawer.names:
        window.desk.stage.drawer.open(name)
    window.session.pause()
    window.session.pace(None)
    settle(qtbot, window)
    assert name in window.desk.stage.shown
    window.session.advance(steps=LEARNED)
    settle(qtbot, window)
    changes: list[Callable[[], object]] = [
        partial(window.resize, QSize(1180, 740)),
        partial(press, window, Qt.Key.Key_Plus, CONTROL),
    ]
    for change in changes:
        change()
        check_whole(qtbot, window)
        press(window, Qt.Key.Key_R)
        check_whole(qtbot, window, 0)
        window.session.advance(steps=LEARNED)
        check_whole(qtbot, window)

"""Views of a few pixels, and a screen that is suddenly small."""

import pytest
from pytestqt.qtbot import QtBot

from nnviz.lessons.reading import read_lesson
from nnviz.paths import resource
from nnviz.window.window import MainWindow

_SIZES = ((60, 60), (20, 20), (1, 1), (300, 1), (1, 300))


@pytest.mark.parametrize("name", ["gradient-descent", "xor-solved", "hopfield"])
def test_the_views_of_a_lesson_can_be_of_any_size(window: MainWindow, qtbot: QtBot, name: str) -> None:
    course = read_lesson(resource("lessons", f"{name}.toml"))
    stage = window.desk.stage
    for index in range(len(course.scenes)):
        with qtbot.waitSignal(window.lecture.player.scene_changed):
            window.lecture.open(course, index)
        for view in (stage.views[name].as_widget for name in stage.shown):
            view.setMinimumSize(0, 0)
            for size in _SIZES:
                view.resize(*size)
                assert not view.grab().isNull()


def test_a_page_is_narrow_at_once_on_a_smaller_screen(window: MainWindow, qtbot: QtBot) -> None:
    window.lecture.open(read_lesson(resource("lessons", "xor-solved.toml")), 0)
    window.present(True)
    qtbot.waitUntil(lambda: window.desk.size() == window.screen().size())
    window.resize(3840, 2160)
    qtbot.waitUntil(lambda: window.desk.lesson.width() > 1000)
    window.resize(1024, 768)
    qtbot.waitUntil(lambda: (window.width(), window.desk.width(), window.desk.lesson.width()) == (1024, 1024, 420))
    window.present(False)

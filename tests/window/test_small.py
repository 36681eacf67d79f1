"""Views of a few pixels: nothing is divided by nothing, nothing is painted on a picture without size."""

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

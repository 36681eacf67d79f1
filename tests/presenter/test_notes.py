from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.lessons.lesson import Course
from nnviz.presenter.notes import NotesPanel, duration

Show = Callable[..., QWidget]
CourseOf = Callable[..., Course]
LEFT = Qt.MouseButton.LeftButton


def shown(show: Show, course: Course, index: int = 0) -> NotesPanel:
    panel = NotesPanel()
    show(panel, 400, 400)
    panel.show_scene(course, index)
    return panel


def test_notes_and_the_next_page_are_shown(show: Show, course: Course) -> None:
    panel = shown(show, course)
    assert panel.notes.plain == "Count hands first."
    assert panel.coming.text() == "Next: Draw it"
    panel.show_scene(course, 2)
    assert "No notes" in panel.notes.plain
    assert panel.coming.text() == "This is the last page."


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0:00"), (59.9, "0:59"), (61, "1:01"), (3599, "59:59"), (3661, "1:01:01")]
)
def test_time_is_told_in_minutes_and_hours(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_the_clock_goes_on_from_page_to_page_and_begins_with_a_lesson(
    show: Show, course: Course, course_of: CourseOf, qtbot: QtBot
) -> None:
    panel = shown(show, course)
    qtbot.waitUntil(lambda: panel.elapsed.text() != "0:00", timeout=4000)
    panel.show_scene(course, 1)
    assert panel.elapsed.text() != "0:00"
    panel.show_scene(course_of(id="another"), 0)
    assert panel.elapsed.text() == "0:00"
    assert len(panel.clock.text()) == 5


def test_the_audiences_side_is_frozen_and_blanked_by_buttons(show: Show, course: Course, qtbot: QtBot) -> None:
    panel = shown(show, course)
    for button, signal in (
        (panel.freeze_button, panel.freeze_toggled),
        (panel.blank_button, panel.blank_toggled),
    ):
        for wanted in (True, False):
            with qtbot.waitSignal(signal) as toggled:
                QTest.mouseClick(button, LEFT)
            assert toggled.args == [wanted]


def test_showing_how_the_audiences_side_is_tells_nothing(show: Show, course: Course, qtbot: QtBot) -> None:
    panel = shown(show, course)
    with qtbot.assertNotEmitted(panel.freeze_toggled), qtbot.assertNotEmitted(panel.blank_toggled):
        panel.show_audience(frozen=True, blank=True)
    assert panel.freeze_button.isChecked()
    assert panel.blank_button.isChecked()

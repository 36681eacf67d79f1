from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.lessons.history import Event, Winter
from nnviz.lessons.lesson import Course
from nnviz.presenter.library import LibraryDialog
from nnviz.presenter.library_rows import ENTRY
from nnviz.presenter.years import Line, lines_of
from nnviz.theme import THEMES, theme

CourseOf = Callable[..., Course]
Key = Qt.Key


@pytest.fixture
def courses(course_of: CourseOf) -> list[Course]:
    return [course_of(id=name, title=f"On {name}") for name in ("hebb", "hopfield", "backprop", "own")]


def shown(qtbot: QtBot, courses: list[Course]) -> LibraryDialog:
    dialog = LibraryDialog(courses)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def line_at(dialog: LibraryDialog) -> Line:
    line: Line = dialog.years.currentIndex().data(ENTRY)
    return line


def test_events_have_the_lessons_that_the_library_has(courses: list[Course]) -> None:
    opened = {(line.years, line.course.lesson.id) for line in lines_of(courses) if line.course}
    assert opened == {("1949", "hebb"), ("1982", "hopfield"), ("1986", "backprop"), ("2024", "hopfield")}


def test_what_happened_in_a_winter_is_shaded(courses: list[Course]) -> None:
    shaded = [line.years for line in lines_of(courses) if line.in_winter]
    assert shaded == ["1974–1980", "1987–1993", "1989", "1989", "1989", "1993"]


def test_the_library_turns_over_and_back(qtbot: QtBot, courses: list[Course]) -> None:
    dialog = shown(qtbot, courses)
    assert (dialog.list.isVisible(), dialog.years.isVisible()) == (True, False)
    dialog.by_year.click()
    assert (dialog.list.isVisible(), dialog.years.isVisible()) == (False, True)
    assert dialog.by_year.text() == "By &part"
    dialog.by_year.click()
    assert (dialog.list.isVisible(), dialog.years.isVisible()) == (True, False)


def test_keys_go_from_lesson_to_lesson_and_enter_opens(qtbot: QtBot, courses: list[Course]) -> None:
    dialog = shown(qtbot, courses)
    dialog.by_year.click()
    assert line_at(dialog).years == "1949"
    for _ in range(2):
        QTest.keyClick(dialog.search, Key.Key_Down)
    assert line_at(dialog).years == "1986"  # those without a lesson are passed over
    with qtbot.waitSignal(dialog.chosen) as chosen:
        QTest.keyClick(dialog.search, Key.Key_Return)
    assert chosen.args == [courses[2], 0]


def test_a_double_click_opens_and_an_event_without_a_lesson_does_not(qtbot: QtBot, courses: list[Course]) -> None:
    dialog = shown(qtbot, courses)
    dialog.by_year.click()
    model = dialog.years.model()
    rows = {model.index(k, 0).data(ENTRY).years: model.index(k, 0) for k in range(model.rowCount())}
    view = dialog.years.viewport()
    for year in ("1943", "1974–1980"):
        place = dialog.years.visualRect(rows[year]).center()
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=place)
        assert dialog.isVisible()
    place = dialog.years.visualRect(rows["1949"]).center()
    with qtbot.waitSignal(dialog.chosen) as chosen:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [courses[0], 0]


def test_searching_lists_lessons_and_the_time_line_comes_back(qtbot: QtBot, courses: list[Course]) -> None:
    dialog = shown(qtbot, courses)
    dialog.by_year.click()
    QTest.keyClicks(dialog.search, "own")
    assert not dialog.years.isVisible()
    assert dialog.current is courses[3]
    dialog.search.clear()
    assert dialog.years.isVisible()


def test_without_lessons_it_is_read_only(qtbot: QtBot) -> None:
    dialog = shown(qtbot, [])
    dialog.by_year.click()
    assert dialog.current is None
    QTest.keyClick(dialog.search, Key.Key_Return)
    assert dialog.isVisible()


@pytest.mark.parametrize("name", THEMES)
def test_every_row_is_told_in_words_and_painted(qtbot: QtBot, courses: list[Course], name: str) -> None:
    dialog = shown(qtbot, courses)
    dialog.set_theme(theme(name))
    dialog.by_year.click()
    model = dialog.years.model()
    for k in range(model.rowCount()):
        line, told = model.index(k, 0).data(ENTRY), model.index(k, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert isinstance(line.what, Event | Winter)
        assert told.startswith(line.years)
        assert dialog.years.visualRect(model.index(k, 0)).width() <= dialog.years.viewport().width()
    colors = dialog.years.grab().toImage()
    accent = theme(name).accent
    assert any(colors.pixelColor(5, y).name() == accent for y in range(colors.height()))

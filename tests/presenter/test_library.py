from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nnviz.errors import InputError
from nnviz.lessons.lesson import Course, Page
from nnviz.presenter.library import LibraryDialog
from nnviz.presenter.library_rows import ENTRY, Entry, entries, part_title
from nnviz.theme import THEMES, theme
from seeing import use_font

CourseOf = Callable[..., Course]
Key = Qt.Key


@pytest.fixture
def courses(course_of: CourseOf) -> list[Course]:
    return [
        course_of(id="mine", title="My own", source=(), references=()),
        course_of(id="vanishing", title="Why depth was hard", part=2, order=2, source=("P22, Gradients",)),
        course_of(
            id="neuron", title="The artificial neuron", part=1, order=1, summary="One unit and its *surface*"
        ),
        course_of(id="hebb", title="Fire together", part=1, order=3, source=("S23, Hebb",)),
    ]


def shown(qtbot: QtBot, courses: list[Course], errors: tuple[InputError, ...] = ()) -> LibraryDialog:
    dialog = LibraryDialog(courses, errors)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def ids(found: list[Course | None]) -> list[str]:
    return [course.lesson.id if course else "" for course in found]


def test_lessons_stand_in_their_parts_in_order(courses: list[Course]) -> None:
    listed = [entry.course for entry in entries(courses)]
    assert ids(listed) == ["", "neuron", "hebb", "", "vanishing", "", "mine"]
    assert [entry.number for entry in entries(courses) if entry.course] == [1, 2, 1, 1]
    assert part_title(1).startswith("Part I ")
    assert part_title(99) == "More lessons"


def listed(dialog: LibraryDialog) -> list[Entry]:
    model = dialog.list.model()
    return [model.index(row, 0).data(ENTRY) for row in range(model.rowCount())]


def test_a_lesson_keeps_its_number_while_one_searches(qtbot: QtBot, courses: list[Course]) -> None:
    dialog = shown(qtbot, courses)
    QTest.keyClicks(dialog.search, "hebb")
    assert [(entry.course, entry.number) for entry in listed(dialog)] == [(courses[3], 2)]
    dialog.search.clear()
    assert ids([entry.course for entry in listed(dialog)]) == ["", "neuron", "hebb", "", "vanishing", "", "mine"]


def test_a_lesson_is_opened_at_the_page_that_says_what_is_sought(
    qtbot: QtBot, courses: list[Course], course_of: CourseOf
) -> None:
    pages = (Page(title="One", words="Nothing."), Page(title="Two", words="The **quokka** rule."))
    dialog = shown(qtbot, [*courses, course_of(*pages, id="deep", title="Deep")])
    QTest.keyClicks(dialog.search, "quokka")
    (entry,) = listed(dialog)
    assert entry.page == 1
    with qtbot.waitSignal(dialog.chosen) as chosen:
        QTest.keyClick(dialog.search, Key.Key_Return)
    assert chosen.args == [entry.course, 1]


def test_a_term_is_explained_and_what_is_near_a_slip_is_said(qtbot: QtBot, courses: list[Course]) -> None:
    dialog = shown(qtbot, courses)
    assert not dialog.answer.isVisible()
    QTest.keyClicks(dialog.search, "vanishing gradient")
    assert dialog.answer.text().startswith("vanishing gradient: a gradient that")
    assert ids([entry.course for entry in listed(dialog)]) == ["vanishing"]
    dialog.search.clear()
    QTest.keyClicks(dialog.search, "artficial")
    assert dialog.answer.text() == "No lesson says “artficial”. Near it: artificial."
    assert dialog.current is courses[2]


def test_a_lesson_is_opened_by_keys_alone(qtbot: QtBot, courses: list[Course]) -> None:
    dialog = shown(qtbot, courses)
    assert dialog.current is courses[2]
    for _ in range(2):
        QTest.keyClick(dialog.search, Key.Key_Down)
    assert dialog.current is courses[1]
    QTest.keyClick(dialog.search, Key.Key_Up)
    with qtbot.waitSignal(dialog.chosen) as chosen:
        QTest.keyClick(dialog.search, Key.Key_Return)
    assert chosen.args == [courses[3], 0]
    assert not dialog.isVisible()


def test_typing_searches_and_enter_opens_what_is_found(qtbot: QtBot, courses: list[Course]) -> None:
    dialog = shown(qtbot, courses)
    QTest.keyClicks(dialog.search, "depth")
    with qtbot.waitSignal(dialog.chosen) as chosen:
        QTest.keyClick(dialog.search, Key.Key_Enter)
    assert chosen.args == [courses[1], 0]


def test_where_nothing_is_found_enter_opens_nothing(qtbot: QtBot, courses: list[Course]) -> None:
    dialog = shown(qtbot, courses)
    QTest.keyClicks(dialog.search, "xyzzyx")
    assert dialog.nothing.isVisible()
    with qtbot.assertNotEmitted(dialog.chosen):
        QTest.keyClick(dialog.search, Key.Key_Return)
        QTest.keyClick(dialog.search, Key.Key_Down)
    assert dialog.isVisible()


def test_a_double_click_opens_and_a_heading_does_not(qtbot: QtBot, courses: list[Course]) -> None:
    dialog = shown(qtbot, courses)
    left, view = Qt.MouseButton.LeftButton, dialog.list.viewport()
    rows = [dialog.list.visualRect(dialog.list.model().index(row, 0)).center() for row in (0, 2)]
    with qtbot.assertNotEmitted(dialog.chosen):
        QTest.mouseClick(view, left, pos=rows[0])
        QTest.mouseDClick(view, left, pos=rows[0])
    QTest.mouseClick(view, left, pos=rows[1])
    with qtbot.waitSignal(dialog.chosen) as chosen:
        QTest.mouseDClick(view, left, pos=rows[1])
    assert chosen.args == [courses[3], 0]


def test_escape_closes_without_a_choice(qtbot: QtBot, courses: list[Course]) -> None:
    dialog = shown(qtbot, courses)
    with qtbot.assertNotEmitted(dialog.chosen):
        QTest.keyClick(dialog.search, Key.Key_Escape)
    assert not dialog.isVisible()


def test_files_that_are_no_lessons_are_told_in_a_line_each(qtbot: QtBot, courses: list[Course]) -> None:
    errors = tuple(InputError(f"lesson{k}.toml: pages[1].title: missing\n; allowed: a line") for k in range(9))
    dialog = shown(qtbot, courses, errors)
    lines = dialog.errors.text().splitlines()
    assert lines[0] == "lesson0.toml: pages[1].title: missing ; allowed: a line"
    assert len(lines) == 5
    assert lines[-1].startswith("… and 5 more")
    assert not shown(qtbot, courses).errors.isVisible()


def test_it_writes_as_large_as_the_window_and_stays_within_it(qtbot: QtBot, courses: list[Course]) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    use_font(window, 40)
    window.resize(1000, 700)
    dialog = LibraryDialog(courses, (), window)
    assert dialog.list.font().pixelSize() == 40
    assert dialog.width() <= 1000
    assert dialog.height() <= 700


def test_an_empty_library_says_so(qtbot: QtBot) -> None:
    dialog = shown(qtbot, [])
    assert dialog.current is None
    assert dialog.nothing.isVisible()


def test_a_lessons_own_picture_is_shown(qtbot: QtBot, courses: list[Course]) -> None:
    picture = QPixmap(64, 40)
    picture.fill(QColor("#12ff34"))
    for own in (picture, None):
        dialog = LibraryDialog(courses, picture=lambda _course, own=own: own)  # type: ignore[misc]
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        image = dialog.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        pixels = np.frombuffer(image.constBits(), np.uint32) & 0xFFFFFF
        assert bool((pixels == 0x12FF34).any()) == (own is not None)


@pytest.mark.parametrize("name", THEMES)
def test_rows_are_high_enough_for_long_words(qtbot: QtBot, course_of: CourseOf, name: str) -> None:
    short, long = course_of(id="a", summary="few words"), course_of(id="b", summary="many words " * 27)
    dialog = shown(qtbot, [short, long])
    dialog.set_theme(theme(name))
    dialog.resize(500, 500)
    QApplication.processEvents()
    heights = [dialog.list.visualRect(dialog.list.model().index(row, 0)).height() for row in (1, 2)]
    assert heights[1] > heights[0] + 3 * dialog.fontMetrics().height()

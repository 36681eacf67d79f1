from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from nnviz.lessons.lesson import Course, Page, Question
from nnviz.presenter.page import PagePanel
from nnviz.presenter.player import QuestionState
from nnviz.presenter.style import QuietButton
from nnviz.presenter.words import RichText
from nnviz.theme import theme

Show = Callable[..., QWidget]
CourseOf = Callable[..., Course]
LEFT = Qt.MouseButton.LeftButton


def shown(
    show: Show, course: Course, index: int = 0, width: int = 330, height: int = 640, pixels: int = 16
) -> PagePanel:
    panel = PagePanel()
    show(panel, width, height, pixels)
    panel.show_scene(course, index, {0})
    QApplication.processEvents()
    return panel


def counted(question: Question) -> QuestionState:
    state = QuestionState(question)
    for choice, guesses in ((0, 5), (1, 12), (3, 1)):
        state = state.count(choice, guesses)
    return state


def text_of(panel: PagePanel) -> str:
    parts = [part for part in panel.findChildren(QWidget) if part.isVisible()]
    words = [part.plain for part in parts if isinstance(part, RichText)]
    return " ".join(words + [part.text() for part in parts if isinstance(part, QLabel | QAbstractButton)])


def test_a_page_shows_its_titles_and_words(show: Show, course: Course) -> None:
    panel = shown(show, course, 2)
    for words in (
        "What one neuron cannot do",
        "The end",
        "Words.",
        "Look at something",
        "Try next something else",
    ):
        assert words in text_of(panel)


def test_only_the_last_page_names_sources(show: Show, course: Course) -> None:
    assert "Minsky" not in text_of(shown(show, course, 0))
    last = text_of(shown(show, course, 2))
    assert "Source S23, Perceptron" in last
    assert "References Minsky & Papert 1969" in last


def test_buttons_and_dots_say_where_to_go(show: Show, course: Course, qtbot: QtBot) -> None:
    panel = shown(show, course, 1)
    for button, signal in (
        (panel.navigation.back, panel.back_requested),
        (panel.navigation.next, panel.next_requested),
        (panel.header.close_button, panel.closed),
    ):
        with qtbot.waitSignal(signal):
            QTest.mouseClick(button, LEFT)
    with qtbot.waitSignal(panel.page_chosen) as chosen:
        QTest.mouseClick(panel.navigation.dots, LEFT, pos=panel.navigation.dots.place(2).toPoint())
    assert chosen.args == [2]


def test_a_click_between_dots_and_edge_chooses_nothing(show: Show, course: Course, qtbot: QtBot) -> None:
    panel = shown(show, course)
    with qtbot.assertNotEmitted(panel.page_chosen):
        QTest.mouseClick(panel.navigation.dots, LEFT, pos=QPoint(2, 2))


def test_there_is_nothing_before_the_first_page_and_behind_the_last(show: Show, course: Course) -> None:
    panel = shown(show, course, 0)
    assert (panel.navigation.back.isEnabled(), panel.navigation.next.isEnabled()) == (False, True)
    panel.show_scene(course, 2, {0, 1})
    assert (panel.navigation.back.isEnabled(), panel.navigation.next.isEnabled()) == (True, False)


def test_many_pages_have_their_dots_in_rows(show: Show, course_of: CourseOf, qtbot: QtBot) -> None:
    course = course_of(*(Page(title=f"page {k}") for k in range(60)))
    dots = shown(show, course, 30).navigation.dots
    places = [dots.place(page) for page in range(60)]
    assert len({place.y() for place in places}) > 1
    # rows ask for more height than there was room for, and get it with the next layout
    qtbot.waitUntil(lambda: all(dots.rect().contains(place.toPoint()) for place in places))


def test_guesses_are_counted_by_a_click_on_the_words_and_taken_back_by_minus(
    show: Show, course: Course, question: Question, qtbot: QtBot
) -> None:
    panel = shown(show, course)
    assert [c.guesses.text() for c in panel.question.choices] == [""] * 4
    panel.show_question(counted(question))
    for index, choice in enumerate(panel.question.choices):
        with qtbot.waitSignal(panel.counted) as guessed:
            QTest.mouseClick(choice, LEFT, pos=choice.words.geometry().center())
        assert guessed.args == [index, 1]
    with qtbot.waitSignal(panel.counted) as guessed:
        QTest.mouseClick(panel.question.choices[1].fewer, LEFT)
    assert guessed.args == [1, -1]
    assert [c.guesses.text() for c in panel.question.choices] == ["5", "12", "0", "1"]
    assert not panel.question.choices[2].fewer.isEnabled()


def test_bars_are_as_long_as_guesses_are_many(show: Show, course: Course, question: Question) -> None:
    panel = shown(show, course)
    panel.show_question(counted(question))
    assert [c.state.share for c in panel.question.choices] == pytest.approx([5 / 12, 1.0, 0.0, 1 / 12])
    panel.show_question(QuestionState(question).count(0, 1))
    assert panel.question.choices[0].state.share == pytest.approx(0.2)


def test_before_the_guess_nothing_is_revealed(show: Show, course: Course, question: Question) -> None:
    panel = shown(show, course)
    before = {text_of(panel)}
    panel.show_question(counted(question))
    said = text_of(panel)
    assert {choice.state.right for choice in panel.question.choices} == {None}
    assert before != {said}
    for told in ("contradiction", "✓", "✗", "our guess", "Look at", "Try next"):
        assert told not in said


def test_the_guess_and_the_right_choice_are_marked_with_signs(
    show: Show, course: Course, question: Question
) -> None:
    panel = shown(show, course)
    panel.show_question(QuestionState(question).count(0, 1).reveal())
    assert [c.mark.text() for c in panel.question.choices] == ["✗ our guess", "✓ right", "", ""]
    for told in ("contradiction", "Look at", "Try next"):
        assert told in text_of(panel)
    panel.show_question(QuestionState(question).count(1, 1).reveal())
    assert [c.mark.text() for c in panel.question.choices] == ["", "✓ right, our guess", "", ""]


def test_after_the_answer_no_click_guesses_or_counts(
    show: Show, course: Course, question: Question, qtbot: QtBot
) -> None:
    panel = shown(show, course)
    panel.show_question(counted(question).reveal())
    choice = panel.question.choices[0]
    assert not choice.fewer.isVisible()
    assert not panel.question.answer_button.isVisible()
    with qtbot.assertNotEmitted(panel.counted):
        place = choice.mapTo(panel.question, choice.rect().center())
        QTest.mouseClick(panel.question.childAt(place) or panel.question, LEFT)


def test_the_answer_is_asked_for_and_guesses_or_not_it_says_what_it_does(
    show: Show, course: Course, question: Question, qtbot: QtBot
) -> None:
    panel = shown(show, course)
    button = panel.question.answer_button
    assert button.text() == "Skip (S)"
    with qtbot.waitSignal(panel.answer_requested):
        QTest.mouseClick(button, LEFT)
    panel.show_question(QuestionState(question).count(3, 1))
    assert button.text() == "Answer (S)"
    with qtbot.waitSignal(panel.answer_requested):
        QTest.mouseClick(button, LEFT)


def test_a_number_that_is_typed_is_shown(show: Show, course: Course, question: Question) -> None:
    panel = shown(show, course)
    panel.show_question(QuestionState(question).type_digit(3).type_digit(7))
    assert "37 for …" in text_of(panel)


def test_a_guess_is_drawn(show: Show, course: Course) -> None:
    panel = shown(show, course, 1)
    assert "Draw your guess in the plane" in text_of(panel)
    question = course.lesson.pages[1].question
    assert question
    state = QuestionState(question).draw(np.zeros((2, 2)))
    panel.show_question(state)
    assert "Answer (S)" in text_of(panel)
    panel.show_question(state.reveal())
    assert "dashed line" in text_of(panel)
    assert not panel.question.answer_button.isVisible()


def test_a_page_without_a_question_has_no_box(show: Show, course: Course) -> None:
    panel = shown(show, course, 0)
    panel.show_scene(course, 2, {0})
    panel.show_question(None)
    assert not panel.question.isVisible()


def test_pages_done_leave_a_question_as_it_stands(show: Show, course: Course, question: Question) -> None:
    panel = shown(show, course)
    panel.show_question(counted(question))
    panel.show_scene(course, 0, {0, 1})
    assert panel.question.choices[1].guesses.text() == "12"


def test_the_question_is_in_view_though_the_words_are_long(
    show: Show, course_of: CourseOf, question: Question, qtbot: QtBot
) -> None:
    page = Page(title="Long", words="Many words. " * 150, question=question)
    panel = shown(show, course_of(page, page))
    qtbot.waitUntil(lambda: panel.hidden_height > 0)
    last = panel.question.answer_button
    bottom = last.mapTo(panel, last.rect().bottomLeft()).y()
    assert bottom <= panel.area.geometry().bottom() + 1
    panel.show_question(QuestionState(question).count(0, 1).reveal())
    reveal = panel.question.reveal
    qtbot.waitUntil(
        lambda: reveal.mapTo(panel, reveal.rect().bottomLeft()).y() <= panel.area.geometry().bottom() + 1
    )


@pytest.mark.parametrize(("width", "height", "pixels"), [(330, 640, 16), (480, 900, 22), (900, 1900, 48)])
def test_no_part_is_clipped_or_wider_than_the_panel(
    show: Show, course: Course, question: Question, width: int, height: int, pixels: int
) -> None:
    panel = shown(show, course, 0, width, height, pixels)
    for state in (counted(question), counted(question).reveal()):
        panel.show_question(state)
        QApplication.processEvents()
        for part in panel.findChildren(QWidget):
            if not part.isVisible():
                continue
            if isinstance(part, RichText):
                assert part.height() >= part.heightForWidth(part.width()), part.plain
            elif isinstance(part, QLabel) and part.text():
                room = part.heightForWidth(part.width()) if part.wordWrap() else part.sizeHint().height()
                assert part.height() >= room, part.text()
                assert part.wordWrap() or part.width() >= part.sizeHint().width(), part.text()
            elif isinstance(part, QAbstractButton) and part.text():
                assert part.width() >= part.sizeHint().width(), part.text()
            right = part.mapTo(panel, part.rect().topRight()).x()
            assert right <= panel.width(), part


def test_the_audiences_page_has_no_buttons_and_shows_the_bars(
    show: Show, course: Course, question: Question
) -> None:
    panel = PagePanel(operated=False)
    show(panel)
    for state in (counted(question), counted(question).reveal(), counted(question)):
        panel.show_scene(course, 0, set())
        panel.show_question(state)
        assert not [button for button in panel.findChildren(QuietButton) if button.isVisible()]
        assert [c.guesses.text() for c in panel.question.choices][:2] == ["5", "12"]


def test_no_text_is_smaller_than_the_panels(show: Show, course: Course, question: Question) -> None:
    panel = shown(show, course, 0, pixels=22)
    panel.show_question(counted(question))
    parts = [part for kind in (RichText, QLabel, QAbstractButton) for part in panel.findChildren(kind)]
    assert min(part.font().pixelSize() for part in parts) == 22
    assert panel.header.title.font().pixelSize() == 30


def test_a_click_leaves_the_keys_to_the_lecture(show: Show, course: Course) -> None:
    panel = shown(show, course, 1)
    QTest.mouseClick(panel.navigation.next, LEFT)
    assert {part.focusPolicy() for part in panel.findChildren(QWidget)} == {Qt.FocusPolicy.NoFocus}


@pytest.mark.parametrize("name", ["light", "high_contrast"])
def test_a_page_looks_as_it_did(
    show: Show, course: Course, name: str, assert_matches_image: Callable[[QWidget, str], None]
) -> None:
    panel = shown(show, course, 2, 330, 420)
    panel.set_theme(theme(name))
    assert_matches_image(panel, f"page_{name}")


@pytest.mark.parametrize("name", ["light", "high_contrast"])
def test_a_question_looks_as_it_did(
    show: Show,
    course: Course,
    question: Question,
    name: str,
    assert_matches_image: Callable[[QWidget, str], None],
) -> None:
    panel = shown(show, course, 0, 330, 560)
    panel.set_theme(theme(name))
    panel.show_question(counted(question))
    assert_matches_image(panel, f"question_{name}")
    panel.show_question(counted(question).reveal())
    assert_matches_image(panel, f"question_revealed_{name}")

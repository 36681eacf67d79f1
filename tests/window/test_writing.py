"""Lessons written in the window: the form driven by keys and mouse, the file read back."""

import re
from pathlib import Path
from threading import Thread, current_thread
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from hands import LEFT, press
from nnviz.authoring.form import LessonForm
from nnviz.lessons import writing
from nnviz.lessons.lesson import Lesson
from nnviz.lessons.reading import read_lesson
from nnviz.paths import resource
from nnviz.window import manuscript
from nnviz.window.window import MainWindow

KEY, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_TEXT = """\
# mine
id = "mine"
title = "Mine"

[[pages]]
title = "One"   # a short one
words = "First."
experiment.kind = "network"

[pages.question]
# think of it
ask = "Which?"
choices = ["this", "that"]
answer = 2

[[pages]]
title = "Two"
notes = "A note."
[pages.run]
play = true
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "mine.lesson.toml"
    path.write_text(_TEXT, encoding="utf-8")
    return path


@pytest.fixture
def form(window: MainWindow, qtbot: QtBot, path: Path) -> LessonForm:
    """The form on the first page, opened by its key."""
    window.files.open(path)
    _idle(window, qtbot)
    press(window, KEY.Key_F2)
    assert window.writing.is_open
    return window.desk.form


def _idle(window: MainWindow, qtbot: QtBot) -> None:
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.idle)


def _lesson(path: Path) -> Lesson:
    return read_lesson(path).lesson


def _field(form: LessonForm, name: str) -> Any:
    return form.page_fields[name,].field


def _write(field: QWidget, text: str) -> None:
    """Write in place of what is there."""
    QTest.mouseClick(field.viewport(), LEFT)  # type: ignore[attr-defined]
    press(field, KEY.Key_A, CTRL)
    QTest.keyClicks(field, text)


def test_what_is_written_is_saved_and_shown_a_moment_later(
    window: MainWindow, form: LessonForm, qtbot: QtBot, path: Path
) -> None:
    experiment, step = window.session.experiment, window.session.snapshot.step
    _write(_field(form, "words"), "Look at $w$.")
    assert _lesson(path).pages[0].words == "First."  # not with every key
    qtbot.waitUntil(lambda: _lesson(path).pages[0].words == "Look at $w$.")
    assert window.desk.lesson.page.words.plain.startswith("Look at")
    assert path.read_text("utf-8") == _TEXT.replace("First.", "Look at $w$.")
    assert window.session.experiment is experiment
    assert window.session.snapshot.step == step
    assert window.desk.notice.words == ""


def test_a_key_that_commands_the_window_is_a_letter_in_a_field(window: MainWindow, form: LessonForm) -> None:
    _write(_field(form, "notes"), "rbw gs? ")
    press(window, KEY.Key_F2)
    assert not window.writing.is_open
    assert window.lecture.blank.color == ""
    assert window.lecture.player.waits_for_guess
    assert _lesson(window.writing.manuscript.path or Path()).pages[0].notes == "rbw gs?"


def test_undo_takes_back_what_was_written_and_redo_brings_it_again(
    window: MainWindow, form: LessonForm, path: Path
) -> None:
    for name, text in (("title", "Uno"), ("look", "there")):
        _write(_field(form, name), text)
        press(_field(form, name), KEY.Key_Tab)
    assert window.menus.actions["undo"].text() == "Undo write look at"
    _write(_field(form, "title"), "Due")
    press(_field(form, "title"), KEY.Key_Z, CTRL)  # of what is not saved yet, too
    assert (_lesson(path).pages[0].title, _field(form, "title").text) == ("Uno", "Uno")
    press(window, KEY.Key_Z, CTRL)
    assert _lesson(path).pages[0].look == ""
    press(window, KEY.Key_Z, CTRL)
    assert path.read_text("utf-8") == _TEXT
    assert window.desk.lesson.page.header.title.plain == "One"
    press(window, KEY.Key_Z, CTRL | SHIFT)
    assert window.desk.lesson.page.header.title.plain == "Uno"
    press(window, KEY.Key_F2)
    assert not window.menus.actions["undo"].isEnabled()  # the experiment has no edits


def test_a_question_is_written_with_its_choices(window: MainWindow, form: LessonForm, path: Path) -> None:
    choices = form.question.choices
    QTest.mouseClick(choices.add, LEFT)
    assert "it is empty" in choices.rows[2].complaint.text()
    assert _lesson(path).pages[0].question.choices == ("this", "that")  # type: ignore[union-attr]
    QTest.keyClicks(choices.rows[2].field, "neither")
    right = choices.rows[2].right
    QTest.mouseClick(right, LEFT, pos=QPoint(8, right.height() // 2))
    _write(form.question.reveal.field, "Neither of $a$ and $b$.")
    press(form.question.reveal.field, KEY.Key_Tab)
    question = _lesson(path).pages[0].question
    assert question is not None
    assert (question.choices, question.answer) == (("this", "that", "neither"), 3)
    assert question.reveal == "Neither of $a$ and $b$."
    assert "# think of it" in path.read_text("utf-8")
    assert [choice.words.plain for choice in window.desk.lesson.page.question.choices] == list(question.choices)
    QTest.mouseClick(choices.rows[0].remove, LEFT)
    question = _lesson(path).pages[0].question
    assert question is not None
    assert (question.choices, question.answer) == (("that", "neither"), 2)
    assert window.lecture.player.waits_for_guess


def test_a_question_comes_and_goes_by_its_kind(form: LessonForm, path: Path) -> None:
    kind = form.question.kind
    for times, expected in ((1, "plane"), (1, "curve")):
        for _ in range(times):
            press(kind, KEY.Key_Down)
        question = _lesson(path).pages[0].question
        assert question is not None
        assert (question.draw, question.choices) == (expected, ())
    for _ in range(3):
        press(kind, KEY.Key_Up)
    assert _lesson(path).pages[0].question is None
    assert form.question.ask.isHidden()


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("words", "$\\foo$", "formula $\\foo$: unknown command \\foo"),
        ("words", "a lone $", "a dollar sign without its partner"),
        ("notes", "[link](there)", "holds a link"),
        ("title", "", "it is empty; allowed: 1 to 160 characters"),
    ],
)
def test_a_mistake_is_said_in_one_line_at_its_field(
    form: LessonForm, path: Path, name: str, text: str, line: str
) -> None:
    field = form.page_fields[name,]
    _write(field.field, text)
    if not text:
        press(field.field, KEY.Key_Delete)
    press(field.field, KEY.Key_Tab)
    assert line in field.complaint.text()
    assert not field.complaint.isHidden()
    said = [other for other in form.page_fields.values() if not other.complaint.isHidden()]
    assert said == [field]
    _write(field.field, "Fine")
    press(field.field, KEY.Key_Tab)
    assert field.complaint.isHidden()
    assert getattr(_lesson(path).pages[0], name) == "Fine"


def test_a_mistake_in_one_field_keeps_no_other_from_being_saved(form: LessonForm, path: Path) -> None:
    _write(_field(form, "words"), "a lone $")
    _write(_field(form, "look"), "at it")
    press(_field(form, "look"), KEY.Key_Tab)
    page = _lesson(path).pages[0]
    assert (page.words, page.look) == ("First.", "at it")
    assert _field(form, "words").text == "a lone $"


def test_the_page_that_is_left_is_saved_and_the_next_is_in_the_form(
    window: MainWindow, form: LessonForm, qtbot: QtBot, path: Path
) -> None:
    QTest.mouseClick(window.desk.lesson.page.question.answer_button, LEFT)
    _write(_field(form, "title"), "Uno")
    QTest.mouseClick(window.desk.lesson.page.navigation.next, LEFT)
    assert [page.title for page in _lesson(path).pages] == ["Uno", "Two"]
    assert window.lecture.player.index == 1
    assert _field(form, "title").text == "Two"
    assert form.heading.text() == "Page 2 of 2"
    _idle(window, qtbot)


_WRONG = "a lone $"


def _leave(window: MainWindow, form: LessonForm, qtbot: QtBot, way: str, path: Path) -> None:
    """Leave the first page, and come back to it."""
    if way == "page":
        window.lecture.player.go(1)
        _idle(window, qtbot)
        assert _field(form, "words").text == ""
        window.lecture.player.go(0)
    elif way == "form":
        for _ in range(2):
            press(window, KEY.Key_F2)
    elif way == "lesson":
        window.lecture.close()
        _idle(window, qtbot)
        window.lecture.open(read_lesson(path))
        press(window, KEY.Key_F2)
    else:
        window.pages.move(1)
        _idle(window, qtbot)
        window.pages.move(-1)
    _idle(window, qtbot)


@pytest.mark.parametrize("way", ["page", "form", "lesson", "moved"])
def test_what_cannot_be_saved_is_kept_with_its_page(
    window: MainWindow, form: LessonForm, qtbot: QtBot, path: Path, way: str
) -> None:
    _write(_field(form, "words"), _WRONG)
    _write(form.lesson_fields["title",].field, "x" * 161)
    _leave(window, form, qtbot, way, path)
    assert _lesson(path).pages[0].words == "First."
    assert _lesson(path).title == "Mine"
    assert (_field(form, "words").text, form.lesson_fields["title",].text) == (_WRONG, "x" * 161)
    assert "without its partner" in form.page_fields["words",].complaint.text()
    _write(_field(form, "words"), "Right.")
    press(_field(form, "words"), KEY.Key_Tab)
    assert _lesson(path).pages[0].words == "Right."


def test_it_is_said_that_something_is_kept(window: MainWindow, form: LessonForm, qtbot: QtBot) -> None:
    _write(_field(form, "words"), _WRONG)
    _write(_field(form, "look"), _WRONG)
    window.lecture.player.go(1)
    _idle(window, qtbot)
    kept = "Page 1: words, look at could not be saved as you wrote it, and is kept in the page's form."
    assert window.desk.notice.words == kept


@pytest.mark.parametrize("answer", [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes])
def test_before_it_is_lost_at_the_end_it_is_asked(
    window: MainWindow,
    form: LessonForm,
    monkeypatch: pytest.MonkeyPatch,
    answer: QMessageBox.StandardButton,
) -> None:
    asked: list[str] = []

    def question(_parent: QWidget, _title: str, words: str, *_buttons: object) -> QMessageBox.StandardButton:
        asked.append(words)
        return answer

    monkeypatch.setattr(QMessageBox, "question", question)
    window.files.asks = True
    _write(_field(form, "words"), _WRONG)
    assert window.close() == (answer == QMessageBox.StandardButton.Yes)
    assert len(asked) == 1
    assert "cannot be saved as it is" in asked[0]


def test_a_question_that_cannot_be_saved_is_kept_and_another_field_saved(
    window: MainWindow, form: LessonForm, qtbot: QtBot, path: Path
) -> None:
    choices = form.question.choices
    QTest.mouseClick(choices.add, LEFT)
    _write(form.question.ask.field, "Which one?")
    _write(_field(form, "look"), "there")
    _leave(window, form, qtbot, "page", path)
    assert _lesson(path).pages[0].look == "there"
    assert form.question.ask.text == "Which one?"
    assert [*form.question.choices.texts] == ["this", "that", ""]
    QTest.keyClicks(form.question.choices.rows[2].field, "neither")
    press(form.question.choices.rows[2].field, KEY.Key_Tab)
    question = _lesson(path).pages[0].question
    assert question is not None
    assert (question.ask, question.choices) == ("Which one?", ("this", "that", "neither"))


def test_a_lesson_is_read_and_written_beside_the_window(
    window: MainWindow, form: LessonForm, qtbot: QtBot, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[Thread] = set()

    def noted(do: Any) -> Any:
        def done(*arguments: Any) -> Any:
            threads.add(current_thread())
            return do(*arguments)

        return done

    for module, name in ((writing, "parse_lesson"), (writing, "write_atomically"), (manuscript, "read_text")):
        monkeypatch.setattr(module, name, noted(getattr(module, name)))
    _write(_field(form, "words"), "Here.")
    press(_field(form, "words"), KEY.Key_Tab)
    window.pages.add()
    _idle(window, qtbot)
    press(window, KEY.Key_Z, CTRL)
    assert [page.words for page in _lesson(path).pages] == ["Here.", ""]
    assert threads
    assert current_thread() not in threads
    assert window.writing.manuscript.stack.count() == 2  # nobody takes what is written here for another's


def test_what_was_written_in_one_lesson_is_not_saved_in_another(
    window: MainWindow, form: LessonForm, qtbot: QtBot, path: Path
) -> None:
    other = path.with_name("other.toml")
    other.write_text(_TEXT.replace("mine", "other"), encoding="utf-8")
    _write(_field(form, "title"), "Uno")
    window.lecture.open(read_lesson(other))
    assert _lesson(path).pages[0].title == "Uno"
    assert _lesson(other).pages[0].title == "One"
    assert window.writing.manuscript.stack.count() == 0
    _idle(window, qtbot)


def test_pages_are_moved_copied_and_removed_and_all_of_it_is_undone(
    window: MainWindow, form: LessonForm, qtbot: QtBot, path: Path
) -> None:
    def titles() -> list[str]:
        _idle(window, qtbot)
        return [page.title for page in _lesson(path).pages]

    QTest.mouseClick(form.buttons["copy"], LEFT)
    assert titles() == ["One", "One", "Two"]
    assert window.lecture.player.index == 1
    press(window, KEY.Key_PageDown, CTRL | SHIFT)
    assert titles() == ["One", "Two", "One"]
    assert (window.lecture.player.index, form.heading.text()) == (2, "Page 3 of 3")
    QTest.mouseClick(form.buttons["remove"], LEFT)
    assert titles() == ["One", "Two"]
    QTest.mouseClick(form.buttons["remove"], LEFT)
    assert titles() == ["One"]
    assert not form.buttons["remove"].isEnabled()
    for expected in (["One", "Two"], ["One", "Two", "One"], ["One", "One", "Two"], ["One", "Two"]):
        press(window, KEY.Key_Z, CTRL)
        assert titles() == expected
    assert path.read_text("utf-8") == _TEXT


@pytest.mark.usefixtures("form")
def test_a_page_that_cannot_stand_there_is_refused(window: MainWindow, path: Path) -> None:
    press(window, KEY.Key_PageDown, CTRL | SHIFT)
    assert "page 1, experiment: missing" in window.desk.notice.words
    assert path.read_text("utf-8") == _TEXT
    assert window.writing.manuscript.stack.count() == 0


def test_a_shipped_lesson_is_copied_before_it_is_written(window: MainWindow, qtbot: QtBot) -> None:
    window.files.open(resource("lessons") / "neuron.toml")
    press(window, KEY.Key_F2)
    form = window.desk.form
    before = form.page_fields["title",].text
    QTest.keyClicks(_field(form, "title"), "x")
    assert form.page_fields["title",].text == before
    assert "comes with nnviz" in form.reason.text()
    QTest.mouseClick(form.buttons["own"], LEFT)
    path = window.writing.manuscript.path
    assert path == window.lessons.folder / "neuron-2.lesson.toml"
    assert str(path) in window.desk.notice.words
    assert _lesson(path).pages == read_lesson(resource("lessons") / "neuron.toml").lesson.pages
    assert form.reason.isHidden()
    assert window.windowTitle().startswith(f"{_lesson(path).title} (neuron-2.lesson.toml)")
    _idle(window, qtbot)


def test_a_new_lesson_says_where_it_is_and_can_be_written_at_once(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "half-moons.lesson.toml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    window.menus.actions["new_lesson"].trigger()
    assert f"Your lesson: {path}" in window.desk.notice.words
    assert "half-moons.lesson.toml" in window.windowTitle()
    form = window.desk.form
    assert form.path.toolTip() == str(path)
    QTest.keyClicks(_field(form, "title"), "The ")
    window.menus.actions["add_page"].trigger()
    assert [page.title for page in _lesson(path).pages] == ["The Half moons", "Page 2"]
    assert window.lecture.player.index == 1
    _idle(window, qtbot)


def test_the_form_has_no_lesson_to_write_without_one(window: MainWindow) -> None:
    for name in ("write", "add_page", "copy_page", "page_up"):
        window.menus.actions[name].trigger()
        assert not window.writing.is_open
    assert "begin one with New lesson" in window.desk.notice.words


def test_full_screen_and_the_end_of_a_lesson_close_the_form(
    window: MainWindow, form: LessonForm, qtbot: QtBot, path: Path
) -> None:
    _write(_field(form, "title"), "Uno")
    press(window, KEY.Key_F5)
    assert not window.writing.is_open
    press(window, KEY.Key_Escape)
    press(window, KEY.Key_F2)
    _write(_field(form, "title"), "Due")
    press(window, KEY.Key_W, CTRL)
    assert not window.writing.is_open
    assert _lesson(path).pages[0].title == "Due"
    _idle(window, qtbot)


def test_another_programs_edit_is_in_the_form(
    window: MainWindow, form: LessonForm, qtbot: QtBot, path: Path
) -> None:
    _write(_field(form, "title"), "Uno")
    press(_field(form, "title"), KEY.Key_Tab)
    path.write_text(_TEXT.replace('"One"', '"Eins"'), encoding="utf-8")
    qtbot.waitUntil(lambda: _field(form, "title").text == "Eins", timeout=10_000)
    assert window.writing.manuscript.stack.count() == 0
    _idle(window, qtbot)


def test_what_cannot_be_saved_is_said_and_stays_in_the_form(form: LessonForm, path: Path) -> None:
    path.unlink()
    path.mkdir()
    _write(_field(form, "title"), "Uno")
    press(_field(form, "title"), KEY.Key_Tab)
    assert re.search("it is a directory|is a directory", form.complaint.text(), re.IGNORECASE)
    assert _field(form, "title").text == "Uno"


def test_a_field_takes_marks_and_what_is_pasted(form: LessonForm, path: Path) -> None:
    field = _field(form, "words")
    _write(field, "one two")
    press(field, KEY.Key_A, CTRL)
    press(field, KEY.Key_B, CTRL)
    assert field.text == "**one two**"
    QGuiApplication.clipboard().setText("two\r\nlines", QClipboard.Mode.Clipboard)
    title = _field(form, "title")
    title.setFocus()
    press(title, KEY.Key_A, CTRL)
    press(title, KEY.Key_V, CTRL)
    assert title.text == "two lines"
    press(title, KEY.Key_Return)
    assert _lesson(path).pages[0].title == "two lines"
    assert field.hasFocus()


def test_a_handout_is_written_by_another_process(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    window.menus.actions["handout"].trigger()
    assert "No lesson is open" in window.desk.notice.words
    out = path.with_name("out.pdf")
    window.handouts.write(path, out, notes=True)
    qtbot.waitUntil(lambda: window.process.process is None, timeout=60_000)
    assert window.desk.notice.words == f"Handout: {out}"
    assert out.read_bytes().startswith(b"%PDF")
    path.write_text("pages = 7", encoding="utf-8")
    window.handouts.write(path, out, notes=False)
    qtbot.waitUntil(lambda: window.process.process is None, timeout=60_000)
    assert window.desk.notice.words.startswith("mine.lesson.toml: ")


def test_a_lesson_is_saved_as_one_file_which_opens_and_stays_as_it_is(
    window: MainWindow, form: LessonForm, qtbot: QtBot, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = path.with_name("mail.nnlesson")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path.with_name("mail")), ""))
    _write(_field(form, "title"), "Uno")
    window.menus.actions["one_file"].trigger()
    assert window.desk.notice.words == ""
    window.files.open(out)
    player = window.lecture.player
    assert player.course
    assert (player.course.path, player.course.lesson.pages[0].title) == (out, "Uno")
    assert "one file" in form.reason.text()
    QTest.mouseClick(form.buttons["own"], LEFT)
    assert window.writing.manuscript.path == window.lessons.folder / "mine.lesson.toml"
    assert form.reason.isHidden()
    _idle(window, qtbot)

"""Lectures as a lecturer gives them: the real window, a clicker's keys, every lesson there is."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hands import drag, press
from nnviz.experiment.experiment import Experiment
from nnviz.lessons.lesson import Course
from nnviz.lessons.library import Library
from nnviz.lessons.reading import parse_lesson, read_lesson
from nnviz.paths import resource
from nnviz.presenter.words import RichText
from nnviz.window.window import MainWindow
from stress import CASES

Opener = Callable[..., MainWindow]
COURSES = Library((resource("lessons"),)).courses
NAMES = [course.lesson.id for course in COURSES]


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the run that a page asked for has begun, and stop it where it is."""
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.idle, timeout=60_000)


def course_named(name: str) -> Course:
    return next(course for course in COURSES if course.lesson.id == name)


def test_lessons_are_paged_through_at_speed(window: MainWindow, qtbot: QtBot) -> None:
    """Nobody waits for anything: pages are turned while runs begin. Under stress in all lessons."""
    for course in COURSES if CASES else COURSES[::3]:
        window.lecture.open(course)
        for _ in range(2 * len(course.scenes)):
            press(window, Qt.Key.Key_PageDown)
        press(window, Qt.Key.Key_PageUp)
    settle(qtbot, window)
    assert window.desk.notice.words == ""


def test_a_question_holds_the_run_until_a_guess(window: MainWindow, qtbot: QtBot) -> None:
    window.lecture.open(course_named("three-datasets"))
    settle(qtbot, window)
    press(window, Qt.Key.Key_Space)
    press(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window.session.idle)
    assert window.session.snapshot.step == 0
    assert "asks first" in window.desk.notice.words
    press(window, Qt.Key.Key_A)
    question = window.lecture.player.question
    assert question is not None
    assert (question.guess, question.revealed) == (question.answer, False)  # others may guess, too
    press(window, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: 0 in window.lecture.player.done, timeout=30_000)
    settle(qtbot, window)


def test_a_view_that_shows_the_answer_comes_with_it(window: MainWindow, qtbot: QtBot) -> None:
    course, page = next(
        (course, page)
        for course in COURSES
        for page, scene in enumerate(course.scenes)
        if scene.asked.main != scene.layout.main
    )
    asked, answered = course.scenes[page].asked, course.scenes[page].layout
    window.lecture.open(course, page)
    settle(qtbot, window)
    stage = window.desk.stage
    assert stage.placed == (asked.main, *asked.side)
    press(window, Qt.Key.Key_S)
    assert stage.placed == (answered.main, *answered.side)
    assert stage.views[answered.main].as_widget.isVisible()
    settle(qtbot, window)


def test_b_guesses_while_a_question_waits_and_is_black_otherwise(window: MainWindow, qtbot: QtBot) -> None:
    window.lecture.open(course_named("three-datasets"))
    for _ in range(2):
        press(window, Qt.Key.Key_B)
    question, blank = window.lecture.player.question, window.lecture.blank
    assert question is not None
    assert (question.counts[1], blank.color) == (2, "")
    press(window, Qt.Key.Key_Period)  # always black
    assert blank.color == "black"
    press(window, Qt.Key.Key_Period)
    press(window, Qt.Key.Key_S)
    press(window, Qt.Key.Key_B)
    assert blank.color == "black"
    page = window.lecture.player.index
    for key in (Qt.Key.Key_Space, Qt.Key.Key_R, Qt.Key.Key_G):
        press(window, key)
    assert blank.color == "black"
    for key in (
        Qt.Key.Key_PageDown,
        Qt.Key.Key_PageUp,
    ):  # a clicker's only keys: they wake
        press(window, key)
        assert (blank.color, window.lecture.player.index) == ("", page)
        press(window, Qt.Key.Key_W)
        assert blank.color == "white"
    press(window, Qt.Key.Key_Escape)
    assert blank.color == ""
    settle(qtbot, window)


def test_a_page_key_that_is_held_turns_one_page(window: MainWindow) -> None:
    repeating = {name for name, action in window.menus.actions.items() if action.autoRepeat()}
    assert not {"next_page", "previous_page"} & repeating
    assert {"step", "step_back"} <= repeating


def test_a_clicker_that_sends_f5_and_escape_by_turns_does_no_harm(window: MainWindow, qtbot: QtBot) -> None:
    window.lecture.open(course_named("neuron"), 1)
    settle(qtbot, window)
    experiment = window.session.experiment
    for key in (Qt.Key.Key_F5, Qt.Key.Key_F5, Qt.Key.Key_Escape, Qt.Key.Key_Escape, Qt.Key.Key_F11):
        press(window, key)
    assert window.isFullScreen()
    assert window.menuBar().isHidden()
    press(window, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    assert window.lecture.player.index == 1
    assert window.session.experiment == experiment


def test_guesses_are_counted_by_letters_numbers_and_clicks(window: MainWindow) -> None:
    window.lecture.open(course_named("three-datasets"))
    shift = Qt.KeyboardModifier.ShiftModifier
    for key in (Qt.Key.Key_A, Qt.Key.Key_A, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_B):
        press(window, key)
    press(window, Qt.Key.Key_A, shift)
    press(window, Qt.Key.Key_F)  # there is no such choice
    choices = window.desk.lesson.page.question.choices
    QTest.mouseClick(choices[0], Qt.MouseButton.LeftButton)
    question = window.lecture.player.question
    assert question is not None
    assert question.counts == (2, 12, 0, 0)
    assert [choice.guesses.text() for choice in choices] == ["2", "12", "0", "0"]
    assert window.session.snapshot.step == 0
    press(window, Qt.Key.Key_S)
    press(window, Qt.Key.Key_A)
    assert window.lecture.player.question
    assert window.lecture.player.question.counts == question.counts


def test_a_guess_that_was_drawn_is_kept_whatever_key_shows_the_answer(window: MainWindow, qtbot: QtBot) -> None:
    course, page = next(
        (course, index)
        for course in COURSES
        for index, page in enumerate(course.lesson.pages)
        if page.question and page.question.draw == "curve"
    )
    window.lecture.open(course, page)
    settle(qtbot, window)
    sheet = window.lecture.guesses._sheet
    assert sheet is not None
    area = sheet._ground.area.toRect()
    drag(sheet, area.center(), area.center() + QPoint(30, 10), area.center() + QPoint(60, 30))
    question = window.lecture.player.question
    assert question is not None
    assert question.drawn is not None
    press(window, Qt.Key.Key_PageDown)
    assert not window.lecture.player.waits_for_guess
    assert window.lecture.guesses.points.shape == question.drawn.shape
    assert not window.lecture.guesses.is_drawing
    settle(qtbot, window)


def test_a_lesson_is_written_from_the_window_and_read_again_when_it_changes(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.session.advance(epochs=3)
    qtbot.waitUntil(lambda: window.session.idle and window.session.snapshot.epoch == 3)
    before = window.session.snapshot
    path = tmp_path / "my-first.lesson.toml"
    window.pages.begin(path)
    assert str(path) in window.desk.notice.words
    window.desk.notice.hide()
    settle(qtbot, window)
    assert window.lecture.player.course is not None
    assert window.lecture.player.course.lesson.title == "My first"
    assert window.session.snapshot.weights[0].tolist() == before.weights[0].tolist()

    path.write_text(f"# mine\n{path.read_text('utf-8')}# to be continued\n", "utf-8")
    qtbot.waitUntil(lambda: window.session.idle)
    window.pages.add()
    settle(qtbot, window)
    assert window.lecture.player.index == 1
    lines = path.read_text("utf-8").splitlines()
    assert lines[0] == "# mine"
    assert "# to be continued" in lines
    own = window.lessons.folder / "own.lesson.toml"
    assert "own" not in {course.lesson.id for course in window.lessons.library.courses}
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(path.read_text("utf-8").replace('id = "my-first"', 'id = "own"'), "utf-8")
    assert "own" in {course.lesson.id for course in window.lessons.library.courses}
    assert len(read_lesson(path).scenes) == 2

    path.write_text(path.read_text("utf-8").replace("Page 2", "Another title"), "utf-8")
    qtbot.waitUntil(lambda: window.desk.lesson.page.header.title.plain == "Another title", timeout=10_000)
    sound = path.read_text("utf-8")
    path.write_text("pages = 7", "utf-8")
    qtbot.waitUntil(lambda: "my-first" in window.desk.notice.words, timeout=10_000)
    assert window.lecture.player.index == 1
    path.write_text(sound.replace("Another title", "A third"), "utf-8")
    qtbot.waitUntil(lambda: window.desk.lesson.page.header.title.plain == "A third", timeout=10_000)
    assert window.desk.notice.words == ""


def test_a_lesson_is_followed_through_an_editor_that_puts_it_away_before_it_writes_it_anew(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "mine.lesson.toml"
    window.pages.begin(path)
    assert str(path) in window.desk.notice.words
    window.desk.notice.hide()
    settle(qtbot, window)
    text, kept = path.read_text("utf-8"), tmp_path / "mine.lesson.toml~"
    heading = window.desk.lesson.page.header.title
    for title in ("Once", "Twice"):
        path.replace(kept)
        qtbot.waitUntil(lambda: not window.lecture.file.watcher.files(), timeout=10_000)
        assert window.desk.notice.words == ""
        path.write_text(re.sub(r'title = ".*"', f'title = "{title}"', text), "utf-8")
        qtbot.waitUntil(partial(_says, heading, title), timeout=10_000)
    assert window.desk.notice.words == ""


def _says(words: RichText, text: str) -> bool:
    return words.plain == text


def test_a_lesson_is_opened_as_a_file(window: MainWindow, qtbot: QtBot) -> None:
    window.files.open(resource("lessons") / "hebb.toml")
    settle(qtbot, window)
    assert window.lecture.player.course is not None
    assert window.lecture.player.course.lesson.id == "hebb"
    assert window.windowTitle().startswith("Fire together, wire together")
    window.lecture.close()
    window.session.load(Experiment())
    settle(qtbot, window)
    assert window.desk.stage.shown[0] == "network"


@pytest.mark.parametrize("program", ["two_screens.py", "two_screen_keys.py", "two_screen_lessons.py"])
def test_the_audience_has_its_own_screen_and_taking_it_away_loses_nothing(tmp_path: Path, program: str) -> None:
    """In a process of its own: a program has the screens that it began with."""
    screens = [
        {"name": name, "x": x, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": ratio}
        for name, x, width, height, ratio in (("desk", 0, 1280, 800, 1), ("room", 1280, 1920, 1080, 2))
    ]
    description, picture = tmp_path / "screens.json", tmp_path / "audience.png"
    description.write_text(json.dumps({"screens": screens}), "utf-8")
    checkout = {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    environment = os.environ | checkout | {"QT_QPA_PLATFORM": f"offscreen:configfile={description}"}
    command = [sys.executable, str(Path(__file__).parent / program), str(picture)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert program != "two_screens.py" or QImage(str(picture)).size().width() >= 1920


_TWO_PAGES = """
id = "switches"
title = "Switches"
[[pages]]
title = "On"
views = { main = "backprop", side = ["loss", "network"] }
on = { backprop = ["matrix", "check"], loss = ["log"] }
[pages.experiment.network]
hidden = [2]
[[pages]]
title = "As before"
views = { main = "backprop", side = ["loss", "network"] }
"""


def test_a_page_switches_on_what_it_names_and_the_next_puts_it_back(window: MainWindow, tmp_path: Path) -> None:
    window.lecture.open(parse_lesson(_TWO_PAGES, "switches.toml", tmp_path))
    backprop, loss = window.desk.views.backprop, window.desk.views.loss
    assert backprop.panes.shown == ["matrix", "check"]
    assert backprop.bar.panes["check"].isChecked()
    assert loss.log_button.isChecked()
    window.lecture.player.next()
    assert backprop.panes.shown == ["formula", "graph"]
    assert not loss.log_button.isChecked()


def test_beside_a_figure_no_numbers_of_a_run_are_shown(window: MainWindow, qtbot: QtBot) -> None:
    epoch = window.desk.controls.playback.readouts.figures["epoch"]
    window.show()
    window.lecture.open(course_named("zoo"), 2)
    settle(qtbot, window)
    assert epoch.isVisible()  # while the question waits, the race of the page before is on the screen
    window.lecture.player.reveal()
    assert window.desk.stage.shown == ("figure",)
    assert not epoch.isVisible()
    window.lecture.player.back()
    settle(qtbot, window)
    assert epoch.isVisible()


def test_the_map_of_the_zoo_leads_to_a_lesson_and_a_button_back(window: MainWindow, qtbot: QtBot) -> None:
    zoo = course_named("zoo")
    window.lecture.open(zoo, len(zoo.scenes) - 1)
    window.lecture.player.reveal()
    settle(qtbot, window)
    figure = window.desk.views.figure
    way = next(way for way in figure.ways if way.name == "hopfield")
    qtbot.waitUntil(way.isVisible)
    QTest.mouseClick(way, Qt.MouseButton.LeftButton)
    course = window.lecture.player.course
    assert course
    assert course.lesson.id == "hopfield"
    settle(qtbot, window)
    window.desk.notice.press("Back to it")
    assert window.lecture.player.course is zoo
    assert window.lecture.player.index == len(zoo.scenes) - 1
    settle(qtbot, window)

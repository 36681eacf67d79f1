"""Lessons by keys with two screens, forwards and back: run by a test in a process of its own.

All of them take a minute: as many as `make stress` asks for, else three of different kinds.
"""

import os

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnviz.experiment.experiment import Experiment
from nnviz.lessons.lesson import Course
from nnviz.lessons.library import Library
from nnviz.offscreen_window import let_live, temporary_window
from nnviz.paths import resource
from nnviz.presenter.audience import AudienceWindow
from nnviz.window.window import MainWindow


def press(key: Qt.Key) -> None:
    """Press a key, which goes to the window that has the keyboard."""
    QTest.keyClick(QGuiApplication.focusWindow(), key)


def audience_of(window: MainWindow) -> AudienceWindow:
    audience = window.lecture.second_screen.window
    assert audience
    return audience


def sees_the_same(window: MainWindow, where: str) -> None:
    """Page, answer and views are on both screens."""
    let_live(window, lambda: window.session.idle or window.session.playing)
    window.session.pause()
    let_live(window, lambda: window.session.idle)
    QApplication.processEvents()
    here, there = window.desk, audience_of(window)
    assert there.page.header.title.plain == here.lesson.page.header.title.plain, where
    assert there.page.question.isVisible() == here.lesson.page.question.isVisible(), where
    assert there.stage.shown == here.stage.shown, where


def is_played(window: MainWindow, course: Course) -> None:
    """Turn all pages with a clicker's two keys, and go back to the first."""
    player, last = window.lecture.player, len(course.scenes) - 1
    window.lecture.open(course)
    for index in range(last + 1):
        where = f"{course.lesson.id} {index + 1}"
        assert player.index == index, where
        sees_the_same(window, where)
        if player.waits_for_guess:
            press(Qt.Key.Key_PageDown)
            assert not window.lecture.player.waits_for_guess, where
            sees_the_same(window, where)
        press(Qt.Key.Key_PageDown)
    for index in reversed(range(last)):
        press(Qt.Key.Key_PageUp)
        assert player.index == index
    assert player.index == 0


with temporary_window() as the_window:
    the_window.begin(Experiment())
    let_live(the_window, lambda: the_window.session.snapshot is not None)
    courses = Library((resource("lessons"),)).courses
    if not os.environ.get("NNVIZ_STRESS"):
        courses = tuple(course for course in courses if course.lesson.id in {"neuron", "hebb", "xor-problem"})
    the_window.lecture.open(courses[0])
    the_window.lecture.start()
    for a_course in courses:
        is_played(the_window, a_course)
    the_window.lecture.stop()

"""Every key of a lecture with two screens, and after one is taken away: run by a test in a process of its own.

The keys go to the active window: the lecturer's, the audience's where a system lets it be, and the only one.
"""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from PySide6.QtCore import QKeyCombination, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.experiment.experiment import Experiment
from nnviz.lessons.library import Library
from nnviz.offscreen_window import let_live, temporary_window
from nnviz.paths import resource
from nnviz.presenter.audience import AudienceWindow
from nnviz.window.command import Command
from nnviz.window.commands import SECTIONS
from nnviz.window.window import MainWindow

_RUN = {"Run", "Run: Timeline", "Run: Speed", "Run: From the beginning"}
_OF_A_LECTURE = _RUN | {"Lesson", "Question", "Screen", "Screen: Look"}
COMMANDS = [command for section in SECTIONS if section.heading in _OF_A_LECTURE for command in section.commands]


def until(window: MainWindow, holds: Callable[[], bool]) -> None:
    """Let the window live until something holds."""
    let_live(window, holds)
    assert holds()


def key(sequence: str) -> None:
    """Press a key, which goes to the window that has the keyboard."""
    pressed: QKeyCombination = cast("Any", QKeySequence(sequence))[0]
    QTest.keyClick(QGuiApplication.focusWindow(), pressed.key(), pressed.keyboardModifiers())


def close_dialog() -> None:
    """Close the dialog that a key opens, once it is there."""
    if dialog := QApplication.activeModalWidget():
        dialog.close()
    else:
        QTimer.singleShot(10, close_dialog)


def every_key_does_its_command(window: MainWindow, activate: Callable[[MainWindow], object]) -> None:
    """Each key carries out its command, once."""
    for command in COMMANDS:
        for sequence in command.keys:
            activate(window)
            assert carried_out_by(window, command, sequence) == [command.name], (command.name, sequence)
            window.lecture.blank.wake()
            window.setFocus()


def carried_out_by(window: MainWindow, command: Command, sequence: str) -> list[str]:
    """Names of the commands that a key carries out."""
    done: list[str] = []
    connections = [
        action.triggered.connect(partial(lambda name, *_checked: done.append(name), name))
        for name, action in window.menus.actions.items()
    ]
    if command.name == "choose_lesson":
        close_dialog()
    key(sequence)
    for action, connection in zip(window.menus.actions.values(), connections, strict=True):
        action.triggered.disconnect(connection)
    return done


def a_lecture_by_keys(window: MainWindow, activate: Callable[[MainWindow], object]) -> None:
    """Pages, guesses, answers, blank screens, play, steps, speed and notes."""
    player, session, playback = window.lecture.player, window.session, window.desk.controls.playback
    activate(window)
    player.go(0)
    assert player.waits_for_guess
    for sequence in ("B", "B", "3", "0", "A", "Shift+A", "Space", "."):
        key(sequence)
    assert player.question
    assert (player.question.counts[:2], player.waits_for_guess) == ((29, 2), True)
    for _ in ("wakes", "answers", "turns the page"):
        key("PgDown")
    pages = [player.index]
    key("PgUp")
    assert [*pages, player.index] == [1, 0]
    key("S")
    until(window, lambda: not player.waits_for_guess and session.playing)
    key("Space")
    until(window, lambda: not session.playing and session.idle)
    step = session.snapshot.step
    key("Right")
    until(window, lambda: session.idle and session.snapshot.step == step + 1)
    key("Left")
    until(window, lambda: session.idle and session.snapshot.step == step)
    key("R")
    until(window, lambda: session.idle and session.snapshot.step == 0)
    for sequence, pace in (("M", None), ("Ctrl+Down", 10_000), ("Ctrl+Shift+Down", 1), ("Ctrl+Up", 2)):
        if sequence == "M" and playback.steps_per_second is None:
            continue
        key(sequence)
        assert playback.steps_per_second == pace
    for sequence in ("B", "W", "."):  # no question waits
        for waking in ("PgDown", "PgUp", "Esc", "B", "W", "."):
            key(sequence)
            assert is_dark(window), sequence
            key(waking)
            assert not is_dark(window), (sequence, waking)
    assert player.index == 0
    seen = window.desk.lesson.notes.isVisible()
    key("N")
    assert window.desk.lesson.notes.isVisible() != seen
    key("N")


def is_dark(window: MainWindow) -> bool:
    """Whether the room sees a blank screen; the lecturer sees the notes where there are two."""
    audience = window.lecture.second_screen.window
    if audience:
        assert window.lecture.blank.own.color == ""
        assert window.desk.lesson.notes.isVisible()
    return bool(window.lecture.blank.color)


def active(window: MainWindow, widget: QWidget) -> None:
    """Make a window the active one."""
    if not has_keyboard(widget):
        widget.activateWindow()
        until(window, lambda: has_keyboard(widget))


def has_keyboard(widget: QWidget) -> bool:
    """Whether keys go to a window."""
    return QApplication.activeWindow() is widget and QGuiApplication.focusWindow() is widget.windowHandle()


def audience_of(window: MainWindow) -> AudienceWindow:
    """The audience's window; opened again, and the lesson too, if a key has closed it."""
    if not window.lecture.player.course:
        window.lecture.open(Library((resource("lessons"),)).find("three-datasets"))
    if not window.lecture.second_screen.window:
        window.lecture.start()
    audience = window.lecture.second_screen.window
    assert audience
    return audience


def lecturers_window(window: MainWindow) -> None:
    """The lecturer's window has the keyboard, as it should."""
    audience_of(window)
    active(window, window)


def audiences_window(window: MainWindow) -> None:
    """The audience's window has the keyboard, as on a system that does not know the flag."""
    audience = audience_of(window)
    audience.blockSignals(True)  # else it would give the keyboard back
    if audience.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus:
        audience.setWindowFlag(Qt.WindowType.WindowDoesNotAcceptFocus, False)
        audience.show()
    if not has_keyboard(audience):
        active(window, window)  # a window that has just been shown again becomes the active one only after another
    active(window, audience)


def only_window(window: MainWindow) -> None:
    """The second screen has been pulled out."""
    if not window.lecture.player.course:
        window.lecture.open(Library((resource("lessons"),)).find("three-datasets"))
    active(window, window)


def lecture(window: MainWindow) -> None:
    """Play a lesson on two screens, with the keyboard here and there, and on one."""
    window.begin(Experiment())
    until(window, lambda: window.session.snapshot is not None)
    for activate in (lecturers_window, audiences_window):
        a_lecture_by_keys(window, activate)
        every_key_does_its_command(window, activate)
    audience = audience_of(window)
    audience.grab().save(sys.argv[1])
    application, screen = QGuiApplication.instance(), window.lecture.second_screen
    assert isinstance(application, QGuiApplication)
    application.screenRemoved.emit(audience.screen())
    assert screen.window is None
    setattr(screen, "_spare_screen", lambda: None)  # noqa: B010 - Qt's offscreen screens stay for ever
    a_lecture_by_keys(window, only_window)
    every_key_does_its_command(window, only_window)


if __name__ == "__main__":
    with temporary_window() as the_window:
        lecture(the_window)

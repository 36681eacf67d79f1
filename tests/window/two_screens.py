"""A lecture on two screens, one of which is taken away: run by a test in a process that begins with two."""

import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication

from nnviz.experiment.experiment import Experiment
from nnviz.lessons.library import Library
from nnviz.offscreen_window import passing_window
from nnviz.paths import resource
from nnviz.theme import theme
from nnviz.window.window import MainWindow

_PATIENCE = 30_000


def until(holds: object) -> None:
    """Let the program live until something holds."""
    assert callable(holds)
    loop, timer = QEventLoop(), QTimer(interval=20)
    timer.timeout.connect(lambda: loop.quit() if holds() else None)
    timer.start()
    QTimer.singleShot(_PATIENCE, loop.quit)
    loop.exec()
    assert holds()


def lecture(window: MainWindow, out: Path) -> None:
    """Open, guess, freeze, darken, and lose the second screen."""
    lecture, screen = window.lecture, window.lecture.second_screen
    window.begin(Experiment())
    until(lambda: window.session.snapshot is not None)
    lecture.open(Library((resource("lessons"),)).find("three-datasets"))
    lecture.start()
    audience = screen.window
    assert audience is not None
    assert audience.isFullScreen()
    assert audience.screen() is not window.screen()
    assert not window.isFullScreen()
    assert window.desk.lesson.notes.isVisible()
    lecture.player.guess(0)
    until(lambda: 0 in lecture.player.done)
    assert audience.page.isVisible()
    until(lambda: audience.stage.views["output"].region.snapshot is not None)

    screen.freeze(True)
    window.session.pause()
    until(lambda: window.session.idle)
    frozen = audience.stage.views["output"].region.snapshot
    lecture.player.next()
    until(lambda: window.session.snapshot.experiment.data.name == "circle")
    assert audience.stage.views["output"].region.snapshot is frozen
    assert window.desk.lesson.notes.freeze_button.isChecked()
    screen.freeze(False)
    assert not window.desk.lesson.notes.freeze_button.isChecked()
    until(lambda: audience.stage.views["output"].region.snapshot.experiment.data.name == "circle")
    screen.darken(True)
    assert audience.blank.color == "black"
    assert window.desk.lesson.notes.blank_button.isChecked()
    screen.darken(False)
    audience.grab().save(str(out))
    window.appearance.use("high_contrast")
    ground = theme("high_contrast").background
    assert audience.stage.views["output"].region.plot.backgroundBrush().color().name() == ground
    assert audience.page.palette().window().color().name() == theme("high_contrast").panel

    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    step, page = window.session.snapshot.step, lecture.player.index
    application.screenRemoved.emit(audience.screen())
    assert screen.window is None
    assert not window.desk.lesson.notes.blank_button.isChecked()
    assert (lecture.player.index, window.session.snapshot.step) == (page, step)
    assert window.isVisible()

    lecture.start()  # the other screen is there again
    assert vars(screen)["window"] is audience, "its plots live on"
    assert audience.isVisible()
    assert audience.stage.views["output"].region.snapshot is window.session.snapshot


if __name__ == "__main__":
    with passing_window() as the_window:
        lecture(the_window, Path(sys.argv[1]))

"""A lecture on two screens, one of which is taken away: run by a test in a process that begins with two."""

import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from nnviz.drawing.view import CanvasView
from nnviz.experiment.experiment import Experiment
from nnviz.lessons.lesson import ViewLayout
from nnviz.lessons.library import Library
from nnviz.offscreen_window import temporary_window
from nnviz.paths import resource
from nnviz.presenter.audience import AudienceWindow
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


def key(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key, which goes to the window that has the keyboard."""
    QTest.keyClick(QGuiApplication.focusWindow(), key, modifier)


CONTROL = Qt.KeyboardModifier.ControlModifier


def buttons_on(stage: QWidget) -> list[str]:
    """The buttons that are seen on a stage."""
    buttons = stage.findChildren(QToolButton)
    return [button.text() for button in buttons if button.isVisible() and not button.size().isEmpty()]


def nobody_can_press_a_button_there(window: MainWindow, audience: AudienceWindow) -> None:
    """So that there is none on the audience's side."""
    assert not buttons_on(audience.stage)
    assert buttons_on(window.desk.stage)


def keys_reach_the_lecturer(window: MainWindow, audience: AudienceWindow) -> None:
    """A clicker works on, though a hand is on the other screen's mouse."""
    lecture, screen = window.lecture, window.lecture.second_screen
    QTest.mouseClick(audience.stage, Qt.MouseButton.LeftButton)
    until(lambda: QApplication.activeWindow() is window)
    key(Qt.Key.Key_PageDown)  # the answer first
    until(lambda: 0 in lecture.player.done)
    key(Qt.Key.Key_PageDown)
    until(lambda: lecture.player.index == 1)
    key(Qt.Key.Key_PageUp)
    until(lambda: lecture.player.index == 0)
    key(Qt.Key.Key_W)
    assert audience.blank.color == "white"
    assert audience.blank.isVisible()
    assert window.desk.lesson.notes.isVisible()
    assert window.desk.lesson.notes.blank_button.isChecked()
    index = lecture.player.index
    key(Qt.Key.Key_PageDown)  # wakes it, and does nothing else
    assert audience.blank.color == ""
    assert lecture.player.index == index
    assert not window.desk.lesson.notes.blank_button.isChecked()
    key(Qt.Key.Key_N)
    assert not window.desk.lesson.notes.isVisible()
    key(Qt.Key.Key_N)
    key(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert screen.frozen
    key(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    key(Qt.Key.Key_A)
    assert audience.page.question.choices[0].guesses.text() == "1"
    key(Qt.Key.Key_S)
    until(lambda: 0 in lecture.player.done)
    nobody_can_press_a_button_there(window, audience)
    a_code_is_for_all_to_see(window, audience)


def a_number_is_typed_and_the_clicker_goes_on(window: MainWindow) -> None:
    """What is typed belongs to the page on which it is typed."""
    player, edit = window.lecture.player, window.desk.controls.training.learning_rate.edit
    key(Qt.Key.Key_F9)
    for turn in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
        page = player.index
        window.desk.panels.ensureWidgetVisible(edit)
        QTest.mouseClick(edit, Qt.MouseButton.LeftButton)
        edit.selectAll()
        QTest.keyClicks(edit, "0.5")
        key(turn)
        assert player.index != page
        assert QApplication.focusWidget() is window
        until(lambda: window.session.idle)
        assert player.scene is not None
        assert window.session.experiment == player.scene.experiment
    key(Qt.Key.Key_F9)
    key(Qt.Key.Key_S)
    until(lambda: not player.waits_for_guess)


def a_code_is_for_all_to_see(window: MainWindow, audience: AudienceWindow) -> None:
    window.menus.actions["code"].trigger()
    assert audience.blank.accessibleName() == "QR code: This network in TensorFlow Playground"
    assert audience.blank.isVisible()
    assert window.lecture.blank.own.color == "white"
    key(Qt.Key.Key_Escape)
    assert not audience.blank.isVisible()
    assert window.lecture.blank.color == ""


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
    keys_reach_the_lecturer(window, audience)
    a_number_is_typed_and_the_clicker_goes_on(window)
    assert audience.page.isVisible()
    until(lambda: audience.stage.views.output.region.snapshot is not None)

    screen.freeze(True)
    window.session.pause()
    until(lambda: window.session.idle)
    frozen = audience.stage.views.output.region.snapshot
    lecture.player.next()
    until(lambda: window.session.snapshot.experiment.data.name == "circle")
    assert audience.stage.views.output.region.snapshot is frozen
    assert window.desk.lesson.notes.freeze_button.isChecked()
    screen.freeze(False)
    assert not window.desk.lesson.notes.freeze_button.isChecked()
    region = audience.stage.views.output.region
    until(lambda: region.snapshot is not None and region.snapshot.experiment.data.name == "circle")
    button = window.desk.lesson.notes.blank_button
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (audience.blank.color, button.isChecked()) == ("black", True)
    page = lecture.player.index
    key(Qt.Key.Key_PageUp)
    assert (audience.blank.color, button.isChecked(), lecture.player.index) == ("", False, page)
    audience.grab().save(str(out))
    window.appearance.use("high_contrast")
    ground = theme("high_contrast").background
    assert audience.stage.views.output.region.plot.backgroundBrush().color().name() == ground
    assert audience.page.palette().window().color().name() == theme("high_contrast").panel

    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    step, page = window.session.snapshot.step, lecture.player.index
    application.screenRemoved.emit(audience.screen())
    assert screen.window is None
    assert not window.desk.lesson.notes.blank_button.isChecked()
    assert (lecture.player.index, window.session.snapshot.step) == (page, step)
    assert window.isVisible()
    the_screen_comes_back(window, audience)
    a_drawn_guess_is_seen_on_both_screens(window, audience)
    numbers_are_seen_on_both_screens(window, audience)


def numbers_are_seen_on_both_screens(window: MainWindow, audience: AudienceWindow) -> None:
    """The audience reads epoch, losses and accuracy of test or training, and where on the timeline they are."""
    lecture, session = window.lecture, window.session
    here, there = window.desk.controls.playback.readouts, audience.readouts
    lecture.open(Library((resource("lessons"),)).find("three-datasets"))
    until(lambda: session.idle and session.snapshot.experiment.data.name != "")
    assert [figure.number.text() for figure in there.figures.values()] == ["0", "0", "?", "?", "?"]  # it is asked
    key(Qt.Key.Key_S)
    until(lambda: session.snapshot.step > 50)
    session.pause()
    until(lambda: session.idle)
    until(lambda: there.figures["step"].number.text() == f"{session.snapshot.step:,}")
    for name, figure in there.figures.items():
        assert figure.isVisible(), name
        assert figure.number.text() == here.figures[name].number.text()
        assert figure.caption.text() == here.figures[name].caption.text()
    captions = [figure.caption.text() for figure in there.figures.values()]
    assert captions == ["epoch", "step", "train loss", "test loss", "test accuracy"]
    assert audience.line.isVisible()
    assert audience.line.share == 1.0
    key(Qt.Key.Key_Left, CONTROL)
    until(lambda: 0.0 < audience.line.share < 1.0)
    lecture.second_screen.freeze(True)
    before = audience.line.share, there.figures["step"].number.text()
    key(Qt.Key.Key_Home, CONTROL)
    until(lambda: window.desk.edge.line.share == 0.0)
    assert before == (audience.line.share, there.figures["step"].number.text())
    lecture.second_screen.freeze(False)
    assert (audience.line.share, there.figures["step"].number.text()) == (0.0, "0")
    neuron = Library((resource("lessons"),)).find("neuron")
    lecture.open(neuron, [scene.experiment is None for scene in neuron.scenes].index(True))
    for part in (audience.line, there.figures["step"], here.figures["step"]):
        assert not part.isVisible()  # the page shows no run


def a_drawn_guess_is_seen_on_both_screens(window: MainWindow, audience: AudienceWindow) -> None:
    """The audience sees what is drawn before the answer and after it."""
    lecture, course = window.lecture, Library((resource("lessons"),)).find("function-approximation")
    asks = [bool(page.question and page.question.draw == "curve") for page in course.lesson.pages]
    lecture.open(course, asks.index(True))
    until(lambda: window.session.idle)
    points = np.array([[10.0, 0.1], [100.0, 0.2], [200.0, 0.1]])
    for _ in ("asked", "answered"):
        lecture.player.draw(points)
        assert audience.guesses.points.tolist() == points.tolist()
        assert audience.guesses._sheet
        assert audience.guesses._sheet.parentWidget() is audience.stage.views.loss
        key(Qt.Key.Key_S)
    lecture.player.next()
    assert audience.guesses.points.shape == (0, 2)


def the_screen_comes_back(window: MainWindow, audience: AudienceWindow) -> None:
    """The same window, for its plots live as long as the program; the keyboard stays where it was."""
    window.lecture.start()
    assert window.lecture.second_screen.window is audience
    assert audience.stage.views.output.region.snapshot is window.session.snapshot
    key(Qt.Key.Key_Escape)
    until(lambda: not audience.isVisible())
    key(Qt.Key.Key_F5)
    until(audience.isVisible)
    audience.activateWindow()
    until(lambda: QApplication.activeWindow() is window)
    both_see_the_same(window, audience)


def both_see_the_same(window: MainWindow, audience: AudienceWindow) -> None:
    """Another page's view is there at once, though nothing runs; the loss is looked at once, for both."""
    window.display.stages.arrange(ViewLayout(main="weights"))
    weights = audience.stage.views["weights"]
    assert isinstance(weights, CanvasView)
    assert weights._snapshot is window.session.snapshot
    window.display.stages.arrange(ViewLayout(main="landscape"))
    here, there = window.desk.views.landscape, audience.stage.views.landscape
    until(lambda: here.plane is not None and here.plane.finished)
    assert there.plane is here.plane


if __name__ == "__main__":
    with temporary_window() as the_window:
        lecture(the_window, Path(sys.argv[1]))

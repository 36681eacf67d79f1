"""Who has the keyboard, tried with mouse and keys through the real window."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QWidget
from pytestqt.qtbot import QtBot

from hands import LEFT, press
from nnviz.experiment.files import parse_experiment
from nnviz.lessons.library import Library
from nnviz.paths import resource
from nnviz.runs.snapshot import Snapshot
from nnviz.window.window import MainWindow

KEY = Qt.Key
RATE = 0.03


def focused() -> QWidget:
    """The widget that gets the keys."""
    widget = QApplication.focusWidget()
    assert widget
    return widget


def key(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key, which goes to where the focus is."""
    press(focused(), key, modifier)


def idle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.idle, timeout=30_000)


def type_rate(window: MainWindow, text: str) -> None:
    """Click into the learning rate and type, without Enter."""
    edit = window.desk.controls.training.learning_rate.edit
    window.desk.panels.ensureWidgetVisible(edit)
    QTest.mouseClick(edit, LEFT)
    assert focused() is edit
    edit.selectAll()
    QTest.keyClicks(edit, text)


def rate(window: MainWindow) -> float:
    return float(window.session.experiment.training.learning_rate)


def click_weight(window: MainWindow) -> QDoubleSpinBox:
    """Click the middle of a connection; its card's field has the keyboard then."""
    view = window.desk.views.network
    assert view.diagram
    line = view.diagram.drawing.edge_line((0, 1, 0))
    assert line
    QTest.mouseClick(view.viewport(), LEFT, pos=view.mapFromScene(line.pointAt(0.2)))
    field = view.card.findChild(QDoubleSpinBox)
    assert isinstance(field, QDoubleSpinBox)
    assert focused() is field
    return field


CLICKED: dict[str, Callable[[MainWindow], QWidget]] = {
    "diagram": lambda w: w.desk.views.network.viewport(),
    "regions": lambda w: w.desk.views.output.region.plot.viewport(),
    "loss": lambda w: w.desk.views.loss.canvas.viewport(),
    "drawer": lambda w: w.desk.stage.drawer,
    "a view in the drawer": lambda w: w.desk.views["weights"].as_widget,
    "panel": lambda w: w.desk.controls.network,
    "play bar": lambda w: w.desk.controls.playback,
    "timeline": lambda w: w.desk.controls.timeline.place,
}


@pytest.mark.parametrize("place", CLICKED)
def test_a_click_anywhere_else_takes_the_number_and_gives_the_keyboard_back(
    window: MainWindow, qtbot: QtBot, place: str
) -> None:
    window.desk.stage.drawer.open("weights")
    type_rate(window, "0.1")
    clicked = CLICKED[place](window)
    corner = QPoint(2, 2) if place in {"diagram", "loss", "panel", "play bar"} else clicked.rect().center()
    QTest.mouseClick(clicked, LEFT, pos=corner)
    idle(qtbot, window)
    assert rate(window) == 0.1
    assert focused() is window
    key(KEY.Key_Right)
    idle(qtbot, window)
    assert window.session.snapshot.step == 1
    with qtbot.waitSignal(window.session.playing_changed):
        key(KEY.Key_Space)


def test_escape_drops_what_is_typed_and_gives_the_keyboard_back(window: MainWindow, qtbot: QtBot) -> None:
    press(window, KEY.Key_F5)
    window.desk.toggle_panels()
    type_rate(window, "0.7")
    key(KEY.Key_Escape)
    assert rate(window) == RATE
    assert window.desk.controls.training.learning_rate.edit.text() == "0.03"
    assert focused() is window
    assert window.isFullScreen()
    key(KEY.Key_Escape)
    assert not window.isFullScreen()
    with qtbot.waitSignal(window.session.playing_changed):
        key(KEY.Key_Space)


def test_keys_that_type_stay_with_the_field_and_a_clickers_do_not(window: MainWindow, qtbot: QtBot) -> None:
    window.lecture.open(Library((resource("lessons"),)).find("three-datasets"), 1)
    idle(qtbot, window)
    window.desk.toggle_panels()
    type_rate(window, "0.")
    for typed in (KEY.Key_W, KEY.Key_R, KEY.Key_Period, KEY.Key_Question, KEY.Key_Left, KEY.Key_Space):
        key(typed)
    assert window.lecture.blank.color == ""
    assert window.desk.controls.training.learning_rate.edit.text() == "0.wr. ?"
    assert window.lecture.player.index == 1
    key(KEY.Key_PageUp)
    assert window.lecture.player.index == 0
    assert focused() is window


def test_what_is_typed_is_finished_before_a_lesson_opens(window: MainWindow, qtbot: QtBot) -> None:
    course = Library((resource("lessons"),)).find("three-datasets")
    type_rate(window, "7")
    window.menus.actions["next_theme"].trigger()  # a menu opened by keys
    idle(qtbot, window)
    assert rate(window) == 7.0
    type_rate(window, "9")
    window.lecture.open(course)  # however it is opened
    idle(qtbot, window)
    assert course.scenes[0].experiment is not None
    assert window.session.experiment == course.scenes[0].experiment
    assert window.desk.notice.words == ""


@pytest.mark.parametrize("kind", ["perceptron", "hopfield", "surface"])
def test_a_panel_that_is_not_shown_changes_nothing(window: MainWindow, qtbot: QtBot, kind: str) -> None:
    type_rate(window, "7")
    other = parse_experiment(f'kind = "{kind}"', "test")
    window.session.load(other)
    idle(qtbot, window)
    assert not window.desk.controls.training.isVisible()
    assert window.session.experiment == other
    assert window.desk.notice.words == ""
    key(KEY.Key_Right)
    idle(qtbot, window)
    assert window.session.snapshot.step == 1


@pytest.mark.parametrize("entered", [False, True])
def test_escape_closes_the_card_before_anything_else(window: MainWindow, qtbot: QtBot, entered: bool) -> None:
    press(window, KEY.Key_F5)
    qtbot.waitUntil(lambda: window.isFullScreen() and window.desk.views.network.diagram is not None)
    field = click_weight(window)
    QTest.keyClicks(field, "2")
    if entered:
        key(KEY.Key_Return)
        idle(qtbot, window)
        assert focused() is window
    snapshot = window.session.snapshot
    key(KEY.Key_Escape)
    idle(qtbot, window)
    assert not window.desk.views.network.card.isVisible()
    assert window.isFullScreen()
    assert isinstance(snapshot, Snapshot)
    assert (snapshot.parameter(0, 1, 0) == 2.0) is entered
    assert window.session.snapshot.parameter(0, 1, 0) == snapshot.parameter(0, 1, 0)
    key(KEY.Key_Escape)
    assert not window.isFullScreen()


def test_a_weight_typed_in_the_card_is_taken_by_a_click_elsewhere(window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClicks(click_weight(window), "3")
    QTest.mouseClick(window.desk.views.loss.canvas.viewport(), LEFT, pos=QPoint(2, 2))
    idle(qtbot, window)
    assert window.session.snapshot.parameter(0, 1, 0) == 3.0
    with qtbot.waitSignal(window.session.playing_changed):
        key(KEY.Key_Space)


def tabbed_to(window: MainWindow) -> dict[str, QWidget]:
    controls = window.desk.controls
    return {
        "list": controls.network.activation,
        "tab bar": window.desk.stage.drawer.tabs,
        "speed": controls.playback.pace,
        "timeline": controls.timeline.track,
        "data picture": controls.data.source.pictures.buttons["xor"],
    }


@pytest.mark.parametrize("name", ["list", "tab bar", "speed", "timeline", "data picture"])
def test_arrows_move_the_control_that_tab_led_to_and_do_not_train(
    window: MainWindow, qtbot: QtBot, name: str
) -> None:
    control = tabbed_to(window)[name]
    control.setFocus(Qt.FocusReason.TabFocusReason)
    for arrow in (KEY.Key_Right, KEY.Key_Left, KEY.Key_Home, KEY.Key_Down):
        key(arrow)
        idle(qtbot, window)
        assert window.session.snapshot.step == 0
    key(KEY.Key_Escape)
    assert focused() is window
    key(KEY.Key_Right)
    idle(qtbot, window)
    assert window.session.snapshot.step == 1


def test_an_arrow_in_a_list_chooses_the_next(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.controls.network.activation.setFocus(Qt.FocusReason.TabFocusReason)
    before = window.session.experiment.network.activation
    key(KEY.Key_Down)
    idle(qtbot, window)
    assert window.session.experiment.network.activation != before


def test_the_window_has_the_keyboard_at_the_start_and_when_it_comes_back(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(window.isActiveWindow)
    assert focused() is window
    type_rate(window, "0.1")
    key(KEY.Key_Return)
    assert focused() is window
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert focused() is window


def test_a_notice_gives_the_keyboard_back(window: MainWindow) -> None:
    pressed: list[str] = []
    window.desk.notice.say("What now?", ("This", lambda: pressed.append("this")))
    (offer,) = window.desk.notice._offers
    QTest.mouseClick(offer, LEFT)
    assert (pressed, focused()) == (["this"], window)
    window.desk.notice.say("And now?", ("That", lambda: pressed.append("that")))
    (offer,) = window.desk.notice._offers
    offer.setFocus(Qt.FocusReason.TabFocusReason)
    window.desk.notice.hide()
    assert focused() is window

"""Who has the keyboard, tried with mouse and keys through the real window."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QMenu,
    QScrollBar,
    QStyle,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from hands import LEFT, press
from nnviz.experiment.files import parse_experiment
from nnviz.lessons.library import Library
from nnviz.lessons.views import VIEWS
from nnviz.paths import resource
from nnviz.runs.snapshot import Snapshot
from nnviz.stage.frame import ViewFrame
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


def test_what_was_said_of_a_question_goes_with_the_question(window: MainWindow, qtbot: QtBot) -> None:
    course = Library((resource("lessons"),)).find("three-datasets")
    leaves: tuple[Callable[[], None], ...] = (
        lambda: press(window, KEY.Key_A),
        lambda: press(window, KEY.Key_PageDown),
        lambda: window.lecture.player.go(1),
        window.lecture.close,
    )
    for leave in leaves:
        window.lecture.close()
        window.lecture.open(course)
        press(window, KEY.Key_Space)
        assert "asks first" in window.desk.notice.words
        leave()
        if window.lecture.player.waits_for_guess:
            press(window, KEY.Key_S)
        assert window.desk.notice.words == ""
    idle(qtbot, window)


def test_what_was_refused_is_forgotten_on_another_page(window: MainWindow, qtbot: QtBot) -> None:
    window.pages.add()
    assert "no lesson of yours" in window.desk.notice.words
    window.lecture.open(Library((resource("lessons"),)).find("neuron"))
    assert window.desk.notice.words == ""
    idle(qtbot, window)


CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
DIGITS = [(CONTROL, f"Key_{n}") for n in range(1, 10)] + [(ALT, f"Key_{n}") for n in range(1, 10)]


def test_every_tab_of_the_drawer_has_a_key_that_opens_and_closes_it(window: MainWindow) -> None:
    drawer = window.desk.stage.drawer
    for name, (modifier, digit) in zip(drawer.names, DIGITS, strict=False):
        press(window, getattr(KEY, digit), modifier)
        assert drawer.name == name
        assert window.desk.views[name].as_widget.isVisible()
        assert window.menus.actions[f"view_{name}"].isChecked()
    press(window, getattr(KEY, digit), modifier)
    assert drawer.name == ""
    assert not any(action.isChecked() for action in window.menus.actions.values() if action.isCheckable())


def test_ctrl_tab_goes_through_the_drawer_both_ways(window: MainWindow) -> None:
    drawer = window.desk.stage.drawer
    for _ in drawer.names:
        press(window, KEY.Key_Tab, CONTROL)
    assert drawer.name == drawer.names[-1]
    press(window, KEY.Key_Tab, CONTROL)
    assert drawer.name == drawer.names[0]
    press(window, KEY.Key_Backtab, CONTROL | SHIFT)
    assert drawer.name == drawer.names[-1]
    press(window, KEY.Key_PageDown, CONTROL)
    assert drawer.name == drawer.names[0]


def test_f6_leads_through_the_views_and_tab_from_each_to_its_buttons(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.stage.drawer.open("confusion")
    led_to = []
    for _ in range(4):
        press(window, KEY.Key_F6)
        led_to.append(window.desk.stage.focused)
    assert led_to == ["network", "output", "loss", "confusion"]
    frames = [frame for frame in window.findChildren(ViewFrame) if frame.focused]
    assert [frame.isAncestorOf(focused()) for frame in frames] == [True]
    key(KEY.Key_Tab)
    button = focused()
    assert isinstance(button, QToolButton)
    assert window.desk.stage.focused == "confusion"
    assert (button.text(), button.isChecked()) == ("test", True)
    key(KEY.Key_Right)  # one of several, which are gone through by arrows
    assert not button.isChecked()
    with qtbot.waitSignal(window.session.playing_changed):
        key(KEY.Key_Space)
    press(window, KEY.Key_F6, SHIFT)
    assert window.desk.stage.focused == "loss"
    key(KEY.Key_Escape)
    assert focused() is window


@pytest.mark.parametrize("name", ["network", "output", "loss", "landscape"])
def test_the_view_with_the_keyboard_is_enlarged_and_has_a_menu(window: MainWindow, name: str) -> None:
    window.desk.stage.drawer.open("landscape")
    while window.desk.stage.focused != name:
        press(window, KEY.Key_F6)
    press(window, KEY.Key_F8)
    assert window.desk.stage.enlarged == name
    press(window, KEY.Key_F8)
    assert window.desk.stage.enlarged == ""
    press(window, KEY.Key_F6)
    while window.desk.stage.focused != name:
        press(window, KEY.Key_F6)
    press(window, KEY.Key_Menu)
    (menu,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, QMenu) and one.isVisible()]
    assert menu.parent() is window.desk.views[name].as_widget
    menu.close()


def test_return_presses_a_button_of_a_view_that_tab_led_to(window: MainWindow) -> None:
    window.desk.views.loss.as_widget.setFocus(Qt.FocusReason.TabFocusReason)
    key(KEY.Key_Tab)
    button = focused()
    assert button is window.desk.views.loss.log_button
    key(KEY.Key_Return)
    assert window.desk.views.loss.loss.logarithmic


def test_the_tab_bar_is_worked_by_arrows_and_return(window: MainWindow, qtbot: QtBot) -> None:
    drawer = window.desk.stage.drawer
    drawer.tabs.setFocus(Qt.FocusReason.TabFocusReason)
    for pressed, name in (
        (KEY.Key_Return, drawer.names[0]),
        (KEY.Key_Right, drawer.names[1]),
        (KEY.Key_Right, drawer.names[2]),
        (KEY.Key_Left, drawer.names[1]),
        (KEY.Key_Return, ""),
    ):
        key(pressed)
        assert drawer.name == name
    idle(qtbot, window)
    assert window.session.snapshot.step == 0


def test_every_button_and_slider_of_every_view_can_be_reached_by_tab(window: MainWindow) -> None:
    controls = (QAbstractButton, QAbstractSlider)
    for name in window.desk.stage.offered:
        if name in window.desk.stage.drawer.names:
            window.desk.stage.drawer.open(name)
        view = window.desk.views[name].as_widget
        assert view.focusPolicy() & Qt.FocusPolicy.TabFocus
        for control in (found for kind in controls for found in view.findChildren(kind)):
            by_arrows = isinstance(control, QAbstractButton) and control.group() is not None
            if not (isinstance(control, QScrollBar) or control.objectName().startswith("qt_") or by_arrows):
                assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, (name, control)


def test_the_view_menu_lists_every_view_by_group(window: MainWindow) -> None:
    menu = next(menu for menu in window.findChildren(QMenu) if menu.title() == "&View")
    headings: dict[str, list[str]] = {}
    for action in menu.actions():
        if action.isSeparator():
            headings[action.text()] = []
        else:
            headings[[*headings][-1]].append(action.text())
    listed = [entry.title for entry in VIEWS.values() if entry.shows == "network"]
    assert [title for titles in headings.values() for title in titles][: len(listed)] == listed
    assert "" not in headings
    assert all(len(titles) <= 8 for titles in headings.values())
    window.menus.actions["view_network"].trigger()
    assert window.desk.stage.enlarged == "network"
    window.menus.actions["view_network"].trigger()
    assert window.desk.stage.enlarged == ""


def test_a_lessons_page_offers_its_own_views_only(window: MainWindow, qtbot: QtBot) -> None:
    window.lecture.open(Library((resource("lessons"),)).find("hopfield"))
    idle(qtbot, window)
    offered = {
        name for name, action in window.menus.actions.items() if action.isCheckable() and action.isEnabled()
    }
    assert offered == set()
    press(window, KEY.Key_1, CONTROL)
    assert window.desk.stage.drawer.name == ""


def test_a_number_that_is_not_allowed_is_refused_in_words_until_another_is_typed(
    window: MainWindow, qtbot: QtBot
) -> None:
    type_rate(window, "0")
    key(KEY.Key_Return)
    assert window.desk.notice.words == "Learning rate: 0 is not allowed; allowed: numbers above 0 to 1,000"
    assert rate(window) == RATE
    type_rate(window, "0.2")
    key(KEY.Key_Return)
    idle(qtbot, window)
    assert (rate(window), window.desk.notice.words) == (0.2, "")


def test_drawer_lines_and_scale_are_there_again_at_the_next_start(open_window: Callable[..., MainWindow]) -> None:
    window = open_window()
    views = window.desk.views
    window.desk.stage.drawer.open("weights")
    views.output.lines.setChecked(True)
    views.loss.log_button.setChecked(True)
    window.close()
    again = open_window()
    assert again.desk.stage.drawer.name == "weights"
    assert again.desk.views["weights"].as_widget.isVisible()
    assert again.desk.views.output.lines.isChecked()
    assert again.desk.views.loss.loss.logarithmic


@pytest.mark.parametrize("size", [(1024, 768), (1920, 1080)])
def test_full_screen_enlarges_all_and_leaves_nothing_changed(
    window: MainWindow, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window.resize(*size)
    names, lines = window.desk.controls.data.source.names, window.desk.views.output.lines
    before = [(w.width(), w.height()) for w in (window.desk.left, window.desk.controls.network)]
    small = lines.height()
    press(window, KEY.Key_F5)
    press(window, KEY.Key_F9)
    window.resize(*size)
    qtbot.waitUntil(lambda: lines.font() == window.desk.views.output.font())
    assert lines.height() > small
    names.setCurrentIndex(names.findText("Points drawn by hand"))
    shown = names.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, _option(names), QStyle.SubControl.SC_ComboBoxEditField, names
    )
    assert names.fontMetrics().horizontalAdvance(names.currentText()) <= shown.width()
    press(window, KEY.Key_F9)
    press(window, KEY.Key_Escape)
    window.desk.left.show()
    window.resize(*size)
    QApplication.processEvents()
    after = [(w.width(), w.height()) for w in (window.desk.left, window.desk.controls.network)]
    assert after == before


def _option(box: QComboBox) -> QStyleOptionComboBox:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    return option


def test_a_repeat_that_is_not_said_to_be_one_is_no_press(window: MainWindow) -> None:
    """X11 tells of a held key as let go and pressed at the same time; Qt overlooks some of these."""
    handle, kinds = window.windowHandle(), QEvent.Type
    window.keyboard.held.watch(handle)
    for pressed, is_taken in ((1_000, False), (1_500, False), (1_540, True), (1_580, False)):
        let_go = QKeyEvent(kinds.KeyRelease, KEY.Key_PageDown, Qt.KeyboardModifier.NoModifier)
        let_go.setTimestamp(1_540)
        QApplication.sendEvent(handle, let_go)
        for kind in (kinds.ShortcutOverride, kinds.KeyPress):
            for other, is_same in ((KEY.Key_PageDown, True), (KEY.Key_PageUp, False)):
                event = QKeyEvent(kind, other, Qt.KeyboardModifier.NoModifier)
                event.setTimestamp(pressed)
                event.ignore()
                assert window.keyboard.held.eventFilter(handle, event) == (is_taken and is_same)
                assert event.isAccepted() == (is_taken and is_same)

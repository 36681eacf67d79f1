"""What a screen reader is told of the views, asked as it asks: through Qt's accessibility."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hands import press
from nnviz.lessons.views import VIEWS
from nnviz.window.window import MainWindow

KEY = Qt.Key


def said(widget: QWidget) -> tuple[str, str]:
    """Name and description of a widget."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name), interface.text(QAccessible.Text.Description)


def idle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.idle, timeout=30_000)


@pytest.mark.parametrize("name", [entry.name for entry in VIEWS.values() if entry.shows == "network"])
def test_every_view_says_its_name_and_what_is_seen(window: MainWindow, qtbot: QtBot, name: str) -> None:
    window.session.advance(epochs=20)
    idle(qtbot, window)
    if name in window.desk.stage.drawer.names:
        window.desk.stage.drawer.open(name)
        idle(qtbot, window)
    window.desk.views[name].as_widget.setFocus(Qt.FocusReason.TabFocusReason)
    title, words = said(window.desk.views[name].as_widget)
    assert title == VIEWS[name].title
    own, _, figures = words.rpartition("; ")
    assert figures.startswith("epoch 20, step 500, train loss 0.")
    assert window.desk.controls.playback.readouts.figures["accuracy"].number.text() in figures
    assert len(own) >= 4
    assert "\n" not in words


def test_the_diagram_says_the_neuron_and_the_weight_that_the_keys_are_on(window: MainWindow, qtbot: QtBot) -> None:
    network = window.desk.views.network
    window.session.set_parameter(0, 1, 0, 0.4)
    window.session.set_parameter(0, 1, 1, -1.25)
    window.session.set_parameter(0, 1, None, 2.0)
    idle(qtbot, window)
    press(window, KEY.Key_F6)
    assert said(network)[1].startswith("2 inputs, hidden layers of 4 tanh, 2 tanh, 1 output, tanh; ")
    for key in (KEY.Key_Right, KEY.Key_Right, KEY.Key_Down):
        press(network, key)
    assert said(network)[1] == "layer 1, neuron 2, o = tanh(p): bias 2, weight 0.4 from x₁, weight −1.25 from x₂"
    press(network, KEY.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    press(network, KEY.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert said(network)[1] == "layer 1: weight from x₁ to neuron 2 = 0.4000"


def test_nothing_is_described_while_the_run_plays_and_all_when_it_pauses(window: MainWindow, qtbot: QtBot) -> None:
    press(window, KEY.Key_F6)
    window.session.play()
    qtbot.waitUntil(lambda: window.session.playing)
    before = said(window.desk.views.network)[1]
    qtbot.waitUntil(lambda: window.session.snapshot.epoch > 20)
    assert said(window.desk.views.network)[1] == before
    window.session.pause()
    idle(qtbot, window)
    QApplication.processEvents()
    for name in window.desk.stage.shown:
        assert f"epoch {window.session.snapshot.epoch:,}, " in said(window.desk.views[name].as_widget)[1]

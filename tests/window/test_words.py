"""The words of the window: one for one thing in every view, and none that is cut."""

import re
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QStyle, QStyleOptionComboBox, QWidget
from pytestqt.qtbot import QtBot

from hands import press
from nnviz.window.window import MainWindow
from painted import painted_texts, said_of

Opener = Callable[..., MainWindow]
_NETWORKS = {
    "pieces of a plane": 'data.samples = 40\nnetwork = { hidden = [4, 3], activation = "relu" }',
    "values": 'data = { name = "sine", samples = 40 }\nnetwork = { output = "identity", hidden = [8] }',
    "pictures": 'data = { name = "digits", samples = 40 }\nnetwork = { output = "softmax", hidden = [4] }',
}


def idle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.idle, timeout=30_000)


def told(widget: QWidget) -> set[str]:
    """All that is read, heard or shown as a tip on a widget."""
    tips = (part.toolTip() for part in (widget, *widget.findChildren(QWidget)) if part.isVisible())
    return {*painted_texts(widget), *said_of(widget), *tips}


@pytest.mark.parametrize("text", _NETWORKS.values(), ids=_NETWORKS)
def test_a_neuron_is_a_neuron_in_every_view(open_window: Opener, qtbot: QtBot, text: str) -> None:
    window = open_window(text)
    drawer = window.desk.stage.drawer
    words = told(window)
    for name in drawer.names:
        drawer.open(name)
        idle(qtbot, window)
        words |= told(window.desk.views[name].as_widget)
    assert any("neuron" in said for said in words)
    assert [said for said in words if re.search(r"\bunits?\b", said)] == []


@pytest.mark.parametrize("width", [1024, 1280, 1920])
def test_the_line_that_is_shown_is_named_whole(window: MainWindow, qtbot: QtBot, width: int) -> None:
    window.resize(width, 800)
    for epochs in (1_050, 50):  # where it stops, a moment is kept
        window.session.advance(epochs=epochs)
        idle(qtbot, window)
    window.session.seek(25 * 1_050)
    window.session.branch()
    idle(qtbot, window)
    lines, option = window.desk.controls.timeline.lines, QStyleOptionComboBox()
    qtbot.waitUntil(lambda: lines.currentText().startswith("branch 1 from epoch 1,0"))
    lines.initStyleOption(option)
    box = lines.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, lines
    )
    assert lines.fontMetrics().horizontalAdvance(lines.currentText()) <= box.width()


def test_the_menu_of_the_run_is_no_long_list_without_headings(window: MainWindow) -> None:
    (menu,) = [menu for menu in window.findChildren(QMenu) if menu.title() == "&Run"]
    below = [0]
    for action in menu.actions():
        if action.isSeparator():
            assert action.text()
            below.append(0)
        below[-1] += not action.isSeparator()
    assert len(below) >= 4
    assert max(below) <= 6


@pytest.mark.parametrize("size", [(1024, 768), (1280, 800)])
def test_the_loss_keeps_its_figures_in_front_of_an_audience(
    window: MainWindow, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window.session.advance(epochs=2)
    idle(qtbot, window)
    for key in (Qt.Key.Key_F5, Qt.Key.Key_F9):
        press(window, key)
        window.resize(*size)
        idle(qtbot, window)
        words = " ".join(painted_texts(window.desk.views.loss.as_widget))
        assert re.search(r"train 0\.\d+.* test 0\.\d+", words), words

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from nnviz.presenter.blank import Blank

Show = Callable[..., QWidget]


def at(stand: QWidget, part: QWidget) -> QWidget:
    """What a click in the middle of a part meets."""
    return stand.childAt(part.geometry().center()) or stand


@pytest.mark.parametrize("color", ["black", "white"])
def test_one_colour_covers_everything(show: Show, color: str) -> None:
    stand = show(QWidget(), 200, 150)
    QPushButton("seen", stand).show()
    blank = Blank(stand)
    blank.show_color(color)
    image = stand.grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(0, 200, 7) for y in range(0, 150, 7)}
    assert seen == {QColor(color).name()}
    assert blank.color == color


def test_it_grows_with_its_parent_and_covers_what_comes_later(show: Show) -> None:
    stand = show(QWidget(), 200, 150)
    blank = Blank(stand)
    blank.show_color("black")
    stand.window().resize(400, 300)
    stand.resize(400, 300)
    QPushButton("late", stand).show()
    assert blank.geometry() == stand.rect()
    assert stand.childAt(QPoint(10, 10)) is blank


def test_clicks_do_not_reach_what_is_covered_until_it_wakes(show: Show, qtbot: QtBot) -> None:
    stand = show(QWidget(), 200, 150)
    button = QPushButton("below", stand)
    button.show()
    blank = Blank(stand)
    blank.show_color("white")
    with qtbot.assertNotEmitted(button.clicked):
        QTest.mouseClick(at(stand, button), Qt.MouseButton.LeftButton)
    blank.wake()
    assert blank.color == ""
    with qtbot.waitSignal(button.clicked):
        QTest.mouseClick(at(stand, button), Qt.MouseButton.LeftButton)

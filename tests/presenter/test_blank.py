from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from nnviz.presenter.blank import Blank

Show = Callable[..., QWidget]


def at(layout: QWidget, part: QWidget) -> QWidget:
    """What a click in the middle of a part meets."""
    return layout.childAt(part.geometry().center()) or layout


@pytest.mark.parametrize("color", ["black", "white"])
def test_one_colour_covers_everything(show: Show, color: str) -> None:
    layout = show(QWidget(), 200, 150)
    QPushButton("seen", layout).show()
    blank = Blank(layout)
    blank.show_color(color)
    image = layout.grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(0, 200, 7) for y in range(0, 150, 7)}
    assert seen == {QColor(color).name()}
    assert blank.color == color


def test_it_grows_with_its_parent_and_covers_what_comes_later(show: Show) -> None:
    layout = show(QWidget(), 200, 150)
    blank = Blank(layout)
    blank.show_color("black")
    layout.window().resize(400, 300)
    layout.resize(400, 300)
    QPushButton("late", layout).show()
    assert blank.geometry() == layout.rect()
    assert layout.childAt(QPoint(10, 10)) is blank


def test_clicks_do_not_reach_what_is_covered_until_it_wakes(show: Show, qtbot: QtBot) -> None:
    layout = show(QWidget(), 200, 150)
    button = QPushButton("below", layout)
    button.show()
    blank = Blank(layout)
    blank.show_color("white")
    with qtbot.assertNotEmitted(button.clicked):
        QTest.mouseClick(at(layout, button), Qt.MouseButton.LeftButton)
    blank.uncover()
    assert blank.color == ""
    with qtbot.waitSignal(button.clicked):
        QTest.mouseClick(at(layout, button), Qt.MouseButton.LeftButton)


class Hearing(QWidget):
    """Notes what the pointer does, when no widget above has kept it."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[QEvent.Type] = []

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent | QWheelEvent):
            self.heard.append(event.type())
        return super().event(event)


def test_neither_clicks_nor_the_wheel_go_through_it_to_its_parent(show: Show) -> None:
    layout = Hearing()
    show(layout, 200, 150)
    blank = Blank(layout)
    blank.show_color("black")
    QTest.mouseClick(blank, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(blank, Qt.MouseButton.LeftButton)
    middle, still = QPointF(blank.rect().center()), QPoint()
    keys, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    turn = QWheelEvent(middle, middle, still, QPoint(0, 120), Qt.MouseButton.NoButton, keys, phase, False)
    QApplication.sendEvent(blank, turn)
    assert not layout.heard

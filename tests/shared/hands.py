"""What a hand does with mouse and keys, and what comes of it."""

from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

LEFT = Qt.MouseButton.LeftButton


def pixel(place: QPointF) -> QPoint:
    """The pixel of a place."""
    return QPoint(round(place.x()), round(place.y()))


def drag(widget: QWidget, *places: QPoint) -> None:
    """Press at the first place, move through the others, release at the last."""
    QTest.mousePress(widget, LEFT, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(widget, place)
    QTest.mouseRelease(widget, LEFT, pos=places[-1])


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key and let it go."""
    QTest.keyClick(widget, key, modifier)


def emitted(signal: Any) -> list[Any]:
    """All that a signal carries from now on; tuples if it carries more than one value."""
    values: list[Any] = []
    signal.connect(lambda *carried: values.append(carried[0] if len(carried) == 1 else carried))
    return values

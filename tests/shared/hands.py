"""What a hand does with mouse and keys, and what comes of it."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

_PATIENCE = 20.0
"""Seconds after which what is waited for will not come."""

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def pixel(place: QPointF) -> QPoint:
    """The pixel of a place."""
    return QPoint(round(place.x()), round(place.y()))


def drag(
    widget: QWidget,
    *places: QPoint,
    button: Qt.MouseButton = LEFT,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Press at the first place, move through the others, release at the last."""
    _mouse(widget, QEvent.Type.MouseButtonPress, places[0], button, button, modifier)
    for place in places[1:]:
        _mouse(widget, QEvent.Type.MouseMove, place, NONE, button, modifier)
    _mouse(widget, QEvent.Type.MouseButtonRelease, places[-1], button, NONE, modifier)


def hover(widget: QWidget, place: QPoint) -> None:
    """Move to a place, with no button pressed, wherever the pointer was."""
    _mouse(widget, QEvent.Type.MouseMove, place, NONE, NONE)


def double_click(widget: QWidget, place: QPoint) -> None:
    """Click twice at a place, as Qt tells of it: the second time nothing is pressed."""
    QTest.mouseClick(widget, LEFT, pos=place)
    for kind, held in ((QEvent.Type.MouseButtonDblClick, LEFT), (QEvent.Type.MouseButtonRelease, NONE)):
        _mouse(widget, kind, place, LEFT, held)


def _mouse(
    widget: QWidget,
    kind: QEvent.Type,
    place: QPoint,
    button: Qt.MouseButton,
    held: Qt.MouseButton,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    everywhere = QPointF(widget.mapToGlobal(place))
    QApplication.sendEvent(widget, QMouseEvent(kind, QPointF(place), everywhere, button, held, modifier))


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key and let it go."""
    QTest.keyClick(widget, key, modifier)


def take_table(window: Any) -> None:
    """Take the table on the sheet as it is shown, with Enter."""
    press(sheet_of(window).focusWidget(), Qt.Key.Key_Return)


def sheet_of(window: Any) -> Any:
    """The sheet that is being opened, once the first rows are read as it asks for."""
    end = monotonic() + _PATIENCE
    while not window.tables.first_rows.idle and monotonic() < end:
        QApplication.processEvents()
    assert window.tables.sheet
    return window.tables.sheet


def emitted(signal: Any) -> list[Any]:
    """All that a signal carries from now on; tuples if it carries more than one value."""
    values: list[Any] = []
    signal.connect(lambda *carried: values.append(carried[0] if len(carried) == 1 else carried))
    return values


def wheel(
    widget: QWidget,
    place: QPointF,
    notches: float = 1,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Turn the wheel at a place, away from oneself."""
    everywhere = QPointF(widget.mapToGlobal(pixel(place)))
    turn = QPoint(0, round(120 * notches))
    event = QWheelEvent(place, everywhere, QPoint(), turn, NONE, modifier, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(widget, event)


def when_asked(answer: Callable[[QWidget], object]) -> None:
    """Answer the next dialog, once it is there: a file may have to be read first."""
    if dialog := QApplication.activeModalWidget():
        answer(dialog)
    else:
        QTimer.singleShot(10, lambda: when_asked(answer))

"""Mouse actions on a canvas, in its pixels."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent

from nnviz.drawing.canvas import Canvas

_NOTCH = 120
"""Qt's unit for one notch of a wheel."""


class Pointer(QObject):
    """Reports the mouse over a canvas; Shift with the left button is left for panning.

    Parameters
    ----------
    takes_wheel : callable
        Whether this object uses the wheel at a place; otherwise the wheel zooms plots.

    Signals
    -------
    pressed, dragged, released : QPointF
        The left button was pressed, moved while pressed, and released.
    dropped : QPointF
        The right button was pressed, to remove what is there.
    wheeled : QPointF, int
        The wheel turned by a number of notches, positive upwards.
    """

    pressed = Signal(QPointF)
    dragged = Signal(QPointF)
    released = Signal(QPointF)
    dropped = Signal(QPointF)
    wheeled = Signal(QPointF, int)

    def __init__(self, canvas: Canvas, takes_wheel: Callable[[QPointF], object] = lambda _place: False) -> None:
        super().__init__(canvas)
        self._canvas, self._takes_wheel = canvas, takes_wheel
        self._down = False
        self._turned = 0
        canvas.mouse_used.connect(self._mouse)
        canvas.wheel_turned.connect(self._wheel)

    def _mouse(self, event: QMouseEvent) -> None:
        point, left = self._place(event), event.button() == Qt.MouseButton.LeftButton
        pans = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.type():
            case QEvent.Type.MouseButtonPress | QEvent.Type.MouseButtonDblClick if left and not pans:
                self._down = True
                self.pressed.emit(point)
            case QEvent.Type.MouseButtonPress if event.button() == Qt.MouseButton.RightButton:
                self.dropped.emit(point)
            case QEvent.Type.MouseMove if self._down:
                self.dragged.emit(point)
            case QEvent.Type.MouseButtonRelease if left and self._down:
                self._down = False
                self.released.emit(point)

    def _wheel(self, event: QWheelEvent) -> None:
        """Add up whole notches, as touchpads send fractions."""
        if not self._takes_wheel(self._place(event)):
            return
        event.accept()
        self._turned += event.angleDelta().y()
        notches = int(self._turned / _NOTCH)
        self._turned -= notches * _NOTCH
        if notches:
            self.wheeled.emit(self._place(event), notches)

    def _place(self, event: QMouseEvent | QWheelEvent) -> QPointF:
        return self._canvas.mapToScene(event.position().toPoint())

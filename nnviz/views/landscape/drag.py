"""A drag over a picture, and the wheel."""

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent

from nnviz.drawing.canvas import Canvas

_NOTCH = 120
"""What Qt calls one notch of a wheel."""


class Drag(QObject):
    """Follows pointer and wheel over a canvas.

    Signals
    -------
    dragged : float, float
        By how many pixels to the right and down the pointer has moved with its button held.
    wheeled : float
        By how many notches the wheel was turned, away from the person positive.
    """

    dragged = Signal(float, float)
    wheeled = Signal(float)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._held: QPointF | None = None
        canvas.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the wheel, and moves with the left button; leave all else to the canvas."""
        if isinstance(event, QWheelEvent):
            self.wheeled.emit(event.angleDelta().y() / _NOTCH)
            return True
        if isinstance(event, QMouseEvent):
            self._follow(event)
        return super().eventFilter(watched, event)

    def _follow(self, event: QMouseEvent) -> None:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._held = event.position()
        elif kind == QEvent.Type.MouseButtonRelease:
            self._held = None
        elif kind == QEvent.Type.MouseMove and self._held is not None:
            moved, self._held = event.position() - self._held, event.position()
            self.dragged.emit(moved.x(), moved.y())

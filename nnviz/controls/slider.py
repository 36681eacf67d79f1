"""A slider that is seen from the last row in every theme; the style's own fades into a dark panel."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider

_THICKNESS = 4


class Slider(QSlider):
    """A line, filled up to a round handle. The wheel is left to what scrolls, clicks leave the keys elsewhere."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint line and handle in the palette's colours."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        begin, here, end = (self.point(value) for value in (self.minimum(), self.sliderPosition(), self.maximum()))
        strong, weak = self._colors()
        painter.setPen(_line(weak))
        painter.drawLine(begin, end)
        painter.setPen(_line(strong))
        painter.drawLine(begin, here)
        self._paint_handle(painter, here, strong)
        painter.end()

    def point(self, value: int) -> QPointF:
        """Where the handle's middle stands at a value."""
        span = max(1, self.maximum() - self.minimum())
        length = self.handle_length()
        share = (value - self.minimum()) / span
        return QPointF(length / 2 + share * (self.width() - length), self.height() / 2)

    def handle_length(self) -> int:
        """Width of the handle, which is also what a mouse can grasp."""
        return self.minimumSizeHint().width()  # a slider can be no shorter

    def _paint_handle(self, painter: QPainter, here: QPointF, color: QColor) -> None:
        radius = min(self.handle_length(), self.height()) / 2 - 1
        role = QPalette.ColorRole.WindowText if self.hasFocus() else QPalette.ColorRole.Window
        painter.setPen(QPen(self.palette().color(role), 2))
        painter.setBrush(color)
        painter.drawEllipse(here, radius, radius)

    def _colors(self) -> tuple[QColor, QColor]:
        """Of what is filled, and of the rest."""
        weak = self.palette().color(QPalette.ColorRole.WindowText)
        weak.setAlphaF(0.25)
        return (self.palette().color(QPalette.ColorRole.Highlight) if self.isEnabled() else weak), weak


def _line(color: QColor) -> QPen:
    return QPen(color, _THICKNESS, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)

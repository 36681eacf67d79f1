"""A slider over a line of moments, with a mark wherever another line branches from it."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QPolygonF
from PySide6.QtWidgets import QSlider

from nnviz.controls.fields import silent
from nnviz.controls.slider import Slider

_UNITS = 10_000
_PAGE = 10


class TimelineSlider(Slider):
    """A slider in shares of the line: fine enough for any screen, and at rest at the end of a line that grows.

    ``dragged`` carries the share of the line that was dragged or clicked to; ``stepped`` how many moments to go
    on, or back if negative, since the next moment can be nearer or further than a unit of the slider.
    """

    dragged = Signal(float)
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, _UNITS)
        self.setMinimumWidth(80)
        self._marks: list[int] = []
        self.valueChanged.connect(lambda value: self.dragged.emit(value / _UNITS))
        self.actionTriggered.connect(self._act)

    @silent
    def show_share(self, share: float) -> None:
        """Stand so far along the line."""
        self.setValue(round(share * _UNITS))

    def show_marks(self, shares: Sequence[float]) -> None:
        """Have marks so far along the line."""
        marks = [round(share * _UNITS) for share in shares]
        if marks != self._marks:
            self._marks = marks
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the line is clicked, and drag on from there."""
        length, x = self.handle_length(), event.position().x()
        if event.button() == Qt.MouseButton.LeftButton and abs(x - self.point(self.value()).x()) > length / 2:
            share = (x - length / 2) / max(1, self.width() - length)
            self.setSliderPosition(round(_UNITS * share))
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Add the marks."""
        super().paintEvent(event)
        if self._marks:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Text))
            for mark in self._marks:
                painter.drawPolygon(_pointer(self.point(mark).x()))
            painter.end()

    def _act(self, action: int) -> None:
        moments = _STEPS.get(action)
        if moments:
            self.setSliderPosition(self.value())
            self.stepped.emit(moments)


_STEPS = {
    QSlider.SliderAction.SliderSingleStepAdd.value: 1,
    QSlider.SliderAction.SliderSingleStepSub.value: -1,
    QSlider.SliderAction.SliderPageStepAdd.value: _PAGE,
    QSlider.SliderAction.SliderPageStepSub.value: -_PAGE,
}


def _pointer(x: float) -> QPolygonF:
    return QPolygonF([QPointF(x - 4, 0), QPointF(x + 4, 0), QPointF(x, 6)])

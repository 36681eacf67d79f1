"""Brushes for drawing points."""

from typing import Literal

from msgspec import Struct
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QButtonGroup, QWidget

from nnviz.controls.buttons import IconButton
from nnviz.controls.fields import Button, StopSlider, describe, silent
from nnviz.controls.layout import Flow
from nnviz.data.source import MAX_CLASSES
from nnviz.theme import Theme, theme


class Eraser(Struct, frozen=True):
    """A brush that takes points away; its radius is a fraction of the plane's width."""

    radius: float


Brush = int | Eraser | Literal["curve"] | None
"""The class that a click draws, an eraser, "curve" for data with one input, or None if clicks draw nothing."""

Drawable = Literal["points", "curve"] | None
"""What can be drawn with the current data."""

_DOT = 48
_TIPS = {
    "points": "Click in the plane to add points; the eraser takes them away.",
    "curve": "Draw over the plot with the pointer: the curve to learn.",
}
_TITLES = {"points": "&Draw points", "curve": "&Draw the curve"}
_ERASER = MAX_CLASSES
_RADII = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.14, 0.2)
_USUAL_RADIUS = 0.03


class Brushes(QWidget):
    """A button for each class, one to add a class, an eraser with its size, and one to clear the canvas.

    They are visible while the ``switch`` is on, which is placed elsewhere. ``changed`` carries the selected brush,
    None when drawing is turned off; ``cleared`` asks for an empty canvas.
    """

    changed = Signal(object)
    cleared = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self._canvas: Drawable = None
        self._theme = theme("light")
        self.switch = Button(_TITLES["points"], tip=_TIPS["points"]).widened()
        self.switch.setCheckable(True)
        self.classes = [Button(str(k), f"Class {k}", f"Draw points of class {k}.") for k in range(MAX_CLASSES)]
        self.another = IconButton("plus", "Another class", "Draw points of one class more.", 1.0)
        self.eraser = IconButton("eraser", "Eraser", "Take points away.", 1.0)
        self.radius = StopSlider(_RADII)
        self.clear = Button("Clear", tip="Take all points away, and draw on an empty canvas.")
        self._group = QButtonGroup(self)
        self._arrange()
        self.switch.toggled.connect(self._switch)
        self.another.clicked.connect(self._add_class)
        self.clear.clicked.connect(self.cleared)
        self.radius.changed.connect(lambda _radius: self._take(_ERASER))
        self._group.idClicked.connect(self._take)

    @property
    def brush(self) -> Brush:
        """The selected brush."""
        if not self.switch.isChecked():
            return None
        if self._canvas == "curve":
            return "curve"
        taken = self._group.checkedId()
        return Eraser(self.radius.stops[self.radius.value()]) if taken == _ERASER else taken

    @silent
    def show_classes(self, count: int, canvas: Drawable) -> None:
        """Show a brush for each class, and while drawing also for added classes without points.

        If nothing can be drawn, the brushes are hidden and keep their state.
        """
        self._canvas = canvas
        self._count = max(count, self._count) if self.switch.isChecked() else count
        for k, button in enumerate(self.classes):
            button.setVisible(k < self._count)
        self.another.setEnabled(self._count < MAX_CLASSES)
        if self._count <= self._group.checkedId() < _ERASER:
            self.classes[0].setChecked(True)
        self.switch.setVisible(canvas is not None)
        self.switch.setText(_TITLES[canvas or "points"])
        self.switch.setToolTip(_TIPS[canvas or "points"])
        self._show_or_hide()
        self._paint()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._paint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._paint()

    def _paint(self) -> None:
        side = self.fontMetrics().height()
        for k, button in enumerate(self.classes[: self._count]):
            button.setIconSize(QSize(side, side))
            button.setIcon(_dot(self._theme.class_color(k, self._count)))

    def _arrange(self) -> None:
        row = Flow(self, spacing=4)
        for number, button in enumerate((*self.classes, self.eraser)):
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self._group.addButton(button, number)
        self.eraser.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        for widget in (*self.classes, self.another, self.eraser, self.radius, self.clear):
            row.addWidget(widget)
        describe(self.radius, "Size of the eraser", "How much the eraser takes away.")
        self.radius.show_value(_USUAL_RADIUS)
        self.radius.hide()
        self.classes[0].setChecked(True)
        self.hide()

    def _take(self, number: int) -> None:
        """Take the brush with this number in the group."""
        self.radius.setVisible(number == _ERASER)
        self.changed.emit(self.brush)

    def _switch(self) -> None:
        self._show_or_hide()
        self.changed.emit(self.brush)

    def _show_or_hide(self) -> None:
        self.setVisible(self._canvas == "points" and self.switch.isChecked())

    def _add_class(self) -> None:
        self._count += 1
        self.show_classes(self._count, self._canvas)
        self.classes[self._count - 1].setChecked(True)
        self._take(self._count - 1)


def _dot(color: str) -> QIcon:
    pixmap = QPixmap(_DOT, _DOT)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(QPointF(_DOT / 2, _DOT / 2), 0.4 * _DOT, 0.4 * _DOT)
    painter.end()
    return QIcon(pixmap)

"""A part of the plane between two axes: what is drawn there is given in the plane's own coordinates."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPen, QTransform
from PySide6.QtWidgets import QFrame, QGraphicsItem, QGraphicsRectItem, QWidget

from nnviz.data.dataset import Extent, FloatArray
from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import Canvas, Text
from nnviz.drawing.paths import keep_painted
from nnviz.drawing.scales import Scale, range_scale
from nnviz.theme import Theme

_PAD, _GAP = 2.0, 1.0
"""Pixels at the border, and between an axis's numbers and its words."""


class Plot(Canvas):
    """Axes, words at them, and a frame with items in it, which are cut off where it ends.

    Signals
    -------
    arranged
        The frame has another place, size or extent.
    """

    arranged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.paint_when_told()
        self.extent: Extent = (0.0, 1.0, 0.0, 1.0)
        self._square = self._bare = False
        self._words = ("", "")
        scene = self.scene()
        self._axes = Axes(scene, range_scale(0.0, 1.0), range_scale(0.0, 1.0))
        self.labels = Text(scene), Text(scene)
        self.labels[1].setRotation(-90.0)
        keep_painted(*self.labels)
        self._window, self._plane = _empty_item(), _empty_item()
        self._window.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape)
        self._plane.setParentItem(self._window)
        scene.addItem(self._window)
        self.resized.connect(self._arrange)

    @property
    def frame(self) -> QRectF:
        """The rectangle between the axes, in pixels."""
        return self._axes.frame

    def add(self, item: QGraphicsItem) -> None:
        """Draw an item in the frame, in coordinates of the plane."""
        item.setParentItem(self._plane)

    def set_theme(self, theme: Theme) -> None:
        """Paint ground, axes and words in the theme's colours."""
        self.setBackgroundBrush(QColor(theme.background))
        self._axes.set_theme(theme)
        for label in self.labels:
            label.setBrush(QColor(theme.text))
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Write in the widget's font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def show_extent(self, extent: Extent, words: tuple[str, str], *, square: bool = False) -> None:
        """Show a part of the plane, with words at its axes; ``square``: a unit is as long upwards as sideways."""
        self.extent, self._words, self._square = extent, ("", "") if self._bare else words, square
        self._axes.set_scales(self._scale(*extent[:2]), self._scale(*extent[2:]))
        self._arrange()

    def hide_axes(self) -> None:
        """Have no numbers and no words at the axes."""
        self._bare = True
        self.show_extent(self.extent, ("", ""), square=self._square)

    def _scale(self, low: float, high: float) -> Scale:
        return Scale(low, high, ()) if self._bare else range_scale(low, high)

    def pixels(self, points: FloatArray) -> FloatArray:
        """Where points of the plane, shape (points, 2), are on the canvas."""
        x_min, _, y_min, _ = self.extent
        right, up = self._unit
        corner = np.array([self.frame.left(), self.frame.bottom()])
        return np.asarray(corner + (points - [x_min, y_min]) * [right, -up])

    def point_at(self, place: QPointF) -> tuple[float, float]:
        """The point of the plane at a place of the canvas."""
        x_min, _, y_min, _ = self.extent
        right, up = self._unit
        return x_min + (place.x() - self.frame.left()) / right, y_min + (self.frame.bottom() - place.y()) / up

    @property
    def _unit(self) -> tuple[float, float]:
        """Pixels of a unit sideways and upwards."""
        x_min, x_max, y_min, y_max = self.extent
        return self.frame.width() / (x_max - x_min), self.frame.height() / (y_max - y_min)

    def _arrange(self) -> None:
        """Put axes, words and frame into their places, once it is known how large they are to be."""
        if self.viewport().testAttribute(Qt.WidgetAttribute.WA_PendingResizeEvent):
            return
        line = QFontMetricsF(self.font()).height()
        left, below = ((line + _GAP) * bool(words) for words in reversed(self._words))
        outer = self.area.adjusted(_PAD + left, _PAD, -_PAD, -_PAD - below)
        self._axes.arrange(outer, self.font())
        if self._square:
            self._axes.arrange(_without(outer, *self._spare()), self.font())
        self._window.setRect(self.frame)
        right, up = self._unit
        x_min, _, _, y_max = self.extent
        place = QTransform(right, 0.0, 0.0, -up, self.frame.left() - x_min * right, self.frame.top() + y_max * up)
        self._plane.setTransform(place)
        self._write(line)
        self.arranged.emit()
        self.repaint_soon()

    def _spare(self) -> tuple[float, float]:
        """Pixels of width and height that are too many for a unit to be as long upwards as sideways."""
        right, up = self._unit
        return self.frame.width() * max(0.0, 1.0 - up / right), self.frame.height() * max(0.0, 1.0 - right / up)

    def _write(self, line: float) -> None:
        """Put words below and beside the numbers, as much of them as there is room for."""
        frame, (below, beside) = self.frame, self.labels
        metrics = QFontMetricsF(self.font())
        for label, words, room in zip(self.labels, self._words, (frame.width(), frame.height()), strict=True):
            label.setFont(self.font())
            label.set_words(metrics.elidedText(words, Qt.TextElideMode.ElideRight, room))
        below.place(frame.center().x(), self._axes.bottom + _GAP, 0.5)
        middle = frame.center().y() + beside.boundingRect().width() / 2
        beside.setPos(round(self._axes.left - _GAP - line), round(middle))


def _without(outer: QRectF, width: float, height: float) -> QRectF:
    """A rectangle with so much less width and height, its middle where it was."""
    return outer.adjusted(width / 2, height / 2, -width / 2, -height / 2)


def _empty_item() -> QGraphicsRectItem:
    """An item that is there for its children."""
    item = QGraphicsRectItem()
    item.setPen(QPen(Qt.PenStyle.NoPen))
    return item

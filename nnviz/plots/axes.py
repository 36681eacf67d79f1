"""A plane's view box and its two axes, of which Qt paints a frame without Python.

What Python does inside Qt's painting holds the interpreter while a network trains. A repaint of fourteen small
plots makes 2,214 calls into Python with pyqtgraph as it comes, and takes 3.3 times as long; here it makes none:

- a method that a Python class overrides is called at each painting. `boundingRect`, `shape` and `paint` of the box
  are assigned anew from Qt's own class, and Python's are no longer found;
- an axis has no contents in Qt's eyes. `Plane` has its numbers painted into a picture when it is stale; the lines
  across the plane are a path, for a picture of them would be as large as the plane;
- pyqtgraph's menu takes longer to make than a whole plot, and ours says other things: there is none.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPixmapItem, QGraphicsWidget

from nnviz.drawing.canvas import Canvas, Text
from nnviz.drawing.paths import PathItem, keep_painted, line_pen
from nnviz.plots.scales import Scale
from nnviz.theme import Theme, mix

_FLAG = QGraphicsItem.GraphicsItemFlag
Range = tuple[float, float]
Marks = Sequence[tuple[float, str]]
"""Values along an axis, and what is written there."""

_CLOSEST, _FARTHEST = 1e-7, 20.0
"""How much of the whole is seen at the least and at the most."""

_BEYOND = 60
"""Pixels that a number may reach beyond its axis."""

_GAP = 5.0
"""Pixels between a frame and its numbers."""

_NEAR = 1.0
"""Pixels between an axis's numbers and its name."""

_LOW = 9.0
"""Height, in lines of text, from which on the name of the lower axis has a line of its own."""

_INSIDE = 1e-9
"""How far inside an axis, as a share of it, a tick at its very end is moved, where pyqtgraph draws it still."""


class Box(pg.ViewBox):  # type: ignore[misc] # pyqtgraph has no types
    """What a plot shows of the plane: the wheel zooms, a drag pans, a double click shows all.

    Parameters
    ----------
    show_all : callable
        What a double click does.

    Attributes
    ----------
    is_square : bool
        One unit is to stay as long both ways.
    is_drawn_on : bool
        The left button draws: the middle one pans, or the left one with Shift.
    whole : (float, float)
        Width and height of all there is to see: how far one can zoom is counted from them.
    """

    boundingRect = QGraphicsWidget.boundingRect  # noqa: N815 - Qt's name
    shape = QGraphicsWidget.shape
    paint = QGraphicsWidget.paint

    def __init__(self, show_all: Callable[[], None]) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self._show_all = show_all
        self.is_square = self.is_drawn_on = False
        self.whole = (1.0, 1.0)
        self.setFlag(_FLAG.ItemHasNoContents)
        self.borderRect.hide()  # it has no pen
        self.setFlag(_FLAG.ItemIsFocusable, enabled=False)  # keys are the window's

    def set_range(self, x: Range, y: Range) -> None:
        """Show this part of the plane."""
        self.setRange(xRange=x, yRange=y, padding=0.0)

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        """Zoom about the pointer; in front of an audience only with Ctrl, for a wheel is soon touched."""
        self.updateMatrix()  # pyqtgraph does so when it paints, and else finds the pointer elsewhere
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if (event.widget().window().isFullScreen() and not held) or self.is_at_end(event.delta() > 0):
            event.ignore()
        else:
            super().wheelEvent(event, None if self.is_square else axis)

    def is_at_end(self, zooms_in: bool) -> bool:
        """Whether one cannot come any closer, or go any farther away."""
        spans = [high - low for low, high in self.viewRange()]
        shares = [span / whole for span, whole in zip(spans, self.whole, strict=True)]
        return bool(min(shares) < _CLOSEST if zooms_in else max(shares) > _FARTHEST)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        """Pan with the left or the middle button."""
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        pans = event.button() == Qt.MouseButton.MiddleButton or (
            event.button() == Qt.MouseButton.LeftButton and (shift or not self.is_drawn_on)
        )
        if pans:
            self.updateMatrix()
            super().mouseDragEvent(event, axis)
        else:
            event.ignore()

    def mouseClickEvent(self, event: Any) -> None:
        """Show all at a double click."""
        if event.double() and event.button() == Qt.MouseButton.LeftButton and not self.is_drawn_on:
            event.accept()
            self._show_all()


class Axis(pg.AxisItem):  # type: ignore[misc]
    """An axis that is painted when `repaint` is called; its numbers and where they stand are given."""

    def __init__(self, side: str, box: Box) -> None:
        super().__init__(side, maxTickLength=0)
        self.setFlag(_FLAG.ItemHasNoContents)
        self.enableAutoSIPrefix(False)  # or an axis reads 500 and says "x0.001" elsewhere
        self.setStyle(autoExpandTextSpace=False, tickAlpha=0, tickTextOffset=5)
        self.linkToView(box)
        self.setZValue(-160.0)  # below the box, that a file of vectors has its lines below all else

    def boundingRect(self) -> QRectF:
        """Where it paints; pyqtgraph leaves out numbers that reach beyond, such as those at the ends."""
        return QRectF(super().boundingRect()).adjusted(-_BEYOND, -_BEYOND, _BEYOND, _BEYOND)

    def place(self, rect: QRectF) -> None:
        """Stand in a rectangle; pyqtgraph's own ideas of its size are overruled."""
        if self.orientation == "left":
            self.setWidth(rect.width())
        else:
            self.setHeight(rect.height())
        self.setGeometry(rect)

    def set_color(self, color: QColor) -> None:
        """Write numbers in this colour, without lines."""
        self.setPen(QPen(Qt.PenStyle.NoPen))
        self.setTextPen(QPen(color))

    def set_font(self, font: QFont) -> None:
        """Write in this font."""
        if self.style["tickFont"] != font:
            self.setTickFont(font)

    def set_marks(self, marks: Marks) -> None:
        """Have these words at these values."""
        self.setTicks([list(marks)])

    def painted_in(self, rect: QRect, ratio: float) -> QPixmap:
        """What there is of it in a rectangle of the scene."""
        picture = QPixmap(rect.size() * ratio)
        if not picture.isNull():
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.translate(-rect.topLeft())
            painter.setTransform(self.sceneTransform(), combine=True)
            pg.AxisItem.paint(self, painter, None, None)
            painter.end()
        return picture

    def draw_itself(self, itself: bool) -> None:
        """Let Qt call it to be painted, as it must for a file of vectors."""
        self.setFlag(_FLAG.ItemHasNoContents, enabled=not itself)


class Axes:
    """Numbers and a name below a frame and at its left.

    Parameters
    ----------
    box : Box
        What the axes belong to.

    Attributes
    ----------
    names : (Text, Text)
        What the lower axis and the one at the left stand for, outside and centred, the upright one turned.
    left : float
        Where the widest number at the left begins, in pixels.
    """

    def __init__(self, canvas: Canvas, box: Box) -> None:
        self._canvas, self._box = canvas, box
        self._axes = Axis("bottom", box), Axis("left", box)
        self._pictures = QGraphicsPixmapItem(), QGraphicsPixmapItem()
        self._grid = PathItem()
        self._grid.setZValue(-200.0)
        self.names = Text(canvas.scene()), Text(canvas.scene())
        self.names[1].setRotation(-90.0)
        keep_painted(*self.names)
        self.words = "", ""
        self.left = 0.0
        self._stale = self._has_grid = True
        self._outer, self._frame, self._font = QRectF(), QRectF(), QFont()
        self._margins = self._taken = 0.0, 0.0
        for item in (*self._axes, *self._pictures, self._grid):
            canvas.scene().addItem(item)

    def set_theme(self, theme: Theme) -> None:
        """Draw lines and words in the theme's colours."""
        for axis in self._axes:
            axis.set_color(QColor(theme.muted))
        self._grid.setPen(line_pen(mix(theme.background, theme.muted, 0.35), 1.0))
        for name in self.names:
            name.setBrush(QColor(theme.text))
        self._stale = True

    def set_visible(self, visible: bool) -> None:
        """Show or hide them."""
        for item in (*self._axes, *self._pictures, self._grid, *self.names):
            item.setVisible(visible)
        self._stale = visible

    def show_grid(self, shown: bool) -> None:
        """Have lines at the numbers, or none, from the next time on that they are placed."""
        self._has_grid = shown

    def arrange(self, outer: QRectF, font: QFont, margins: tuple[float, float]) -> None:
        """Have this room, and write in this font; ``margins`` are left free at the sides at least."""
        self._outer, self._font, self._margins = outer, font, margins
        for axis in self._axes:
            axis.set_font(font)

    def frame(self, x: Scale, y: Scale, *, held: bool) -> QRectF:
        """What numbers and names leave of the room; no less at the sides than before while a part is held."""
        metrics = QFontMetricsF(self._font)
        line, (left, right) = metrics.height(), self._margins
        if x.ticks or y.ticks:
            numbers = (_widest(metrics, y) + _GAP) * bool(y.ticks) + (line + _NEAR) * bool(self.words[1])
            if held:  # a zoom that moved the frame would move what is under the pointer
                left, right = max(numbers, self._taken[0]), self._taken[1]
            else:
                left = max(left, numbers, _width(metrics, x.ticks[:1]) / 2)
                right = max(right, _width(metrics, x.ticks[-1:]) / 2)
            self._taken = left, right
        top = line / 2 if y.ticks else 0.0
        bottom = (line + _GAP) * bool(x.is_written or self.words[0]) + (line + _NEAR) * self._has_line(x)
        frame = self._outer.adjusted(left, top, -right - 1.0, -max(top, bottom))
        return QRectF(frame.topLeft(), frame.size().expandedTo(QSizeF(1.0, 1.0)))

    def place(self, frame: QRectF, x: Scale, y: Scale) -> None:
        """Stand below a frame and at its left, with as many numbers as there is room for, and the names beyond."""
        metrics, outer = QFontMetricsF(self._font), self._outer
        below, beside = self._axes
        below.place(QRectF(frame.left(), frame.bottom(), frame.width(), _GAP + metrics.height()))
        beside.place(QRectF(outer.left(), frame.top(), frame.left() - outer.left(), frame.height()))
        columns = self._kept(frame, x, self.write_names(frame, x, y))
        rows = _thinned(y, 1.2 * metrics.height() * (y.high - y.low) / frame.height())
        below.set_marks(columns)
        beside.set_marks(rows)
        self._draw_grid(frame, () if x.names else columns, () if y.names else rows)
        self._frame, self._stale = frame, True

    def _draw_grid(self, frame: QRectF, columns: Marks, rows: Marks) -> None:
        """Draw a line through each mark, in the middle of a pixel, if lines are wanted."""
        (x_min, x_max), (y_min, y_max) = self._box.viewRange()
        right, up = frame.width() / (x_max - x_min), frame.height() / (y_max - y_min)
        across = [_crisp(frame.left() + (at - x_min) * right) for at, _ in columns]
        upwards = [_crisp(frame.bottom() - (at - y_min) * up) for at, _ in rows]
        lines = [((x, frame.top()), (x, frame.bottom())) for x in across]
        lines += [((frame.left(), y), (frame.right(), y)) for y in upwards]
        points = np.array(lines if self._has_grid else []).reshape(-1, 2)
        self._grid.set_points(points[:, 0], points[:, 1], "pairs")

    def write_names(self, frame: QRectF, x: Scale, y: Scale) -> QRectF:
        """Write the axes' names; the room among the lower axis's numbers that its name takes."""
        metrics, (below, beside) = QFontMetricsF(self._font), self.names
        for name, words, room in zip(self.names, self.words, (frame.width(), frame.height()), strict=True):
            name.setFont(self._font)
            name.set_words(metrics.elidedText(words, Qt.TextElideMode.ElideRight, room))
        own_line = self._has_line(x)
        below.place(frame.center().x(), frame.bottom() + _GAP + (metrics.height() + _NEAR) * own_line, 0.5)
        widest = _widest(metrics, y)
        self.left = frame.left() - (widest + _GAP if widest else 0.0)
        middle = frame.center().y() + beside.boundingRect().width() / 2
        beside.setPos(round(self.left - _NEAR - metrics.height()), round(middle))
        return below.sceneBoundingRect() if below.text() and not own_line else QRectF()

    def prepare(self) -> bool:
        """Have numbers painted into pictures, which Qt then only copies; False if that is done."""
        if not self._stale:
            return False
        self._stale = False
        outer, frame = self._outer, self._frame
        below = QRectF(outer.left(), frame.bottom(), outer.width(), outer.bottom() - frame.bottom())
        beside = QRectF(outer.left(), outer.top(), frame.left() - outer.left(), outer.height())
        for axis, item, room in zip(self._axes, self._pictures, (below, beside), strict=True):
            rect = room.toAlignedRect()
            item.setPixmap(axis.painted_in(rect, self._canvas.devicePixelRatioF()))
            item.setPos(rect.topLeft())
        return True

    def draw_itself(self, itself: bool) -> None:
        """Be painted as words, for a file of vectors, or as pictures."""
        for axis, item in zip(self._axes, self._pictures, strict=True):
            item.setVisible(not itself and bool(axis.isVisible()))
            axis.draw_itself(itself)

    def _has_line(self, x: Scale) -> bool:
        """Whether the name of the lower axis stands on a line of its own."""
        lines = self._outer.height() / QFontMetricsF(self._font).height()
        return bool(self.words[0] and x.ticks) and lines >= _LOW

    def _kept(self, frame: QRectF, scale: Scale, taken: QRectF) -> list[tuple[float, str]]:
        """Ticks of the lower axis, without words that run into each other, the axis's name, or out of the plot."""
        metrics, outer = QFontMetricsF(self._font), self._outer.adjusted(-1.0, 0.0, 1.0, 0.0)
        unit = frame.width() / (scale.high - scale.low)

        def fits(at: float, words: str) -> bool:
            middle, half = frame.left() + (at - scale.low) * unit, metrics.horizontalAdvance(words) / 2
            is_free = taken.isNull() or middle + half < taken.left() - _GAP or middle - half > taken.right() + _GAP
            return is_free and middle - half >= outer.left() and middle + half <= outer.right()

        ticks = _thinned(scale, (_widest(metrics, scale) + 2.0 * _GAP) / unit)
        return [(at, words if fits(at, words) else "") for at, words in ticks]


def _crisp(at: float) -> float:
    """The middle of the pixel that a line at this place lies in."""
    return math.floor(at) + 0.5


def _widest(metrics: QFontMetricsF, scale: Scale) -> float:
    return _width(metrics, scale.ticks)


def _width(metrics: QFontMetricsF, ticks: Sequence[tuple[float, str]]) -> float:
    return max((metrics.horizontalAdvance(text) for _, text in ticks), default=0.0)


def _thinned(scale: Scale, room: float) -> list[tuple[float, str]]:
    """Ticks with words at every so-manieth from zero on, ``room`` apart or more; those at the ends just inside."""
    values = np.array([value for value, _ in scale.ticks])
    zero = int(np.abs(values).argmin()) if len(values) else 0
    distance = float(np.diff(values).min()) if len(values) > 1 else np.inf
    every = max(1, int(np.ceil(room / max(distance, 1e-300))))
    span = _INSIDE * (scale.high - scale.low)
    inside = np.clip(values, scale.low + span, scale.high - span).tolist()
    return [
        (at, words if (k - zero) % every == 0 else "")
        for k, (at, (_, words)) in enumerate(zip(inside, scale.ticks, strict=True))
    ]

"""A plane's two axes beside its box, which Qt paints without Python.

Python code called while Qt paints holds the interpreter lock, which the training needs. With plain pyqtgraph, a
repaint of fourteen small plots makes 2,214 calls into Python and takes 3.3 times as long; here it makes none:

- a method that a Python class overrides is called at each repaint, so `boundingRect`, `shape` and `paint` of the
  box are Qt's own methods again;
- an axis has no contents for Qt; `Plane` has its numbers painted into a pixmap when it is stale. The grid is a
  path, as a pixmap of it would be as large as the plane;
- pyqtgraph's menu, which takes longer to make than a whole plot, is left out; nnviz has its own.
"""

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPixmapItem

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Canvas, Text
from nnviz.drawing.paths import PathItem, cache_painting, line_pen
from nnviz.plots.box import Box
from nnviz.plots.scales import Scale
from nnviz.theme import Theme, mix

_FLAG = QGraphicsItem.GraphicsItemFlag
_Flag = Qt.AlignmentFlag
_Line = tuple[QPen, QPointF, QPointF]
Marks = Sequence[tuple[float, str]]
"""Values along an axis, and their labels."""

_BEYOND = 60
"""Pixels that a number may extend beyond its axis."""

_GAP = 5.0
"""Pixels between a frame and its numbers."""

_ANYWHERE, _TEXT = QRectF(0.0, 0.0, 100.0, 100.0), 0.8
"""Where a text is measured, and how much of its line's height it takes."""

_NEAR = 1.0
"""Pixels between an axis's numbers and its name."""

_LOW = 9.0
"""Least height, in lines of text, at which the horizontal axis's name has its own line."""

_UNEVEN = 1.9
"""Ratio of the largest to the smallest gap between ticks from which labels are not at every n-th.

1, 2 and 5 in each decade of a logarithmic axis are less uneven."""

_INSIDE = 1e-9
"""Fraction of the axis by which a tick at its end is moved inwards, as pyqtgraph does not draw one at the end."""


class Axis(pg.AxisItem):  # type: ignore[misc]
    """An axis with given ticks that is painted only by `repaint`."""

    def __init__(self, side: str, box: Box) -> None:
        self._bounds = QRectF()
        super().__init__(side, maxTickLength=0)
        self.setFlag(_FLAG.ItemHasNoContents)
        self.enableAutoSIPrefix(False)  # otherwise 0.5 is written as 500, with "x0.001" elsewhere
        self.setPen(QPen(Qt.PenStyle.NoPen))
        self.setStyle(autoExpandTextSpace=False, tickAlpha=0, tickTextOffset=5)
        self.linkToView(box)
        self.labels: list[tuple[float, str]] = []
        self._painted: tuple[object, ...] | None = None
        self.setZValue(-160.0)  # below the box, so that in a vector file the grid lies below everything else

    def boundingRect(self) -> QRectF:
        """The area it paints, wide enough for the numbers at the ends, which pyqtgraph would leave out.

        Qt asks for it several times with every move of the mouse.
        """
        return self._bounds

    def place(self, rect: QRectF) -> None:
        """Place it in a rectangle, whatever size pyqtgraph would give it."""
        if self.orientation == "left":
            self.setWidth(rect.width())
        else:
            self.setHeight(rect.height())
        self.setGeometry(rect)
        self._bounds = QRectF(QPointF(), self.size()).adjusted(-_BEYOND, -_BEYOND, _BEYOND, _BEYOND)

    def set_font(self, font: QFont) -> None:
        """Set the font."""
        if self.style["tickFont"] != font:
            self.setTickFont(font)

    def set_marks(self, marks: Marks) -> None:
        """Set the numbers; a mark without a label is the grid's alone."""
        self.labels = [(at, words) for at, words in marks if words]
        self.setTicks([self.labels])

    def generateDrawSpecs(self, painter: QPainter) -> tuple[_Line, list[_Line], list[tuple[QRectF, _Flag, str]]]:
        """What is painted: the numbers alone, where pyqtgraph places them, in a third of its time."""
        painter.setFont(self.style["tickFont"] or painter.font())
        low, high = self.range
        room, texts = QRectF(QPointF(), self.size()), []
        for at, words in self.labels:
            size = painter.boundingRect(_ANYWHERE, _Flag.AlignCenter, words).size()
            width, height, share = size.width(), _TEXT * size.height(), (at - low) / (high - low)
            if not 0.0 <= share <= 1.0:
                continue
            if self.orientation == "left":
                corner = QPointF(room.right() - _GAP - width, room.bottom() - share * room.height() - height / 2)
                flags = _Flag.AlignRight | _Flag.AlignVCenter
            else:
                corner = QPointF(room.left() + share * room.width() - width / 2, room.top() + _GAP)
                flags = _Flag.AlignHCenter | _Flag.AlignTop
            texts.append((QRectF(corner, QSizeF(width, height)), flags | Qt.TextFlag.TextDontClip, words))
        return (self.pen(), room.topLeft(), room.bottomLeft()), [], texts  # a line of no length is a dot

    def repainted(self, rect: QRect, ratio: float) -> QPixmap | None:
        """What the axis paints in a rectangle of the scene, with so many device pixels a pixel; None if as before.

        pyqtgraph takes more than a millisecond for that, and mostly only one of a plane's two axes has changed.
        """
        color, font = self.textPen().color(), self.style["tickFont"]
        state = rect, ratio, self.geometry(), tuple(self.range), self.labels, color, font
        if state == self._painted or not (self.labels or self._painted):
            return None
        self._painted = state if self.labels else None
        return self._pixmap(rect, ratio) if self.labels else QPixmap()

    def _pixmap(self, rect: QRect, ratio: float) -> QPixmap:
        pixmap = QPixmap(rect.size() * ratio)
        if not pixmap.isNull():
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.translate(-rect.topLeft())
            painter.setTransform(self.sceneTransform(), combine=True)
            pg.AxisItem.paint(self, painter, None, None)
            painter.end()
        return pixmap

    def use_vectors(self, vectors: bool) -> None:
        """Let Qt paint the axis itself, as a vector file requires."""
        self.setFlag(_FLAG.ItemHasNoContents, enabled=not vectors)


class Axes:
    """Numbers and names below a frame and at its left.

    Parameters
    ----------
    box : Box
        The view box that the axes belong to.

    Attributes
    ----------
    names : (Text, Text)
        Names of the horizontal and the vertical axis, centred outside the numbers, the vertical one rotated.
    outer : QRectF
        The rectangle of frame, numbers and names, in pixels.
    left : float
        Left end of the widest number on the vertical axis, in pixels.
    """

    def __init__(self, canvas: Canvas, box: Box) -> None:
        self._canvas, self._box = canvas, box
        self._axes = Axis("bottom", box), Axis("left", box)
        self._pixmaps = QGraphicsPixmapItem(), QGraphicsPixmapItem()
        self._grid = PathItem()
        self._grid.setZValue(-200.0)
        self.names = Text(canvas.scene()), Text(canvas.scene())
        self.names[1].setRotation(-90.0)
        cache_painting(*self.names)
        self.words = "", ""
        self.left = 0.0
        self._stale = self._has_grid = True
        self.outer, self._frame, self._font = QRectF(), QRectF(), QFont()
        self._margins = self._taken = 0.0, 0.0
        for item in (*self._axes, *self._pixmaps, self._grid):
            canvas.scene().addItem(item)

    def set_theme(self, theme: Theme) -> None:
        for axis in self._axes:
            axis.setTextPen(QPen(QColor(theme.muted)))
        self._grid.setPen(line_pen(mix(theme.background, theme.muted, 0.35), 1.0))
        for name in self.names:
            name.setBrush(QColor(theme.text))
        self._stale = True

    def set_visible(self, visible: bool) -> None:
        for item in (*self._axes, *self._pixmaps, self._grid, *self.names):
            item.setVisible(visible)
        self._stale = visible

    def show_grid(self, shown: bool) -> None:
        """Draw lines at the numbers, or none, from the next `place` on."""
        self._has_grid = shown

    def arrange(self, outer: QRectF, font: QFont, margins: tuple[float, float]) -> None:
        """Set the outer rectangle and the font; ``margins`` are the least left and right margins."""
        self.outer, self._font, self._margins = outer, font, margins
        for axis in self._axes:
            axis.set_font(font)

    def frame(self, x: Scale, y: Scale, *, held: bool) -> QRectF:
        """The rectangle left by numbers and names; while zoomed by hand (``held``), the margins do not shrink."""
        metrics = QFontMetricsF(self._font)
        line, (left, right) = metrics.height(), self._margins
        if x.ticks or y.ticks:
            numbers = (_width(metrics, y.ticks) + _GAP) * bool(y.ticks) + (line + _NEAR) * bool(self.words[1])
            if held:  # a frame that moved while zooming would move what is under the pointer
                left, right = max(numbers, self._taken[0]), self._taken[1]
            else:
                left = max(left, numbers, _width(metrics, x.ticks[:1]) / 2)
                right = max(right, _width(metrics, x.ticks[-1:]) / 2)
            self._taken = left, right
        top = line / 2 if y.ticks else 0.0
        bottom = (line + _GAP) * bool(x.is_written or self.words[0]) + (line + _NEAR) * self._has_line(x)
        frame = self.outer.adjusted(left, top, -right - 1.0, -max(top, bottom))
        return QRectF(frame.topLeft(), frame.size().expandedTo(QSizeF(1.0, 1.0)))

    def place(self, frame: QRectF, x: Scale, y: Scale) -> None:
        """Place the axes along a frame, with as many numbers as fit, and their names outside."""
        metrics, outer = QFontMetricsF(self._font), self.outer
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
        """Draw a line through each mark, in the middle of a pixel, if a grid is wanted."""
        (x_min, x_max), (y_min, y_max) = self._box.viewRange()
        right, up = frame.width() / (x_max - x_min), frame.height() / (y_max - y_min)
        across = [_crisp(frame.left() + (at - x_min) * right) for at, _ in columns]
        upwards = [_crisp(frame.bottom() - (at - y_min) * up) for at, _ in rows]
        lines = [((x, frame.top()), (x, frame.bottom())) for x in across]
        lines += [((frame.left(), y), (frame.right(), y)) for y in upwards]
        points = np.array(lines if self._has_grid else []).reshape(-1, 2)
        self._grid.set_points(points[:, 0], points[:, 1], "pairs")

    def write_names(self, frame: QRectF, x: Scale, y: Scale) -> QRectF:
        """Write the axes' names; return the rectangle that the horizontal one takes among the numbers."""
        metrics, (below, beside) = QFontMetricsF(self._font), self.names
        outer = self.outer.united(frame)  # a name may be longer than its axis
        for name, words, room in zip(self.names, self.words, (outer.width(), outer.height()), strict=True):
            name.setFont(self._font)
            name.set_words(metrics.elidedText(words, Qt.TextElideMode.ElideRight, room))
        own_line = self._has_line(x)
        half = below.boundingRect().width() / 2
        center = min(max(frame.center().x(), outer.left() + half), outer.right() - half)
        below.place(center, frame.bottom() + _GAP + (metrics.height() + _NEAR) * own_line, 0.5)
        widest = _width(metrics, y.ticks)
        self.left = frame.left() - (widest + _GAP if widest else 0.0)
        length = beside.boundingRect().width()
        start = min(max(frame.center().y() + length / 2, outer.top() + length), outer.bottom())
        beside.setPos(round(self.left - _NEAR - metrics.height()), round(start))
        return below.sceneBoundingRect() if below.text() and not own_line else QRectF()

    def prepare(self) -> bool:
        """Paint the numbers that have changed into pixmaps; return whether anything was placed anew."""
        if not self._stale:
            return False
        self._stale = False
        outer, frame = self.outer, self._frame
        below = QRectF(outer.left(), frame.bottom(), outer.width(), outer.bottom() - frame.bottom())
        beside = QRectF(outer.left(), outer.top(), frame.left() - outer.left(), outer.height())
        for axis, item, room in zip(self._axes, self._pixmaps, (below, beside), strict=True):
            rect = room.toAlignedRect()
            if (pixmap := axis.repainted(rect, self._canvas.devicePixelRatioF())) is not None:
                item.setPixmap(pixmap)
                item.setPos(rect.topLeft())
        return True

    def use_vectors(self, vectors: bool) -> None:
        """Draw the numbers as text, for a vector file, or as pixmaps."""
        for axis, item in zip(self._axes, self._pixmaps, strict=True):
            item.setVisible(not vectors and bool(axis.isVisible()))
            axis.use_vectors(vectors)

    def _has_line(self, x: Scale) -> bool:
        """Whether the horizontal axis's name has its own line."""
        lines = self.outer.height() / QFontMetricsF(self._font).height()
        return bool(self.words[0] and x.ticks) and lines >= _LOW

    def _kept(self, frame: QRectF, scale: Scale, taken: QRectF) -> list[tuple[float, str]]:
        """Ticks of the horizontal axis whose labels overlap neither each other, nor its name, nor the border."""
        metrics, outer = QFontMetricsF(self._font), self.outer.adjusted(-1.0, 0.0, 1.0, 0.0)
        unit, apart = frame.width() / (scale.high - scale.low), metrics.height()
        before, after = taken.left() - apart, taken.right() + apart

        def fits(at: float, words: str) -> bool:
            middle, half = frame.left() + (at - scale.low) * unit, metrics.horizontalAdvance(words) / 2
            is_free = taken.isNull() or middle + half < before or middle - half > after
            return is_free and middle - half >= outer.left() and middle + half <= outer.right()

        ticks = _thinned(scale, (_width(metrics, scale.ticks) + 2.0 * _GAP) / unit)
        return [(at, words if fits(at, words) else "") for at, words in ticks]


def _crisp(at: float) -> float:
    """The middle of the pixel that a line at this place lies in."""
    return math.floor(at) + 0.5


def _width(metrics: QFontMetricsF, ticks: Sequence[tuple[float, str]]) -> float:
    return max((metrics.horizontalAdvance(text) for _, text in ticks), default=0.0)


def _thinned(scale: Scale, room: float) -> list[tuple[float, str]]:
    """Ticks with labels at least ``room`` apart; those at the ends moved inwards."""
    values = np.array([value for value, _ in scale.ticks])
    labelled, span = _labelled(values, room), _INSIDE * (scale.high - scale.low)
    inside = np.clip(values, scale.low + span, scale.high - span).tolist()
    return [
        (at, words if k in labelled else "")
        for k, (at, (_, words)) in enumerate(zip(inside, scale.ticks, strict=True))
    ]


def _labelled(values: FloatArray, room: float) -> set[int]:
    """Indices of the ticks with labels: every n-th from zero on; of far from even ones each that has room."""
    gaps = np.diff(values)
    if len(gaps) and gaps.max() > _UNEVEN * gaps.min():
        last, kept = -np.inf, set[int]()
        for k, value in enumerate(values.tolist()):
            if value - last >= room:
                last, kept = value, kept | {k}
        return kept
    zero = int(np.abs(values).argmin()) if len(values) else 0
    every = max(1, math.ceil(room / max(float(gaps.min(initial=np.inf)), 1e-300)))
    return {k for k in range(len(values)) if (k - zero) % every == 0}

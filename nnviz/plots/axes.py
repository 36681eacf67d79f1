"""The two axes of a plane: what they take of its room, their numbers and names, painted into one picture."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsPixmapItem

from nnviz.drawing.canvas import Canvas, Text
from nnviz.drawing.paths import keep_painted
from nnviz.plots.box import Axis, Box
from nnviz.plots.scales import Scale
from nnviz.theme import Theme, mix

_GAP = 5.0
"""Pixels between a frame and its numbers."""
_NEAR = 1.0
"""Pixels between an axis's numbers and its name."""
_LOW = 9.0
"""Height, in lines of text, from which on the name of the lower axis has a line of its own."""
_INSIDE = 1e-9
"""How far inside an axis, as a share of it, a tick at its very end is moved, where pyqtgraph draws it still."""


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
        self._canvas = canvas
        self._axes = Axis("bottom", box), Axis("left", box)
        self._picture = QGraphicsPixmapItem()
        self._picture.setZValue(-200.0)
        self.names = Text(canvas.scene()), Text(canvas.scene())
        self.names[1].setRotation(-90.0)
        keep_painted(*self.names)
        self.words = "", ""
        self.left = 0.0
        self._stale = self._has_grid = True
        self._outer, self._font, self._margins, self._taken = QRectF(), QFont(), (0.0, 0.0), (0.0, 0.0)
        for item in (*self._axes, self._picture):
            canvas.scene().addItem(item)

    def set_theme(self, theme: Theme) -> None:
        """Draw lines and words in the theme's colours."""
        for axis in self._axes:
            axis.set_colors(mix(theme.background, theme.muted, 0.35), QColor(theme.muted))
        for name in self.names:
            name.setBrush(QColor(theme.text))
        self._stale = True

    def set_visible(self, visible: bool) -> None:
        """Show or hide them."""
        for item in (*self._axes, self._picture, *self.names):
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
        below.set_marks(columns, lines=self._has_grid and not x.names)
        beside.set_marks(rows, lines=self._has_grid and not y.names)
        self._stale = True

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
        """Have them painted into a picture, which Qt then only copies; False if that is done."""
        if not self._stale:
            return False
        self._stale = False
        rect, ratio = self._outer.toAlignedRect(), self._canvas.devicePixelRatioF()
        picture = QPixmap(rect.size() * ratio)
        if picture.isNull():
            return True
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.translate(-rect.topLeft())
        for axis in self._axes:
            axis.repaint(painter)
        painter.end()
        self._picture.setPixmap(picture)
        self._picture.setPos(rect.topLeft())
        return True

    def draw_itself(self, itself: bool) -> None:
        """Be painted as lines and words, for a file of vectors, or as a picture."""
        self._picture.setVisible(not itself and bool(self._axes[0].isVisible()))
        for axis in self._axes:
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

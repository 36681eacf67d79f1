"""A frame with scales at its left and its bottom, in the pixels of a canvas."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path
from nnviz.drawing.paths import keep_painted, line_pen
from nnviz.drawing.scales import Scale
from nnviz.theme import Theme, mix

_GAP = 5.0
"""Pixels between a frame and its labels."""


class Axes:
    """A frame, lines across it and labels, drawn anew only when place or scales change.

    Parameters
    ----------
    scene : QGraphicsScene
    x, y : Scale
    """

    def __init__(self, scene: QGraphicsScene, x: Scale, y: Scale) -> None:
        self._scene = scene
        self.x, self.y = x, y
        self.frame = QRectF(0.0, 0.0, 1.0, 1.0)
        self._outer, self._font = QRectF(), QFont()
        self._left = self._right = 0.0
        self._lines = add_path(scene, -2.0)
        keep_painted(self._lines)
        self._labels: list[Text] = []
        self._color = ""

    def set_theme(self, theme: Theme) -> None:
        """Draw lines and labels in the theme's colours."""
        self._color = theme.muted
        self._lines.setPen(line_pen(mix(theme.background, theme.muted, 0.35), 1.0))

    def arrange(self, outer: QRectF, font: QFont, left: float = 0.0, right: float = 0.0) -> None:
        """Fill ``outer``, with at least so much left free at the sides."""
        self._outer, self._font = outer, font
        self._left, self._right = left, right
        self._draw()

    def set_scales(self, x: Scale, y: Scale) -> bool:
        """Take other scales; False if they are the same."""
        if (x, y) == (self.x, self.y):
            return False
        self.x, self.y = x, y
        self._draw()
        return True

    @property
    def left(self) -> float:
        """Where the widest label at the left begins."""
        widest = _widest(QFontMetricsF(self._font), self.y.ticks)
        return self.frame.left() - (widest + _GAP if widest else 0.0)

    @property
    def bottom(self) -> float:
        """Where the labels at the bottom end."""
        return self.frame.bottom() + _GAP + QFontMetricsF(self._font).height()

    def across(self, x: FloatArray) -> FloatArray:
        """Pixels of values of x."""
        return self.frame.left() + (x - self.x.low) * (self.frame.width() / (self.x.high - self.x.low))

    def up(self, y: FloatArray) -> FloatArray:
        """Pixels of values of y, no farther out than the frame."""
        if self.y.logarithmic:
            y = np.log10(np.where(y > 0.0, y, np.nan))
        share = (np.clip(y, self.y.low, self.y.high) - self.y.low) / (self.y.high - self.y.low)
        return self.frame.bottom() - share * self.frame.height()

    def set_visible(self, visible: bool) -> None:
        """Show or hide lines and labels."""
        for item in (self._lines, *self._labels):
            item.setVisible(visible)

    def _draw(self) -> None:
        metrics = QFontMetricsF(self._font)
        self.frame = self._inner(metrics)
        across, up = self.across(_values(self.x)), self._linear_up(_values(self.y))
        rows = [(x, self.frame.top(), x, self.frame.bottom()) for x in across]
        rows += [(self.frame.left(), y, self.frame.right(), y) for y in up]
        ends = np.round(np.array(rows).reshape(-1, 2)) + 0.5
        self._lines.set_points(ends[:, 0], ends[:, 1], "pairs")
        self._write(across, up, metrics)

    def _inner(self, metrics: QFontMetricsF) -> QRectF:
        if not (self.x.ticks or self.y.ticks):  # nothing is written
            return self._outer.adjusted(self._left, 0.0, -self._right, 0.0)
        line = metrics.height()
        left = max(self._left, _widest(metrics, self.y.ticks) + _GAP, _widest(metrics, self.x.ticks[:1]) / 2)
        right = max(self._right, _widest(metrics, self.x.ticks[-1:]) / 2)
        top = line / 2 if self.y.ticks else 0.0
        return self._outer.adjusted(left, top, -right - 1.0, -line - _GAP)

    def _linear_up(self, y: FloatArray) -> FloatArray:
        return self.frame.bottom() - (y - self.y.low) * (self.frame.height() / (self.y.high - self.y.low))

    def _write(self, across: FloatArray, up: FloatArray, metrics: QFontMetricsF) -> None:
        below, beside = self.frame.bottom() + _GAP, self.frame.left() - _GAP
        every = _stride(across, _widest(metrics, self.x.ticks) + 2 * _GAP)
        words = [(text, x, below, 0.5, 0.0) for x, text in _labelled(across, self.x, every)]
        every = _stride(up, 1.2 * metrics.height())
        words += [(text, beside, y, 1.0, 0.5) for y, text in _labelled(up, self.y, every)]
        while len(self._labels) < len(words):
            self._labels.append(Text(self._scene))
            keep_painted(self._labels[-1])
        for label, (text, x, y, right, down) in zip(self._labels, words, strict=False):
            label.set_style(self._font, self._color)
            label.set_words(text)
            label.place(x, y, right, down)
        for label in self._labels[len(words) :]:
            label.set_words("")


def _values(scale: Scale) -> FloatArray:
    return np.array([value for value, _ in scale.ticks], dtype=np.float64)


def _labelled(pixels: FloatArray, scale: Scale, every: int) -> list[tuple[float, str]]:
    return [(float(at), text) for at, (_, text) in zip(pixels, scale.ticks, strict=True)][::every]


def _widest(metrics: QFontMetricsF, ticks: tuple[tuple[float, str], ...]) -> float:
    return max((metrics.horizontalAdvance(text) for _, text in ticks), default=0.0)


def _stride(pixels: FloatArray, room: float) -> int:
    """Every how many-th label there is room for."""
    if len(pixels) < 2:
        return 1
    return max(1, int(np.ceil(room / max(1e-9, float(np.abs(np.diff(pixels)).min())))))

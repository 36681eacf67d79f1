"""A histogram behind a plot: bars in the colours of their values' signs."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.theme import Theme, mix
from nnviz.views.axes import Axes
from nnviz.views.canvas import add_path
from nnviz.views.plot import line_pen

_HIGHEST = 0.94
"""How much of the frame the highest bar fills."""


class Histogram:
    """Counts as filled steps, orange below zero and blue above; as high as the highest, whatever it counts."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.negative, self.positive = add_path(scene, -1.0), add_path(scene, -1.0)
        self._place: object = None
        self._x, self._split = np.empty(0), 0

    def set_theme(self, theme: Theme) -> None:
        """Fill bars with the theme's colours, pale enough for lines to stand out on them."""
        for path, color in ((self.negative, theme.negative), (self.positive, theme.positive)):
            path.setBrush(QBrush(mix(theme.background, color, 0.5)))
            path.setPen(line_pen(mix(theme.background, color, 0.5), 0.0, Qt.PenStyle.NoPen))

    def show_counts(self, axes: Axes, low: float, high: float, counts: NDArray[np.int64]) -> None:
        """Draw counts of equal bins between two values."""
        self._find_place(axes, low, high, len(counts))
        ground, split = axes.frame.bottom(), 2 * self._split
        up = np.repeat(ground - counts * (_HIGHEST * axes.frame.height() / max(1, int(counts.max()))), 2)
        self.negative.set_points(*_outline(self._x[:split], up[:split], ground), "all")
        self.positive.set_points(*_outline(self._x[split:], up[split:], ground), "all")

    def _find_place(self, axes: Axes, low: float, high: float, bins: int) -> None:
        """Where bins begin and end, in pixels, and how many of them lie below zero."""
        place = (axes.frame.left(), axes.frame.width(), low, high, bins)
        if place != self._place:
            self._place = place
            edges = np.linspace(low, high, bins + 1)
            self._split = int(np.searchsorted(edges[:-1] + edges[1:], -1e-9 * (high - low)))
            self._x = np.repeat(axes.across(edges), 2)[1:-1]

    def clear(self) -> None:
        """Draw nothing."""
        for path in (self.negative, self.positive):
            path.set_points(np.empty(0), np.empty(0))


def _outline(x: FloatArray, up: FloatArray, ground: float) -> tuple[FloatArray, FloatArray]:
    """Steps, from ground to ground."""
    if not len(x):
        return x, up
    return np.concatenate([x[:1], x, x[-1:]]), np.concatenate([[ground], up, [ground]])

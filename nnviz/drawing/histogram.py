"""Histograms behind plots: bars in the colours of their values' signs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import add_path
from nnviz.drawing.paths import PathElements, line_pen
from nnviz.theme import Theme, mix

_HIGHEST = 0.94
"""How much of the frame the highest bar fills."""


class Histograms:
    """Counts as filled steps, orange below zero and blue above; each as high as its highest, whatever it counts.

    All histograms of a view are two paths, one of each colour: to say where bars begin and end is work for once,
    how high they are now is a few operations for all of them.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.negative, self.positive = add_path(scene, -1.0), add_path(scene, -1.0)
        self.place(())

    def set_theme(self, theme: Theme) -> None:
        """Fill bars with the theme's colours, pale enough for lines to stand out on them."""
        for path, color in ((self.negative, theme.negative), (self.positive, theme.positive)):
            path.setBrush(QBrush(mix(theme.background, color, 0.5)))
            path.setPen(line_pen(mix(theme.background, color, 0.5), 0.0, Qt.PenStyle.NoPen))

    def place(self, frames: Sequence[Axes]) -> None:
        """Stand in these frames from now on, from the low end of x to the high one."""
        self._frames = frames
        self._outlines: tuple[_Outline, ...] = ()
        self._grounds = np.array([axes.frame.bottom() for axes in frames])
        self._heights = np.array([_HIGHEST * axes.frame.height() for axes in frames])

    def show_counts(self, counts: NDArray[np.int64]) -> None:
        """Draw counts of equal bins, shape (frames, bins)."""
        self._outlines = self._outlines or self._outlined(counts.shape[1])
        unit = self._heights / np.maximum(1, counts.max(axis=1))
        tops = np.column_stack([self._grounds[:, None] - counts * unit[:, None], self._grounds])
        for path, outline in zip((self.negative, self.positive), self._outlines, strict=True):
            path.setPath(outline.path(tops.ravel()))

    def clear(self) -> None:
        """Draw nothing."""
        for path in (self.negative, self.positive):
            path.setPath(QPainterPath())

    def _outlined(self, bins: int) -> "tuple[_Outline, ...]":
        edges = np.array([axes.across(np.linspace(axes.x.low, axes.x.high, bins + 1)) for axes in self._frames])
        zeros = [first_above_zero(axes.x.low, axes.x.high, bins) for axes in self._frames]
        below, above = [(0, zero) for zero in zeros], [(zero, bins) for zero in zeros]
        return _Outline(edges, below), _Outline(edges, above)


class _Outline:
    """Steps from ground to ground over some bins of each histogram.

    Parameters
    ----------
    edges : array, shape (histograms, bins + 1)
        Where bins begin and end.
    spans : sequence of (int, int)
        First bin of each histogram, and the one after its last.
    """

    def __init__(self, edges: FloatArray, spans: Sequence[tuple[int, int]]) -> None:
        tops: list[int] = []
        x: list[float] = []
        lines: list[bool] = []
        bins = edges.shape[1] - 1
        for k, (first, end) in enumerate(spans):
            steps = np.repeat(np.arange(first, end), 2)
            if len(steps):
                tops += [(bins + 1) * k + top for top in (bins, *steps.tolist(), bins)]
                x += np.repeat(edges[k, first : end + 1], 2).tolist()
                lines += [False] + [True] * (len(steps) + 1)
        self._tops = np.array(tops, np.intp)
        self._track = PathElements(np.array(lines, np.bool_))
        self._track.x[:] = x

    def path(self, tops: FloatArray) -> QPainterPath:
        """The steps: of every histogram the bins' tops, and the ground after them."""
        self._track.y[:] = tops[self._tops]
        return self._track.path()


def first_above_zero(low: float, high: float, bins: int) -> int:
    """The first of equal bins whose middle is not below zero."""
    edges = np.linspace(low, high, bins + 1)
    return int(np.searchsorted(edges[:-1] + edges[1:], -1e-9 * (high - low)))

"""The weights as lines: as thick as they are large, blue and whole if positive, orange and dashed if negative."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from nnviz.data.dataset import FloatArray
from nnviz.drawing.network_layout import MOST_EDGES, DiagramLayout, NeuronIndices
from nnviz.drawing.paths import keep_painted
from nnviz.engine.tape import Array
from nnviz.theme import Theme, mix

_WIDTHS = (0.8, 1.4, 2.2, 3.2, 4.4, 6.0)
_FULL = 2.0
"""The weight that is drawn at full width, unless there are larger ones."""
_MARGIN = 4.0
"""Pixels around the edges that thick ones reach into."""


@dataclass(frozen=True, eq=False)
class EdgeGroup:
    """Lines of one sign and width, and what draws them."""

    pen: QPen
    lines: list[QLineF]


class Gap(QGraphicsRectItem):
    """The edges between two layers, as one picture.

    Edges do not move, and in most frames none changes its width: Qt keeps the picture, and asks for another only
    when one has.

    Parameters
    ----------
    ends : array, shape (edges, 4)
        Where each edge leaves its source, and where it reaches its unit.
    """

    def __init__(self, ends: FloatArray) -> None:
        super().__init__(_around(ends.reshape(-1, 2)))
        self._lines = [QLineF(*line) for line in ends.tolist()]
        self.strokes: list[EdgeGroup] = []
        self.setZValue(-1)
        keep_painted(self)

    def draw(self, widths: Array, pens: Mapping[int, QPen]) -> None:
        """Draw each edge with the pen of its width."""
        lines: dict[int, list[QLineF]] = {width: [] for width in pens}
        for k in np.flatnonzero(widths).tolist():
            lines[int(widths[k])].append(self._lines[k])
        self.strokes = [EdgeGroup(pen, lines[width]) for width, pen in pens.items() if lines[width]]
        self.update()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        for stroke in self.strokes:
            painter.setPen(stroke.pen)
            painter.drawLines(stroke.lines)


class Edges:
    """All edges of a diagram.

    Attributes
    ----------
    drawn : array of int
        The edges that are drawn.
    """

    def __init__(self, scene: QGraphicsScene, layout: DiagramLayout) -> None:
        layers, *_ = layout.edges
        self._bounds = np.cumsum(np.bincount(layers))[:-1]
        self._gaps = [Gap(ends) for ends in self._by_gap(np.hstack([layout.starts, layout.ends]))]
        for gap in self._gaps:
            scene.addItem(gap)
        self._widths: Array = np.zeros(len(layers))
        self._pens: dict[int, QPen] = {}
        self.drawn: NeuronIndices = np.arange(len(layers))

    @property
    def strokes(self) -> list[EdgeGroup]:
        """All that is drawn."""
        return [stroke for gap in self._gaps for stroke in gap.strokes]

    def set_theme(self, theme: Theme) -> None:
        """Use the theme's colours, blended with the ground so that pens stay opaque."""
        for sign, color in ((-1, theme.negative), (1, theme.positive)):
            for k, width in enumerate(_WIDTHS):
                blended = mix(theme.background, color, 0.35 + 0.65 * k / (len(_WIDTHS) - 1))
                self._pens[sign * (k + 1)] = _pen(blended, width, dashed=sign < 0)
        for gap, widths in zip(self._gaps, self._by_gap(self._widths), strict=True):
            gap.draw(widths, self._pens)

    def show(self, weights: Array) -> None:
        """Draw the weights, of more than `MOST_EDGES` the strongest; what is zero or no number is no line."""
        sizes = np.abs(weights)
        largest = float(sizes.max(initial=0.0))
        if not math.isfinite(largest):
            self.show(np.nan_to_num(weights))
            return
        widths = _signed_widths(weights, max(_FULL, largest))
        if len(sizes) > MOST_EDGES:
            self.drawn = np.argpartition(sizes, -MOST_EDGES)[-MOST_EDGES:]
            widths = _only(self.drawn, widths)
        changed = widths != self._widths
        if changed.any():
            self._widths = widths
            self._draw(changed)

    def _draw(self, changed: NDArray[np.bool_]) -> None:
        """Draw the edges of those gaps where any has changed."""
        parts = zip(self._gaps, self._by_gap(changed), self._by_gap(self._widths), strict=True)
        for gap, moved, widths in parts:
            if moved.any():
                gap.draw(widths, self._pens)

    def _by_gap(self, values: NDArray[Any]) -> list[NDArray[Any]]:
        return np.split(values, self._bounds)


def _around(points: FloatArray) -> QRectF:
    """A rectangle with room for lines between points."""
    corners = QRectF(QPointF(*points.min(axis=0)), QPointF(*points.max(axis=0)))
    return corners.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)


def _signed_widths(weights: Array, scale: float) -> Array:
    """For every weight the number of its width from 1 on, with its sign; 0 for none."""
    widths = weights * (len(_WIDTHS) / scale)
    widths.clip(1 - len(_WIDTHS), len(_WIDTHS) - 1, out=widths)
    np.trunc(widths, out=widths)
    widths += np.sign(weights)
    return widths


def _only(kept: NeuronIndices, values: Array) -> Array:
    """Values, zero where they are not kept."""
    there = np.zeros_like(values)
    there[kept] = values[kept]
    return there


def _pen(color: QColor, width: float, *, dashed: bool) -> QPen:
    pen = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    if dashed:
        # in widths of the pen: about 9 pixels drawn, 5 left out, at any width
        pen.setDashPattern([9.0 / width, 5.0 / width])
    return pen

"""Positions of a diagram's neurons in pixels, and its edges: width by size of the weight, colour by sign."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from nnviz.data.dataset import FloatArray
from nnviz.drawing.paths import cache_painting
from nnviz.engine.tape import Array
from nnviz.theme import Theme, mix

_LARGEST, _SMALLEST = 76.0, 26.0
_LARGEST_SHARE = 0.16
"""Side of a neuron in a high view, as a fraction of the height, so that the last row can see it."""

_SPACING, _WIDEST_SPACING = 1.32, 1.8
"""Distance between neurons of a layer, in sides of a neuron: the least, and the usual one where it fits."""

MOST_EDGES = 500
"""Most edges that are drawn; of more, only the strongest."""

NeuronIndices = NDArray[np.intp]
_WIDTHS = (0.8, 1.4, 2.2, 3.2, 4.4, 6.0)
_FULL = 2.0
"""The weight drawn at full width, unless there are larger ones."""

_MARGIN = 4.0
"""Extra pixels around the edges for the width of thick ones."""


class DiagramFrame(Struct, frozen=True):
    """The part of a view for the neurons: pixels left free at each side."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float

    @classmethod
    def within(cls, width: float, height: float, left: float, right: float, line: float) -> Self:
        """Leave these widths free at the sides, and some lines of text above and below, as far as possible."""
        top, bottom = min(2.2 * line, 0.25 * height), min(3.8 * line, 0.4 * height)
        return cls(width, height, min(left, 0.3 * width), min(right, 0.3 * width), top, bottom)

    @property
    def room(self) -> tuple[float, float]:
        """Width and height left for the neurons."""
        return self.width - self.left - self.right, self.height - self.top - self.bottom

    @property
    def capacity(self) -> int:
        """How many neurons fit below each other and can still be read."""
        return max(2, int(self.room[1] / (_SMALLEST * _SPACING)))


class DiagramLayout(Struct, frozen=True, eq=False):
    """Positions of the neurons and edges that are shown.

    Parameters
    ----------
    sizes : tuple of int
        Units of every layer, the inputs first.
    side : float
        Side of a neuron's square.
    shown : tuple of range
        The units of every layer that are shown.
    centers : tuple of arrays, shape (shown units, 2)
        For every layer.
    edges : arrays, shape (edges,)
        Layer (0 for the first weights), unit and source of every edge, ordered by layer, then by unit.
    """

    sizes: tuple[int, ...]
    side: float
    shown: tuple[range, ...]
    centers: tuple[FloatArray, ...]
    edges: tuple[NeuronIndices, NeuronIndices, NeuronIndices]

    @property
    def pitch(self) -> float:
        """Distance between two layers."""
        return float(self.centers[1][0, 0] - self.centers[0][0, 0])

    def layer_at(self, x: float) -> int:
        """The layer nearest to a horizontal position."""
        return int(np.abs([centers[0, 0] - x for centers in self.centers]).argmin())

    def is_folded(self, layer: int) -> bool:
        """Whether not all units of a layer are shown."""
        return len(self.shown[layer]) < self.sizes[layer]

    @property
    def starts(self) -> FloatArray:
        """Start points of the edges, shape (edges, 2)."""
        return self._ends(source=True)

    @property
    def ends(self) -> FloatArray:
        """End points of the edges, shape (edges, 2)."""
        return self._ends(source=False)

    @property
    def weights(self) -> NeuronIndices:
        """Index of every edge's weight in the vector of parameters."""
        layers, units, sources = self.edges
        widths = np.array(self.sizes[:-1]) + 1
        return np.asarray(self._first_parameters[layers] + units * widths[layers] + sources, dtype=np.intp)

    @property
    def biases(self) -> NeuronIndices:
        """Index of every shown neuron's bias in the vector of parameters; inputs have none."""
        layers = zip(self._first_parameters, self.sizes[:-1], self.shown[1:], strict=True)
        return np.concatenate([first + np.array(units) * (n + 1) + n for first, n, units in layers])

    @property
    def _first_parameters(self) -> NeuronIndices:
        lengths = [units * (inputs + 1) for inputs, units in pairwise(self.sizes)]
        return np.cumsum([0, *lengths[:-1]])

    def _ends(self, *, source: bool) -> FloatArray:
        layers, units, sources = self.edges
        points = np.empty((len(layers), 2))
        for l in range(len(self.sizes) - 1):
            chosen = layers == l
            layer, numbers = (l, sources) if source else (l + 1, units)
            points[chosen] = self.centers[layer][numbers[chosen] - self.shown[layer].start]
        points[:, 0] += self.side / 2 * (1 if source else -1)
        return points


def lay_out(sizes: tuple[int, ...], frame: DiagramFrame, shown: tuple[range, ...]) -> DiagramLayout:
    """Place a network's neurons in a frame; of each layer those that are ``shown``."""
    counts = [len(units) for units in shown]
    rows, (width, height) = max(counts), frame.room
    largest = max(_LARGEST, _LARGEST_SHARE * frame.height)
    side = min(largest, height / (rows * _SPACING), width / (len(sizes) * 1.7))
    xs = np.linspace(frame.left + side / 2, frame.width - frame.right - side / 2, len(sizes))
    middle, distance = frame.top + height / 2, min(height / rows, _WIDEST_SPACING * side)
    centers = tuple(_column(x, middle, count, distance) for x, count in zip(xs, counts, strict=True))
    return DiagramLayout(sizes, side, shown, centers, _edges(shown))


def _column(x: float, middle: float, count: int, distance: float) -> FloatArray:
    ys = middle + (np.arange(count) - (count - 1) / 2) * distance
    return np.column_stack([np.full(count, x), ys])


def _edges(shown: tuple[range, ...]) -> tuple[NeuronIndices, NeuronIndices, NeuronIndices]:
    grids = [
        np.stack(np.meshgrid(units, sources, indexing="ij")).reshape(2, -1) for sources, units in pairwise(shown)
    ]
    layers = np.repeat(np.arange(len(grids)), [grid.shape[1] for grid in grids])
    units, sources = np.concatenate(grids, axis=1)
    return layers, units, sources


def distances(point: tuple[float, float], starts: FloatArray, ends: FloatArray) -> FloatArray:
    """Distance from a point to every segment, shape (segments,)."""
    along = ends - starts
    offset = np.asarray(point) - starts
    share = np.clip((offset * along).sum(axis=1) / np.maximum((along * along).sum(axis=1), 1e-12), 0.0, 1.0)
    away: FloatArray = offset - share[:, None] * along
    return np.hypot(away[:, 0], away[:, 1])


@dataclass(frozen=True, eq=False)
class EdgeGroup:
    """Lines of one sign and width, and their pen."""

    pen: QPen
    lines: list[QLineF]


class EdgeLayer(QGraphicsRectItem):
    """The edges between two layers, cached as one picture.

    Edges do not move, and in most frames none changes its width, so Qt seldom has to paint the picture again.

    Parameters
    ----------
    ends : array, shape (edges, 4)
        Start and end of each edge.
    """

    def __init__(self, ends: FloatArray) -> None:
        super().__init__(_around(ends.reshape(-1, 2)))
        self._lines = [QLineF(*line) for line in ends.tolist()]
        self.strokes: list[EdgeGroup] = []
        self.setZValue(-1)
        cache_painting(self)

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
        self._gaps = [EdgeLayer(ends) for ends in self._by_gap(np.hstack([layout.starts, layout.ends]))]
        for gap in self._gaps:
            scene.addItem(gap)
        self._widths: Array = np.zeros(len(layers))
        self._pens: dict[int, QPen] = {}
        self.drawn: NeuronIndices = np.arange(len(layers))

    @property
    def strokes(self) -> list[EdgeGroup]:
        """All lines that are drawn."""
        return [stroke for gap in self._gaps for stroke in gap.strokes]

    def set_theme(self, theme: Theme) -> None:
        """Use the theme's colours, blended with the background so that pens stay opaque."""
        for sign, color in ((-1, theme.negative), (1, theme.positive)):
            for k, width in enumerate(_WIDTHS):
                blended = mix(theme.background, color, 0.35 + 0.65 * k / (len(_WIDTHS) - 1))
                self._pens[sign * (k + 1)] = _pen(blended, width, dashed=sign < 0)
        for gap, widths in zip(self._gaps, self._by_gap(self._widths), strict=True):
            gap.draw(widths, self._pens)

    def show(self, weights: Array) -> None:
        """Draw the weights, at most the `MOST_EDGES` strongest; zero and NaN have no line."""
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
        """Redraw the layers in which an edge has changed."""
        parts = zip(self._gaps, self._by_gap(changed), self._by_gap(self._widths), strict=True)
        for gap, moved, widths in parts:
            if moved.any():
                gap.draw(widths, self._pens)

    def _by_gap(self, values: NDArray[Any]) -> list[NDArray[Any]]:
        return np.split(values, self._bounds)


def _around(points: FloatArray) -> QRectF:
    """A rectangle around lines between these points."""
    corners = QRectF(QPointF(*points.min(axis=0)), QPointF(*points.max(axis=0)))
    return corners.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)


def _signed_widths(weights: Array, scale: float) -> Array:
    """For every weight the number of its width, counted from 1, with the weight's sign; 0 for no line."""
    widths = weights * (len(_WIDTHS) / scale)
    widths.clip(1 - len(_WIDTHS), len(_WIDTHS) - 1, out=widths)
    np.trunc(widths, out=widths)
    widths += np.sign(weights)
    return widths


def _only(kept: NeuronIndices, values: Array) -> Array:
    """The values, zero where they are not among ``kept``."""
    there = np.zeros_like(values)
    there[kept] = values[kept]
    return there


def _pen(color: QColor, width: float, *, dashed: bool) -> QPen:
    pen = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    if dashed:
        # in pen widths: about 9 pixels drawn and 5 left out
        pen.setDashPattern([9.0 / width, 5.0 / width])
    return pen

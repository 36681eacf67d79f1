"""Where things stand in the diagram, in pixels; no Qt."""

from itertools import pairwise
from typing import Self

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnviz.data.dataset import FloatArray

_LARGEST, _SMALLEST = 76.0, 26.0
_LARGEST_SHARE = 0.16
"""Side of a neuron in a high view, as a share of the height: to be seen from the last row."""
_SPACING, _WIDEST_SPACING = 1.32, 1.8
"""Distance between neurons of a layer, in sides of a neuron: at least, and where there is room."""
MOST_EDGES = 500
"""Edges drawn at most; of more, the strongest."""
NeuronIndices = NDArray[np.intp]


class DiagramFrame(Struct, frozen=True):
    """The room that the neurons have: pixels left free at each side of the view."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float

    @classmethod
    def within(cls, width: float, height: float, left: float, right: float, line: float) -> Self:
        """Leave so much at the sides, and some lines of text above and below; never nearly all there is."""
        top, bottom = min(2.2 * line, 0.25 * height), min(3.8 * line, 0.4 * height)
        return cls(width, height, min(left, 0.3 * width), min(right, 0.3 * width), top, bottom)

    @property
    def room(self) -> tuple[float, float]:
        """Width and height that are left."""
        return self.width - self.left - self.right, self.height - self.top - self.bottom

    @property
    def capacity(self) -> int:
        """How many neurons fit below each other and still can be read."""
        return max(2, int(self.room[1] / (_SMALLEST * _SPACING)))


class DiagramLayout(Struct, frozen=True, eq=False):
    """Places of the neurons and edges that are shown.

    Parameters
    ----------
    sizes : tuple of int
        Units of every layer, the inputs first.
    side : float
        Side of a neuron's square.
    centers : tuple of arrays, shape (shown units, 2)
        For every layer.
    edges : arrays, shape (edges,)
        Layer (0 for the first weights), unit and source of every edge that can be drawn: layer after layer,
        and in each unit after unit.
    """

    sizes: tuple[int, ...]
    side: float
    centers: tuple[FloatArray, ...]
    edges: tuple[NeuronIndices, NeuronIndices, NeuronIndices]

    @property
    def pitch(self) -> float:
        """Distance between two layers."""
        return float(self.centers[1][0, 0] - self.centers[0][0, 0])

    @property
    def starts(self) -> FloatArray:
        """Where the edges leave their source, shape (edges, 2)."""
        return self._ends(source=True)

    @property
    def ends(self) -> FloatArray:
        """Where the edges reach their unit, shape (edges, 2)."""
        return self._ends(source=False)

    @property
    def weights(self) -> NeuronIndices:
        """Where the weight of every edge is among the network's parameters."""
        layers, units, sources = self.edges
        widths = np.array(self.sizes[:-1]) + 1
        return np.asarray(self._first_parameters[layers] + units * widths[layers] + sources, dtype=np.intp)

    @property
    def biases(self) -> NeuronIndices:
        """Where the bias of every neuron that is shown, but the inputs, is among the network's parameters."""
        layers = zip(self._first_parameters, self.sizes[:-1], self.centers[1:], strict=True)
        return np.concatenate([first + np.arange(len(units)) * (n + 1) + n for first, n, units in layers])

    @property
    def _first_parameters(self) -> NeuronIndices:
        lengths = [units * (inputs + 1) for inputs, units in pairwise(self.sizes)]
        return np.cumsum([0, *lengths[:-1]])

    def _ends(self, *, source: bool) -> FloatArray:
        layers, units, sources = self.edges
        points = np.empty((len(layers), 2))
        for l in range(len(self.sizes) - 1):
            chosen = layers == l
            places = self.centers[l][sources[chosen]] if source else self.centers[l + 1][units[chosen]]
            points[chosen] = places
        points[:, 0] += self.side / 2 * (1 if source else -1)
        return points


def lay_out(sizes: tuple[int, ...], frame: DiagramFrame, shown: int) -> DiagramLayout:
    """Place a network's neurons, of wide layers the first ``shown``, in a frame."""
    counts = [min(size, shown) for size in sizes]
    rows, (width, height) = max(counts), frame.room
    largest = max(_LARGEST, _LARGEST_SHARE * frame.height)
    side = min(largest, height / (rows * _SPACING), width / (len(sizes) * 1.7))
    xs = np.linspace(frame.left + side / 2, frame.width - frame.right - side / 2, len(sizes))
    middle, distance = frame.top + height / 2, min(height / rows, _WIDEST_SPACING * side)
    centers = tuple(_column(x, middle, count, distance) for x, count in zip(xs, counts, strict=True))
    return DiagramLayout(sizes, side, centers, _edges(counts))


def _column(x: float, middle: float, count: int, distance: float) -> FloatArray:
    ys = middle + (np.arange(count) - (count - 1) / 2) * distance
    return np.column_stack([np.full(count, x), ys])


def _edges(counts: list[int]) -> tuple[NeuronIndices, NeuronIndices, NeuronIndices]:
    grids = [np.indices((units, sources)).reshape(2, -1) for sources, units in pairwise(counts)]
    layers = np.repeat(np.arange(len(grids)), [grid.shape[1] for grid in grids])
    units, sources = np.concatenate(grids, axis=1)
    return layers, units, sources


def distances(point: tuple[float, float], starts: FloatArray, ends: FloatArray) -> FloatArray:
    """Distance of a point from every segment, shape (segments,)."""
    along = ends - starts
    offset = np.asarray(point) - starts
    share = np.clip((offset * along).sum(axis=1) / np.maximum((along * along).sum(axis=1), 1e-12), 0.0, 1.0)
    away: FloatArray = offset - share[:, None] * along
    return np.hypot(away[:, 0], away[:, 1])

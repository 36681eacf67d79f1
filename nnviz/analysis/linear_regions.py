"""The linear pieces of a ReLU network, exactly: cells of the plane by cutting polygons, pieces of a line by kinks.

Within a region every unit stays on its side of its kink, so the network is affine there. The plane is cut layer by
layer: in each polygon that there is so far, the pre-activations of the next layer's units are affine, so each unit
cuts it along a straight line or not at all. A region is convex, and the only one with its pattern of units.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import Extent, FloatArray
from nnviz.engine.activations import ActivationFunction
from nnviz.experiment.problem import Problem
from nnviz.runs.snapshot import Snapshot

TINTS = 8
"""Tints of regions; two that share an edge never have the same, unless two units switch on it together."""
MOST_REGIONS = 2_000
"""Polygons into which the plane is cut at most: more are not seen, and take too long."""
MOST_PIECES = 20_000
_MOST_UNITS = 256
"""Hidden units of which a plane is cut at most."""
_SLIVER = 1e-9
"""Pieces this thin, in widths of the plane, are rounding."""
_PIECEWISE = {"relu", "leaky_relu", "identity"}
Corners = list[tuple[float, float]]
Border = list[tuple[float, float]]
"""The two ends of a straight piece."""


@dataclass(frozen=True, eq=False)
class Regions:
    """The regions of a network over the plane, or a slice of its inputs, within an extent.

    Parameters
    ----------
    polygons : tuple of arrays, shape (corners, 2)
        The regions.
    tints : array of int, shape (regions,)
        From 0 to 7, by the pattern of units that are on.
    borders : tuple of arrays, shape (pieces, 2, 2)
        For each hidden layer, where its units switch: straight pieces, which bend at the layers below.
    boundary : array, shape (pieces, 2, 2)
        Where the one output's pre-activation is zero; none with several outputs.
    is_whole : bool
        False if there are more regions than are cut.
    """

    polygons: tuple[FloatArray, ...]
    tints: NDArray[np.int64]
    borders: tuple[FloatArray, ...]
    boundary: FloatArray
    is_whole: bool = True

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.polygons)


@dataclass(frozen=True, eq=False)
class Pieces:
    """The straight pieces of a network's first output over one input, as far as there are data.

    Parameters
    ----------
    edges, values : array, shape (pieces + 1,)
        Where they end, and the pre-activation of the output there.
    is_whole : bool
        False if there are more than are looked for.
    """

    edges: FloatArray
    values: FloatArray
    is_whole: bool = True

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.edges) - 1


@dataclass(frozen=True)
class LinearRegions:
    """The linear pieces of a network over its data's plane, or along its one input."""

    def prepare(self, problem: Problem) -> Callable[[Snapshot], Regions | Pieces | None]:
        """What turns a `Snapshot` into its `Regions` or `Pieces`; None where units bend, or once diverged."""
        if not has_pieces(problem):
            return lambda _snapshot: None
        find = pieces_of if problem.flat else regions_of
        return lambda snapshot: find(problem, snapshot) if snapshot.finite else None


def has_pieces(problem: Problem) -> bool:
    """Whether a network is made of affine pieces over its plane: ReLUs, leaky or not, on the data's own inputs."""
    names = {function.name for function in problem.network.activations[:-1]}
    is_plain = not (problem.features or problem.network.convolutions)
    return names <= _PIECEWISE and is_plain and sum(problem.network.layer_sizes[1:-1]) <= _MOST_UNITS


def regions_of(problem: Problem, snapshot: Snapshot) -> Regions:
    """Cut the plane's extent by every unit of every hidden layer."""
    cells = _Cells(problem.extent, _input_map(problem))
    borders = []
    for layer, function in zip(snapshot.parameters.layers, problem.network.activations[:-1], strict=False):
        borders.append(cells.cut(np.asarray(layer, np.float64)))
        cells.pass_on(function)
        if not cells.is_whole:
            break
    tints, polygons = cells.tints, cells.polygons
    boundary = np.empty((0, 2, 2))
    if problem.network.layer_sizes[-1] == 1 and problem.classes and cells.is_whole:
        boundary = cells.crossed(np.asarray(snapshot.parameters.layers[-1], np.float64), _middle(problem))
    return Regions(polygons, tints, tuple(borders), boundary, cells.is_whole)


def _middle(problem: Problem) -> float:
    """The pre-activation between two classes."""
    return 0.5 if problem.network.output.name == "identity" and problem.train.targets.min() == 0.0 else 0.0


def _input_map(problem: Problem) -> FloatArray:
    """The matrix, shape (m⁰, 3), that turns a point's (x, y, 1) into the network's inputs."""
    corners = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    right, up, origin = problem.network_inputs(problem.projection.lift(corners))
    return np.column_stack([right - origin, up - origin, origin])


class _Cells:
    """Convex polygons, and in each the activations of the last layer done as affine functions of the point.

    Attributes
    ----------
    corners : array, shape (cells, most corners, 2)
        Those of a cell with fewer end with its last one again and again, which cuts nothing.
    maps : array, shape (cells, units, 3)
        a, c, d of a x + c y + d.
    """

    def __init__(self, extent: Extent, maps: FloatArray) -> None:
        x_min, x_max, y_min, y_max = extent
        self.corners = np.array([[[x_min, y_min], [x_max, y_min], [x_max, y_max], [x_min, y_max]]])
        self._least = _SLIVER * max(x_max - x_min, y_max - y_min)
        self.maps = maps[np.newaxis]
        self.tints = np.zeros(1, np.int64)
        self.is_whole = True
        self._switched = 0

    @property
    def polygons(self) -> tuple[FloatArray, ...]:
        """Each cell's corners, shape (corners, 2)."""
        again = (np.diff(self.corners[:, ::-1], axis=1) == 0.0).all(axis=2)
        spare = np.cumprod(again, axis=1).sum(axis=1)
        lengths = self.corners.shape[1] - spare
        return tuple(cell[:count] for cell, count in zip(self.corners, lengths.tolist(), strict=True))

    def cut(self, layer: FloatArray) -> FloatArray:
        """Cut along the lines where a unit's pre-activation is zero; return these, shape (pieces, 2, 2)."""
        self.maps = _affine(layer, self.maps)
        found = []
        for unit in range(len(layer)):
            found += self._cut_by(unit)
        return np.array(found).reshape(-1, 2, 2)

    def pass_on(self, function: ActivationFunction) -> None:
        """Go from pre-activations to activations: no unit changes its side within a cell any more."""
        middles = self.corners.mean(axis=1)
        on = self.maps[:, :, 0] * middles[:, :1] + self.maps[:, :, 1] * middles[:, 1:] + self.maps[:, :, 2] > 0.0
        slopes = function.derivative(np.array([-1.0, 1.0]))
        self.maps = self.maps * np.where(on, slopes[1], slopes[0])[:, :, np.newaxis]
        codes = 1 + (self._switched + np.arange(on.shape[1])) % (TINTS - 1)
        self.tints = self.tints ^ np.bitwise_xor.reduce(np.where(on, codes, 0), axis=1)
        self._switched += on.shape[1]

    def crossed(self, layer: FloatArray, level: float) -> FloatArray:
        """Where the one unit of a layer has a level."""
        layer = layer.copy()
        layer[:, -1] -= level
        return self.cut(layer)

    def _cut_by(self, unit: int) -> list[Border]:
        if not self.is_whole:
            return []
        maps = self.maps[:, unit]
        values = maps[:, :1] * self.corners[..., 0] + maps[:, 1:2] * self.corners[..., 1] + maps[:, 2:]
        least = self._least * np.hypot(maps[:, 0], maps[:, 1])
        crossed = np.flatnonzero((values.min(axis=1) < -least) & (values.max(axis=1) > least))
        found = [
            _halves(*cell)
            for cell in zip(
                self.corners[crossed].tolist(), values[crossed].tolist(), least[crossed].tolist(), strict=True
            )
        ]
        self._take(crossed, [first for first, _, _ in found], [second for _, second, _ in found])
        return [border for _, _, border in found]

    def _take(self, crossed: NDArray[np.intp], first: list[Corners], second: list[Corners]) -> None:
        """Have the first halves in place of cells that were cut, and the second ones after all others."""
        if not len(crossed):
            return
        most = max(self.corners.shape[1], *map(len, first), *map(len, second))
        spare = most - self.corners.shape[1]
        corners = np.concatenate([self.corners, np.repeat(self.corners[:, -1:], spare, axis=1)], axis=1)
        corners[crossed] = [_filled(half, most) for half in first]
        self.corners = np.concatenate([corners, [_filled(half, most) for half in second]])
        self.maps = np.concatenate([self.maps, self.maps[crossed]])
        self.tints = np.concatenate([self.tints, self.tints[crossed]])
        self.is_whole = len(self.corners) <= MOST_REGIONS


def _filled(corners: Corners, count: int) -> Corners:
    """As many corners, the last one again and again."""
    return corners + corners[-1:] * (count - len(corners))


def _affine(layer: FloatArray, maps: FloatArray) -> FloatArray:
    """Pre-activations of a layer as affine functions, given those of the activations below."""
    above = layer[:, :-1] @ maps
    above[..., -1] += layer[:, -1]
    return np.asarray(above)


def _halves(corners: list[list[float]], values: list[float], least: float) -> tuple[Corners, Corners, Border]:
    """The parts of a convex polygon where an affine function is negative or positive, and the line between.

    In plain numbers, as arrays of five points cost several times as much.
    """
    first: Corners = []
    second: Corners = []
    border: Border = []
    ends = zip(corners, values, corners[1:] + corners[:1], values[1:] + values[:1], strict=True)
    for (x, y), value, (next_x, next_y), after in ends:
        if x == next_x and y == next_y:
            continue
        (second if value > least else first).append((x, y))
        if (value > least) != (after > least):
            share = min(1.0, max(0.0, value / (value - after)))
            point = (x + share * (next_x - x), y + share * (next_y - y))
            for line in (first, second, border):
                line.append(point)
    return first, second, border[:2]


def pieces_of(problem: Problem, snapshot: Snapshot) -> Pieces:
    """Find every kink of every unit between the data's ends; join pieces that the output takes no notice of."""
    inputs = problem.dataset.inputs
    low, high = float(inputs.min()), float(inputs.max())
    ends = problem.network_inputs(np.array([[0.0], [1.0]]))[:, 0]
    edges, maps = np.array([low, high]), np.array([[[ends[1] - ends[0], ends[0]]]])
    *hidden, last = (np.asarray(layer, np.float64) for layer in snapshot.parameters.layers)
    for layer, function in zip(hidden, problem.network.activations, strict=False):
        edges, maps = _bent(edges, _affine(layer, maps), function, _SLIVER * (high - low))
        if len(edges) > MOST_PIECES:
            break
    is_whole = len(edges) <= MOST_PIECES
    return _joined(edges, _affine(last, maps)[:, 0], is_whole) if is_whole else Pieces(edges, 0.0 * edges, False)


def _bent(
    edges: FloatArray, maps: FloatArray, function: ActivationFunction, least: float
) -> tuple[FloatArray, FloatArray]:
    """Intervals cut at the zeros of a layer's pre-activations, and the activations in each of the new ones."""
    with np.errstate(all="ignore"):
        zeros = -maps[..., 1] / maps[..., 0]
    slopes = function.derivative(np.array([-1.0, 1.0]))
    inside = (zeros > edges[:-1, np.newaxis] + least) & (zeros < edges[1:, np.newaxis] - least)
    found = zeros[inside] if slopes[0] != slopes[1] else zeros[:0, 0]
    every = np.sort(np.concatenate([edges, found]))
    every = every[np.concatenate([[True], np.diff(every) > least])]
    middles = (every[:-1] + every[1:]) / 2
    maps = maps[np.searchsorted(edges, middles) - 1]
    on = maps[..., 0] * middles[:, np.newaxis] + maps[..., 1] > 0.0
    return every, maps * np.where(on, slopes[1], slopes[0])[..., np.newaxis]


def _joined(edges: FloatArray, maps: FloatArray, is_whole: bool) -> Pieces:
    """Pieces of one slope are one piece."""
    slopes = maps[:, 0]
    bends = np.abs(np.diff(slopes)) > _SLIVER * max(float(np.abs(slopes).max()), 1e-300)
    values = np.append(maps[:, 0] * edges[:-1] + maps[:, 1], maps[-1, 0] * edges[-1] + maps[-1, 1])
    kept = np.concatenate([[True], bends, [True]])
    return Pieces(edges[kept], values[kept], is_whole)


def outline(polygons: Sequence[FloatArray]) -> FloatArray:
    """Polygons as one array of points, a row of NaN after each."""
    gap = np.full((1, 2), np.nan)
    return np.concatenate([np.empty((0, 2)), *(part for polygon in polygons for part in (polygon, gap))])

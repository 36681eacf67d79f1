"""The loss of a network on a plane through its parameters, and the two directions that span the plane."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnviz.analysis.objective import Columns, Curvature, Objective, Working, curvature
from nnviz.data.dataset import Extent, FloatArray
from nnviz.engine.network import Parameters
from nnviz.engine.tape import Array
from nnviz.runs.snapshot import Snapshot

_NUMBERS = 4_000_000
"""Numbers of a path that principal directions are taken of at most."""
_NEGLIGIBLE = 1e-12
DirectionsName = Literal["random", "path", "curvature"]
LEVELS = (9, 17, 33, 65)
"""Points a side, coarse first."""
_COARSE = 17
"""Points a side of what is shown before the curvature is known."""
_MOST_MOMENTS = 200
_CELLS = 8
_PATH_CELLS = 5.0
"""Cells of the coarsest grid, and how many of them the path fills."""
_NARROWEST = 0.25
"""How far the second direction reaches at least, as a share of the first."""
_REACH = 1.0
"""How far random directions reach: as far as the weights are large."""


@dataclass(frozen=True, eq=False)
class Directions:
    """A plane through a network's parameters.

    Parameters
    ----------
    kind : str
        ``random``, ``path`` or ``curvature``.
    vectors : array, shape (2, parameters)
    shares : tuple of float, or None
        Of the variance of the path that it was made from, what each direction holds.
    """

    kind: str
    vectors: Array
    shares: tuple[float, float] | None = None

    def coordinates(self, offsets: Array) -> FloatArray:
        """Where in the plane offsets from its centre, shape (points, parameters), are nearest; (points, 2)."""
        gram = self.vectors @ self.vectors.T
        return np.asarray(np.linalg.lstsq(gram, self.vectors @ offsets.T, rcond=None)[0].T)

    def distances(self, offsets: Array) -> FloatArray:
        """How far from the plane they are, shape (points,)."""
        return np.asarray(np.linalg.norm(offsets - self.coordinates(offsets) @ self.vectors, axis=1))


def random_directions(parameters: Parameters, learns: Array, seed: int) -> Directions:
    """Two normal directions, filter-normalised as in Li et al. 2018.

    The incoming weights of every unit are scaled to the norm of the network's own, so that the same distance
    means the same to networks of any scale; to 1 where all of them are zero. Biases stay as they are, in both
    directions, and so does all that the run does not change (``learns`` is 0).
    """
    rng = np.random.default_rng(seed)
    vectors = [_normalised(rng, parameters, learns) for _ in range(2)]
    return Directions("random", np.stack(vectors))


def _normalised(rng: np.random.Generator, parameters: Parameters, learns: Array) -> Array:
    drawn = Parameters(parameters.shapes, rng.standard_normal(parameters.flat.size) * learns)
    for biases in drawn.biases:
        biases[:] = 0.0
    for own, new in zip(parameters.weights, drawn.weights, strict=True):
        wanted, given = (np.linalg.norm(weights, axis=1, keepdims=True) for weights in (own, new))
        new[:] *= np.where(wanted > 0.0, wanted, 1.0) / np.where(given > 0.0, given, 1.0)
    return drawn.flat


def principal_directions(path: Sequence[Array]) -> Directions | None:
    """The first two principal components of a path's points; none where it has fewer than three that differ.

    The first points to where the path has gone, the second to the side that it bends to.
    """
    points = np.stack(path).astype(np.float64)
    middle = points.mean(axis=0)
    if len(points) < 3:
        return None
    _, sizes, components = np.linalg.svd(points - middle, full_matrices=False)
    variances = sizes**2 / (sizes**2).sum() if sizes[0] > 0.0 else sizes
    if not variances[1] > _NEGLIGIBLE:
        return None
    along = (points[-1] - points[0], middle - 0.5 * (points[0] + points[-1]))
    vectors = [v if v.dot(ahead) >= 0.0 else -v for v, ahead in zip(components[:2], along, strict=True)]
    return Directions("path", np.stack(vectors), (float(variances[0]), float(variances[1])))


def thinned(path: Sequence[Array], most: int) -> list[Array]:
    """So many points of a path at most, the first and the last among them; fewer where they are long."""
    if not path:
        return []
    count = min(len(path), most, max(3, _NUMBERS // path[0].size))
    return [path[k] for k in np.unique(np.linspace(0, len(path) - 1, count).round().astype(int))]


@dataclass(frozen=True, eq=False)
class SurveyRequest:
    """Which part of the loss landscape is asked for.

    Parameters
    ----------
    snapshot : Snapshot
        The plane's centre, and whose loss it is.
    path : tuple of arrays, shape (parameters,)
        The points that the run passed, in order; the snapshot's own parameters last.
    seed : int
        Of random directions.
    window : tuple of float or None
        The part to look at: x_min, x_max, y_min, y_max; None for the usual one.
    levels : tuple of int
        Points a side, each one more than twice the one before, less one: 9, 17, 33 …
    """

    snapshot: Snapshot
    path: tuple[Array, ...] = ()
    directions: DirectionsName = "random"
    seed: int = 0
    window: Extent | None = None
    levels: tuple[int, ...] = LEVELS


def path_to(snapshot: Snapshot, moments: Sequence[Snapshot]) -> tuple[Array, ...]:
    """The parameters of a branch's moments up to a snapshot, thinned, and the snapshot's own."""
    size = snapshot.position.parameters.size
    before = [
        m.position.parameters
        for m in moments
        if m.step < snapshot.step and m.finite and m.position.parameters.size == size
    ]
    return tuple(thinned([*before, snapshot.position.parameters], _MOST_MOMENTS))


@dataclass(frozen=True, eq=False)
class LossGrid:
    """The grid over the plane: a cell's sides, and which of nine lines each way go through the centre."""

    sides: tuple[float, float]
    centre: tuple[int, int]

    def axis(self, k: int, points: int) -> FloatArray:
        """Coordinates along a direction; one of them is 0, exactly."""
        cells = np.arange(points, dtype=np.float64) * (_CELLS / (points - 1)) - self.centre[k]
        return cells * self.sides[k]


@dataclass(frozen=True, eq=False)
class LossPlane:
    """The loss on a plane, as far as it is known.

    Parameters
    ----------
    directions : Directions
        Random ones where the path wished for is too short.
    x, y : array, shape (points,)
        Coordinates along both directions.
    values : array, shape (points, points)
        Training loss with penalties; a row for each of ``y``.
    path : array, shape (moments, 2)
        The path, seen from straight above the plane.
    away : float
        How far from the plane it goes.
    centre : float
        The loss of the network itself.
    penalised : bool
        Whether the values have penalties in them.
    curvature : Curvature or None
        Around the centre; None while it is not known.
    finished : bool
        Nothing more is to come.
    """

    wish: SurveyRequest
    directions: Directions
    x: FloatArray
    y: FloatArray
    values: FloatArray = field(repr=False)
    path: FloatArray
    away: float
    centre: float
    penalised: bool
    curvature: Curvature | None
    finished: bool

    @property
    def step(self) -> int:
        """The step that the plane goes through."""
        return self.wish.snapshot.step


def survey(wish: SurveyRequest) -> Working[LossPlane]:
    """Compute the loss on finer and finer grids; yields None after each piece of work."""
    objective, begun, bend = Objective(wish.snapshot), None, None
    known: Array | None = None
    for points in wish.levels:
        if bend is None and (points > _COARSE or wish.directions == "curvature"):
            for bend in curvature(objective, wish.snapshot.position.parameters.astype(np.float64)):
                if bend is None:
                    yield None
        begun = replace(begun, curvature=bend) if begun else _begin(wish, objective, bend)
        for plane in _level(begun, objective, points, known):
            yield plane
            known = plane.values if plane else known


def _begin(wish: SurveyRequest, objective: Objective, bend: Curvature | None) -> LossPlane:
    """A plane of which no value is known."""
    parameters = Parameters(wish.snapshot.problem.network.shapes, wish.snapshot.position.parameters)
    directions = _directions(wish, parameters, objective.learns, bend)
    offsets = np.stack(wish.path or (parameters.flat,)).astype(np.float64) - parameters.flat
    path, away = directions.coordinates(offsets), float(directions.distances(offsets).max())
    centre = float(objective.values(parameters.flat[None].astype(np.float64))[0])
    none, penalised = np.empty(0), objective.penalised
    return LossPlane(wish, directions, none, none, none, path, away, centre, penalised, bend, finished=False)


def _directions(wish: SurveyRequest, parameters: Parameters, learns: Array, bend: Curvature | None) -> Directions:
    if wish.directions == "path" and (principal := principal_directions(wish.path or (parameters.flat,))):
        return principal
    if wish.directions == "curvature" and bend is not None and bend.vectors is not None:
        return Directions("curvature", bend.vectors)
    return random_directions(parameters, learns, wish.seed)


def _level(begun: LossPlane, objective: Objective, points: int, known: Array | None) -> Working[LossPlane]:
    """The plane at so many points a side, those of a coarser one taken from it."""
    x, y = _axes(begun, points)
    values, missing = np.empty((points, points)), np.ones((points, points), bool)
    if known is not None:
        every = slice(None, None, (points - 1) // (len(known) - 1))
        values[every, every], missing[every, every] = known, False
    centre = begun.wish.snapshot.position.parameters.astype(np.float64)
    for rows, columns in _chunks(missing, objective.at_once):
        at = centre + x[columns, None] * begun.directions.vectors[0] + y[rows, None] * begun.directions.vectors[1]
        values[rows, columns] = objective.values(at)
        yield None
    for array in (x, y, values):
        array.flags.writeable = False
    yield replace(begun, x=x, y=y, values=values, finished=points == begun.wish.levels[-1])


def _chunks(missing: NDArray[np.bool_], size: int) -> Iterator[tuple[Columns, Columns]]:
    rows, columns = np.nonzero(missing)
    for start in range(0, len(rows), size):
        part = slice(start, start + size)
        yield rows[part], columns[part]


def _axes(plane: LossPlane, points: int) -> tuple[FloatArray, FloatArray]:
    """Coordinates along both directions."""
    if plane.wish.window is None:
        grid = _grid(plane)
        return grid.axis(0, points), grid.axis(1, points)
    x_min, x_max, y_min, y_max = plane.wish.window
    return np.linspace(x_min, x_max, points), np.linspace(y_min, y_max, points)


def _grid(plane: LossPlane) -> LossGrid:
    """Around the path, for directions of its own; else around the centre."""
    if plane.directions.shares is None:
        side = 2.0 * _REACH / _CELLS
        return LossGrid((side, side), (_CELLS // 2, _CELLS // 2))
    low, high = plane.path.min(axis=0), plane.path.max(axis=0)
    spans = high - low
    sides = np.maximum(spans, _NARROWEST * spans.max()) / _PATH_CELLS
    first, second = (_line(float(l / side), float(h / side)) for l, h, side in zip(low, high, sides, strict=True))
    return LossGrid((float(sides[0]), float(sides[1])), (first, second))


def _line(low: float, high: float) -> int:
    """Which line of the grid goes through 0, for a path from low ≤ 0 to high ≥ 0 cells to lie in the middle."""
    return int(np.clip(round((_CELLS - low - high) / 2.0), np.ceil(-low), _CELLS - np.ceil(high)))

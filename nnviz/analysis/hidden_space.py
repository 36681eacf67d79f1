"""The plane as a hidden layer sees it: its grid, the samples and the boundary between classes, carried along."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.engine.network import Parameters, forward
from nnviz.engine.principal import PrincipalPlane, principal_plane
from nnviz.engine.tape import Array
from nnviz.experiment.problem import Problem
from nnviz.runs.maps import margins, zero_lines
from nnviz.runs.snapshot import Snapshot

Segment = tuple[FloatArray, FloatArray]
MOST_SAMPLES = 500
"""Training samples that are carried along at most; of more, the first, which are in random order."""
_POINTS, _EVERY = 49, 3
"""Points along each line of the grid, and every how many-th row and column of them is a line: 17 each way."""
_FLAT_POINTS = 257
_FAR = 8.0
"""How far a straight boundary goes on, in distances of the farthest sample from the origin."""


def straight_boundaries(weights: Array, biases: Array, reach: float) -> FloatArray:
    """Ends of the lines along which the predicted class changes, shape (lines, 2, 2).

    Parameters
    ----------
    weights : array, shape (outputs, 2)
    biases : array, shape (outputs,)
        Of logits w · h + b. One output parts two classes where it is zero; of several, two part where theirs are
        equal and no other is larger.
    reach : float
        How far from the origin the lines go.
    """
    if len(weights) == 1:
        segments = list(_zero_line(weights[0], float(biases[0]), reach))
    else:
        pairs = combinations(range(len(weights)), 2)
        segments = [segment for pair in pairs for segment in _between(weights, biases, pair, reach)]
    return np.array(segments, np.float64).reshape(-1, 2, 2)


def _zero_line(weight: Array, bias: float, reach: float) -> Iterator[Segment]:
    """The line w · h + b = 0 as far as it is near enough, if it is a line at all."""
    length = float(np.hypot(*weight))
    if not length > 0.0 or not np.isfinite([length, bias]).all() or abs(bias) > reach * length:
        return
    foot, along = -bias * weight / length**2, np.array([-weight[1], weight[0]]) / length
    half = float(np.sqrt(reach**2 - (bias / length) ** 2))
    yield foot - half * along, foot + half * along


def _between(weights: Array, biases: Array, pair: tuple[int, int], reach: float) -> Iterator[Segment]:
    """The stretch where two classes are level and ahead of all others."""
    i, j = pair
    others = [k for k in range(len(weights)) if k not in pair]
    for start, end in _zero_line(weights[i] - weights[j], float(biases[i] - biases[j]), reach):
        # how far others are ahead grows evenly from one end to the other
        ahead = [(weights[others] - weights[i]) @ point + biases[others] - biases[i] for point in (start, end)]
        low, high = _behind(*ahead)
        if low < high:
            yield start + low * (end - start), start + high * (end - start)


def _behind(at_start: Array, at_end: Array) -> tuple[float, float]:
    """From which to which share of the way no number, going evenly from its start to its end, is above zero."""
    rises = at_end > at_start
    with np.errstate(all="ignore"):
        crossing = at_start / (at_start - at_end)
    level = at_start == at_end
    if (level & (at_start > 0.0)).any():
        return 1.0, 0.0
    low = crossing[~rises & ~level].max(initial=0.0)
    high = crossing[rises & ~level].min(initial=1.0)
    return float(low), float(high)


@dataclass(frozen=True, eq=False)
class Carried:
    """Points before and after, each an array of shape (…, 2).

    Parameters
    ----------
    plane : array
        Where they are in the plane of the inputs.
    hidden : array
        Where the layer puts them.
    """

    plane: FloatArray
    hidden: FloatArray

    def between(self, share: float) -> FloatArray:
        """So far on the straight way from the plane (0) to the hidden space (1)."""
        return self.plane + share * (self.hidden - self.plane)


@dataclass(frozen=True, eq=False)
class HiddenPicture:
    """What a hidden layer makes of the inputs, in two coordinates.

    Parameters
    ----------
    layer : int
        Counted from 1.
    units : (int, int) or None
        Whose activations the coordinates are; None for the first two principal components of the samples'.
    shares : (float, float)
        Of the variance of the samples' activations, along each coordinate.
    samples : Carried, shape (samples, 2)
        The first 500 training samples.
    grid : Carried, shape (lines, points, 2)
        Lines of the plane; none for data with more than two inputs.
    boundary : Carried, shape (points, 2)
        Where the predicted class changes, line after line with a row of NaN between.
    straight : array, shape (lines, 2, 2)
        The same as exact lines, for the last hidden layer if it has two units; else empty.
    """

    layer: int
    units: tuple[int, int] | None
    shares: tuple[float, float]
    samples: Carried
    grid: Carried
    boundary: Carried
    straight: FloatArray


@dataclass(frozen=True)
class HiddenSpace:
    """Which layer is looked at.

    Parameters
    ----------
    layer : int
        Counted from 1.
    units : (int, int) or None
        Counted from 0; None for the first two principal components.
    """

    layer: int
    units: tuple[int, int] | None = None

    def prepare(self, problem: Problem) -> Callable[[Snapshot], HiddenPicture | None]:
        """What turns a `Snapshot` into a `HiddenPicture`; None without such a layer or units, or once diverged."""
        return _HiddenPictures(self, problem)


class _HiddenPictures:
    def __init__(self, wanted: HiddenSpace, problem: Problem) -> None:
        self._wanted, self._problem = wanted, problem
        self._before: PrincipalPlane | None = None
        samples = problem.train.inputs[:MOST_SAMPLES]
        self._places = problem.train.points[:MOST_SAMPLES]
        self._mesh = _mesh(problem)
        points = np.stack(self._mesh, axis=-1)
        if problem.flat:
            self._places = self._places * [1.0, 0.0]  # the height is the target, and no input
        self._count = len(samples)
        grid = _inputs_at(problem, points.reshape(-1, 2))
        self._columns = np.ascontiguousarray(np.concatenate([samples, grid]).T)
        self._grid = _lines(points)

    def __call__(self, snapshot: Snapshot) -> HiddenPicture | None:
        layer, units = self._wanted.layer, self._wanted.units
        sizes = self._problem.network.layer_sizes
        if not 0 < layer < len(sizes) - 1 or (units and max(units) >= sizes[layer]):
            return None
        columns = self._columns.astype(snapshot.parameters.flat.dtype, copy=False)
        passes = list(forward(self._problem.network, snapshot.parameters, columns))
        activations, logits = passes[layer - 1][1], passes[-1][0]
        plane = self._plane(activations[:, : self._count])
        if plane is None or not np.isfinite(snapshot.parameters.flat).all():
            return None
        return self._picture(snapshot.parameters, plane, activations, logits)

    def _plane(self, activations: Array) -> PrincipalPlane | None:
        if self._wanted.units is not None:
            return _of_units(activations, self._wanted.units)
        self._before = principal_plane(activations, self._before)
        return self._before

    def _picture(
        self, parameters: Parameters, plane: PrincipalPlane, activations: Array, logits: Array
    ) -> HiddenPicture:
        samples = plane.coordinates(activations[:, : self._count])
        grid = plane.coordinates(activations[:, self._count :]).reshape(*self._mesh[0].shape, 2)
        boundary = self._boundary(logits[:, self._count :])
        return HiddenPicture(
            self._wanted.layer,
            self._wanted.units,
            plane.shares,
            Carried(self._places, samples),
            Carried(self._grid, _lines(grid)),
            Carried(boundary, plane.coordinates(self._hidden(parameters, boundary))),
            self._straight(parameters, plane, _FAR * float(np.abs(samples).max(initial=1.0))),
        )

    def _boundary(self, logits: Array) -> FloatArray:
        """Where the class changes in the plane, as far as the grid tells; no lines for values or a curve."""
        xs, ys = self._mesh
        if not self._problem.classes or min(xs.shape) < 2:
            return np.empty((0, 2))
        output = logits.reshape(-1, *xs.shape).astype(np.float32)
        surfaces = output if len(output) == 1 else margins(output)
        return np.concatenate([np.empty((0, 2)), *(line for s in surfaces for line in zero_lines(xs, ys, s))])

    def _hidden(self, parameters: Parameters, points: FloatArray) -> Array:
        """Activations of the layer at points of the plane, shape (units, points); NaN where a point is."""
        columns = _inputs_at(self._problem, points).T.astype(parameters.flat.dtype)
        layer = self._wanted.layer - 1
        activations = next(islice(forward(self._problem.network, parameters, columns), layer, None))[1]
        activations[:, np.isnan(points[:, 0])] = np.nan  # which ReLU would make a zero
        return activations

    def _straight(self, parameters: Parameters, plane: PrincipalPlane, reach: float) -> FloatArray:
        """Where w · h + b = 0 in the plane's coordinates, if the plane is all that the output layer sees."""
        weights, biases = parameters.weights[-1], parameters.biases[-1]
        last = self._wanted.layer == len(self._problem.network.layer_sizes) - 2
        if not last or not self._problem.classes or weights.shape[1] != 2:
            return np.empty((0, 2, 2))
        if abs(abs(np.linalg.det(plane.axes)) - 1.0) > 1e-5:  # one unit twice, or units that always agree
            return np.empty((0, 2, 2))
        return straight_boundaries(weights @ plane.axes, biases + weights @ plane.center, reach)


def _of_units(activations: Array, units: tuple[int, int]) -> PrincipalPlane:
    """The plane of two units, through the origin."""
    axes = np.zeros((len(activations), 2), activations.dtype)
    axes[units[0], 0] = axes[units[1], 1] = 1.0
    variances = activations.var(axis=1)
    total = float(variances.sum()) or 1.0
    shares = (float(variances[units[0]]) / total, float(variances[units[1]]) / total)
    return PrincipalPlane(np.zeros(len(activations), activations.dtype), axes, shares)


def _mesh(problem: Problem) -> tuple[FloatArray, FloatArray]:
    """Coordinates of the grid's points, shape (49, 49); a line for one input, and no points for more than two."""
    x_min, x_max, y_min, y_max = problem.extent
    inputs = len(problem.dataset.input_names)
    xs = np.linspace(x_min, x_max, _FLAT_POINTS if inputs == 1 else _POINTS)
    ys = np.linspace(y_min, y_max, _POINTS) if inputs == 2 else np.zeros(1)
    x, y = np.meshgrid(xs, ys)
    return (x, y) if inputs <= 2 else (x[:0], y[:0])


def _inputs_at(problem: Problem, points: FloatArray) -> FloatArray:
    """What the network gets at points of the plane, shape (points, inputs)."""
    return problem.network_inputs(problem.projection.lift(points))


def _lines(points: FloatArray) -> FloatArray:
    """Some rows and columns of a grid, shape (lines, points of a line, 2); of a single row the row."""
    if len(points) < 2:
        return points
    return np.concatenate([points[::_EVERY], points[:, ::_EVERY].swapaxes(0, 1)])

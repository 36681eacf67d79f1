"""What one neuron computes: for a sample, over the plane, and its line; and the network's answer at a point."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import numpy as np
from msgspec import Struct

from nnviz.data.dataset import Extent, FloatArray
from nnviz.engine.network import Parameters, forward
from nnviz.experiment.problem import Problem
from nnviz.runs.maps import Bytes, affordable_side, amplitudes, first, signed_bytes, zero_lines
from nnviz.runs.snapshot import Snapshot

_POINTS, _MOST_ROWS = 256, 96
"""Points of a neuron's curve, and rows of its map at most."""


class Reckoning(Struct, frozen=True, eq=False):
    """What a neuron computes for one sample.

    Parameters
    ----------
    inputs, weights, products : array, shape (inputs,)
        What it gets, the inputs or the activations of the layer below; wᵢ; and the product of both.
    bias, pre_activation, activation : float
        b, p = Σ wᵢ xᵢ + b, and o = σ(p).
    """

    inputs: FloatArray
    weights: FloatArray
    products: FloatArray
    bias: float
    pre_activation: float
    activation: float


def reckon(problem: Problem, parameters: Parameters, place: tuple[int, int], inputs: FloatArray) -> Reckoning:
    """What a neuron, layer (from 1) and unit (from 0), computes for the network's inputs, shape (features,)."""
    layer, unit = place
    with np.errstate(all="ignore"):
        passes = list(islice(forward(problem.network, parameters, inputs[:, None]), layer))
        below = np.asarray(passes[-2][1][:, 0] if layer > 1 else inputs, np.float64)
        p, o = passes[-1]
        weights = parameters.weights[layer - 1][unit].astype(np.float64)
        products = weights * below
    bias = float(parameters.biases[layer - 1][unit])
    return Reckoning(below, weights, products, bias, float(p[unit, 0]), float(o[unit, 0]))


@dataclass(frozen=True, eq=False)
class NeuronPicture:
    """What a neuron computes over the plane.

    Parameters
    ----------
    extent : (x_min, x_max, y_min, y_max)
    map : byte array, shape (side, side), or None
        Its activation; None for data with one input.
    curve : array, shape (points, 2)
        For data with one input, x and the activation there; empty for others.
    threshold : array, shape (points, 2)
        Where p = 0: lines with a row of NaN after each; for data with one input, points (x, activation).
    """

    extent: Extent
    map: Bytes | None
    curve: FloatArray
    threshold: FloatArray


@dataclass(frozen=True)
class NeuronLens:
    """A neuron over the plane.

    Parameters
    ----------
    layer : int
        From 1, the first hidden layer.
    unit : int
        From 0.
    """

    layer: int
    unit: int

    def prepare(self, problem: Problem) -> Callable[[Snapshot], NeuronPicture | None]:
        """What turns a `Snapshot` into a `NeuronPicture`; None if the network has no such neuron."""
        sizes = problem.network.layer_sizes
        if not (1 <= self.layer < len(sizes) and self.unit < sizes[self.layer]):
            return lambda _snapshot: None
        side = _POINTS if problem.flat else min(affordable_side(problem.network), _MOST_ROWS)
        xs, ys = np.meshgrid(*_grid(problem, side))
        inputs = problem.network_inputs(problem.projection.lift(np.column_stack([xs.ravel(), ys.ravel()]))).T
        draw = self._curve if problem.flat else self._map

        def picture(snapshot: Snapshot) -> NeuronPicture:
            passes = forward(
                problem.network, snapshot.parameters, inputs.astype(snapshot.parameters.flat.dtype, copy=False)
            )
            p, o = next(islice(passes, self.layer - 1, None))
            return draw(problem, (xs, ys), *(a[self.unit].reshape(xs.shape).astype(np.float64) for a in (p, o)))

        return picture

    def _map(
        self, problem: Problem, grid: tuple[FloatArray, FloatArray], p: FloatArray, o: FloatArray
    ) -> NeuronPicture:
        function = problem.network.activations[self.layer - 1]
        values = o[None].astype(np.float32)
        lines = list(zero_lines(*grid, p.astype(np.float32))) if np.isfinite(p).all() else []
        shown = first(signed_bytes(values, amplitudes(values, function)))
        return NeuronPicture(problem.extent, shown, np.empty((0, 2)), np.concatenate([np.empty((0, 2)), *lines]))

    def _curve(
        self, problem: Problem, grid: tuple[FloatArray, FloatArray], p: FloatArray, o: FloatArray
    ) -> NeuronPicture:
        curve = np.column_stack([grid[0][0], o[0]])
        before, after = p[0, :-1], p[0, 1:]
        crossed = np.flatnonzero((before < 0.0) != (after < 0.0))
        share = (before / (before - after))[crossed, None]
        return NeuronPicture(
            problem.extent, None, curve, curve[crossed] + share * (curve[crossed + 1] - curve[crossed])
        )


def _grid(problem: Problem, side: int) -> tuple[FloatArray, FloatArray]:
    """Centres of the grid's columns, and of its rows from the top; one row for data with one input."""
    x_min, x_max, y_min, y_max = problem.extent
    shares = (np.arange(side) + 0.5) / side
    rows = np.zeros(1) if problem.flat else y_max - shares * (y_max - y_min)
    return x_min + shares * (x_max - x_min), rows


def input_map(problem: Problem) -> FloatArray | None:
    """The matrix, shape (2, 3), that turns a point's (x, y, 1) into the network's two inputs.

    None where the inputs are not the plane's two coordinates, as they are or standardized.
    """
    if problem.features or len(problem.dataset.input_names) != 2:
        return None
    corners = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    right, up, origin = problem.network_inputs(problem.projection.lift(corners))
    return np.column_stack([right - origin, up - origin, origin])


def lines(parameters: Parameters, inputs: FloatArray) -> FloatArray:
    """The lines w·x + b = 0 of the first layer, as (a, c, d) with a x + c y + d = p over the plane.

    Parameters
    ----------
    inputs : array, shape (2, 3)
        The problem's `input_map`.

    Returns
    -------
    array, shape (units, 3)
    """
    layer = np.asarray(parameters.layers[0], np.float64)
    found = layer[:, :-1] @ inputs
    found[:, 2] += layer[:, -1]
    return np.asarray(found)


def ends(lines: FloatArray, extent: tuple[float, float, float, float]) -> FloatArray:
    """Where lines (a, c, d) enter and leave a rectangle (x_min, x_max, y_min, y_max).

    Returns
    -------
    array, shape (lines, 2, 2)
        Two points each; NaN for a line that does not cross it, or is none.
    """
    x_min, x_max, y_min, y_max = extent
    low, high = np.array([x_min, y_min]), np.array([x_max, y_max])
    normals = lines[:, :2]
    with np.errstate(all="ignore"):
        # the point of the line nearest to the middle, and how far along it each side of the rectangle is
        middle = (low + high) / 2
        off = (normals @ middle + lines[:, 2]) / (normals**2).sum(axis=1)
        foot = middle - off[:, None] * normals
        along = np.column_stack([-normals[:, 1], normals[:, 0]])
        sides = np.stack([(low - foot) / along, (high - foot) / along])
        first = np.where(along == 0.0, -np.inf, sides.min(axis=0)).max(axis=1)
        last = np.where(along == 0.0, np.inf, sides.max(axis=0)).min(axis=1)
        found = foot[:, None] + np.stack([first, last], axis=1)[..., None] * along[:, None]
    slack = 1e-9 * (high - low)
    inside = (first < last) & ((found >= low - slack) & (found <= high + slack)).all(axis=(1, 2))
    found[~inside] = np.nan
    return np.asarray(found)


def outputs_at(snapshot: Snapshot, x: float, y: float) -> FloatArray:
    """The outputs of a snapshot's network, shape (outputs,), at a point of its data's plane."""
    problem = snapshot.problem
    inputs = problem.network_inputs(problem.projection.lift(np.array([[x, y]]))).T
    with np.errstate(all="ignore"):  # a run may have diverged
        *_, (_, output) = forward(problem.network, snapshot.parameters, inputs)
    return np.asarray(output[:, 0], dtype=np.float64)

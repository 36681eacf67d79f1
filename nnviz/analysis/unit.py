"""What the first layer's units compute at a point of the plane, their lines, and the network's answer there."""

import numpy as np
from msgspec import Struct

from nnviz.data.dataset import FloatArray
from nnviz.engine.network import Parameters, forward
from nnviz.experiment.problem import Problem
from nnviz.runs.snapshot import Snapshot


class Reckoning(Struct, frozen=True, eq=False):
    """What a unit of the first layer computes for one sample.

    Parameters
    ----------
    inputs, weights, products : array, shape (inputs,)
        xᵢ, wᵢ and wᵢ xᵢ.
    bias, pre_activation, activation : float
        b, p = Σ wᵢ xᵢ + b, and y = σ(p).
    """

    inputs: FloatArray
    weights: FloatArray
    products: FloatArray
    bias: float
    pre_activation: float
    activation: float


def reckon(problem: Problem, parameters: Parameters, unit: int, point: FloatArray) -> Reckoning:
    """What unit ``unit``, counted from 0, computes for the sample at ``point`` of the plane."""
    inputs = problem.network_inputs(problem.projection.lift(point.reshape(1, 2)))[0]
    weights = parameters.weights[0][unit].astype(np.float64)
    with np.errstate(all="ignore"):
        p, o = next(forward(problem.network, parameters, inputs[:, None]))
        products = weights * inputs
    bias, pre_activation, activation = (float(array[unit]) for array in (parameters.biases[0], p[:, 0], o[:, 0]))
    return Reckoning(inputs, weights, products, bias, pre_activation, activation)


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

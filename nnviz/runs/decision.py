"""Decision regions and the lines between them, from a network's output over the plane."""

from collections.abc import Sequence

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.experiment.problem import Problem
from nnviz.runs.maps import (
    Bytes,
    Single,
    class_bytes,
    first,
    margins,
    signed_bytes,
    zero_lines,
)

_SMALLEST = 1e-9


def decision_region(problem: Problem, output: Single, *, tame: bool) -> Bytes:
    """The region of each class with its confidence; of two classes, or of values, the signed output.

    Parameters
    ----------
    output : array, shape (outputs, height, width)
    tame : bool
        No activation is anything but a number.
    """
    name = problem.network.output.name
    if len(output) > 1 and problem.classes:
        return class_bytes(output, name)
    values = output[:1]
    if problem.classes and name == "sigmoid":
        values = 2.0 * values - 1.0
    within = bool(problem.classes) and max(problem.network.output.span) <= 1.0
    return first(signed_bytes(values, _amplitude(problem), tame=tame and within))


def _amplitude(problem: Problem) -> Single:
    """What stands for full colour: 1 for classes, the largest target for values."""
    if problem.classes:
        return np.ones(1, np.float32)
    return np.array([max(np.abs(problem.train.targets[:, 0]).max(), _SMALLEST)], np.float32)


def decision_boundary(problem: Problem, output: Single, mesh: Sequence[FloatArray]) -> FloatArray:
    """The lines between classes, shape (points, 2), a row of NaN after each; none for values.

    Parameters
    ----------
    output : array, shape (outputs, height, width)
    mesh : two arrays, shape (height, width)
        Where the points of the grid are.
    """
    if problem.flat or not problem.classes or not np.isfinite(output).all():
        return np.empty((0, 2))
    # ten lines from half of the points cost as much as two from all, and look the same
    stride = 2 if len(output) > 3 else 1
    output = output[:, ::stride, ::stride]
    xs, ys = (coordinates[::stride, ::stride] for coordinates in mesh)
    middle = 0.5 if problem.network.output.name == "sigmoid" else 0.0
    fields = iter(output - np.float32(middle)) if len(output) == 1 else margins(output)
    lines = [line for field in fields for line in zero_lines(xs, ys, field)]
    return np.concatenate([np.empty((0, 2)), *lines])

"""Data drawn by hand: what a stroke over the plane, or over a curve, makes of the data."""

import numpy as np
from msgspec.structs import replace

from nnviz.controls.brushes import Brush
from nnviz.data.dataset import FloatArray
from nnviz.experiment.experiment import Data
from nnviz.experiment.problem import Problem

_MOST_POINTS = 10_000
_MOST_KNOTS = 200
_REACH = 0.03
"""How far the eraser reaches, as a share of the plane's width."""
DrawnPoint = tuple[float, ...]


def can_draw(brush: Brush, problem: Problem) -> bool:
    """Whether a brush suits the data: the curve's values over one input, the others classes in a plane."""
    if brush == "curve":
        return problem.flat and not problem.classes
    return brush is not None and problem.dataset.inputs.shape[1] == 2 and bool(problem.classes)


def after_stroke(data: Data, problem: Problem, stroke: FloatArray, brush: Brush) -> Data:
    """The data after a stroke, shape (points, 2); data of any origin become data drawn by hand."""
    if brush == "curve":
        return _curve_after(data, problem, stroke)
    return _points_after(data, problem, stroke, brush)


def _points_after(data: Data, problem: Problem, stroke: FloatArray, brush: Brush) -> Data:
    """The stroke's points added to a class, or those under it erased, but never all of the last two classes."""
    points = _points(problem)
    if brush == "erase":
        points = _erased(points, stroke, problem)
    else:
        points += tuple((float(x), float(y), float(brush or 0)) for x, y in stroke)
    if len({row[2] for row in points}) < 2:
        return data
    fraction = data.train_fraction if not problem.dataset.whole else 1.0
    return replace(data, name="drawn", file="", target="", points=points[-_MOST_POINTS:], train_fraction=fraction)


def _curve_after(data: Data, problem: Problem, stroke: FloatArray) -> Data:
    """The curve through the stroke, and beyond the stroke's ends as it was."""
    order = np.argsort(stroke[:, 0], kind="stable")
    drawn = stroke[order]
    former = _former_curve(data, problem)
    low, high = drawn[[0, -1], 0]
    knots = np.concatenate([former[former[:, 0] < low], drawn, former[former[:, 0] > high]])
    if knots[0, 0] == knots[-1, 0]:
        return data
    kept = knots[np.linspace(0, len(knots) - 1, min(len(knots), _MOST_KNOTS)).astype(int)]
    points = tuple((x, y) for x, y in kept.tolist())
    return replace(data, name="curve", file="", target="", points=points, standardize=False, features=())


def _former_curve(data: Data, problem: Problem) -> FloatArray:
    """Knots of the curve that was there: those drawn, or of other data the training samples in order."""
    if data.name == "curve" and not data.file:
        return np.array(data.points)
    points = problem.train.points
    return points[np.argsort(points[:, 0], kind="stable")][:: max(1, len(points) // 50)]


def _points(problem: Problem) -> tuple[DrawnPoint, ...]:
    rows = np.column_stack([problem.dataset.inputs, problem.dataset.targets])
    return tuple((x, y, k) for x, y, k in rows.tolist())


def _erased(points: tuple[DrawnPoint, ...], stroke: FloatArray, problem: Problem) -> tuple[DrawnPoint, ...]:
    x_min, x_max, y_min, y_max = problem.extent
    scale = np.array([x_max - x_min, y_max - y_min])
    places = np.array([row[:2] for row in points]) / scale
    distance = np.linalg.norm(places[:, None] - stroke[None] / scale, axis=2).min(axis=1)
    return tuple(row for row, away in zip(points, distance, strict=True) if away > _REACH)

"""Points drawn in the plane by hand: what a stroke of the brush makes of the data."""

import numpy as np
from msgspec.structs import replace

from nnviz.data.dataset import FloatArray
from nnviz.experiment.experiment import Data
from nnviz.experiment.problem import Problem

ERASER = "erase"
_MOST_POINTS = 10_000
_REACH = 0.03
"""How far the eraser reaches, as a share of the plane's width."""

Row = tuple[float, ...]


def can_be_drawn_on(problem: Problem) -> bool:
    """Whether the data are classes in a plane."""
    return problem.dataset.inputs.shape[1] == 2 and bool(problem.classes)


def after_stroke(data: Data, problem: Problem, stroke: FloatArray, brush: int | str) -> Data:
    """The data after a stroke, shape (points, 2): its points added to the brush's class, or those under it erased.

    Data of any origin become data drawn by hand; an eraser never takes the last point of the last two classes.
    """
    points = _points(problem)
    if brush == ERASER:
        points = _erased(points, stroke, problem)
    else:
        points += tuple((float(x), float(y), float(brush)) for x, y in stroke)
    if len({row[2] for row in points}) < 2:
        return data
    fraction = data.train_fraction if not problem.dataset.whole else 1.0
    return replace(data, name="drawn", file="", target="", points=points[:_MOST_POINTS], train_fraction=fraction)


def _points(problem: Problem) -> tuple[Row, ...]:
    rows = np.column_stack([problem.dataset.inputs, problem.dataset.targets])
    return tuple((x, y, k) for x, y, k in rows.tolist())


def _erased(points: tuple[Row, ...], stroke: FloatArray, problem: Problem) -> tuple[Row, ...]:
    x_min, x_max, y_min, y_max = problem.extent
    scale = np.array([x_max - x_min, y_max - y_min])
    places = np.array([row[:2] for row in points]) / scale
    distance = np.linalg.norm(places[:, None] - stroke[None] / scale, axis=2).min(axis=1)
    return tuple(row for row, away in zip(points, distance, strict=True) if away > _REACH)

"""A straight line through a rectangle of pixels: what it means for weights, and how it is taken hold of.

The tip of its arrow turns it, the foot shifts it.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from nnviz.data.dataset import FloatArray
from nnviz.engine.tape import Array
from nnviz.experiment.problem import Problem

_SHORTEST, _LONGEST = 0.16, 0.42
"""Length of an arrow: in sides of the rectangle."""
REACH = 18.0
"""Pixels from a handle within which it is meant."""


@dataclass(frozen=True, eq=False)
class StraightLine:
    """The line n·q + c = 0, with q in pixels; the side that n points to is positive.

    Parameters
    ----------
    normal : array, shape (2,)
    """

    normal: FloatArray
    offset: float

    @property
    def there(self) -> bool:
        """False where everything is on one side, as the normal is zero, or no number."""
        return bool(np.isfinite(self.normal).all() and self.normal.any() and np.isfinite(self.offset))

    @property
    def direction(self) -> FloatArray:
        """The normal, with length 1."""
        return np.asarray(self.normal / np.hypot(*self.normal))

    def nearest(self, point: FloatArray) -> FloatArray:
        """The point of the line that is nearest to another."""
        away = (self.normal.dot(point) + self.offset) / self.normal.dot(self.normal)
        return np.asarray(point - away * self.normal)

    def side(self, rect: QRectF) -> FloatArray:
        """Corners of the part of a rectangle on the positive side, shape (corners, 2); none if it has no part."""
        corners = corners_of(rect)
        heights = corners.dot(self.normal) + self.offset
        kept: list[FloatArray] = []
        for k in range(4):
            here, there = heights[k - 1], heights[k]
            if (here >= 0) != (there >= 0):
                kept.append(corners[k - 1] + here / (here - there) * (corners[k] - corners[k - 1]))
            if there >= 0:
                kept.append(corners[k])
        return np.array(kept).reshape(-1, 2)

    def across(self, rect: QRectF) -> FloatArray:
        """Where the line enters and leaves a rectangle, shape (2, 2); nothing, (0, 2), if it passes by."""
        side = self.side(rect)
        near = np.abs(side.dot(self.normal) + self.offset) <= 1e-9 * np.abs(self.normal).sum() * rect.width()
        ends = np.unique(side[near], axis=0)
        return ends if len(ends) == 2 else np.empty((0, 2))

    def opposite(self) -> Self:
        """The same line with its sides exchanged."""
        return type(self)(-self.normal, -self.offset)


@dataclass(frozen=True, eq=False)
class Arrow:
    """A line's normal as it is drawn, from its foot on the line; shape (2,) each."""

    foot: FloatArray
    tip: FloatArray

    @property
    def length(self) -> float:
        """From foot to tip, in pixels."""
        return float(np.hypot(*(self.tip - self.foot)))


def arrow(line: StraightLine, length: float, rect: QRectF) -> Arrow:
    """The normal of a line, ``length`` pixels long as far as that can be seen and fits into a rectangle.

    It stands on the line where that is nearest to the rectangle's centre; or in the centre, if the line passes by.
    """
    side = min(rect.width(), rect.height())
    inner = rect.adjusted(0.1 * side, 0.1 * side, -0.1 * side, -0.1 * side)
    low, high = corners_of(inner)[[0, 2]]
    middle = (low + high) / 2
    foot = line.nearest(middle) if len(line.across(inner)) else middle
    with np.errstate(divide="ignore"):
        room = float((np.where(line.direction > 0, high - foot, foot - low) / np.abs(line.direction)).min())
    longest = max(_SHORTEST * side, min(_LONGEST * side, room))
    return Arrow(foot, foot + np.clip(length, _SHORTEST * side, longest) * line.direction)


@dataclass(frozen=True, eq=False)
class Embedding:
    """Where in the space of a unit's inputs the pixels lie: inputs = origin + axes · q.

    Parameters
    ----------
    origin : array, shape (features,)
    axes : array, shape (features, 2)
    """

    origin: FloatArray
    axes: FloatArray

    @classmethod
    def of(cls, problem: Problem, points: FloatArray) -> Self:
        """Of the pixels (0, 0), (1, 0) and (0, 1), which are these points of a problem's plane, shape (3, 2)."""
        origin, right, down = problem.network_inputs(problem.projection.lift(points))
        return cls(origin, np.column_stack([right - origin, down - origin]))

    @property
    def invertible(self) -> bool:
        """Whether each line in the plane says what the weights are."""
        return self.axes.shape == (2, 2) and abs(float(np.linalg.det(self.axes))) > 1e-12

    def line(self, weights: Array, bias: float) -> StraightLine:
        """The line w·x + b = 0."""
        return StraightLine(np.asarray(self.axes.T.dot(weights)), float(self.origin.dot(weights)) + bias)

    def weights(self, line: StraightLine) -> tuple[Array, float]:
        """The weights and bias of a line."""
        weights = np.linalg.solve(self.axes.T, line.normal)
        return weights, line.offset - float(self.origin.dot(weights))


def corners_of(rect: QRectF) -> FloatArray:
    """The corners of a rectangle, one after the other, shape (4, 2)."""
    left, top, right, bottom = rect.left(), rect.top(), rect.right(), rect.bottom()
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


@dataclass(frozen=True, eq=False)
class Held:
    """Weights and bias that a hand holds."""

    weights: Array
    bias: float


@dataclass(frozen=True, eq=False)
class Grip:
    """A line as it lay when it was taken hold of, and where.

    Parameters
    ----------
    handle : str
        ``tip`` or ``foot``.
    foot : array, shape (2,)
        Where the arrow stands; without a line, where one is to be drawn from.
    scale : float
        Length of the line's normal for each pixel of the arrow.
    """

    handle: str
    line: StraightLine
    foot: FloatArray
    scale: float
    embedding: Embedding

    def moved(self, place: QPointF) -> Held:
        """The weights when the handle is at another place, in three digits."""
        at = np.array([place.x(), place.y()])
        if self.handle == "foot":
            line = StraightLine(self.line.normal, -float(self.line.normal.dot(at)))
        else:
            normal = (at - self.foot) * self.scale
            line = StraightLine(normal, -float(normal.dot(self.foot)))
        weights, bias = self.embedding.weights(line)
        return Held(np.array([_rounded(weight) for weight in weights]), _rounded(bias))


def grip(
    place: QPointF, line: StraightLine, arrow: Arrow | None, middle: FloatArray, embedding: Embedding
) -> Grip | None:
    """What there is to take hold of at a place; nothing where weights do not follow from a line.

    Without an arrow one can be drawn from the ``middle`` of the plane.
    """
    if not embedding.invertible:
        return None
    if arrow is None:
        area = abs(float(np.linalg.det(embedding.axes)))  # of a pixel: the weights are as long as they are drawn
        return Grip("tip", line, middle, area, embedding) if _near(place, middle) else None
    scale = float(np.hypot(*line.normal)) / arrow.length
    if _near(place, arrow.tip):
        return Grip("tip", line, arrow.foot, scale, embedding)
    return Grip("foot", line, arrow.foot, scale, embedding) if _near(place, arrow.foot) else None


def _near(place: QPointF, point: FloatArray) -> bool:
    return bool(np.hypot(place.x() - point[0], place.y() - point[1]) <= REACH)


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")

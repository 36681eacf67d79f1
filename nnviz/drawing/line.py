"""A straight line in a rectangle of pixels: the weights it stands for, and the handles that move it.

Dragging the tip of its arrow turns the line; dragging the foot shifts it.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from nnviz.data.dataset import FloatArray
from nnviz.engine.tape import Array
from nnviz.experiment.problem import Problem

_SHORTEST, _LONGEST = 0.16, 0.42
"""Length of an arrow, as a fraction of the rectangle's side."""
REACH = 18.0
"""Distance in pixels within which a click hits a handle."""


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
    def exists(self) -> bool:
        """Whether there is a line: False if the normal is zero or not finite, so all points are on one side."""
        return bool(np.isfinite(self.normal).all() and self.normal.any() and np.isfinite(self.offset))

    @property
    def direction(self) -> FloatArray:
        """The normal, with length 1."""
        return np.asarray(self.normal / np.hypot(*self.normal))

    def nearest(self, point: FloatArray) -> FloatArray:
        """The point of the line nearest to the given point."""
        away = (self.normal.dot(point) + self.offset) / self.normal.dot(self.normal)
        return np.asarray(point - away * self.normal)

    def side(self, rect: QRectF) -> FloatArray:
        """Corners of the part of a rectangle on the positive side, shape (corners, 2); empty if there is none."""
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
        """The points where the line crosses a rectangle's border, shape (2, 2), or (0, 2) if it misses it."""
        side = self.side(rect)
        near = np.abs(side.dot(self.normal) + self.offset) <= 1e-9 * np.abs(self.normal).sum() * rect.width()
        ends = np.unique(side[near], axis=0)
        return ends if len(ends) == 2 else np.empty((0, 2))

    def opposite(self) -> Self:
        """The same line with its sides exchanged."""
        return type(self)(-self.normal, -self.offset)


@dataclass(frozen=True, eq=False)
class Arrow:
    """The drawn normal of a line: from its foot on the line to its tip, shape (2,) each."""

    foot: FloatArray
    tip: FloatArray

    @property
    def length(self) -> float:
        """From foot to tip, in pixels."""
        return float(np.hypot(*(self.tip - self.foot)))


def arrow(line: StraightLine, length: float, rect: QRectF) -> Arrow:
    """The normal of a line, ``length`` pixels long but never too short to see or too long for the rectangle.

    Its foot is the point of the line nearest to the rectangle's centre, or the centre if the line misses it.
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
    """The affine map from a pixel q to a unit's inputs: inputs = origin + axes · q.

    Parameters
    ----------
    origin : array, shape (features,)
    axes : array, shape (features, 2)
    """

    origin: FloatArray
    axes: FloatArray

    @classmethod
    def of(cls, problem: Problem, points: FloatArray) -> Self:
        """Make it from the plane's points at the pixels (0, 0), (1, 0) and (0, 1), shape (3, 2)."""
        origin, right, down = problem.network_inputs(problem.projection.lift(points))
        return cls(origin, np.column_stack([right - origin, down - origin]))

    @property
    def invertible(self) -> bool:
        """Whether a line in the plane determines the weights."""
        return self.axes.shape == (2, 2) and abs(float(np.linalg.det(self.axes))) > 1e-12

    def line(self, weights: Array, bias: float) -> StraightLine:
        """The line w·x + b = 0."""
        return StraightLine(np.asarray(self.axes.T.dot(weights)), float(self.origin.dot(weights)) + bias)

    def weights(self, line: StraightLine) -> tuple[Array, float]:
        """The weights and bias of a line."""
        weights = np.linalg.solve(self.axes.T, line.normal)
        return weights, line.offset - float(self.origin.dot(weights))


def corners_of(rect: QRectF) -> FloatArray:
    """The corners of a rectangle in order, shape (4, 2)."""
    left, top, right, bottom = rect.left(), rect.top(), rect.right(), rect.bottom()
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


@dataclass(frozen=True, eq=False)
class HeldWeights:
    """Weights and bias while the line is dragged."""

    weights: Array
    bias: float


@dataclass(frozen=True, eq=False)
class LineHandle:
    """A handle of a line, and the line as it was when the drag began.

    Parameters
    ----------
    handle : str
        ``tip`` or ``foot``.
    foot : array, shape (2,)
        The arrow's foot; without a line, the point from which a new arrow is drawn.
    scale : float
        Length of the line's normal per pixel of the arrow.
    """

    handle: str
    line: StraightLine
    foot: FloatArray
    scale: float
    embedding: Embedding

    def moved(self, place: QPointF) -> HeldWeights:
        """The weights when the handle has moved to a place, rounded to three digits."""
        at = np.array([place.x(), place.y()])
        if self.handle == "foot":
            line = StraightLine(self.line.normal, -float(self.line.normal.dot(at)))
        else:
            normal = (at - self.foot) * self.scale
            line = StraightLine(normal, -float(normal.dot(self.foot)))
        weights, bias = self.embedding.weights(line)
        return HeldWeights(np.array([_rounded(weight) for weight in weights]), _rounded(bias))


def handle_at(
    place: QPointF, line: StraightLine, arrow: Arrow | None, middle: FloatArray, embedding: Embedding
) -> LineHandle | None:
    """The handle at a place; None if there is none, or if a line does not determine the weights.

    Without an arrow, the ``middle`` of the plane is a handle from which to draw one.
    """
    if not embedding.invertible:
        return None
    if arrow is None:
        area = abs(float(np.linalg.det(embedding.axes)))  # of a pixel, so that the weights are as long as drawn
        return LineHandle("tip", line, middle, area, embedding) if _near(place, middle) else None
    scale = float(np.hypot(*line.normal)) / arrow.length
    if _near(place, arrow.tip):
        return LineHandle("tip", line, arrow.foot, scale, embedding)
    return LineHandle("foot", line, arrow.foot, scale, embedding) if _near(place, arrow.foot) else None


def _near(place: QPointF, point: FloatArray) -> bool:
    return bool(np.hypot(place.x() - point[0], place.y() - point[1]) <= REACH)


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")

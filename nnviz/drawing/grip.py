"""Taking hold of a line in the plane: its arrow's tip turns it, the arrow's foot shifts it."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF

from nnviz.data.dataset import FloatArray
from nnviz.drawing.line import Arrow, Embedding, StraightLine
from nnviz.engine.tape import Array

REACH = 18.0
"""Pixels from a handle within which it is meant."""


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
    line : StraightLine
    foot : array, shape (2,)
        Where the arrow stands; without a line, where one is to be drawn from.
    scale : float
        Length of the line's normal for each pixel of the arrow.
    embedding : Embedding
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

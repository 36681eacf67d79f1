"""Gradients of one network: how long they are, the angles between them, and a plane to draw them in."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.tape import Array

_TURNS = 8
"""Steps of the power method: the direction only says on which side of the full gradient a batch is drawn."""


@dataclass(frozen=True, eq=False)
class BatchPicture:
    """The next batch, and gradients at the present parameters: of the loss alone, without penalties.

    Gradients are drawn in a plane. The first axis is the full gradient's direction. A gradient has its true
    length and its true angle to the full gradient there; on which side it is drawn says the sign of its part
    along the principal direction of what batches have across the full gradient. So no length and no angle to
    the full gradient is foreshortened, which a projection to any two directions would do.

    Parameters
    ----------
    samples : array of int
        The training samples of the batch that the run takes next, in its order.
    batch, batches : int
        Which batch of the epoch that is, from 0, and how many there are.
    full, gradient, mean : array, shape (parameters,)
        Of all training samples; of the batch; and of the batches of this epoch up to and with this one, a short
        last one counted by its samples: after the last batch it is the full one.
    arrows : array, shape (3, 2)
        Full, batch and mean in the plane.
    tips : array, shape (batches shown, 2)
        The gradients of the epoch's batches in the plane, up to 64 of them, from batch ``first`` on.
    trail : array, shape (means, 2)
        The mean in the plane as it went from batch ``first`` to this one.
    first : int
    """

    samples: NDArray[np.intp]
    batch: int
    batches: int
    full: Array
    gradient: Array
    mean: Array
    arrows: Array
    tips: Array
    trail: Array
    first: int

    @property
    def norms(self) -> tuple[float, float, float]:
        """Lengths of the full gradient, the batch's and the mean."""
        return length(self.full), length(self.gradient), length(self.mean)

    @property
    def angle(self) -> float:
        """Between the batch's gradient and the full one, in degrees; NaN if one of them is zero."""
        return angle_between(self.gradient, self.full)

    @property
    def mean_angle(self) -> float:
        """Between the mean and the full gradient, in degrees; NaN if one of them is zero."""
        return angle_between(self.mean, self.full)


class GradientPlane:
    """Draws gradients in the plane that `BatchPicture` describes."""

    def __init__(self, full: Array, gradients: Array) -> None:
        norm = length(full)
        self._along = full / norm if norm > 0.0 else np.zeros_like(full)
        self._side = _principal(gradients - np.outer(gradients @ self._along, self._along))

    def __call__(self, gradients: Array) -> Array:
        """Where gradients, shape (gradients, parameters), are drawn, shape (gradients, 2)."""
        along = gradients @ self._along
        across = gradients - np.outer(along, self._along)
        aside = np.sqrt((across * across).sum(axis=1))
        return np.stack([along, np.where(across @ self._side < 0.0, -aside, aside)], axis=1)


def angle_between(one: Array, other: Array) -> float:
    """The angle of two vectors in degrees, right for small ones too (W. Kahan 2006); NaN if one is zero."""
    a, b = length(one), length(other)
    if not 0.0 < a * b < np.inf:
        return float("nan")
    return float(np.degrees(2.0 * np.arctan2(length(one / a - other / b), length(one / a + other / b))))


def length(vector: Array) -> float:
    """The Euclidean norm, of very long vectors too."""
    largest = float(np.abs(vector).max())
    if not 0.0 < largest < np.inf:
        return largest
    scaled = vector / largest
    return largest * float(np.sqrt(scaled.dot(scaled)))


def _principal(rows: Array) -> Array:
    """The direction in which rows spread most, its largest part positive; by the power method."""
    direction = rows[int((rows * rows).sum(axis=1).argmax())]
    for _ in range(_TURNS):
        direction = rows.T @ (rows @ direction)
        norm = length(direction)
        if not norm > 0.0:
            return np.zeros_like(direction)
        direction = direction / norm
    return np.asarray(direction * np.sign(direction[np.abs(direction).argmax()]))

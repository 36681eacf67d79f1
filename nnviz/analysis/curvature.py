"""How the loss bends where a network stands: its gradient's norm, its Hessian's least and greatest eigenvalue."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nnviz.analysis.objective import Objective
from nnviz.engine.tape import Array

Multiply = Callable[[Array], Array]
Columns = NDArray[np.intp]

T = TypeVar("T")
Working = Iterator[T | None]
"""Yields None after each piece of work, and the result in the end."""

MOST_EXACT = 500
"""Parameters up to which the whole Hessian is made."""
MOST_PARAMETERS = 200_000
"""Parameters up to which eigenvalues are looked for."""

_H = 1e-5
"""Step of a central difference of gradients: its error, h²/6 · ∇‴ + ε ∇/h, is then about 1e-10."""
_MOST_PRODUCTS = 80
_LOOK_EVERY, _LOOKS = 5, 3
_TOLERANCE = 1e-3
"""Share of the largest eigenvalue that the error of the two outer ones may be."""

_STATIONARY = 1e-3
"""Distance to where a parabola with the largest curvature would be level, below which it counts as level."""
_LEVEL, _FLAT = 1e-3, 1e-6
"""What of the largest curvature counts as none, and what largest curvature."""


@dataclass(frozen=True, eq=False)
class Curvature:
    """The loss around one point, to second order.

    Parameters
    ----------
    gradient : float
        |∇ℓ|.
    least, greatest : float
        λmin and λmax of the Hessian; NaN where the network is too large.
    parameters : int
        How many parameters there are to go along: those that the run changes.
    products : int
        Products with the Hessian that Lanczos' method took; 0 where all eigenvalues were computed.
    vectors : array, shape (2, parameters), or None
        Directions of greatest and of least curvature, of norm 1.
    """

    gradient: float
    least: float
    greatest: float
    parameters: int
    products: int = 0
    vectors: Array | None = field(default=None, repr=False)

    @property
    def exact(self) -> bool:
        """Whether all eigenvalues were computed."""
        return not self.products and bool(np.isfinite(self.least))

    @property
    def verdict(self) -> str:
        """What sort of place it is: slope, saddle, minimum, valley, flat, top, or unknown."""
        largest = max(abs(self.least), abs(self.greatest))
        if not np.isfinite(largest + self.gradient):
            return "unknown"
        if largest < _FLAT:
            return "flat" if self.gradient < _FLAT else "slope"
        if self.gradient > _STATIONARY * largest:
            return "slope"
        if self.least < -_LEVEL * largest:
            return "saddle" if self.greatest > _LEVEL * largest else "top"
        return "minimum" if self.least > _LEVEL * largest else "valley"


def curvature(objective: Objective, point: Array) -> Working[Curvature]:
    """Measure it at a point, shape (parameters,): exactly for small networks, else by Lanczos' method.

    The Hessian is the central difference of the gradients that the network learns by. At a kink, of ReLU, it is
    that between the two sides; L1 penalties have none.
    """
    slope = float(np.linalg.norm(objective.gradient(point)))
    along = np.flatnonzero(objective.learns)
    if len(along) > MOST_PARAMETERS or not len(along) or not np.isfinite(slope):
        yield Curvature(slope, np.nan, np.nan, len(along))
    elif len(along) <= MOST_EXACT:
        yield from _exactly(objective, point, along, slope)
    else:
        yield from _by_products(objective, point, along, slope)


def hessian(objective: Objective, point: Array) -> Working[Array]:
    """All second derivatives by the parameters that the run changes, symmetric, shape (n, n)."""
    along = np.flatnonzero(objective.learns)
    whole = np.empty((len(along), len(along)))
    for row, k in enumerate(along):
        direction = np.zeros(point.size)
        direction[k] = 1.0
        whole[row] = product(objective, point, direction)[along]
        yield None
    yield 0.5 * (whole + whole.T)


def product(objective: Objective, point: Array, direction: Array) -> Array:
    """The Hessian times a direction, shape (parameters,): a central difference of gradients."""
    ahead, behind = (objective.smooth_gradient(point + h * direction) for h in (_H, -_H))
    return np.asarray((ahead - behind) / (2.0 * _H))


def lanczos(multiply: Multiply, size: int) -> Working[tuple[Array, Array]]:
    """A symmetric matrix's least and greatest eigenvalue, shape (2,), and their vectors, shape (2, size).

    Lanczos' method with full reorthogonalisation (Golub & Van Loan, section 10.3). It ends when the residuals of
    both are below a thousandth of the larger, and still are some products later, for at first the method may find
    an eigenvalue next to the outer one; or after so many products.
    """
    most = min(_MOST_PRODUCTS, size)
    basis, diagonal, beside = np.zeros((most, size)), np.zeros(most), np.zeros(most)
    vector: Array = np.random.default_rng(0).standard_normal(size)
    vector /= np.linalg.norm(vector)
    looks = 0
    for k in range(most):
        basis[k] = vector
        ahead = multiply(vector)
        diagonal[k] = ahead.dot(vector)
        for _ in range(2):  # once is not enough where eigenvalues lie close together
            ahead -= (basis[: k + 1] @ ahead) @ basis[: k + 1]
        beside[k] = size_of = float(np.linalg.norm(ahead))
        last = k + 1 == most or size_of < 1e-9
        if last or k % _LOOK_EVERY == _LOOK_EVERY - 1:
            values, weights, error = _ends(diagonal[: k + 1], beside[: k + 1])
            looks = looks + 1 if error < _TOLERANCE * np.abs(values).max() else 0
            if last or looks == _LOOKS:
                yield values, weights @ basis[: k + 1]
                return
        vector = ahead / size_of
        yield None


def _ends(diagonal: Array, beside: Array) -> tuple[Array, Array, float]:
    """The outer eigenvalues of a tridiagonal matrix, their vectors, and the larger of their residuals."""
    values, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside[:-1], 1) + np.diag(beside[:-1], -1))
    ends = vectors[:, [0, -1]].T
    return values[[0, -1]], ends, float(beside[-1] * np.abs(ends[:, -1]).max())


def _exactly(objective: Objective, point: Array, along: Columns, slope: float) -> Working[Curvature]:
    for whole in hessian(objective, point):
        if whole is None:
            yield None
        elif not np.isfinite(whole).all():
            yield Curvature(slope, np.nan, np.nan, len(along))
        else:
            values, vectors = np.linalg.eigh(whole)
            ends = _spread(vectors[:, [-1, 0]].T, along, point.size)
            yield Curvature(slope, float(values[0]), float(values[-1]), len(along), 0, ends)


def _by_products(objective: Objective, point: Array, along: Columns, slope: float) -> Working[Curvature]:
    count = 0

    def multiply(vector: Array) -> Array:
        nonlocal count
        count += 1
        return product(objective, point, _spread(vector, along, point.size))[along]

    for ends in lanczos(multiply, len(along)):
        if ends is None:
            yield None
        else:
            (least, greatest), vectors = ends
            both = _spread(vectors[::-1], along, point.size)
            yield Curvature(slope, float(least), float(greatest), len(along), count, both)


def _spread(vectors: Array, along: Columns, size: int) -> Array:
    """Vectors over the parameters that change as vectors over all."""
    whole: Array = np.zeros((*vectors.shape[:-1], size))
    whole[..., along] = vectors
    return whole

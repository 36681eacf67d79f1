"""The two directions in which many numbers vary most, the same way round from one picture to the next."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.tape import Array


@dataclass(frozen=True, eq=False)
class PrincipalPlane:
    """A plane through the mean: coordinates are (values − center) · axes.

    Parameters
    ----------
    center : array, shape (units,)
    axes : array, shape (units, 2)
        Orthonormal columns; zeros where the values vary in fewer directions.
    shares : (float, float)
        Of the values' variance along each axis.
    """

    center: Array
    axes: Array
    shares: tuple[float, float]

    def coordinates(self, values: Array) -> NDArray[np.float64]:
        """Where values, shape (units, samples), are in the plane, shape (samples, 2)."""
        return np.asarray((values - self.center[:, None]).T @ self.axes, np.float64)


def principal_plane(values: Array, before: PrincipalPlane | None = None) -> PrincipalPlane | None:
    """The plane of the first two principal components of values, shape (units, samples).

    Each axis points where the one ``before`` did, or else its largest loading is positive. None if a value is not
    finite.
    """
    center = values.mean(axis=1)
    centered = values - center[:, None]
    total = float(np.vdot(centered, centered))
    if not np.isfinite(total):
        return None
    axes, sizes = _directions(centered)
    axes *= _signs(axes, before)
    shares = sizes / total if total > 0.0 else np.zeros(2)
    return PrincipalPlane(center, axes, (float(shares[0]), float(shares[1])))


def _directions(centered: Array) -> tuple[Array, Array]:
    """Two orthonormal columns, and the sum of squares along each, from the smaller of the two Gram matrices."""
    units, samples = centered.shape
    tall = units > samples
    all_sizes, all_vectors = np.linalg.eigh(centered.T @ centered if tall else centered @ centered.T)
    sizes, vectors = _two(all_sizes[::-1], all_vectors[:, ::-1])
    if tall:
        vectors = (centered @ vectors) / np.sqrt(np.maximum(sizes, np.finfo(sizes.dtype).tiny))
    there = sizes > 1e-12 * float(sizes[0])
    return vectors * there, np.where(there, sizes, 0.0)


def _two(sizes: Array, vectors: Array) -> tuple[Array, Array]:
    """The first two, the second zero where there is only one."""
    if len(sizes) > 1:
        return sizes[:2], vectors[:, :2].copy()
    return np.append(sizes, 0.0), np.column_stack([vectors, np.zeros(len(vectors))])


def _signs(axes: Array, before: PrincipalPlane | None) -> Array:
    if before is not None and before.axes.shape == axes.shape:
        along = np.einsum("ij,ij->j", axes, before.axes)
    else:
        along = axes[np.abs(axes).argmax(axis=0), range(2)]
    return np.where(along < 0.0, -1.0, 1.0)

"""Two directions in the space of a network's parameters, to look at its loss along."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.engine.network import Parameters
from nnviz.engine.tape import Array

_NUMBERS = 4_000_000
"""Numbers of a path that principal directions are taken of at most."""
_NEGLIGIBLE = 1e-12


@dataclass(frozen=True, eq=False)
class Directions:
    """A plane through a network's parameters.

    Parameters
    ----------
    kind : str
        ``random``, ``path`` or ``curvature``.
    vectors : array, shape (2, parameters)
    shares : tuple of float, or None
        Of the variance of the path that it was made from, what each direction holds.
    """

    kind: str
    vectors: Array
    shares: tuple[float, float] | None = None

    def coordinates(self, offsets: Array) -> FloatArray:
        """Where in the plane offsets from its centre, shape (points, parameters), are nearest; (points, 2)."""
        gram = self.vectors @ self.vectors.T
        return np.asarray(np.linalg.lstsq(gram, self.vectors @ offsets.T, rcond=None)[0].T)

    def distances(self, offsets: Array) -> FloatArray:
        """How far from the plane they are, shape (points,)."""
        return np.asarray(np.linalg.norm(offsets - self.coordinates(offsets) @ self.vectors, axis=1))


def random_directions(parameters: Parameters, learns: Array, seed: int) -> Directions:
    """Two normal directions, filter-normalised as in Li et al. 2018.

    The incoming weights of every unit are scaled to the norm of the network's own, so that the same distance
    means the same to networks of any scale; to 1 where all of them are zero. Biases stay as they are, in both
    directions, and so does all that the run does not change (``learns`` is 0).
    """
    rng = np.random.default_rng(seed)
    vectors = [_normalised(rng, parameters, learns) for _ in range(2)]
    return Directions("random", np.stack(vectors))


def _normalised(rng: np.random.Generator, parameters: Parameters, learns: Array) -> Array:
    drawn = Parameters(parameters.layer_sizes, rng.standard_normal(parameters.flat.size) * learns)
    for biases in drawn.biases:
        biases[:] = 0.0
    for own, new in zip(parameters.weights, drawn.weights, strict=True):
        wanted, given = (np.linalg.norm(weights, axis=1, keepdims=True) for weights in (own, new))
        new[:] *= np.where(wanted > 0.0, wanted, 1.0) / np.where(given > 0.0, given, 1.0)
    return drawn.flat


def principal_directions(path: Sequence[Array]) -> Directions | None:
    """The first two principal components of a path's points; none where it has fewer than three that differ.

    The first points to where the path has gone, the second to the side that it bends to.
    """
    points = np.stack(path).astype(np.float64)
    middle = points.mean(axis=0)
    if len(points) < 3:
        return None
    _, sizes, components = np.linalg.svd(points - middle, full_matrices=False)
    variances = sizes**2 / (sizes**2).sum() if sizes[0] > 0.0 else sizes
    if not variances[1] > _NEGLIGIBLE:
        return None
    along = (points[-1] - points[0], middle - 0.5 * (points[0] + points[-1]))
    vectors = [v if v.dot(ahead) >= 0.0 else -v for v, ahead in zip(components[:2], along, strict=True)]
    return Directions("path", np.stack(vectors), (float(variances[0]), float(variances[1])))


def thinned(path: Sequence[Array], most: int) -> list[Array]:
    """So many points of a path at most, the first and the last among them; fewer where they are long."""
    if not path:
        return []
    count = min(len(path), most, max(3, _NUMBERS // path[0].size))
    return [path[k] for k in np.unique(np.linspace(0, len(path) - 1, count).round().astype(int))]

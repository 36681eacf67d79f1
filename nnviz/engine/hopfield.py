"""An associative memory: patterns stored by Hebb's rule, recalled by going downhill in energy.

Units are spins, −1 or +1, each connected with every other. J. J. Hopfield, *Neural networks and physical systems
with emergent collective computational abilities*, PNAS 79 (1982) 2554–2558.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Spins = NDArray[np.int8]
"""−1 or +1 for every unit, shape (units,); several patterns have shape (patterns, units)."""
Weights = NDArray[np.float64]
"""Shape (units, units), symmetric, zero on the diagonal."""
_ZERO = 1e-9
"""What counts as no field: true fields are multiples of 1/N, what is smaller comes of rounding."""


def store(patterns: Spins) -> Weights:
    """Weights that remember patterns: W = 1/N Σ ξ ξᵀ, a sum of outer products, with nothing on the diagonal.

    Parameters
    ----------
    patterns : array, shape (patterns, units)
    """
    exact = patterns.astype(np.float64)
    weights: Weights = exact.T @ exact / exact.shape[1]
    np.fill_diagonal(weights, 0.0)
    return weights


def energy(weights: Weights, spins: NDArray[Any]) -> float:
    """E = −½ sᵀ W s."""
    return float(-0.5 * spins @ weights @ spins)


def local_field(weights: Weights, spins: NDArray[Any], unit: int) -> float:
    """What the others tell a unit to be: h = Σ w s."""
    field = float(weights[unit] @ spins)
    return field if abs(field) > _ZERO else 0.0


def aligned(spin: int, field: float) -> int:
    """What a unit becomes in its turn: the sign of its field, and what it was where there is none."""
    return int(np.sign(field)) or spin


def overlaps(patterns: Spins, spins: Spins) -> NDArray[np.float64]:
    """How much spins are like each pattern, m = 1/N Σ ξ s: 1 the pattern itself, 0 unlike it, −1 its negative."""
    return patterns.astype(np.float64) @ spins / spins.size

"""Rules that follow no gradient: of a single unit, from weights to weights, and of an associative memory.

Hebb's rule stores patterns, which are recalled by going downhill in energy. Units are spins, −1 or +1, each
connected with every other. J. J. Hopfield, *Neural networks and physical systems with emergent collective
computational abilities*, PNAS 79 (1982) 2554–2558.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.tape import Array

Spins = NDArray[np.int8]
"""−1 or +1 for every unit, shape (units,); several patterns have shape (patterns, units)."""
Weights = NDArray[np.float64]
"""Shape (units, units), symmetric, zero on the diagonal."""
_ZERO = 1e-9
"""What counts as no field: true fields are multiples of 1/N, what is smaller comes of rounding."""


def fires(inputs: Array, weights: Array, bias: float) -> Array:
    """Whether a threshold unit fires: y = step(w·x + b), 1 from zero on.

    Parameters
    ----------
    inputs : array, shape (features,) or (samples, features)
    weights : array, shape (features,)
    bias : float
        Minus the threshold: b = −θ.

    Returns
    -------
    array of bool, shape () or (samples,)
    """
    return np.asarray(inputs.dot(weights) + bias >= 0.0)


def perceptron(
    weights: Array, bias: float, inputs: Array, target: float, output: float, rate: float
) -> tuple[Array, float]:
    """The perceptron rule: w ← w + α (t − y) x and b ← b + α (t − y) (Rosenblatt 1958).

    The threshold is learned as a bias, the weight of an input that is always 1; so θ ← θ − α (t − y).

    Parameters
    ----------
    weights, inputs : array, shape (features,)
    target, output : float
        What the unit should say and what it says, 0 or 1.
    rate : float
        α, above 0.
    """
    change = rate * (target - output)
    return weights + change * inputs, bias + change


def hebb(weights: Array, inputs: Array, output: float, rate: float) -> Array:
    """Hebb's rule: w ← w + α x y: what fires together wires together (Hebb 1949).

    Nothing holds the weights back: with y = w·x they grow without bound, fastest along the direction in which the
    inputs vary most.
    """
    return weights + rate * output * inputs


def oja(weights: Array, inputs: Array, output: float, rate: float) -> Array:
    """Oja's rule: w ← w + α y (x − y w): Hebb's with a forgetting that grows with y² (Oja 1982).

    With y = w·x and a small α the weights tend to the first principal direction of the inputs, with |w| = 1.
    """
    return weights + rate * output * (inputs - output * weights)


def length(weights: Array) -> float:
    """|w|, of numbers up to the largest there are."""
    largest = float(np.abs(weights).max(initial=0.0))
    if not 0.0 < largest < np.inf:
        return largest
    return largest * float(np.linalg.norm(weights / largest))


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

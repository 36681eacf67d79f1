"""Learning rules of a single unit: each is one formula, from weights to weights."""

import numpy as np

from nnviz.engine.tape import Array


def fires(inputs: Array, weights: Array, bias: float) -> Array:
    """Whether a threshold unit fires: y = step(w·x + b), 1 from zero on.

    Parameters
    ----------
    inputs : array, shape (features,) or (samples, features)
    weights : array, shape (features,)
    bias : float
        Minus the threshold: b = −T.

    Returns
    -------
    array of bool, shape () or (samples,)
    """
    return np.asarray(inputs.dot(weights) + bias >= 0.0)


def perceptron(
    weights: Array, bias: float, inputs: Array, target: float, output: float, rate: float
) -> tuple[Array, float]:
    """The perceptron rule: w ← w + α (d − y) x and b ← b + α (d − y) (Rosenblatt 1958).

    The threshold is learned as a bias, the weight of an input that is always 1; so T ← T − α (d − y).

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

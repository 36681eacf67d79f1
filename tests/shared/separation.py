"""Whether a straight line parts two classes, and how soon a perceptron finds one."""

import numpy as np

from nnviz.engine.tape import Array

_MOST_ROUNDS = 1000
_PRECISE = 1e-12


def bound(inputs: Array, targets: Array) -> float:
    """The most mistakes that the perceptron rule can make from zero weights: (R/γ)² (Novikoff 1962).

    R is the length of the longest input and γ the widest margin, both with the bias's constant input 1 counted in.
    The margin is that of weights which were found, so that what is returned is never too small but for rounding.

    Parameters
    ----------
    inputs : array, shape (samples, features)
    targets : array, shape (samples,)
        0 or 1.

    Returns
    -------
    float
        Infinite if no line that parts the classes was found.
    """
    signed = _signed(inputs, targets)
    margin = _widest_margin(signed)
    return float((signed**2).sum(axis=1).max()) / margin**2 if margin > 0.0 else np.inf


def _signed(inputs: Array, targets: Array) -> Array:
    """Inputs with a constant 1, turned round for the class 0: all are to lie on the positive side."""
    extended = np.column_stack([inputs, np.ones(len(inputs))])
    return extended * np.where(targets > 0, 1.0, -1.0)[:, np.newaxis]


def _widest_margin(signed: Array) -> float:
    """The margin of the best weights; not above 0 if no weights part the classes.

    These weights point to the place in the convex hull of the samples that is nearest to zero. It is found by
    Wolfe's algorithm (1976): shares of a few corners, to which the corner farthest behind is added in turn.
    """
    corners = [int((signed**2).sum(axis=1).argmin())]
    shares: Array = np.ones(1)
    for _ in range(_MOST_ROUNDS):
        nearest = shares.dot(signed[corners])
        heights = signed.dot(nearest)
        behind = int(heights.argmin())
        if behind in corners or heights[behind] >= nearest.dot(nearest) * (1.0 - _PRECISE):
            break
        corners, shares = _nearest_within(signed, [*corners, behind], np.append(shares, 0.0))
    size = float(np.linalg.norm(nearest))
    return float(heights.min()) / size if size > _PRECISE * float(np.abs(signed).max()) else 0.0


def _nearest_within(signed: Array, corners: list[int], shares: Array) -> tuple[list[int], Array]:
    """Shares that come nearest to zero; corners whose share would be negative are left out on the way."""
    while True:
        wanted = _balance(signed[corners])
        falling = wanted <= _PRECISE
        if not falling.any():
            return corners, wanted
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = np.where(falling, shares / (shares - wanted), np.inf)
        steps[~np.isfinite(steps) & falling] = 0.0
        shares = shares + min(1.0, float(steps.min())) * (wanted - shares)
        kept = np.flatnonzero(np.arange(len(corners)) != int(steps.argmin()))
        corners, shares = [corners[k] for k in kept], shares[kept]


def _balance(points: Array) -> Array:
    """Shares, with sum 1, of points whose mean by these shares is nearest to zero; they may be negative."""
    count = len(points)
    system = np.ones((count + 1, count + 1))
    system[0, 0] = 0.0
    system[1:, 1:] = points @ points.T
    solved: Array = np.linalg.lstsq(system, np.eye(count + 1)[0], rcond=None)[0][1:]
    return solved

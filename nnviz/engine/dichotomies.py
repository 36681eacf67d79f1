"""The ways in which a straight line parts points of the plane, all of them, and a line for each.

n points in general position, no three on a line, have n² − n + 2 of them (Schläfli, Cover 1965), of 2ⁿ ways to
part them at all. They are found by turning a line on each pair of points a little to either side; which side of
it the others are on is told without rounding.
"""

from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.tape import Array

Sides = NDArray[np.bool_]
"""Of every point whether it is on the positive side."""


def dichotomies(points: Array) -> Sides:
    """Every way to have some of the points on the positive side of a line, shape (ways, points).

    None and all of them count too. They are in counting order, the first point being the highest digit.

    Parameters
    ----------
    points : array, shape (points, 2)
        Whatever their position: some may coincide or lie on a line.
    """
    exact = [(Fraction(x), Fraction(y)) for x, y in points.tolist()]
    scale = max((z.denominator for place in exact for z in place), default=1)  # a power of two, as of all floats
    places = [(int(x * scale), int(y * scale)) for x, y in exact]
    count = len(places)
    found = {0, 2**count - 1}
    for first, second in combinations(range(count), 2):
        if places[first] != places[second]:
            found.update(_turned(places, first, second))
    numbers = np.array(sorted(found))
    return np.asarray((numbers[:, np.newaxis] >> np.arange(count)[::-1]) & 1, dtype=np.bool_)


def _turned(places: list[tuple[int, int]], first: int, second: int) -> set[int]:
    """The ways that a line through two points makes, turned a little about any place on it, to either side."""
    (x, y), (to_x, to_y) = places[first], places[second]
    along_x, along_y = to_x - x, to_y - y
    left, on = 0, []
    for k, (px, py) in enumerate(places):
        across = along_x * (py - y) - along_y * (px - x)
        bit = 1 << (len(places) - 1 - k)
        if across > 0:
            left |= bit
        elif across == 0:
            on.append((along_x * px + along_y * py, bit))
    found, every = {left}, sum(bit for _, bit in on)
    for place in {
        place for place, _ in on
    }:  # points on the line up to here on one side, those beyond on the other
        behind = sum(bit for at, bit in on if at <= place)
        found |= {left | behind, left | (every - behind)}
    whole = (1 << len(places)) - 1
    return found | {whole - one for one in found}


def separator(points: Array, sides: Sides) -> tuple[Array, float]:
    """The line w·x + b = 0 that is as far as can be from the points on both sides; w = 0 if all are on one.

    Returns
    -------
    w : array, shape (2,)
        Of length 1, towards the positive side.
    b : float
    """
    positive, negative = points[sides], points[~sides]
    if not (len(positive) and len(negative)):
        return np.zeros(2), 1.0 if len(positive) else -1.0
    normals = np.concatenate([_between(positive, negative), *_along(positive), *_along(negative)])
    lengths = np.hypot(*normals.T)
    normals = normals[lengths > 0.0] / lengths[lengths > 0.0, np.newaxis]
    near, far = (positive @ normals.T).min(axis=0), (negative @ normals.T).max(axis=0)
    best = int((near - far).argmax())
    return normals[best], float(-(near[best] + far[best]) / 2)


def _between(positive: Array, negative: Array) -> Array:
    """Directions from every point of one side to every point of the other."""
    return np.asarray((positive[:, np.newaxis] - negative).reshape(-1, 2))


def _along(points: Array) -> tuple[Array, Array]:
    """Directions across every pair of points, both ways."""
    pairs = np.array([b - a for a, b in combinations(points, 2)]).reshape(-1, 2)
    across = np.column_stack([-pairs[:, 1], pairs[:, 0]])
    return across, -across


def pairs_of(ways: int) -> int:
    """Pairs of so many dichotomies, each also with itself; their order does not matter."""
    return ways * (ways + 1) // 2


def in_the_plane(points: int) -> int:
    """Dichotomies by a line of so many points in general position: n² − n + 2."""
    return points * points - points + 2

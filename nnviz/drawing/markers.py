"""The shapes of markers, one unit wide, around the origin."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QPolygonF

_SLIM = 0.1
"""Half the width of a cross's arms."""


@cache
def marker_path(symbol: str) -> QPainterPath:
    """The outline of a symbol."""
    path = QPainterPath()
    if symbol == "o":
        path.addEllipse(QPointF(0.0, 0.0), 0.5, 0.5)
    else:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in _CORNERS[symbol]]))
        path.closeSubpath()
    return path


Corners = Sequence[tuple[float, float]]


def _around(count: int, *radii: float, turned: float = 0.0) -> Corners:
    """Corners all around, the first at the top, their distances from the middle taken from ``radii`` by turns."""
    angles = np.radians(turned) + 2.0 * np.pi * np.arange(count) / count
    distances = np.resize(radii, count)
    return [(float(r * np.sin(a)), float(-r * np.cos(a))) for a, r in zip(angles, distances, strict=True)]


def _turned(corners: Corners, angle: float) -> Corners:
    sine, cosine = np.sin(np.radians(angle)), np.cos(np.radians(angle))
    return [(float(cosine * x - sine * y), float(sine * x + cosine * y)) for x, y in corners]


_TRIANGLE: Corners = [(-0.5, 0.5), (0.0, -0.5), (0.5, 0.5)]
_QUARTER: Corners = [(_SLIM, -_SLIM), (0.5, -_SLIM), (0.5, _SLIM)]
_CROSS = [corner for turns in range(4) for corner in _turned(_QUARTER, 90.0 * turns)]

_CORNERS: dict[str, Corners] = {
    "s": [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)],
    "t": _turned(_TRIANGLE, 180.0),
    "t1": _TRIANGLE,
    "d": [(0.0, -0.5), (0.4, 0.0), (0.0, 0.5), (-0.4, 0.0)],
    "p": _around(5, 0.5),
    "h": _around(6, 0.5),
    "star": _around(10, 0.5, 0.2),
    "+": _CROSS,
    "x": _turned(_CROSS, 45.0),
}

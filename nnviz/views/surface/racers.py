"""What racers on a surface look like: each its own colour, its own marker and its own dashes."""

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF

from nnviz.drawing.paths import line_pen
from nnviz.theme import Theme

MOST_RACERS = 5

_WIDTH = 2.5
_DASHES: tuple[tuple[float, ...], ...] = ((), (6.0, 3.0), (1.5, 1.8), (7.0, 2.0, 1.5, 2.0), (3.0, 1.5))
"""On and off, in widths of the line."""
_CORNERS = (0, 4, 3, 4, 10)
_TURNS = (0.0, math.pi / 4, 0.0, 0.0, 0.0)
"""Corners of each marker, none for a circle, and by how much it is turned."""


def racer_color(theme: Theme, racer: int) -> QColor:
    """A racer's colour: none of those that stand for signs."""
    return QColor((theme.classes[2], theme.classes[3], theme.text, theme.classes[4], theme.classes[8])[racer])


def racer_pen(theme: Theme, racer: int) -> QPen:
    """A racer's line."""
    pen = line_pen(racer_color(theme, racer), _WIDTH)
    if _DASHES[racer]:
        pen.setDashPattern(_DASHES[racer])
    return pen


def marker_pen(theme: Theme) -> QPen:
    """The rim of a marker, which parts it from what lies below."""
    return line_pen(theme.background, 1.2)


def marker(racer: int, x: float, y: float, radius: float) -> QPainterPath:
    """A racer's marker around a point: circle, square, triangle, diamond or star."""
    path, corners = QPainterPath(), _CORNERS[racer]
    if not corners:
        path.addEllipse(QPointF(x, y), radius, radius)
        return path
    points = []
    for k in range(corners):
        angle = 2.0 * math.pi * k / corners + _TURNS[racer]
        reach = radius * (0.45 if corners > 4 and k % 2 else 1.25)
        points.append(QPointF(x + reach * math.sin(angle), y - reach * math.cos(angle)))
    path.addPolygon(QPolygonF(points))
    path.closeSubpath()
    return path


def ring(x: float, y: float, radius: float) -> QPainterPath:
    """A handle to take hold of: a ring with a cross in it."""
    path = QPainterPath()
    path.addEllipse(QPointF(x, y), radius, radius)
    for across, down in ((1.6, 0.0), (0.0, 1.6)):
        path.moveTo(x - across * radius, y - down * radius)
        path.lineTo(x + across * radius, y + down * radius)
    path.setFillRule(Qt.FillRule.WindingFill)
    return path

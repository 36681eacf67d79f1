"""What racers on a surface look like: each its own line, as curves have it, and its own marker."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QTransform

from nnviz.drawing.paths import line_pen
from nnviz.drawing.points import marker_path
from nnviz.plots.curves import curve_pen
from nnviz.theme import Theme

MOST_RACERS = 5

_SYMBOLS = ("o", "s", "t1", "d", "star")
_SIZE = 2.2
"""Of a marker, in its radii."""


def racer_color(theme: Theme, racer: int) -> QColor:
    """A racer's colour."""
    return curve_pen(theme, racer).color()


def marker_pen(theme: Theme) -> QPen:
    """The rim of a marker, which parts it from what lies below."""
    return line_pen(theme.background, 1.2)


def marker(racer: int, x: float, y: float, radius: float) -> QPainterPath:
    """A racer's marker around a point."""
    return QTransform(_SIZE * radius, 0.0, 0.0, _SIZE * radius, x, y).map(marker_path(_SYMBOLS[racer]))


def ring(x: float, y: float, radius: float) -> QPainterPath:
    """A handle to take hold of: a ring with a cross in it."""
    path = QPainterPath()
    path.addEllipse(x - radius, y - radius, 2.0 * radius, 2.0 * radius)
    for across, down in ((1.6, 0.0), (0.0, 1.6)):
        path.moveTo(x - across * radius, y - down * radius)
        path.lineTo(x + across * radius, y + down * radius)
    path.setFillRule(Qt.FillRule.WindingFill)
    return path

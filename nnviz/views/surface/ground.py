"""The ground that racers roll on: a map with contour lines, or with one parameter a curve."""

from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont

from nnviz.data.dataset import FloatArray
from nnviz.drawing.paths import KeptPath, PathItem, keep_painted, line_pen
from nnviz.drawing.pictures import MapItem
from nnviz.engine.landscape import Landscape, landscape
from nnviz.engine.tape import Array
from nnviz.kinds.surface.ground import ground
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.scales import range_scale
from nnviz.theme import Table, Theme, mix
from nnviz.theme import theme as theme_named

_SHARE = 0.5
"""How far the shades go from the ground's colour to that of quiet words."""
_POINTS = 400
_FAR = 20.0
"""Frames' widths beyond which nothing is drawn."""


class SurfaceGround:
    """A surface in a plane; what is drawn of it is computed for the part that is seen.

    Attributes
    ----------
    plane : Plane
    curve, thin, strong : PathItem
        The surface over one parameter; contours of one over two.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        self.plane = canvas.plane()
        self.plane.moved.connect(self._draw)
        self._map = MapItem()
        self.curve, self.thin, self.strong = PathItem(), KeptPath(), KeptPath()
        self.plane.add(self._map)
        for item, name in ((self.curve, "f"), (self.thin, "contours"), (self.strong, "strong contours")):
            self.plane.add(item, name)
        keep_painted(self._map)
        self.landscape, self._theme = landscape("bowl"), theme_named("light")
        self._drawn: object = None

    @property
    def frame(self) -> QRectF:
        """Where the surface is, in pixels."""
        return self.plane.frame

    @property
    def flat(self) -> bool:
        """Whether it is a curve over one parameter."""
        return self.landscape.dimension == 1

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, surface: Landscape) -> None:
        """Fill a rectangle with a surface; one that is another is seen as a whole."""
        if surface is not self.landscape:
            self.plane.show_all()
        self.landscape, self._theme = surface, theme
        self.plane.box.is_square = self.plane.is_filled = not self.flat
        x_min, x_max, y_min, y_max = _extent_of_curve(surface) if self.flat else surface.extent
        self.curve.setPen(line_pen(theme.muted, 3.0))
        for item, share in ((self.thin, 0.5), (self.strong, 1.0)):
            # wider than a pixel, they take Qt thrice as long
            item.setPen(line_pen(mix(theme.background, theme.muted, share), 1.0))
        self.plane.set_theme(theme)
        self.plane.name_axes(*(*surface.parameters, "f")[:2])
        self.plane.show(range_scale(x_min, x_max), range_scale(y_min, y_max))
        self.plane.arrange(rect, font)

    def points(self, positions: Array) -> FloatArray:
        """Points of the plane at positions on the surface, shape (..., d), none of them very far out."""
        if self.flat:
            positions = np.stack([positions[..., 0], self.landscape.value(positions)], axis=-1)
        x, y = self.plane.x, self.plane.y
        low, span = np.array([x.low, y.low]), np.array([x.high - x.low, y.high - y.low])
        return np.asarray(np.clip(positions, low - _FAR * span, low + _FAR * span), np.float64)

    def pixels(self, positions: Array) -> FloatArray:
        """Where positions on the surface, shape (..., d), are on the canvas, shape (..., 2)."""
        return self.plane.pixels(self.points(positions))

    def position_at(self, place: QPointF) -> tuple[float, ...]:
        """The position on the surface at a place of the canvas, or the nearest that is seen."""
        low, high = np.reshape(self.plane.extent, (2, 2)).T
        x, y = np.clip(self.plane.point_at(place), low, high).tolist()
        return (x,) if self.flat else (x, y)

    def within(self, places: FloatArray, margin: float) -> FloatArray:
        """Places of the canvas, those outside of the frame moved to its edge, unless it was zoomed by hand."""
        frame = self.frame.adjusted(margin, margin, -margin, -margin)
        edges = [frame.left(), frame.top()], [frame.right(), frame.bottom()]
        return places if self.plane.held else np.clip(places, *edges)

    def _draw(self) -> None:
        """Draw the part that is seen."""
        extent = self.plane.extent
        if (drawn := (self.landscape, self._theme, extent)) == self._drawn:
            return
        self._drawn = drawn
        if self.flat:
            x = np.linspace(*extent[:2], _POINTS)[:, None]
            points = self.points(x)
            self.curve.set_points(points[:, 0], points[:, 1], "all")
        else:
            seen = ground(self.landscape, extent)
            self._map.set_map(seen.shades, shade_table(self._theme), extent)
            self._map.update()
            for item, lines in ((self.thin, seen.lines), (self.strong, seen.strong_lines)):
                item.set_lines(lines, extent[1] - extent[0])
        self.curve.setVisible(self.flat)
        for shown in (self._map, self.thin, self.strong):
            shown.setVisible(not self.flat)


@cache
def shade_table(theme: Theme) -> Table:
    """Colours of the bytes of a map of heights: the lower, the darker."""
    quiet = mix(theme.background, theme.muted, _SHARE).name()
    low, high = sorted((theme.background, quiet), key=lambda color: QColor(color).lightness())
    return np.array([mix(low, high, k / 254.0).rgb() for k in range(256)], np.uint32)


def _extent_of_curve(landscape: Landscape) -> tuple[float, ...]:
    low, high = landscape.extent
    values = landscape.value(np.linspace(low, high, _POINTS)[:, None])
    room = 0.1 * float(np.ptp(values))
    return low, high, float(values.min()) - room, float(values.max()) + room

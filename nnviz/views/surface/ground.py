"""The surface from above, or as a curve, and the racers' paths over it."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import bold
from nnviz.drawing.line import REACH
from nnviz.drawing.paths import CachedPath, PathItem, line_pen
from nnviz.drawing.pictures import MapItem
from nnviz.drawing.words import Tag
from nnviz.engine.landscape import Landscape, landscape
from nnviz.engine.tape import Array
from nnviz.kinds.surface.rule import SurfaceState
from nnviz.kinds.surface.schema import Surface, ground
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.curves import curve_pen
from nnviz.plots.plane import NAME
from nnviz.plots.scales import range_scale
from nnviz.theme import Table, Theme, mix
from nnviz.theme import theme as theme_named
from nnviz.views.surface.rows import MOST_RACERS, marker, marker_pen, racer_color, ring

_SHARE = 0.5
"""Strength of the shades between the background colour and the muted text colour."""
_POINTS = 400
_FAR = 20.0
"""Distance, in widths of the frame, beyond which nothing is drawn."""
_DOTS = 40
"""Number of each racer's last steps that have a dot."""
_ROOM = 15.0
"""Least width of the frame, in lines of text, for names in it; the rows show them too."""


class SurfaceGround:
    """A surface in a plane, computed for the visible part.

    Attributes
    ----------
    curve, thin, strong : PathItem
        The surface over one parameter; contours of one over two.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        self.plane = canvas.plane()
        self.plane.moved.connect(self._draw)
        self._map = MapItem()
        self.curve, self.thin, self.strong = PathItem(), CachedPath(), CachedPath()
        self.plane.add(self._map, is_cached=True)
        self.plane.add(self.curve, "f")
        self.plane.add(self.thin, "contours", is_cached=True)
        self.plane.add(self.strong, "strong contours", is_cached=True)
        self.landscape, self._theme = landscape("bowl"), theme_named("light")
        self._drawn: object = None

    @property
    def frame(self) -> QRectF:
        """The frame, in pixels."""
        return self.plane.frame

    @property
    def flat(self) -> bool:
        """Whether it is a curve over one parameter."""
        return self.landscape.dimension == 1

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, surface: Landscape) -> None:
        """Fill a rectangle with a surface; a new one is shown whole."""
        if surface is not self.landscape:
            self.plane.show_all()
        self.landscape, self._theme = surface, theme
        self.plane.box.is_square = self.plane.is_filled = not self.flat
        x_min, x_max, y_min, y_max = _extent_of_curve(surface) if self.flat else surface.extent
        self.curve.setPen(line_pen(theme.muted, 3.0))
        for item, share in ((self.thin, 0.5), (self.strong, 1.0)):
            # lines wider than a pixel take Qt three times as long
            item.setPen(line_pen(mix(theme.background, theme.muted, share), 1.0))
        self.plane.set_theme(theme)
        self.plane.name_axes(*(*surface.parameters, "f")[:2])
        self.plane.show(range_scale(x_min, x_max), range_scale(y_min, y_max))
        self.plane.arrange(rect, font)
        if self.plane.axes.names[1].x() < rect.left():  # there are wider numbers now, as other ones fill the frame
            self.plane.arrange(rect, font)

    def points(self, positions: Array) -> FloatArray:
        """Points of the plane at positions on the surface, shape (..., d), limited to a finite range."""
        if self.flat:
            positions = np.stack([positions[..., 0], self.landscape.value(positions)], axis=-1)
        x, y = self.plane.x, self.plane.y
        low, span = np.array([x.low, y.low]), np.array([x.high - x.low, y.high - y.low])
        return np.asarray(np.clip(positions, low - _FAR * span, low + _FAR * span), np.float64)

    def pixels(self, positions: Array) -> FloatArray:
        """Canvas positions, shape (..., 2), of positions on the surface, shape (..., d)."""
        return self.plane.pixels(self.points(positions))

    def position_at(self, place: QPointF) -> tuple[float, ...]:
        """The position on the surface at a canvas position, limited to the visible part."""
        low, high = np.reshape(self.plane.extent, (2, 2)).T
        x, y = np.clip(self.plane.point_at(place), low, high).tolist()
        return (x,) if self.flat else (x, y)

    def within(self, places: FloatArray, margin: float) -> FloatArray:
        """Canvas positions limited to the frame, unless the plane was zoomed by hand."""
        frame = self.frame.adjusted(margin, margin, -margin, -margin)
        edges = [frame.left(), frame.top()], [frame.right(), frame.bottom()]
        return places if self.plane.held else np.clip(places, *edges)

    def _draw(self) -> None:
        """Draw the visible part."""
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
    """Colours of the bytes of a height map: lower is darker."""
    quiet = mix(theme.background, theme.muted, _SHARE).name()
    low, high = sorted((theme.background, quiet), key=lambda color: QColor(color).lightness())
    return np.array([mix(low, high, k / 254.0).rgb() for k in range(256)], np.uint32)


def _extent_of_curve(landscape: Landscape) -> tuple[float, ...]:
    low, high = landscape.extent
    values = landscape.value(np.linspace(low, high, _POINTS)[:, None])
    room = 0.1 * float(np.ptp(values))
    return low, high, float(values.min()) - room, float(values.max()) + room


class SurfacePaths:
    """The racers' paths, dots, markers and start handles.

    Attributes
    ----------
    lines : list of PathItem
        In coordinates of the plane; dots, markers and handles are in pixels.
    places : array, shape (racers, 2)
        Positions of the markers, in pixels.
    handles : list of (int or None, QPointF)
        The racer, or None for the common start, and its position.
    """

    def __init__(self, canvas: PlotCanvas, ground: SurfaceGround) -> None:
        self._ground = ground
        self.lines, self.dots, self.marks = ([PathItem() for _ in range(MOST_RACERS)] for _ in range(3))
        self.start = PathItem()
        self.tags = [Tag(canvas.scene(), 12.0) for _ in range(MOST_RACERS)]
        for line in self.lines:
            line.setZValue(3.0)
            ground.plane.add(line)
        ground.plane.add_in_pixels(*self.dots, self.start, *self.marks)
        self.places: FloatArray = np.empty((0, 2))
        self.handles: list[tuple[int | None, QPointF]] = []
        self._radius, self._line = 6.0, 12.0

    def set_style(self, theme: Theme, font: QFont) -> None:
        self._line = QFontMetricsF(font).height()
        self._radius = max(5.0, 0.36 * self._line)
        self.start.setPen(line_pen(theme.text, 2.0))
        for k in range(MOST_RACERS):
            color = racer_color(theme, k)
            self.lines[k].setPen(curve_pen(theme, k))
            for item in (self.dots[k], self.marks[k]):
                item.setPen(marker_pen(theme))
                item.setBrush(color)
            self.dots[k].setPen(Qt.PenStyle.NoPen)
            self.tags[k].set_style(theme, bold(font))
            self.tags[k].words.setBrush(QColor(color))

    def show(self, experiment: Surface, state: SurfaceState, hidden: frozenset[int]) -> None:
        """Draw all racers except the hidden ones."""
        self.places = self._ground.within(self._ground.pixels(state.positions), self._radius)
        count = len(self.places)
        shown = [k for k in range(count) if k not in hidden]
        for k in range(MOST_RACERS):
            self.lines[k].setData(NAME, experiment.names[k] if k < count else "")
            self._draw_way(k, state, visible=k in shown)
        self._draw_handles(experiment, hidden)
        self._name(experiment.names, state, shown)

    def _draw_way(self, racer: int, state: SurfaceState, *, visible: bool) -> None:
        for item in (self.lines[racer], self.dots[racer], self.marks[racer]):
            item.setVisible(visible)
        if not visible:
            return
        way = self._ground.points(np.vstack([state.paths[racer], state.positions[racer]]))
        self.lines[racer].set_points(way[:, 0], way[:, 1])
        dots = QPainterPath()
        for x, y in _spaced(self._ground.plane.pixels(way[-_DOTS:]), self._radius).tolist():
            dots.addEllipse(QPointF(x, y), 0.42 * self._radius, 0.42 * self._radius)
        self.dots[racer].setPath(dots)
        x, y = self.places[racer].tolist()
        self.marks[racer].setPath(marker(racer, x, y, self._radius))

    def _draw_handles(self, experiment: Surface, hidden: frozenset[int]) -> None:
        """Draw a ring at the common start, if any racer uses it, and one at each racer's own start."""
        own = {k: racer.start for k, racer in enumerate(experiment.racers) if racer.start and k not in hidden}
        starts: list[tuple[int | None, tuple[float, ...]]] = list(own.items())
        if any(not racer.start for racer in experiment.racers):
            starts.append((None, experiment.common_start))
        path, self.handles = QPainterPath(), []
        for racer, start in starts:
            x, y = self._ground.within(self._ground.pixels(np.array(start)), 2.4 * self._radius).tolist()
            path.addPath(ring(x, y, 1.5 * self._radius))
            self.handles.append((racer, QPointF(x, y)))
        self.start.setPath(path)

    def _name(self, names: Sequence[str], state: SurfaceState, shown: list[int]) -> None:
        """Write each name beside its marker, without overlaps."""
        taken: list[QRectF] = []
        for k, tag in enumerate(self.tags):
            tag.set_visible(False)
            is_seen = k in shown and self._ground.frame.contains(QPointF(*self.places[k].tolist()))
            if not is_seen or self._ground.frame.width() < _ROOM * self._line:
                continue
            words = f"{names[k]} ✗" if state.diverged[k] else names[k]
            tag.words.set_words(words)
            box = self._beside(self.places[k], tag.words.boundingRect().width(), taken)
            taken.append(box)
            tag.say(words, box.center().x(), box.center().y())

    def _beside(self, place: FloatArray, width: float, taken: list[QRectF]) -> QRectF:
        """The nearest free rectangle beside a position, or above it on a curve, which must stay visible."""
        frame, gap = self._ground.frame, 1.9 * self._radius
        x, y = place[0] + gap, place[1] - 0.5 * self._line
        if self._ground.flat:
            x, y = place[0] - 0.5 * width, place[1] - gap - self._line
        elif x + width + 3.0 > frame.right():
            x = place[0] - gap - width
        box = QRectF(min(max(x, frame.left() + 3.0), frame.right() - width - 3.0), y, width, self._line)
        shifts = range(-MOST_RACERS, MOST_RACERS + 1)
        for shift in sorted(shifts, key=lambda k: (self._ground.flat and k > 0, abs(k), -k)):
            box.moveTop(y + shift * self._line)
            inside = frame.top() <= box.top() and box.bottom() <= frame.bottom()
            if inside and not any(box.intersects(other) for other in taken):
                break
        return box


def _spaced(way: FloatArray, distance: float) -> FloatArray:
    """Points of a path at least ``distance`` apart, so that dots do not merge."""
    apart = np.hypot(*np.diff(way, axis=0).T) >= 1.5 * distance
    return np.asarray(way[:-1][apart])


def nearest(place: QPointF, places: FloatArray, hidden: frozenset[int]) -> int | None:
    """The racer close to a position, counted from 0."""
    ways = np.hypot(*(places - [place.x(), place.y()]).T) if len(places) else np.empty(0)
    ways = np.where([k in hidden for k in range(len(places))], np.inf, ways)
    return int(ways.argmin()) if len(ways) and ways.min() <= REACH else None

"""Racers on a surface: the way that each has come, where it is, its name, and the handles at the starts."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import bold
from nnviz.drawing.line import REACH
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.words import Tag
from nnviz.kinds.surface.schema import Surface
from nnviz.kinds.surface.state import SurfaceState
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.curves import curve_pen
from nnviz.plots.plane import NAME
from nnviz.theme import Theme
from nnviz.views.surface.ground import SurfaceGround
from nnviz.views.surface.racers import MOST_RACERS, marker, marker_pen, racer_color, ring

_DOTS = 40
"""Last steps of each racer that have a dot."""


_ROOM = 15.0
"""Lines of text that the frame is wide at least for names in it; the rows beside it have them as well."""


class SurfacePaths:
    """What moves on the ground.

    Attributes
    ----------
    lines : list of PathItem
        In coordinates of the plane; dots, markers and handles are in pixels.
    places : array, shape (racers, 2)
        Where the markers are, in pixels.
    handles : list of (int or None, QPointF)
        Whose start it is, None for that of all, and where.
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
        """Draw in the theme's colours, write in this font."""
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
        """Draw all racers but the hidden ones."""
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
        """A ring at the start of all, if any begins there, and one at each racer's own."""
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
        """Write each name beside its marker, below those that stand there already."""
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
        """The nearest free box beside a place, or above it where it lies on a curve that is to be seen."""
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
    """Places of a way that are so far from the one before them, where dots would not run together."""
    apart = np.hypot(*np.diff(way, axis=0).T) >= 1.5 * distance
    return np.asarray(way[:-1][apart])


def nearest(place: QPointF, places: FloatArray, hidden: frozenset[int]) -> int | None:
    """The racer within a hand's reach of a place, counted from 0."""
    ways = np.hypot(*(places - [place.x(), place.y()]).T) if len(places) else np.empty(0)
    ways = np.where([k in hidden for k in range(len(places))], np.inf, ways)
    return int(ways.argmin()) if len(ways) and ways.min() <= REACH else None

"""The ways of a race's lanes through the space of weights, in a plane."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF

from nnviz.data.dataset import FloatArray
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.drawing.words import first_fitting
from nnviz.kinds.race.paths import RacePaths
from nnviz.kinds.race.snapshot import RaceSnapshot
from nnviz.numerals import tick
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.curves import curve_pen
from nnviz.plots.plane import NAME
from nnviz.plots.scales import range_scale
from nnviz.theme import Theme

_MOST_LANES = 4

_GROWTH = 1.3
"""How much larger than the paths the part of the plane is that is shown, so that it seldom changes."""

_NEAR = 10.0
"""Pixels from a path within which it is read."""

_WORDINGS = ("main direction: {} of the spread", "main: {} of spread", "1st: {}", "")
"""What is said of the lower axis, as much as there is room for."""


class LanePaths:
    """A path for each lane, from a ring where it begins to a dot where it is.

    Attributes
    ----------
    lines, rings, dots : list of PathItem
        Lines in coordinates of the plane; rings and dots in pixels.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        self.followed = RacePaths()
        self.plane = canvas.plane(is_square=True, is_filled=True)
        self.plane.reading = self._read
        self.lines, self.rings, self.dots = ([PathItem() for _ in range(_MOST_LANES)] for _ in range(3))
        for line in self.lines:
            self.plane.add(line)
        self.plane.add_in_pixels(*self.rings, *self.dots)
        self._paths: Sequence[FloatArray] = ()
        self._titles: Sequence[str] = ()
        self._turned = 0

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, titles: Sequence[str]) -> None:
        """Fill a rectangle, with a path for each title."""
        self._font, self._titles = font, titles
        self._radius = 0.3 * QFontMetricsF(font).height()
        self.plane.set_theme(theme)
        for lane, (line, ring, dot) in enumerate(zip(self.lines, self.rings, self.dots, strict=True)):
            pen = curve_pen(theme, lane)
            line.setPen(pen)
            line.setData(NAME, titles[lane] if lane < len(titles) else "")
            ring.setPen(line_pen(pen.color(), 2.0))
            ring.setBrush(QBrush(QColor(theme.background)))
            dot.setPen(line_pen(theme.background, 1.0))
            dot.setBrush(QBrush(pen.color()))
        self.plane.arrange(rect, font)
        self._name_axes()

    def show_moment(self, moment: RaceSnapshot, moments: Sequence[RaceSnapshot]) -> None:
        """Draw the paths of a line's moments, and where the lanes are at one of them."""
        self.followed.follow(moments)
        self._paths = [np.asarray(path, np.float64) for path in self.followed.paths]
        places = np.asarray(self.followed.places(moment), np.float64)
        self._see()
        empty = np.empty((0, 2))
        for lane in range(_MOST_LANES):
            path = self._paths[lane] if lane < len(self._paths) else empty
            self.lines[lane].set_points(path[:, 0], path[:, 1], "all")
            here = places[lane : lane + 1] if len(path) else empty
            for items, points in ((self.rings, path[:1]), (self.dots, here)):
                items[lane].setPath(circles(self.plane.pixels(points), self._radius))

    def _see(self) -> None:
        """Have the paths inside what is shown of the plane, which changes only when they leave it."""
        points = np.concatenate([np.empty((0, 2)), *self._paths])
        if not len(points):
            return
        low, high, x, y = points.min(axis=0), points.max(axis=0), self.plane.x, self.plane.y
        is_inside = bool((low >= [x.low, y.low]).all() and (high <= [x.high, y.high]).all())
        if self._turned != self.followed.turned or not is_inside:
            half = np.maximum(_GROWTH / 2 * (high - low), max(1e-3 * float(np.ptp(points, axis=0).max()), 1e-12))
            ends = np.stack([(low + high) / 2 - half, (low + high) / 2 + half], axis=1).tolist()
            self.plane.show(*(range_scale(*pair) for pair in ends))
            if self._turned != self.followed.turned:
                self._turned = self.followed.turned
                self._name_axes()

    def _name_axes(self) -> None:
        """Say how much of the paths' spread the plane's directions hold."""
        first, second = (f"{100.0 * share:.0f} %" for share in self.followed.shares)
        wordings = [words.format(first) for words in _WORDINGS]
        across = first_fitting(wordings, self._font, (0.0, self.plane.frame.width()))
        self.plane.name_axes(*((across, f"2nd: {second}") if self._turned else ("", "")))

    def _read(self, x: float, y: float) -> Sequence[str]:
        """The place in the plane, and whose paths pass near it."""
        scale = np.array(self.plane.unit)
        near = [
            title
            for title, path in zip(self._titles, self._paths, strict=False)
            if len(path) and np.hypot(*((path - [x, y]) * scale).T).min() <= _NEAR
        ]
        return [f"1st {tick(x, 4)}, 2nd {tick(y, 4)}", *near]

"""The ways of a race's lanes through the space of weights, in a plane."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text, add_path
from nnviz.drawing.paths import circles, line_pen
from nnviz.engine.tape import Array
from nnviz.kinds.race.paths import RacePaths
from nnviz.kinds.race.snapshot import RaceSnapshot
from nnviz.theme import Theme
from nnviz.views.race.plot import MOST_LANES, lane_color, lane_pen

_GROWTH = 1.3
"""How much larger than the paths the part of the plane is that is shown, so that it seldom changes."""

_WORDINGS = ("paths of all weights: the plane holds {} of their spread", "paths: {} of their spread", "paths: {}")


class LanePaths:
    """A path for each lane, from a ring where it begins to a dot where it is.

    Attributes
    ----------
    frame : QRectF
    words : Text
        How much of the paths' spread the plane holds.
    lines, dots : list of PathItem
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.followed = RacePaths()
        self.words = Text(scene)
        self._border = add_path(scene, -1.0)
        self.lines = [add_path(scene, 3.0) for _ in range(MOST_LANES)]
        self.rings, self.dots = ([add_path(scene, layer) for _ in range(MOST_LANES)] for layer in (4.0, 5.0))
        self.frame, self._seen, self._turned = QRectF(), QRectF(), 0
        self._wordings: tuple[str, ...] = ()

    def arrange(self, rect: QRectF, font: QFont, theme: Theme) -> None:
        """Fill a rectangle."""
        metrics = QFontMetricsF(font)
        self._rect, self._metrics, self._radius = rect, metrics, 0.3 * metrics.height()
        self.frame = rect.adjusted(0.0, 0.0, 0.0, -metrics.height() - 3.0)
        border = QPainterPath()
        border.addRect(self.frame)
        self._border.setPath(border)
        self._border.setPen(line_pen(theme.border, 1.0))
        self.words.set_style(font, theme.muted)
        for lane in range(MOST_LANES):
            color = lane_color(theme, lane)
            self.lines[lane].setPen(lane_pen(theme, lane))
            self.rings[lane].setPen(line_pen(color, 2.0))
            self.rings[lane].setBrush(QBrush(QColor(theme.background)))
            self.dots[lane].setPen(line_pen(theme.background, 1.0))
            self.dots[lane].setBrush(QBrush(color))
        self._seen = QRectF()

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        for item in (self.words, self._border, *self.lines, *self.rings, *self.dots):
            item.setVisible(visible)

    def show_moment(self, moment: RaceSnapshot, moments: Sequence[RaceSnapshot]) -> None:
        """Draw the paths of a line's moments, and where the lanes are at one of them."""
        self.followed.follow(moments)
        paths, places = self.followed.paths, self.followed.places(moment)
        self._see(paths)
        empty: list[Array] = [np.empty((0, 2))] * MOST_LANES
        for lane, path in enumerate([*paths, *empty][:MOST_LANES]):
            points = self._pixels(path)
            self.lines[lane].set_points(points[:, 0], points[:, 1], "all")
            self.rings[lane].setPath(circles(points[:1], self._radius))
            here = self._pixels(places[lane : lane + 1])
            self.dots[lane].setPath(circles(here if len(points) else points, self._radius))
        self._say()

    def _see(self, paths: Sequence[Array]) -> None:
        """Have the paths inside what is shown of the plane, which changes only when they leave it."""
        points = np.concatenate([np.empty((0, 2)), *paths])
        if not len(points):
            return
        low, high = points.min(axis=0), points.max(axis=0)
        box = QRectF(QPointF(*low), QPointF(*high))
        if self._turned != self.followed.turned or not self._seen.contains(box):
            self._turned = self.followed.turned
            width, height = max(1.0, self.frame.width()), max(1.0, self.frame.height())
            unit = _GROWTH * max(box.width() / width, box.height() / height, 1e-12)  # of the plane a pixel
            self._seen = QRectF(0.0, 0.0, unit * width, unit * height)
            self._seen.moveCenter(box.center())

    def _pixels(self, points: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        unit = self.frame.width() / max(self._seen.width(), 1e-12)
        corner = [self.frame.left(), self.frame.bottom()]
        return np.asarray(corner + (points - [self._seen.left(), self._seen.top()]) * [unit, -unit])

    def _say(self) -> None:
        """How much the plane holds, in as many words as there is room for."""
        held = f"{100.0 * self.followed.share:.0f} %"
        wordings = tuple(words.format(held) for words in _WORDINGS)
        if wordings != self._wordings:
            self._wordings = wordings
            fits = (words for words in wordings if self._metrics.horizontalAdvance(words) <= self._rect.width())
            self.words.set_words(next(fits, wordings[-1]))
        self.words.place(self._rect.right(), self._rect.bottom(), 1.0, 1.0)

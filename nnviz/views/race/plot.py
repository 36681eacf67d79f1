"""The loss of every lane of a race in one frame, and the line that stands for a lane."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.scales import Scale, linear_scale, log_scale
from nnviz.runs.curve import Curve
from nnviz.theme import Theme

MOST_LANES = 4

_WIDTH = 2.5
_DASHES: tuple[tuple[float, ...], ...] = ((), (6.0, 3.0), (1.5, 1.8), (7.0, 2.0, 1.5, 2.0))
"""On and off, in widths of the line, for every lane."""

_NAME_SHARE = 0.22
"""Width that the names beside the lines have, as a share of all."""

_EXPLOSION = 50.0
_UNLIKE = 8.0
"""From how many times the shortest lane's count on the axis of the longest's is logarithmic."""


def lane_color(theme: Theme, lane: int) -> QColor:
    """A lane's colour: none of those that stand for signs."""
    return QColor((theme.classes[2], theme.classes[3], theme.text, theme.classes[4])[lane])


def lane_pen(theme: Theme, lane: int) -> QPen:
    """A lane's line: told from the others by its dashes as well as by its colour."""
    pen = line_pen(lane_color(theme, lane), _WIDTH)
    if _DASHES[lane]:
        pen.setDashPattern(_DASHES[lane])
    return pen


class LanePlot:
    """A curve for each lane, with its title where it ends.

    Parameters
    ----------
    scene : QGraphicsScene
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.axes = Axes(scene, linear_scale(1.0), linear_scale(1.0))
        self.cursor = add_path(scene, 1.0)
        self.lines = [add_path(scene, 3.0) for _ in range(MOST_LANES)]
        self.names = [Text(scene, 4.0) for _ in range(MOST_LANES)]

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self._theme = theme
        self.axes.set_theme(theme)
        self.cursor.setPen(line_pen(theme.text, 1.5))
        for lane, line in enumerate(self.lines):
            line.setPen(lane_pen(theme, lane))

    def arrange(self, rect: QRectF, font: QFont, titles: Sequence[str]) -> None:
        """Fill a rectangle, with room at the right for the titles, cut if they are long."""
        heavy = bold(font)
        metrics, most = QFontMetricsF(heavy), _NAME_SHARE * rect.width()
        words = [metrics.elidedText(title, Qt.TextElideMode.ElideRight, most) for title in titles]
        for lane, name in enumerate(self.names):
            name.set_style(heavy, lane_color(self._theme, lane))
            name.set_words(words[lane] if lane < len(words) else "")
        self.axes.arrange(rect, font, right=max(map(metrics.horizontalAdvance, words), default=0.0) + 10.0)

    def show_curves(self, curves: Sequence[Curve], unit: str, *, logarithmic: bool, other: bool = False) -> None:
        """Draw every lane's loss against the race's steps, or against the ``other`` count of each lane."""
        counts = [curve.figure(1) if other else curve.x for curve in curves]
        ends = [float(count[-1]) for count in counts if len(count)] or [1.0]
        decades = other and max(ends) > _UNLIKE * max(1.0, min(ends))
        across = log_scale(1.0, max(ends)) if decades else linear_scale(max(1.0, *ends), unit)
        self.axes.set_scales(across, _scale(curves, logarithmic=logarithmic))
        points = [self._pixels(curve, x) for curve, x in zip(curves, counts, strict=True)]
        points += [(np.empty(0), np.empty(0))] * (MOST_LANES - len(points))
        for line, (x, y) in zip(self.lines, points, strict=True):
            line.set_points(x, y, "all")
        self._place_names([(float(x[-1]), float(y[-1])) if len(x) else None for x, y in points])

    def show_cursor(self, at: float | None) -> None:
        """Mark a place along the axis, or none."""
        x = np.empty(0) if at is None else self.axes.across(np.array([at, at]))
        self.cursor.set_points(x, np.array([self.axes.frame.top(), self.axes.frame.bottom()])[: len(x)])

    def _pixels(self, curve: Curve, counts: FloatArray) -> tuple[FloatArray, FloatArray]:
        x, y = counts, self.axes.up(curve.figure(0))
        if self.axes.x.logarithmic:
            x = np.log10(np.where(counts >= 1.0, counts, np.nan))
        shown = np.isfinite(x) & np.isfinite(y)
        return self.axes.across(x[shown]), y[shown]

    def _place_names(self, ends: list[tuple[float, float] | None]) -> None:
        """Put the titles where their lines end, apart from each other; above those that end before others do."""
        there = [(lane, *end) for lane, end in enumerate(ends) if end]
        height = QFontMetricsF(self.names[0].font()).height()
        farthest = max((x for _, x, _ in there), default=0.0)
        rows = apart([y for *_, y in there], height, self.axes.frame.bottom())
        for (lane, x, y), row in zip(there, rows, strict=True):
            inside = x < farthest - height
            self.names[lane].place(x + 7.0, y - 0.8 * height if inside else row, 0.0, 0.5)
        for name, end in zip(self.names, ends, strict=True):
            name.setVisible(end is not None)


def apart(places: Sequence[float], distance: float, last: float) -> list[float]:
    """Places, none above 0 and none below ``last``, moved as little as need be to be so far apart."""
    order = sorted(range(len(places)), key=lambda k: places[k])
    moved = dict.fromkeys(order, 0.0)
    below = last + distance
    for k in reversed(order):
        moved[k] = below = min(places[k], below - distance)
    above = -np.inf
    for k in order:
        moved[k] = above = max(moved[k], above + distance, distance / 2)
    return [moved[k] for k in range(len(places))]


def _scale(curves: Sequence[Curve], *, logarithmic: bool) -> Scale:
    """One scale for all: a loss that explodes leaves it through the top, so that the others stay readable."""
    values = np.concatenate([np.empty(0), *(curve.figure(0) for curve in curves)])
    values = values[np.isfinite(values) & (values > 0.0)]
    if not len(values):
        return linear_scale(1.0)
    largest = min(float(values.max()), _EXPLOSION * float(np.median(values)))
    return log_scale(float(values.min()), largest) if logarithmic else linear_scale(largest)

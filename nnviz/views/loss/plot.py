"""Training and test figures against epochs: solid and dashed, named where the lines end."""

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.scales import Scale, linear_scale, log_scale
from nnviz.runs.curve import Curve, smooth
from nnviz.runs.history import History
from nnviz.theme import Theme, mix

_NAMES = ("train", "test")
_POINTS_OF_OTHERS = 250
_EXPLOSION = 50.0


class Manner(Struct, frozen=True):
    """How curves are drawn: with a logarithmic scale, smoothed so much (0 … 1)."""

    logarithmic: bool = False
    smoothing: float = 0.0


def colors(theme: Theme) -> tuple[str, str]:
    """Colours of training and of test figures: neither of those that stand for signs."""
    return theme.classes[2], theme.classes[3]


class CurvePlot:
    """Two figures of a history in one frame.

    Parameters
    ----------
    scene : QGraphicsScene
    figures : (int, int)
        The history's figures for training and for test samples.
    fixed : Scale, optional
        The scale upwards, if it does not follow the figures.

    Attributes
    ----------
    horizon : float
        Epochs that there is to be room for, before the run has come there.
    """

    def __init__(self, scene: QGraphicsScene, figures: tuple[int, int], fixed: Scale | None = None) -> None:
        self._figures, self._fixed = figures, fixed
        self.horizon = 0.0
        self.axes = Axes(scene, linear_scale(1.0, "epoch"), fixed or linear_scale(1.0))
        self.others, self.cursor = add_path(scene, 0.0), add_path(scene, 1.0)
        self.lines = add_path(scene, 3.0), add_path(scene, 2.0)
        self.names = Text(scene, 4.0), Text(scene, 4.0)
        self._drawn: object = None

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self.axes.set_theme(theme)
        self._colors = colors(theme)
        styles = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)
        for line, color, style in zip(self.lines, self._colors, styles, strict=True):
            line.setPen(line_pen(color, 2.5, style))
        self.others.setPen(line_pen(mix(theme.background, theme.muted, 0.6), 1.0))
        self.cursor.setPen(line_pen(theme.text, 1.5))

    def arrange(self, rect: QRectF, font: QFont, left: float = 0.0) -> None:
        """Fill a rectangle, with at least so much left free for the labels at the left."""
        self._drawn = None
        heavy = bold(font)
        margin = max(QFontMetricsF(heavy).horizontalAdvance(name) for name in _NAMES) + 8.0
        for name, color in zip(self.names, self._colors, strict=True):
            name.set_style(heavy, color)
        self.axes.arrange(rect, font, left, margin)

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        self.axes.set_visible(visible)
        for item in (self.others, self.cursor, *self.lines, *self.names):
            item.setVisible(visible)

    def show_history(self, history: History, manner: Manner) -> None:
        """Draw the present line, and the others if anything about them has changed."""
        up = self._fixed or _scale(history.present, self._figures, manner)
        self.axes.set_scales(_epochs(history, self.horizon), up)
        curve = history.present
        ends = [
            _draw(line, *self._pixels(curve, figure, manner))
            for line, figure in zip(self.lines, self._figures, strict=True)
        ]
        self._name(ends)
        state = (history.version, manner, self.axes.x, self.axes.y)
        if state != self._drawn:
            self._drawn = state
            self._draw_others(history, manner)

    def show_cursor(self, epoch: float | None) -> None:
        """Mark an epoch, or none."""
        if epoch is None:
            if not self.cursor.path().isEmpty():
                self.cursor.set_points(np.empty(0), np.empty(0))
            return
        x = self.axes.across(np.array([epoch, epoch]))
        self.cursor.set_points(x, np.array([self.axes.frame.top(), self.axes.frame.bottom()]))

    def _draw_others(self, history: History, manner: Manner) -> None:
        pieces = [_with_break(*self._pixels(curve, self._figures[0], manner)) for curve in history.others]
        x, y = np.concatenate([np.empty((2, 0)), *pieces], axis=1)
        self.others.set_points(x, y)

    def _pixels(self, curve: Curve, figure: int, manner: Manner) -> tuple[FloatArray, FloatArray]:
        """A figure's line; what is no number is left out."""
        values = curve.figure(figure)
        there = np.isfinite(values)
        y = self.axes.up(smooth(values[there], manner.smoothing))
        shown = np.isfinite(y)
        return self.axes.across(curve.x[there])[shown], y[shown]

    def _name(self, ends: list[tuple[float, float] | None]) -> None:
        """Write the lines' names at their ends, apart from each other."""
        there = sorted((end[1], end[0], k) for k, end in enumerate(ends) if end)
        height = self.names[0].boundingRect().height() or QFontMetricsF(self.names[0].font()).height()
        places = _apart([y for y, _, _ in there], height, self.axes.frame.bottom() - height / 2)
        for y, (_, x, k) in zip(places, there, strict=True):
            self.names[k].set_words(_NAMES[k])
            self.names[k].place(x + 6.0, y, 0.0, 0.5)
        for name, end in zip(self.names, ends, strict=True):
            if not end:
                name.set_words("")


def _apart(wanted: list[float], height: float, lowest: float) -> list[float]:
    """Places near those wanted, from the top down, a height apart, and none below the lowest."""
    places: list[float] = []
    for y in wanted:
        places.append(max(y, places[-1] + height) if places else y)
    limits = [lowest - height * k for k in range(len(places))][::-1]
    return [min(y, limit) for y, limit in zip(places, limits, strict=True)]


def _draw(line: PathItem, x: FloatArray, y: FloatArray) -> tuple[float, float] | None:
    """Draw a line; where it ends."""
    line.set_points(x, y, "all")
    return (float(x[-1]), float(y[-1])) if len(x) else None


def _with_break(x: FloatArray, y: FloatArray) -> FloatArray:
    stride = len(x) // _POINTS_OF_OTHERS + 1
    return np.array([[*x[::stride], np.nan], [*y[::stride], np.nan]])


def _epochs(history: History, horizon: float) -> Scale:
    longest = max((float(curve.x[-1]) for curve in (history.present, *history.others) if len(curve)), default=0.0)
    return linear_scale(max(1.0, longest, horizon), "epoch")


def _scale(curve: Curve, figures: tuple[int, int], manner: Manner) -> Scale:
    values = np.concatenate([curve.figure(figure) for figure in figures])
    values = values[np.isfinite(values) & (values > 0.0)]
    if not len(values):
        return linear_scale(1.0)
    # a loss that explodes leaves through the top: the course until then stays readable
    middle = len(values) // 2
    largest = min(float(values.max()), _EXPLOSION * float(np.partition(values, middle)[middle]))
    if manner.logarithmic:
        return log_scale(float(values.min()), largest)
    return linear_scale(largest)

"""How a few numbers came to be what they are: curves against steps, named where they end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.scales import Scale, linear_scale, nice_above
from nnviz.numerals import superscript
from nnviz.theme import Theme

_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
_COLORS = (2, 3, 5, 4, 7, 8)
"""Colours of curves, of those of the classes that do not stand for signs."""

_LARGEST = 1e300
_MOST_DECADES = 6
_STRIDES = (1, 2, 5, 10, 20, 50, 100, 200)


@dataclass(frozen=True, eq=False)
class Course:
    """A curve to draw: its name and its points, shape (points,) each."""

    name: str
    x: FloatArray
    y: FloatArray


class Trace:
    """Curves in a frame, and a level to compare them with.

    Parameters
    ----------
    scene : QGraphicsScene
    unit : str
        What is counted to the right.
    least : (float, float)
        How far the axes reach at least.

    Attributes
    ----------
    names : list of Text
    level_name : Text
    """

    def __init__(self, scene: QGraphicsScene, unit: str = "step", least: tuple[float, float] = (1.0, 1.0)) -> None:
        self._scene, self._unit, self._least = scene, unit, least
        self.axes = Axes(scene, linear_scale(1.0, unit), linear_scale(1.0))
        self.level, self.level_name = add_path(scene, 1.0), Text(scene, 4.0)
        self.lines: list[PathItem] = []
        self.names: list[Text] = []
        self._grounds = add_path(scene, 2.0)
        self._visible = True

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, names: Sequence[str], level: str = "") -> None:
        """Fill a rectangle; the names of curves and level are written at its right."""
        metrics = QFontMetricsF(bold(font))
        self._make(len(names))
        for k, (line, text) in enumerate(zip(self.lines, self.names, strict=True)):
            color = theme.classes[_COLORS[k % len(_COLORS)]]
            line.setPen(line_pen(color, 2.5, _STYLES[k % len(_STYLES)]))
            text.set_style(bold(font), color)
        self.level.setPen(line_pen(theme.text, 1.5, Qt.PenStyle.DashLine))
        self.level_name.set_style(font, theme.text)
        self._grounds.setPen(Qt.PenStyle.NoPen)
        self._grounds.setBrush(QColor(theme.background))
        self.axes.set_theme(theme)
        right = max((metrics.horizontalAdvance(name) + 8.0 for name in (*names, level) if name), default=0.0)
        self.axes.arrange(rect, font, right=right)

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        self._visible = visible
        self.axes.set_visible(visible)
        for item in (self.level, self.level_name, self._grounds, *self.lines, *self.names):
            item.setVisible(visible)

    def show(self, courses: Sequence[Course], level: tuple[float, str] | None = None) -> None:
        """Draw curves, as many as were named; a logarithmic scale if numbers of very different size."""
        if not self._visible:
            return
        values = np.concatenate([np.empty(0), *(course.y for course in courses)])
        values = np.append(values[np.isfinite(values)], level[0] if level else 0.0)
        reach = max((float(course.x[-1]) for course in courses if len(course.x)), default=0.0)
        across = linear_scale(max(self._least[0], reach), self._unit)
        self.axes.set_scales(across, _scale(np.append(values, self._least[1])))
        ends = [self._draw(line, course) for line, course in zip(self.lines, courses, strict=True)]
        if level:
            ends.append((self.axes.frame.right(), float(self.axes.up(np.array([level[0]]))[0])))
            left = self.axes.frame.left()
            self.level.set_points(np.array([left, ends[-1][0]]), np.full(2, ends[-1][1]))
        self._name(ends, [*(course.name for course in courses), *([level[1]] if level else [])])

    def _draw(self, line: PathItem, course: Course) -> tuple[float, float]:
        x, y = self.axes.across(course.x), self.axes.up(np.clip(course.y, -_LARGEST, _LARGEST))
        there = np.isfinite(y)
        line.set_points(x[there], y[there], "all")
        return (float(x[there][-1]), float(y[there][-1])) if there.any() else (self.axes.frame.right(), np.nan)

    def _name(self, ends: list[tuple[float, float]], words: list[str]) -> None:
        """Write names at the ends, none on another, on a ground of their own."""
        texts = [*self.names, self.level_name]
        grounds, placed = QPainterPath(), list[QRectF]()
        for y, x, k in sorted((y, x, k) for k, (x, y) in enumerate(ends) if np.isfinite(y)):
            texts[k].set_words(words[k])
            texts[k].place(x + 6.0, y, 0.0, 0.5)
            for other in placed:
                if texts[k].sceneBoundingRect().intersects(other):
                    texts[k].setY(other.bottom())
            placed.append(texts[k].sceneBoundingRect())
            if k < len(self.names) and words[k]:
                grounds.addRect(placed[-1])
        self._grounds.setPath(grounds)

    def _make(self, count: int) -> None:
        for item in (*self.lines, *self.names):
            self._scene.removeItem(item)
        self.lines = [add_path(self._scene, 3.0) for _ in range(count)]
        self.names = [Text(self._scene, 4.0) for _ in range(count)]


def staircase(levels: Sequence[float], start: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """Points of a curve that stands at each level for one unit from ``start`` on."""
    edges = start + np.arange(len(levels) + 1.0)
    return np.repeat(edges, 2)[1:-1], np.repeat(np.asarray(levels, dtype=np.float64), 2)


def _scale(values: FloatArray) -> Scale:
    low, high = float(values.min()), min(float(values.max()), _LARGEST)
    positive = values[values > 0.0]
    if low >= 0.0 and high > 100.0 and len(positive):
        return _decades(math.floor(math.log10(positive.min())), math.ceil(math.log10(high)))
    return _signed(-nice_above(-low), nice_above(high)) if low < 0.0 else linear_scale(high)


def _decades(low: int, high: int) -> Scale:
    """A logarithmic scale with a tick at every decade, or at every so many of a round number."""
    stride = next(stride for stride in _STRIDES if high - low <= _MOST_DECADES * stride)
    decades = range(-(-low // stride) * stride, high + 1, stride)
    ticks = tuple((float(k), f"{10.0**k:,.6g}" if -4 < k < 6 else f"10{superscript(k)}") for k in decades)
    return Scale(low, high, ticks, logarithmic=True)


def _signed(low: float, high: float) -> Scale:
    return Scale(low, high, tuple((value, f"{value:,.6g}".replace("-", "−")) for value in (low, 0.0, high)))

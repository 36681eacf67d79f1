"""Line plots against steps, epochs or a parameter, with a name at the end of each line."""

import math
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPen

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Numbers, Text, bold
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.numerals import tick
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.scales import Scale, linear_scale, log_scale
from nnviz.theme import Theme

_EXPLOSION = 50.0
"""Largest loss that is shown, as a multiple of the median."""
_ALL_DECADES = 700
"""More than there are between the smallest and the largest number."""
_FAR = 0.5
"""How far beyond the visible part a line is drawn, as a multiple of its height."""
_GAP = 6.0
_DOT = 2.4
"""Radius of a dot, as a multiple of the width of its line."""
_NAME_SHARE = 0.4
"""Greatest width of the names, as a fraction of the plot's."""
LinePoints = tuple[FloatArray, FloatArray]
"""The points of a line: x ascending, and y, shape (points,) each."""


class Line(Struct, frozen=True):
    """A line's pen, the label at its end, and its name elsewhere if that differs."""

    name: str
    pen: QPen
    full_name: str = ""


class Curves:
    """Lines in a plane, a horizontal line to compare them with, and a cursor along the axis.

    A line of one point is drawn as a dot.

    Parameters
    ----------
    x, y : str
        Names of the axes.
    is_named : bool
        Whether names are written where lines end.
    """

    def __init__(self, canvas: PlotCanvas, x: str, y: str = "", *, is_named: bool = True) -> None:
        self._canvas, self._is_named = canvas, is_named
        self.plane = canvas.plane()
        self.name_axes(x, y)
        self.plane.reading = self.read
        self.plane.moved.connect(self._draw)
        canvas.tables.append(self._rows)
        self.lines: list[PathItem] = []
        self.dots: list[PathItem] = []
        self.names: list[Text] = []
        self.level, self.cursor = PathItem(), PathItem()
        self.level_name = Text(canvas.scene(), 4.0)
        self._entries: Sequence[Line] = ()
        self._courses: Sequence[LinePoints] = ()
        self._at: float | None = None
        self._level: tuple[float, str] | None = None
        for item, layer in ((self.level, 1.0), (self.cursor, 1.0)):
            item.setZValue(layer)
            item.hide()  # hidden items cost nothing
            self.plane.add(item)

    def name_axes(self, x: str, y: str = "") -> None:
        """Name the axes."""
        self._unit = x
        self.plane.name_axes(x, y)

    def set_style(self, theme: Theme, font: QFont, entries: Sequence[Line]) -> None:
        """Prepare a line for each entry, the first on top."""
        self._entries, self._font = entries, bold(font)
        self.cursor.setPen(line_pen(theme.text, 1.5))
        self.level.setPen(line_pen(theme.text, 1.5, Qt.PenStyle.DashLine))
        self.level_name.set_style(font, theme.text)
        while len(self.lines) < len(entries):
            self.lines.append(PathItem())
            self.dots.append(PathItem(QPen(Qt.PenStyle.NoPen)))
            self.dots[-1].setZValue(-len(self.dots))  # the first on top
            self.plane.add_in_pixels(self.dots[-1])
            self.names.append(Text(self._canvas.scene(), 4.0))
            self.plane.add(self.lines[-1])
        for k, (line, name) in enumerate(zip(self.lines, self.names, strict=True)):
            line.setVisible(k < len(entries))
            name.setVisible(k < len(entries))
        for k, entry in enumerate(entries):
            self.lines[k].setPen(entry.pen)
            self.dots[k].setBrush(entry.pen.color())
            self.lines[k].setZValue(3.0 - 0.01 * k)
            self.names[k].set_style(self._font, entry.pen.color())

    def arrange(self, rect: QRectF, font: QFont, left: float = 0.0, level: str = "") -> None:
        """Fill a rectangle, with space at the right for the names, which are shortened if necessary."""
        metrics, most = QFontMetricsF(self._font), _NAME_SHARE * rect.width()
        for name, entry in zip(self.names, self._entries, strict=False):
            words = metrics.elidedText(entry.name, Qt.TextElideMode.ElideRight, most)
            name.set_words(words if self._is_named else "")
        written = [*(name.text() for name in self.names[: len(self._entries)]), level]
        widest = max((metrics.horizontalAdvance(words) for words in written), default=0.0)
        self.plane.arrange(rect, font, left, widest + _GAP + 2.0 if widest else 0.0)

    def show(self, courses: Sequence[LinePoints], x: Scale, y: Scale) -> None:
        """Draw the lines, one for each entry; NaN is left out."""
        self.plane.show(x, y)
        self._courses = [self.in_plane(*course) for course in courses]
        self._draw()

    def show_level(self, value: float, words: str) -> None:
        """Draw a horizontal line at a value, with words at its right end."""
        if (value, words) != self._level:
            self._level = value, words
            self.level.show()
            self._draw()

    def show_cursor(self, at: float | None) -> None:
        """Mark a position along the axis, or none."""
        if at == self._at and at is None:
            return
        self._at = at
        self.cursor.setVisible(at is not None)
        x = np.empty(0) if at is None else np.full(2, at)
        self.cursor.set_points(x, np.array(self.plane.extent[2:])[: len(x)], "all")

    def set_visible(self, visible: bool) -> None:
        self.plane.set_visible(visible)
        for name in (*self.names[: len(self._entries)], self.level_name):
            name.setVisible(visible)

    def read(self, x: float, _y: float) -> Sequence[str]:
        """The lines' values at a position along the axis."""
        values = [
            (entry.name or entry.full_name, value_at(*course, x))
            for entry, course in zip(self._entries, self._courses, strict=False)
        ]
        said = [
            f"{name} {tick(self.plane.value_of(0.0, value)[1], 4)}" for name, value in values if value is not None
        ]
        place = tick(self.plane.value_of(x, 0.0)[0], 4)
        return [f"{self._unit} {place}", *said] if said else []

    def in_plane(self, x: FloatArray, y: FloatArray) -> LinePoints:
        """A line's points in coordinates of the plane: logarithms if an axis is logarithmic."""
        with np.errstate(divide="ignore", invalid="ignore"):
            x = np.log10(x) if self.plane.x.logarithmic else x
            y = np.log10(y) if self.plane.y.logarithmic else y
        there = np.isfinite(x) & np.isfinite(y)
        return x[there], y[there]

    def seen(self, x: FloatArray, y: FloatArray) -> LinePoints:
        """The visible part of a line: the rest would take time to draw, and 10³⁰⁰ is too large for Qt."""
        x_min, x_max, y_min, y_max = self.plane.extent
        first, last = np.searchsorted(x, (x_min, x_max))
        part, span = slice(max(0, first - 1), last + 1), _FAR * (y_max - y_min)
        return x[part], np.clip(y[part], y_min - span, y_max + span)

    def _draw(self) -> None:
        for line, course in zip(self.lines, self._courses, strict=False):
            line.set_points(*self.seen(*course), "all")
        for dot, line, (x, y) in zip(self.dots, self.lines, self._courses, strict=False):
            dot.setVisible(len(x) == 1)
            if len(x) == 1:
                dot.setPath(circles(self.plane.pixels(np.column_stack([x, y])), _DOT * line.pen().widthF()))
        if self._level:
            self.level.set_points(*self.seen(*self._across(self._level[0])), "all")
        self._place_names()

    def _across(self, level: float) -> LinePoints:
        """A horizontal line across the visible part."""
        x_min, x_max, *_ = self.plane.extent
        height = math.log10(level) if self.plane.y.logarithmic else level
        return np.array([x_min, x_max]), np.full(2, height)

    def _rows(self) -> Numbers:
        if not self.plane.is_visible:
            return []
        names = [entry.full_name or entry.name or self._unit for entry in self._entries]
        drawn = zip(names, self._courses, strict=False)
        return [(name, *self.plane.value_of(*point)) for name, (x, y) in drawn for point in zip(x, y, strict=True)]

    def _place_names(self) -> None:
        """Write names where their lines end, without overlaps; above a line that ends before others do."""
        frame, height = self.plane.frame, QFontMetricsF(self.names[0].font()).height() if self.names else 0.0
        ends = [self._end(course) for _, course in zip(self._entries, self._courses, strict=False)]
        texts = list(self.names[: len(ends)])
        if self._level:
            ends.append(self._end(self._across(self._level[0])))
            self.level_name.set_words(self._level[1])
            texts.append(self.level_name)
        there = [(k, *end) for k, end in enumerate(ends) if end]
        farthest = max((x for _, x, _ in there), default=0.0)
        rows = spread_apart([y for *_, y in there], height, frame.top(), frame.bottom())
        for (k, x, y), row in zip(there, rows, strict=True):
            above = max(y - 0.8 * height, frame.top() + height / 2)
            texts[k].place(x + _GAP, above if x < farthest - height else row, 0.0, 0.5)
        for text, end in zip(texts, ends, strict=True):
            text.setOpacity(float(end is not None))

    def _end(self, course: LinePoints) -> tuple[float, float] | None:
        """End of a visible line, in pixels."""
        x_min, x_max, y_min, y_max = self.plane.extent
        last = int(np.searchsorted(course[0], x_max, "right")) - 1
        if last < 0 or course[0][last] < x_min:
            return None
        x, y = float(course[0][last]), float(course[1][last])
        if self.plane.held and not y_min <= y <= y_max:
            return None
        right, down = self.plane.pixels(np.array([x, min(max(y, y_min), y_max)])).tolist()
        return right, down


def value_at(x: FloatArray, y: FloatArray, at: float) -> float | None:
    """The value of a line's point nearest to ``at``; None outside the line."""
    if not len(x) or not x[0] <= at <= x[-1]:
        return None
    after = int(np.searchsorted(x, at))
    nearest = after - 1 if after and at - x[after - 1] < x[min(after, len(x) - 1)] - at else after
    return float(y[min(nearest, len(y) - 1)])


def spread_apart(places: Sequence[float], distance: float, first: float, last: float) -> list[float]:
    """Places between first and last, moved as little as necessary to be at least ``distance`` apart."""
    order = sorted(range(len(places)), key=lambda k: places[k])
    moved = dict.fromkeys(order, 0.0)
    below = last + distance / 2
    for k in reversed(order):
        moved[k] = below = min(places[k], below - distance)
    above = first - distance / 2
    for k in order:
        moved[k] = above = max(moved[k], above + distance)
    return [moved[k] for k in range(len(places))]


def loss_scale(values: FloatArray, *, logarithmic: bool, diverged: bool = False) -> Scale:
    """A scale for losses; an exploding loss leaves it at the top, so that the others stay readable.

    Of a run that has diverged all decades are shown: the explosion is what there is to see.
    """
    values = values[np.isfinite(values) & (values > 0.0)]
    if not len(values):
        return linear_scale(1.0)
    if diverged:
        return log_scale(float(values.min()), float(values.max()), _ALL_DECADES)
    middle = len(values) // 2
    largest = min(float(values.max()), _EXPLOSION * float(np.partition(values, middle)[middle]))
    return log_scale(float(values.min()), largest) if logarithmic else linear_scale(largest)


def curve_pen(theme: Theme, index: int) -> QPen:
    """The pen of the line with this index; lines differ in their dashes as well as in their colours."""
    color = theme.classes[_COLORS[index % len(_COLORS)]]
    return line_pen(color, 2.5, _STYLES[index % len(_STYLES)])


_STYLES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
    Qt.PenStyle.DashDotDotLine,
)
_COLORS = (2, 3, 5, 4, 8, 7)
"""Indices of the class colours that lines use: those that do not stand for signs."""

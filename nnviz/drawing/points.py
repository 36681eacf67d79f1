"""Samples as markers, painted into one picture whenever data, theme or size change, not with every frame."""

import math
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsPixmapItem, QSizePolicy, QWidget

from nnviz.data.dataset import FloatArray
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.drawing.view import SelfPainted
from nnviz.experiment.problem import Problem
from nnviz.experiment.samples import Samples
from nnviz.runs.maps import ZERO
from nnviz.theme import SYMBOLS, Theme, theme

_SLIM = 0.1
"""Half the width of a cross's arms."""
MOST_POINTS = 2000
"""Most points of a set that are drawn: the first ones, which are in random order."""
STAMP_SIDE = 1.5
"""Side of a marker's picture, as a multiple of the marker, to leave space for the rim."""
_LEGEND_MARGIN = 6.0


@cache
def marker_path(symbol: str) -> QPainterPath:
    """The outline of a symbol."""
    path = QPainterPath()
    if symbol == "o":
        path.addEllipse(QPointF(0.0, 0.0), 0.5, 0.5)
    else:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in _CORNERS[symbol]]))
        path.closeSubpath()
    return path


Corners = Sequence[tuple[float, float]]


def _around(count: int, *radii: float, turned: float = 0.0) -> Corners:
    """Corners around the centre, the first at the top; their distances alternate between the ``radii``."""
    angles = np.radians(turned) + 2.0 * np.pi * np.arange(count) / count
    distances = np.resize(radii, count)
    return [(float(r * np.sin(a)), float(-r * np.cos(a))) for a, r in zip(angles, distances, strict=True)]


def _turned(corners: Corners, angle: float) -> Corners:
    sine, cosine = np.sin(np.radians(angle)), np.cos(np.radians(angle))
    return [(float(cosine * x - sine * y), float(sine * x + cosine * y)) for x, y in corners]


_TRIANGLE: Corners = [(-0.5, 0.5), (0.0, -0.5), (0.5, 0.5)]
_QUARTER: Corners = [(_SLIM, -_SLIM), (0.5, -_SLIM), (0.5, _SLIM)]
_CROSS = [corner for turns in range(4) for corner in _turned(_QUARTER, 90.0 * turns)]


_CORNERS: dict[str, Corners] = {
    "s": [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)],
    "t": _turned(_TRIANGLE, 180.0),
    "t1": _TRIANGLE,
    "d": [(0.0, -0.5), (0.4, 0.0), (0.0, 0.5), (-0.4, 0.0)],
    "p": _around(5, 0.5),
    "h": _around(6, 0.5),
    "star": _around(10, 0.5, 0.2),
    "+": _CROSS,
    "x": _turned(_CROSS, 45.0),
}


class PointStyle(Struct, frozen=True):
    """How one point is drawn; ``rim`` is the colour around a filled marker, the background's if empty."""

    symbol: str
    color: str
    filled: bool
    rim: str = ""


Places = tuple[FloatArray, FloatArray]
"""Positions of training and test points in pixels, shape (points, 2) each."""


def paint_points(
    problem: Problem, places: Places, theme: Theme, size: QSizeF, ratio: float, marker: float
) -> QPixmap:
    """Paint the training and test points on a transparent pixmap.

    Parameters
    ----------
    places : two arrays, shape (points, 2)
        Positions of training and test points in pixels.
    size : QSizeF
        Of the picture, in pixels.
    ratio : float
        Device pixels a pixel.
    marker : float
        Size of a marker, in pixels.
    """
    picture = QPixmap((size * ratio).toSize())
    if picture.isNull():  # the size is zero
        return picture
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    stamp = cache(lambda style: stamp_of(style, marker, ratio, theme))
    train, test = (np.round((points - STAMP_SIDE * marker / 2) * ratio) / ratio for points in places)
    for style, (x, y) in _placed(problem, (train, test), theme):
        painter.drawPixmap(QPointF(x, y), stamp(style))
    painter.end()
    return picture


class SamplePoints(QGraphicsPixmapItem):
    """The samples of a problem in one picture; in a vector file, one path a sample."""

    def __init__(self) -> None:
        super().__init__()
        self._painted: tuple[Problem, Places, Theme, QSizeF, float, float] | None = None

    def show_points(
        self, problem: Problem, places: Places, theme: Theme, size: QSizeF, ratio: float, marker: float
    ) -> None:
        """Show training and test points; arguments as in `paint_points`."""
        self._painted = problem, places, theme, size, ratio, marker
        self.setPixmap(paint_points(*self._painted))

    def use_vectors(self, vectors: bool) -> None:
        """Draw every marker as a path, or all in one picture."""
        if self._painted is None:
            return
        if vectors:
            self.setPixmap(QPixmap())
            self._add_paths(*self._painted)
        else:
            for item in self.childItems():
                self.scene().removeItem(item)
            self.setPixmap(paint_points(*self._painted))

    def _add_paths(
        self, problem: Problem, places: Places, theme: Theme, size: QSizeF, _ratio: float, marker: float
    ) -> None:
        seen = QRectF(QPointF(), size)
        for style, (x, y) in _placed(problem, places, theme):
            if seen.contains(x, y):
                item = QGraphicsPathItem(marker_path(style.symbol), self)
                item.setPos(x, y)
                item.setScale(marker)
                pen, brush = _pen_and_brush(style, theme)
                item.setPen(pen)
                item.setBrush(brush)


class SampleMark(PathItem):
    """A ring around the chosen sample."""

    def set_style(self, theme: Theme) -> None:
        self.setPen(line_pen(theme.text, 3.5))

    def show_at(self, places: FloatArray, sample: int | None, marker: float) -> None:
        """Place it around one of the samples at ``places``, shape (samples, 2), whose markers have this size."""
        there = sample is not None and sample < len(places)
        self.setPath(
            circles(places[sample : sample + 1], 0.9 * marker) if there and sample is not None else QPainterPath()
        )


def _placed(problem: Problem, places: Places, theme: Theme) -> Iterator[tuple[PointStyle, tuple[float, float]]]:
    """Style and position of every point; test points first, so that training points lie on top."""
    for samples, points, filled in ((problem.test, places[1], False), (problem.train, places[0], True)):
        styles = _styles(problem, samples, theme, filled=filled)
        yield from zip(styles, points.tolist(), strict=False)


def stamp_of(style: PointStyle, marker: float, ratio: float, theme: Theme) -> QPixmap:
    """A picture of a marker: painting it many times is ten times as fast as drawing each."""
    side = math.ceil(STAMP_SIDE * marker * ratio)
    picture = QPixmap(side, side)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = STAMP_SIDE * marker / 2
    draw_marker(painter, QPointF(middle, middle), marker, style, theme)
    painter.end()
    return picture


def draw_marker(painter: QPainter, place: QPointF, size: float, style: PointStyle, theme: Theme) -> None:
    """Draw one marker: filled with a thin rim in the background's colour, or hollow with a coloured rim."""
    pen, brush = _pen_and_brush(style, theme)
    painter.save()
    painter.translate(place)
    painter.scale(size, size)
    painter.setPen(pen)
    painter.setBrush(brush)
    painter.drawPath(marker_path(style.symbol))
    painter.restore()


def _pen_and_brush(style: PointStyle, theme: Theme) -> tuple[QPen, QBrush]:
    """Pen and brush of a marker that is one unit wide."""
    rim, inside = (style.rim or theme.background, style.color) if style.filled else (style.color, theme.background)
    return QPen(QColor(rim), 0.12 if style.filled else 0.22), QBrush(QColor(inside))


def class_style(index: int, classes: int, theme: Theme, *, filled: bool) -> PointStyle:
    """Marker of a class; classes differ in shape as well as in colour."""
    return PointStyle(SYMBOLS[index % len(SYMBOLS)], theme.class_color(index, classes), filled)


def _styles(problem: Problem, samples: Samples, theme: Theme, *, filled: bool) -> Iterator[PointStyle]:
    if samples.labels is not None:
        styles = [class_style(k, len(problem.labels), theme, filled=filled) for k in range(len(problem.labels))]
        return (styles[k] for k in samples.labels[:MOST_POINTS])
    if problem.flat:
        return (PointStyle("o", theme.muted, filled) for _ in samples.targets[:MOST_POINTS])
    values = samples.targets[:MOST_POINTS, 0]
    largest = max(float(np.abs(problem.train.targets[:, 0]).max()), 1e-9)
    indices = np.clip(ZERO + np.round(ZERO * values / largest), 0, 2 * ZERO).astype(int)
    # values near zero have the background's colour, so only the rim shows them
    rim = theme.text if filled else theme.muted
    return (PointStyle("o", theme.signed_brushes[i].color().name(), filled=True, rim=rim) for i in indices)


class Legend(SelfPainted):
    """A legend of markers and their names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[tuple[PointStyle | None, str]] = []
        self._theme = theme("light")
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def words(self) -> list[str]:
        """The names shown."""
        return [words for _, words in self._entries]

    def show_problem(self, problem: Problem, theme: Theme, *, has_test: bool = True) -> None:
        """Show the classes, the kinds of points that are drawn, and whether some of them are left out."""
        self._theme = theme
        self._entries = [
            (class_style(k, len(problem.labels), theme, filled=True), name)
            for k, name in enumerate(problem.labels)
        ]
        if not problem.labels:
            self._entries.append((PointStyle("o", theme.muted, filled=True), "training"))
        if has_test and len(problem.test):
            self._entries.append((PointStyle("o", theme.muted, filled=False), "test"))
        left_out = max(len(problem.train), len(problem.test) * has_test) - MOST_POINTS
        if left_out > 0:
            self._entries.append((None, f"only {MOST_POINTS:,} points of a set are drawn"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(100, self.heightForWidth(max(100, self.width())))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = 1 + max((line for line, _ in self._places(width)), default=0)
        return lines * self._line

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._theme.text))
        for (line, x), (style, words) in zip(self._places(self.width()), self._entries, strict=True):
            self._paint_entry(painter, x, line * self._line, style, words)
        painter.end()

    @property
    def _line(self) -> int:
        return round(1.4 * self.fontMetrics().height())

    @property
    def _marker(self) -> float:
        return 0.72 * self.fontMetrics().height()

    def _places(self, width: int) -> list[tuple[int, float]]:
        """Line and left position of each entry."""
        places, line, x = [], 0, _LEGEND_MARGIN
        for style, words in self._entries:
            length = self.fontMetrics().horizontalAdvance(words) + (1.5 * self._marker if style else 0.0)
            if x > _LEGEND_MARGIN and x + length > width:
                line, x = line + 1, _LEGEND_MARGIN
            places.append((line, x))
            x += length + 1.3 * self._marker
        return places

    def _paint_entry(self, painter: QPainter, x: float, y: int, style: PointStyle | None, words: str) -> None:
        size = self._marker
        if style:
            painter.save()
            draw_marker(painter, QPointF(x + size / 2, y + self._line / 2), size, style, self._theme)
            painter.restore()
            x += 1.5 * size
        painter.drawText(round(x), y, self.width(), self._line, Qt.AlignmentFlag.AlignVCenter, words)

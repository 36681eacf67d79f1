"""Samples as markers: painted once into a picture, when data, theme or size change, and not once a frame."""

import math
from collections.abc import Iterator
from functools import cache

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsPixmapItem

from nnviz.data.dataset import FloatArray
from nnviz.drawing.markers import marker_path
from nnviz.experiment.problem import Problem, Samples
from nnviz.runs.maps import ZERO
from nnviz.theme import SYMBOLS, Theme

MOST_POINTS = 2000
"""Points of a set that are drawn at most; of more, the first, which are in random order."""

STAMP_SIDE = 1.5
"""Side of a marker's picture, in markers: the rim reaches out."""


class PointStyle(Struct, frozen=True):
    """How one point is drawn; ``rim`` is the colour around a filled one, the ground's if empty."""

    symbol: str
    color: str
    filled: bool
    rim: str = ""


Places = tuple[FloatArray, FloatArray]
"""Where training and test points are, in pixels, shape (points, 2) each."""


def paint_points(
    problem: Problem,
    places: Places,
    theme: Theme,
    size: QSizeF,
    ratio: float,
    marker: float,
) -> QPixmap:
    """A transparent picture of the training and test points.

    Parameters
    ----------
    places : two arrays, shape (points, 2)
        Where training and test points are, in pixels.
    size : QSizeF
        Of the picture, in pixels.
    ratio : float
        Device pixels a pixel.
    marker : float
        Size of a marker, in pixels.
    """
    picture = QPixmap((size * ratio).toSize())
    if picture.isNull():  # nothing is to be seen
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
    """The samples of a problem in one picture; for a file of vectors a path each."""

    def __init__(self) -> None:
        super().__init__()
        self._painted: tuple[Problem, Places, Theme, QSizeF, float, float] | None = None

    def show_points(
        self, problem: Problem, places: Places, theme: Theme, size: QSizeF, ratio: float, marker: float
    ) -> None:
        """Show training and test points where `paint_points` says."""
        self._painted = problem, places, theme, size, ratio, marker
        self.setPixmap(paint_points(*self._painted))

    def draw_itself(self, itself: bool) -> None:
        """Draw every marker as a path, or all in one picture again."""
        if self._painted is None:
            return
        if itself:
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


def _placed(problem: Problem, places: Places, theme: Theme) -> Iterator[tuple[PointStyle, tuple[float, float]]]:
    """Style and place of every point; test points first, for training points lie on top."""
    for samples, points, filled in ((problem.test, places[1], False), (problem.train, places[0], True)):
        styles = _styles(problem, samples, theme, filled=filled)
        yield from zip(styles, points.tolist(), strict=False)


def stamp_of(style: PointStyle, marker: float, ratio: float, theme: Theme) -> QPixmap:
    """A marker to be painted many times: ten times as fast as drawing each."""
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
    """Draw one marker: filled with a thin rim of the ground, or hollow with a rim of its colour."""
    pen, brush = _pen_and_brush(style, theme)
    painter.save()
    painter.translate(place)
    painter.scale(size, size)
    painter.setPen(pen)
    painter.setBrush(brush)
    painter.drawPath(marker_path(style.symbol))
    painter.restore()


def _pen_and_brush(style: PointStyle, theme: Theme) -> tuple[QPen, QBrush]:
    """Rim and inside of a marker that is one unit wide."""
    rim, inside = (style.rim or theme.background, style.color) if style.filled else (style.color, theme.background)
    return QPen(QColor(rim), 0.12 if style.filled else 0.22), QBrush(QColor(inside))


def class_style(index: int, classes: int, theme: Theme, *, filled: bool) -> PointStyle:
    """Marker of a class: told apart by shape as well as by colour."""
    return PointStyle(SYMBOLS[index % len(SYMBOLS)], theme.class_color(index, classes), filled)


def _styles(problem: Problem, samples: Samples, theme: Theme, *, filled: bool) -> Iterator[PointStyle]:
    if samples.classes is not None:
        styles = [class_style(k, len(problem.classes), theme, filled=filled) for k in range(len(problem.classes))]
        return (styles[k] for k in samples.classes[:MOST_POINTS])
    if problem.flat:
        return (PointStyle("o", theme.muted, filled) for _ in samples.targets[:MOST_POINTS])
    values = samples.targets[:MOST_POINTS, 0]
    largest = max(float(np.abs(problem.train.targets[:, 0]).max()), 1e-9)
    indices = np.clip(ZERO + np.round(ZERO * values / largest), 0, 2 * ZERO).astype(int)
    # values near zero have the colour of the ground, so that it is the rim that shows them
    rim = theme.text if filled else theme.muted
    return (PointStyle("o", theme.signed_brushes[i].color().name(), filled=True, rim=rim) for i in indices)

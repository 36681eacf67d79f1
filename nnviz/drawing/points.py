"""Samples as markers: painted once into a picture, when data, theme or size change, and not once a frame."""

import math
from collections.abc import Iterator
from functools import cache

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap

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


def paint_points(
    problem: Problem,
    places: tuple[FloatArray, FloatArray],
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
    # test points first: training points lie on top
    for samples, points, filled in ((problem.test, places[1], False), (problem.train, places[0], True)):
        corners = np.round((points - STAMP_SIDE * marker / 2) * ratio) / ratio
        for style, (x, y) in zip(_styles(problem, samples, theme, filled=filled), corners.tolist(), strict=False):
            painter.drawPixmap(QPointF(x, y), stamp(style))
    painter.end()
    return picture


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
    rim, inside = (style.rim or theme.background, style.color) if style.filled else (style.color, theme.background)
    painter.setPen(QPen(QColor(rim), size * (0.12 if style.filled else 0.22)))
    painter.setBrush(QBrush(QColor(inside)))
    painter.save()
    painter.translate(place)
    painter.scale(size, size)
    pen = painter.pen()
    pen.setWidthF(pen.widthF() / size)
    painter.setPen(pen)
    painter.drawPath(marker_path(style.symbol))
    painter.restore()


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

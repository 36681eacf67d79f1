"""Between the plane and a hidden space: grid, samples and boundary so far on the way from one to the other."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene

from nnviz.analysis.hidden_space import HiddenPicture
from nnviz.data.dataset import FloatArray
from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import add_path
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.points import STAMP_SIDE, PointStyle, class_style, stamp_of
from nnviz.drawing.tag import Tag
from nnviz.experiment.problem import Problem
from nnviz.runs.maps import ZERO
from nnviz.theme import Theme, mix
from nnviz.views.hidden.scale import Ends, hidden_ends, names_of, plane_scale, scale_of

_WIDEST = 2.0
"""Width of the frame at most, in heights of it."""

_NEAR = 12.0
"""Pixels from a sample within which it is meant."""


class HiddenPlot:
    """A frame with everything in it between t = 0, the plane, and t = 1, the hidden space.

    Both are stretched to fill the frame. In between every point is so far on the straight way.

    Attributes
    ----------
    grid, boundary, straight : PathItem
        ``straight`` is the boundary as exact lines, where it is known, at t = 1.
    samples : list of QGraphicsPixmapItem
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self._axes = Axes(scene, scale_of((0.0, 1.0)), scale_of((0.0, 1.0)))
        self._window = QGraphicsRectItem()
        self._window.setPen(QPen(Qt.PenStyle.NoPen))
        self._window.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape)
        scene.addItem(self._window)
        self.grid, self.boundary, self.straight = (add_path(scene, layer) for layer in (1.0, 3.0, 3.0))
        for item in (self.grid, self.boundary, self.straight):
            item.setParentItem(self._window)
        self.samples: list[QGraphicsPixmapItem] = []
        self._ring = QGraphicsRectItem(parent=self._window)
        self._ring.setZValue(5.0)
        self.names = Tag(scene, 6.0), Tag(scene, 6.0)
        self._dressed: object = None
        self._places = np.empty((0, 2))
        self._marker = 8.0

    @property
    def frame(self) -> QRectF:
        """Where it is drawn, in pixels."""
        return self._axes.frame

    def arrange(self, rect: QRectF, font: QFont, theme: Theme) -> None:
        """Fill a rectangle, in the middle of one that is very wide."""
        metrics = QFontMetricsF(font)
        self._theme, self._dressed = theme, None
        spare = max(0.0, rect.width() - _WIDEST * rect.height())
        self._axes.set_theme(theme)
        left = metrics.horizontalAdvance("−0.000") + 6.0
        self._axes.arrange(rect.adjusted(spare / 2, 0.0, -spare / 2, 0.0), font, left, metrics.height())
        self._window.setRect(self.frame)
        self._marker = max(6.0, min(14.0, 0.028 * self.frame.height(), 0.028 * self.frame.width()))
        self.grid.setPen(line_pen(mix(theme.background, theme.muted, 0.6), 1.0))
        for item in (self.boundary, self.straight):
            item.setPen(line_pen(theme.text, 2.5))
        self._ring.setPen(line_pen(theme.accent, 2.5))
        for name in self.names:
            name.set_style(theme, font)

    def show(self, picture: HiddenPicture, problem: Problem, share: float) -> None:
        """Show everything so far on the way."""
        self._dress(picture, problem)
        x_min, x_max, y_min, y_max = problem.extent
        plane, hidden = ((x_min, x_max), (y_min, y_max)), hidden_ends(picture, problem)
        self._mark(hidden if share else plane, share)
        self._name(*names_of(picture, problem, plane=share == 0.0))
        ways = [(self._way(plane), 1.0 - share), (self._way(hidden), share)]
        exact = share == 1.0 and len(picture.straight) > 0
        _draw(self.grid, _broken(_between(picture.grid.plane, picture.grid.hidden, ways)))
        boundary = _between(picture.boundary.plane, picture.boundary.hidden, ways)
        _draw(self.boundary, boundary[:0] if exact else boundary)
        _draw(self.straight, _broken(_along(picture.straight[: None if exact else 0], ways[1][0])))
        self._places = _between(picture.samples.plane, picture.samples.hidden, ways)
        self._ring.setVisible(False)
        corner = self._places - STAMP_SIDE * self._marker / 2
        for item, (x, y) in zip(self.samples, corner.tolist(), strict=True):
            item.setPos(x, y)

    def clear(self) -> None:
        """Show nothing but the frame."""
        for item in (self.grid, self.boundary, self.straight):
            _draw(item, np.empty((0, 2)))
        self._provide(0)
        self._dressed, self._places = None, np.empty((0, 2))
        self._ring.setVisible(False)
        for name in self.names:
            name.set_visible(False)

    def sample_at(self, point: QPointF) -> int | None:
        """The sample nearest to a point, if it is near."""
        if not len(self._places) or not self.frame.contains(point):
            return None
        distances = np.hypot(*(self._places - [point.x(), point.y()]).T)
        nearest = int(distances.argmin())
        return nearest if distances[nearest] <= _NEAR else None

    def place_of(self, sample: int) -> tuple[float, float]:
        """Where a sample is drawn, in pixels."""
        x, y = self._places[sample].tolist()
        return x, y

    def ring(self, sample: int | None) -> None:
        """Put a frame around a sample, or around none."""
        self._ring.setVisible(sample is not None)
        if sample is not None:
            x, y = self.place_of(sample)
            self._ring.setRect(QRectF(x, y, 0.0, 0.0).adjusted(*(side * self._marker for side in (-1, -1, 1, 1))))

    def _dress(self, picture: HiddenPicture, problem: Problem) -> None:
        """Give every sample its marker; done when data, theme or size change."""
        dressed = (problem.train, self._theme, self._marker, len(picture.samples.plane))
        if dressed == self._dressed:
            return
        self._dressed = dressed
        self._provide(len(picture.samples.plane))
        stamps: dict[PointStyle, QPixmap] = {}
        for item, style in zip(self.samples, _styles(problem, len(self.samples), self._theme), strict=True):
            if style not in stamps:
                stamps[style] = stamp_of(style, self._marker, 2.0, self._theme)
            item.setPixmap(stamps[style])

    def _provide(self, count: int) -> None:
        for item in self.samples[count:]:
            self._window.scene().removeItem(item)
        del self.samples[count:]
        while len(self.samples) < count:
            item = QGraphicsPixmapItem(self._window)
            item.setZValue(2.0)
            self.samples.append(item)

    def _mark(self, ends: tuple[Ends, Ends], share: float) -> None:
        """Write numbers at the axes at either end of the way, and none in between."""
        if share == 0.0:
            self._axes.set_scales(plane_scale(ends[0]), plane_scale(ends[1]))
        else:
            across, up = (scale_of(way, marked=share == 1.0) for way in ends)
            self._axes.set_scales(across, up)

    def _name(self, across: str, up: str) -> None:
        """Say what the axes are, in the corners of the frame, if there is room between the samples."""
        frame, (below, beside) = self.frame, self.names
        for tag, words in ((below, across), (beside, up)):
            tag.words.set_words(words)
        size = below.words.boundingRect()
        below.say(across, frame.right() - size.width() / 2 - 4.0, frame.bottom() - size.height() / 2 - 3.0)
        size = beside.words.boundingRect()
        beside.say(up, frame.left() + size.width() / 2 + 4.0, frame.top() + size.height() / 2 + 3.0)
        has_room = frame.height() > 6.0 * size.height() and frame.width() > 2.0 * size.width()
        below.set_visible(has_room)
        beside.set_visible(has_room and bool(up))

    def _way(self, ends: tuple[Ends, Ends]) -> tuple[FloatArray, FloatArray]:
        """Scale and shift from coordinates to pixels."""
        frame, ((left, right), (low, high)) = self.frame, ends
        scale = np.array([frame.width() / (right - left), -frame.height() / (high - low)])
        return scale, np.array([frame.left(), frame.bottom()]) - scale * [left, low]


_FAR = 1e6
"""Pixels beyond which Qt need not be told where a point is."""

_Way = tuple[FloatArray, FloatArray]


def _draw(item: PathItem, points: FloatArray) -> None:
    points = np.clip(points, -_FAR, _FAR)
    item.set_points(points[:, 0], points[:, 1])


def _between(plane: FloatArray, hidden: FloatArray, ways: list[tuple[_Way, float]]) -> FloatArray:
    (first, rest), (second, share) = ways
    if share == 0.0:  # where the hidden space has no finite place, there is none between
        return _along(plane, first)
    return rest * _along(plane, first) + share * _along(hidden, second)


def _along(points: FloatArray, way: _Way) -> FloatArray:
    return np.asarray(points * way[0] + way[1])


def _broken(lines: FloatArray) -> FloatArray:
    """Lines, shape (lines, points, 2), one after another with a row of NaN between."""
    if not len(lines):
        return np.empty((0, 2))
    return np.concatenate([lines, np.full((len(lines), 1, 2), np.nan)], axis=1).reshape(-1, 2)


def _styles(problem: Problem, count: int, theme: Theme) -> list[PointStyle]:
    """Markers of the first training samples, as they are everywhere: classes by shape, values by shade."""
    train, classes = problem.train, len(problem.classes)
    if train.classes is not None:
        of_class = [class_style(k, classes, theme, filled=True) for k in range(classes)]
        return [of_class[k] for k in train.classes[:count].tolist()]
    values = train.targets[:count, 0]
    largest = max(float(np.abs(train.targets[:, 0]).max()), 1e-9)
    shades = np.clip(ZERO + np.round(ZERO * values / largest), 0, 2 * ZERO).astype(int)
    return [PointStyle("o", theme.signed_brushes[k].color().name(), filled=True, rim=theme.text) for k in shades]

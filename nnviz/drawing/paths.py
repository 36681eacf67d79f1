"""Paths through arrays of points, painted by Qt without Python."""

import numpy as np
from PySide6.QtCore import QByteArray, QDataStream, QIODevice, QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem
from shiboken6 import VoidPtr

from nnviz.data.dataset import FloatArray

_COUNT, _END = np.dtype(">i4"), np.zeros(2, ">i4").tobytes()
_ELEMENT = np.dtype([("line", ">i4"), ("x", ">f8"), ("y", ">f8")])
"""Qt's binary format of a path element: whether a line leads to the point, and the point."""
HEAD = 13.0
"""Usual length of an arrow head in pixels."""
_HALF_HEAD = 0.45
"""Half the width of an arrow head, as a fraction of its length."""


class PathItem(QGraphicsPathItem):
    """A path through arrays of points."""

    def __init__(self, pen: QPen | None = None) -> None:
        super().__init__()
        if pen:
            self.setPen(pen)

    def set_points(self, x: FloatArray, y: FloatArray, connect: str = "finite") -> None:
        """Set the points; ``finite`` breaks the line at NaN, ``pairs`` joins every two, ``all`` joins all."""
        self.setPath(_WAYS[connect](x, y))


def _whole(x: FloatArray, y: FloatArray) -> QPainterPath:
    path = QPainterPath()
    if len(x):
        path.addPolygon(_polygon(x, y))
    return path


def _broken(x: FloatArray, y: FloatArray) -> QPainterPath:
    path = QPainterPath()
    gaps = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
    for start, end in zip([0, *(gaps + 1).tolist()], [*gaps.tolist(), len(x)], strict=True):
        if start < end:
            path.addPolygon(_polygon(x[start:end], y[start:end]))
    return path


def _polygon(x: FloatArray, y: FloatArray) -> QPolygonF:
    polygon = QPolygonF()
    points = points_of(polygon, len(x))
    points[:, 0], points[:, 1] = x, y
    return polygon


def points_of(polygon: QPolygonF, count: int) -> FloatArray:
    """Resize a polygon and return its points, shape (count, 2), as a view of Qt's memory: valid while it lives."""
    polygon.resize(count)
    memory = VoidPtr(polygon.data(), 16 * count, True)  # type: ignore[call-arg, arg-type]
    points: FloatArray = np.frombuffer(memory).reshape(-1, 2)  # type: ignore[call-overload]
    return points


def _pairs(x: FloatArray, y: FloatArray) -> QPainterPath:
    """Lines from every second point to the next; written as one stream, which is faster than a call per line."""
    path, elements = QPainterPath(), np.zeros(len(x), _ELEMENT)
    if len(x):
        elements["line"], elements["x"], elements["y"] = np.arange(len(x)) % 2, x, y
        data = QByteArray(np.array([len(x)], _COUNT).tobytes() + elements.tobytes() + _END)
        QDataStream(data, QIODevice.OpenModeFlag.ReadOnly) >> path
    return path


_WAYS = {"all": _whole, "finite": _broken, "pairs": _pairs}


def cache_painting(*items: QGraphicsItem, cached: bool = True) -> None:
    """Let Qt cache items as pixmaps, for items that seldom change."""
    modes = QGraphicsItem.CacheMode
    for item in items:
        item.setCacheMode(modes.DeviceCoordinateCache if cached else modes.NoCache)


_FINE = 1e4
"""Width of a cached path in its own units."""


class CachedPath(PathItem):
    """Lines in the plane that seldom change and can be cached as a pixmap.

    Qt measures an item with the pen's width in the item's units, and does not cache an item that seems larger than
    the view. The item's units are therefore small.
    """

    def set_lines(self, points: FloatArray, width: float) -> None:
        """Set points, shape (points, 2), with NaN between lines; ``width`` is that of the visible plane."""
        self.setScale(width / _FINE)
        self.set_points(*(points * (_FINE / width)).T)


def line_pen(color: str | QColor, width: float = 2.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen with a width in pixels at any zoom; flat caps take Qt a seventh of the time of round ones."""
    pen = QPen(QColor(color), width, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
    pen.setCosmetic(True)
    return pen


def circles(points: FloatArray, radius: float) -> QPainterPath:
    """A circle around each finite point, shape (points, 2)."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for x, y in points[np.isfinite(points).all(axis=1)].tolist():
        path.addEllipse(QPointF(x, y), radius, radius)
    return path


def arrow_head(tip: FloatArray, along: FloatArray, length: float) -> FloatArray:
    """The closed outline of an arrow head, shape (4, 2); ``along`` has length 1."""
    back, side = tip - length * along, _HALF_HEAD * length * np.array([-along[1], along[0]])
    return np.stack([tip, back + side, back - side, tip])


def arrow_path(foot: FloatArray, tip: FloatArray, along: FloatArray, length: float = HEAD) -> QPainterPath:
    """An arrow: shaft and filled head."""
    path = QPainterPath(QPointF(*foot))
    path.lineTo(*(tip - length * along))
    head = arrow_head(tip, along, length)
    for corner in (head[1], tip, head[2], tip - length * along):
        path.lineTo(*corner)
    return path

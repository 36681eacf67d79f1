"""Lines that Qt paints by itself, through points of arrays."""

import numpy as np
from PySide6.QtCore import QByteArray, QDataStream, QIODevice, QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem
from shiboken6 import VoidPtr

from nnviz.data.dataset import FloatArray

_COUNT, _END = np.dtype(">i4"), np.zeros(2, ">i4").tobytes()
_ELEMENT = np.dtype([("line", ">i4"), ("x", ">f8"), ("y", ">f8")])
"""How Qt writes an element of a path: whether a line leads to a point, and the point."""
HEAD = 13.0
"""Length of a head in pixels, where there is room for it."""
_HALF_HEAD = 0.45
"""Half of a head's width, in its lengths."""


class PathItem(QGraphicsPathItem):
    """A path that Qt paints, through points of arrays."""

    def __init__(self, pen: QPen | None = None) -> None:
        super().__init__()
        if pen:
            self.setPen(pen)

    def set_points(self, x: FloatArray, y: FloatArray, connect: str = "finite") -> None:
        """Go through points; ``finite`` breaks the line at NaN, ``pairs`` joins every two, ``all`` all."""
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
    """The points of a polygon that gets so many, shape (count, 2), in Qt's own memory: valid as long as it is."""
    polygon.resize(count)
    memory = VoidPtr(polygon.data(), 16 * count, True)  # type: ignore[call-arg, arg-type]
    points: FloatArray = np.frombuffer(memory).reshape(-1, 2)  # type: ignore[call-overload]
    return points


def _pairs(x: FloatArray, y: FloatArray) -> QPainterPath:
    """Lines from every second point to the next; a stream takes them all at once, which calls would not."""
    path, elements = QPainterPath(), np.zeros(len(x), _ELEMENT)
    if len(x):
        elements["line"], elements["x"], elements["y"] = np.arange(len(x)) % 2, x, y
        data = QByteArray(np.array([len(x)], _COUNT).tobytes() + elements.tobytes() + _END)
        QDataStream(data, QIODevice.OpenModeFlag.ReadOnly) >> path
    return path


_WAYS = {"all": _whole, "finite": _broken, "pairs": _pairs}


def keep_painted(*items: QGraphicsItem, kept: bool = True) -> None:
    """Let items be painted once, into pictures that are shown with every frame: for what seldom changes."""
    modes = QGraphicsItem.CacheMode
    for item in items:
        item.setCacheMode(modes.DeviceCoordinateCache if kept else modes.NoCache)


_FINE = 1e4
"""Width of a part of the plane in the units of a kept path."""


class KeptPath(PathItem):
    """Lines in the plane that seldom change, of which Qt can keep a picture.

    Qt counts a pen's width in units of the item when it asks how large it is, and keeps no picture of what seems
    larger than all that is to be seen. The item's own units are therefore small ones.
    """

    def set_lines(self, points: FloatArray, width: float) -> None:
        """Go through points, shape (points, 2), NaN between lines, of a part of the plane that is so wide."""
        self.setScale(width / _FINE)
        self.set_points(*(points * (_FINE / width)).T)


def line_pen(color: str | QColor, width: float = 2.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen of so many pixels at any zoom; flat caps, which cost Qt a seventh of round ones."""
    pen = QPen(QColor(color), width, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
    pen.setCosmetic(True)
    return pen


def circles(points: FloatArray, radius: float) -> QPainterPath:
    """A circle around each point, shape (points, 2), that is finite."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for x, y in points[np.isfinite(points).all(axis=1)].tolist():
        path.addEllipse(QPointF(x, y), radius, radius)
    return path


def arrow_head(tip: FloatArray, along: FloatArray, length: float) -> FloatArray:
    """The corners of a head, shape (4, 2), the first of them again at the end; ``along`` has length 1."""
    back, side = tip - length * along, _HALF_HEAD * length * np.array([-along[1], along[0]])
    return np.stack([tip, back + side, back - side, tip])


def arrow_path(foot: FloatArray, tip: FloatArray, along: FloatArray, length: float = HEAD) -> QPainterPath:
    """The shaft and a filled head."""
    path = QPainterPath(QPointF(*foot))
    path.lineTo(*(tip - length * along))
    head = arrow_head(tip, along, length)
    for corner in (head[1], tip, head[2], tip - length * along):
        path.lineTo(*corner)
    return path

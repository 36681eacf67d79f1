"""Lines that Qt paints by itself, through points of arrays."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QIODevice, QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem
from shiboken6 import VoidPtr

from nnviz.data.dataset import FloatArray

_COUNT, _END = np.dtype(">i4"), np.zeros(2, ">i4").tobytes()
_ELEMENT = np.dtype([("line", ">i4"), ("x", ">f8"), ("y", ">f8")])
"""How Qt writes an element of a path: whether a line leads to a point, and the point."""


class Track:
    """The elements of a path whose points move while what joins them stays.

    Parameters
    ----------
    lines : array of bool, shape (points,)
        Whether a line leads to each point from the one before it.
    """

    def __init__(self, lines: NDArray[np.bool_]) -> None:
        self._head = np.array(len(lines), _COUNT).tobytes()
        self._elements = np.zeros(len(lines), _ELEMENT)
        self._elements["line"] = lines
        self.x, self.y = self._elements["x"], self._elements["y"]

    def path(self) -> QPainterPath:
        """The path through the points as they are; a stream takes them all at once, which calls would not."""
        path = QPainterPath()
        if len(self._elements):
            data = QByteArray(self._head + self._elements.tobytes() + _END)
            QDataStream(data, QIODevice.OpenModeFlag.ReadOnly) >> path
        return path


class PathItem(QGraphicsPathItem):
    """A path that Qt paints, through points of arrays."""

    def __init__(self, pen: QPen | None = None) -> None:
        super().__init__()
        if pen:
            self.setPen(pen)

    def set_points(self, x: FloatArray, y: FloatArray, connect: str = "finite") -> None:
        """Go through points; ``finite`` breaks the line at NaN, ``pairs`` joins every two, ``all`` all."""
        self.setPath(_whole(x, y) if connect == "all" else _broken(x, y, pairs=connect == "pairs"))


def _whole(x: FloatArray, y: FloatArray) -> QPainterPath:
    """One line, written into Qt's own memory: seven times as fast as the stream."""
    path = QPainterPath()
    if len(x):
        polygon = QPolygonF()
        polygon.resize(len(x))
        memory = VoidPtr(polygon.data(), 16 * len(x), True)  # type: ignore[call-arg, arg-type]
        points = np.frombuffer(memory).reshape(-1, 2)  # type: ignore[call-overload]
        points[:, 0], points[:, 1] = x, y
        path.addPolygon(polygon)
    return path


def _broken(x: FloatArray, y: FloatArray, *, pairs: bool) -> QPainterPath:
    if pairs:
        lines = np.arange(len(x)) % 2 == 1
    else:
        there = np.isfinite(x) & np.isfinite(y)
        lines = np.concatenate([[False], there[:-1]])[there]
        x, y = x[there], y[there]
    track = Track(lines)
    track.x[:], track.y[:] = x, y
    return track.path()


def keep_painted(*items: QGraphicsItem) -> None:
    """Let items be painted once, into pictures that are shown with every frame: for what seldom changes."""
    for item in items:
        item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)


def line_pen(color: str | QColor, width: float = 2.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen of so many pixels at any zoom; flat caps, which cost Qt a seventh of round ones."""
    pen = QPen(QColor(color), width, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
    pen.setCosmetic(True)
    return pen


def circles(points: FloatArray, radius: float) -> QPainterPath:
    """A circle around each point, shape (points, 2), that is finite."""
    path = QPainterPath()
    for x, y in points[np.isfinite(points).all(axis=1)].tolist():
        path.addEllipse(QPointF(x, y), radius, radius)
    return path

"""The loss on a plane as a surface in perspective: tiles are painted from back to front."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap, QPolygonF
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path
from nnviz.drawing.paths import line_pen
from nnviz.theme import Theme
from nnviz.views.landscape.relief import Relief, Trail, lit

_MOST_TILES = 32
"""Most tiles per side: about a thousand can be painted within a frame."""
_TALL = 0.9
"""Height of the surface, as a fraction of half its width."""
_LIGHT = np.array([-0.45, -0.35, 0.82])
_BRIGHTNESS, _MESH = 0.5, 0.25
"""Strength of the light, and visibility of the mesh."""
_STEEPEST, _FLATTEST = 1.45, 0.12


@dataclass(frozen=True)
class Camera:
    """The viewing direction: angle around the vertical axis, and angle above the horizon, in radians."""

    turn: float = -0.65
    above: float = 0.62

    def turned(self, right: float, down: float) -> "Camera":
        """The camera after a drag by these angles in radians."""
        above = min(_STEEPEST, max(_FLATTEST, self.above + down))
        return replace(self, turn=(self.turn + right) % (2.0 * np.pi), above=above)

    def seen(self, points: FloatArray) -> FloatArray:
        """Project points in space, shape (..., 3), to right, down and nearness."""
        c, s = np.cos(self.turn), np.sin(self.turn)
        right, back = points[..., 0] * c - points[..., 1] * s, points[..., 0] * s + points[..., 1] * c
        up = back * np.sin(self.above) + points[..., 2] * np.cos(self.above)
        return np.stack([right, -up, points[..., 2] * np.sin(self.above) - back * np.cos(self.above)], axis=-1)


class LossSurface:
    """The surface as one picture, painted only when it is turned or changed."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.camera = Camera()
        self.picture = QGraphicsPixmapItem()
        scene.addItem(self.picture)
        self.floor = add_path(scene, -1.0)
        self.names = Text(scene, 11.0), Text(scene, 11.0)
        self.trail = Trail(scene)
        self._room = QRectF(0.0, 0.0, 1.0, 1.0)
        self._shown: object = None

    def set_style(self, theme: Theme, font: QFont) -> None:
        self._theme, self._font = theme, font
        self.floor.setPen(line_pen(theme.muted, 1.2, Qt.PenStyle.DashLine))
        for name in self.names:
            name.set_style(font, theme.muted)
        self.trail.set_style(theme, font)
        self._shown = None

    def arrange(self, room: QRectF) -> None:
        """Fill a rectangle."""
        self._room, self._shown = room, None

    def set_visible(self, visible: bool) -> None:
        for item in (self.picture, self.floor, *self.names):
            item.setVisible(visible)
        self.trail.set_visible(visible)

    def show(self, relief: Relief, words: tuple[str, str]) -> None:
        """Draw a relief, with names at two of its sides."""
        if (relief, self.camera) == self._shown:
            return
        self._shown = relief, self.camera
        self.picture.setPixmap(self._painted(relief))
        self.picture.setPos(self._room.topLeft())
        plane = relief.plane
        way = self._pixels(_in_space(relief, plane.path, relief.at(plane.path)))[:, :2]
        self.trail.draw(way)
        self.trail.mark(way, self._room)
        corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0], [-1, -1, 0]], np.float64)
        floor = self._pixels(corners)
        self.floor.set_points(floor[:, 0].copy(), floor[:, 1].copy())
        self._write(words, floor)

    @property
    def _scale(self) -> float:
        """Pixels for half of the surface's width, so that it fits from every direction."""
        line = QFontMetricsF(self._font).height()
        tall = 2.0 * np.sqrt(2.0) * np.sin(self.camera.above) + _TALL * np.cos(self.camera.above)
        return float(min(self._room.width() / 2.95, (self._room.height() - 2.6 * line) / tall))

    def _pixels(self, points: FloatArray) -> FloatArray:
        """Positions of points in space in the scene, and their nearness."""
        seen = self.camera.seen(points - np.array([0.0, 0.0, _TALL / 2]))
        middle = self._room.center()
        return np.asarray(seen * self._scale + [middle.x(), middle.y(), 0.0])

    @property
    def _ratio(self) -> float:
        """Device pixels per pixel of the scene."""
        views = self.picture.scene().views()
        return views[0].devicePixelRatioF() if views else 1.0

    def _painted(self, relief: Relief) -> QPixmap:
        every = max(1, (len(relief.heights) - 1) // _MOST_TILES)
        heights = relief.heights[::every, ::every]
        side = np.linspace(-1.0, 1.0, len(heights))
        points = np.stack([*np.meshgrid(side, side), _TALL * heights], axis=-1)
        pixels = self._pixels(points) - [self._room.left(), self._room.top(), 0.0]
        ratio = self._ratio
        size = self._room.size().toSize()
        picture = QPixmap(round(ratio * max(1, size.width())), round(ratio * max(1, size.height())))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        self._paint(picture, _tiles(pixels), _tiles(points), _tiles(heights[..., None])[..., 0].mean(axis=1))
        return picture

    def _paint(self, picture: QPixmap, tiles: FloatArray, points: FloatArray, heights: FloatArray) -> None:
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = lit(self._theme, heights, _BRIGHTNESS * (_lights(points) - _LIGHT[2]))
        ink = np.array(QColor(self._theme.text).getRgb()[:3])  # type: ignore[index]
        edges = _rgb(colors + _MESH * (ink - colors))
        fills, corners = _rgb(colors), tiles[:, :, :2].tolist()
        for k in np.argsort(tiles[:, :, 2].mean(axis=1)).tolist():
            painter.setPen(QColor(edges[k]))
            painter.setBrush(QColor(fills[k]))
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners[k]]))
        painter.end()

    def _write(self, words: tuple[str, str], floor: FloatArray) -> None:
        """Write the names of the two directions at the nearest sides of the floor."""
        sides = (floor[:2], floor[2:4]), (floor[1:3], floor[3:5])
        for name, text, pair in zip(self.names, words, sides, strict=True):
            nearest = max(pair, key=lambda side: side[:, 1].mean())
            x, y = nearest[:, :2].mean(axis=0).tolist()
            name.set_words(text)
            box, middle = name.boundingRect(), self._room.center().x()
            across = 0.5 + 0.5 * np.clip((middle - x) / (0.2 * self._scale), -1.0, 1.0)
            left = min(max(x - across * box.width(), self._room.left()), self._room.right() - box.width())
            name.place(left, min(y + 4.0, self._room.bottom() - box.height()))


def _in_space(relief: Relief, points: FloatArray, heights: FloatArray) -> FloatArray:
    """Points of the plane on the surface, shape (points, 3)."""
    x, y = relief.plane.x, relief.plane.y
    across = 2.0 * (points[:, 0] - x[0]) / (x[-1] - x[0]) - 1.0
    back = 2.0 * (points[:, 1] - y[0]) / (y[-1] - y[0]) - 1.0
    there = np.where(np.isfinite(heights), 0.0, np.nan)
    return np.stack([across + there, back + there, _TALL * heights], axis=-1)


def _tiles(corners: FloatArray) -> FloatArray:
    """The four corners of every tile, shape (tiles, 4, d), for a grid of corners, shape (n, n, d)."""
    four = corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]
    return np.stack(four, axis=2).reshape(-1, 4, corners.shape[-1])


def _lights(points: FloatArray) -> NDArray[np.float64]:
    """Light on every tile."""
    normals = np.cross(points[:, 2] - points[:, 0], points[:, 3] - points[:, 1])
    return np.asarray(normals @ _LIGHT / np.linalg.norm(normals, axis=1))


def _rgb(colors: FloatArray) -> list[int]:
    red, green, blue = np.clip(colors, 0.0, 255.0).astype(int).T
    codes: list[int] = (0xFF000000 | red << 16 | green << 8 | blue).tolist()
    return codes

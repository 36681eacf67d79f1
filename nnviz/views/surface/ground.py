"""The ground that racers roll on: a map with contour lines, or with one parameter a curve."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene

from nnviz.data.dataset import Extent, FloatArray
from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.pictures import pixmap
from nnviz.drawing.scales import linear_scale, range_scale
from nnviz.engine.landscape import Landscape
from nnviz.engine.tape import Array
from nnviz.kinds.surface.ground import ground
from nnviz.theme import Table, Theme, mix

_SHARE = 0.5
"""How far the shades go from the ground's colour to that of quiet words."""
_POINTS = 400
_WIDEST = "−0.25"
"""The widest number at a scale."""
_FAR = 20.0
"""Frames' widths beyond which nothing is drawn."""


class SurfaceGround:
    """A frame with scales and the surface in it.

    Attributes
    ----------
    window : QGraphicsRectItem
        The parent of what is cut off where the frame ends.
    names : (Text, Text)
        Of the axes.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.axes = Axes(scene, linear_scale(1.0), linear_scale(1.0))
        self.names = Text(scene, 6.0), Text(scene, 6.0)
        self.extent: Extent = (0.0, 1.0, 0.0, 1.0)
        self.window = QGraphicsRectItem()
        self.window.setPen(QPen(Qt.PenStyle.NoPen))
        self.window.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape)
        scene.addItem(self.window)
        self._scene = scene
        self._map = QGraphicsPixmapItem(self.window)
        self._curve, self._edge = add_path(scene, 1.0), add_path(scene, 9.0)
        self._curve.setParentItem(self.window)
        self._landscape: Landscape | None = None

    @property
    def frame(self) -> QRectF:
        """Where the surface is, in pixels."""
        return self.axes.frame

    @property
    def flat(self) -> bool:
        """Whether it is a curve over one parameter."""
        return self._landscape is not None and self._landscape.dimension == 1

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, landscape: Landscape) -> None:
        """Fill a rectangle with a surface."""
        self._landscape = landscape
        names = (landscape.parameters[0], "f") if self.flat else landscape.parameters
        self.extent = _extent_of_curve(landscape) if self.flat else _whole(landscape.extent)
        self.axes.set_theme(theme)
        self._take_scales()
        label = QFontMetricsF(font).horizontalAdvance(_WIDEST)  # the frame is not to change with the ticks
        self.axes.arrange(rect, font, label + 5.0, label / 2)
        if not self.flat:
            self.extent = _filling(self.extent, self.frame.width() / max(1.0, self.frame.height()))
            self._take_scales()
        self.window.setRect(self.frame)
        for text, name in zip(self.names, names, strict=True):
            text.set_style(bold(font), theme.text)
            text.set_words(name)
        self.names[0].place(self.frame.right() - 5.0, self.frame.bottom() - 2.0, 1.0, 1.0)
        self.names[1].place(self.frame.left() + 5.0, self.frame.top() + 2.0)
        self._draw_edge(theme)
        if self.flat:
            self._draw_curve(theme)
        else:
            self._draw_map(theme, landscape)

    def pixels(self, points: Array) -> FloatArray:
        """Where points of the surface, shape (..., d), are on the canvas, shape (..., 2)."""
        if self._landscape and self.flat:
            points = np.stack([points[..., 0], self._landscape.value(points)], axis=-1)
        return self._on_canvas(points)

    def point_at(self, place: QPointF) -> tuple[float, ...]:
        """The point of the surface at a place of the canvas, or the nearest within the frame."""
        x_min, x_max, y_min, y_max = self.extent
        right = (place.x() - self.frame.left()) / self.frame.width()
        up = (self.frame.bottom() - place.y()) / self.frame.height()
        x = x_min + min(max(right, 0.0), 1.0) * (x_max - x_min)
        y = y_min + min(max(up, 0.0), 1.0) * (y_max - y_min)
        return (x,) if self.flat else (x, y)

    def within(self, places: FloatArray, margin: float) -> FloatArray:
        """Places of the canvas, those outside of the frame moved to its edge."""
        low = [self.frame.left() + margin, self.frame.top() + margin]
        high = [self.frame.right() - margin, self.frame.bottom() - margin]
        return np.clip(places, low, high)

    def _take_scales(self) -> None:
        x_min, x_max, y_min, y_max = self.extent
        self.axes.set_scales(range_scale(x_min, x_max), range_scale(y_min, y_max))

    def _on_canvas(self, points: Array) -> FloatArray:
        x_min, x_max, y_min, y_max = self.extent
        share = (points - [x_min, y_min]) / [x_max - x_min, y_max - y_min]
        share = np.clip(share, -_FAR, _FAR)
        corner = [self.frame.left(), self.frame.bottom()]
        return np.asarray(corner + share * [self.frame.width(), -self.frame.height()])

    def _draw_map(self, theme: Theme, landscape: Landscape) -> None:
        """Shades and contours as one picture: they are painted once, not with every frame."""
        contours = ground(landscape, self.extent)
        ratio = max((view.devicePixelRatioF() for view in self._scene.views()), default=1.0)
        picture = QPixmap((self.frame.size() * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(
            QRectF(QPointF(), self.frame.size()).toRect(), pixmap(contours.shades, shade_table(theme))
        )
        for lines, share, width in ((contours.lines, 0.5, 1.0), (contours.strong_lines, 0.75, 1.6)):
            places = self._on_canvas(lines) - [self.frame.left(), self.frame.top()]
            painter.setPen(line_pen(mix(theme.background, theme.muted, share), width))
            painter.drawPath(_path(places))
        painter.end()
        self._map.setPixmap(picture)
        self._map.setPos(self.frame.topLeft())
        self._curve.setVisible(False)
        self._map.setVisible(True)

    def _draw_curve(self, theme: Theme) -> None:
        self._map.setVisible(False)
        self._curve.setVisible(True)
        x = np.linspace(*self.extent[:2], _POINTS)[:, None]
        self._curve.setPen(line_pen(theme.muted, 3.0))
        self._curve.setPath(_path(self.pixels(x)))

    def _draw_edge(self, theme: Theme) -> None:
        frame = self.frame
        x = np.array([frame.left(), frame.right(), frame.right(), frame.left(), frame.left()])
        y = np.array([frame.top(), frame.top(), frame.bottom(), frame.bottom(), frame.top()])
        self._edge.setPen(line_pen(theme.border, 1.0))
        self._edge.set_points(x, y, "all")


def shade_table(theme: Theme) -> Table:
    """Colours of the bytes of a map of heights: the lower, the darker."""
    quiet = mix(theme.background, theme.muted, _SHARE).name()
    low, high = sorted((theme.background, quiet), key=lambda color: QColor(color).lightness())
    return np.array([mix(low, high, k / 254.0).rgb() for k in range(256)], np.uint32)


def _path(places: FloatArray) -> QPainterPath:
    item = PathItem()
    item.set_points(places[:, 0].copy(), places[:, 1].copy())
    return item.path()


def _whole(extent: tuple[float, ...]) -> Extent:
    x_min, x_max, y_min, y_max = extent
    return x_min, x_max, y_min, y_max


def _extent_of_curve(landscape: Landscape) -> Extent:
    low, high = landscape.extent
    values = landscape.value(np.linspace(low, high, _POINTS)[:, None])
    room = 0.1 * float(np.ptp(values))
    return low, high, float(values.min()) - room, float(values.max()) + room


def _filling(extent: Extent, ratio: float) -> Extent:
    """A wider or higher part of the plane, ``ratio`` times as wide as high: a unit is as long both ways."""
    x_min, x_max, y_min, y_max = extent
    width, height = x_max - x_min, y_max - y_min
    wider, higher = max(0.0, ratio * height - width) / 2, max(0.0, width / ratio - height) / 2
    return x_min - wider, x_max + wider, y_min - higher, y_max + higher

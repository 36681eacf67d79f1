"""The loss on a plane as a relief: heights, shades and contours, and the run's path over it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import contourpy
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsScene

from nnviz.analysis.loss_plane import LossPlane
from nnviz.data.dataset import Extent, FloatArray
from nnviz.drawing.canvas import bold
from nnviz.drawing.paths import CachedPath, PathItem, circles, line_pen
from nnviz.drawing.words import Tag
from nnviz.numerals import figure, tick
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.plane import Plane
from nnviz.plots.scales import range_scale
from nnviz.theme import Theme, mix

_EXPLOSION = 6.0
"""Largest height that is drawn, as a multiple of the height of the middle half of the losses."""
_PARTS, _FEWEST = ((1.0,), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)), 6
"""Losses within a decade at which contours are drawn, and the least number of contours."""
_PIXELS = 160
_LIGHT, _SLANT = 0.12, 1.4
"""Strength of light and shadow, and exaggeration of the slopes."""
_NEAR_ENDS = 3.0
"""How near the ends of a line are for their names to keep apart, in heights of a name with its mark."""
_STRENGTH, _GAP, _LABELS = 0.85, 3.0, 5
_WIDEST = 1.9
"""Greatest ratio of the map's width to its height."""


@dataclass(frozen=True, eq=False)
class Relief:
    """Heights from 0 to 1 over a plane.

    Parameters
    ----------
    heights : array, shape (points, points)
        A row for each y.
    low, high : float
        Losses at heights 0 and 1, or their logarithms.
    """

    plane: LossPlane
    heights: FloatArray
    low: float
    high: float
    logarithmic: bool

    def height(self, loss: float) -> float:
        """Height of a loss."""
        value = math.log10(max(loss, 1e-300)) if self.logarithmic else loss
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    @property
    def levels(self) -> list[float]:
        """Round losses for contours."""
        low, high = (10.0**end for end in (self.low, self.high)) if self.logarithmic else (self.low, self.high)
        decades = range(math.floor(self.low), math.ceil(self.high) + 1) if self.logarithmic else ()
        for parts in _PARTS:
            levels = [part * 10.0**k for k in decades for part in parts if low < part * 10.0**k < high]
            if len(levels) >= _FEWEST:
                return levels
        return [value for value, _ in range_scale(low, high).ticks if low < value < high]

    def contours(self) -> FloatArray:
        """Contour lines in the plane's coordinates, shape (points, 2), with NaN between lines."""
        generator = contourpy.contour_generator(
            self.plane.x, self.plane.y, self.heights, line_type=contourpy.LineType.Separate
        )
        lines = [np.asarray(line) for level in self.levels for line in generator.lines(self.height(level))]
        gap = np.full((1, 2), np.nan)
        return np.concatenate([np.empty((0, 2)), *(part for line in lines for part in (line, gap))])

    def at(self, points: FloatArray) -> FloatArray:
        """Heights of points of the plane, shape (points, 2); NaN outside."""
        return self.between(self.heights, points)

    def between(self, values: FloatArray, points: FloatArray) -> FloatArray:
        """Interpolate values of the grid at points of the plane, shape (points, 2); NaN outside."""
        x, y = self.plane.x, self.plane.y
        columns, rows = (points[:, 0] - x[0]) / (x[1] - x[0]), (points[:, 1] - y[0]) / (y[1] - y[0])
        last = len(x) - 1
        inside = (columns >= 0) & (columns <= last) & (rows >= 0) & (rows <= last)
        columns, rows = np.where(inside, columns, 0.0), np.where(inside, rows, 0.0)
        return np.where(inside, _between(values, rows, columns), np.nan)

    def picture(self, theme: Theme) -> QPixmap:
        """Colours by height, with light from the upper left; the largest y at the top."""
        places = (np.arange(_PIXELS) + 0.5) / _PIXELS * (len(self.heights) - 1)
        rows, columns = np.meshgrid(places[::-1], places, indexing="ij")
        heights = _between(self.heights, rows, columns)
        down, right = np.gradient(heights, 2.0 / _PIXELS)
        light = (down + right) * _SLANT  # slopes that rise towards the lower right face the light
        return _pixmap(lit(theme, heights, -_LIGHT * light / np.sqrt(1.0 + light**2)))


def relief(plane: LossPlane, *, logarithmic: bool) -> Relief:
    """Heights of a plane; losses that are not finite get the greatest height."""
    values = np.nan_to_num(plane.values, nan=np.inf)
    finite = values[np.isfinite(values)] if np.isfinite(values).any() else np.zeros(1)
    low, high = float(finite.min()), float(finite.max())
    if logarithmic:
        low, high = (math.log10(max(end, 1e-12)) for end in (low, high))
        values = np.log10(np.maximum(values, 1e-12))
    else:
        middle = float(np.quantile(finite, 0.75))
        high = min(high, low + _EXPLOSION * (middle - low)) if middle > low else high
    high = high if high > low else low + 1.0
    return Relief(plane, np.clip((values - low) / (high - low), 0.0, 1.0), low, high, logarithmic)


def lit(theme: Theme, heights: FloatArray, light: FloatArray) -> FloatArray:
    """Colours of heights, from 0 to 255, shape (..., 3), mixed with white (light = 1) or black (−1)."""
    colors, light = _colors(theme)[(254.0 * heights).astype(np.uint8)], light[..., None]
    return np.asarray(colors + light * np.where(light > 0.0, 255.0 - colors, colors))


@cache
def _colors(theme: Theme) -> FloatArray:
    colors = [mix(theme.zero, theme.positive, _STRENGTH * k / 254) for k in range(256)]
    return np.array([color.getRgb()[:3] for color in colors], np.float64)  # type: ignore[index]


def _pixmap(colors: FloatArray) -> QPixmap:
    red, green, blue = np.moveaxis(np.clip(colors, 0.0, 255.0).astype(np.uint32), -1, 0)
    pixels: NDArray[np.uint32] = (0xFF << 24) | (red << 16) | (green << 8) | blue
    height, width = pixels.shape
    image = QImage(pixels.astype(np.uint32).tobytes(), width, height, 4 * width, QImage.Format.Format_RGB32)
    return QPixmap.fromImage(image)


def _between(values: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Interpolate between the values of an array."""
    last = len(values) - 2
    r, c = (np.minimum(at.astype(int), last) for at in (rows, columns))
    down, right = rows - r, columns - c
    above = values[r, c] * (1 - right) + values[r, c + 1] * right
    below = values[r + 1, c] * (1 - right) + values[r + 1, c + 1] * right
    return np.asarray(above * (1 - down) + below * down)


class Trail:
    """A line with marks and names at its two ends, which are in pixels.

    Parameters
    ----------
    plane : Plane, optional
        The plane that the line is drawn in, and that clips it; without it, the line is in pixels too.
    """

    def __init__(self, scene: QGraphicsScene, plane: Plane | None = None) -> None:
        self._halo, self.line, self.start, self.now = items = [PathItem() for _ in range(4)]
        self.start_name, self.now_name = Tag(scene, 9.0), Tag(scene, 10.0)
        for layer, item in enumerate(items, 5):
            item.setZValue(layer)
            if plane is None:
                scene.addItem(item)
            elif layer < 7:
                plane.add(item, "path" if item is self.line else "")
            else:
                plane.add_in_pixels(item)

    def set_style(self, theme: Theme, font: QFont) -> None:
        self._size = 0.32 * QFontMetricsF(font).height()
        self._halo.setPen(line_pen(theme.background, 5.0))
        self.line.setPen(line_pen(theme.text, 2.5))
        self.start.setPen(line_pen(theme.text, 2.5))
        self.start.setBrush(QColor(theme.background))
        self.now.setPen(line_pen(theme.background, 1.5))
        self.now.setBrush(QColor(theme.text))
        for name in (self.start_name, self.now_name):
            name.set_style(theme, bold(font))

    def set_visible(self, visible: bool) -> None:
        for item in (self._halo, self.line, self.start, self.now):
            item.setVisible(visible)
        for name in (self.start_name, self.now_name):
            name.set_visible(visible and bool(name.text))

    def draw(self, points: FloatArray) -> None:
        """Set the line's points, shape (moments, 2); NaN where it is hidden."""
        for line in (self._halo, self.line):
            line.set_points(points[:, 0], points[:, 1])

    def mark(self, points: FloatArray, frame: QRectF) -> None:
        """Mark and name the ends of a line, given in pixels, if they are in a frame."""
        inside = frame.adjusted(-1.0, -1.0, 1.0, 1.0)
        (begun, is_begun), (now, is_seen) = (
            (p, bool(inside.contains(QPointF(*p.tolist())))) for p in points[[0, -1]]
        )
        is_begun = is_begun and bool(np.abs(begun - now).sum() > 4.0 * self._size)
        self.start.setPath(circles(points[: int(is_begun)], self._size))
        self.now.setPath(circles(points[len(points) - int(is_seen) :], 1.15 * self._size))
        self._name(self.start_name, "start", points, frame, shown=is_begun)
        self._name(self.now_name, "now", points[::-1], frame, shown=is_seen)

    def _name(self, tag: Tag, words: str, points: FloatArray, frame: QRectF, *, shown: bool) -> None:
        """Write beside the first of some points, opposite to the line, or to its other end if that is near."""
        tag.words.set_words(words if shown else "")
        tag.set_visible(shown)
        if not shown:
            return
        box, (at_x, at_y) = tag.words.boundingRect(), points[0].tolist()
        far = self._size + box.height() / 2 + _GAP
        away = np.hypot(*(points - points[0]).T)
        is_near = far < away[-1] < _NEAR_ENDS * far
        gone = points[-1:] if is_near else points[away > far]
        y = at_y + (far if len(gone) and gone[0, 1] < at_y else -far)
        if not frame.top() < y - box.height() / 2 or not y + box.height() / 2 < frame.bottom():
            y = 2.0 * at_y - y
        x = min(max(at_x, frame.left() + box.width() / 2 + _GAP), frame.right() - box.width() / 2 - _GAP)
        tag.say(words, x, y)


class ContourMap:
    """A map in a plane, of the part that was surveyed last."""

    def __init__(self, canvas: PlotCanvas) -> None:
        self.plane = canvas.plane()
        self.plane.reading = self._read
        self.plane.moved.connect(self._mark)
        self._ground, self.contours = QGraphicsPixmapItem(), CachedPath()
        self._ground.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._ground.setShapeMode(QGraphicsPixmapItem.ShapeMode.BoundingRectShape)
        self.plane.add(self._ground, is_cached=True)
        self.plane.add(self.contours, "contours", is_cached=True)
        self.labels = [Tag(canvas.scene(), 4.0) for _ in range(_LABELS)]
        self.trail = Trail(canvas.scene(), self.plane)
        self._relief: Relief | None = None
        self._words = "", ""

    def set_style(self, theme: Theme, font: QFont) -> None:
        self._theme, self._font = theme, font
        self.plane.set_theme(theme)
        self.contours.setPen(line_pen(mix(theme.zero, theme.text, 0.55), 1.0))
        for label in self.labels:
            label.set_style(theme, font)
        self.trail.set_style(theme, font)
        self._relief = None

    def arrange(self, room: QRectF) -> None:
        """Fill a rectangle, or the middle of a wide one."""
        spare = max(0.0, room.width() - _WIDEST * room.height()) / 2
        self.plane.arrange(room.adjusted(spare, 0.0, -spare, 0.0), self._font)
        self._relief = None

    def set_visible(self, visible: bool) -> None:
        self.plane.set_visible(visible)
        for label in self.labels:
            label.set_visible(visible and bool(label.text))
        self.trail.set_visible(visible)

    def show(self, relief: Relief, words: tuple[str, str]) -> None:
        """Draw a relief, with names at the axes."""
        if relief is self._relief:
            return
        self._relief, self._words = relief, words
        (left, *_, right), (low, *_, high) = relief.plane.x.tolist(), relief.plane.y.tolist()
        picture = relief.picture(self._theme)
        self._ground.setPixmap(picture)
        across, up = (right - left) / picture.width(), (high - low) / picture.height()
        self._ground.setTransform(QTransform(across, 0.0, 0.0, -up, left, high))
        self.contours.set_lines(relief.contours(), right - left)
        self.trail.draw(relief.plane.path)
        if relief.plane.wish.window is None:
            self.plane.show(range_scale(left, right), range_scale(low, high))
        self.plane.name_axes(*words)
        self._mark()

    def _mark(self) -> None:
        """Place the items in pixels: the ends of the path, and the contours' losses along a line."""
        if self._relief is None or not self.plane.is_visible:
            return
        self.trail.mark(self.plane.pixels(self._relief.plane.path), self.plane.frame)
        places = self._crossings(self._relief, QFontMetricsF(self._font))
        for label in self.labels:
            label.words.set_words("")
            label.set_visible(False)
        for label, (words, x, y) in zip(self.labels, places, strict=False):
            label.say(words, x, y)

    def _crossings(self, relief: Relief, metrics: QFontMetricsF) -> list[tuple[str, float, float]]:
        """Texts of contours and their positions on a line to the farthest corner, without overlaps."""
        steps = _line(self.plane.extent)
        heights, at, frame = relief.at(steps), self.plane.pixels(steps), self.plane.frame
        found: list[tuple[str, float, float]] = []
        taken = at[0]
        for level in sorted(relief.levels):
            across = np.flatnonzero(np.diff(heights > relief.height(level)))
            if not len(across):
                continue
            place, words = at[across[-1]], tick(level, 3)
            wide, high = metrics.horizontalAdvance(words), metrics.height()
            margin = frame.adjusted(wide, high, -wide, -high)
            if np.hypot(*(place - taken)) > 1.6 * max(wide, high) and margin.contains(*place.tolist()):
                found.append((words, float(place[0]), float(place[1])))
                taken = place
        return found

    def _read(self, x: float, y: float) -> Sequence[str]:
        """Both coordinates, and the loss there if it was surveyed."""
        if self._relief is None:
            return ()
        loss = float(self._relief.between(self._relief.plane.values, np.array([[x, y]]))[0])
        places = (
            f"{words.partition(':')[0]} {tick(at, 4)}" for words, at in zip(self._words, (x, y), strict=True)
        )
        return (*places, *([] if np.isnan(loss) else [f"loss {figure(loss)}"]))


def _line(extent: Extent) -> FloatArray:
    """Points from the network, or the visible point nearest to it, to the corner farthest from there."""
    low, high = np.reshape(extent, (2, 2)).T
    start = np.clip(0.0, low, high)
    corner = np.where(start - low > high - start, low, high)
    return np.asarray(start + np.linspace(0.0, 0.98, 400)[:, None] * (corner - start))

"""The loss on a plane as something to draw: heights, contours at round losses, a shaded picture."""

import math
from dataclasses import dataclass
from functools import cache

import contourpy
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPixmap

from nnviz.analysis.loss_plane import LossPlane
from nnviz.data.dataset import FloatArray
from nnviz.plots.scales import range_scale
from nnviz.theme import Theme, mix

_EXPLOSION = 6.0
"""How many times as high as the middle half the highest place is drawn at most."""
_PARTS, _FEWEST = ((1.0,), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)), 6
"""Of every power of ten, the losses that contours are drawn at; how many contours there are at least."""
_PIXELS = 160
_LIGHT, _SLANT = 0.12, 1.4
"""How much light and shadow change a colour, and how steep slopes seem."""
_STRENGTH = 0.85


@dataclass(frozen=True, eq=False)
class Relief:
    """Heights from 0 to 1 over a plane.

    Parameters
    ----------
    heights : array, shape (points, points)
        A row for each y.
    low, high : float
        The losses of heights 0 and 1, or their logarithms.
    """

    plane: LossPlane
    heights: FloatArray
    low: float
    high: float
    logarithmic: bool

    def height(self, loss: float) -> float:
        """How high a loss is drawn."""
        value = math.log10(max(loss, 1e-300)) if self.logarithmic else loss
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    @property
    def levels(self) -> list[float]:
        """Round losses to draw contours at."""
        low, high = (10.0**end for end in (self.low, self.high)) if self.logarithmic else (self.low, self.high)
        decades = range(math.floor(self.low), math.ceil(self.high) + 1) if self.logarithmic else ()
        for parts in _PARTS:
            levels = [part * 10.0**k for k in decades for part in parts if low < part * 10.0**k < high]
            if len(levels) >= _FEWEST:
                return levels
        return [value for value, _ in range_scale(low, high).ticks if low < value < high]

    def contours(self) -> FloatArray:
        """Lines of the same loss in the plane's coordinates, shape (points, 2), with NaN between them."""
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
        """What values of the plane's own points are at others, shape (points, 2); NaN outside."""
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
        light = (down + right) * _SLANT  # what rises towards the lower right faces the light
        return _pixmap(lit(theme, heights, -_LIGHT * light / np.sqrt(1.0 + light**2)))


def relief(plane: LossPlane, *, logarithmic: bool) -> Relief:
    """Heights of a plane; what exceeds all bounds is as high as the highest."""
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
    """Colours of heights from 0 to 255, shape (..., 3), so much nearer to white (light = 1) or to black (−1)."""
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
    """Values between the places of an array."""
    last = len(values) - 2
    r, c = (np.minimum(at.astype(int), last) for at in (rows, columns))
    down, right = rows - r, columns - c
    above = values[r, c] * (1 - right) + values[r, c + 1] * right
    below = values[r + 1, c] * (1 - right) + values[r + 1, c + 1] * right
    return np.asarray(above * (1 - down) + below * down)

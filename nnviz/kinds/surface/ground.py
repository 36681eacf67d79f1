"""A surface of two parameters as a map: shades of height, and contour lines."""

from dataclasses import dataclass
from functools import lru_cache

import contourpy
import numpy as np

from nnviz.data.dataset import Extent, FloatArray
from nnviz.engine.landscape import Landscape
from nnviz.runs.maps import Bytes

_COLUMNS, _COLUMNS_OF_DATA = 180, 80
"""Points sideways that a surface is taken at; fewer where each of them is a pass over data."""
_LINES, _FEWEST, _MOST = 14, 7, 42
"""Contour lines within the surface's own extent, and how many of a part of it there are at least and at most."""
_STRONG = 4
"""Every so many-th line is a strong one."""


@dataclass(frozen=True, eq=False)
class SurfaceMap:
    """A map of a surface.

    Parameters
    ----------
    shades : array of bytes, shape (rows, columns)
        From 0, the lowest, to 254; the first row at the top.
    lines, strong_lines : array, shape (points, 2)
        Contours, with NaN between them.
    """

    shades: Bytes
    lines: FloatArray
    strong_lines: FloatArray


@lru_cache(maxsize=8)
def ground(landscape: Landscape, extent: Extent) -> SurfaceMap:
    """The map of a surface over (x_min, x_max, y_min, y_max).

    Heights are stretched by a power, so that half of the surface's own extent lies below the middle shade; the
    contours are evenly spaced in it, closer by halves where less of the surface is seen.
    """
    xs, ys = _grid(landscape, extent)
    values = np.asarray(landscape.value(np.stack(np.meshgrid(xs, ys), axis=-1)), np.float64)
    heights = _stretched(landscape, values)
    generator = contourpy.contour_generator(xs, ys, heights, line_type=contourpy.LineType.Separate)
    low, high, step = float(heights.min()), float(heights.max()), _step(float(np.ptp(heights)))
    levels = range(int(np.floor(low / step)) + 1, int(np.ceil(high / step)))
    lines = {k: [np.asarray(line, np.float64) for line in generator.lines(k * step)] for k in levels}
    shades = (254.0 * np.clip(heights[::-1], 0.0, 1.0)).astype(np.uint8)
    strong = [line for k in levels if k % _STRONG == 0 for line in lines[k]]
    thin = [line for k in levels if k % _STRONG for line in lines[k]]
    return SurfaceMap(np.ascontiguousarray(shades), _joined(thin), _joined(strong))


def _grid(landscape: Landscape, extent: Extent) -> tuple[FloatArray, FloatArray]:
    x_min, x_max, y_min, y_max = extent
    columns = _COLUMNS if landscape.minima else _COLUMNS_OF_DATA
    rows = max(8, round(columns * (y_max - y_min) / (x_max - x_min)))
    return np.linspace(x_min, x_max, columns), np.linspace(y_min, y_max, min(rows, 2 * columns))


def _step(span: float) -> float:
    """The distance of contours, in stretched heights of which so many are seen."""
    lines = max(span * _LINES, 1e-9)
    return (
        float(2.0 ** (min(0, np.floor(np.log2(lines / _FEWEST))) + max(0, np.ceil(np.log2(lines / _MOST)))))
        / _LINES
    )


def _stretched(landscape: Landscape, values: FloatArray) -> FloatArray:
    """Heights above the lowest place, 1 at the highest of the surface's own extent, raised to a power."""
    x_min, x_max, y_min, y_max = landscape.extent
    own = np.stack(np.meshgrid(np.linspace(x_min, x_max, 25), np.linspace(y_min, y_max, 25)), axis=-1)
    heights = landscape.value(own)
    low, high = min(float(values.min()), float(heights.min())), float(heights.max())
    middle = float(np.median((heights - low) / (high - low)))
    return np.asarray(((values - low) / (high - low)) ** (np.log(0.5) / np.log(middle)))


def _joined(lines: list[FloatArray]) -> FloatArray:
    gap = np.full((1, 2), np.nan)
    return np.concatenate([np.empty((0, 2)), *(part for line in lines for part in (line, gap))])

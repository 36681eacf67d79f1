"""The lines w·x + b = 0 of the first hidden layer's units, drawn over the plane."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.analysis.unit import ends
from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.words import Tag
from nnviz.theme import Theme

MOST_LINES = 32
"""Most lines that are drawn: the first ones."""
_TICK, _BESIDE = 0.7, 1.3
"""Length of the tick on the positive side, and its distance from the name, in lines of text."""
_LAYER = 22.0
"""Above the regions and the points."""
ToPixels = Callable[[FloatArray], FloatArray]


class UnitLines:
    """The line w·x + b = 0 of each unit: dashed, with its number near an end and a tick on the positive side.

    Parameters
    ----------
    hold : callable
        Called with each new item, to draw it in a plane.
    """

    def __init__(self, scene: QGraphicsScene, hold: Callable[..., None]) -> None:
        self._scene, self._hold = scene, hold
        self.lines, self.ticks = add_path(scene, _LAYER), add_path(scene, _LAYER)
        hold(self.lines, self.ticks)
        self.names: list[Tag] = []
        self._font = QFont()
        self._theme: Theme | None = None

    def set_style(self, theme: Theme, font: QFont) -> None:
        self._theme, self._font = theme, bold(font)
        self.lines.setPen(line_pen(theme.text, 1.6, Qt.PenStyle.DashLine))
        self.ticks.setPen(line_pen(theme.text, 3.0))
        for name in self.names:
            name.set_style(theme, self._font, framed=True)

    def show_lines(
        self, lines: FloatArray, extent: tuple[float, float, float, float], to_pixels: ToPixels
    ) -> None:
        """Draw the lines, shape (units, 3), that cross the plane."""
        points = ends(lines[:MOST_LINES], extent)
        crossing = np.flatnonzero(np.isfinite(points).all(axis=(1, 2)))
        pixels = to_pixels(points[crossing].reshape(-1, 2)).reshape(-1, 2, 2)
        self.lines.set_points(pixels[..., 0].ravel(), pixels[..., 1].ravel(), "pairs")
        positive = to_pixels(points[crossing].mean(axis=1) + _toward(lines[crossing], extent))
        places = self._places(pixels)
        self._tick(pixels, places, positive)
        self._write(crossing.tolist(), places)

    def clear(self) -> None:
        """Draw nothing."""
        nothing = np.empty(0)
        for path in (self.lines, self.ticks):
            path.set_points(nothing, nothing)
        self._write([], [])

    def _places(self, pixels: FloatArray) -> list[FloatArray]:
        """Positions of the lines' names."""
        height = QFontMetricsF(self._font).height()
        taken: list[FloatArray] = []
        for line in pixels:
            taken.append(_free_place(line, taken, height))
        return taken

    def _tick(self, pixels: FloatArray, places: list[FloatArray], positive: FloatArray) -> None:
        """Draw a short line beside each name, towards the side of the pixel ``positive``."""
        height = QFontMetricsF(self._font).height()
        middles = pixels.mean(axis=1)
        along = _unit_vectors(pixels[:, 1] - pixels[:, 0])
        across = np.column_stack([-along[:, 1], along[:, 0]])
        across *= np.sign((across * (positive - middles)).sum(axis=1))[:, None]
        names = np.array(places).reshape(-1, 2)
        feet = names + _BESIDE * height * _unit_vectors(middles - names)
        both = np.stack([feet, feet + _TICK * height * across], axis=1)
        self.ticks.set_points(both[..., 0].ravel(), both[..., 1].ravel(), "pairs")

    def _write(self, units: list[int], places: list[FloatArray]) -> None:
        while len(self.names) < len(units):
            self._add_name()
        for name, unit, place in zip(self.names, units, places, strict=False):
            x, y = place.tolist()
            name.say(f"h{unit + 1}", x, y)
        for name in self.names[len(units) :]:
            name.set_visible(False)

    def _add_name(self) -> None:
        self.names.append(Tag(self._scene, _LAYER + 1.0))
        self._hold(*self.names[-1].items)
        if self._theme:
            self.names[-1].set_style(self._theme, self._font, framed=True)


def _unit_vectors(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.maximum(np.hypot(*vectors.T), 1e-9)[:, None])


def _toward(lines: FloatArray, extent: tuple[float, float, float, float]) -> FloatArray:
    """A small step in the plane to the positive side of each line."""
    x_min, x_max, y_min, y_max = extent
    spans = np.array([x_max - x_min, y_max - y_min])
    steps = lines[:, :2] * spans  # the gradient in shares of the plane
    return np.asarray(0.01 * spans * steps / np.maximum(np.hypot(*steps.T), 1e-300)[:, None])


def _free_place(line: FloatArray, taken: list[FloatArray], height: float) -> FloatArray:
    """A place for a line's name near one of its ends, clear of the other names if possible."""
    length = max(float(np.hypot(*(line[1] - line[0]))), 1e-9)
    shares = [min(0.5, k * height / length) for k in (1.0, 2.4, 3.8)]
    places = [line[i] + share * (line[1 - i] - line[i]) for share in shares for i in (1, 0)]
    for place in places:
        if all(np.hypot(*(place - other)) > 1.6 * height for other in taken):
            return np.asarray(place)
    return np.asarray(places[0])

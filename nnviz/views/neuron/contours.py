"""Where over the plane one unit has which value: its boundary, and lines beside it."""

import math

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from nnviz.analysis.unit import ends
from nnviz.data.dataset import Extent, FloatArray
from nnviz.drawing.canvas import add_path
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.tag import Tag
from nnviz.drawing.unit_lines import ToPixels
from nnviz.engine.activations import ActivationFunction
from nnviz.engine.outputs import SOFTMAX
from nnviz.theme import Theme, mix

_TENTHS = range(1, 10)


class UnitContours:
    """The line p = 0 strong, lines of the same y thin, and the y of three of them."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.contours, self.boundary = add_path(scene, 10.0), add_path(scene, 11.0)
        self.labels = [Tag(scene, 23.0) for _ in range(3)]
        self._font = QFont()

    @property
    def items(self) -> list[QGraphicsItem]:
        """All that is drawn."""
        return [self.contours, self.boundary, *(item for label in self.labels for item in label.items)]

    def set_style(self, theme: Theme, font: QFont) -> None:
        """Draw in the theme's colours, write in this font."""
        self._font = font
        self.contours.setPen(line_pen(mix(theme.background, theme.text, 0.7), 1.2, Qt.PenStyle.DashLine))
        self.boundary.setPen(line_pen(theme.text, 3.5))
        for label in self.labels:
            label.set_style(theme, font)

    def show_line(
        self, line: FloatArray, function: ActivationFunction, extent: Extent, to_pixels: ToPixels
    ) -> None:
        """Draw what follows from p = a x + c y + d, shape (1, 3); nothing if it is empty."""
        levels = _levels(function)
        rows = np.repeat(line, len(levels), axis=0)
        rows[:, 2] -= list(levels.values())[: len(rows)]
        points = ends(rows, extent)
        pixels = to_pixels(points.reshape(-1, 2)).reshape(-1, 2, 2)
        _draw(self.boundary, pixels[:1])
        _draw(self.contours, pixels[1:])
        for tag in self.labels:
            tag.set_visible(False)
        if function is not SOFTMAX:  # whose value depends on other units
            self._label(dict(zip(levels, pixels, strict=False)))

    def _label(self, lines: dict[float, FloatArray]) -> None:
        """Write y at the boundary and at the outermost lines."""
        values = list(lines)
        metrics = QFontMetricsF(self._font)
        distance, room = 2.4 * metrics.height(), metrics.horizontalAdvance("y = −0.8  ")
        chosen = dict.fromkeys(values[k] for k in (0, 1, -1) if -len(values) <= k < len(values))
        taken: list[tuple[float, float]] = []
        for tag, y in zip(self.labels, chosen, strict=False):
            if np.isfinite(lines[y]).all():
                place = _near_end(lines[y], distance)
                if all(math.hypot(place[0] - x, 4.0 * (place[1] - y_)) > room for x, y_ in taken):
                    tag.say(f"y = {y:g}".replace("-", "−"), *place)  # steep surfaces leave room for one
                    taken.append(place)


def _draw(path: PathItem, lines: FloatArray) -> None:
    seen = lines[np.isfinite(lines).all(axis=(1, 2))].reshape(-1, 2)
    path.set_points(seen[:, 0].copy(), seen[:, 1].copy(), "pairs")


def _levels(function: ActivationFunction) -> dict[float, float]:
    """Values y to draw lines at, each with its p = σ⁻¹(y): at p = 0, and every tenth of what flattens out."""
    at_zero = float(function(np.zeros((1, 1)))[0, 0])
    if function.inverse is None:
        return {at_zero: 0.0}
    low, high = function.span
    tenths = (round(low + k / 10 * (high - low), 12) for k in _TENTHS)
    return {at_zero: 0.0} | {y: function.inverse(y) for y in tenths if y != at_zero}


def _near_end(line: FloatArray, distance: float) -> tuple[float, float]:
    begin, end = line
    share = min(0.5, distance / max(float(np.hypot(*(end - begin))), 1e-9))
    x, y = (begin + share * (end - begin)).tolist()
    return x, y

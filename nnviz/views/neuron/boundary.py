"""The line p = 0 of a neuron, contour lines of its activation, and its weights as a draggable arrow."""

import math

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from nnviz.analysis.unit import ends
from nnviz.data.dataset import Extent, FloatArray
from nnviz.drawing.canvas import add_path, bold
from nnviz.drawing.paths import PathItem, arrow_head, line_pen
from nnviz.drawing.unit_lines import ToPixels
from nnviz.drawing.words import Span, Tag
from nnviz.engine.activations import ActivationFunction
from nnviz.engine.outputs import SOFTMAX
from nnviz.numerals import tick
from nnviz.theme import Theme, mix

_REACH = 0.1
"""Length of the arrow for a weight vector of length 1, as a fraction of the plane's width."""
_LONGEST = 0.42
"""Greatest length of the arrow, as a fraction of the plane's width."""
_GRASP = 22.0
"""Distance from the tip, in pixels, within which the arrow can be dragged."""

_TENTHS = range(1, 10)


class WeightArrow:
    """An arrow from the boundary in the direction of steepest ascent; ``tip`` is its end in the plane."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.shaft, self.head = add_path(scene, 24.0), add_path(scene, 25.0)
        self.name = Tag(scene, 27.0)
        self.tip: FloatArray | None = None
        self._at = QPointF()
        self._height = 1.0

    @property
    def items(self) -> list[QGraphicsItem]:
        """All that is drawn."""
        return [self.shaft, self.head, *self.name.items]

    def set_style(self, theme: Theme, font: QFont) -> None:
        self._height = QFontMetricsF(font).height()
        self.shaft.setPen(line_pen(theme.text, 5.0))
        self.head.setPen(line_pen(theme.background, 1.0))
        self.head.setBrush(QBrush(QColor(theme.text)))
        self.name.set_style(theme, bold(font), framed=True)

    def show_normal(self, foot: FloatArray, normal: FloatArray, width: float, to_pixels: ToPixels) -> None:
        """Draw the gradient of p, shape (2,), from a foot, in a plane of a width."""
        size = float(np.hypot(*normal))
        self.tip = foot + normal * (min(_REACH * size, _LONGEST) * width / size)
        begin, end = to_pixels(np.stack([foot, self.tip]))
        self._at = QPointF(*end.tolist())
        span = max(float(np.hypot(*(end - begin))), 1e-9)
        ahead = (end - begin) / span
        head = min(max(10.0, 0.8 * self._height), span)
        self._draw(np.stack([begin, end - 0.8 * head * ahead]), arrow_head(end, ahead, head))
        x, y = (end + 0.8 * self._height * ahead).tolist()
        self.name.say("w", x, y)

    def clear(self) -> None:
        """Draw nothing."""
        self.tip = None
        self.name.set_visible(False)
        self._draw(np.empty((0, 2)), np.empty((0, 2)))

    def is_near(self, place: QPointF) -> bool:
        """Whether a pixel is near enough to drag the arrow."""
        away = place - self._at
        return self.tip is not None and float(np.hypot(away.x(), away.y())) < max(_GRASP, self._height)

    def _draw(self, shaft: FloatArray, head: FloatArray) -> None:
        self.shaft.set_points(shaft[:, 0].copy(), shaft[:, 1].copy())
        self.head.set_points(head[:, 0].copy(), head[:, 1].copy())


def normal_to(place: FloatArray, foot: FloatArray, width: float) -> FloatArray:
    """The gradient of p whose arrow would end at a place, without the limit on its length."""
    return np.asarray((place - foot) / (_REACH * width))


class UnitContours:
    """The line p = 0 (bold), contour lines of the activation (thin), and its value at three lines.

    Attributes
    ----------
    letter : str
        What the activation is called: o, or y for an output.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.contours, self.boundary = add_path(scene, 10.0), add_path(scene, 11.0)
        self.labels = [Tag(scene, 23.0) for _ in range(3)]
        self._font, self.letter = QFont(), "o"

    @property
    def items(self) -> list[QGraphicsItem]:
        """All that is drawn."""
        return [self.contours, self.boundary, *(item for label in self.labels for item in label.items)]

    def set_style(self, theme: Theme, font: QFont) -> None:
        self._font = font
        self.contours.setPen(line_pen(mix(theme.background, theme.text, 0.7), 1.2, Qt.PenStyle.DashLine))
        self.boundary.setPen(line_pen(theme.text, 3.5))
        for label in self.labels:
            label.set_style(theme, font)

    def show_line(
        self, line: FloatArray, function: ActivationFunction, extent: Extent, to_pixels: ToPixels
    ) -> None:
        """Draw the lines of p = a x + c y + d, shape (1, 3); nothing if it is empty."""
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
            left, right = to_pixels(np.reshape(extent, (2, 2)).T)[:, 0].tolist()
            self._label(dict(zip(levels, pixels, strict=False)), (left, right))

    def _label(self, lines: dict[float, FloatArray], span: Span) -> None:
        """Write the activation at the boundary and at the outermost lines, between two verticals."""
        values = list(lines)
        metrics = QFontMetricsF(self._font)
        distance, room = 2.4 * metrics.height(), metrics.horizontalAdvance("y = −0.8  ")
        chosen = dict.fromkeys(values[k] for k in (0, 1, -1) if -len(values) <= k < len(values))
        taken: list[tuple[float, float]] = []
        for tag, y in zip(self.labels, chosen, strict=False):
            if np.isfinite(lines[y]).all():
                x, down = _near_end(lines[y], distance)
                place = min(max(x, span[0] + 0.5 * room), span[1] - 0.5 * room), down
                if all(math.hypot(place[0] - to, 4.0 * (place[1] - at)) > room for to, at in taken):
                    tag.say(f"{self.letter} = {tick(y)}", *place)  # steep surfaces leave room for one
                    taken.append(place)


def _draw(path: PathItem, lines: FloatArray) -> None:
    seen = lines[np.isfinite(lines).all(axis=(1, 2))].reshape(-1, 2)
    path.set_points(seen[:, 0].copy(), seen[:, 1].copy(), "pairs")


def _levels(function: ActivationFunction) -> dict[float, float]:
    """Activations for contour lines, each with its p = σ⁻¹(o): p = 0, and tenths of a saturating function."""
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

"""A cloud of inputs, and the weight vector that turns into its main direction."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainterPath

from nnviz.data.dataset import FloatArray
from nnviz.drawing.arrows import HEAD, arrow_path
from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.paths import PathItem, circles, keep_painted, line_pen
from nnviz.engine.rules import length
from nnviz.engine.tape import Array
from nnviz.kinds.hebb.rule import presented
from nnviz.kinds.hebb.schema import Hebb
from nnviz.kinds.hebb.state import HebbState
from nnviz.numerals import tick
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.scales import range_scale
from nnviz.theme import Theme, mix

_LEAST_REACH = 3.0
_MOST_POINTS = 1000
_LARGEST = 1e100
"""Of weights larger than this only the direction is drawn: Qt multiplies two scales with each other."""
_FAR = 20.0
"""How far out lines are drawn, in reaches."""


class HebbCloud:
    """The plane of two inputs, centred on zero; it widens when the arrow outgrows it, by powers of two.

    Attributes
    ----------
    plane : Plane
    reach : float
        How far from zero the plane is shown.
    arrow, trail, circle, direction, cloud, now : PathItem
        The weights, where their tip has been, length 1, the main direction, the inputs, the last one.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        scene = canvas.scene()
        self.plane = canvas.plane(is_square=True, is_filled=True)
        self.plane.name_axes("x₁", "x₂")
        self.plane.reading = self._read
        self.plane.moved.connect(self._draw_ground)
        self.cloud, self.now, self.arrow = PathItem(), PathItem(), PathItem()
        self.direction, self.circle, self.trail = PathItem(), PathItem(), PathItem()
        self._arrow_name, self._circle_name = Text(scene), Text(scene)
        self.plane.add_in_pixels(self.cloud, below=True)
        self.plane.add_in_pixels(self._circle_name, self.now, self.arrow, self._arrow_name)
        for layer, item in enumerate((self._circle_name, self.now, self.arrow, self._arrow_name)):
            item.setZValue(layer)
        for item, name in ((self.direction, "main direction"), (self.circle, ""), (self.trail, "w")):
            self.plane.add(item, name)
        keep_painted(self.cloud)  # hundreds of dots that stay
        self.reach = _LEAST_REACH
        self._inputs: FloatArray = np.empty((0, 2))
        self._weights: Array = np.zeros(2)
        self._correlation = 0.0
        unit = QPainterPath()
        unit.addEllipse(QPointF(), 1.0, 1.0)
        self.circle.setPath(unit)

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        self.plane.set_visible(visible)

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, experiment: Hebb) -> None:
        """Fill a rectangle with an experiment's cloud."""
        self._correlation = experiment.correlation
        self._inputs = np.asarray(presented(experiment)[0][:_MOST_POINTS], np.float64)
        self.cloud.setPen(Qt.PenStyle.NoPen)
        self.cloud.setBrush(mix(theme.background, theme.muted, 0.65))
        self.direction.setPen(line_pen(mix(theme.background, theme.text, 0.6), 1.5, Qt.PenStyle.DashLine))
        self.circle.setPen(line_pen(theme.text, 1.5, Qt.PenStyle.DotLine))
        self.trail.setPen(line_pen(mix(theme.background, theme.accent, 0.55), 2.0))
        self.now.setPen(line_pen(theme.text, 3.0))
        self.arrow.setPen(line_pen(theme.accent, 4.0))
        self.arrow.setBrush(QColor(theme.accent))
        self._arrow_name.set_style(bold(font), theme.accent)
        self._circle_name.set_style(font, theme.text)
        self._circle_name.set_words("|w| = 1")
        self.plane.arrange(rect, font)
        self._show_reach(self.reach)

    def show(self, state: HebbState) -> None:
        """Draw the weights, where they have been, and the input just shown."""
        tips, self._weights = state.trace[np.isfinite(state.trace).all(axis=1)], state.weights
        bounded = length(state.weights) < _LARGEST
        reach = _reach(state.weights if bounded else np.zeros(2), self._inputs)
        if reach != self.reach:
            self._show_reach(reach)
        trail = np.vstack([tips, state.weights])[: (len(tips) + 1) * bounded]
        x, y = np.clip(trail.astype(np.float64), -_FAR * reach, _FAR * reach).T
        self.trail.set_points(x, y, "all")
        self._arrow_name.set_words("w" if bounded else "w → ∞")
        # of weights without bound the direction, well within the plane, for its name
        self._draw_arrow(state.weights if bounded else 0.68 * reach * tips[-1] / np.abs(tips[-1]).max())
        shown = np.asarray(state.inputs[np.newaxis][: bool(state.step)], np.float64)
        self.now.setPath(circles(self.plane.pixels(shown), 6.0))

    def _show_reach(self, reach: float) -> None:
        self.reach = reach
        scale = range_scale(-reach, reach)
        self.plane.show(scale, scale)
        along = _main_direction(self._inputs)
        x, y = _FAR * reach * np.array([-along, along]).T / np.abs(along).max()
        self.direction.set_points(x, y, "all")

    def _draw_ground(self) -> None:
        """The cloud, and the name of the circle of length 1: they move only when the plane does."""
        unit, radius = self.plane.unit[0], max(2.0, 0.009 * self.plane.frame.width())
        dots = circles(self.plane.pixels(self._inputs), radius)
        dots.setFillRule(Qt.FillRule.WindingFill)
        self.cloud.setPath(dots)
        self._circle_name.setVisible(unit > 3.0 * self._circle_name.boundingRect().height())
        side = -1.0 if self._correlation >= 0 else 1.0  # where the cloud leaves room
        x, y = self.plane.pixels(0.75 * np.array([side, 1.0]))
        self._circle_name.place(x, y, float(side < 0), 1.0)

    def _draw_arrow(self, weights: Array) -> None:
        zero, tip = self.plane.pixels(np.array([np.zeros(2), weights]))
        span = float(np.hypot(*(tip - zero)))
        path = QPainterPath()
        self._arrow_name.setVisible(span > HEAD)
        if span > 1.0:
            along = (tip - zero) / span
            path, across = arrow_path(zero, tip, along, min(HEAD, span)), np.array([-along[1], along[0]])
            half = np.array(self._arrow_name.boundingRect().size().toTuple()) / 2
            self._place_name(*(tip + (half + 0.5 * HEAD) * across))
        self.arrow.setPath(path)

    def _place_name(self, x: float, y: float) -> None:
        """Name the arrow as near to a point as the frame allows."""
        half, frame = self._arrow_name.boundingRect().width() / 2 + 2.0, self.plane.frame
        self._arrow_name.place(min(max(x, frame.left() + half), frame.right() - half), y, 0.5, 0.5)

    def _read(self, x: float, y: float) -> Sequence[str]:
        """A point of the plane, and what the unit answers there."""
        output = float(self._weights.dot([x, y]))
        return [f"x₁ {tick(x, 3)}   x₂ {tick(y, 3)}", f"y = w·x = {tick(output, 4)}"]


def _reach(weights: Array, inputs: Array) -> float:
    """The next power of two times the least reach that holds inputs and weights."""
    least = max(_LEAST_REACH, 1.05 * float(np.abs(inputs).max()))
    ratio = 1.15 * length(weights) / least
    return float(least * 2.0 ** max(0, math.ceil(math.log2(max(ratio, 1e-9)))))


def _main_direction(inputs: Array) -> FloatArray:
    """The direction of the first principal component, without centring: what the rules see."""
    return np.asarray(np.linalg.eigh(inputs.T @ inputs)[1][:, -1])

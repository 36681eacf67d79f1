"""A cloud of inputs, and the weight vector that turns into its main direction."""

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.arrows import HEAD, arrow_path
from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.scales import Scale, linear_scale
from nnviz.engine.rules import length
from nnviz.engine.tape import Array
from nnviz.kinds.hebb.rule import presented
from nnviz.kinds.hebb.schema import Hebb
from nnviz.kinds.hebb.state import HebbState
from nnviz.numerals import superscript
from nnviz.theme import Theme, mix

_LEAST_REACH = 3.0
_MOST_POINTS = 1000
_LARGEST = 1e200
"""Of weights larger than this only the direction is drawn."""


class HebbCloud:
    """The plane of two inputs, centred on zero; it widens when the arrow outgrows it, by powers of two.

    Attributes
    ----------
    frame : QRectF
    reach : float
        How far from zero the plane is shown.
    arrow, trail, circle, direction, cloud, now : PathItem
        The weights, where their tip has been, length 1, the main direction, the inputs, the last one.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.axes = Axes(scene, linear_scale(1.0), linear_scale(1.0))
        self.cloud, self.direction, self.circle = (add_path(scene, layer) for layer in (0.0, 1.0, 2.0))
        self.trail, self.now, self.arrow = (add_path(scene, layer) for layer in (3.0, 4.0, 5.0))
        self.cloud.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)  # hundreds of dots that stay
        self._arrow_name, self._circle_name = Text(scene, 6.0), Text(scene, 2.5)
        self._names = Text(scene), Text(scene)
        self.reach = _LEAST_REACH
        self._outer, self._font, self._visible = QRectF(), QFont(), True

    @property
    def frame(self) -> QRectF:
        """Where the plane is, in pixels."""
        return self.axes.frame

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        self._visible = visible
        self.axes.set_visible(visible)
        items = (self.cloud, self.direction, self.circle, self.trail, self.now, self.arrow)
        for item in (*items, self._arrow_name, self._circle_name, *self._names):
            item.setVisible(visible)

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, experiment: Hebb) -> None:
        """Fill a rectangle with an experiment's cloud."""
        self._outer, self._font, self._experiment = rect, font, experiment
        self._inputs = presented(experiment)[0][:_MOST_POINTS]
        self.axes.set_theme(theme)
        self.cloud.setPen(Qt.PenStyle.NoPen)
        self.cloud.setBrush(mix(theme.background, theme.muted, 0.65))
        self.direction.setPen(line_pen(mix(theme.background, theme.text, 0.6), 1.5, Qt.PenStyle.DashLine))
        self.circle.setPen(line_pen(theme.text, 1.5, Qt.PenStyle.DotLine))
        self.trail.setPen(line_pen(mix(theme.background, theme.accent, 0.55), 2.0))
        self.now.setPen(line_pen(theme.text, 3.0))
        self.arrow.setPen(line_pen(theme.accent, 4.0))
        self.arrow.setBrush(QColor(theme.accent))
        for text, words, style, color in (
            (self._arrow_name, "w", bold(font), theme.accent),
            (self._circle_name, "|w| = 1", font, theme.text),
            (self._names[0], "x₁", bold(font), theme.text),
            (self._names[1], "x₂", bold(font), theme.text),
        ):
            text.set_style(style, color)
            text.set_words(words)
        self._set_reach(self.reach)

    def show(self, state: HebbState) -> None:
        """Draw the weights, where they have been, and the input just shown."""
        tips = state.trace[np.isfinite(state.trace).all(axis=1)]
        bounded = length(state.weights) < _LARGEST
        reach = _reach(state.weights if bounded else np.zeros(2), self._inputs)
        if reach != self.reach:
            self._set_reach(reach)
        tip = state.weights if bounded else 1.5 * reach * tips[-1] / length(tips[-1])
        limit = 4.0 * reach
        points = self._pixels(np.clip(np.vstack([tips, tip]), -limit, limit))
        _join(self.trail, points if bounded else points[:0])
        self._arrow_name.set_words("w" if bounded else "w → ∞")
        self._draw_arrow(points[-1] if bounded else self._at_edge(points[-1]))
        path = QPainterPath()
        if state.step:
            path.addEllipse(QPointF(*self._pixels(state.inputs[np.newaxis])[0]), 6.0, 6.0)
        self.now.setPath(path)

    def _set_reach(self, reach: float) -> None:
        self.reach = reach
        scale = _scale(reach)
        self.axes.set_scales(scale, scale)
        square = QRectF(self._outer.topLeft(), QSizeF(*[min(self._outer.width(), self._outer.height())] * 2))
        self.axes.arrange(square, self._font)
        spare = self.frame.width() - self.frame.height()
        self.axes.arrange(square.adjusted(0.0, 0.0, -max(0.0, spare), min(0.0, spare)), self._font)
        self.axes.set_visible(self._visible)
        self._names[0].place(self.frame.right() - 4.0, self.frame.bottom() - 3.0, 1.0, 1.0)
        self._names[1].place(self.frame.left() + 4.0, self.frame.top() + 3.0)
        self._draw_ground()

    def _draw_ground(self) -> None:
        """The cloud, the circle of length 1 and the main direction: they move only when the plane widens."""
        zero, unit = self._pixels(np.zeros((1, 2)))[0], self.frame.width() / (2 * self.reach)
        dots, radius = QPainterPath(), max(2.0, 0.009 * self.frame.width())
        for x, y in self._pixels(self._inputs):
            dots.addEllipse(QPointF(x, y), radius, radius)
        dots.setFillRule(Qt.FillRule.WindingFill)
        self.cloud.setPath(dots)
        circle = QPainterPath()
        circle.addEllipse(QPointF(*zero), unit, unit)
        self.circle.setPath(circle)
        self._circle_name.setVisible(self._visible and unit > 3.0 * self._circle_name.boundingRect().height())
        side = -1.0 if self._experiment.correlation >= 0 else 1.0  # where the cloud leaves room
        self._circle_name.place(zero[0] + 0.75 * side * unit, zero[1] - 0.75 * unit, float(side < 0), 1.0)
        along = _main_direction(self._inputs)
        along *= 0.97 * self.reach / np.abs(along).max()
        _join(self.direction, self._pixels(np.array([-along, along])))

    def _draw_arrow(self, tip: FloatArray) -> None:
        zero = self._pixels(np.zeros((1, 2)))[0]
        span = float(np.hypot(*(tip - zero)))
        path = QPainterPath()
        self._arrow_name.setVisible(self._visible and span > HEAD)
        if span > 1.0:
            along = (tip - zero) / span
            path, across = arrow_path(zero, tip, along, min(HEAD, span)), np.array([-along[1], along[0]])
            half = (
                np.array([self._arrow_name.boundingRect().width(), self._arrow_name.boundingRect().height()]) / 2
            )
            self._place_name(*(tip + (half + 0.5 * HEAD) * across))
        self.arrow.setPath(path)

    def _place_name(self, x: float, y: float) -> None:
        """Name the arrow as near to a point as the frame allows."""
        half, frame = self._arrow_name.boundingRect().width() / 2 + 2.0, self.frame
        self._arrow_name.place(min(max(x, frame.left() + half), frame.right() - half), y, 0.5, 0.5)

    def _at_edge(self, tip: FloatArray) -> FloatArray:
        """Where the way from the centre to a point outside leaves the frame, well before, for its name."""
        middle = np.array([self.frame.center().x(), self.frame.center().y()])
        return np.asarray(middle + 0.34 * self.frame.width() * (tip - middle) / np.abs(tip - middle).max())

    def _pixels(self, points: Array) -> FloatArray:
        middle = np.array([self.frame.center().x(), self.frame.center().y()])
        unit = np.array([self.frame.width(), -self.frame.height()]) / (2 * self.reach)
        return np.asarray(middle + points * unit)


def _reach(weights: Array, inputs: Array) -> float:
    """The next power of two times the least reach that holds inputs and weights."""
    least = max(_LEAST_REACH, 1.05 * float(np.abs(inputs).max()))
    ratio = 1.15 * length(weights) / least
    return float(least * 2.0 ** max(0, math.ceil(math.log2(max(ratio, 1e-9)))))


def _main_direction(inputs: Array) -> FloatArray:
    """The direction of the first principal component, without centring: what the rules see."""
    return np.asarray(np.linalg.eigh(inputs.T @ inputs)[1][:, -1])


def _scale(reach: float) -> Scale:
    step = 10.0 ** math.floor(math.log10(reach))
    ticks = [k * step for k in range(-int(reach / step), int(reach / step) + 1)]
    while len(ticks) > 7:
        ticks = [tick for k, tick in enumerate(ticks) if (k - len(ticks) // 2) % 2 == 0]
    return Scale(-reach, reach, tuple((tick, _tick_words(tick)) for tick in ticks))


def _tick_words(tick: float) -> str:
    if abs(tick) < 1e4:
        return f"{tick:,.6g}".replace("-", "−")
    mantissa, exponent = f"{tick:.0e}".replace("-", "−").split("e+")
    return f"{mantissa}·10{superscript(int(exponent))}"


def _join(item: PathItem, points: FloatArray) -> None:
    item.set_points(points[:, 0].copy(), points[:, 1].copy(), "all")

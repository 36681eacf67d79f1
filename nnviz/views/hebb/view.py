"""Hebb's rule: growing synapses between cells that fire together, or a weight vector in a cloud of inputs."""

from collections.abc import Sequence

import numpy as np
from msgspec import structs
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainterPath
from PySide6.QtWidgets import QWidget

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.cells import Bars
from nnviz.drawing.paths import HEAD, PathItem, arrow_path, cache_painting, circles, line_pen
from nnviz.drawing.words import Wordings, say
from nnviz.engine.rules import length
from nnviz.engine.tape import Array
from nnviz.kinds.hebb import Hebb, HebbMoment, HebbState, presented
from nnviz.numerals import figure, nice_above, number, tick
from nnviz.plots.canvas import PlotCanvas, PlotView
from nnviz.plots.curves import Curves, Line, curve_pen
from nnviz.plots.scales import Scale, linear_scale, log_scale, range_scale, span_scale
from nnviz.theme import Theme, mix
from nnviz.views.hebb.cells import HebbCells, HebbStrip

_LEAST_REACH = 3.0
_MOST_POINTS = 1000
_LARGEST = 1e100
"""Weights larger than this have no trail, as Qt's product of two scales would overflow."""
_WITHIN = 0.68
"""Length of the arrow, in units of ``reach``, where the weights are longer than the plane is wide."""
_FAR = 20.0
"""Farthest point of a line that is drawn, in units of ``reach``."""
_PAD = 8.0
_THRESHOLD = "threshold"
_LARGE, _MOST_DECADES = 100.0, 600
_RULES = {"hebb": ("Hebb’s rule", "w ← w + α x y"), "oja": ("Oja’s rule", "w ← w + α y (x − y w)")}


class HebbCloud:
    """The plane of two inputs, centred on zero; weights too long for it are drawn by direction.

    Attributes
    ----------
    plane : Plane
    reach : float
        Half the width of the plane.
    arrow, trail, circle, direction, cloud, now : PathItem
        The weights, their path, the unit circle, the main direction, the inputs, the last input.
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
        cache_painting(self.cloud)  # hundreds of dots that do not change
        self.reach = _LEAST_REACH
        self._inputs: FloatArray = np.empty((0, 2))
        self._weights: Array = np.zeros(2)
        self._correlation = 0.0
        unit = QPainterPath()
        unit.addEllipse(QPointF(), 1.0, 1.0)
        self.circle.setPath(unit)

    def set_visible(self, visible: bool) -> None:
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
        self._show_reach(max(_LEAST_REACH, 1.05 * float(np.abs(self._inputs).max())))

    def show(self, state: HebbState) -> None:
        """Draw the weights, their path, and the last input."""
        tips, self._weights = state.trace[np.isfinite(state.trace).all(axis=1)], state.weights
        bounded, fits = length(state.weights) < _LARGEST, length(state.weights) < self.reach
        trail = np.vstack([tips, state.weights])[: (len(tips) + 1) * bounded]
        x, y = np.clip(trail.astype(np.float64), -_FAR * self.reach, _FAR * self.reach).T
        self.trail.set_points(x, y, "all")
        self._arrow_name.set_words("w" if fits else "w, shortened" if bounded else "w → ∞")
        last = state.weights if bounded else tips[-1]
        self._draw_arrow(state.weights if fits else _WITHIN * self.reach * last / np.abs(last).max())
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
        """Draw the cloud and the name of the unit circle, which move only with the plane."""
        unit, radius = self.plane.unit[0], max(2.0, 0.009 * self.plane.frame.width())
        dots = circles(self.plane.pixels(self._inputs), radius)
        dots.setFillRule(Qt.FillRule.WindingFill)
        self.cloud.setPath(dots)
        self._circle_name.setVisible(unit > 3.0 * self._circle_name.boundingRect().height())
        side = -1.0 if self._correlation >= 0 else 1.0  # where the cloud leaves space
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
        """Place the arrow's name as near to a point as the frame allows."""
        half, frame = self._arrow_name.boundingRect().width() / 2 + 2.0, self.plane.frame
        self._arrow_name.place(min(max(x, frame.left() + half), frame.right() - half), y, 0.5, 0.5)

    def _read(self, x: float, y: float) -> Sequence[str]:
        """A point of the plane, and the unit's output there."""
        output = float(self._weights.dot([x, y]))
        return [f"x₁ {tick(x, 3)}   x₂ {tick(y, 3)}", f"y = w·x = {tick(output, 4)}"]


def _main_direction(inputs: Array) -> FloatArray:
    """The direction of the first principal component without centring, as the rules find it."""
    return np.asarray(np.linalg.eigh(inputs.T @ inputs)[1][:, -1])


class HebbView(PlotView[HebbMoment]):
    """A unit that learns by Hebb's or Oja's rule: cells with a strip of presentations, or an arrow in a cloud.

    Attributes
    ----------
    heading, account, caption : Text
        The rule, the last step, and the curves' caption.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.heading, self.account, self.caption = Text(scene), Text(scene), Text(scene)
        self.cells, self.strip, self.cloud = HebbCells(scene), HebbStrip(scene), HebbCloud(self.canvas)
        self.bars, self.curves = Bars(scene), Curves(self.canvas, "step")
        self._laid_out_for: object = None

    def _lay_out(self) -> None:
        if self._snapshot is None:
            return
        experiment: Hebb = self._snapshot.experiment
        self._laid_out_for = structs.replace(experiment, learning_rate=1.0)
        linked = experiment.source == "association"
        for item in (self.cells, self.strip, self.bars):
            item.set_visible(linked)
        self.cloud.set_visible(not linked)
        area, line = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), self.fontMetrics().height()
        self._width = area.width()
        self.heading.set_style(bold(self.font()), self._theme.text)
        self.account.set_style(self.font(), self._theme.text)
        self.caption.set_style(bold(self.font()), self._theme.text)
        self.heading.place(area.left(), area.top())
        self.account.place(area.left(), area.top() + 1.2 * line)
        below = area.adjusted(0.0, 2.7 * line, 0.0, 0.0)
        (self._lay_out_association if linked else self._lay_out_cloud)(experiment, below)

    def _paint(self, snapshot: HebbMoment) -> None:
        experiment, state = snapshot.experiment, snapshot.state
        if structs.replace(experiment, learning_rate=1.0) != self._laid_out_for:
            self._lay_out()
        say(self.heading, rule_words(experiment), self._width)
        say(self.account, account(experiment, state), self._width)
        steps = state.stride * np.arange(len(state.trace), dtype=np.float64)
        if experiment.source == "cloud":
            self.cloud.show(state)
            self._show_courses(steps, state.norms[:, np.newaxis].astype(np.float64), (1.0, "1"))
            return
        self.cells.show(experiment, state)
        self.strip.show(experiment, state)
        self.bars.show(state.weights.tolist(), experiment.threshold)
        self._show_courses(steps, state.trace.astype(np.float64), (experiment.threshold, _THRESHOLD))

    def _show_courses(self, steps: FloatArray, values: FloatArray, level: tuple[float, str]) -> None:
        """Draw the history of numbers, one column each, and a level to compare them with."""
        if self.curves.plane.is_visible:
            courses = [(steps, column) for column in values.T]
            self.curves.show(courses, linear_scale(max(10.0, float(steps[-1]))), course_scale(values, level[0]))
            self.curves.show_level(*level)

    def _lay_out_association(self, experiment: Hebb, area: QRectF) -> None:
        """Place the cells, beside or below them the weights' curves, and the presentations at the bottom."""
        strip = min(self.strip.height(self.font(), len(experiment.stimuli)), 0.4 * area.height())
        self.strip.arrange(
            QRectF(area.left(), area.bottom() - strip, area.width(), strip), self.font(), self._theme, experiment
        )
        above = area.adjusted(0.0, 0.0, 0.0, -strip - 2 * _PAD)
        if area.width() < 1.1 * area.height():
            middle = 0.45 * above.height()
            cells = QRectF(above.left(), above.top(), above.width(), middle)
            panel = above.adjusted(0.0, middle + _PAD, 0.0, 0.0)
        else:
            cells = QRectF(above.left(), above.top(), 0.54 * above.width(), above.height())
            panel = above.adjusted(cells.width() + 3 * _PAD, 0.0, 0.0, 0.0)
        self.cells.arrange(cells, self.font(), self._theme, experiment)
        self._lay_out_weights(experiment, panel)

    def _lay_out_weights(self, experiment: Hebb, rect: QRectF) -> None:
        line, names = self.fontMetrics().height(), experiment.stimuli
        bars = min(1.35 * len(names) * line, rect.height() - 1.2 * line)
        self.caption.write("weights", rect.left(), rect.top())
        room = QRectF(rect.left(), rect.top() + 1.2 * line, rect.width(), max(1.0, bars))
        self.bars.arrange(room, self.font(), self._theme, names)
        self._lay_out_curves(rect.adjusted(0.0, bars + 1.5 * line, 0.0, 0.0), names, _THRESHOLD)

    def _lay_out_cloud(self, experiment: Hebb, area: QRectF) -> None:
        line = self.fontMetrics().height()
        if area.width() < 1.1 * area.height():
            plane = QRectF(area.left(), area.top(), area.width(), min(area.width(), 0.62 * area.height()))
            panel = area.adjusted(0.0, plane.height() + _PAD, 0.0, 0.0)
        else:
            side = min(area.height(), 0.56 * area.width())
            plane = QRectF(area.left(), area.top(), side, area.height())
            panel = area.adjusted(side + 2 * _PAD, 0.0, 0.0, 0.0)
        self.cloud.arrange(plane, self.font(), self._theme, experiment)
        self.caption.write("length of w", panel.left(), panel.top())
        self._lay_out_curves(panel.adjusted(0.0, 1.2 * line, 0.0, 0.0), ["|w|"], "1")

    def _lay_out_curves(self, rect: QRectF, names: Sequence[str], level: str) -> None:
        lines = [Line(name, curve_pen(self._theme, k)) for k, name in enumerate(names)]
        self.curves.set_style(self._theme, self.font(), lines)
        self.curves.arrange(rect, self.font(), level=level)
        self.curves.set_visible(rect.height() >= 4.5 * self.fontMetrics().height())


def course_scale(values: FloatArray, level: float) -> Scale:
    """A scale for a history and a level: logarithmic if the numbers differ greatly in size."""
    there = np.append(values[np.isfinite(values)], [0.0, 1.0, level])
    low, high, positive = float(there.min()), float(there.max()), there[there > 0.0]
    if low < 0.0:
        return span_scale(-nice_above(-low), nice_above(high))
    return log_scale(float(positive.min()), high, _MOST_DECADES) if high > _LARGE else linear_scale(high)


def rule_words(experiment: Hebb) -> Wordings:
    """The rule, in several wordings."""
    name, formula = _RULES[experiment.rule]
    rate = f"α = {number(experiment.learning_rate)}"
    return f"{name}: {formula},  {rate}", f"{name}: {formula}", name


def account(experiment: Hebb, state: HebbState) -> Wordings:
    """The last step, in several wordings."""
    if not state.step:
        return ("nothing presented yet",)
    return _of_a_cloud(state) if experiment.source == "cloud" else _of_an_association(experiment, state)


def _of_a_cloud(state: HebbState) -> Wordings:
    norm, settled = figure(length(state.weights)), "; the same after every epoch" if state.still else ""
    if not state.finite:
        return "|w| is larger than any number there is: nothing holds it back", "|w| = ∞"
    return f"y = w·x = {figure(state.output)},  |w| = {norm}{settled}", f"|w| = {norm}"


def _of_an_association(experiment: Hebb, state: HebbState) -> Wordings:
    shown = [name for name, x in zip(experiment.stimuli, state.inputs, strict=True) if x]
    names, output = " and ".join(shown) or "nothing", number(state.output)
    if not state.output or not shown:
        return f"{names}: y = {output}, so nothing is learned", f"{names}: y = {output}"
    if experiment.rule == "oja":
        return f"{names}: y = {output}, Δw = α y (x − y w)", f"{names}: y = {output}"
    change = number(experiment.learning_rate * state.output)
    rate = number(experiment.learning_rate)
    return f"{names}: Δw = α x y = {rate}·1·{output} = {change}", f"{names}: Δw = {change}"

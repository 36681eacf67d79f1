"""Hebb's rule at work: synapses that grow with what fires together, or a weight vector in a cloud of inputs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import structs
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from nnviz.data.dataset import FloatArray
from nnviz.drawing.bars import Bars
from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.words import Wordings, say
from nnviz.engine.rules import length
from nnviz.kinds.hebb.schema import Hebb
from nnviz.kinds.hebb.state import HebbState
from nnviz.numerals import figure, nice_above, number
from nnviz.plots.curves import Curves, Line, curve_pen
from nnviz.plots.scales import Scale, linear_scale, log_scale, span_scale
from nnviz.plots.view import PlotView
from nnviz.views.hebb.cells import HebbCells
from nnviz.views.hebb.cloud import HebbCloud
from nnviz.views.hebb.strip import HebbStrip

_PAD = 8.0
_THRESHOLD = "threshold"
_LARGE, _MOST_DECADES = 100.0, 600
_RULES = {"hebb": ("Hebb’s rule", "w ← w + α x y"), "oja": ("Oja’s rule", "w ← w + α y (x − y w)")}


class HebbView(PlotView):
    """A unit that learns by Hebb's or Oja's rule: cells with a strip of presentations, or an arrow in a cloud.

    Attributes
    ----------
    heading, account, caption : Text
        The rule, what the last step did, and what the curves are.
    """

    _snapshot: Any  # of Hebb's or Oja's rule, or none yet

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

    def _paint(self, snapshot: Any) -> None:
        experiment, state = snapshot.experiment, snapshot.state
        if structs.replace(experiment, learning_rate=1.0) != self._laid_out_for:
            self._lay_out()
        say(self.heading, rule_words(experiment), self._width)
        say(self.account, account(experiment, state), self._width)
        steps = state.stride * np.arange(len(state.trace), dtype=np.float64)
        if experiment.source == "cloud":
            self.cloud.show(state)
            self._show_courses(steps, state.norms[:, np.newaxis], (1.0, "1"))
            return
        self.cells.show(experiment, state)
        self.strip.show(experiment, state)
        self.bars.show(state.weights.tolist(), experiment.threshold)
        self._show_courses(steps, state.trace, (experiment.threshold, _THRESHOLD))

    def _show_courses(self, steps: FloatArray, values: FloatArray, level: tuple[float, str]) -> None:
        """Draw how numbers, a column each, have gone, and a level to compare them with."""
        if self.curves.plane.is_visible:
            courses = [(steps, column) for column in values.T]
            self.curves.show(courses, linear_scale(max(10.0, float(steps[-1]))), course_scale(values, level[0]))
            self.curves.show_level(*level)

    def _lay_out_association(self, experiment: Hebb, area: QRectF) -> None:
        """Cells, beside or below them the weights and their course, and the presentations at the bottom."""
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
        self.caption.set_words("weights")
        self.caption.place(rect.left(), rect.top())
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
        self.caption.set_words("length of w")
        self.caption.place(panel.left(), panel.top())
        self._lay_out_curves(panel.adjusted(0.0, 1.2 * line, 0.0, 0.0), ["|w|"], "1")

    def _lay_out_curves(self, rect: QRectF, names: Sequence[str], level: str) -> None:
        lines = [Line(name, curve_pen(self._theme, k)) for k, name in enumerate(names)]
        self.curves.dress(self._theme, self.font(), lines)
        self.curves.arrange(rect, self.font(), level=level)
        self.curves.set_visible(rect.height() >= 4.5 * self.fontMetrics().height())


def course_scale(values: FloatArray, level: float) -> Scale:
    """A scale for numbers as they went, and a level: logarithmic if they are of very different size."""
    there = np.append(values[np.isfinite(values)], [0.0, 1.0, level])
    low, high, positive = float(there.min()), float(there.max()), there[there > 0.0]
    if low < 0.0:
        return span_scale(-nice_above(-low), nice_above(high))
    return log_scale(float(positive.min()), high, _MOST_DECADES) if high > _LARGE else linear_scale(high)


def rule_words(experiment: Hebb) -> Wordings:
    """The rule, in several wordings, the longest first."""
    name, formula = _RULES[experiment.rule]
    rate = f"α = {number(experiment.learning_rate)}"
    return f"{name}: {formula},  {rate}", f"{name}: {formula}", name


def account(experiment: Hebb, state: HebbState) -> Wordings:
    """What the last step did, in several wordings, the longest first."""
    if not state.step:
        return ("nothing presented yet",)
    return _of_a_cloud(state) if experiment.source == "cloud" else _of_an_association(experiment, state)


def _of_a_cloud(state: HebbState) -> Wordings:
    norm, settled = figure(length(state.weights)), "; it moves no more" if state.still else ""
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

"""The oscilloscope: the potential in sweeps from left to right, and below it what arrives at the synapses."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.engine.spiking import STEP
from nnviz.kinds.spikes import SWEEP, Sign, Spikes, SpikesState
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.curves import Curves, Line, LinePoints
from nnviz.plots.scales import linear_scale, range_scale
from nnviz.theme import Theme, mix

PEAK = 40.0
"""Height to which a spike is drawn, in mV: the neuron has no such potential."""
_LOWEST, _HIGHEST = -15.0, 45.0
_PITCH = 1.35
"""Distance between synapses, in lines of text."""


def sweep_of(state: SpikesState) -> float:
    """The time in ms at which the sweep under way began."""
    return float(max(0, state.step - 1) // SWEEP * SWEEP)


class Scope:
    """The potential of the sweep under way; ahead of it, paler, what is left of the one before."""

    def __init__(self, canvas: PlotCanvas) -> None:
        self.curves = Curves(canvas, "t in ms", "V in mV", is_named=False)
        self.spikes = PathItem(), PathItem()
        for item, name in zip(self.spikes, ("spike", "spike before"), strict=True):
            self.curves.plane.add(item, name)

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, experiment: Spikes) -> None:
        """Fill a rectangle."""
        pale = mix(theme.background, theme.text, 0.3)
        lines = Line("V", line_pen(theme.text, 2.0)), Line("V before", line_pen(pale, 1.5))
        self.curves.set_style(theme, font, lines)
        for item, color in zip(self.spikes, (QColor(theme.accent), pale), strict=True):
            item.setPen(line_pen(color, 2.0, Qt.PenStyle.DashLine))
        self.curves.arrange(rect, font, level="θ")
        self.curves.show_level(experiment.threshold, "θ")
        self._high = max(_HIGHEST, 3.0 * experiment.threshold)
        self._peak = max(PEAK, 2.6 * experiment.threshold)
        self._scales = linear_scale(float(SWEEP)), range_scale(_LOWEST, self._high)

    def show_state(self, state: SpikesState, threshold: float) -> None:
        """Draw potential and spikes."""
        self.curves.show(courses_of(state, self._high), *self._scales)
        begun = sweep_of(state)
        now, before = state.spikes > begun, state.spikes > state.step - SWEEP
        for item, chosen, shift in zip(self.spikes, (now, before & ~now), (begun, begun - SWEEP), strict=True):
            times = np.repeat(state.spikes[chosen] - shift, 2)
            item.set_points(times, np.tile([threshold, self._peak], len(times) // 2), "pairs")

    def across(self, times: FloatArray) -> FloatArray:
        """Where times of the sweep lie, in pixels."""
        return self.curves.plane.pixels(np.column_stack([times, np.zeros(len(times))]))[:, 0]


def courses_of(state: SpikesState, high: float) -> Sequence[LinePoints]:
    """The potential of the sweep under way, and of the part of the last one that is not yet drawn over."""
    times: FloatArray = state.step + STEP * np.arange(1 - len(state.trace), 1, dtype=np.float64)
    begun = sweep_of(state)
    values: FloatArray = np.clip(state.trace.astype(np.float64), -high, high)
    now, before = times >= begun, (times < begun) & (times > state.step - SWEEP)
    return (times[now] - begun, values[now]), (times[before] - begun + SWEEP, values[before])


@dataclass(frozen=True)
class Synapse:
    """A synapse: its sign, and its number among those of that sign, counted from 0."""

    sign: Sign
    number: int


def synapses_of(experiment: Spikes) -> list[Synapse]:
    """All synapses, the excitatory ones first."""
    exciting = [Synapse("excitatory", k) for k in range(len(experiment.excitatory))]
    return exciting + [Synapse("inhibitory", k) for k in range(len(experiment.inhibitory))]


class SynapseRows:
    """A row for each synapse: a switch with its sign, and a tick for each spike that arrives."""

    def __init__(self, scene: QGraphicsScene, scope: Scope) -> None:
        self._scene, self._scope = scene, scope
        self.rows: list[tuple[Synapse, QRectF]] = []
        self.switches: list[PathItem] = []
        self._signs: list[Text] = []
        self._ticks = {sign: add_path(scene, 1.0) for sign in ("excitatory", "inhibitory")}
        self.title = Text(scene)

    def height(self, experiment: Spikes, font: QFont) -> float:
        """Height of the title and all rows."""
        return _PITCH * QFontMetricsF(font).height() * (1 + len(synapses_of(experiment)))

    def set_visible(self, visible: bool) -> None:
        for item in (*self.switches, *self._signs, *self._ticks.values(), self.title):
            item.setVisible(visible)

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, experiment: Spikes) -> None:
        """Place a row for each synapse in a rectangle."""
        self._theme, self._line = theme, QFontMetricsF(font).height()
        for item in (*self.switches, *self._signs):
            self._scene.removeItem(item)
        pitch, synapses = _PITCH * self._line, synapses_of(experiment)
        self.title.set_style(font, theme.muted)
        self.title.write("synapses: click to switch on or off", rect.left(), rect.top())
        tops = [rect.top() + pitch * (k + 1) for k in range(len(synapses))]
        self.rows = [
            (synapse, QRectF(rect.left(), top, rect.width(), pitch))
            for synapse, top in zip(synapses, tops, strict=True)
        ]
        self.switches = [add_path(self._scene, 2.0) for _ in synapses]
        self._signs = [Text(self._scene, 3.0) for _ in synapses]
        for sign, path in self._ticks.items():
            color = theme.positive if sign == "excitatory" else theme.negative
            style = Qt.PenStyle.SolidLine if sign == "excitatory" else Qt.PenStyle.DotLine
            path.setPen(line_pen(color, 2.5, style))
        for (synapse, row), switch, mark in zip(self.rows, self.switches, self._signs, strict=True):
            self._place(synapse, row, switch, mark, font)

    def show_state(self, experiment: Spikes, state: SpikesState) -> None:
        """Show what is on, and what has arrived in this sweep."""
        begun = sweep_of(state)
        first = max(begun, float(state.since))
        ticks: dict[str, list[FloatArray]] = {kind: [] for kind in self._ticks}
        for (synapse, row), switch, sign in zip(self.rows, self.switches, self._signs, strict=True):
            on, color = experiment.synapses(synapse.sign)[synapse.number], self._color(synapse)
            switch.setBrush(QColor(color if on else self._theme.background))
            sign.setBrush(QColor(self._theme.background if on else color))
            if on:
                times = arrivals(experiment, synapse, first, float(state.step)) - begun
                ticks[synapse.sign].append(self._lines(times, row))
        for kind, path in self._ticks.items():
            points = np.concatenate([np.empty((0, 2)), *ticks[kind]])
            path.set_points(points[:, 0].copy(), points[:, 1].copy(), "pairs")

    def synapse_at(self, point: QPointF) -> Synapse | None:
        """The synapse whose row is at a point."""
        return next((synapse for synapse, row in self.rows if row.contains(point)), None)

    def _color(self, synapse: Synapse) -> str:
        return self._theme.positive if synapse.sign == "excitatory" else self._theme.negative

    def _place(self, synapse: Synapse, row: QRectF, switch: PathItem, sign: Text, font: QFont) -> None:
        radius, center = 0.55 * self._line, QPointF(row.left() + 0.6 * self._line, row.center().y())
        path = QPainterPath()
        path.addEllipse(center, radius, radius)
        switch.setPath(path)
        switch.setPen(line_pen(self._color(synapse), 2.0))
        sign.set_style(bold(font), self._color(synapse))
        sign.write("+" if synapse.sign == "excitatory" else "−", center.x(), center.y(), 0.5, 0.5)

    def _lines(self, times: FloatArray, row: QRectF) -> FloatArray:
        """The ends of the ticks, shape (2 · times, 2), in pixels."""
        x = np.repeat(self._scope.across(times), 2)
        return np.column_stack([x, np.tile([row.top() + 3.0, row.bottom() - 3.0], len(times))])


def arrivals(experiment: Spikes, synapse: Synapse, first: float, last: float) -> FloatArray:
    """When spikes arrive at a synapse, from one time to another, in ms."""
    period, begin = experiment.period * STEP, experiment.arrival(synapse.sign, synapse.number) * STEP
    steps = np.arange(np.ceil((first - begin) / period - 1e-9), np.floor((last - begin) / period + 1e-9) + 1)
    return np.asarray(begin + period * steps)

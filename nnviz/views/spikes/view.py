"""A spiking neuron: its potential as on an oscilloscope, its synapses, and its rate against the current."""

from msgspec import structs
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from nnviz.drawing.canvas import Text, as_verdict, bold
from nnviz.drawing.pointer import Pointer
from nnviz.drawing.room import Room
from nnviz.drawing.slider import SettingSlider
from nnviz.drawing.view import Switches, small_button
from nnviz.drawing.words import Wordings, say
from nnviz.kinds.spikes import Spikes, SpikesMoment, SpikesState
from nnviz.plots.canvas import PlotView
from nnviz.theme import Theme
from nnviz.views.spikes.rates import HIGHEST, Rates
from nnviz.views.spikes.scope import Scope, SynapseRows

DRAWN = ("the height of a spike is drawn, not computed", "height of spikes: drawn, not computed", "height drawn")
_PAD, _GAP = 8.0, 20.0
_SCOPE, _LESS = 0.58, 0.4
"""Share of the width, or of the height, that the oscilloscope has beside the rates, and beside those with fits."""
_WIDE = 1.15
"""Ratio of width to height above which the rates are beside the oscilloscope."""
_MOST_NOISE = 4.0


class SpikesView(PlotView[SpikesMoment]):
    """The oscilloscope with its synapses, and the rates.

    Signals
    -------
    changed : Spikes
        The edited experiment.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.caption, self.note = as_verdict(Text(scene)), Text(scene)
        self.fit_words = as_verdict(Text(scene))
        self.scope, self.rates = Scope(self.canvas), Rates(self.canvas)
        self.synapses = SynapseRows(scene, self.scope)
        self.current = SettingSlider("current I", HIGHEST, 0.05, lambda value: f"{value:.2f} nA")
        self.noise = SettingSlider("noise", _MOST_NOISE, 0.25, lambda value: f"{value:.2f} mV")
        self.synapse_button = self._switch("synapses", "show the synapses", on=True)
        self.rate_button = self._switch("rate", "show the rate against the current", on=True)
        self.fit_button = self._switch("fits", "lay softplus and σ over the rates that are counted", on=False)
        self.add_controls(self.synapse_button, self.rate_button, self.fit_button)
        self.current.moved.connect(lambda value: self._change("current", value))
        self.noise.moved.connect(lambda value: self._change("noise", value))
        self.add_below(self.current, self.noise)
        Pointer(self.canvas).pressed.connect(self._press)
        self._arranged: Spikes | None = None

    @property
    def switches(self) -> Switches:
        return {"synapses": self.synapse_button, "rate": self.rate_button, "fits": self.fit_button}

    def connect_to(self, room: Room) -> None:
        self.changed.connect(room.change)

    def set_theme(self, theme: Theme) -> None:
        for slider in (self.current, self.noise):
            slider.set_theme(theme)
        super().set_theme(theme)

    def _switch(self, name: str, tip: str, *, on: bool) -> QToolButton:
        button = small_button(name, tip, checkable=True)
        button.setChecked(on)
        button.toggled.connect(self._refresh)
        return button

    def _lay_out(self) -> None:
        if self._snapshot is None:
            return
        experiment = self._arranged = self._snapshot.experiment
        line, font = self.fontMetrics().height(), self.font()
        area = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        for text in (self.caption, self.fit_words):
            text.set_style(bold(font), self._theme.text)
        self.note.set_style(font, self._theme.muted)
        self.caption.place(area.left(), area.top())
        self._width = area.width() - self._corner.sizeHint().width() - 2 * _PAD
        scope, rates = self._rooms(area.adjusted(0.0, 1.9 * line, 0.0, 0.0))
        self._place_scope(experiment, scope)
        self.rates.has_fits = self.fit_button.isChecked()
        self.rates.set_visible(self.rate_button.isChecked())
        self.fit_words.place(rates.left(), rates.top())
        self._fit_width = rates.width()
        head = 1.3 * line if self.rates.has_fits else 0.0
        self.rates.arrange(rates.adjusted(0.0, head, 0.0, 0.0), font, self._theme, experiment)
        self.rates.set_visible(self.rate_button.isChecked())

    def _rooms(self, area: QRectF) -> tuple[QRectF, QRectF]:
        """Rectangles for oscilloscope and rates."""
        if not self.rate_button.isChecked():
            return area, area
        share = _LESS if self.fit_button.isChecked() else _SCOPE
        if area.width() > _WIDE * area.height():
            width = share * area.width()
            return area.adjusted(0.0, 0.0, width - area.width(), 0.0), area.adjusted(width + _GAP, 0.0, 0.0, 0.0)
        height = share * area.height()
        return area.adjusted(0.0, 0.0, 0.0, height - area.height()), area.adjusted(0.0, height + _PAD, 0.0, 0.0)

    def _place_scope(self, experiment: Spikes, room: QRectF) -> None:
        shown, line = self.synapse_button.isChecked(), self.fontMetrics().height()
        rows = self.synapses.height(experiment, self.font()) + 0.3 * line if shown else 0.0
        say(self.note, DRAWN, room.width())
        self.note.place(room.left(), room.top())
        plane = room.adjusted(0.0, 1.3 * line, 0.0, -rows)
        self.scope.arrange(plane, self.font(), self._theme, experiment)
        below = QRectF(room.left(), room.bottom() - rows + 0.3 * line, room.width(), rows)
        self.synapses.arrange(below, self.font(), self._theme, experiment)
        self.synapses.set_visible(shown)

    def _paint(self, snapshot: SpikesMoment) -> None:
        experiment, state = snapshot.experiment, snapshot.state
        if _form(experiment) != (self._arranged and _form(self._arranged)):
            self._lay_out()
        self.current.show_value(experiment.current)
        self.noise.show_value(experiment.noise)
        self.scope.show_state(state, experiment.threshold)
        if self.synapse_button.isChecked():
            self.synapses.show_state(experiment, state)
        if self.rate_button.isChecked():
            self.rates.show_state(experiment.current, state)
        say(self.caption, account(experiment, state), self._width)
        has_fits = self.rate_button.isChecked() and self.fit_button.isChecked()
        say(self.fit_words, misfits(state) if has_fits else ("",), self._fit_width)

    def _change(self, key: str, value: float) -> None:
        if self._snapshot:
            self.changed.emit(structs.replace(self._snapshot.experiment, **{key: value}))

    def _press(self, point: QPointF) -> None:
        synapse = self.synapses.synapse_at(point) if self.synapse_button.isChecked() else None
        if synapse and self._snapshot:
            self.changed.emit(self._snapshot.experiment.switched(synapse.sign, synapse.number))


def _form(experiment: Spikes) -> Spikes:
    """What the layout depends on: all but what a slider or a click changes."""
    return structs.replace(
        experiment,
        current=0.0,
        noise=0.0,
        excitatory=(False,) * len(experiment.excitatory),
        inhibitory=(False,) * len(experiment.inhibitory),
    )


def account(experiment: Spikes, state: SpikesState) -> Wordings:
    """What the neuron does, in several wordings."""
    rate = f"{state.rate:.1f} spikes/s"
    said = f"{rate} since t = {state.since:,} ms" if state.since else rate
    silent = not (any(experiment.excitatory) or any(experiment.inhibitory) or experiment.noise)
    formula = f"{said}, by the formula {experiment.membrane.rate(experiment.current):.1f}"
    return (formula, said, rate) if silent else (said, rate)


def misfits(state: SpikesState) -> Wordings:
    """How far the curves are from what was counted, in several wordings."""
    if not state.fits:
        return ("",)
    shares = {name: f"{100 * fit.misfit:.1f} %" for name, fit in state.fits.items()}
    return (
        f"off by: softplus {shares['softplus']}, σ {shares['sigmoid']}",
        f"softplus {shares['softplus']}, σ {shares['sigmoid']}",
    )

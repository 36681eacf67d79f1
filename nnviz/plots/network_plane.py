"""Samples and what a network makes of their plane: its output, the unit looked at, the way of a probe."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtWidgets import QWidget

from nnviz.analysis.probe import probed_in
from nnviz.drawing.label import Label
from nnviz.experiment.problem import Problem
from nnviz.plots.probe import ProbeMarker
from nnviz.plots.sample_words import answers
from nnviz.plots.samples import SamplesView
from nnviz.runs.network_parts import neuron_words
from nnviz.runs.snapshot import Snapshot

_MOST_BESIDE = 2
"""Most answers that stand beside the probe."""


class NetworkPlane(SamplesView):
    """A plane with samples that names the unit looked at, and holds the probe.

    Subclasses draw the network's output, or the unit that is looked at.

    Signals
    -------
    probe_moved : (x, y) or None
        Where the probe is; None without one.
    """

    probe_moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.unit_name, self.probe = Label(self.plot.scene()), ProbeMarker(self.plot)
        self.probe.moved.connect(self.probe_moved)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        super().show_snapshot(snapshot)
        self._name_unit(snapshot)
        self._show_probe(snapshot)

    @property
    def changed_part(self) -> QRectF | None:
        return None if self.probe.is_active else super().changed_part  # its words may extend beyond the frame

    def show_problem(self, problem: Problem) -> None:
        self.unit_name.set_theme(self.theme, self.font())
        self.probe.set_theme(self.theme, self.font())
        super().show_problem(problem)

    def set_drawing(self, draws: bool, reach: float = 0.0) -> None:
        super().set_drawing(draws, reach)
        self.plane.box.is_drawn_on |= self.probe.is_active

    def set_probing(self, probes: bool) -> None:
        """Put the probe into the middle of what is seen, for the pointer to move it, or take it away."""
        self.probe.is_active = probes
        self.plane.box.is_drawn_on = self._draws or probes
        self.probe_moved.emit(self.plane.point_at(self.plane.frame.center()) if probes else None)

    def take_new_samples(self, snapshot: Snapshot) -> None:
        super().take_new_samples(snapshot)
        if self.probe.is_active and not self.probe.is_seen:
            self.set_probing(True)

    def _show_probe(self, snapshot: Snapshot) -> None:
        """Show the probe with the network's answer."""
        probed = probed_in(snapshot)
        if probed is None or self.sheet:
            self.probe.show(None)
            return
        y = float(probed.outputs[0]) if snapshot.problem.flat else probed.y
        self.probe.show((probed.x, y), answers(snapshot.problem, probed.outputs)[:_MOST_BESIDE])

    def _name_unit(self, snapshot: Snapshot) -> None:
        """Name the unit that is shown in place of the output, while one is looked at."""
        focus = snapshot.scene.focus if snapshot.scene and not self.sheet else None
        if focus:
            frame = self.plane.frame
            self.unit_name.show(neuron_words(snapshot.problem, *focus.place), frame.bottomLeft(), frame)
        else:
            self.unit_name.hide()

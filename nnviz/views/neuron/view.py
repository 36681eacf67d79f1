"""The artificial neuron: one unit as a surface, as a diagram with numbers, and with sliders."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from nnviz.data.dataset import FloatArray
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme
from nnviz.views.neuron.diagram import UnitDiagram
from nnviz.views.neuron.plane import NeuronPlane
from nnviz.views.neuron.sliders import ParameterSliders

_TALL = 0.8
"""Below which width, in heights, the parts stand below each other."""


class NeuronView(QWidget):
    """The unit of a network without hidden layers; of others, the first unit of the first layer.

    Signals
    -------
    parameter_set : layer, unit, source or None, value
        A weight or the bias, set by slider, field or arrow; all counted from 0.
    """

    parameter_set = Signal(int, int, object, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clicked: FloatArray | None = None
        self._train: object = None
        self.plane, self.diagram, self.sliders = NeuronPlane(), UnitDiagram(), ParameterSliders()
        self.plane.probed.connect(self._probe)
        self.plane.unprobed.connect(self._leave)
        self.plane.weights_dragged.connect(self._set_weights)
        self.sliders.value_set.connect(lambda source, value: self.parameter_set.emit(0, 0, source, value))
        self.setAutoFillBackground(True)
        beside = QVBoxLayout()
        beside.setSpacing(0)
        beside.addWidget(self.diagram, 1)
        beside.addWidget(self.sliders)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.plane, 1)
        self._row.addLayout(beside, 1)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the unit of a moment."""
        if snapshot.problem.train is not self._train:
            self._train, self._clicked = snapshot.problem.train, None
            self.diagram.set_point(None)
        self.plane.show_snapshot(snapshot)
        self.diagram.show_snapshot(snapshot)
        self.sliders.show_snapshot(snapshot)
        self.plane.show_probe(self.diagram.point)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.background))
        self.setPalette(palette)
        for part in (self.plane, self.diagram, self.sliders):
            part.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the parts beside each other, or below where that leaves more room."""
        super().resizeEvent(event)
        tall = self.width() < _TALL * self.height()
        direction = QBoxLayout.Direction.TopToBottom if tall else QBoxLayout.Direction.LeftToRight
        self._row.setDirection(direction)

    def _probe(self, point: FloatArray, clicked: bool) -> None:
        if clicked:
            self._clicked = point
        self._reckon_with(point)

    def _leave(self) -> None:
        if self._clicked is not None:
            self._reckon_with(self._clicked)

    def _reckon_with(self, point: FloatArray) -> None:
        self.diagram.set_point(point)
        self.plane.show_probe(point)

    def _set_weights(self, weights: FloatArray) -> None:
        for source, value in enumerate(weights.tolist()):
            self.parameter_set.emit(0, 0, source, value)

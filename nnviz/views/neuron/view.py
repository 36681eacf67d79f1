"""The artificial neuron: any one of a network as a surface, as a diagram with numbers, and with sliders."""

import math

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLabel, QSlider, QWidget

from nnviz.data.dataset import FloatArray
from nnviz.drawing.number_field import NumberField
from nnviz.drawing.room import Room
from nnviz.drawing.slider import style_slider
from nnviz.drawing.view import Switches, View
from nnviz.numerals import indexed
from nnviz.runs.scene import Aspect
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme
from nnviz.views.neuron.diagram import UnitDiagram
from nnviz.views.neuron.plane import NeuronPlane

MOST_WEIGHTS = 4
"""Most weights that have a slider: those of the first inputs."""
_RANGE, _STEPS = 5, 20
"""Sliders go from −5 to 5, with this many steps per unit."""
_LARGEST = 1e6
_TALL, _FLAT = 0.8, 2.4
"""Ratios of width to height below which the parts are below each other, and above which all are in a row."""


class ParameterRow:
    """A name, a slider and a field for one number, in a row of a grid."""

    def __init__(self, grid: QGridLayout, row: int) -> None:
        self.label = QLabel()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-_RANGE * _STEPS, _RANGE * _STEPS)
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.field = _field()
        for column, widget in enumerate(self.widgets):
            grid.addWidget(widget, row, column)

    @property
    def widgets(self) -> tuple[QWidget, QWidget, QWidget]:
        """Name, slider and field."""
        return self.label, self.slider, self.field

    def show_value(self, value: float) -> None:
        """Show a finite number; a slider or field in use stays as it is."""
        if not math.isfinite(value):
            return
        with QSignalBlocker(self.slider), QSignalBlocker(self.field):
            if not self.slider.isSliderDown():
                self.slider.setValue(round(min(_RANGE, max(-_RANGE, value)) * _STEPS))
            if not self.field.hasFocus():
                self.field.setValue(value)


class ParameterSliders(QWidget):
    """Sliders for a neuron's bias and first weights.

    Signals
    -------
    value_set : source or None, value
        The weight's source, counted from 0; None for the bias.
    """

    value_set = Signal(object, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 0, 8, 6)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self.rows: list[ParameterRow] = []
        for number in range(MOST_WEIGHTS + 1):
            self._add(number)

    def show_neuron(self, snapshot: Snapshot, layer: int, unit: int) -> None:
        """Show the weights and the bias of a neuron, its layer counted from 1; emits nothing."""
        inputs = min(snapshot.problem.network.layer_sizes[layer - 1], MOST_WEIGHTS)
        for number, row in enumerate(self.rows):
            is_bias = number == MOST_WEIGHTS
            for widget in row.widgets:
                widget.setVisible(is_bias or number < inputs)
            if is_bias or number < inputs:
                row.show_value(snapshot.parameter(layer - 1, unit, None if is_bias else number))

    def set_theme(self, theme: Theme) -> None:
        self.setPalette(theme.palette())
        for row in self.rows:
            style_slider(row.slider, theme)

    def _add(self, number: int) -> None:
        row = ParameterRow(self._grid, number)
        source = None if number == MOST_WEIGHTS else number
        name = "b" if source is None else indexed("w", source + 1)
        row.label.setText(name)
        row.slider.setAccessibleName(name)
        row.field.setAccessibleName(name)
        row.slider.valueChanged.connect(lambda value: self.value_set.emit(source, value / _STEPS))
        row.field.valueChanged.connect(lambda value: self.value_set.emit(source, value))
        self.rows.append(row)


def _field() -> NumberField:
    field = NumberField(_LARGEST)
    field.setButtonSymbols(field.ButtonSymbols.NoButtons)
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.lineEdit().returnPressed.connect(field.clearFocus)
    return field


class NeuronView(QWidget, View[Snapshot]):
    """One neuron of a network: at first the first of the first layer, then any that is chosen.

    Signals
    -------
    parameter_set : layer, unit, source or None, value
        A weight or the bias, set by slider, field or arrow; all counted from 0.
    aspects_changed
        Another neuron has to be computed.
    """

    parameter_set = Signal(int, int, object, float)
    aspects_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clicked: FloatArray | None = None
        self._snapshot: Snapshot | None = None
        self.plane, self.diagram, self.sliders = NeuronPlane(), UnitDiagram(), ParameterSliders()
        self.plane.probed.connect(self._probe)
        self.plane.unprobed.connect(self._leave)
        self.plane.weights_dragged.connect(self._set_weights)
        self.sliders.value_set.connect(self._set_parameter)
        self.diagram.before.clicked.connect(lambda: self._go(-1))
        self.diagram.after.clicked.connect(lambda: self._go(1))
        self.setAutoFillBackground(True)
        self._beside = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._beside.setSpacing(0)
        self._beside.addWidget(self.diagram, 1)
        self._beside.addWidget(self.sliders)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.plane, 1)
        self._row.addLayout(self._beside, 1)

    @property
    def switches(self) -> Switches:
        return {"biology": self.diagram.biology}

    def connect_to(self, room: Room) -> None:
        self.parameter_set.connect(room.set_parameter)
        self.aspects_changed.connect(room.look_again)

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        return (self.plane.lens,)

    @property
    def neuron(self) -> tuple[int, int]:
        """The neuron shown: its layer, counted from 1, and its unit, from 0."""
        return self.plane.lens.layer, self.plane.lens.unit

    def show_neuron(self, layer: int, unit: int) -> None:
        sizes = self._snapshot.problem.network.layer_sizes if self._snapshot else ()
        if (layer, unit) != self.neuron and 1 <= layer < len(sizes) and unit < sizes[layer]:
            self.diagram.place = layer, unit
            self.plane.show_neuron(layer, unit)
            if self._snapshot:
                self._show(self._snapshot)
            self.aspects_changed.emit()

    def mark_sample(self, sample: int | None) -> None:
        """Work with the sample that is chosen elsewhere."""
        if self._snapshot and sample is not None and sample < len(train := self._snapshot.problem.train):
            self._clicked = train.points[sample]
            self.diagram.show_inputs(train.inputs[sample])
            self._show_probe()

    def show_parameter(self, layer: int, unit: int, _source: int | None) -> None:
        """Show the neuron to which a weight or bias belongs."""
        self.show_neuron(layer + 1, unit)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        before, self._snapshot = self._snapshot, snapshot
        if before is None or snapshot.problem.train is not before.problem.train:
            self._clicked, self.diagram.inputs = None, None
        layer, unit = self.neuron
        sizes = snapshot.problem.network.layer_sizes
        if layer >= len(sizes) or unit >= sizes[layer]:
            self.show_neuron(1, 0)
        self._show(snapshot)

    def set_theme(self, theme: Theme) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.background))
        self.setPalette(palette)
        for part in (self.plane, self.diagram, self.sliders):
            part.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the parts in a row if the view is flat, below each other if it is tall."""
        super().resizeEvent(event)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        flat = self.width() > _FLAT * self.height()
        self._row.setDirection(down if self.width() < _TALL * self.height() else across)
        self._beside.setDirection(across if flat else down)
        self._row.setStretch(1, 2 if flat else 1)
        self._beside.setStretch(1, int(flat))

    def _show(self, snapshot: Snapshot) -> None:
        self.plane.show_snapshot(snapshot)
        self.diagram.show_snapshot(snapshot)
        self.sliders.show_neuron(snapshot, *self.neuron)
        self._show_probe()

    def _go(self, by: int) -> None:
        """Show the next neuron of the network, or the one before."""
        sizes = self._snapshot.problem.network.layer_sizes[1:] if self._snapshot else ()
        neurons = [(layer, unit) for layer, size in enumerate(sizes, start=1) for unit in range(size)]
        if neurons:
            self.show_neuron(*neurons[(neurons.index(self.neuron) + by) % len(neurons)])

    def _probe(self, point: FloatArray, clicked: bool) -> None:
        if clicked:
            self._clicked = point
        self._reckon_at(point)

    def _leave(self) -> None:
        if self._clicked is not None:
            self._reckon_at(self._clicked)

    def _reckon_at(self, point: FloatArray) -> None:
        if self._snapshot:
            problem = self._snapshot.problem
            self.diagram.show_inputs(problem.network_inputs(problem.projection.lift(point[None]))[0])
            self._show_probe(point)

    def _show_probe(self, point: FloatArray | None = None) -> None:
        """Mark the point of the plane whose numbers are shown; for one input, on the neuron's curve."""
        if self._snapshot is None:
            return
        point = self._clicked if point is None else point
        point = self._snapshot.problem.train.points[0] if point is None else point
        if self._snapshot.problem.flat:
            point = np.array([point[0], self.diagram.reckon(self._snapshot).activation])
        self.plane.show_probe(point)

    def _set_parameter(self, source: int | None, value: float) -> None:
        layer, unit = self.neuron
        self.parameter_set.emit(layer - 1, unit, source, value)

    def _set_weights(self, weights: FloatArray) -> None:
        for source, value in enumerate(weights.tolist()):
            self._set_parameter(source, value)

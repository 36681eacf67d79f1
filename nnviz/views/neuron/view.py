"""The artificial neuron: one unit as a surface, as a diagram with numbers, and with sliders."""

import math

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QDoubleSpinBox, QGridLayout, QLabel, QSlider, QVBoxLayout, QWidget

from nnviz.data.dataset import FloatArray
from nnviz.drawing.room import Room
from nnviz.drawing.view import View
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme
from nnviz.views.neuron.diagram import UnitDiagram
from nnviz.views.neuron.plane import NeuronPlane

MOST_WEIGHTS = 4
"""Most weights that have a slider: those of the first inputs."""
_RANGE, _STEPS = 5, 20
"""Sliders go from −5 to 5, with this many steps per unit."""
_LARGEST = 1e6
_TALL = 0.8
"""Ratio of width to height below which the parts are below each other."""


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
    """Sliders for the parameters of the first layer's first unit.

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

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a moment's weights and bias; emits nothing."""
        inputs = min(snapshot.problem.network.layer_sizes[0], MOST_WEIGHTS)
        for number, row in enumerate(self.rows):
            is_bias = number == MOST_WEIGHTS
            for widget in row.widgets:
                widget.setVisible(is_bias or number < inputs)
            if is_bias or number < inputs:
                row.show_value(snapshot.parameter(0, 0, None if is_bias else number))

    def set_theme(self, theme: Theme) -> None:
        self.setPalette(theme.palette())
        for row in self.rows:
            row.slider.setStyleSheet(
                f"QSlider::groove:horizontal {{ height: 4px; background: {theme.border}; }}"
                f"QSlider::sub-page:horizontal {{ background: {theme.accent}; }}"
                f"QSlider::handle:horizontal {{ background: {theme.accent}; width: 18px; margin: -7px 0;"
                " border-radius: 9px; }"
            )

    def _add(self, number: int) -> None:
        row = ParameterRow(self._grid, number)
        source = None if number == MOST_WEIGHTS else number
        name = "b" if source is None else f"w{'₁₂₃₄'[source]}"
        row.label.setText(name)
        row.slider.setAccessibleName(name)
        row.field.setAccessibleName(name)
        row.slider.valueChanged.connect(lambda value: self.value_set.emit(source, value / _STEPS))
        row.field.valueChanged.connect(lambda value: self.value_set.emit(source, value))
        self.rows.append(row)


def _field() -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setLocale(QLocale.c())
    field.setDecimals(4)
    field.setRange(-_LARGEST, _LARGEST)
    field.setSingleStep(0.1)
    field.setKeyboardTracking(False)
    field.setButtonSymbols(field.ButtonSymbols.NoButtons)
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.lineEdit().returnPressed.connect(field.clearFocus)
    return field


class NeuronView(QWidget, View[Snapshot]):
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

    def connect_to(self, room: Room) -> None:
        self.parameter_set.connect(room.set_parameter)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if snapshot.problem.train is not self._train:
            self._train, self._clicked = snapshot.problem.train, None
            self.diagram.set_point(None)
        self.plane.show_snapshot(snapshot)
        self.diagram.show_snapshot(snapshot)
        self.sliders.show_snapshot(snapshot)
        self.plane.show_probe(self.diagram.point)

    def set_theme(self, theme: Theme) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.background))
        self.setPalette(palette)
        for part in (self.plane, self.diagram, self.sliders):
            part.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the parts side by side, or below each other if the view is tall."""
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

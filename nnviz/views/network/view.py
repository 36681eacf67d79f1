"""The diagram as a view."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from nnviz.drawing.room import Room
from nnviz.drawing.view import View
from nnviz.runs.snapshot import Snapshot
from nnviz.views.network.diagram import NOTHING
from nnviz.views.network.diagram_view import DiagramView
from nnviz.views.network.walk import Walker


class NetworkView(DiagramView, View[Snapshot]):
    """The network: maps, weights, biases; what is under the pointer is enlarged and named.

    Tab leads to it; then arrows go from neuron to neuron, Shift with up and down through a neuron's bias and
    weights, and Enter offers one to be set.

    Signals
    -------
    hovered : (layer, unit) or None
        The neuron under the pointer, layer 0 the inputs.
    hidden_changed : tuple of int
        Other sizes of the hidden layers are asked for.
    parameter_picked : layer, unit, source or None
        A weight or a bias was clicked.
    parameter_set : layer, unit, source or None, value
        A weight or a bias was set by hand.
    capacity_changed : int
        How many neurons of a layer there is room for.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSize(120, 120)
        self._walker = Walker(self)

    def connect_to(self, room: Room) -> None:
        self.hovered.connect(room.look_at_neuron)
        self.capacity_changed.connect(room.look_at_units)
        self.hidden_changed.connect(room.resize_hidden)
        self.parameter_picked.connect(room.show_parameter)
        self.parameter_set.connect(room.set_parameter)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Enlarge the neuron, or name the weight, under the pointer."""
        super().mouseMoveEvent(event)
        if self.diagram:
            self.look(self.diagram.hover_at(self.mapToScene(event.position().toPoint())))
            pointing = self.hover.parameter is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.look(NOTHING)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press a button, or pick a weight or bias to set."""
        if self.diagram is None or event.button() != Qt.MouseButton.LeftButton:
            return
        point = self.mapToScene(event.position().toPoint())
        if button := self.diagram.button_at(point):
            button.action()
            return
        self.look(self.diagram.hover_at(point))
        if self.hover.parameter:
            self.parameter_picked.emit(*self.hover.parameter)
            self.open_card(*self.hover.parameter)
        else:
            self.card.close_card()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second of two quick clicks as a click."""
        self.mousePressEvent(event)

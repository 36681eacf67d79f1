"""The diagram as a view, used with the mouse and the keyboard."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from nnviz.drawing.network_layout import DiagramFrame
from nnviz.drawing.node_keys import ENTER, STEPS, NodeKeys
from nnviz.drawing.parameter_card import ParameterCard
from nnviz.drawing.room import Room
from nnviz.drawing.turns import lay_out_soon
from nnviz.drawing.view import View
from nnviz.runs.network_parts import (
    NOTHING_LIT,
    Lit,
    ParameterIndex,
    has_parameter,
    network_in_words,
    neuron_in_numbers,
    parameter_name,
    parameter_value,
    parameter_words,
)
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme, theme
from nnviz.views.network.annotations import Actions, DiagramButton, frame_of
from nnviz.views.network.diagram import NOTHING, Diagram, Hover
from nnviz.views.network.navigation import next_neuron, next_parameter

_TURN = 40
"""Degrees of the wheel for one neuron, in eighths: three neurons a notch."""


class DiagramView(QGraphicsView, View[Snapshot]):
    """The diagram, the hovered item, and the card of a parameter; the signals are those of `NetworkView`."""

    hovered = Signal(object)
    hidden_changed = Signal(object)
    parameter_picked = Signal(int, int, object)
    parameter_set = Signal(int, int, object, float)
    neuron_picked = Signal(int, int)
    capacity_changed = Signal(int)
    scrolled = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme("light")
        self._snapshot: Snapshot | None = None
        self._enlarges = self._is_operated = True
        self.diagram: Diagram | None = None
        self.hover = NOTHING
        self._lit = NOTHING_LIT
        self._firsts: tuple[int, ...] = ()
        self.setViewport(QWidget())  # as a canvas does
        self.setScene(QGraphicsScene(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)  # as a canvas does
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("network diagram")
        self.card = ParameterCard(self.viewport())
        self.card.value_set.connect(self.parameter_set)

    @property
    def capacity(self) -> int:
        """How many neurons of a layer fit."""
        return DiagramFrame.within(self.width(), self.height(), 0, 0, self.fontMetrics().height()).capacity

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot that has a scene; a partial scene only if its maps are new."""
        scene, before = snapshot.scene, self._snapshot.scene if self._snapshot else None
        if scene is None or (scene.is_partial and before and scene.maps is before.maps):
            return
        self._snapshot = snapshot
        drawing = self.diagram.drawing if self.diagram else None
        if drawing and not drawing.same_network(snapshot.problem):
            self.card.close_card()
            self._scroll_to(())
        if drawing and drawing.fits(snapshot.problem, scene):
            self._paint()
        else:
            self._build()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setBackgroundBrush(QColor(theme.background))
        lay_out_soon(self, self._lay_out)

    def open_card(self, layer: int, unit: int, source: int | None) -> None:
        """Open a card to set a parameter, beside the pointer or in the middle."""
        snapshot, place = self._snapshot, (layer, unit, source)
        if snapshot is None or not has_parameter(snapshot.problem, place):
            return
        near = self.hover.point.toPoint() if self.hover.parameter == place else self.rect().center()
        value = parameter_value(snapshot, place)
        self.look(NOTHING)
        self.card.open_for(place, parameter_name(snapshot.problem, place), value, near)

    def describe(self) -> str:
        """The neuron or parameter that the keyboard or pointer is on; otherwise the whole network."""
        snapshot, hover = self._snapshot, self.hover
        if snapshot is None:
            return ""
        if hover.parameter:
            return parameter_words(snapshot, hover.parameter)
        return neuron_in_numbers(snapshot, *hover.neuron) if hover.neuron else network_in_words(snapshot.problem)

    def close_card(self) -> bool:
        was_open = self.card.place is not None
        self.card.close_card()
        return was_open

    def set_enlarging(self, enlarges: bool) -> None:
        """Enlarge the hovered neuron, or only name it: a plane beside shows it."""
        self._enlarges = enlarges
        self._highlight()

    def light(self, lit: Lit) -> None:
        """Highlight the neurons and edges that a lesson or another view names."""
        if lit != self._lit:
            self._lit = lit
            if self.diagram:
                self.diagram.lights.show(lit)
                self.viewport().update()

    def look(self, hover: Hover) -> None:
        """Hover over a neuron, a parameter, or nothing."""
        before, self.hover = self.hover, hover
        if hover.neuron != before.neuron:
            self.hovered.emit(hover.neuron)
        self._highlight()

    def scroll_units(self, layer: int, neurons: int) -> None:
        """Show the neurons of a layer further on, layer 0 the inputs; back if negative."""
        if self.diagram:
            layout = self.diagram.drawing.layout
            firsts = list(self._firsts) or [0] * len(layout.sizes)
            latest = layout.sizes[layer] - len(layout.shown[layer])
            firsts[layer] = min(max(firsts[layer] + neurons, 0), latest)
            self._scroll_to(tuple(firsts))

    def _scroll_to(self, firsts: tuple[int, ...]) -> None:
        if firsts != self._firsts:
            self._firsts = firsts
            self.scrolled.emit(firsts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        lay_out_soon(self, self._lay_out)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            lay_out_soon(self, self._lay_out)

    def _lay_out(self) -> None:
        self.capacity_changed.emit(self.capacity)
        self._build()
        self.card.keep_inside()

    def _build(self) -> None:
        """Rebuild the items when the network's shape, the view's size, the font or the theme change."""
        snapshot = self._snapshot
        if snapshot is None or snapshot.scene is None:
            return
        problem, old = snapshot.problem, self.scene()
        frame = frame_of(problem, self.width(), self.height(), self.font(), self.fontMetrics().height())
        actions = Actions(self.hidden_changed.emit, self.scroll_units, self._is_operated)
        self.diagram = Diagram(self, problem, snapshot.scene, frame, self._theme, self.font(), actions)
        self.setScene(self.diagram.graphics)
        old.deleteLater()
        self.diagram.lights.show(self._lit)
        self.look(self.diagram.again(self.hover))
        self._paint()

    def _paint(self) -> None:
        snapshot = self._snapshot
        if self.diagram is None or snapshot is None or snapshot.scene is None:
            return
        had_readings = bool(self.diagram.readings)
        self.diagram.show(snapshot, snapshot.scene)
        if had_readings or self.diagram.readings:  # they may be wider than the neurons
            self.viewport().update()
        else:
            self.viewport().update(self.diagram.drawing.area.toAlignedRect())  # without words and buttons
        if self.hover.neuron or self.hover.parameter:
            self._highlight()
        if self.card.place is not None:
            self.card.show_value(parameter_value(snapshot, self.card.place))

    def _highlight(self) -> None:
        snapshot = self._snapshot
        if self.diagram is None or snapshot is None or snapshot.scene is None:
            return
        self.diagram.highlight(snapshot, snapshot.scene, self.hover, enlarges=self._enlarges)
        self.viewport().update()


class KeyboardNavigation(NodeKeys):
    """Moves the hover with the arrows and opens a card with Enter, while the diagram has the focus by Tab."""

    def __init__(self, view: DiagramView) -> None:
        super().__init__(view)
        self._view = view
        self._away = False
        view.card.left.connect(self._come_back)

    def leave(self) -> None:
        """Clear the hover."""
        self._view.look(NOTHING)

    def go(self, event: QKeyEvent) -> None:
        """Move, or open a card."""
        diagram, hover = self._view.diagram, self._view.hover
        if diagram is None:
            return
        if event.key() in ENTER:
            self._open_card(hover)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            place = next_parameter(diagram.drawing.layout, hover, STEPS[Qt.Key(event.key())][1])
            self._view.look(diagram.at_parameter(place) if place else hover)
        else:
            self._go_to(next_neuron(diagram.drawing.layout, hover, STEPS[Qt.Key(event.key())]), diagram)
        self._view.setAccessibleDescription(self._view.describe())

    def _go_to(self, place: tuple[int, int], diagram: Diagram) -> None:
        """Hover over a neuron, and scroll to it if it is not drawn."""
        (layer, unit), shown = place, diagram.drawing.layout.shown[place[0]]
        self._view.look(diagram.at_neuron(place) if unit in shown else Hover(neuron=place))
        self._view.scroll_units(layer, max(unit + 1 - shown.stop, 0) or min(unit - shown.start, 0))

    def _open_card(self, hover: Hover) -> None:
        place = hover.parameter or (_bias(hover.neuron) if hover.neuron else None)
        if place:
            self._away = True
            self._view.open_card(*place)

    def _come_back(self) -> None:
        if self._away and self._view.diagram and self._view.card.place:
            self._view.setFocus()
        self._away = False


def _bias(neuron: tuple[int, int]) -> ParameterIndex | None:
    return (neuron[0] - 1, neuron[1], None) if neuron[0] else None


class NetworkView(DiagramView, View[Snapshot]):
    """The network: maps, weights, biases; the item under the pointer is enlarged or named.

    With the focus by Tab, the arrows move between neurons, Shift with up and down between a neuron's bias and
    weights, and Enter opens a card to set one.

    Signals
    -------
    hovered : (layer, unit) or None
        The neuron under the pointer, layer 0 the inputs.
    hidden_changed : tuple of int
        New sizes of the hidden layers were requested.
    parameter_picked : layer, unit, source or None
        A weight or a bias was clicked.
    parameter_set : layer, unit, source or None, value
        A weight or a bias was set by hand.
    neuron_picked : layer, unit
        A neuron was clicked, layers counted from 1.
    capacity_changed : int
        How many neurons of a layer fit.
    scrolled : tuple of int
        For each layer, the inputs first, the first neuron to be drawn; empty for the start.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSize(120, 120)
        self._walker = KeyboardNavigation(self)
        self._turned = 0
        self._pressed: DiagramButton | None = None

    def withdraw_buttons(self) -> None:
        super().withdraw_buttons()
        self._is_operated = False
        self._build()

    def connect_to(self, room: Room) -> None:
        self.hovered.connect(room.look_at_neuron)
        self.capacity_changed.connect(room.look_at_units)
        self.scrolled.connect(room.scroll_units)
        self.hidden_changed.connect(room.resize_hidden)
        self.parameter_picked.connect(room.show_parameter)
        self.parameter_set.connect(room.set_parameter)
        self.neuron_picked.connect(room.show_neuron)

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
            self._pressed = button
            button.action()
            return
        self.look(self.diagram.hover_at(point))
        if self.hover.parameter:
            self.parameter_picked.emit(*self.hover.parameter)
            self.open_card(*self.hover.parameter)
        else:
            if self.hover.neuron and self.hover.neuron[0]:
                self.neuron_picked.emit(*self.hover.neuron)
            self.card.close_card()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Bring the next or previous neurons of a folded layer into the column under the pointer."""
        self._turned += event.angleDelta().y()
        neurons = int(self._turned / _TURN)
        self._turned -= neurons * _TURN
        layer = self.diagram.drawing.layout.layer_at(event.position().x()) if self.diagram else 0
        if self.diagram and neurons and self.diagram.drawing.layout.is_folded(layer):
            self.look(NOTHING)
            self.scroll_units(layer, -neurons)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Treat the second of two quick clicks as a click, unless another button has moved under the pointer."""
        button = self.diagram.button_at(self.mapToScene(event.position().toPoint())) if self.diagram else None
        if button is None or button.is_same_as(self._pressed):
            self.mousePressEvent(event)

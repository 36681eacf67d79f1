"""The mouse on a canvas with nodes and wires: what it does to the circuit or graph that is drawn there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Canvas, add_path
from nnviz.drawing.paths import line_pen
from nnviz.drawing.pointer import Pointer
from nnviz.kinds.circuit.schema import Spot
from nnviz.theme import Theme
from nnviz.views.circuit.drawing import N, WiredDrawing, WiredNode

_CLICK = 6.0
"""Largest movement of the mouse during a click, in pixels."""
_KEYS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Minus: -1}
C = TypeVar("C")


@dataclass(frozen=True)
class Editing(Generic[C]):
    """What can be done to a circuit or a graph ``C``; each makes another one, or returns the same.

    Parameters
    ----------
    placed : callable
        With its units at other places.
    wired, turned : callable
        With a wire from a node to a unit; with a wire that was clicked.
    raised : callable
        With a node's number higher by so many notches.
    weighed : callable
        With a wire's number higher by so many notches.
    without : callable
        Without a node.
    """

    placed: Callable[[C, Mapping[str, Spot]], C]
    wired: Callable[[C, str, str], C]
    turned: Callable[[C, str, str], C]
    raised: Callable[[C, str, int], C]
    weighed: Callable[[C, str, str, int], C]
    without: Callable[[C, str], C]


class DragPreview:
    """A preview of a drag: a line for a new wire, or a circle for a moved unit."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.line, self.circle = add_path(scene, 8.0), add_path(scene, 8.0)

    def set_theme(self, theme: Theme) -> None:
        for item in (self.line, self.circle):
            item.setPen(line_pen(theme.accent, 3.0, Qt.PenStyle.DashLine))

    def stretch(self, source: WiredNode, target: WiredNode | None, point: QPointF) -> None:
        """Draw a line from a node to another, or to a point."""
        line, circle = QPainterPath(), QPainterPath()
        end = target.center if target else point
        if target or source.is_input:
            line.moveTo(source.center)
            line.lineTo(end)
        if target or not source.is_input:
            circle.addEllipse(end, source.radius + 5.0, source.radius + 5.0)
        self.line.setPath(line)
        self.circle.setPath(circle)

    def release(self) -> None:
        """Hide the preview."""
        self.line.setPath(QPainterPath())
        self.circle.setPath(QPainterPath())


class WiredPen(QObject, Generic[C, N]):
    """Turns mouse actions on nodes and wires into edits.

    Signals
    -------
    edited : C
    chosen : str
        The node that was clicked; empty if none was.
    """

    edited = Signal(object)
    chosen = Signal(str)

    def __init__(self, canvas: Canvas, drawing: WiredDrawing[N], editing: Editing[C]) -> None:
        super().__init__(canvas)
        self._drawing, self._editing = drawing, editing
        self._circuit: C | None = None
        self._from: N | None = None
        self._start, self._moved = QPointF(), False
        self.rubber = DragPreview(canvas.scene())
        pointer = Pointer(canvas, takes_wheel=lambda _place: True)
        pointer.pressed.connect(self._press)
        pointer.dragged.connect(self._drag)
        pointer.released.connect(self._release)
        pointer.dropped.connect(self._drop)
        pointer.wheeled.connect(self._wheel)
        canvas.setMouseTracking(True)
        canvas.hovered.connect(drawing.highlight_wire_at)

    @property
    def circuit(self) -> C | None:
        """The circuit with every unit's current place, so that an edit moves no other unit."""
        return self._editing.placed(self._circuit, self._drawing.places) if self._circuit else None

    def show_circuit(self, circuit: C) -> None:
        """Edit this circuit; a drag on another one is cancelled."""
        if circuit != self._circuit:
            self._circuit = circuit
            self._cancel()

    def raise_node(self, name: str, notches: int) -> None:
        """Raise or lower a node's number, if it has one."""
        if self.circuit and name in self._drawing.nodes:
            self._emit(self._editing.raised(self.circuit, name, notches))

    def press_key(self, event: QKeyEvent, name: str) -> bool:
        """Remove the node, if one is named, or change its number, as a key says; whether the key says so."""
        notches = _KEYS.get(Qt.Key(event.key()), 0)
        if name and event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.remove(name)
        elif name and notches and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.raise_node(name, notches)
        else:
            return False
        return True

    def remove(self, name: str) -> None:
        """Remove a node."""
        if self.circuit and name in self._drawing.nodes:
            self._emit(self._editing.without(self.circuit, name))

    def _emit(self, circuit: C) -> None:
        if circuit != self.circuit:
            self.edited.emit(circuit)

    def _press(self, point: QPointF) -> None:
        self._start, self._moved = point, False
        self._from = self._drawing.node_at(point)
        self.chosen.emit(self._from.name if self._from else "")

    def _drag(self, point: QPointF) -> None:
        self._moved |= (point - self._start).manhattanLength() > _CLICK
        if not self._from or not self._moved:
            return
        self.rubber.stretch(self._from, self._target(point), point)

    def _release(self, point: QPointF) -> None:
        source, target, circuit = self._from, self._target(point), self.circuit
        moved = self._moved
        self._cancel()
        if circuit is None:
            return
        if not moved:
            if wire := self._drawing.wire_at(point):
                self._emit(self._editing.turned(circuit, wire.source, wire.target))
        elif source and target:
            self._emit(self._editing.wired(circuit, source.name, target.name))
        elif source and not source.is_input and self._drawing.node_at(point) in {None, source}:
            self._emit(self._editing.placed(circuit, {source.name: self._drawing.place_at(point)}))

    def _target(self, point: QPointF) -> N | None:
        """The unit at a point, if a wire can lead to it."""
        node = self._drawing.node_at(point)
        return node if node and node is not self._from and not node.is_input else None

    def _drop(self, point: QPointF) -> None:
        if node := self._drawing.node_at(point):
            self.remove(node.name)

    def _wheel(self, point: QPointF, notches: int) -> None:
        circuit, wire = self.circuit, self._drawing.wire_at(point)
        if node := self._drawing.node_at(point):
            self.raise_node(node.name, notches)
        elif circuit and wire:
            self._emit(self._editing.weighed(circuit, wire.source, wire.target, notches))

    def _cancel(self) -> None:
        self._from, self._moved = None, False
        self.rubber.release()

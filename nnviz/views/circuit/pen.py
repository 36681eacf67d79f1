"""A circuit wired by hand: what the mouse does to nodes and wires."""

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Canvas, add_path
from nnviz.drawing.paths import line_pen
from nnviz.drawing.pointer import Pointer
from nnviz.kinds.circuit.rewiring import (
    placed,
    with_threshold,
    with_wire,
    with_wire_turned,
    without,
)
from nnviz.kinds.circuit.schema import Circuit
from nnviz.theme import Theme
from nnviz.views.circuit.drawing import CircuitDrawing
from nnviz.views.circuit.node import CircuitNode

_CLICK = 6.0
"""Pixels that the mouse may move while it clicks."""


class Rubber:
    """What a drag would do: a line to the unit that a wire would lead to, or a circle where a unit would go."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.line, self.circle = add_path(scene, 8.0), add_path(scene, 8.0)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the accent's colour."""
        for item in (self.line, self.circle):
            item.setPen(line_pen(theme.accent, 3.0, Qt.PenStyle.DashLine))

    def stretch(self, source: CircuitNode, target: CircuitNode | None, point: QPointF) -> None:
        """Go from a node to another, or to a point."""
        line, circle = QPainterPath(), QPainterPath()
        end = target.center if target else point
        if target or source.is_input:
            line.moveTo(source.center)
            line.lineTo(end)
        if target or not source.is_input:
            circle.addEllipse(end, source.radius + 5.0, source.radius + 5.0)
        self.line.setPath(line)
        self.circle.setPath(circle)

    def let_go(self) -> None:
        """Draw nothing."""
        self.line.setPath(QPainterPath())
        self.circle.setPath(QPainterPath())


class CircuitPen(QObject):
    """Turns what the mouse does over a circuit into edits of it.

    Signals
    -------
    edited : Circuit
    chosen : str
        The node that was clicked; empty if none was.
    """

    edited = Signal(object)
    chosen = Signal(str)

    def __init__(self, canvas: Canvas, drawing: CircuitDrawing) -> None:
        super().__init__(canvas)
        self._drawing = drawing
        self._circuit: Circuit | None = None
        self._from: CircuitNode | None = None
        self._start, self._moved = QPointF(), False
        self.rubber = Rubber(canvas.scene())
        pointer = Pointer(canvas)
        pointer.pressed.connect(self._press)
        pointer.dragged.connect(self._drag)
        pointer.released.connect(self._release)
        pointer.dropped.connect(self._drop)
        pointer.wheeled.connect(self._wheel)
        canvas.setMouseTracking(True)
        canvas.hovered.connect(drawing.stress_wire_at)

    @property
    def circuit(self) -> Circuit | None:
        """The circuit with every unit where it is drawn, so that an edit moves none of the others."""
        return placed(self._circuit, self._drawing.places) if self._circuit else None

    def show_circuit(self, circuit: Circuit) -> None:
        """Edit this circuit from now on; a drag over another is given up."""
        if circuit != self._circuit:
            self._circuit = circuit
            self._give_up()

    def change_threshold(self, name: str, more: int) -> None:
        """Raise or lower the threshold of a unit; inputs have none."""
        node = self._drawing.nodes.get(name)
        if self.circuit and node and not node.is_input:
            self.edited.emit(with_threshold(self.circuit, name, more))

    def remove(self, name: str) -> None:
        """Remove a node."""
        if self.circuit and name in self._drawing.nodes:
            self.edited.emit(without(self.circuit, name))

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
        self._give_up()
        if circuit is None:
            return
        if not moved:
            if wire := self._drawing.wire_at(point):
                self.edited.emit(with_wire_turned(circuit, wire.source, wire.target))
        elif source and target:
            self.edited.emit(with_wire(circuit, source.name, target.name))
        elif source and not source.is_input and self._drawing.node_at(point) in {None, source}:
            self.edited.emit(placed(circuit, {source.name: self._drawing.place_at(point)}))

    def _target(self, point: QPointF) -> CircuitNode | None:
        """The unit at a point that a wire can lead to."""
        node = self._drawing.node_at(point)
        return node if node and node is not self._from and not node.is_input else None

    def _drop(self, point: QPointF) -> None:
        if node := self._drawing.node_at(point):
            self.remove(node.name)

    def _wheel(self, point: QPointF, notches: int) -> None:
        if node := self._drawing.node_at(point):
            self.change_threshold(node.name, notches)

    def _give_up(self) -> None:
        self._from, self._moved = None, False
        self.rubber.let_go()

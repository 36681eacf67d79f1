"""A circuit as items of a canvas: its nodes, its wires, and the sum of the unit computed just now."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.kinds.circuit.rewiring import Spot
from nnviz.kinds.circuit.rule import UNKNOWN, CircuitState
from nnviz.kinds.circuit.schema import Circuit
from nnviz.theme import Theme
from nnviz.views.circuit.layout import Spots, node_places, to_place, to_point
from nnviz.views.circuit.node import CircuitNode, sum_words
from nnviz.views.circuit.wires import Wire, Wires, wires_of

_PAD = 5.0


class CircuitDrawing:
    """Nodes and wires, arranged for a circuit and a room, then lit state after state."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self.wires = Wires(scene)
        self.nodes: dict[str, CircuitNode] = {}
        self.plate, self.sum = add_path(scene, 6.0), Text(scene, 7.0)
        self.places: Spots = {}
        self.radius = 1.0
        self._room = self._outer = QRectF()

    def arrange(self, circuit: Circuit, room: QRectF, theme: Theme, font: QFont) -> None:
        """Draw a circuit, its ready-made units written out, in a room."""
        metrics = QFontMetricsF(bold(font))
        line = metrics.height()
        widest = max((unit.threshold for unit in circuit.units), default=0)
        self.radius = 0.5 * metrics.horizontalAdvance(f"θ = {widest}") + 0.4 * line
        self._outer, self._room = room, _inner(room, self.radius, line)
        self.places = node_places(circuit)
        self._make_nodes(circuit, theme, font)
        centers = {name: node.center for name, node in self.nodes.items()}
        self.wires.set_theme(theme)
        self.wires.arrange(wires_of(circuit), centers, self.radius, 0.8 * line)
        self.plate.setPen(line_pen(theme.text, 1.5))
        self.plate.setBrush(QColor(theme.background))
        self.sum.set_style(bold(font), theme.text)

    def show_state(self, state: CircuitState, chosen: str = "") -> None:
        """Light what is on."""
        names = state.wiring.names
        values = dict(zip(names, state.values.tolist(), strict=True))
        now = names[state.last] if state.last >= 0 else ""
        for name, node in self.nodes.items():
            node.show_value(values.get(name, UNKNOWN), computed_now=name == now, chosen=name == chosen)
        self.wires.show_values(values)
        self._show_sum(self.nodes.get(now), sum_words(state, state.last) if now else "")

    def node_at(self, point: QPointF) -> CircuitNode | None:
        """The node under a point."""
        near = (node for node in self.nodes.values() if _away(node.center, point) <= node.radius + 3.0)
        return min(near, key=lambda node: _away(node.center, point), default=None)

    def wire_at(self, point: QPointF) -> Wire | None:
        """The wire under a point where there is no node."""
        return None if self.node_at(point) else self.wires.wire_at(point)

    def stress_wire_at(self, point: QPointF) -> None:
        """Stress the wire under a point: a click would change it."""
        self.wires.stress(self.wire_at(point))

    def place_at(self, point: QPointF) -> Spot:
        """The place that a node at a point would have."""
        return to_place(point, self._room)

    def _make_nodes(self, circuit: Circuit, theme: Theme, font: QFont) -> None:
        for node in self.nodes.values():
            node.remove()
        thresholds = dict.fromkeys(circuit.inputs) | {unit.name: unit.threshold for unit in circuit.units}
        self.nodes = {name: CircuitNode(self._scene, name, value) for name, value in thresholds.items()}
        for name, node in self.nodes.items():
            node.arrange(to_point(self.places[name], self._room), self.radius, theme, font)

    def _show_sum(self, node: CircuitNode | None, words: str) -> None:
        """Say under a node how it came to its value."""
        self.sum.set_words(words)
        path = QPainterPath()
        if node:
            box = self.sum.boundingRect().adjusted(-_PAD, -2.0, _PAD, 2.0)
            left = node.center.x() - 0.5 * box.width()
            left = max(self._outer.left(), min(left, self._outer.right() - box.width()))
            top = min(node.center.y() + node.radius + 8.0, self._outer.bottom() - box.height())
            self.sum.place(left + _PAD, top + 2.0)
            path.addRoundedRect(QRectF(left, top, box.width(), box.height()), 4.0, 4.0)
        self.plate.setPath(path)


def _inner(room: QRectF, radius: float, line: float) -> QRectF:
    """Where centres of nodes may be: names stand above nodes, sums below, outputs lead on to the right."""
    inner = room.adjusted(radius + 8.0, radius + 1.3 * line, -radius - 2.2 * line, -radius - 1.9 * line)
    return QRectF(inner.topLeft(), inner.size().expandedTo(QRectF(0, 0, 1, 1).size()))


def _away(first: QPointF, second: QPointF) -> float:
    difference = first - second
    return float((difference.x() ** 2 + difference.y() ** 2) ** 0.5)

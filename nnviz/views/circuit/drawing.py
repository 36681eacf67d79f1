"""A circuit drawn on a canvas: its nodes, their places, its wires, and the sum computed last."""

from collections.abc import Mapping
from itertools import product
from typing import Generic, TypeVar

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.engine.circuit import forward_order
from nnviz.kinds.circuit.rule import UNKNOWN, CircuitState
from nnviz.kinds.circuit.schema import Circuit, Spot
from nnviz.theme import Theme
from nnviz.views.circuit.wires import Wire, Wires, wires_of

Spots = Mapping[str, Spot]
"""Places of all nodes by name: distance from the left and from the top, both from 0 to 1."""

_FREE = tuple(product((0.5, 0.75, 0.3, 1.0), (0.5, 0.2, 0.8, 0.35, 0.65, 0.05, 0.95)))
"""Candidate places for a new unit, the best first."""
_RING = 5.0
"""Distance from a node to the ring around it, in pixels."""
_PAD = 5.0


def node_places(circuit: Circuit) -> dict[str, Spot]:
    """Inputs at the left; units at their own places, or else in columns by their depth."""
    depths = _depths(circuit)
    deepest = max(depths.values(), default=1)
    places: dict[str, Spot] = {}
    for depth in range(deepest + 1):
        column = [name for name, at in depths.items() if at == depth]
        for k, name in enumerate(column):
            places[name] = (depth / max(1, deepest), (k + 0.25) / (len(column) - 0.5))
    for unit in circuit.units:
        if unit.place:
            places[unit.name] = (unit.place[0], unit.place[1])
    return places


def free_place(places: Spots) -> Spot:
    """A place for one more unit, away from the others."""
    return max(_FREE, key=lambda place: round(min(4.0, _room(place, places)), 1))


def to_point(place: Spot, room: QRectF) -> QPointF:
    """A place in pixels."""
    return QPointF(room.left() + place[0] * room.width(), room.top() + place[1] * room.height())


def to_place(point: QPointF, room: QRectF) -> Spot:
    """The place of a point, limited to the rectangle."""
    x = (point.x() - room.left()) / max(1.0, room.width())
    y = (point.y() - room.top()) / max(1.0, room.height())
    return min(max(0.0, x), 1.0), min(max(0.0, y), 1.0)


def _depths(circuit: Circuit) -> dict[str, int]:
    """Depth of each node: the number of units on the path to it, itself included; 0 for inputs."""
    sources = {unit.name: unit.sources for unit in circuit.units}
    depths = dict.fromkeys(circuit.inputs, 0)
    for name in forward_order(sources):
        if name in sources:
            depths[name] = 1 + max((depths[source] for source in sources[name]), default=0)
    return depths


def _room(place: Spot, places: Spots) -> float:
    """Distance to the nearest node; vertical distance counts half, as names need space there."""
    away = (abs(x - place[0]) + 0.5 * abs(y - place[1]) for x, y in places.values())
    return min(away, default=4.0)


class WiredNode:
    """A circle with its name above and a number inside, and a ring where it is chosen.

    Attributes
    ----------
    is_input : bool
        Whether no wire may lead to it.
    """

    def __init__(self, scene: QGraphicsScene, name: str, *, is_input: bool) -> None:
        self.name, self.is_input = name, is_input
        self.circle, self.inside, self.above = add_path(scene, 3.0), Text(scene, 4.0), Text(scene, 4.0)
        self.ring = add_path(scene, 3.0)
        self.center, self.radius = QPointF(), 1.0

    def arrange(self, center: QPointF, radius: float, theme: Theme, font: QFont) -> None:
        """Place the circle around a point, in the theme's colours and this font."""
        self.center, self.radius, self._theme = center, radius, theme
        self.circle.setPath(_circle(center, radius))
        self.above.set_style(bold(font), theme.text)
        self.inside.set_style(bold(font), theme.text)

    def remove(self) -> None:
        """Remove it from the scene."""
        for item in (self.circle, self.inside, self.above, self.ring):
            item.scene().removeItem(item)

    def _show_ring(self, *, computed_now: bool, chosen: bool) -> None:
        ringed = computed_now or chosen
        self.ring.setPen(line_pen(self._theme.text if computed_now else self._theme.accent, 3.5))
        self.ring.setPath(_circle(self.center, self.radius + _RING) if ringed else QPainterPath())


class CircuitNode(WiredNode):
    """A circle: filled when the node is on, hollow when it is off, dashed before it is computed.

    Parameters
    ----------
    threshold : int or None
        None for inputs.
    """

    def __init__(self, scene: QGraphicsScene, name: str, threshold: int | None) -> None:
        super().__init__(scene, name, is_input=threshold is None)
        self.threshold = threshold

    def show_value(self, value: int, *, computed_now: bool, chosen: bool) -> None:
        """Show 0, 1 or not computed yet, and a ring if it was computed just now or is chosen."""
        theme, known = self._theme, value != UNKNOWN
        style = Qt.PenStyle.SolidLine if known else Qt.PenStyle.DashLine
        self.circle.setPen(line_pen(theme.text if known else theme.muted, 2.0, style))
        self.circle.setBrush(QColor(theme.positive if value == 1 else theme.background))
        self.inside.setBrush(QColor(theme.background if value == 1 else theme.text))
        self.inside.set_words(f"{value}" if self.is_input else f"θ = {self.threshold}")
        self.inside.place(self.center.x(), self.center.y(), 0.5, 0.5)
        self.above.set_words(self.name if self.is_input else node_words(self.name, value))
        self.above.place(self.center.x(), self.center.y() - self.radius - _RING - 2.0, 0.5, 1.0)
        self._show_ring(computed_now=computed_now, chosen=chosen)


def _circle(center: QPointF, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(center, radius, radius)
    return path


def node_words(name: str, value: int) -> str:
    """A unit's name, and its value once it is computed."""
    return name if value == UNKNOWN else f"{name} = {value}"


def sum_words(state: CircuitState, node: int) -> str:
    """The computation of a unit's value: 1 + 1 = 2 ≥ 2 → 1."""
    wiring = state.wiring
    unit, values = wiring.units[node - wiring.inputs], state.values.tolist()
    excitation = unit.excitation(values)
    terms = " + ".join(str(values[source]) for source in unit.excitatory)
    total = f"{terms} = {excitation}" if len(unit.excitatory) > 1 else f"{excitation}"
    reached = f"{total} {'≥' if excitation >= unit.threshold else '<'} {unit.threshold}"
    silent = [wiring.names[source] for source in unit.inhibitory if values[source] == 1]
    silenced = f", {silent[0]} inhibits" if silent else ""
    return f"{reached}{silenced} → {values[node]}"


N = TypeVar("N", bound=WiredNode)


class WiredDrawing(Generic[N]):
    """Nodes at their places and the wires between them, to be found with the mouse."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self.wires = Wires(scene)
        self.nodes: dict[str, N] = {}
        self.places: Spots = {}
        self.radius = 1.0
        self._room = QRectF()

    def node_at(self, point: QPointF) -> N | None:
        """The node under a point."""
        near = (node for node in self.nodes.values() if _away(node.center, point) <= node.radius + 3.0)
        return min(near, key=lambda node: _away(node.center, point), default=None)

    def node_beside(self, name: str, step: tuple[int, int]) -> str:
        """The nearest node across or down from one; the first node at the start, the same where none is."""
        now = self.nodes.get(name)
        if now is None:
            return next(iter(self.nodes), "")
        far = {}
        for other, node in self.nodes.items():
            away = node.center - now.center
            along, aside = away.x() * step[0] + away.y() * step[1], away.x() * step[1] + away.y() * step[0]
            if along > self.radius:
                far[other] = along + 2.0 * abs(aside)
        return min(far, key=far.__getitem__, default=name)

    def wire_at(self, point: QPointF) -> Wire | None:
        """The wire under a point, unless there is a node."""
        return None if self.node_at(point) else self.wires.wire_at(point)

    def highlight_wire_at(self, point: QPointF) -> None:
        """Highlight the wire under a point, which a click would change."""
        self.wires.highlight(self.wire_at(point))

    def place_at(self, point: QPointF) -> Spot:
        """The place of a node at a point."""
        return to_place(point, self._room)

    def _put(self, nodes: dict[str, N], theme: Theme, font: QFont) -> None:
        """Draw these nodes in place of others."""
        for node in self.nodes.values():
            node.remove()
        self.nodes = nodes
        for name, node in nodes.items():
            node.arrange(to_point(self.places[name], self._room), self.radius, theme, font)


class CircuitDrawing(WiredDrawing[CircuitNode]):
    """Nodes and wires, arranged once for a circuit and a rectangle, then updated with each state."""

    def __init__(self, scene: QGraphicsScene) -> None:
        super().__init__(scene)
        self.plate, self.sum = add_path(scene, 6.0), Text(scene, 7.0)
        self._outer = QRectF()

    def arrange(self, circuit: Circuit, room: QRectF, theme: Theme, font: QFont) -> None:
        """Draw a circuit in a rectangle, with its composite units expanded."""
        metrics = QFontMetricsF(bold(font))
        line = metrics.height()
        widest = max((unit.threshold for unit in circuit.units), default=0)
        self.radius = 0.5 * metrics.horizontalAdvance(f"θ = {widest}") + 0.4 * line
        self._outer, self._room = room, inner_room(room, self.radius, line)
        self.places = node_places(circuit)
        self._make_nodes(circuit, theme, font)
        centers = {name: node.center for name, node in self.nodes.items()}
        self.wires.set_theme(theme)
        self.wires.arrange(wires_of(circuit), centers, self.radius, 0.8 * line)
        self.plate.setPen(line_pen(theme.text, 1.5))
        self.plate.setBrush(QColor(theme.background))
        self.sum.set_style(bold(font), theme.text)

    def show_state(self, state: CircuitState, chosen: str = "") -> None:
        """Highlight what is on."""
        names = state.wiring.names
        values = dict(zip(names, state.values.tolist(), strict=True))
        now = names[state.last] if state.last >= 0 else ""
        for name, node in self.nodes.items():
            node.show_value(values.get(name, UNKNOWN), computed_now=name == now, chosen=name == chosen)
        self.wires.show_values(values)
        self._show_sum(self.nodes.get(now), sum_words(state, state.last) if now else "")

    def _make_nodes(self, circuit: Circuit, theme: Theme, font: QFont) -> None:
        thresholds = dict.fromkeys(circuit.inputs) | {unit.name: unit.threshold for unit in circuit.units}
        self._put({name: CircuitNode(self._scene, name, value) for name, value in thresholds.items()}, theme, font)

    def _show_sum(self, node: CircuitNode | None, words: str) -> None:
        """Write a node's computation below it."""
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


def inner_room(room: QRectF, radius: float, line: float) -> QRectF:
    """Rectangle for the nodes' centres, with space for names above, sums below and outputs at the right."""
    inner = room.adjusted(radius + 8.0, radius + 1.3 * line, -radius - 2.2 * line, -radius - 1.9 * line)
    return QRectF(inner.topLeft(), inner.size().expandedTo(QRectF(0, 0, 1, 1).size()))


def _away(first: QPointF, second: QPointF) -> float:
    difference = first - second
    return float((difference.x() ** 2 + difference.y() ** 2) ** 0.5)

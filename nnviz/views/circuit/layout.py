"""Where the nodes of a circuit are drawn: signals run from left to right."""

from collections.abc import Mapping
from itertools import product

from PySide6.QtCore import QPointF, QRectF

from nnviz.engine.circuit import forward_order
from nnviz.kinds.circuit.rewiring import Spot
from nnviz.kinds.circuit.schema import Circuit

Spots = Mapping[str, Spot]
"""Of all nodes by name, from the left and from the top, both from 0 to 1."""

_FREE = tuple(product((0.5, 0.75, 0.3, 1.0), (0.5, 0.2, 0.8, 0.35, 0.65, 0.05, 0.95)))
"""Where a new unit may go, the best first."""


def node_places(circuit: Circuit) -> dict[str, Spot]:
    """Inputs at the left; units where they say, or else in columns by how many units signals pass before them."""
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
    """A place for one more unit, apart from the others."""
    return max(_FREE, key=lambda place: round(min(4.0, _room(place, places)), 1))


def to_point(place: Spot, room: QRectF) -> QPointF:
    """A place in pixels."""
    return QPointF(room.left() + place[0] * room.width(), room.top() + place[1] * room.height())


def to_place(point: QPointF, room: QRectF) -> Spot:
    """The place of a point, the nearest in the room."""
    x = (point.x() - room.left()) / max(1.0, room.width())
    y = (point.y() - room.top()) / max(1.0, room.height())
    return min(max(0.0, x), 1.0), min(max(0.0, y), 1.0)


def _depths(circuit: Circuit) -> dict[str, int]:
    """How many units signals pass to come to each node, itself included; 0 for inputs."""
    sources = {unit.name: unit.sources for unit in circuit.units}
    depths = dict.fromkeys(circuit.inputs, 0)
    for name in forward_order(sources):
        if name in sources:
            depths[name] = 1 + max((depths[source] for source in sources[name]), default=0)
    return depths


def _room(place: Spot, places: Spots) -> float:
    """How far the nearest node is; up and down counts half, as names stand there."""
    away = (abs(x - place[0]) + 0.5 * abs(y - place[1]) for x, y in places.values())
    return min(away, default=4.0)

"""A graph of real-valued units on the circuits' canvas: values on the nodes, numbers on the wires."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from nnviz.drawing.canvas import Text, as_verdict, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.words import Tag
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.composition import Layered
from nnviz.kinds.circuit.schema import Spot
from nnviz.kinds.composition.rule import CompositionState, Graph
from nnviz.kinds.composition.schema import Composition
from nnviz.numerals import indexed, tick
from nnviz.theme import Theme, mix
from nnviz.views.circuit.drawing import WiredDrawing, WiredNode, inner_room
from nnviz.views.circuit.wires import Wire

_DIGITS = 3
_WIDEST = "−0.00"
_WORDS, _APART, _LEAST = 2.5, 0.4, 0.8
"""Lines of text between nodes with numbers, and without; the least radius."""
_LABELS = (0.45, 0.55, 0.65, 0.35, 0.75)
"""Where on a wire its numbers may stand, from its source: at the first place that covers least of the nodes."""
_GRADIENT = "∂"


def graph_places(form: Layered) -> tuple[Spot, ...]:
    """A place for each node of a layered form: layers from left to right, each value near those it is made of."""
    deepest = max(form.layers)
    downs: dict[int, float] = {}
    inputs = len(form.stands_for) - len(form.units)
    for layer in range(deepest + 1):
        nodes = [node for node, at in enumerate(form.layers) if at == layer]
        if layer:
            sources = {node: form.units[node - inputs].sources for node in nodes}
            nodes.sort(key=lambda node: sum(downs[s] for s in sources[node]) / max(1, len(sources[node])))
        downs |= {node: (k + 0.25) / (len(nodes) - 0.5) for k, node in enumerate(nodes)}
    return tuple((layer / max(1, deepest), downs[node]) for node, layer in enumerate(form.layers))


@dataclass(frozen=True)
class DrawnNode:
    """A node as it is drawn.

    Parameters
    ----------
    name : str
        Its own name on the canvas.
    title : str
        What stands above it.
    stands_for : int
        The graph's node whose value it has.
    is_copy : bool
        Whether it only copies that.
    """

    name: str
    title: str
    place: Spot
    stands_for: int
    is_input: bool = False
    is_copy: bool = False


@dataclass(frozen=True)
class DrawnWire:
    """A wire as it is drawn: between nodes by name, with its weight, and the graph's wire that it is, if any."""

    wire: Wire
    weight: float
    graph_wire: tuple[int, int] | None = None


@dataclass(frozen=True)
class Picture:
    """All nodes and wires to draw."""

    nodes: tuple[DrawnNode, ...]
    wires: tuple[DrawnWire, ...]


def of_graph(experiment: Composition, graph: Graph) -> Picture:
    """The graph itself: units at their own places, or else where the layered form has them."""
    titles = _titles(experiment)
    found = graph_places(graph.layered)
    places = {node: found[k] for k, node in reversed(list(enumerate(graph.layered.stands_for)))}
    own = {unit.name: (unit.place[0], unit.place[1]) for unit in experiment.units if unit.place}
    nodes = tuple(
        DrawnNode(name, titles[name], own.get(name, places.get(k, (0.5, 1.0))), k, k < graph.inputs)
        for k, name in enumerate(graph.names)
    )
    wires = [
        DrawnWire(
            Wire(graph.names[source], graph.names[graph.inputs + k], weight < 0.0),
            weight,
            (source, graph.inputs + k),
        )
        for k, unit in enumerate(graph.units)
        for source, weight in zip(unit.sources, unit.weights, strict=True)
    ]
    return Picture(nodes, (*wires, DrawnWire(Wire(graph.names[graph.output]), 1.0)))


def in_layers(graph: Graph) -> Picture:
    """Its layered form, copies among its units."""
    form, places = graph.layered, graph_places(graph.layered)
    names = [f"{graph.names[node]}@{layer}" for node, layer in zip(form.stands_for, form.layers, strict=True)]
    first = {node: k for k, node in reversed(list(enumerate(form.stands_for)))}
    nodes = tuple(
        DrawnNode(
            names[k],
            indexed_name(graph.names[node]),
            places[k],
            node,
            form.layers[k] == 0,
            first[node] != k,
        )
        for k, node in enumerate(form.stands_for)
    )
    inputs = len(form.stands_for) - len(form.units)
    wires = [
        DrawnWire(Wire(names[source], names[inputs + k], weight < 0.0), weight)
        for k, unit in enumerate(form.units)
        for source, weight in zip(unit.sources, unit.weights, strict=True)
    ]
    return Picture(nodes, (*wires, DrawnWire(Wire(names[form.output]), 1.0)))


def _titles(experiment: Composition) -> Mapping[str, str]:
    """A unit's name with its function and, where there is one, its bias; an input's name."""
    units = {
        unit.name: f"{indexed_name(unit.name)} = {function_name(unit.function)}{_bias(unit.bias)}"
        for unit in experiment.units
    }
    return units | {name: indexed_name(name) for name in experiment.inputs}


def indexed_name(name: str) -> str:
    """A name with its number as an index: f₁."""
    letters = name.rstrip("0123456789")
    return indexed(letters, int(name[len(letters) :])) if len(letters) < len(name) else name


def function_name(name: str) -> str:
    """A function as it is called in a formula."""
    title = ACTIVATIONS[name].title
    return {"sigmoid": "σ", "identity": "id"}.get(name, title)


def _bias(bias: float) -> str:
    return f", b {tick(bias, _DIGITS)}" if bias else ""


class GraphNode(WiredNode):
    """A circle with a value, dashed before it is computed, and below it the gradient that it has collected."""

    def __init__(self, scene: QGraphicsScene, drawn: DrawnNode) -> None:
        super().__init__(scene, drawn.name, is_input=drawn.is_input)
        self.drawn, self.below = drawn, as_verdict(Text(scene, 4.0))
        self.title = Tag(scene, 3.5)
        as_verdict(self.inside, not drawn.is_input)

    def arrange(self, center: QPointF, radius: float, theme: Theme, font: QFont) -> None:
        super().arrange(center, radius, theme, font)
        self.below.set_style(bold(font), theme.warning)
        self.title.set_style(theme, bold(font))
        middle = center.y() - radius - 6.0 - 0.5 * QFontMetricsF(font).height()
        self.title.say(self.drawn.title, center.x(), middle)

    def show_name(self, *, known: bool) -> None:
        """Show its name in the circle, in place of numbers; a copy is dashed."""
        theme = self._theme
        style = Qt.PenStyle.DashLine if self.drawn.is_copy else Qt.PenStyle.SolidLine
        self.circle.setPen(line_pen(theme.text if known else theme.muted, 2.0, style))
        self.circle.setBrush(QColor(theme.background))
        self.title.set_visible(False)
        self.inside.write(self.drawn.title, self.center.x(), self.center.y(), 0.5, 0.5)

    def show_numbers(self, value: float | None, gradient: float | None, *, now: bool, chosen: bool) -> None:
        """Show a value and a gradient, if they are known."""
        theme, known = self._theme, value is not None
        style = Qt.PenStyle.SolidLine if known else Qt.PenStyle.DashLine
        self.circle.setPen(line_pen(theme.text if known else theme.muted, 2.0, style))
        ground = mix(theme.background, theme.sign_color(value or 0.0), 0.2) if value else QColor(theme.background)
        self.circle.setBrush(ground)
        self.inside.write(
            "" if value is None else tick(value, _DIGITS), self.center.x(), self.center.y(), 0.5, 0.5
        )
        said = "" if gradient is None else f"{_GRADIENT} {tick(gradient, 2)}"
        self.below.write(said, self.center.x(), self.center.y() + self.radius + 5.0, 0.5, 0.0)
        self._show_ring(computed_now=now, chosen=chosen)

    def below_rect(self, half: float, line: float) -> QRectF:
        """Where its gradient stands, or will."""
        return QRectF(self.center.x() - half, self.center.y() + self.radius + 5.0, 2.0 * half, line)

    def remove(self) -> None:
        super().remove()
        for item in (self.below, *self.title.items):
            item.scene().removeItem(item)


class GraphDrawing(WiredDrawing[GraphNode]):
    """Nodes with values and gradients, wires with weights and what they hand back.

    Parameters
    ----------
    is_whole : bool
        Whether it has all of that; else nodes have only their names, and all of it is kept secret while a question
        waits.
    """

    def __init__(self, scene: QGraphicsScene, *, is_whole: bool = True) -> None:
        super().__init__(scene)
        self.tags: list[tuple[DrawnWire, Tag, Tag]] = []
        self._is_whole = is_whole

    def arrange(self, picture: Picture, room: QRectF, theme: Theme, font: QFont) -> None:
        """Draw a graph in a rectangle."""
        metrics = QFontMetricsF(bold(font))
        line = metrics.height()
        self.places = {node.name: node.place for node in picture.nodes}
        widest = 0.5 * metrics.horizontalAdvance(_WIDEST) + 0.35 * line
        words = (_WORDS if self._is_whole else _APART) * line
        inner = room if self._is_whole else room.adjusted(0.0, -1.2 * line, 0.0, 1.7 * line)
        self.radius = min(widest, max(_LEAST * line, self._radius_between(inner.height() - 3.2 * line, words)))
        self._room = inner_room(inner, self.radius, line)
        self._put({node.name: GraphNode(self._scene, node) for node in picture.nodes}, theme, font)
        centers = {name: node.center for name, node in self.nodes.items()}
        self.wires.set_theme(theme)
        self.wires.arrange([drawn.wire for drawn in picture.wires], centers, self.radius, 0.7 * line)
        self._tag(picture.wires, centers, theme, font)
        if not self._is_whole:
            for item in self._items():
                as_verdict(item)

    def _items(self) -> list[QGraphicsItem]:
        """All that is drawn."""
        nodes = [item for n in self.nodes.values() for item in (n.circle, n.inside, n.ring, *n.title.items)]
        return [*nodes, *self.wires.items, *(item for _, *tags in self.tags for tag in tags for item in tag.items)]

    def show_state(self, state: CompositionState, chosen: str = "") -> None:
        """Show what is known."""
        known = {}
        for name, node in self.nodes.items():
            place = node.drawn.stands_for
            value = state.value(place)
            known[name] = int(value is not None)
            if self._is_whole:
                now = place == state.last
                node.show_numbers(value, state.collected(place), now=now, chosen=name == chosen)
            else:
                node.show_name(known=value is not None)
        self.wires.show_values(known)
        for drawn, weight, back in self.tags:
            part = state.handed(drawn.graph_wire) if drawn.graph_wire else None
            back.set_visible(part is not None)
            if part is not None:
                self._say_back(weight, back, part)

    def _radius_between(self, height: float, words: float) -> float:
        """The radius that leaves so many pixels between nodes that stand below each other."""
        downs = sorted((round(x, 2), y) for x, y in self.places.values())
        apart = min((b[1] - a[1] for a, b in pairwise(downs) if a[0] == b[0]), default=1.0)
        return (apart * height - words) / (2.0 * (1.0 + apart))

    def clear(self) -> None:
        """Remove everything."""
        for node in self.nodes.values():
            node.remove()
        self.nodes = {}
        self.wires.arrange([], {}, 1.0, 1.0)
        self.wires.show_values({})
        self._tag((), {}, None, None)

    def _tag(
        self,
        wires: Sequence[DrawnWire],
        centers: Mapping[str, QPointF],
        theme: Theme | None,
        font: QFont | None,
    ) -> None:
        """Write a weight on each wire that has one other than 1, or that hands something back."""
        for _, *tags in self.tags:
            for item in (item for tag in tags for item in tag.items):
                self._scene.removeItem(item)
        self.tags = []
        if theme is None or font is None:
            return
        self._line = QFontMetricsF(font).height()
        for drawn in (drawn for drawn in wires if drawn.wire.target):
            weight, back = Tag(self._scene, 5.0), Tag(self._scene, 5.0)
            weight.set_style(theme, font)
            back.set_style(theme, bold(font))
            back.words.setBrush(QColor(theme.warning))
            for item in back.items:
                as_verdict(item)
            at = self._free_at(centers[drawn.wire.source], centers[drawn.wire.target], bold(font))
            weight.say(f"×{tick(drawn.weight, _DIGITS)}", at.x(), at.y())
            weight.set_visible(drawn.weight != 1.0 or drawn.graph_wire is not None)
            self.tags.append((drawn, weight, back))

    def _free_at(self, source: QPointF, target: QPointF, font: QFont) -> QPointF:
        """Where a wire's weight stands, with room for what it hands back below it."""
        half, line = 0.5 * QFontMetricsF(font).horizontalAdvance(f"{_GRADIENT} {_WIDEST}"), self._line
        nodes = self.nodes.values() if self._is_whole else ()
        taken = [rect for node in nodes for rect in (node.title.rect, node.below_rect(half, line))]
        places = [source + (target - source) * share for share in _LABELS]

        def covered(at: QPointF) -> float:
            box = QRectF(at.x() - half, at.y() - 0.5 * line, 2.0 * half, 2.0 * line)
            shared = (box.intersected(rect) for rect in taken)
            return sum(rect.width() * rect.height() for rect in shared)

        return min(places, key=covered)

    def _say_back(self, weight: Tag, back: Tag, part: float) -> None:
        at = weight.rect.center()
        back.say(f"{_GRADIENT} {tick(part, 2)}", at.x(), at.y() + self._line)

"""Where nodes and wires of a computational graph are, in pixels."""

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from nnviz.analysis.example.graph import FORK, Graph, GraphEdge, graph
from nnviz.analysis.example.state import ExampleState
from nnviz.views.backprop.pane import SIZES

_SLANT = 14.0
_NOTE = 1.3
_PRODUCT, _LEAF = 4.4, 2.3
_APART, _LEAST = 1.1, 9.0
"""Lines that a product and a leaf take; from a product's middle to its leaves; of the least height."""
NOTE_FROM = 7.9
"""Lines of height from which there is room to say what is folded."""


@dataclass(frozen=True)
class Sizes:
    """Lengths in pixels: of a line of text, of a node's radius, of a number's wire and of a leaf's."""

    line: float
    radius: float
    gap: float
    leaf: float

    @property
    def pitch(self) -> float:
        """From node to node."""
        return 2 * self.radius + self.gap


def sizes(graph: Graph, metrics: QFontMetricsF) -> Sizes:
    """What a graph needs in a font."""
    line = metrics.height()
    leaves = [wire for product in graph.products for wire in product.leaves]
    names = [metrics.horizontalAdvance(wire.name) for wire in (*leaves, *graph.rest)]
    leaf = max(names) + metrics.horizontalAdvance("  −0.0000") + 4.0
    return Sizes(line, 0.78 * line, metrics.horizontalAdvance("−0.0·10⁻⁰"), leaf)


def leaf_words(wire: GraphEdge) -> str:
    """A leaf's name and value."""
    return f"{wire.name}  {wire.value}"


def width_of(graph: Graph, metrics: QFontMetricsF) -> float:
    """How wide it is drawn."""
    s = sizes(graph, metrics)
    end = max(s.radius, metrics.horizontalAdvance("0.0000") / 2)  # the loss stands above its node
    return s.leaf + 2 * _SLANT + 3 * s.radius + s.gap + (len(graph.operations) - 1) * s.pitch + end


def terms_that_fit(height: float, line: float, sources: int) -> int:
    """How many terms of a sum there is room for, beside the bias and what is folded."""
    room = height / line - _NOTE - _LEAF
    if sources * _PRODUCT <= room:
        return sources
    return max(1, int((room - _LEAF) / _PRODUCT))


@dataclass(frozen=True)
class Placed:
    """A wire in its place.

    Parameters
    ----------
    points : tuple of QPointF
        It goes straight from one to the next.
    words : (float, float)
        The middle, or for leaves the left end, of what is written along it.
    """

    wire: GraphEdge
    points: tuple[QPointF, ...]
    words: tuple[float, float]


class GraphLayout:
    """A graph laid out in a room, from the left.

    Attributes
    ----------
    products : list of QPointF
        Nodes of the terms.
    operations : list of QPointF
        Nodes of the way to the loss.
    leaves, inner, below : list of Placed
        Wires from the left border, between nodes, and from beneath.
    """

    def __init__(self, graph: Graph, room: QRectF, metrics: QFontMetricsF) -> None:
        self.sizes = s = sizes(graph, metrics)
        rows = [*[_PRODUCT] * len(graph.products), *[_LEAF] * len(graph.rest)]
        height = sum(rows) * s.line
        free = room.height() - _NOTE * s.line if graph.rest else 0.0
        self._left, top = room.left(), room.top() + max(0.0, (free - height) / 2)
        self.middle = top + height / 2
        first = self._left + s.leaf + _SLANT + s.radius
        start = first + s.pitch + _SLANT
        self.operations = [QPointF(start + k * s.pitch, self.middle) for k in range(len(graph.operations))]
        self.products: list[QPointF] = []
        self.leaves: list[Placed] = []
        self.inner: list[Placed] = []
        self._place_terms(graph, top, first)
        self._place_way(graph)
        leaves = zip((operation.leaf for operation in graph.operations), self.operations, strict=True)
        self.below = [self._beneath(leaf, at) for leaf, at in leaves if leaf]

    def _place_terms(self, graph: Graph, top: float, first: float) -> None:
        s, y = self.sizes, top
        for product in graph.products:
            node = QPointF(first, y + 0.5 * _PRODUCT * s.line)
            y += _PRODUCT * s.line
            self.products.append(node)
            for wire, side in zip(product.leaves, (-1, 1), strict=True):
                self._leaf(wire, node.y() + side * _APART * s.line, node)
            self._into_sum(product.out, QPointF(node.x() + s.radius, node.y()), s.gap)
        for wire in graph.rest:
            self._leaf(wire, y + 0.5 * _LEAF * s.line, None)
            y += _LEAF * s.line

    def _leaf(self, wire: GraphEdge, y: float, node: QPointF | None) -> None:
        """A wire from the left border into a product, or past it into the sum."""
        start, words = QPointF(self._left, y), (self._left, y)
        if node is None:
            self._into_sum(wire, start, self.operations[0].x() - self.sizes.radius - _SLANT - self._left)
            self.leaves.append(Placed(wire, self.inner.pop().points, words))
            return
        bend = QPointF(self._left + self.sizes.leaf, y)
        self.leaves.append(Placed(wire, (start, bend, self._rim(node, bend)), words))

    def _into_sum(self, wire: GraphEdge, start: QPointF, length: float) -> None:
        bend = QPointF(start.x() + length, start.y())
        words = (start.x() + length / 2, start.y())
        self.inner.append(Placed(wire, (start, bend, self._rim(self.operations[0], bend)), words))

    def _place_way(self, graph: Graph) -> None:
        s = self.sizes
        for operation, at in zip(graph.operations, self.operations, strict=True):
            if operation is graph.operations[-1]:
                break
            start, end = QPointF(at.x() + s.radius, at.y()), QPointF(at.x() + s.radius + s.gap, at.y())
            middle = start.x() + s.gap / 2
            if operation.sign == FORK:  # a dot on the wire
                start = QPointF(at.x() - s.radius, at.y())
            self.inner.append(Placed(operation.out, (start, end), (middle, at.y())))

    def _beneath(self, wire: GraphEdge, node: QPointF) -> Placed:
        top = node.y() + self.sizes.radius
        end = QPointF(node.x(), top + 0.5 * self.sizes.line)
        return Placed(wire, (QPointF(node.x(), top), end), (node.x(), end.y() + 0.5 * self.sizes.line))

    def _rim(self, node: QPointF, towards: QPointF) -> QPointF:
        """Where a wire from a point meets a node."""
        line = QLineF(node, towards)
        line.setLength(self.sizes.radius)
        return line.p2()


@dataclass(frozen=True)
class Fold:
    """How much of a graph is drawn: terms of the sum and layers above; and how many times the font's size."""

    terms: int
    layers: int
    size: float
    low: bool = False


def fold(look: ExampleState, width: float, height: float, metrics: QFontMetricsF) -> Fold:
    """As much as there is room for, and that as large as there is room for."""
    layer = look.chain.layer
    sources, above = len(look.traced.below(layer)), look.notation.layers - layer - 1
    terms = terms_that_fit(height, metrics.height(), sources)
    low = max(_LEAST, _PRODUCT + _LEAF * min(sources, 2) + _NOTE) * metrics.height() > height
    drawn = graph(look, terms, 0, low=low)
    widths = {layers: width_of(graph(look, terms, layers, low=low), metrics) for layers in range(above, 0, -1)}
    layers = next((layers for layers, wide in widths.items() if wide <= width), 0)
    wide = widths.get(layers, width_of(drawn, metrics))
    lines = _PRODUCT * len(drawn.products) + _LEAF * len(drawn.rest) + _NOTE
    high = max(lines, _LEAST) * metrics.height()
    # lengths grow with the font, but for the slants and some pixels
    size = next((size for size in SIZES if size * wide <= width and size * high <= height), 1.0)
    return Fold(1 if low else terms, layers, size, low)

"""Positions of the nodes and wires of a computational graph, in pixels."""

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from nnviz.analysis.example.graph import FORK, Graph, GraphEdge, graph
from nnviz.analysis.example.state import ExampleState
from nnviz.views.backprop.pane import SIZES

_SLANT, _RADIUS = (14.0, 6.0), (0.78, 0.65)
"""Width of a slanting line in pixels, and a node's radius in lines of text: usually, and where it is tight."""
_NOTE = 1.3
_PRODUCT, _LEAF = 4.4, 2.3
_APART, _LEAST = 1.1, 9.0
"""Sizes in lines of text: of a product, of the distance to its leaves, and of the least height."""
_LONGEST, _USUAL = "−0.0·10⁻⁰", "−0.0000"
"""Numbers that a wire has room for; where the graph would not fit, a number of the usual length."""
NOTE_FROM = 7.9
"""Least height, in lines of text, for the note on what is left out."""


@dataclass(frozen=True)
class Sizes:
    """Lengths in pixels: line of text, slanting line, radius of a node, wire with a number, wire of a leaf."""

    line: float
    slant: float
    radius: float
    gap: float
    leaf: float

    @property
    def pitch(self) -> float:
        """Distance between nodes."""
        return 2 * self.radius + self.gap


def sizes(graph: Graph, metrics: QFontMetricsF, *, tight: bool = False) -> Sizes:
    """The lengths that a graph needs in a font; tight ones have room for numbers of the usual length."""
    line = metrics.height()
    leaves = [wire for product in graph.products for wire in product.leaves]
    names = [metrics.horizontalAdvance(wire.name) for wire in (*leaves, *graph.rest)]
    leaf = max(names) + metrics.horizontalAdvance(f"  {_USUAL}") + 4.0
    gap = metrics.horizontalAdvance(_USUAL if tight else _LONGEST)
    return Sizes(line, _SLANT[tight], _RADIUS[tight] * line, gap, leaf)


def leaf_words(wire: GraphEdge) -> str:
    """A leaf's name and value."""
    return f"{wire.name}  {wire.value}"


def width_of(graph: Graph, metrics: QFontMetricsF, *, tight: bool = False) -> float:
    """Width of the drawn graph."""
    s = sizes(graph, metrics, tight=tight)
    end = max(s.radius, metrics.horizontalAdvance(_USUAL) / 2)  # of the loss above its node, the target below
    return s.leaf + 2 * s.slant + 3 * s.radius + s.gap + (len(graph.operations) - 1) * s.pitch + end


def terms_that_fit(height: float, line: float, sources: int) -> int:
    """How many terms of a sum fit, beside the bias and the terms left out."""
    room = height / line - _NOTE - _LEAF
    if sources * _PRODUCT <= room:
        return sources
    return max(1, int((room - _LEAF) / _PRODUCT))


@dataclass(frozen=True)
class PlacedWire:
    """A wire with its position.

    Parameters
    ----------
    points : tuple of QPointF
        Corners of the polyline.
    words : (float, float)
        Centre of the words along it; for leaves, their left end.
    """

    wire: GraphEdge
    points: tuple[QPointF, ...]
    words: tuple[float, float]


class GraphLayout:
    """A graph laid out from left to right in a rectangle.

    Attributes
    ----------
    products : list of QPointF
        Nodes of the terms.
    operations : list of QPointF
        Nodes of the path to the loss.
    leaves, inner, below : list of PlacedWire
        Wires from the left border, between nodes, and from below.
    """

    def __init__(self, graph: Graph, room: QRectF, metrics: QFontMetricsF, *, tight: bool = False) -> None:
        self.sizes = s = sizes(graph, metrics, tight=tight)
        rows = [*[_PRODUCT] * len(graph.products), *[_LEAF] * len(graph.rest)]
        height = sum(rows) * s.line
        free = room.height() - _NOTE * s.line if graph.rest else 0.0
        self._left, top = room.left(), room.top() + max(0.0, (free - height) / 2)
        self.middle = top + height / 2
        first = self._left + s.leaf + s.slant + s.radius
        start = first + s.pitch + s.slant
        self.operations = [QPointF(start + k * s.pitch, self.middle) for k in range(len(graph.operations))]
        self.products: list[QPointF] = []
        self.leaves: list[PlacedWire] = []
        self.inner: list[PlacedWire] = []
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
        """A wire from the left border to a product, or directly to the sum."""
        start, words = QPointF(self._left, y), (self._left, y)
        if node is None:
            self._into_sum(wire, start, self.operations[0].x() - self.sizes.radius - self.sizes.slant - self._left)
            self.leaves.append(PlacedWire(wire, self.inner.pop().points, words))
            return
        bend = QPointF(self._left + self.sizes.leaf, y)
        self.leaves.append(PlacedWire(wire, (start, bend, self._rim(node, bend)), words))

    def _into_sum(self, wire: GraphEdge, start: QPointF, length: float) -> None:
        bend = QPointF(start.x() + length, start.y())
        words = (start.x() + length / 2, start.y())
        self.inner.append(PlacedWire(wire, (start, bend, self._rim(self.operations[0], bend)), words))

    def _place_way(self, graph: Graph) -> None:
        s = self.sizes
        for operation, at in zip(graph.operations, self.operations, strict=True):
            if operation is graph.operations[-1]:
                break
            start, end = QPointF(at.x() + s.radius, at.y()), QPointF(at.x() + s.radius + s.gap, at.y())
            middle = start.x() + s.gap / 2
            if operation.sign == FORK:  # a dot on the wire
                start = QPointF(at.x() - s.radius, at.y())
            self.inner.append(PlacedWire(operation.out, (start, end), (middle, at.y())))

    def _beneath(self, wire: GraphEdge, node: QPointF) -> PlacedWire:
        top = node.y() + self.sizes.radius
        end = QPointF(node.x(), top + 0.5 * self.sizes.line)
        return PlacedWire(wire, (QPointF(node.x(), top), end), (node.x(), end.y() + 0.5 * self.sizes.line))

    def _rim(self, node: QPointF, towards: QPointF) -> QPointF:
        """The point where a wire meets a node's circle."""
        line = QLineF(node, towards)
        line.setLength(self.sizes.radius)
        return line.p2()


@dataclass(frozen=True)
class Fold:
    """How much of a graph is drawn: terms of the sum, layers above, the scale of the font, and how tightly."""

    terms: int
    layers: int
    size: float
    low: bool = False
    tight: bool = False


def fold(look: ExampleState, width: float, height: float, metrics: QFontMetricsF) -> Fold:
    """The largest part that fits, at the largest scale that fits."""
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
    # lengths are about proportional to the font size
    size = next((size for size in SIZES if size * wide <= width and size * high <= height), 1.0)
    return Fold(1 if low else terms, layers, size, low, tight=size * wide > width)

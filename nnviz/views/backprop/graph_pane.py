"""The computational graph: operations as circles, values above the wires, gradients below."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene, QWidget

from nnviz.analysis.example.graph import FORK, Graph, GraphNode, graph
from nnviz.analysis.example.state import ExampleState
from nnviz.drawing.canvas import add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.words import first_fitting
from nnviz.runs.network_parts import ParameterIndex
from nnviz.theme import Theme
from nnviz.views.backprop.graph_layout import NOTE_FROM, Fold, GraphLayout, PlacedWire, fold, leaf_words, width_of
from nnviz.views.backprop.pane import Pane, TextWriter, sized

_GRADIENT = 3
"""Index of the class colour for gradients, one that does not stand for a sign."""
_PAD = 8.0
_BENEATH = 1.5
"""Distance of words from the node above them in lines of text: the gradients beside it are nearer."""
_KEY = "values above, gradients below"


@dataclass(frozen=True)
class GraphStyle:
    """The font and the colours."""

    font: QFont
    theme: Theme

    @property
    def gradient(self) -> str:
        """The colour of gradients."""
        return self.theme.classes[_GRADIENT]


class GraphWords:
    """Names, values above the wires and gradients below; those of parameters can be clicked."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.writing = TextWriter(scene)
        self.places: list[tuple[QRectF, ParameterIndex]] = []

    def write(self, drawn: Graph, layout: GraphLayout, style: GraphStyle) -> None:
        """Write all texts again."""
        self._style = style
        self.places.clear()
        self.writing.begin()
        font = bold(self._style.font)
        for at, product in zip(layout.products, drawn.products, strict=True):
            self._sign("×", at, font, now=product.now)
        for at, operation in zip(layout.operations, drawn.operations, strict=True):
            self._sign(operation.sign, at, font, now=operation.now)
            self._words_beneath(operation, at, layout)
        for placed in layout.leaves:
            self._leaf(placed, layout.sizes.line)
        for placed in layout.inner:
            self._along(placed, layout.sizes.line)
        self._outcome(drawn.operations[-1], layout)
        for placed in layout.below:
            self._below(placed, layout.sizes.line)

    def _sign(self, sign: str, at: QPointF, font: QFont, *, now: bool) -> None:
        color = self._style.theme.accent_text if now else self._style.theme.text
        self.writing.write(sign, (at.x(), at.y()), font, color)

    def _outcome(self, loss: GraphNode, layout: GraphLayout) -> None:
        """The loss above its node."""
        at, s = layout.operations[-1], layout.sizes
        self.writing.write(
            loss.out.value, (at.x(), at.y() - s.radius - 0.6 * s.line), self._style.font, self._style.theme.text
        )

    def _words_beneath(self, operation: GraphNode, at: QPointF, layout: GraphLayout) -> None:
        if operation.words:
            lines = _BENEATH if operation.leaf is None else 3.1 + layout.sizes.radius / layout.sizes.line
            y = at.y() + lines * layout.sizes.line
            self.writing.write(operation.words, (at.x(), y), self._style.font, self._style.theme.muted)

    def _leaf(self, placed: PlacedWire, line: float) -> None:
        x, y = placed.words
        wire, font = placed.wire, self._style.font
        text = self.writing.write(leaf_words(wire), (x, y - 0.55 * line), font, self._style.theme.text, 0.0)
        self._gradient(wire.gradient, x, y + 0.55 * line, 0.0)
        if wire.place:
            self.places.append((text.sceneBoundingRect().adjusted(0.0, 0.0, 0.0, line), wire.place))

    def _along(self, placed: PlacedWire, line: float) -> None:
        x, y = placed.words
        self.writing.write(placed.wire.value, (x, y - 0.55 * line), self._style.font, self._style.theme.text)
        self.writing.write(placed.wire.name, (x, y - 1.5 * line), self._style.font, self._style.theme.muted)
        self._gradient(placed.wire.gradient, x, y + 0.55 * line, 0.5)

    def _below(self, placed: PlacedWire, line: float) -> None:
        x, y = placed.words
        wire = placed.wire
        name = self.writing.write(wire.name, (x, y), self._style.font, self._style.theme.muted)
        self.writing.write(wire.value, (x, y + 0.95 * line), self._style.font, self._style.theme.text)
        self._gradient(wire.gradient, x, y + 1.9 * line, 0.5)
        if wire.place:
            self.places.append((name.sceneBoundingRect().adjusted(0.0, 0.0, 0.0, 2 * line), wire.place))

    def _gradient(self, words: str, x: float, y: float, across: float) -> None:
        self.writing.write(words, (x, y), self._style.font, self._style.gradient, across)


class GraphPane(Pane):
    """The current unit and the strongest path from it to the loss; the chosen weight's path is highlighted.

    Attributes
    ----------
    graph : Graph or None
        The graph that is drawn.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.graph: Graph | None = None
        self.words = GraphWords(scene)
        self._wires, self._lit = add_path(scene, 1.0), add_path(scene, 2.0)
        self._nodes, self._now = add_path(scene, 3.0), add_path(scene, 3.0)
        self._folds: dict[tuple[object, ...], Fold] = {}

    def place_at(self, point: QPointF) -> ParameterIndex | None:
        return next((place for rect, place in self.words.places if rect.contains(point)), None)

    def _paint(self, look: ExampleState) -> None:
        area = QRectF(self.canvas.viewport().rect()).adjusted(_PAD, 2.0, -_PAD, -2.0)
        shown = self._fold(look, area)
        drawn = self.graph = graph(look, shown.terms, shown.layers, low=shown.low)
        metrics = QFontMetricsF(self._font)
        layout = GraphLayout(drawn, area, metrics, tight=shown.tight)
        self._draw_wires(layout)
        self._draw_nodes(drawn, layout)
        self.words.write(drawn, layout, GraphStyle(self._font, self._theme))
        self._note(drawn, area)
        self.words.writing.end()
        self.canvas.set_least_width(width_of(drawn, metrics, tight=shown.tight) + 2 * _PAD)

    def _fold(self, look: ExampleState, area: QRectF) -> Fold:
        """The part that fits; the same as long as size and layer stay."""
        key = look.chain.layer, look.traced.network.layer_sizes, look.jacobian, area.width(), area.height()
        if key not in self._folds:
            self._folds[key] = fold(look, area.width(), area.height(), QFontMetricsF(self.font()))
        shown = self._folds[key]
        self._font = sized(self.font(), self.fontInfo().pixelSize(), shown.size)
        return shown

    def _lay_out(self) -> None:
        self._folds.clear()

    def _draw_wires(self, layout: GraphLayout) -> None:
        plain, lit = QPainterPath(), QPainterPath()
        for placed in (*layout.leaves, *layout.inner, *layout.below):
            path = lit if placed.wire.lit else plain
            path.moveTo(placed.points[0])
            for point in placed.points[1:]:
                path.lineTo(point)
        self._wires.setPen(line_pen(self._theme.muted, 1.5))
        self._lit.setPen(line_pen(self._theme.accent, 4.0))
        self._wires.setPath(plain)
        self._lit.setPath(lit)

    def _draw_nodes(self, drawn: Graph, layout: GraphLayout) -> None:
        plain, now, radius = QPainterPath(), QPainterPath(), layout.sizes.radius
        products = zip(layout.products, (product.now for product in drawn.products), strict=True)
        operations = [
            (at, operation.now)
            for at, operation in zip(layout.operations, drawn.operations, strict=True)
            if operation.sign != FORK
        ]
        for at, computed in (*products, *operations):
            (now if computed else plain).addEllipse(at, radius, radius)
        for path, item, ground in (
            (plain, self._nodes, self._theme.background),
            (now, self._now, self._theme.accent),
        ):
            item.setPen(line_pen(self._theme.text, 1.5))
            item.setBrush(QBrush(QColor(ground)))
            item.setPath(path)

    def _note(self, drawn: Graph, area: QRectF) -> None:
        """Write at the bottom what is left out, if there is space."""
        small = QFontMetricsF(self.font())
        most = (_KEY, *drawn.folded)
        wordings = (" · ".join(phrases) for phrases in (most, drawn.folded, drawn.folded[:1], (_KEY,)))
        foot = area.left(), area.bottom() - small.height() / 2
        if area.height() >= NOTE_FROM * small.height():
            words = first_fitting(list(wordings), self.font(), (0.0, area.width()))
            self.words.writing.write(words, foot, self.font(), self._theme.muted, 0.0)

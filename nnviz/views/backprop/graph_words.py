"""What is written along the wires and in the nodes of a computational graph."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGraphicsScene

from nnviz.analysis.example.graph import Graph, GraphNode
from nnviz.drawing.canvas import bold
from nnviz.runs.network_parts import ParameterIndex
from nnviz.theme import Theme
from nnviz.views.backprop.graph_layout import GraphLayout, Placed, leaf_words
from nnviz.views.backprop.writing import Writing

_GRADIENT = 3
"""Colour of gradients, of those of the classes that do not stand for signs."""


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
    """Names, values above the wires and gradients below; where a parameter's are, it can be clicked.

    Attributes
    ----------
    places : list of (QRectF, (layer, unit, source or None))
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.writing = Writing(scene)
        self.places: list[tuple[QRectF, ParameterIndex]] = []

    def write(self, drawn: Graph, layout: GraphLayout, style: GraphStyle) -> None:
        """Write anew."""
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
            lines = 0.6 if operation.leaf is None else 3.1
            y = at.y() + layout.sizes.radius + lines * layout.sizes.line
            self.writing.write(operation.words, (at.x(), y), self._style.font, self._style.theme.muted)

    def _leaf(self, placed: Placed, line: float) -> None:
        x, y = placed.words
        wire, font = placed.wire, self._style.font
        text = self.writing.write(leaf_words(wire), (x, y - 0.55 * line), font, self._style.theme.text, 0.0)
        self._gradient(wire.gradient, x, y + 0.55 * line, 0.0)
        if wire.place:
            self.places.append((text.sceneBoundingRect().adjusted(0.0, 0.0, 0.0, line), wire.place))

    def _along(self, placed: Placed, line: float) -> None:
        x, y = placed.words
        self.writing.write(placed.wire.value, (x, y - 0.55 * line), self._style.font, self._style.theme.text)
        self.writing.write(placed.wire.name, (x, y - 1.5 * line), self._style.font, self._style.theme.muted)
        self._gradient(placed.wire.gradient, x, y + 0.55 * line, 0.5)

    def _below(self, placed: Placed, line: float) -> None:
        x, y = placed.words
        wire = placed.wire
        name = self.writing.write(wire.name, (x, y), self._style.font, self._style.theme.muted)
        self.writing.write(wire.value, (x, y + 0.95 * line), self._style.font, self._style.theme.text)
        self._gradient(wire.gradient, x, y + 1.9 * line, 0.5)
        if wire.place:
            self.places.append((name.sceneBoundingRect().adjusted(0.0, 0.0, 0.0, 2 * line), wire.place))

    def _gradient(self, words: str, x: float, y: float, across: float) -> None:
        self.writing.write(words, (x, y), self._style.font, self._style.gradient, across)

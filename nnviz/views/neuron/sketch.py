"""One neuron as a sketch: inputs, weights, Σ, σ and output, and the nerve cell that these are like."""

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsScene

from nnviz.analysis.unit import Reckoning
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.words import Tag
from nnviz.numerals import figure, indexed, short
from nnviz.theme import Theme, mix

_COLOR = 2
"""Index of the class colour of the nerve cell."""
_NAMES = ("dendrites", "soma", "axon", "synapses")
_MIDDLE = 0.45
"""Usual position of the numbers along their edges, as a fraction."""
MOST_SHOWN = 4
"""Most inputs that are drawn: the first ones."""


class NerveCell:
    """A nerve cell behind the diagram: dendrites at the inputs, soma around Σ and σ, axon to y."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.limbs, self.body, self.synapses = add_path(scene, -3.0), add_path(scene, -2.0), add_path(scene, 2.0)
        self.names = [Text(scene, 3.0) for _ in _NAMES]
        self._line = 1.0

    def set_style(self, theme: Theme, font: QFont, *, visible: bool) -> None:
        """Use the theme and this font; show or hide the cell."""
        color = theme.classes[_COLOR]
        tint = mix(theme.background, color, 0.3)
        self._line = QFontMetricsF(font).height()
        self.limbs.setPen(QPen(tint, 0.8 * self._line, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        self.body.setPen(line_pen(color, 2.0))
        self.body.setBrush(QBrush(tint))
        self.synapses.setPen(line_pen(theme.background, 1.0))
        self.synapses.setBrush(QBrush(QColor(color)))
        for name, words in zip(self.names, _NAMES, strict=True):
            name.set_style(bold(font), color)
            name.set_words(words if visible else "")
        for item in (self.limbs, self.body, self.synapses):
            item.setVisible(visible)

    def arrange(
        self, inputs: Sequence[QPointF], nodes: tuple[QPointF, QPointF], rect: QRectF, radius: float
    ) -> None:
        """Place the cell behind the inputs and the two nodes of a diagram."""
        limbs, synapses, body = QPainterPath(), QPainterPath(), QPainterPath()
        for place in inputs:
            limbs.moveTo(place)
            limbs.lineTo(nodes[0])
            synapses.addEllipse(place, 0.3 * self._line, 0.3 * self._line)
        limbs.moveTo(nodes[1])
        limbs.lineTo(rect.right() - 0.4 * self._line, nodes[1].y())
        around = 2.2 * radius
        body.addEllipse(QRectF(*nodes).adjusted(-around, -around, around, around))
        for item, path in ((self.limbs, limbs), (self.body, body), (self.synapses, synapses)):
            item.setPath(path)
        self._place_names(inputs, nodes, rect, radius)

    def _place_names(
        self, inputs: Sequence[QPointF], nodes: tuple[QPointF, QPointF], rect: QRectF, radius: float
    ) -> None:
        top, soma = rect.top() - 1.3 * self._line, (nodes[0].x() + nodes[1].x()) / 2
        dendrites, body, axon, synapses = self.names
        dendrites.place((inputs[0].x() + nodes[0].x() - 2 * radius) / 2, top, 0.5)
        body.place(soma, top, 0.5)
        axon.place(rect.right(), top, 1.0)
        synapses.place(rect.left(), inputs[-1].y() + 0.7 * self._line)


class UnitPicture:
    """x₁ … xₙ → Σ → σ → y; edges show the size and sign of their weights.

    Of a deeper neuron the inputs are the activations below, o₁ … oₙ; its own is o unless it is an output.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.cell = NerveCell(scene)
        self.nodes, self.arrows = add_path(scene, 1.0), add_path(scene, 0.0)
        self.edges = [add_path(scene, 0.0) for _ in range(MOST_SHOWN + 1)]
        self.inputs = [Text(scene, 3.0) for _ in range(MOST_SHOWN)]
        self.weights = [Tag(scene, 3.0) for _ in range(MOST_SHOWN)]
        self.sum, self.function, self.output = Text(scene, 3.0), Text(scene, 3.0), Text(scene, 3.0)
        self.bias, self.pre_activation, self.dots = Text(scene, 3.0), Text(scene, 3.0), Text(scene, 3.0)
        self._places: list[QPointF] = []
        self._line, self._biology = 1.0, False
        self.letters = "x", "y"

    def set_style(self, theme: Theme, font: QFont, *, biology: bool) -> None:
        """Use the theme and this font; ``biology`` shows the nerve cell."""
        self._theme, self._font, self._biology = theme, font, biology
        self._line = QFontMetricsF(font).height()
        self.cell.set_style(theme, font, visible=biology)
        self.nodes.setPen(line_pen(theme.text, 2.0))
        self.nodes.setBrush(QBrush(QColor(theme.background)))
        self.arrows.setPen(line_pen(theme.text, 2.0))
        for text in (*self.inputs, self.bias, self.pre_activation, self.dots, self.output):
            text.set_style(font, theme.text)
        for tag in self.weights:
            tag.set_style(theme, font)
        for text in (self.sum, self.function):
            text.set_style(bold(font), theme.text)

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        tags = (item for tag in self.weights for item in tag.items)
        texts = (*self.inputs, self.sum, self.function, self.output, self.bias, self.pre_activation, self.dots)
        cell = (self.cell.limbs, self.cell.body, self.cell.synapses, *self.cell.names)
        for item in (self.nodes, self.arrows, *self.edges, *texts, *tags):
            item.setVisible(visible)
        for item in cell:
            item.setVisible(visible and self._biology)

    def arrange(self, rect: QRectF, inputs: int, *, folded: bool) -> None:
        """Draw a neuron with ``inputs`` inputs in a rectangle; ``folded`` if there are more."""
        line = self._line
        inner = rect.adjusted(0.0, 1.3 * line, 0.0, -1.3 * line) if self._biology else rect
        self._rect, self._inputs = inner, inputs
        self._radius = min(1.1 * line, inner.height() / 4, inner.width() / 12)
        box = QFontMetricsF(self._font).horizontalAdvance("x₁")
        self._left = inner.left() + box + 0.8 * line
        self._middle = QPointF(inner.left() + 0.56 * inner.width(), inner.top() + 0.45 * inner.height())
        self._bend = QPointF(inner.left() + 0.76 * inner.width(), self._middle.y())
        rows = inputs + folded
        span = 0.9 * inner.height() / max(rows, 1)
        self._places = [QPointF(self._left, inner.top() + (k + 0.5) * span) for k in range(rows)]
        self._draw_nodes()
        self.cell.arrange(self._places[:inputs], (self._middle, self._bend), inner, self._radius)
        self._write(folded=folded)

    def show_reckoning(self, found: Reckoning) -> None:
        """Write the numbers, draw the weights."""
        numbers = [*found.weights.tolist()[: self._inputs], found.bias]
        for edge, (begin, value) in zip(self.edges, self._edges(numbers), strict=False):
            self._draw_edge(edge, begin, value)
        for edge in self.edges[len(numbers) :]:
            edge.setPath(QPainterPath())
        self._say_numbers(found)

    def _edges(self, numbers: list[float]) -> Iterator[tuple[QPointF, float]]:
        below = QPointF(self._middle.x(), self._bias_top())
        yield from zip([*self._places[: self._inputs], below], numbers, strict=True)

    def _bias_top(self) -> float:
        """Top of the bias, below the sum."""
        return min(self._rect.bottom() - self._line, self._middle.y() + 3.2 * self._radius + self._line)

    def _draw_edge(self, edge: PathItem, begin: QPointF, value: float) -> None:
        size = min(abs(value), 5.0) if np.isfinite(value) else 0.0
        style = Qt.PenStyle.SolidLine if value >= 0 else Qt.PenStyle.DashLine
        path = QPainterPath(begin)
        path.lineTo(self._middle)
        edge.setPath(path)
        edge.setPen(line_pen(self._theme.sign_color(value), 2.0 + 1.4 * size, style))

    def _draw_nodes(self) -> None:
        nodes, arrows = QPainterPath(), QPainterPath(self._middle)
        for place in (self._middle, self._bend):
            nodes.addEllipse(place, self._radius, self._radius)
        end = QPointF(self._rect.right() - 0.3 * self._line, self._middle.y())
        arrows.lineTo(end)
        head = 0.4 * self._line
        arrows.moveTo(end.x() - head, end.y() - 0.6 * head)
        arrows.lineTo(end)
        arrows.lineTo(end.x() - head, end.y() + 0.6 * head)
        self.nodes.setPath(nodes)
        self.arrows.setPath(arrows)

    def _write(self, *, folded: bool) -> None:
        line = self._line
        for k, (text, place) in enumerate(zip(self.inputs, self._places, strict=False), start=1):
            text.write(indexed(self.letters[0], k), place.x() - 0.6 * line, place.y(), 1.0, 0.5)
        self.dots.set_words("⋮" if folded else "")
        if folded:
            self.dots.place(self._places[-1].x() - 0.9 * line, self._places[-1].y(), 1.0, 0.5)
        self.sum.write("Σ", self._middle.x(), self._middle.y(), 0.5, 0.5)
        self.function.write("σ", self._bend.x(), self._bend.y(), 0.5, 0.5)

    def _share(self, width: float) -> float:
        """Position of a number along its edge, as a fraction: nearer to the inputs if edges are close."""
        apart = self._places[-1].y() - self._places[0].y()
        between = apart / max(1, len(self._places) - 1) or self._rect.height()
        least = 0.55 * width / max(1.0, self._middle.x() - self._left)
        return min(_MIDDLE, max(least, 1.0 - self._line / between))

    def _weight_in_words(self, k: int, weight: float, room: float) -> str:
        """A weight with its name, its number alone where there is little room, or where there is none its name."""
        name, metrics = indexed("w", k + 1), QFontMetricsF(self._font)
        wordings = f"{name} = {figure(weight)}", short(weight)
        return next((words for words in wordings if metrics.horizontalAdvance(words) < room), name)

    def _say_numbers(self, found: Reckoning) -> None:
        metrics, room = QFontMetricsF(self._font), self._middle.x() - self._left - 2.4 * self._radius
        for k, text in enumerate(self.weights):
            is_there = k < self._inputs
            text.set_visible(is_there)
            self.inputs[k].setVisible(is_there)
            if is_there:
                words = self._weight_in_words(k, float(found.weights[k]), room)
                begin = self._places[k]
                place = begin + (self._middle - begin) * self._share(metrics.horizontalAdvance(words))
                text.say(words, place.x(), place.y())
        self.bias.write(f"b = {figure(found.bias)}", self._middle.x(), self._bias_top(), 0.5)
        self.pre_activation.write("p", (self._middle.x() + self._bend.x()) / 2, self._middle.y(), 0.5, 1.0)
        self.output.set_words(self.letters[1])
        self.output.place(self._rect.right() - 0.6 * self._line, self._middle.y() - 0.3 * self._line, 0.5, 1.0)

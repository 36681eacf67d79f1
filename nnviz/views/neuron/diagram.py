"""One unit as a diagram: inputs, weights, Σ, σ and output, with the numbers of one sample."""

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsScene, QWidget

from nnviz.analysis.unit import Reckoning, reckon
from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.view import CanvasView, small_button
from nnviz.drawing.words import Tag
from nnviz.numerals import figure
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme, mix

_COLOR = 2
"""Index of the class colour of the nerve cell."""
_NAMES = ("dendrites", "soma", "axon", "synapses")
_INDICES = "₁₂₃₄"
_MIDDLE = 0.45
"""Usual position of the numbers along their edges, as a fraction."""
MOST_SHOWN = 4
"""Most inputs that are drawn: the first ones."""
_PAD = 8.0
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


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
    """x₁ … xₙ → Σ → σ → y; edges show the size and sign of their weights."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.cell = NerveCell(scene)
        self.nodes, self.arrows = add_path(scene, 1.0), add_path(scene, 0.0)
        self.edges = [add_path(scene, 0.0) for _ in range(len(_INDICES) + 1)]
        self.inputs = [Text(scene, 3.0) for _ in _INDICES]
        self.weights = [Tag(scene, 3.0) for _ in _INDICES]
        self.sum, self.function, self.output = Text(scene, 3.0), Text(scene, 3.0), Text(scene, 3.0)
        self.bias, self.pre_activation, self.dots = Text(scene, 3.0), Text(scene, 3.0), Text(scene, 3.0)
        self._places: list[QPointF] = []
        self._line, self._biology = 1.0, False

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

    def arrange(self, rect: QRectF, inputs: int, *, folded: bool) -> None:
        """Draw a unit with ``inputs`` inputs in a rectangle; ``folded`` if there are more."""
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
        for text, place, words in zip(self.inputs, self._places, "1234", strict=False):
            text.write(f"x{_INDICES[int(words) - 1]}", place.x() - 0.6 * line, place.y(), 1.0, 0.5)
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

    def _say_numbers(self, found: Reckoning) -> None:
        metrics, room = QFontMetricsF(self._font), self._middle.x() - self._left - 2.4 * self._radius
        for k, text in enumerate(self.weights):
            is_there = k < self._inputs
            text.set_visible(is_there)
            self.inputs[k].setVisible(is_there)
            if is_there:
                name = f"w{_INDICES[k]}"
                words = f"{name} = {figure(float(found.weights[k]))}"
                words = words if metrics.horizontalAdvance(words) < room else name
                begin = self._places[k]
                place = begin + (self._middle - begin) * self._share(metrics.horizontalAdvance(words))
                text.say(words, place.x(), place.y())
        self.bias.write(f"b = {figure(found.bias)}", self._middle.x(), self._bias_top(), 0.5)
        self.pre_activation.write("p", (self._middle.x() + self._bend.x()) / 2, self._middle.y(), 0.5, 1.0)
        self.output.set_words("y")
        self.output.place(self._rect.right() - 0.6 * self._line, self._middle.y() - 0.3 * self._line, 0.5, 1.0)


class UnitDiagram(CanvasView[Snapshot]):
    """The computation of the first layer's first unit at a point of the plane."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._point: FloatArray | None = None
        self._shape: object = None
        self.reckoning: Reckoning | None = None
        self.title = Text(self.canvas.scene())
        self.picture = UnitPicture(self.canvas.scene())
        self.rows: list[Text] = []
        self.biology = small_button(
            "biology", "Name the parts of a nerve cell that these are like.", checkable=True
        )
        self.biology.toggled.connect(self._refresh)
        self.add_controls(self.biology)

    @property
    def point(self) -> FloatArray:
        """The point used; by default the first training sample's."""
        if self._point is not None:
            return self._point
        return self._snapshot.problem.train.points[0] if self._snapshot else np.zeros(2)

    def set_point(self, point: FloatArray | None) -> None:
        """Use another point, None for the default."""
        self._point = point
        if self._snapshot and self.isVisible():
            self._paint(self._snapshot)

    def _lay_out(self) -> None:
        if self._snapshot is None:
            return
        metrics, area = QFontMetricsF(self.font()), self.canvas.area.adjusted(_PAD, _PAD / 2, -_PAD, -_PAD / 2)
        line = metrics.height()
        network = self._snapshot.problem.network
        self.title.set_style(bold(self.font()), self._theme.text)
        name = "the only unit" if network.layer_sizes[1:] == (1,) else "unit 1 of layer 1"
        room = area.width() - self.biology.sizeHint().width()
        self.title.set_words(QFontMetricsF(bold(self.font())).elidedText(name, Qt.TextElideMode.ElideRight, room))
        self.title.place(area.left(), area.top())
        inputs = network.layer_sizes[0]
        self._make_rows(min(inputs, MOST_SHOWN) + (inputs > MOST_SHOWN) + 3)
        step = 1.15 * line
        table = area.bottom() - step * len(self.rows)
        for k, row in enumerate(self.rows):
            row.set_style(bold(self.font()) if k >= len(self.rows) - 2 else self.font(), self._theme.text)
            row.place(area.left(), table + k * step)
        rect = QRectF(area.left(), area.top() + 1.7 * line, area.width(), table - area.top() - 2.2 * line)
        self.picture.set_style(self._theme, self.font(), biology=self.biology.isChecked())
        self.picture.arrange(rect, min(inputs, MOST_SHOWN), folded=inputs > MOST_SHOWN)

    def _paint(self, snapshot: Snapshot) -> None:
        shape = snapshot.problem.network.layer_sizes
        if shape != self._shape:
            self._shape, self._point = shape, None
            self._lay_out()
        self.reckoning = found = reckon(snapshot.problem, snapshot.parameters, 0, self.point)
        function = snapshot.problem.network.activations[0]
        for row, words in zip(self.rows, _rows(found, function.title), strict=True):
            row.set_words(words)
        self.picture.show_reckoning(found)

    def _make_rows(self, count: int) -> None:
        for row in self.rows[count:]:
            self.canvas.scene().removeItem(row)
        del self.rows[count:]
        self.rows += [Text(self.canvas.scene()) for _ in range(count - len(self.rows))]


def subscript(number: int) -> str:
    """A number as subscript, as in w₂."""
    return str(number).translate(_SUBSCRIPTS)


def _rows(found: Reckoning, title: str) -> list[str]:
    """A line for each product, for the bias, for p and for y."""
    parts = zip(found.weights.tolist(), found.inputs.tolist(), found.products.tolist(), strict=True)
    rows = [
        f"w{subscript(i)} x{subscript(i)} = {figure(w)} · {figure(x)} = {figure(product)}"
        for i, (w, x, product) in enumerate(parts, start=1)
    ]
    if len(rows) > MOST_SHOWN:
        rest = float(found.products[MOST_SHOWN:].sum())
        rows[MOST_SHOWN:] = [f"{len(rows) - MOST_SHOWN} more inputs add {figure(rest)}"]
    total = "Σ w x + b" if len(found.weights) > 2 else " + ".join([*_terms(len(found.weights)), "b"])
    p, y = figure(found.pre_activation), figure(found.activation)
    return [*rows, f"b = {figure(found.bias)}", f"p = {total} = {p}", f"y = σ(p) = {y}    σ: {title}"]


def _terms(count: int) -> list[str]:
    return [f"w{subscript(i)} x{subscript(i)}" for i in range(1, count + 1)]

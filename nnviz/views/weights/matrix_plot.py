"""One layer's augmented matrix: its weights as cells, its biases set apart."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.cells import Cells
from nnviz.engine.tape import Array
from nnviz.numerals import short, superscript
from nnviz.runs.network_parts import ParameterIndex
from nnviz.theme import Theme

_MOST_WRITTEN = 12
_APART = 8.0
"""Pixels between weights and biases."""
_NARROW = 6.0
"""Width at which a cell without a number is comfortable."""


class MatrixPlot:
    """Weights and biases of layer ``layer``, counted from 0.

    Parameters
    ----------
    scene : QGraphicsScene
    layer : int
    units, sources : int
    """

    def __init__(self, scene: QGraphicsScene, layer: int, units: int, sources: int) -> None:
        self.layer, self.units, self.sources = layer, units, sources
        self.weights, self.biases = Cells(scene), Cells(scene)
        self.titles = Text(scene), Text(scene)
        for title, letter in zip(self.titles, "Wb", strict=True):
            title.set_words(f"{letter}{superscript(layer + 1)}")
        self._written = False

    def wanted_width(self, metrics: QFontMetricsF) -> float:
        """Width at which it is comfortable."""
        cell = _cell_width(metrics) if max(self.units, self.sources) <= _MOST_WRITTEN else _NARROW
        weights = max(self.sources * cell, 1.5 * metrics.horizontalAdvance("W¹"))
        return weights + _APART + self._bias_width(cell, metrics)

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Paint in the theme's colours, write in this font."""
        for cells in (self.weights, self.biases):
            cells.set_theme(theme, font)
        for title in self.titles:
            title.set_style(bold(font), theme.text)

    def arrange(self, rect: QRectF, metrics: QFontMetricsF) -> None:
        """Fill a rectangle, title and all."""
        line = metrics.height()
        top, room = rect.top() + 1.2 * line, rect.height() - 1.2 * line
        height = min(max(room, 1.0), 2.6 * line * self.units)
        width = (rect.width() - _APART) / (self.sources + 1)
        self._written = self._may_write(width, height / self.units, metrics)
        bias = self._bias_width(width, metrics)
        weights = QRectF(rect.left(), top, max(1.0, rect.width() - _APART - bias), height)
        biases = QRectF(weights.right() + _APART, top, bias, height)
        self.weights.arrange(weights, (self.units, self.sources), written=self._written)
        self.biases.arrange(biases, (self.units, 1), written=self._written)
        for title, part in zip(self.titles, (weights, biases), strict=True):
            title.place(part.center().x(), rect.top(), 0.5)

    def show_layer(self, layer: Array, shades: NDArray[Any]) -> None:
        """Paint an augmented matrix, in shades of the same shape."""
        self.weights.show_values(shades[:, :-1], self._words(layer[:, :-1]))
        self.biases.show_values(shades[:, -1:], self._words(layer[:, -1:]))

    def place_at(self, point: QPointF) -> ParameterIndex | None:
        """The parameter under a point."""
        if cell := self.weights.cell_at(point):
            return self.layer, *cell
        if cell := self.biases.cell_at(point):
            return self.layer, cell[0], None
        return None

    def remove(self) -> None:
        """Take everything out of the scene."""
        for cells in (self.weights, self.biases):
            cells.remove()
        for title in self.titles:
            title.scene().removeItem(title)

    def _words(self, part: Array) -> Sequence[str]:
        return [short(value) for value in part.ravel().tolist()] if self._written else ()

    def _may_write(self, width: float, height: float, metrics: QFontMetricsF) -> bool:
        few = max(self.units, self.sources) <= _MOST_WRITTEN
        return few and width >= metrics.horizontalAdvance("−0.00") + 2.0 and height >= metrics.height()

    def _bias_width(self, cell: float, metrics: QFontMetricsF) -> float:
        """At least as wide as its title."""
        return max(cell, metrics.horizontalAdvance("b¹") + 2.0)


def _cell_width(metrics: QFontMetricsF) -> float:
    return metrics.horizontalAdvance("−00.000")

"""Every layer's weights and biases as coloured matrices."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene, QWidget

from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.cells import Cells, full_colour
from nnviz.drawing.parameter_card import ParameterCard
from nnviz.drawing.room import Room
from nnviz.drawing.view import CanvasView
from nnviz.engine.network import Parameters, Shapes
from nnviz.engine.tape import Array
from nnviz.numerals import short, superscript
from nnviz.runs.maps import signed_bytes
from nnviz.runs.network_parts import ParameterIndex, parameter_name, parameter_value, parameter_words
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme

_MOST_WRITTEN = 12
_APART = 8.0
"""Distance between weights and biases, in pixels."""
_NARROW = 6.0
"""Preferred width of a cell without a number."""
_COLOURS = 12.0
"""Least width of a matrix without numbers, in lines of text."""
HINT = "a row for each neuron, a column for each of its inputs; click a cell to set it"
_PAD = 8.0
_BETWEEN = 24.0
"""Distance between two layers, in pixels."""


class MatrixPlot:
    """Weights and biases of layer ``layer``, counted from 0."""

    def __init__(self, scene: QGraphicsScene, layer: int, units: int, sources: int) -> None:
        self.layer, self.units, self.sources = layer, units, sources
        self.weights, self.biases = Cells(scene), Cells(scene)
        self.titles = Text(scene), Text(scene)
        for title, letter in zip(self.titles, "Wb", strict=True):
            title.set_words(f"{letter}{superscript(layer + 1)}")
        self._written = False

    def wanted_width(self, metrics: QFontMetricsF) -> float:
        """Preferred width."""
        cell = _cell_width(metrics) if max(self.units, self.sources) <= _MOST_WRITTEN else _NARROW
        weights = max(self.sources * cell, 1.5 * metrics.horizontalAdvance("W¹"))
        return weights + _APART + self._bias_width(cell, metrics)

    def least_width(self, metrics: QFontMetricsF) -> float:
        """Width that its numbers need, or else its colours; narrower views scroll."""
        if max(self.units, self.sources) > _MOST_WRITTEN:
            return min(self.wanted_width(metrics), _COLOURS * metrics.height())
        return (self.sources + 1) * (_number_width(metrics) + 1.0) + _APART

    def set_theme(self, theme: Theme, font: QFont) -> None:
        for cells in (self.weights, self.biases):
            cells.set_theme(theme, font)
        for title in self.titles:
            title.set_style(bold(font), theme.text)

    def arrange(self, rect: QRectF, metrics: QFontMetricsF) -> None:
        """Fill a rectangle, including the title."""
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
        """Show an augmented matrix, with shades of the same shape."""
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
        """Remove all items from the scene."""
        for cells in (self.weights, self.biases):
            cells.remove()
        for title in self.titles:
            title.scene().removeItem(title)

    def _words(self, part: Array) -> Sequence[str]:
        return [short(value) for value in part.ravel().tolist()] if self._written else ()

    def _may_write(self, width: float, height: float, metrics: QFontMetricsF) -> bool:
        few = max(self.units, self.sources) <= _MOST_WRITTEN
        return few and width >= _number_width(metrics) and height >= metrics.height()

    def _bias_width(self, cell: float, metrics: QFontMetricsF) -> float:
        """Width of the bias column, at least that of its title."""
        return max(cell, metrics.horizontalAdvance("b¹") + 2.0)


def _number_width(metrics: QFontMetricsF) -> float:
    """Least width of a cell with a number."""
    return metrics.horizontalAdvance("−0.00") + 2.0


def _cell_width(metrics: QFontMetricsF) -> float:
    return metrics.horizontalAdvance("−00.000")


class MatrixView(CanvasView[Snapshot]):
    """Every layer's weights and biases, blue above zero and orange below, all on the same scale.

    A click on a cell opens a card to set it by hand.

    Signals
    -------
    picked : layer, unit, source or None
        A cell was clicked; all counted from 0, the source None for a bias.
    parameter_set : layer, unit, source or None, value
        A weight or a bias was set by hand.
    """

    picked = Signal(int, int, object)
    parameter_set = Signal(int, int, object, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shapes: Shapes = ()
        self._hovered: ParameterIndex | None = None
        self.matrices: list[MatrixPlot] = []
        self.pointed, self.scale = Text(self.canvas.scene()), Text(self.canvas.scene())
        self.canvas.setMouseTracking(True)
        self.canvas.hovered.connect(self._point)
        self.canvas.left.connect(self._point)
        self.canvas.pressed.connect(self._pick)
        self.card = ParameterCard(self.canvas.viewport())
        self.card.value_set.connect(self.parameter_set)

    def connect_to(self, room: Room) -> None:
        self.picked.connect(room.show_parameter)
        self.parameter_set.connect(room.set_parameter)

    def _lay_out(self) -> None:
        metrics, area = QFontMetricsF(self.font()), self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        self.scale.set_style(self.font(), self._theme.muted)
        self.pointed.set_style(self.font(), self._theme.text)
        left, height = area.left(), area.height() - 1.5 * metrics.height()
        between = _BETWEEN * (len(self.matrices) - 1)
        least = [matrix.least_width(metrics) for matrix in self.matrices]
        spare = max(0.0, self.canvas.viewport().width() - 2 * _PAD - between - sum(least))
        more = [max(0.0, m.wanted_width(metrics) - width) for m, width in zip(self.matrices, least, strict=True)]
        for matrix, width, extra in zip(self.matrices, least, shared(more, spare), strict=True):
            matrix.set_theme(self._theme, self.font())
            matrix.arrange(QRectF(left, area.top(), width + extra, height), metrics)
            left += width + extra + _BETWEEN
        self.canvas.set_least_width(sum(least) + between + 2 * _PAD)
        self.card.keep_inside()

    def _paint(self, snapshot: Snapshot) -> None:
        parameters = snapshot.parameters
        if parameters.shapes != self._shapes:
            self._make(parameters.shapes)
            self._lay_out()
        full = full_colour(parameters.flat)
        shades = signed_bytes(parameters.flat[None, None], np.array([full], np.float32))[0, 0]
        parts = Parameters(self._shapes, shades).layers
        for matrix, layer, part in zip(self.matrices, parameters.layers, parts, strict=True):
            matrix.show_layer(layer, part)
        if self.card.place:
            self.card.show_value(parameter_value(snapshot, self.card.place))
        pointed = parameter_words(snapshot, self._hovered) if self._hovered else HINT
        self._say(pointed, f"full colour at ±{full:.6g}")

    def _make(self, shapes: Shapes) -> None:
        scene = self.canvas.scene()
        self._shapes, self._hovered = shapes, None
        self.card.close_card()
        for matrix in self.matrices:
            matrix.remove()
        self.matrices = [MatrixPlot(scene, l, n, columns - 1) for l, (n, columns) in enumerate(shapes)]

    def _say(self, pointed: str, scale: str) -> None:
        area = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        self.pointed.write(pointed, area.left(), area.bottom(), 0.0, 1.0)
        self.scale.write(scale, area.right(), area.bottom(), 1.0, 1.0)

    def _at(self, point: QPointF) -> ParameterIndex | None:
        return next((place for matrix in self.matrices if (place := matrix.place_at(point))), None)

    def _point(self, point: QPointF | None = None) -> None:
        self._hovered = self._at(point) if point else None
        self._show()

    def _pick(self, point: QPointF) -> None:
        self.card.close_card()
        if self._snapshot and (place := self._at(point)):
            self.picked.emit(*place)
            name, value = parameter_name(self._snapshot.problem, place), parameter_value(self._snapshot, place)
            self.card.open_for(place, name, value, self.canvas.mapFromScene(point))


def shared(wanted: Sequence[float], room: float) -> list[float]:
    """Divide a width: each gets what it wants, or an equal part of what the smaller ones leave."""
    widths = [0.0] * len(wanted)
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    for rest, k in zip(range(len(wanted), 0, -1), order, strict=True):
        widths[k] = min(wanted[k], max(1.0, room / rest))
        room -= widths[k]
    return widths

"""All parameters: every layer's weights and biases as pictures."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from nnviz.drawing.canvas import Text
from nnviz.drawing.cells import full_colour
from nnviz.drawing.view import View
from nnviz.engine.network import Parameters
from nnviz.numerals import signed, superscript
from nnviz.runs.maps import signed_bytes
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runs.snapshot import Snapshot
from nnviz.views.weights.matrix_plot import MatrixPlot

HINT = "a row for each unit, a column for each of its inputs"

_PAD = 8.0
_BETWEEN = 24.0
"""Pixels between two layers."""


class MatrixView(View):
    """Every layer's weights and biases, blue above zero and orange below, all on one scale.

    ``picked`` says which cell was clicked: layer and unit counted from 0, and the source, None for a bias.
    """

    picked = Signal(int, int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer_sizes: tuple[int, ...] = ()
        self._hovered: ParameterIndex | None = None
        self.matrices: list[MatrixPlot] = []
        self.pointed, self.scale = Text(self.canvas.scene()), Text(self.canvas.scene())
        self.canvas.setMouseTracking(True)
        self.canvas.hovered.connect(self._point)
        self.canvas.left.connect(self._point)
        self.canvas.pressed.connect(self._pick)

    def _lay_out(self) -> None:
        metrics, area = QFontMetricsF(self.font()), self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        self.scale.set_style(self.font(), self._theme.muted)
        self.pointed.set_style(self.font(), self._theme.text)
        left, height = area.left(), area.height() - 1.5 * metrics.height()
        room = area.width() - _BETWEEN * (len(self.matrices) - 1)
        widths = shared([matrix.wanted_width(metrics) for matrix in self.matrices], room)
        for matrix, width in zip(self.matrices, widths, strict=True):
            matrix.set_theme(self._theme, self.font())
            matrix.arrange(QRectF(left, area.top(), width, height), metrics)
            left += width + _BETWEEN

    def _paint(self, snapshot: Snapshot) -> None:
        parameters = snapshot.parameters
        if parameters.layer_sizes != self._layer_sizes:
            self._make(parameters.layer_sizes)
            self._lay_out()
        full = full_colour(parameters.flat)
        shades = signed_bytes(parameters.flat[None, None], np.array([full], np.float32))[0, 0]
        parts = Parameters(self._layer_sizes, shades).layers
        for matrix, layer, part in zip(self.matrices, parameters.layers, parts, strict=True):
            matrix.show_layer(layer, part)
        pointed = named(snapshot, self._hovered) if self._hovered else HINT
        self._say(pointed, f"full colour at ±{full:.6g}")

    def _make(self, layer_sizes: tuple[int, ...]) -> None:
        scene = self.canvas.scene()
        self._layer_sizes, self._hovered = layer_sizes, None
        for matrix in self.matrices:
            matrix.remove()
        self.matrices = [MatrixPlot(scene, l, n, m) for l, (m, n) in enumerate(pairwise(layer_sizes))]

    def _say(self, pointed: str, scale: str) -> None:
        area = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        self.pointed.set_words(pointed)
        self.pointed.place(area.left(), area.bottom(), 0.0, 1.0)
        self.scale.set_words(scale)
        self.scale.place(area.right(), area.bottom(), 1.0, 1.0)

    def _at(self, point: QPointF) -> ParameterIndex | None:
        return next((place for matrix in self.matrices if (place := matrix.place_at(point))), None)

    def _point(self, point: QPointF | None = None) -> None:
        self._hovered = self._at(point) if point else None
        self._show()

    def _pick(self, point: QPointF) -> None:
        if place := self._at(point):
            self.picked.emit(*place)


def shared(wanted: Sequence[float], room: float) -> list[float]:
    """What each gets of the room: what it wants, or an equal share of what the modest leave."""
    widths = [0.0] * len(wanted)
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    for rest, k in zip(range(len(wanted), 0, -1), order, strict=True):
        widths[k] = min(wanted[k], max(1.0, room / rest))
        room -= widths[k]
    return widths


def named(snapshot: Snapshot, place: ParameterIndex) -> str:
    """A parameter's name and value."""
    l, unit, source = place
    matrix = snapshot.parameters.layers[l]
    value = float(matrix[unit, -1 if source is None else source])
    number = signed(f"{abs(value):.3f}", value)
    if source is None:
        return f"b{superscript(l + 1)} of unit {unit + 1} = {number}"
    origin = f"unit {source + 1}" if l else f"input {snapshot.problem.input_labels[source]}"
    return f"w{superscript(l + 1)} from {origin} to unit {unit + 1} = {number}"

"""One unit as a diagram: inputs, weights, Σ, σ and what comes out, with the numbers of one sample."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from nnviz.analysis.unit import Reckoning, reckon
from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.view import View, small_button
from nnviz.numerals import figure
from nnviz.runs.snapshot import Snapshot
from nnviz.views.neuron.picture import UnitPicture

MOST_SHOWN = 4
"""Inputs that are drawn at most; of more, the first."""

_PAD = 8.0
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class UnitDiagram(View):
    """The first layer's first unit, reckoning with a point of the plane."""

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
        """The point that is reckoned with: the first training sample's, as long as none is given."""
        if self._point is not None:
            return self._point
        return self._snapshot.problem.train.points[0] if self._snapshot else np.zeros(2)

    def set_point(self, point: FloatArray | None) -> None:
        """Reckon with another point."""
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
    """A small lowered number, such as the input of w₂."""
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

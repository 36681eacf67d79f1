"""One neuron as a diagram: a sketch, and below it the numbers of one sample."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from nnviz.analysis.unit import Reckoning, reckon
from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, as_verdict, bold
from nnviz.drawing.view import CanvasView, small_button
from nnviz.drawing.words import Wordings, say
from nnviz.experiment.problem import Problem
from nnviz.numerals import figure, indexed
from nnviz.runs.network_parts import neuron_name
from nnviz.runs.snapshot import Snapshot
from nnviz.views.neuron.sketch import MOST_SHOWN, UnitPicture

_PAD = 8.0
_PITCH = 1.15
"""Distance between two lines of numbers, in heights of the text."""
_LEAST_SKETCH = 4.2
"""Least height of the sketch, in heights of the text."""


class UnitDiagram(CanvasView[Snapshot]):
    """The computation of one neuron for one sample.

    Where there is little room, products are summed up; without room for a sketch there are only numbers.

    Attributes
    ----------
    place : (layer, unit)
        The neuron; layers count from 1, units from 0.
    inputs : array, shape (features,), or None
        What the network gets; None for the first training sample.
    reckoning : Reckoning or None
        The numbers shown.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = 1, 0
        self.inputs: FloatArray | None = None
        self._shape: object = None
        self._listed, self._has_sketch = 0, True
        self.reckoning: Reckoning | None = None
        self.title = Text(self.canvas.scene())
        self.picture = UnitPicture(self.canvas.scene())
        self.rows: list[Text] = []
        self.biology = small_button(
            "biology", "Name the parts of a nerve cell that these are like.", checkable=True
        )
        self.biology.toggled.connect(self._refresh)
        self.before, self.after = small_button("‹", "the neuron before"), small_button("›", "the next neuron")
        self.add_controls(self.biology, self.before, self.after)

    def show_inputs(self, inputs: FloatArray | None) -> None:
        """Work with other inputs of the network, None for the first training sample's."""
        self.inputs = inputs
        if self._snapshot and self.isVisible():
            self._paint(self._snapshot)

    def reckon(self, snapshot: Snapshot) -> Reckoning:
        """The neuron's numbers."""
        inputs = snapshot.problem.train.inputs[0] if self.inputs is None else self.inputs
        return reckon(snapshot.problem, snapshot.parameters, self.place, inputs)

    def _lay_out(self) -> None:
        if self._snapshot is None:
            return
        line, area = (
            QFontMetricsF(self.font()).height(),
            self.canvas.area.adjusted(_PAD, _PAD / 2, -_PAD, -_PAD / 2),
        )
        problem = self._snapshot.problem
        self._place_title(area, problem)
        inputs = problem.network.layer_sizes[self.place[0] - 1]
        shown, folded = min(inputs, MOST_SHOWN), inputs > MOST_SHOWN
        step, room = _PITCH * line, area.height() - 2.2 * line
        sketch = line * max(_LEAST_SKETCH, 1.2 * (shown + folded))
        sketch += 2.6 * line * self.biology.isChecked()
        self._listed, self._has_sketch = _fitting(inputs, int((room - sketch) / step), int(room / step))
        self._make_rows(_count(inputs, self._listed))
        table = area.bottom() - step * len(self.rows)
        for k, row in enumerate(self.rows):
            row.set_style(bold(self.font()) if k >= len(self.rows) - 2 else self.font(), self._theme.text)
            row.place(area.left(), table + k * step)
            as_verdict(row, k >= len(self.rows) - 2)
        self._width = area.width()
        self.picture.letters = self._letters(problem)
        self.picture.set_style(self._theme, self.font(), biology=self.biology.isChecked())
        self.picture.set_visible(self._has_sketch)
        rect = QRectF(area.left(), area.top() + 1.7 * line, area.width(), table - area.top() - 2.2 * line)
        if self._has_sketch:
            self.picture.arrange(rect, shown, folded=folded)

    def _place_title(self, area: QRectF, problem: Problem) -> None:
        sizes = problem.network.layer_sizes
        alone = sizes[1:] == (1,)
        for button in (self.before, self.after):
            button.setVisible(not alone)
        self.title.set_style(bold(self.font()), self._theme.text)
        self.title.set_words("the only neuron" if alone else neuron_name(problem, *self.place))
        for has_biology in (True, False):
            self.biology.setVisible(has_biology)
            self._corner.invalidate()  # it is asked for its new width at once
            if self.title.boundingRect().width() <= area.width() - self._corner.sizeHint().width():
                break
        say(self.title, (self.title.text(),), area.width() - self._corner.sizeHint().width())
        self.title.place(area.left(), area.top())

    def _letters(self, problem: Problem) -> tuple[str, str]:
        """What the neuron's inputs and its activation are called."""
        layer = self.place[0]
        return "x" if layer == 1 else "o", "y" if layer == len(problem.network.activations) else "o"

    def _paint(self, snapshot: Snapshot) -> None:
        shape = (snapshot.problem.network.layer_sizes, snapshot.problem.classes, self.place)
        if shape != self._shape:
            self._shape = shape
            self._lay_out()
        self.reckoning = found = self.reckon(snapshot)
        function = snapshot.problem.network.activations[self.place[0] - 1]
        rows = _rows(found, function.title, self._listed, self._letters(snapshot.problem))
        for row, wordings in zip(self.rows, rows, strict=True):
            say(row, wordings, self._width)
        if self._has_sketch:
            self.picture.show_reckoning(found)

    def _make_rows(self, count: int) -> None:
        for row in self.rows[count:]:
            self.canvas.scene().removeItem(row)
        del self.rows[count:]
        self.rows += [Text(self.canvas.scene()) for _ in range(count - len(self.rows))]


def _count(inputs: int, listed: int) -> int:
    """Rows of numbers: products, what the others add, b, p and o."""
    return listed + (listed < inputs) + 3


def _fitting(inputs: int, rows: int, rows_alone: int) -> tuple[int, bool]:
    """How many products are listed in so many rows beside the sketch, and whether there is one.

    ``rows_alone`` are there without the sketch, which is left out if not even the sum of all products fits.
    """
    has_sketch = rows >= _count(inputs, 0)
    room = rows if has_sketch else rows_alone
    most = min(inputs, MOST_SHOWN)
    return next((k for k in range(most, 0, -1) if _count(inputs, k) <= room), 0), has_sketch


def _rows(found: Reckoning, title: str, listed: int, letters: tuple[str, str]) -> list[Wordings]:
    """A line for each product that is listed, for the bias, for p and for the activation."""
    x, o = letters
    parts = zip(found.weights.tolist(), found.inputs.tolist(), found.products.tolist(), strict=True)
    rows: list[Wordings] = [
        (
            f"{indexed('w', i)} {indexed(x, i)} = {figure(w)} · {figure(value)} = {figure(product)}",
            f"{figure(w)} · {figure(value)} = {figure(product)}",
        )
        for i, (w, value, product) in zip(range(1, listed + 1), parts, strict=False)
    ]
    if rest := len(found.weights) - listed:
        number = f"{rest} more input{'s add' if rest > 1 else ' adds'}" if listed else f"{rest} products add"
        rows.append((f"{number} {figure(float(found.products[listed:].sum()))}",))
    terms = [f"{indexed('w', i)} {indexed(x, i)}" for i in range(1, len(found.weights) + 1)]
    total = " + ".join([*terms, "b"]) if len(terms) <= 2 else f"Σ w {x} + b"
    p, value = figure(found.pre_activation), figure(found.activation)
    return [
        *rows,
        (f"b = {figure(found.bias)}",),
        (f"p = {total} = {p}", f"p = {p}"),
        (f"{o} = σ(p) = {value}    σ: {title}", f"{o} = σ(p) = {value}"),
    ]

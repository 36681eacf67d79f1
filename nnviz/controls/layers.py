"""The hidden layers: how many, how wide, and what each of them applies."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnviz.controls.buttons import IconButton
from nnviz.controls.fields import Choice, Count, describe
from nnviz.controls.flow import Flow
from nnviz.controls.labels import FixedLabel
from nnviz.controls.panel import Form
from nnviz.experiment.experiment import NetworkDesign

MOST_LAYERS = 32
MOST_NEURONS = 4096
_USUAL_NEURONS = 4


class LayerCount(QWidget):
    """How many hidden layers: a number between − and +; ``changed`` with another one."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.fewer = IconButton("minus", "One hidden layer fewer", "Take the last hidden layer away.", 0.8)
        self.more = IconButton("plus", "One hidden layer more", "Add a hidden layer like the last one.", 0.8)
        self._label = FixedLabel("00")
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.fewer, self._label, self.more):
            row.addWidget(widget)
        row.addStretch(1)
        self.fewer.clicked.connect(lambda: self.changed.emit(self._count - 1))
        self.more.clicked.connect(lambda: self.changed.emit(self._count + 1))
        self.show_value(0)

    def show_value(self, count: int) -> None:
        """Show a number of layers."""
        self._count = count
        self._label.show_text(str(count))
        self.fewer.setEnabled(count > 0)
        self.more.setEnabled(count < MOST_LAYERS)


class _Row(QWidget):
    """A field for each layer, made when first needed; ``changed`` with all their values."""

    changed = Signal(object)

    def __init__(self, make: Callable[[int], Any]) -> None:
        super().__init__()
        self._make = make
        self._values: tuple[Any, ...] = ()
        self.fields: list[Any] = []

    def show_values(self, values: tuple[Any, ...]) -> None:
        """Show a value for each layer."""
        self._values = values
        while len(self.fields) < len(values):
            self._add(len(self.fields))
        for index, field in enumerate(self.fields):
            self.place(index, index < len(values))
            if index < len(values):
                field.show_value(values[index])

    def place(self, index: int, is_there: bool) -> None:
        """Show or hide one field."""
        self.fields[index].setVisible(is_there)

    def insert(self, number: int, field: QWidget) -> None:
        """Put a new field, the one of layer ``number``, into its place."""
        raise NotImplementedError

    def _add(self, index: int) -> None:
        field = self._make(index)
        field.changed.connect(lambda value: self._change(index, value))
        self.fields.append(field)
        self.insert(index + 1, field)

    def _change(self, index: int, value: Any) -> None:
        self.changed.emit((*self._values[:index], value, *self._values[index + 1 :]))


class Neurons(_Row):
    """Neurons of each hidden layer, side by side as the layers are."""

    def __init__(self) -> None:
        super().__init__(_neurons)
        self._flow = Flow(self, spacing=4, even=True)

    def insert(self, number: int, field: QWidget) -> None:  # noqa: ARG002 - they stand in order
        """Put it at the right end."""
        self._flow.addWidget(field)


class Activations(_Row):
    """The activation of each hidden layer, one below the other."""

    def __init__(self, options: list[tuple[str, str]], form: Form) -> None:
        super().__init__(lambda _index: Choice(options))
        self._form = form
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._form)

    def insert(self, number: int, field: QWidget) -> None:
        """Put it below the others."""
        self._form.add(f"Layer {number}", field, f"What the neurons of hidden layer {number} apply.")

    def place(self, index: int, is_there: bool) -> None:
        """Show or hide one field with its label."""
        self._form.show_row(self.fields[index], is_there)


def with_layers(network: NetworkDesign, count: int) -> tuple[int, ...]:
    """Widths of so many hidden layers; new ones are like the last."""
    last = network.hidden[-1] if network.hidden else _USUAL_NEURONS
    return (*network.hidden, *[last] * count)[:count]


def _neurons(index: int) -> Count:
    field = Count(1, MOST_NEURONS)
    describe(field, f"Neurons of hidden layer {index + 1}", f"How many neurons hidden layer {index + 1} has.")
    return field

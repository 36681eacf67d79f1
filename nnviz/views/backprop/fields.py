"""The example in numbers that can be typed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from nnviz.analysis.example.notation import plain
from nnviz.analysis.example.state import ExampleState

_MOST = 6
"""Inputs and outputs that can be typed; of more a sample is picked in the plane."""


class ExampleFields(QWidget):
    """A field for each input and each target.

    Signals
    -------
    typed : tuple of float, tuple of float
        Inputs and targets as they now are.
    """

    typed = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: list[QLineEdit] = []
        self._shown: tuple[object, ...] = ()
        self._values: list[float] = []
        self._inputs = 0
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 0, 8, 2)

    def show_look(self, look: ExampleState) -> None:
        """Show the example's numbers; what is being typed stays."""
        t, n = look.traced, look.notation
        names = [n.activation(0, i) for i in range(len(t.inputs))] + [n.target(k) for k in range(len(t.target))]
        shown = (*names, *look.labels)
        if shown != self._shown:
            self._shown, self._inputs = shown, len(t.inputs)
            self._make([plain(name) for name in names], look.labels)
        values = [*t.inputs.tolist(), *t.target.tolist()]
        if values != self._values:
            self._values = values
            for field, value in zip(self.fields, values, strict=False):
                if not field.hasFocus():
                    field.setText(f"{value:.6g}")

    def _make(self, names: list[str], labels: tuple[str, ...]) -> None:
        while item := self._row.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.fields, self._values = [], []
        if len(names) > _MOST:
            self._row.addWidget(QLabel(f"{len(labels):,} inputs: pick a sample in the plane"))
            return
        for name, label in zip(names, (*labels, *[""] * len(names)), strict=False):
            self._row.addWidget(QLabel(f"{name} ="))
            self._row.addWidget(self._field(label or name))
        self._row.addStretch(1)

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit(alignment=Qt.AlignmentFlag.AlignRight)
        field.setAccessibleName(name)
        field.setToolTip(name)
        field.setMaximumWidth(field.fontMetrics().horizontalAdvance("−0.000000") + 14)
        field.returnPressed.connect(field.clearFocus)
        field.editingFinished.connect(self._read)
        self.fields.append(field)
        return field

    def _read(self) -> None:
        """Say what is typed; what is no number goes back to what it was."""
        values = []
        for field, before in zip(self.fields, self._values, strict=True):
            value = _number(field.text(), before)
            if value is None:
                field.setText(f"{before:.6g}")
            values.append(before if value is None else value)
        if values != self._values:
            self._values = values
            self.typed.emit(tuple(values[: self._inputs]), tuple(values[self._inputs :]))


def _number(text: str, before: float) -> float | None:
    """The number written in a text; the one before if it is that, as shown."""
    try:
        value = float(text.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        return None
    if text == f"{before:.6g}":
        return before
    return value if abs(value) < 1e6 else None

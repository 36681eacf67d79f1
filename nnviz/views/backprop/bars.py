"""The controls: a row of steps, a row of panes, notation and copying, and fields for the example."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QSizePolicy, QToolButton, QWidget

from nnviz.analysis.example.notation import plain
from nnviz.analysis.example.state import ExampleState
from nnviz.drawing.view import small_button
from nnviz.drawing.words import first_fitting, plain_tip
from nnviz.numerals import tick

_MOST = 6
"""Most inputs and outputs that have fields; with more, a sample is picked in the plane."""

_STEPS = (
    ("begin", "|‹", "back to the example"),
    ("layer_back", "«", "back by a layer"),
    ("back", "‹", "back by a neuron"),
    ("on", "›", "on by a neuron"),
    ("layer_on", "»", "on by a layer"),
)


class ExampleFields(QWidget):
    """A field for each input and each target.

    Signals
    -------
    typed : tuple of float, tuple of float
        The inputs and targets now.
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

    def show_example(self, look: ExampleState) -> None:
        """Show the example's numbers; a field being edited stays."""
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
                    field.setText(_written(value))

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
            self._row.addWidget(QLabel(f"{name} =", textFormat=Qt.TextFormat.PlainText))
            self._row.addWidget(self._field(label or name))
        self._row.addStretch(1)

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit(alignment=Qt.AlignmentFlag.AlignRight)
        field.setAccessibleName(name)
        field.setToolTip(plain_tip(name))
        field.setMaximumWidth(field.fontMetrics().horizontalAdvance("−0.000000") + 14)
        field.returnPressed.connect(field.clearFocus)
        field.editingFinished.connect(self._read)
        self.fields.append(field)
        return field

    def _read(self) -> None:
        """Emit the typed numbers; invalid text is reset."""
        values = []
        for field, before in zip(self.fields, self._values, strict=True):
            value = _number(field.text(), before)
            if value is None:
                field.setText(_written(before))
            values.append(before if value is None else value)
        if values != self._values:
            self._values = values
            self.typed.emit(tuple(values[: self._inputs]), tuple(values[self._inputs :]))


def _written(value: float) -> str:
    """A number as it stands in a field: in one piece, as a comma may be typed for the point."""
    return tick(value).replace(",", "")


def _number(text: str, before: float) -> float | None:
    """The number in a text; the unrounded one before if the text is unchanged."""
    try:
        value = float(text.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        return None
    if text == _written(before):
        return before
    return value if abs(value) < 1e6 else None


class FittingLabel(QLabel):
    """A line of text: of some wordings the first that fits, or nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.wordings: Sequence[str] = ("",)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_wordings(self, *wordings: str) -> None:
        """Set the text, the longest wording first."""
        if wordings != self.wordings:
            self.wordings = wordings
            self.setToolTip(wordings[0])
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(first_fitting(self.wordings, self.font(), (0.0, self.width())))


class StepBar(QWidget):
    """Buttons that move the cursor, and its position in words.

    Attributes
    ----------
    buttons : mapping of str to QToolButton
        ``begin``, ``layer_back``, ``back``, ``on``, ``layer_on``, ``take``.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        self.words = FittingLabel()
        row = _row(self)
        for name, sign, tip in _STEPS:
            self.buttons[name] = small_button(sign, tip)
            row.addWidget(self.buttons[name])
        row.addWidget(self.words, 1)
        self.buttons["take"] = small_button("take this step", "let the run take this very step")
        row.addWidget(self.buttons["take"])


class PaneBar(QWidget):
    """Buttons for the panes, the notation and copying.

    Signals
    -------
    chosen : str
        Name of a pane whose button was pressed.
    """

    chosen = Signal(str)

    def __init__(self, titles: Mapping[str, str], copies: Mapping[str, Callable[[], None]]) -> None:
        super().__init__()
        self.panes = {name: small_button(title, checkable=True) for name, title in titles.items()}
        self.letters = small_button("δ | ∂", "Jacobians in place of deltas", checkable=True)
        self.typing = small_button("x = …", "type the example", checkable=True)
        self.copy = small_button("copy", "copy this step")
        self.copy.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.copy)
        for name, do in copies.items():
            menu.addAction(name, do)
        self.copy.setMenu(menu)
        self.sample = FittingLabel()
        row = _row(self)
        row.addWidget(self.sample, 1)
        for button in (*self.panes.values(), self.letters, self.typing, self.copy):
            row.addWidget(button)
        for name, button in self.panes.items():
            button.clicked.connect(lambda _checked, name=name: self.chosen.emit(name))


def _row(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout(widget)
    row.setContentsMargins(8, 2, 8, 2)
    row.setSpacing(4)
    row.setAlignment(Qt.AlignmentFlag.AlignVCenter)
    return row

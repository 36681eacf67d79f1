"""Numbers: their format, their allowed range, and a field with a slider and an exact number."""

from collections.abc import Callable, Sequence
from typing import Any, get_type_hints

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from nnviz.controls.fields import StopSlider
from nnviz.data.messages import shown
from nnviz.experiment.validation import allowed_in
from nnviz.theme import FontFollower

STOPS_A_DECADE = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)


def decades(low: int, high: int, stops: Sequence[float] = STOPS_A_DECADE) -> tuple[float, ...]:
    """Round numbers from 10^low to 10^high, about evenly spaced on a logarithmic scale."""
    return (*(float(f"{stop}e{power}") for power in range(low, high) for stop in stops), float(f"1e{high}"))


def written(value: float) -> str:
    """The shortest text that is read back as the same number."""
    if isinstance(value, int):
        return str(value)
    short = f"{value:g}" if float(f"{value:g}") == value else repr(value)
    mantissa, mark, exponent = short.partition("e")
    return f"{mantissa}e{int(exponent)}" if mark else short


def percent(value: float) -> str:
    """A fraction as a percentage."""
    return f"{written(round(100 * value, 10))} %"


class NumberScale(msgspec.Struct, frozen=True):
    """The allowed numbers for one key of the experiment.

    Parameters
    ----------
    table, key
        Place in the schema that gives the limits.
    stops : tuple of numbers
        Stops of the slider; no slider if empty.
    text : callable
        Formats a number.
    """

    table: type[msgspec.Struct]
    key: str
    stops: tuple[float, ...] = ()
    text: Callable[[Any], str] = written

    def read(self, text: str) -> Any:
        """The number in a text, with decimal point or comma; None if it is not a number or not allowed."""
        allowed = get_type_hints(self.table, include_extras=True)[self.key]
        try:
            return msgspec.convert(self._number("".join(text.split())), allowed, strict=False)
        except (msgspec.ValidationError, ValueError):
            return None

    def refusal(self, name: str, text: str) -> str:
        """Why the text in a field of this name is not taken."""
        return f"{name}: {shown(text)} is not allowed; allowed: {allowed_in(self.table, self.key)}"

    def _number(self, text: str) -> str | float:
        if get_type_hints(self.table)[self.key] is int:
            return text.replace(",", "")  # 1,000 is a thousand
        decimal = text.replace(",", ".").replace("_", "?")  # refuse Python's 1_000
        return round(float(decimal[:-1]) / 100, 12) if decimal.endswith("%") else float(decimal)


_WIDEST = "0.00000"
"""Widest text that a number's field has space for."""


class NumberField(FontFollower, QWidget):
    """A number that can be dragged to round values and typed exactly.

    Signals
    -------
    changed : number
    refused : str
        A text was typed that is no allowed number; carries the reason.
    corrected : str
        An allowed number has followed; carries the reason that is void now.
    """

    changed = Signal(object)
    refused = Signal(str)
    corrected = Signal(str)

    def __init__(self, scale: NumberScale) -> None:
        super().__init__()
        self._scale = scale
        self._value: Any = None
        self._refusal = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.slider = StopSlider(scale.stops) if scale.stops else None
        if self.slider:
            row.addWidget(self.slider, 1)
            self.slider.setMinimumWidth(40)
            self.slider.changed.connect(self._change)
        self.edit = QLineEdit(alignment=Qt.AlignmentFlag.AlignRight)
        row.addWidget(self.edit, 0 if self.slider else 1)
        self.edit.editingFinished.connect(self._commit)
        self.edit.returnPressed.connect(self.edit.clearFocus)
        self.setFocusProxy(self.edit)
        self._use_font()

    def show_value(self, value: float) -> None:
        """Show a number; a text being typed stays if the number is unchanged."""
        if value != self._value:
            self._put(value)

    def _use_font(self) -> None:
        if self.slider:
            self.edit.setFixedWidth(self.fontMetrics().horizontalAdvance(_WIDEST) + 14)

    def _put(self, value: float) -> None:
        self._value = value
        self.edit.setText(self._scale.text(value))
        self.edit.setCursorPosition(0)
        if self.slider:
            self.slider.show_value(value)

    def _commit(self) -> None:
        text = self.edit.text().strip()
        value = self._scale.read(text)
        if text and value is None:
            self._refuse(text)
        if value is None or self._scale.text(value) == self._scale.text(self._value):
            self._put(self._value)
        else:
            self._change(value)

    def _refuse(self, text: str) -> None:
        self._refusal = self._scale.refusal(self.accessibleName(), text)
        self.refused.emit(self._refusal)

    def _change(self, value: float) -> None:
        self._put(value)
        if self._refusal:
            self.corrected.emit(self._refusal)
            self._refusal = ""
        self.changed.emit(value)

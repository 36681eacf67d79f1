"""A card that shows one weight or bias live and lets the user set it."""

import math

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from nnviz.drawing.number_field import NumberField
from nnviz.runs.network_parts import ParameterIndex

LIMIT = 1000.0
"""Largest absolute value that can be set by hand, unless the weight is larger already."""
_ROOM = 4
"""Distance to the border of the view, in pixels."""


class ParameterCard(QFrame):
    """A small card over the diagram with one parameter's name and value.

    The value follows the run until it is edited; Enter or the arrows set it; Escape closes the card.

    Signals
    -------
    value_set : layer, unit, source or None, value
    left : the card gave up the focus, after Enter or when it was closed
    closed
    """

    value_set = Signal(int, int, object, float)
    left = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.place: ParameterIndex | None = None
        self._typed = False
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._name = QLabel()
        self._value = NumberField(LIMIT)
        self._value.setAccessibleName("value of the parameter")
        self._connect()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 4, 4)
        for widget in (self._name, self._value, self._close_button()):
            row.addWidget(widget)
        self.hide()

    @property
    def name(self) -> str:
        """The name shown."""
        return self._name.text()

    @property
    def value(self) -> float:
        """The value shown."""
        return self._value.value()

    def open_for(self, place: ParameterIndex, name: str, value: float, near: QPoint) -> None:
        """Show a parameter beside a point of the parent."""
        self.place = place
        self._name.setText(name)
        self._typed = False
        self.show_value(value)
        self.move(near + QPoint(10, 10))
        self.keep_inside()
        self.show()
        self._value.setFocus()
        self._value.selectAll()

    def show_value(self, value: float) -> None:
        """Follow the run, unless a number is being typed."""
        if self._typed or value == self._value.value():
            return
        self._value.blockSignals(True)
        limit = max(LIMIT, abs(value)) if math.isfinite(value) else LIMIT
        self._value.setRange(-limit, limit)
        self._value.setValue(value)
        self._value.blockSignals(False)

    def keep_inside(self) -> None:
        """Fit the size to the text, and stay inside the parent."""
        self.adjustSize()
        room = self._parent.rect().adjusted(_ROOM, _ROOM, -_ROOM, -_ROOM)
        x = max(room.left(), min(self.x(), room.right() - self.width()))
        self.move(x, max(room.top(), min(self.y(), room.bottom() - self.height())))

    def close_card(self) -> None:
        """Close the card; typed text that was not entered is lost."""
        if self.place is None:
            return
        self.place = None
        self.left.emit()
        self._value.clearFocus()  # otherwise hiding gives the focus, and the lecturer's keys, to another field
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape; the window must see neither it nor the keys that the field used."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_card()
        event.accept()

    def _connect(self) -> None:
        self._value.valueChanged.connect(self._emit)
        self._value.lineEdit().textEdited.connect(self._begin_typing)
        self._value.editingFinished.connect(self._finish_typing)
        self._value.lineEdit().returnPressed.connect(self.left)

    def _close_button(self) -> QToolButton:
        button = QToolButton(autoRaise=True)
        button.setText("×")
        button.setToolTip("Close (Esc)")
        button.clicked.connect(self.close_card)
        return button

    def _begin_typing(self) -> None:
        self._typed = True

    def _finish_typing(self) -> None:
        # only the shown number was typed: the weight has more digits, or another value by now
        if self._typed:
            self._emit(self._value.value())

    def _emit(self, value: float) -> None:
        self._typed = False
        if self.place is not None:
            self.value_set.emit(*self.place, value)

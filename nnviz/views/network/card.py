"""A weight or bias to read live and to set by hand."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDoubleSpinBox, QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

LIMIT = 1000.0
"""Largest weight that can be set by hand."""


class ParameterCard(QFrame):
    """A small card over the diagram with one parameter's name and value.

    The value follows the run until it is edited; Enter, or the arrows, set it; Escape closes the card.
    """

    value_set = Signal(int, int, object, float)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.place: tuple[int, int, int | None] | None = None
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._name = QLabel()
        self._value = QDoubleSpinBox(decimals=4, minimum=-LIMIT, maximum=LIMIT, singleStep=0.1)
        self._value.setKeyboardTracking(False)
        self._value.setAccessibleName("value of the parameter")
        self._value.valueChanged.connect(self._emit)
        close = QToolButton(autoRaise=True)
        close.setText("×")
        close.setToolTip("Close (Esc)")
        close.clicked.connect(self.close_card)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 4, 4)
        for widget in (self._name, self._value, close):
            row.addWidget(widget)
        self.hide()

    @property
    def value(self) -> float:
        """The value shown."""
        return self._value.value()

    def open_for(self, place: tuple[int, int, int | None], name: str, value: float, x: int, y: int) -> None:
        """Show the parameter at a place near a point of the parent."""
        self.place = place
        self._name.setText(name)
        self.show_value(value, force=True)
        self.adjustSize()
        room = self._parent.rect().adjusted(4, 4, -4, -4)
        self.move(
            max(room.left(), min(x + 10, room.right() - self.width())),
            max(room.top(), min(y + 10, room.bottom() - self.height())),
        )
        self.show()
        self._value.setFocus()
        self._value.selectAll()

    def show_value(self, value: float, *, force: bool = False) -> None:
        """Follow the run, unless a number is being typed."""
        if force or not self._value.lineEdit().isModified():
            self._value.blockSignals(True)
            self._value.setValue(value)
            self._value.blockSignals(False)

    def close_card(self) -> None:
        """Put the card away."""
        self.place = None
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape; the window is not to see it."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_card()
        else:
            super().keyPressEvent(event)

    def _emit(self, value: float) -> None:
        if self.place is not None:
            layer, unit, source = self.place
            self._value.lineEdit().setModified(False)
            self.value_set.emit(layer, unit, source, value)

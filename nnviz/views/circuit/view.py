"""A circuit of threshold units, wired by hand, and its truth table."""

from typing import Any

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from nnviz.drawing.hint import Hint
from nnviz.drawing.view import View, small_button
from nnviz.kinds.circuit.rewiring import with_input, with_unit
from nnviz.kinds.circuit.rule import CircuitMoment
from nnviz.kinds.circuit.schema import Circuit
from nnviz.views.circuit.drawing import CircuitDrawing
from nnviz.views.circuit.layout import free_place
from nnviz.views.circuit.pen import CircuitPen
from nnviz.views.circuit.table import TruthTable

HINTS = (
    "drag from one to another: wire",
    "click a wire: excites, inhibits, gone",
    "wheel or + −: threshold",
    "drag aside: move",
    "right click: remove",
)

_PAD = 8.0
_KEYS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Minus: -1}


class CircuitView(View):
    """The circuit with signals moving through it, and the truth table that they fill.

    Signals
    -------
    changed : Circuit
        The circuit as it was edited here.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self._moment: CircuitMoment | None = None
        self._arranged: Circuit | None = None
        self.chosen = ""
        self.drawing, self.table = CircuitDrawing(scene), TruthTable(scene)
        self.hint = Hint(scene, HINTS)
        self.pen = CircuitPen(self.canvas, self.drawing)
        self.pen.edited.connect(self._edit)
        self.pen.chosen.connect(self._choose)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.unit_button = small_button("unit", "add a threshold unit")
        self.unit_button.clicked.connect(self._add_unit)
        self.input_button = small_button("input", "add an input")
        self.input_button.clicked.connect(self._add_input)
        self.add_controls(self.input_button, self.unit_button)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove the node that was clicked last, or change its threshold."""
        more = _KEYS.get(Qt.Key(event.key()), 0)
        if self.chosen and event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.pen.remove(self.chosen)
        elif self.chosen and more and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pen.change_threshold(self.chosen, more)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        line = float(self.fontMetrics().height())
        area = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        taken = self.hint.arrange(area, self.font(), self._theme.muted)
        area.adjust(0.0, 1.8 * line, 0.0, -taken - 0.4 * line)
        self.pen.rubber.set_theme(self._theme)
        if self._moment is None:
            return
        self._arranged = self._moment.experiment
        self.table.arrange(self._moment.state.wiring, area, self._theme, self.font())
        room = QRectF(area.topLeft(), area.bottomRight())
        room.setRight(max(area.left() + 1.0, self.table.rect.left() - 2 * _PAD))
        room.setTop(self.canvas.area.top() + _PAD)
        self.drawing.arrange(self._arranged.drawn, room, self._theme, self.font())

    def _paint(self, snapshot: Any) -> None:
        self._moment = moment = snapshot
        self.pen.show_circuit(moment.experiment)
        if moment.experiment != self._arranged:
            self.hint.take_back()
            self._lay_out()
        self.drawing.show_state(moment.state, self.chosen)
        self.table.show_state(moment.state)

    def _edit(self, circuit: Circuit) -> None:
        """Say that the circuit is another, unless it makes no sense."""
        complaint = next(circuit.complaints(), "")
        if complaint:
            self.hint.say(complaint, self._theme.warning)
            self._refresh()
        elif self._moment and circuit != self._moment.experiment.drawn:
            self.changed.emit(circuit)

    def _choose(self, name: str) -> None:
        self.chosen = name
        if self._moment and self.isVisible():
            self.drawing.show_state(self._moment.state, name)

    def _add_unit(self) -> None:
        if circuit := self.pen.circuit:
            self._edit(with_unit(circuit, free_place(self.drawing.places)))

    def _add_input(self) -> None:
        if circuit := self.pen.circuit:
            self._edit(with_input(circuit))

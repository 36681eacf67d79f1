"""A circuit of threshold units, wired by hand, and its truth table."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainterPath
from PySide6.QtWidgets import QGraphicsScene, QWidget

from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.room import Room
from nnviz.drawing.view import CanvasView, small_button
from nnviz.drawing.words import Hint
from nnviz.kinds.circuit.rule import UNKNOWN, CircuitMoment, CircuitState, Wiring
from nnviz.kinds.circuit.schema import (
    Circuit,
    placed,
    with_input,
    with_threshold,
    with_unit,
    with_wire,
    with_wire_turned,
    without,
)
from nnviz.theme import Theme, mix
from nnviz.views.circuit.drawing import CircuitDrawing, CircuitNode, free_place
from nnviz.views.circuit.enlarging import Drawn, Look, NodeMagnifier
from nnviz.views.circuit.looks import look_at_unit
from nnviz.views.circuit.pen import Editing, WiredPen

WANTED = "wanted"
RIGHT, WRONG = "✓", "✗"
_PAD = 8.0
HINTS = (
    "drag from one to another: wire",
    "click a wire: excites, inhibits, gone",
    "wheel or + −: threshold",
    "drag aside: move",
    "right click: remove",
)


class TruthTable:
    """A column for each input and output, and one for any target; the current row is highlighted."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._lines, self._lit = add_path(scene, 1.0), add_path(scene, 0.0)
        self.heads: list[Text] = []
        self.cells: list[list[Text]] = []
        self.rect = QRectF()

    def arrange(self, wiring: Wiring, area: QRectF, theme: Theme, font: QFont) -> None:
        """Place the table at the right of an area, at most half as wide as the area."""
        self._theme, self._font = theme, font
        heads = _heads(wiring)
        metrics = QFontMetricsF(bold(font))
        widths = [
            max(metrics.horizontalAdvance(words) for words in (head, f"1 {WRONG}")) + 2 * _PAD for head in heads
        ]
        while len(widths) > wiring.inputs + 1 and sum(widths) > 0.5 * area.width():
            del widths[-1]
        self._row = min(1.6 * metrics.height(), max(1.0, area.height()) / (len(wiring.rows) + 1))
        left = area.right() - sum(widths)
        self.rect = QRectF(left, area.top(), sum(widths), self._row * (len(wiring.rows) + 1))
        self._make(heads[: len(widths)], len(wiring.rows), widths)
        self._draw_lines(sum(widths[: wiring.inputs]))

    def show_state(self, state: CircuitState) -> None:
        """Fill in the known values."""
        row = QRectF(self.rect.left(), self.rect.top() + (state.row + 1) * self._row, self.rect.width(), self._row)
        path = QPainterPath()
        path.addRect(row)
        self._lit.setPath(path)
        for number, cells in enumerate(self.cells):
            entries = _entries(state, number)
            for cell, (words, wrong) in zip(cells, entries, strict=False):
                cell.set_words(words)
                cell.setFont(bold(self._font) if number == state.row or wrong else self._font)
                cell.setBrush(QColor(self._theme.warning if wrong else self._theme.text))
            self._place(cells, number + 1)

    def _make(self, heads: list[str], rows: int, widths: list[float]) -> None:
        for text in (*self.heads, *(cell for cells in self.cells for cell in cells)):
            self._scene.removeItem(text)
        self._middles = [self.rect.left() + sum(widths[:k]) + 0.5 * widths[k] for k in range(len(widths))]
        self.heads = [Text(self._scene) for _ in heads]
        self.cells = [[Text(self._scene) for _ in heads] for _ in range(rows)]
        for text, words in zip(self.heads, heads, strict=True):
            text.set_style(bold(self._font), self._theme.text)
            text.set_words(words)
        self._place(self.heads, 0)

    def _place(self, cells: list[Text], row: int) -> None:
        for cell, middle in zip(cells, self._middles, strict=True):
            cell.place(middle, self.rect.top() + (row + 0.5) * self._row, 0.5, 0.5)

    def _draw_lines(self, inputs: float) -> None:
        """Draw a line under the headers, and one between inputs and outputs."""
        path, rect = QPainterPath(), self.rect
        path.moveTo(rect.left(), rect.top() + self._row)
        path.lineTo(rect.right(), rect.top() + self._row)
        path.moveTo(rect.left() + inputs, rect.top())
        path.lineTo(rect.left() + inputs, rect.bottom())
        self._lines.setPath(path)
        self._lines.setPen(line_pen(self._theme.muted, 1.5))
        self._lit.setPen(line_pen(self._theme.accent, 2.5))
        self._lit.setBrush(mix(self._theme.background, self._theme.accent, 0.15))


def _heads(wiring: Wiring) -> list[str]:
    heads = [*wiring.names[: wiring.inputs], *(wiring.names[node] for node in wiring.outputs)]
    return [*heads, WANTED] if wiring.wanted else heads


def _entries(state: CircuitState, row: int) -> list[tuple[str, bool]]:
    """The cells of a row, and whether each is wrong."""
    wiring = state.wiring
    outputs = ["" if value == UNKNOWN else str(value) for value in state.table[row].tolist()]
    entries = [(str(value), False) for value in wiring.rows[row].tolist()] + [(words, False) for words in outputs]
    if wiring.wanted and outputs and outputs[0]:
        wrong = row in state.wrong
        entries[wiring.inputs] = (f"{outputs[0]} {WRONG if wrong else RIGHT}", wrong)
    return [*entries, (str(wiring.wanted[row]), False)] if wiring.wanted else entries


def _raised(circuit: Circuit, name: str, notches: int) -> Circuit:
    """With a higher threshold; inputs have none."""
    return circuit if name in circuit.inputs else with_threshold(circuit, name, notches)


CIRCUITS = Editing[Circuit](
    placed=placed,
    wired=with_wire,
    turned=with_wire_turned,
    raised=_raised,
    weighed=lambda circuit, _source, _target, _notches: circuit,
    without=without,
)
"""What can be done to a circuit."""


class CircuitView(CanvasView[CircuitMoment]):
    """The circuit with the signals moving through it, and its truth table.

    Signals
    -------
    changed : Circuit
        The edited circuit.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self._arranged: Circuit | None = None
        self.chosen = ""
        self.drawing, self.table = CircuitDrawing(scene), TruthTable(scene)
        self.hint = Hint(scene, HINTS)
        self.pen = WiredPen(self.canvas, self.drawing, CIRCUITS)
        self.pen.edited.connect(self._edit)
        self.pen.chosen.connect(self._choose)
        self.enlarged = NodeMagnifier(self, self.canvas, [self.drawing], self._look_at)
        self.enlarged.reached.connect(self._choose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.unit_button = small_button("neuron", "add a threshold neuron")
        self.unit_button.clicked.connect(self._add_unit)
        self.input_button = small_button("input", "add an input")
        self.input_button.clicked.connect(self._add_input)
        self.add_controls(self.input_button, self.unit_button)

    def connect_to(self, room: Room) -> None:
        self.changed.connect(room.change)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove the chosen node, or change its threshold."""
        if not self.pen.press_key(event, self.chosen):
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        line = float(self.fontMetrics().height())
        area = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        taken = self.hint.arrange(area, self.font(), self._theme.muted)
        area.adjust(0.0, 1.8 * line, 0.0, -taken - 0.4 * line)
        self.pen.rubber.set_theme(self._theme)
        self.enlarged.set_theme(self._theme, self.font())
        if self._snapshot is None:
            return
        self._arranged = self._snapshot.experiment
        self.table.arrange(self._snapshot.state.wiring, area, self._theme, self.font())
        room = QRectF(area.topLeft(), area.bottomRight())
        room.setRight(max(area.left() + 1.0, self.table.rect.left() - 2 * _PAD))
        room.setTop(self.canvas.area.top() + _PAD)
        self.drawing.arrange(self._arranged.drawn, room, self._theme, self.font())

    def _paint(self, snapshot: CircuitMoment) -> None:
        self.pen.show_circuit(snapshot.experiment)
        if snapshot.experiment != self._arranged:
            self.hint.take_back()
            self._lay_out()
        self.drawing.show_state(snapshot.state, self.chosen)
        self.table.show_state(snapshot.state)
        self.enlarged.show()

    def keep_secret(self, secret: bool) -> None:
        super().keep_secret(secret)
        self.enlarged.leave()

    def _look_at(self, node: CircuitNode, drawn: Drawn) -> Look | None:
        """A node's truth table; while a question waits, the rows that are done."""
        if self._snapshot is None or node.name not in self._snapshot.state.wiring.names:
            return None
        state = self._snapshot.state
        rows = state.rows_done if self.canvas.keeps_secret else len(state.table)
        return look_at_unit(state, node.name, rows, drawn)

    def _edit(self, circuit: Circuit) -> None:
        """Emit an edited circuit, if it is valid."""
        complaint = next(circuit.complaints(), "")
        if complaint:
            self.hint.say(complaint, self._theme.warning)
            self._refresh()
        elif self._snapshot and circuit != self._snapshot.experiment.drawn:
            self.changed.emit(circuit)

    def _choose(self, name: str) -> None:
        self.chosen = name
        if self._snapshot and self.isVisible():
            self.drawing.show_state(self._snapshot.state, name)

    def _add_unit(self) -> None:
        if circuit := self.pen.circuit:
            self._edit(with_unit(circuit, free_place(self.drawing.places)))

    def _add_input(self) -> None:
        if circuit := self.pen.circuit:
            self._edit(with_input(circuit))

"""The truth table of a circuit, filled row by row."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.kinds.circuit.rule import UNKNOWN, CircuitState, Wiring
from nnviz.theme import Theme, mix

WANTED = "wanted"
RIGHT, WRONG = "✓", "✗"

_PAD = 8.0


class TruthTable:
    """A column for each input and output, and one for what is wanted if anything is; the row under way is lit."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._lines, self._lit = add_path(scene, 1.0), add_path(scene, 0.0)
        self.heads: list[Text] = []
        self.cells: list[list[Text]] = []
        self.rect = QRectF()

    def arrange(self, wiring: Wiring, area: QRectF, theme: Theme, font: QFont) -> None:
        """Stand at the right of an area, as wide as need be but at most half as wide as the area."""
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
        """Fill in what is known."""
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
        """A line under the heads, and one between inputs and outputs."""
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
    """What stands in the cells of a row, and whether it is wrong."""
    wiring = state.wiring
    outputs = ["" if value == UNKNOWN else str(value) for value in state.table[row].tolist()]
    entries = [(str(value), False) for value in wiring.rows[row].tolist()] + [(words, False) for words in outputs]
    if wiring.wanted and outputs and outputs[0]:
        wrong = row in state.wrong
        entries[wiring.inputs] = (f"{outputs[0]} {WRONG if wrong else RIGHT}", wrong)
    return [*entries, (str(wiring.wanted[row]), False)] if wiring.wanted else entries

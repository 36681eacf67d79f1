"""The matrix equation with numbers; the part being computed is highlighted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QMouseEvent, QPainterPath
from PySide6.QtWidgets import QWidget

from nnviz.analysis.example.equation import (
    ABOVE,
    ALSO,
    SOURCES,
    UNITS,
    Block,
    Equation,
    Window,
    equation,
    folded_around,
    windows,
)
from nnviz.analysis.example.notation import plain
from nnviz.analysis.example.state import ExampleState
from nnviz.drawing.canvas import add_path, bold
from nnviz.drawing.cells import Cells, full_colour
from nnviz.drawing.paths import line_pen
from nnviz.numerals import figure, short
from nnviz.runs.maps import Bytes, signed_bytes
from nnviz.runs.network_parts import ParameterIndex
from nnviz.views.backprop.pane import SIZES, Pane, TextWriter, sized

HINT = "click a weight: its path · double click: type it"
_PAD = 8.0
_GAP = 5.0
_UNKNOWN = 255
_AROUND, _LEAST_ROW = 2.6, 1.25
"""Height of titles and hint, and least height of a row, in lines of text."""
_COUNTED = {UNITS: "neurons", SOURCES: "sources", ABOVE: "neurons above"}
NumberFormat = tuple[Callable[[float], str], str]
_FORMATS: tuple[NumberFormat, ...] = ((figure, "−0.00000"), (short, "−0.00"))
"""The usual and the short format of numbers, each with a text as wide as the widest usual number."""


@dataclass(frozen=True, eq=False)
class PlacedMatrix:
    """A matrix with its position, its shown rows and columns, and its number format."""

    block: Block
    rows: Window
    columns: Window
    rect: QRectF

    def cell(self, row: int, column: int) -> QRectF:
        """Rectangle of a shown cell."""
        width, height = self.rect.width() / len(self.columns), self.rect.height() / len(self.rows)
        x, y = column - self.columns.start, row - self.rows.start
        return QRectF(self.rect.left() + x * width, self.rect.top() + y * height, width, height)


class MatrixPane(Pane):
    """pˡ = Wˡ oˡ⁻¹ + bˡ and the equations after it, as coloured cells with numbers between brackets."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.cells: list[Cells] = []
        self.laid: list[PlacedMatrix] = []
        self._arranged: dict[int, tuple[QRectF, tuple[int, ...], QFont]] = {}
        self._key: tuple[object, ...] = ()
        self._windows: dict[str, Window] = {}
        self._least = 0.0
        self.writing = TextWriter(scene)
        self._brackets, self._lit = add_path(scene, 2.0), add_path(scene, 3.0)
        self.canvas.viewport().installEventFilter(self)

    def place_at(self, point: QPointF) -> ParameterIndex | None:
        for cells, laid in zip(self.cells, self.laid, strict=False):
            if cell := cells.cell_at(point):
                return laid.block.place(laid.rows.start + cell[0], laid.columns.start + cell[1])
        return None

    def eventFilter(self, canvas: QObject, event: QEvent) -> bool:
        """Open a card for the parameter in a double-clicked cell."""
        if event.type() == QEvent.Type.MouseButtonDblClick and isinstance(event, QMouseEvent):
            point = self.canvas.mapToScene(event.position().toPoint())
            if place := self.place_at(point):
                self.opened.emit(place, event.position())
        return super().eventFilter(canvas, event)

    def _lay_out(self) -> None:
        self._arranged.clear()
        self._key = ()

    def _paint(self, look: ExampleState) -> None:
        parts, focus = equation(look), folded_around(look)
        area = QRectF(self.canvas.viewport().rect()).adjusted(_PAD, _PAD / 2, -_PAD, -_PAD / 2)
        blocks = [part for part in parts if isinstance(part, Block)]
        titles = [part.title if isinstance(part, Block) else part for part in parts]
        key = (*titles, *(block.values.shape for block in blocks), area.size())
        seen = all(
            shown.start <= focus.get(axis, shown.start) < shown.stop for axis, shown in self._windows.items()
        )
        if key != self._key or not seen:
            self._key = key
            self._arrange(parts, focus, area)
        self.laid = [replace(laid, block=block) for laid, block in zip(self.laid, blocks, strict=False)]
        self._fill(look)
        self.canvas.set_least_width(self._least)

    def _arrange(self, parts: Equation, focus: Mapping[str, int], area: QRectF) -> None:
        """Place all parts, and write what does not depend on the numbers."""
        self.writing.begin()
        before = parts[: parts.index(ALSO)] if ALSO in parts else parts
        tries = [(some, way, size) for some in (parts, before) for way in _FORMATS for size in SIZES]
        for some, way, size in tries:
            self._font = sized(self.font(), self.fontInfo().pixelSize(), size)
            metrics = QFontMetricsF(bold(self._font))
            if self._measure(some, focus, area, metrics, way):
                break
        parts = some
        self._place(parts, area, metrics.height())
        self._say_what_is_folded(area)
        self.writing.end()
        brackets = QPainterPath()
        for laid in self.laid:
            _bracket(brackets, laid.rect)
        self._brackets.setPen(line_pen(self._theme.text, 1.5))
        self._brackets.setPath(brackets)

    def _measure(
        self, parts: Equation, focus: Mapping[str, int], area: QRectF, metrics: QFontMetricsF, way: NumberFormat
    ) -> bool:
        """Choose the widths and the shown parts of the matrices; return whether all of them fit."""
        blocks = [part for part in parts if isinstance(part, Block)]
        line, room = metrics.height(), area.width() - 2 * _GAP * len(blocks)
        room -= sum(metrics.horizontalAdvance(part) + 2 * _GAP for part in parts if isinstance(part, str))
        rows = int((area.height() - _AROUND * line) / (_LEAST_ROW * line))
        self._write, cell = way[0], metrics.horizontalAdvance(way[1])
        self._windows = windows(blocks, focus, rows, int(room / cell))
        self._widths = [
            max(len(self._windows[block.axes[1]]) * cell, metrics.horizontalAdvance(plain(block.title)))
            for block in blocks
        ]
        spare = room - sum(self._widths)
        self._least = area.width() + 2 * _PAD - spare if spare < 0.0 else 0.0
        return spare >= 0.0 and not any(shown.folded for shown in self._windows.values())

    def _place(self, parts: Equation, area: QRectF, line: float) -> None:
        """Place matrices and signs in a row."""
        widths = iter(self._widths)
        tallest = max(len(self._windows[part.axes[0]]) for part in parts if isinstance(part, Block))
        height = min((area.height() - _AROUND * line) / tallest, 1.9 * line)
        top = area.top() + 1.3 * line
        middle = top + tallest * height / 2
        x, self.laid = area.left(), []
        font = bold(self._font)
        for part in parts:
            if isinstance(part, str):
                text = self.writing.write(part, (x + _GAP, middle), font, self._theme.text, 0.0)
                x += text.boundingRect().width() + 2 * _GAP
                continue
            rows, columns = (self._windows[axis] for axis in part.axes)
            rect = QRectF(x + _GAP, middle - len(rows) * height / 2, next(widths), len(rows) * height)
            above = rect.center().x(), rect.top() - 0.7 * line
            self.writing.write(plain(part.title), above, font, self._theme.text)
            self.laid.append(PlacedMatrix(part, rows, columns, rect))
            x = rect.right() + _GAP

    def _fill(self, look: ExampleState) -> None:
        """Colour the cells, write the numbers, draw brackets and highlights."""
        scene = self.canvas.scene()
        while len(self.cells) > len(self.laid):
            cells = self.cells.pop()
            cells.remove()
            self._arranged.pop(id(cells), None)
        self.cells += [Cells(scene) for _ in range(len(self.laid) - len(self.cells))]
        lit = QPainterPath()
        for cells, laid in zip(self.cells, self.laid, strict=True):
            self._fill_one(cells, laid)
            _light(lit, laid)
            self._mark(lit, laid, look)
        self._lit.setPen(line_pen(self._theme.accent, 3.0))
        self._lit.setPath(lit)

    def _fill_one(self, cells: Cells, laid: PlacedMatrix) -> None:
        block, rows, columns = laid.block, laid.rows, laid.columns
        values = block.values[rows.start : rows.stop, columns.start : columns.stop]
        known = np.ones(values.shape, bool)
        if block.known is not None:
            known &= block.known[rows.start : rows.stop, None]
        if self._arranged.get(id(cells)) != (laid.rect, values.shape, self._font):
            self._arranged[id(cells)] = laid.rect, values.shape, self._font
            cells.set_theme(self._theme, self._font)
            cells.arrange(laid.rect, (len(rows), len(columns)), written=True)
        shades: Bytes = signed_bytes(values[None], np.array([full_colour(block.values.ravel())], np.float32))[0]
        seen = zip(values.ravel().tolist(), known.ravel().tolist(), strict=True)
        words = [self._write(value) if is_known else "" for value, is_known in seen]
        cells.show_values(np.where(known, shades, np.uint8(_UNKNOWN)), words)

    def _mark(self, path: QPainterPath, laid: PlacedMatrix, look: ExampleState) -> None:
        """Frame the chosen parameter wherever it occurs."""
        if look.chosen is None:
            return
        for row in range(laid.rows.start, laid.rows.stop):
            for column in range(laid.columns.start, laid.columns.stop):
                if laid.block.place(row, column) == look.chosen:
                    path.addRect(laid.cell(row, column).adjusted(1.5, 1.5, -1.5, -1.5))

    def _say_what_is_folded(self, area: QRectF) -> None:
        folded = ((name, w) for name, w in self._windows.items() if w.folded)
        words = ", ".join(f"{_COUNTED[name]} {_stretch(w)} of {w.size}" for name, w in folded)
        words = f"shown: {words}" if words else HINT
        metrics = QFontMetricsF(self.font())
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width())
        at = area.left(), area.bottom() - metrics.height() / 2
        self.writing.write(words, at, self.font(), self._theme.muted, 0.0)


def _stretch(shown: Window) -> str:
    return f"{shown.stop}" if len(shown) == 1 else f"{shown.start + 1}–{shown.stop}"


def _bracket(path: QPainterPath, rect: QRectF) -> None:
    for x, inwards in ((rect.left() - 2.0, 4.0), (rect.right() + 2.0, -4.0)):
        path.moveTo(x + inwards, rect.top() - 2.0)
        path.lineTo(x, rect.top() - 2.0)
        path.lineTo(x, rect.bottom() + 2.0)
        path.lineTo(x + inwards, rect.bottom() + 2.0)


def _light(path: QPainterPath, laid: PlacedMatrix) -> None:
    """Frame the rows, columns or matrices in use."""
    if laid.block.lit is None:
        return
    row, column = laid.block.lit
    rect = QRectF(laid.rect)
    if row is not None:
        rect = laid.cell(row, laid.columns.start).united(laid.cell(row, laid.columns.stop - 1))
    if column is not None:
        rect = laid.cell(laid.rows.start, column).united(laid.cell(laid.rows.stop - 1, column))
    path.addRect(rect)

"""The panes, at most two at once so that they can be read from afar; the formula and check panes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGraphicsTextItem, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from nnviz.analysis.example.formulas import formulas
from nnviz.analysis.example.notation import LOSS, TwoLineFormula, plain, rich
from nnviz.analysis.example.state import ExampleState
from nnviz.drawing.parameter_card import ParameterCard
from nnviz.drawing.view import View
from nnviz.engine.trace import MOST_CHECKED, Checked
from nnviz.numerals import figure, power
from nnviz.runs.network_parts import ParameterIndex
from nnviz.theme import Theme
from nnviz.views.backprop.graph_pane import GraphPane
from nnviz.views.backprop.matrix_pane import MatrixPane
from nnviz.views.backprop.pane import Pane, sized

_FORMULA_PAD = 6.0
_FEW = 3
_SIZES = ((4, 1.8), (4, 1.5), (4, 1.25), (3, 1.25), (4, 1.0), (3, 1.0), (2, 1.0), (1, 1.0))
"""Numbers of terms and font scales, the best first; the first that fits is used."""
AGREES = 1e-4
"""Relative difference up to which a partial derivative and its finite difference agree."""
_Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
EMPTY = "no example at this moment"
TITLES = {"matrix": "matrix", "formula": "formula", "graph": "graph", "check": "check"}
_SHARES = {"matrix": 5, "formula": 4, "graph": 8, "check": 5}
_MOST = 2
_LOW = 18
"""Height in lines of text below which panes are placed side by side."""


class FormulaPane(Pane):
    """The formula just computed: with letters in one line, with numbers below.

    Attributes
    ----------
    texts : list of QGraphicsTextItem
        One item for each line, as rich text.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.texts: list[QGraphicsTextItem] = []
        self._written: dict[int, tuple[object, ...]] = {}
        self._place: tuple[object, ...] = ()
        self._level = 0

    @property
    def words(self) -> list[str]:
        """All texts, as plain text."""
        return [text.toPlainText() for text in self.texts if text.isVisible()]

    def _lay_out(self) -> None:
        self._place = ()

    def _paint(self, look: ExampleState) -> None:
        place = look.at, look.chosen, look.jacobian
        if place != self._place:  # at the same stop the size may shrink, but not alternate
            self._level = 0
        self._place = place
        last = len(_SIZES) - 1
        while self._write(look) > self.canvas.area.height() and self._level < last:
            self._level += 1

    def _write(self, look: ExampleState) -> float:
        """Write the formulas below each other; return their height."""
        most, size = _SIZES[self._level]
        shown = _lines(formulas(look, most))
        self.texts += [_text(self) for _ in range(len(shown) - len(self.texts))]
        for text in self.texts[len(shown) :]:
            text.hide()
        font = sized(self.font(), self.fontInfo().pixelSize(), size)
        y = _FORMULA_PAD / 2
        for text, words in zip(self.texts, shown, strict=False):
            self._write_one(text, words, font)
            text.setPos(_FORMULA_PAD, y)
            text.show()
            y += text.boundingRect().height()
        return y

    def _write_one(self, text: QGraphicsTextItem, words: str, font: QFont) -> None:
        """Write a line if it differs, as rich text is slow."""
        written = words, font, self._theme.text, self.canvas.area.width()
        if self._written.get(id(text)) == written:
            return
        self._written[id(text)] = written
        text.setFont(font)
        text.setDefaultTextColor(QColor(self._theme.text))
        text.setHtml(words)
        text.setTextWidth(max(1.0, self.canvas.area.width() - 2 * _FORMULA_PAD))


def _lines(parts: list[TwoLineFormula]) -> list[str]:
    """Lines of rich text: numbers below the letters, or after them if there are many formulas."""
    pairs = [(rich(part.letters), f"<b>{rich(part.numbers)}</b>" if part.numbers else "") for part in parts]
    if len(parts) > _FEW:
        pairs = [(f"{letters} {numbers}", "") for letters, numbers in pairs]
    return [words for pair in pairs for words in pair if words]


def _text(pane: FormulaPane) -> QGraphicsTextItem:
    text = QGraphicsTextItem()
    text.document().setDocumentMargin(1.0)
    pane.canvas.scene().addItem(text)
    return text


class CheckTable(QAbstractTableModel):
    """A row for each parameter: name, partial derivative, finite difference, relative difference."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[ParameterIndex] = []
        self._look: ExampleState | None = None
        self._checked: Checked | None = None

    def show_example(self, look: ExampleState) -> None:
        """Show the check of an example."""
        sizes = look.traced.network.layer_sizes
        checked = look.example.checked
        if (
            self._look is None
            or self._look.traced.network.layer_sizes != sizes
            or (checked is None) != (self._checked is None)
        ):
            self.beginResetModel()
            self._look, self._checked = look, checked
            self.places = _places(sizes) if checked else []
            self.endResetModel()
        else:
            self._look, self._checked = look, checked
            if self.places:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self.places) - 1, 3))

    def rowCount(self, _parent: _Index | None = None) -> int:
        return len(self.places)

    def columnCount(self, _parent: _Index | None = None) -> int:
        return 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal or self._look is None:
            return None
        loss = plain(LOSS)
        return ("parameter", f"∂{loss}/∂w", "difference", "relative error")[section]

    def data(self, index: _Index, role: int = 0) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT
        if role != Qt.ItemDataRole.DisplayRole or self._checked is None or self._look is None:
            return None
        row = index.row()
        if index.column() == 0:
            layer, unit, source = self.places[row]
            return plain(self._look.notation.weight(layer + 1, unit, source))
        if index.column() == 3:
            return power_of_ten(float(self._checked.relative[row]))
        arrays = self._checked.partials, self._checked.differences
        return figure(float(arrays[index.column() - 1][row]))


class CheckPane(QWidget, View[ExampleState]):
    """The table of the gradient check, with the verdict above it.

    Signals
    -------
    picked : (layer, unit, source or None)
        A row was clicked.
    """

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self.verdict, self.table = CheckTable(), QLabel(), QTableView()
        self.verdict.setWordWrap(True)
        self.table.setModel(self.model)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.table.setFrameShape(QTableView.Shape.NoFrame)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.clicked.connect(lambda index: self.picked.emit(self.model.places[index.row()]))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.addWidget(self.verdict)
        column.addWidget(self.table, 1)

    def show_snapshot(self, look: ExampleState) -> None:
        self.model.show_example(look)
        self.verdict.setText(verdict(look))
        line = self.fontMetrics().height()
        self.table.verticalHeader().setDefaultSectionSize(round(1.3 * line))

    def set_theme(self, theme: Theme) -> None:
        palette = theme.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(theme.background))
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.background))
        self.setPalette(palette)


def verdict(look: ExampleState) -> str:
    """The result of the gradient check, in words."""
    count, checked = look.traced.parameters.flat.size, look.example.checked
    if checked is None:
        if count > MOST_CHECKED:
            return f"{count:,} parameters: the check is for up to {MOST_CHECKED}"
        return "being computed"
    largest = float(np.nan_to_num(checked.relative, nan=np.inf).max())
    wrong = int((~(checked.relative <= AGREES)).sum())
    loss = plain(LOSS)
    words = f"{wrong:,} of {count:,} differ" if wrong else f"all {count:,} partials agree"
    words += f"; largest relative difference {power_of_ten(largest)}"
    return f"{words}; ({loss}(w + h) − {loss}(w − h)) / 2h, h = 10⁻⁵"


def power_of_ten(relative: float) -> str:
    """A relative difference as a power of ten."""
    if relative == 0.0:
        return "0"
    return power(relative) if np.isfinite(relative) else figure(relative)


def _places(sizes: tuple[int, ...]) -> list[ParameterIndex]:
    """All parameters in the order of the flat vector."""
    return [
        (l, unit, None if source == sizes[l] else source)
        for l in range(len(sizes) - 1)
        for unit in range(sizes[l + 1])
        for source in range(sizes[l] + 1)
    ]


AnyPane = MatrixPane | FormulaPane | GraphPane | CheckPane


class Panes(QWidget):
    """Matrix, formula, graph and gradient check.

    Signals
    -------
    arranged
        Other panes are shown.
    picked : (layer, unit, source or None) or None
        A parameter was clicked, or none.
    value_set : layer, unit, source or None, value
        A parameter was typed.
    """

    arranged = Signal()
    picked = Signal(object)
    value_set = Signal(int, int, object, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.matrix, self.formula, self.graph, self.check = MatrixPane(), FormulaPane(), GraphPane(), CheckPane()
        panes: tuple[AnyPane, ...] = (self.matrix, self.formula, self.graph, self.check)
        self.all = dict(zip(TITLES, panes, strict=True))
        self.empty = QLabel(EMPTY, alignment=Qt.AlignmentFlag.AlignCenter)
        self.shown = ["formula", "graph"]
        self._look: ExampleState | None = None
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.empty)
        for name, pane in self.all.items():
            self._row.addWidget(pane, _SHARES[name])
            pane.picked.connect(self.picked)
        self.card = ParameterCard(self)
        self.card.value_set.connect(self.value_set)
        self.matrix.opened.connect(self._open_card)
        self._arrange()

    def show_example(self, look: ExampleState | None) -> None:
        """Show a state in all visible panes."""
        before, self._look = self._look, look
        if (before is None) != (look is None):
            self._arrange()
        if look is None:
            return
        for name in self.shown:
            self.all[name].show_snapshot(look)
        if self.card.place:
            self.card.show_value(_value(look, self.card.place))

    def toggle(self, name: str) -> None:
        """Show a pane, in place of the older one if there are two; or hide it, unless it is the only one."""
        is_shown = name in self.shown
        self.choose([other for other in self.shown if other != name] if is_shown else [*self.shown, name])

    def choose(self, names: Sequence[str]) -> None:
        """Show the last two of these panes; without any, leave them as they are."""
        self.shown = list(names[-_MOST:]) or self.shown
        self._arrange()
        self.show_example(self._look)
        self.arranged.emit()

    def set_theme(self, theme: Theme) -> None:
        for pane in self.all.values():
            pane.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the panes side by side if the height is small, otherwise below each other."""
        super().resizeEvent(event)
        low = self.height() < _LOW * self.fontMetrics().height()
        direction = QBoxLayout.Direction.LeftToRight if low else QBoxLayout.Direction.TopToBottom
        self._row.setDirection(direction)
        if self.card.place:
            self.card.keep_inside()

    def _arrange(self) -> None:
        for name, pane in self.all.items():
            pane.setVisible(self._look is not None and name in self.shown)
        self.empty.setVisible(self._look is None)

    def _open_card(self, place: ParameterIndex, point: QPointF) -> None:
        if self._look:
            near = self.matrix.mapTo(self, point.toPoint())
            name = plain(self._look.notation.weight(place[0] + 1, *place[1:]))
            self.card.open_for(place, name, _value(self._look, place), near)


def _value(look: ExampleState, place: ParameterIndex) -> float:
    layer, unit, source = place
    return float(look.traced.parameters.layers[layer][unit, -1 if source is None else source])

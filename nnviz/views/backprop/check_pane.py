"""The gradient check: every partial beside its central difference."""

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from nnviz.analysis.example.notation import plain
from nnviz.analysis.example.state import ExampleState
from nnviz.drawing.view import View
from nnviz.engine.trace import MOST_CHECKED, Checked
from nnviz.numerals import figure, power
from nnviz.runs.network_parts import ParameterIndex
from nnviz.theme import Theme

AGREES = 1e-4
"""Relative difference up to which a partial and its difference are said to agree."""
_Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class CheckTable(QAbstractTableModel):
    """A row for each parameter, layer by layer: its name, the partial, the difference, how they differ."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[ParameterIndex] = []
        self._look: ExampleState | None = None
        self._checked: Checked | None = None

    def show_look(self, look: ExampleState) -> None:
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
        """Name, partial, difference, relative difference."""
        return 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal or self._look is None:
            return None
        loss = plain(self._look.notation.loss)
        return ("parameter", f"∂{loss}/∂w", "central difference", "relative difference")[section]

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
            return said(float(self._checked.relative[row]))
        arrays = self._checked.partials, self._checked.differences
        return figure(float(arrays[index.column() - 1][row]))


class CheckPane(QWidget, View[ExampleState]):
    """The table, and the largest difference above it.

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
        self.model.show_look(look)
        self.verdict.setText(verdict(look))
        line = self.fontMetrics().height()
        self.table.verticalHeader().setDefaultSectionSize(round(1.3 * line))

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        palette = theme.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(theme.background))
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.background))
        self.setPalette(palette)


def verdict(look: ExampleState) -> str:
    """How far partials and differences agree, in words."""
    count, checked = look.traced.parameters.flat.size, look.example.checked
    if checked is None:
        if count > MOST_CHECKED:
            return f"{count:,} parameters: the check is for up to {MOST_CHECKED}"
        return "being computed"
    largest = float(np.nan_to_num(checked.relative, nan=np.inf).max())
    wrong = int((~(checked.relative <= AGREES)).sum())
    loss = plain(look.notation.loss)
    words = f"{wrong:,} of {count:,} differ" if wrong else f"all {count:,} partials agree"
    return f"{words}; largest relative difference {said(largest)}; ({loss}(w + h) − {loss}(w − h)) / 2h, h = 10⁻⁵"


def said(relative: float) -> str:
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

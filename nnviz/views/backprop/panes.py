"""The panes beside each other, at most two at once, so that all can be read from afar."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QWidget

from nnviz.analysis.example.notation import plain
from nnviz.analysis.example.state import ExampleState
from nnviz.drawing.parameter_card import ParameterCard
from nnviz.runs.network_parts import ParameterIndex
from nnviz.theme import Theme
from nnviz.views.backprop.check_pane import CheckPane
from nnviz.views.backprop.formula_pane import FormulaPane
from nnviz.views.backprop.graph_pane import GraphPane
from nnviz.views.backprop.matrix_pane import MatrixPane

EMPTY = "no example at this moment"
TITLES = {"matrix": "matrix", "formula": "formula", "graph": "graph", "check": "check"}
_SHARES = {"matrix": 5, "formula": 4, "graph": 8, "check": 5}
_MOST = 2
_LOW = 18
"""Lines of height below which panes stand beside each other."""
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

    def show_look(self, look: ExampleState | None) -> None:
        """Show a sight in all panes that are seen."""
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
        """Show a pane, instead of the one shown longest if there are two; or hide it, unless it is alone."""
        if name not in self.shown:
            self.shown = [*self.shown, name][-_MOST:]
        elif len(self.shown) > 1:
            self.shown.remove(name)
        self._arrange()
        self.show_look(self._look)
        self.arranged.emit()

    def set_theme(self, theme: Theme) -> None:
        """Paint in a theme's colours."""
        for pane in self.all.values():
            pane.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the panes beside each other where they are low, and below each other elsewhere."""
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

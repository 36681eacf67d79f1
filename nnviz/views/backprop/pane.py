"""What the panes have in common: each paints the same sight of an example."""

from typing import Any, cast

from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from nnviz.analysis.example.state import ExampleState
from nnviz.drawing.view import View
from nnviz.runs.network_parts import ParameterIndex

SIZES = (1.6, 1.3, 1.0)
"""How much larger than the widget's font a pane may write where there is room."""


def sized(font: QFont, pixels: int, size: float) -> QFont:
    """The font, so many times as large as so many pixels."""
    larger = QFont(font)
    larger.setPixelSize(round(size * pixels))
    return larger


class Pane(View):
    """One way to see an example.

    Signals
    -------
    picked : (layer, unit, source or None) or None
        A parameter was clicked, or none.
    opened : (layer, unit, source or None), QPointF
        A parameter is to be typed, at a point of the pane.
    """

    picked = Signal(object)
    opened = Signal(object, QPointF)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas.pressed.connect(self._pick)

    def show_look(self, look: ExampleState) -> None:
        """Paint this sight."""
        self.show_snapshot(cast("Any", look))

    def place_at(self, _point: QPointF) -> ParameterIndex | None:
        """The parameter at a point."""
        return None

    def sizeHint(self) -> QSize:
        """Room for some lines."""
        line = self.fontMetrics().height()
        return QSize(20 * line, 8 * line)

    def _lay_out(self) -> None:
        """Nothing: all is laid out with every sight, as what is shown changes with it."""

    def _pick(self, point: QPointF) -> None:
        self.picked.emit(self.place_at(point))

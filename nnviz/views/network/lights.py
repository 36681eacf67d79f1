"""What a lesson or another view points at: neurons with a ring around them, connections drawn strong."""

from collections.abc import Sequence

from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsLineItem, QGraphicsRectItem, QGraphicsScene

from nnviz.drawing.network.drawing import Drawing
from nnviz.drawing.paths import line_pen
from nnviz.runs.place import Lit, Place
from nnviz.theme import Theme

_RING, _LINE = 4.0, 6.0
_MARGIN = 3.0


class Lights:
    """Lie over a drawing."""

    def __init__(self, scene: QGraphicsScene, drawing: Drawing, theme: Theme) -> None:
        self._scene, self._drawing = scene, drawing
        self._ring, self._line = (line_pen(theme.accent, width) for width in (_RING, _LINE))
        self._items: list[QGraphicsItem] = []

    def show(self, lit: Lit) -> None:
        """Light these, and nothing else; what is not drawn stays dark."""
        for item in self._items:
            self._scene.removeItem(item)
        self._items = [*self._rings(lit.neurons), *self._lines(lit.parameters)]
        for item in self._items:
            item.setZValue(6)
            self._scene.addItem(item)

    def _rings(self, places: Sequence[tuple[int, int]]) -> list[QGraphicsItem]:
        neurons = (self._drawing.neuron(place) for place in places)
        rects = (neuron.rect.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN) for neuron in neurons if neuron)
        return [_penned(QGraphicsRectItem(rect), self._ring) for rect in rects]

    def _lines(self, places: Sequence[Place]) -> list[QGraphicsItem]:
        lines = (self._drawing.edge_line(place) for place in places)
        return [_penned(QGraphicsLineItem(line), self._line) for line in lines if line]


def _penned(item: QGraphicsRectItem | QGraphicsLineItem, pen: QPen) -> QGraphicsItem:
    item.setPen(pen)
    return item

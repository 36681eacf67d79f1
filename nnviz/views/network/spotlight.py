"""What is looked at, stressed: a neuron enlarged, a weight or bias named."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsLineItem, QGraphicsRectItem, QGraphicsScene

from nnviz.drawing.network.drawing import NetworkDrawing
from nnviz.drawing.network.neurons import NeuronRing
from nnviz.drawing.paths import line_pen
from nnviz.runs.maps import Bytes
from nnviz.runs.network_parts import Lit, ParameterIndex, neuron_words, parameter_words
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme
from nnviz.views.network.magnifier import Label, Magnifier


class Spotlight:
    """Lies over a drawing, and goes with it."""

    def __init__(self, scene: QGraphicsScene, drawing: NetworkDrawing, theme: Theme, font: QFont) -> None:
        self._scene, self._drawing, self._theme = scene, drawing, theme
        self.magnifier, self.label = Magnifier(scene), Label(scene)
        self.magnifier.set_theme(theme, font)
        self.label.set_theme(theme, font)
        self.line = QGraphicsLineItem()
        self.line.setPen(line_pen(theme.accent, 7.0))
        self.line.setZValue(5)
        self.line.setVisible(False)
        scene.addItem(self.line)
        self.ring = NeuronRing(theme)
        scene.addItem(self.ring)

    def enlarge(self, snapshot: Snapshot, place: tuple[int, int] | None, sharp: Bytes | None) -> None:
        """Show a neuron enlarged, with its sharp map if there is one; or none."""
        neuron = self._drawing.neuron(place)
        self.ring.surround(neuron)
        if neuron is None or place is None or snapshot.scene is None:
            self.magnifier.hide()
            return
        layer, unit = place
        values = snapshot.scene.maps[layer][unit] if sharp is None else sharp
        words = neuron_words(snapshot.problem, layer, unit)
        self.magnifier.show(values, words, self._theme, neuron.rect, self._scene.sceneRect())

    def name(self, snapshot: Snapshot, place: ParameterIndex | None, point: QPointF) -> None:
        """Name a parameter beside a point, and stress its edge; or none."""
        line = self._drawing.edge_line(place) if place else None
        self.line.setVisible(line is not None)
        if line is not None:
            self.line.setLine(line)
        if place is None:
            self.label.hide()
        else:
            self.label.show(parameter_words(snapshot, place), point, self._scene.sceneRect())


_RING, _LINE = 4.0, 6.0
_MARGIN = 3.0


class Lights:
    """Lie over a drawing."""

    def __init__(self, scene: QGraphicsScene, drawing: NetworkDrawing, theme: Theme) -> None:
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

    def _lines(self, places: Sequence[ParameterIndex]) -> list[QGraphicsItem]:
        lines = (self._drawing.edge_line(place) for place in places)
        return [_penned(QGraphicsLineItem(line), self._line) for line in lines if line]


def _penned(item: QGraphicsRectItem | QGraphicsLineItem, pen: QPen) -> QGraphicsItem:
    item.setPen(pen)
    return item

"""What is looked at, stressed: a neuron enlarged, a weight or bias named."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGraphicsLineItem, QGraphicsScene

from nnviz.drawing.network.drawing import Drawing
from nnviz.drawing.network.neurons import Ring
from nnviz.drawing.paths import line_pen
from nnviz.runs.maps import Bytes
from nnviz.runs.place import Place, neuron_words, parameter_words
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme
from nnviz.views.network.magnifier import Label, Magnifier


class Spotlight:
    """Lies over a drawing, and goes with it."""

    def __init__(self, scene: QGraphicsScene, drawing: Drawing, theme: Theme, font: QFont) -> None:
        self._scene, self._drawing, self._theme = scene, drawing, theme
        self.magnifier, self.label = Magnifier(scene), Label(scene)
        self.magnifier.set_theme(theme, font)
        self.label.set_theme(theme, font)
        self.line = QGraphicsLineItem()
        self.line.setPen(line_pen(theme.accent, 7.0))
        self.line.setZValue(5)
        self.line.setVisible(False)
        scene.addItem(self.line)
        self.ring = Ring(theme)
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

    def name(self, snapshot: Snapshot, place: Place | None, point: QPointF) -> None:
        """Name a parameter beside a point, and stress its edge; or none."""
        line = self._drawing.edge_line(place) if place else None
        self.line.setVisible(line is not None)
        if line is not None:
            self.line.setLine(line)
        if place is None:
            self.label.hide()
        else:
            self.label.show(parameter_words(snapshot, place), point, self._scene.sceneRect())

"""The activation of every neuron for the probe, as a number on its map."""

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGraphicsScene

from nnviz.analysis.probe import Probed
from nnviz.drawing.label import Label
from nnviz.drawing.network import NetworkDrawing
from nnviz.numerals import tick
from nnviz.theme import Theme

_MARGIN = 2.0
_DIGITS = 3


class Readings:
    """Numbers on the maps of a drawing; made when first needed."""

    def __init__(self, scene: QGraphicsScene, drawing: NetworkDrawing, theme: Theme, font: QFont) -> None:
        self._scene, self._drawing, self._style = scene, drawing, (theme, font)
        self.labels: list[Label] = []

    def show(self, probed: Probed | None) -> None:
        """Show the activations of the neurons that are drawn, or nothing."""
        if probed is None:
            for label in self.labels:
                label.hide()
            return
        layers = list(zip(self._drawing.neurons, self._drawing.layout.shown, probed.activations, strict=True))
        layers = layers[self._drawing.maps :]  # a map is more than a number
        rects = [
            (neuron.rect, values[unit])
            for neurons, units, values in layers
            for neuron, unit in zip(neurons, units, strict=True)
        ]
        self.labels += [self._label() for _ in rects[len(self.labels) :]]
        for label, (rect, value) in zip(self.labels, rects, strict=True):
            label.show_in_corner(tick(float(value), _DIGITS), rect)

    def _label(self) -> Label:
        label = Label(self._scene, _MARGIN, layer=4.0)
        label.set_theme(*self._style)
        return label

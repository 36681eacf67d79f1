"""A neuron as a framed square with the map of what it computes, and its bias as a small square at its corner."""

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene

from nnviz.drawing.paths import keep_painted
from nnviz.engine.tape import Array
from nnviz.runs.maps import ZERO, Bytes
from nnviz.theme import Theme

_BIAS_SIDE, _SMALLEST_BIAS = 0.26, 8.0
"""Side of a bias: in sides of a neuron, and in pixels if the neuron has that many."""

_MAPS, _FRAMES, _RING, _BIASES = -0.9, -0.8, -0.7, -0.6
"""What lies over what, all of it over the edges and under the words."""


class Neuron:
    """One neuron's items in the diagram.

    Parameters
    ----------
    scene : QGraphicsScene
    x, y : float
        Its centre.
    side : float
    has_bias : bool
        False for inputs.
    """

    def __init__(self, scene: QGraphicsScene, x: float, y: float, side: float, *, has_bias: bool) -> None:
        self.rect = QRectF(x - side / 2, y - side / 2, side, side)
        self._map = QGraphicsPixmapItem()
        self._map.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._map.setPos(self.rect.topLeft())
        self._map.setZValue(_MAPS)
        scene.addItem(self._map)
        self.bias: QGraphicsRectItem | None = None
        if has_bias:
            self.bias = QGraphicsRectItem(_bias_rect(self.rect))
            self.bias.setZValue(_BIASES)
            scene.addItem(self.bias)

    def set_theme(self, theme: Theme) -> None:
        """Frame its bias in the theme's colours."""
        if self.bias:
            self.bias.setPen(QPen(QColor(theme.text), 1.0))

    def hold(self, picture: QPixmap) -> None:
        """Have its map in a picture."""
        self._map.setPixmap(picture)
        self._map.setScale(self.rect.width() / picture.width())

    def show_bias(self, byte: int, theme: Theme) -> None:
        """Show its bias by colour."""
        if self.bias:
            self.bias.setBrush(theme.signed_brushes[byte])

    def bias_contains(self, point: QPointF) -> bool:
        """Whether a point is on the bias, or so near that it is meant."""
        return self.bias is not None and self.bias.rect().adjusted(-3, -3, 3, 3).contains(point)


class Frames(QGraphicsPathItem):
    """The frames of a layer's neurons, painted once.

    Parameters
    ----------
    neurons : iterable of Neuron
    theme : Theme
    """

    def __init__(self, neurons: Iterable[Neuron], theme: Theme) -> None:
        path = QPainterPath()
        for neuron in neurons:
            path.addRect(neuron.rect)
        super().__init__(path)
        self.setPen(QPen(QColor(theme.text), 1.2))
        self.setZValue(_FRAMES)
        keep_painted(self)


class NeuronRing(QGraphicsRectItem):
    """The frame of a neuron that is looked at."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setPen(QPen(QColor(theme.accent), 3.0))
        self.setZValue(_RING)
        self.hide()

    def surround(self, neuron: Neuron | None) -> None:
        """Lie around a neuron, or be away."""
        self.setVisible(neuron is not None)
        if neuron:
            self.setRect(neuron.rect)


def bias_bytes(biases: Array) -> Bytes:
    """Biases as bytes of a signed map: full at ±1 and beyond, none where it is no number."""
    scaled = np.where(np.isfinite(biases), biases, 0.0).clip(-1.0, 1.0)
    scaled *= ZERO
    scaled += ZERO + 0.5
    return scaled.astype(np.uint8)


def _bias_rect(neuron: QRectF) -> QRectF:
    side = max(min(_SMALLEST_BIAS, 0.5 * neuron.width()), _BIAS_SIDE * neuron.width())
    return QRectF(neuron.left() - side / 2, neuron.bottom() - side / 2, side, side)

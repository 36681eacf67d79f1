"""A neuron as a square with the map of what it computes, and its bias as a small square at its corner."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene

from nnviz.engine.tape import Array
from nnviz.experiment.maps import Bytes, signed_bytes
from nnviz.theme import Theme
from nnviz.views.paths import keep_painted

_BIAS_SIDE, _SMALLEST_BIAS = 0.26, 8.0
"""Side of a bias: in sides of a neuron, and in pixels if the neuron has that many."""

_FULL = np.ones(1, np.float32)


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
        self._frame = QGraphicsRectItem(self.rect)
        keep_painted(self._frame)
        scene.addItem(self._map)
        scene.addItem(self._frame)
        self.bias: QGraphicsRectItem | None = None
        if has_bias:
            self.bias = QGraphicsRectItem(_bias_rect(self.rect))
            scene.addItem(self.bias)

    def set_theme(self, theme: Theme) -> None:
        """Frame it in the theme's colours."""
        self._frame.setPen(QPen(QColor(theme.text), 1.2))
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

    def set_lit(self, lit: bool, theme: Theme) -> None:
        """Stress the frame, or not."""
        self._frame.setPen(QPen(QColor(theme.accent if lit else theme.text), 3.0 if lit else 1.2))

    def bias_contains(self, point: QPointF) -> bool:
        """Whether a point is on the bias, or so near that it is meant."""
        return self.bias is not None and self.bias.rect().adjusted(-3, -3, 3, 3).contains(point)


def bias_bytes(biases: Array) -> Bytes:
    """Biases as bytes of a signed map: full at ±1 and beyond, none where it is no number."""
    finite = np.where(np.isfinite(biases), biases, 0.0).clip(-1.0, 1.0)
    return np.asarray(signed_bytes(finite[None, None], _FULL, tame=True)[0, 0])


def _bias_rect(neuron: QRectF) -> QRectF:
    side = max(min(_SMALLEST_BIAS, 0.5 * neuron.width()), _BIAS_SIDE * neuron.width())
    return QRectF(neuron.left() - side / 2, neuron.bottom() - side / 2, side, side)

"""A neuron as a square with the map of what it computes, and its bias as a small square at its corner."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene

from nnviz.experiment.maps import ZERO
from nnviz.theme import Theme

_BIAS_SIDE, _SMALLEST_BIAS = 0.26, 8.0
"""Side of a bias: in sides of a neuron, and in pixels if the neuron has that many."""


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
        self._width = self._byte = -1  # of what is shown
        self._frame = QGraphicsRectItem(self.rect)
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

    def show(self, picture: QPixmap, bias: float | None, theme: Theme) -> None:
        """Show its map, and its bias by colour."""
        self._map.setPixmap(picture)
        if picture.width() != self._width:
            self._width = picture.width()
            self._map.setScale(self.rect.width() / self._width)
        if self.bias and bias is not None and (byte := bias_byte(bias)) != self._byte:
            self._byte = byte
            self.bias.setBrush(theme.signed_brushes[byte])

    def set_lit(self, lit: bool, theme: Theme) -> None:
        """Stress the frame, or not."""
        self._frame.setPen(QPen(QColor(theme.accent if lit else theme.text), 3.0 if lit else 1.2))

    def bias_contains(self, point: QPointF) -> bool:
        """Whether a point is on the bias, or so near that it is meant."""
        return self.bias is not None and self.bias.rect().adjusted(-3, -3, 3, 3).contains(point)


def bias_byte(bias: float) -> int:
    """A bias as a byte of a signed map: full at ±1 and beyond."""
    return ZERO + round(ZERO * min(1.0, max(-1.0, bias))) if math.isfinite(bias) else ZERO


def _bias_rect(neuron: QRectF) -> QRectF:
    side = max(min(_SMALLEST_BIAS, 0.5 * neuron.width()), _BIAS_SIDE * neuron.width())
    return QRectF(neuron.left() - side / 2, neuron.bottom() - side / 2, side, side)

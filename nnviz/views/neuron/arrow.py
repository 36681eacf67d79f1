"""A weight vector as an arrow over the plane."""

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.arrows import arrow_head
from nnviz.drawing.canvas import add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.tag import Tag
from nnviz.drawing.unit_lines import ToPixels
from nnviz.theme import Theme

_REACH = 0.1
"""Length of the arrow for a weight vector of length 1, in widths of the plane."""
_LONGEST = 0.42
"""Length of the arrow at most, in widths of the plane."""
_GRASP = 22.0
"""Pixels around the tip within which the arrow can be taken."""


class WeightArrow:
    """From a foot on the boundary to where the unit grows fastest; ``tip`` is its end over the plane."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.shaft, self.head = add_path(scene, 24.0), add_path(scene, 25.0)
        self.name = Tag(scene, 27.0)
        self.tip: FloatArray | None = None
        self._at = QPointF()
        self._height = 1.0

    @property
    def items(self) -> list[QGraphicsItem]:
        """All that is drawn."""
        return [self.shaft, self.head, *self.name.items]

    def set_style(self, theme: Theme, font: QFont) -> None:
        """Draw in the theme's colours, write in this font."""
        self._height = QFontMetricsF(font).height()
        self.shaft.setPen(line_pen(theme.text, 5.0))
        self.head.setPen(line_pen(theme.background, 1.0))
        self.head.setBrush(QBrush(QColor(theme.text)))
        self.name.set_style(theme, bold(font), framed=True)

    def show_normal(self, foot: FloatArray, normal: FloatArray, width: float, to_pixels: ToPixels) -> None:
        """Draw the gradient of p, shape (2,), from a foot, over a plane so wide."""
        size = float(np.hypot(*normal))
        self.tip = foot + normal * (min(_REACH * size, _LONGEST) * width / size)
        begin, end = to_pixels(np.stack([foot, self.tip]))
        self._at = QPointF(*end.tolist())
        span = max(float(np.hypot(*(end - begin))), 1e-9)
        ahead = (end - begin) / span
        head = min(max(10.0, 0.8 * self._height), span)
        self._draw(np.stack([begin, end - 0.8 * head * ahead]), arrow_head(end, ahead, head))
        x, y = (end + 0.8 * self._height * ahead).tolist()
        self.name.say("w", x, y)

    def clear(self) -> None:
        """Draw nothing."""
        self.tip = None
        self.name.set_visible(False)
        self._draw(np.empty((0, 2)), np.empty((0, 2)))

    def is_near(self, place: QPointF) -> bool:
        """Whether the arrow can be taken at a pixel."""
        away = place - self._at
        return self.tip is not None and float(np.hypot(away.x(), away.y())) < max(_GRASP, self._height)

    def _draw(self, shaft: FloatArray, head: FloatArray) -> None:
        self.shaft.set_points(shaft[:, 0].copy(), shaft[:, 1].copy())
        self.head.set_points(head[:, 0].copy(), head[:, 1].copy())


def normal_to(place: FloatArray, foot: FloatArray, width: float) -> FloatArray:
    """The gradient of p whose arrow would end at a place, however long."""
    return np.asarray((place - foot) / (_REACH * width))

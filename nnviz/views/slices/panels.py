"""The panels of all losses, and the present weight as a line through them."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.analysis.slices import Slice
from nnviz.drawing.canvas import add_path
from nnviz.drawing.paths import line_pen
from nnviz.theme import Theme
from nnviz.views.slices.panel import SlicePanel

_PAD, _GAP = 8.0, 5.0
_WIDE = 4.0
"""From how many heights of width on the panels stand beside each other."""


class SlicePanels:
    """Panels below each other, their frames in line; beside each other where it is wide and low.

    Attributes
    ----------
    panels : list of SlicePanel
        Some of them hidden.
    line : PathItem
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene, self._count = scene, 0
        self.panels: list[SlicePanel] = []
        self.line = add_path(scene, 5.0)

    def arrange(self, room: QRectF, font: QFont, theme: Theme, count: int) -> None:
        """Fill a rectangle with so many panels."""
        self.line.setPen(line_pen(theme.accent, 2.5))
        while len(self.panels) < count:
            self.panels.append(SlicePanel(self._scene))
        for number, panel in enumerate(self.panels):
            panel.set_visible(number < count)
        self._count = count
        beside = room.width() > _WIDE * room.height()
        cells = _columns(room, count) if beside else _rows(room, count, QFontMetricsF(font).height())
        for k, (panel, cell) in enumerate(zip(self.panels, cells, strict=False)):
            panel.arrange(cell, font, theme, last=beside or k == count - 1)

    def show_picture(self, picture: Slice) -> None:
        """Draw every loss, and where the weight is."""
        for panel, curve in zip(self.panels, picture.curves, strict=False):
            panel.show_curve(picture, curve)
        axes = [panel.axes for panel in self.panels[: self._count]]
        weight = np.array([picture.weight] * 2)
        x = np.concatenate([each.across(weight) for each in axes])
        y = np.array([(each.frame.top(), each.frame.bottom()) for each in axes]).ravel()
        self.line.set_points(x, y, "pairs")

    def at(self, place: QPointF) -> SlicePanel | None:
        """The panel whose frame is at a pixel."""
        return next((panel for panel in self.panels[: self._count] if panel.axes.frame.contains(place)), None)


def _columns(room: QRectF, count: int) -> list[QRectF]:
    """As many rectangles beside each other."""
    width = (room.width() + 2 * _PAD) / count
    return [QRectF(room.left() + k * width, room.top(), width - 2 * _PAD, room.height()) for k in range(count)]


def _rows(room: QRectF, count: int, line: float) -> list[QRectF]:
    """As many rectangles below each other, the last one with room for numbers below its frame."""
    height = (room.height() - line) / count
    rows = [QRectF(room.left(), room.top() + k * height, room.width(), height - _GAP) for k in range(count)]
    rows[-1].setBottom(room.bottom())
    return rows

"""All weights of a Hopfield net as one small picture, a row and a column for each unit."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import add_path
from nnviz.drawing.paths import line_pen
from nnviz.drawing.pictures import MapItem
from nnviz.kinds.hopfield.rule import Memory
from nnviz.runs.maps import signed_bytes
from nnviz.theme import Theme


class WeightPicture:
    """Weights, blue above zero and orange below, painted when there are others."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.picture, self._frame = MapItem(), add_path(scene, 1.0)
        scene.addItem(self.picture)
        self._memory: Memory | None = None
        self.rect = QRectF()

    def arrange(self, rect: QRectF, theme: Theme) -> None:
        """Fill a rectangle, in the theme's colours."""
        self.rect, self._table, self._memory = rect, theme.signed_table, None
        self._frame.setPen(line_pen(theme.muted, 1.0))
        x, y = np.array([rect.left(), rect.right()])[[0, 1, 1, 0, 0]], np.array([rect.top(), rect.bottom()])
        self._frame.set_points(x, y[[0, 0, 1, 1, 0]])

    def show_memory(self, memory: Memory) -> None:
        """Show what stores these patterns; full colour is the largest weight."""
        if memory is self._memory:
            return
        self._memory, rect = memory, self.rect
        full = float(np.abs(memory.weights).max()) or 1.0
        shades = signed_bytes(memory.weights.astype(np.float32)[None], np.array([full], np.float32))[0]
        magnified = rect.width() > len(memory.weights)
        mode = (
            Qt.TransformationMode.FastTransformation if magnified else Qt.TransformationMode.SmoothTransformation
        )
        self.picture.setTransformationMode(mode)
        self.picture.set_map(shades, self._table, (rect.left(), rect.right(), rect.bottom(), rect.top()))

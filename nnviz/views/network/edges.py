"""The weights as lines: as thick as they are large, blue and whole if positive, orange and dashed if negative."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.engine.tape import Array
from nnviz.theme import Theme, mix
from nnviz.views.network.layout import MOST_EDGES, Indices, Layout
from nnviz.views.plot import PathItem

_WIDTHS = (0.8, 1.4, 2.2, 3.2, 4.4, 6.0)
_FULL = 2.0
"""The weight that is drawn at full width, unless there are larger ones."""


class Edges:
    """All edges of a diagram, as one path for each sign and width: Qt paints a dozen items, not hundreds."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._items = [[PathItem() for _ in _WIDTHS] for _ in (0, 1)]
        for item in (item for items in self._items for item in items):
            item.setZValue(-1)
            scene.addItem(item)
        self.drawn: Indices = np.empty(0, np.intp)

    def set_theme(self, theme: Theme) -> None:
        """Use the theme's colours, blended with the ground so that pens stay opaque."""
        for sign, color in enumerate((theme.negative, theme.positive)):
            for bucket, item in enumerate(self._items[sign]):
                share = 0.35 + 0.65 * bucket / (len(_WIDTHS) - 1)
                item.setPen(_pen(mix(theme.background, color, share), _WIDTHS[bucket], dashed=sign == 0))

    def show(self, layout: Layout, starts: FloatArray, ends: FloatArray, weights: tuple[Array, ...]) -> None:
        """Draw the weights, of more than `MOST_EDGES` the strongest."""
        values = edge_values(layout, weights)
        size = np.abs(np.nan_to_num(values))
        self.drawn = _strongest(size)
        scale = max(_FULL, float(size.max(initial=0.0)))
        bucket = np.minimum(size * (len(_WIDTHS) / scale), len(_WIDTHS) - 1).astype(np.intp)
        for sign in (0, 1):
            for width, item in enumerate(self._items[sign]):
                of_sign = (values[self.drawn] >= 0) == bool(sign)
                chosen = self.drawn[of_sign & (bucket[self.drawn] == width) & (size[self.drawn] > 0)]
                _set_segments(item, starts[chosen], ends[chosen])


def edge_values(layout: Layout, weights: tuple[Array, ...]) -> FloatArray:
    """The weight of every edge of a layout."""
    layers, units, sources = layout.edges
    values = np.empty(len(layers))
    for l, matrix in enumerate(weights):
        chosen = layers == l
        values[chosen] = matrix[units[chosen], sources[chosen]]
    return values


def _strongest(size: FloatArray) -> Indices:
    if len(size) <= MOST_EDGES:
        return np.arange(len(size))
    return np.argpartition(size, -MOST_EDGES)[-MOST_EDGES:]


def _set_segments(item: PathItem, starts: FloatArray, ends: FloatArray) -> None:
    points = np.stack([starts, ends], axis=1).reshape(-1, 2)
    item.set_points(points[:, 0].copy(), points[:, 1].copy(), "pairs")


def _pen(color: QColor, width: float, *, dashed: bool) -> QPen:
    pen = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    if dashed:
        # in widths of the pen: about 9 pixels drawn, 5 left out, at any width
        pen.setDashPattern([9.0 / width, 5.0 / width])
    return pen

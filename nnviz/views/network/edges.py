"""The weights as lines: as thick as they are large, blue and whole if positive, orange and dashed if negative."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.engine.tape import Array
from nnviz.theme import Theme, mix
from nnviz.views.network.layout import MOST_EDGES, Indices
from nnviz.views.paths import PathItem

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
        self._buckets: Indices = np.empty(0, np.intp)

    def set_theme(self, theme: Theme) -> None:
        """Use the theme's colours, blended with the ground so that pens stay opaque."""
        for sign, color in enumerate((theme.negative, theme.positive)):
            for bucket, item in enumerate(self._items[sign]):
                share = 0.35 + 0.65 * bucket / (len(_WIDTHS) - 1)
                item.setPen(_pen(mix(theme.background, color, share), _WIDTHS[bucket], dashed=sign == 0))

    def show(self, starts: FloatArray, ends: FloatArray, values: Array) -> None:
        """Draw the weights, of more than `MOST_EDGES` the strongest; what is zero or no number is no line."""
        if not np.isfinite(values).all():
            values = np.nan_to_num(values)
        self.drawn = _strongest(np.abs(values))
        buckets = np.zeros(len(values), np.intp)
        buckets[self.drawn] = _buckets(values[self.drawn])
        for bucket in _changed(self._buckets, buckets):
            chosen = buckets == bucket
            points = np.stack([starts[chosen], ends[chosen]], axis=1).reshape(-1, 2)
            item = self._items[int(bucket > 0)][abs(bucket) - 1]
            item.set_points(points[:, 0].copy(), points[:, 1].copy(), "pairs")
        self._buckets = buckets


def _changed(before: Indices, after: Indices) -> list[int]:
    """Buckets that an edge has left or come to: few from one frame to the next, as edges do not move."""
    if len(before) != len(after):
        before = np.zeros_like(after)
    moved = before != after
    return [bucket for bucket in {*before[moved].tolist(), *after[moved].tolist()} if bucket]


def _buckets(values: Array) -> Indices:
    """For every weight the number of its width from 1 on, with its sign; 0 for none."""
    size = np.abs(values)
    scale = max(_FULL, float(size.max(initial=0.0)))
    width = np.minimum(size * (len(_WIDTHS) / scale), len(_WIDTHS) - 1).astype(np.intp)
    return np.asarray(np.sign(values).astype(np.intp) * (width + 1), dtype=np.intp)


def _strongest(size: Array) -> Indices:
    if len(size) <= MOST_EDGES:
        return np.arange(len(size))
    return np.argpartition(size, -MOST_EDGES)[-MOST_EDGES:]


def _pen(color: QColor, width: float, *, dashed: bool) -> QPen:
    pen = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    if dashed:
        # in widths of the pen: about 9 pixels drawn, 5 left out, at any width
        pen.setDashPattern([9.0 / width, 5.0 / width])
    return pen

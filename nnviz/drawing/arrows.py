"""The one shape of an arrow."""

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from nnviz.data.dataset import FloatArray

HEAD = 13.0
"""Length of a head in pixels, where there is room for it."""

_HALF = 0.45
"""Half of a head's width, in its lengths."""


def arrow_head(tip: FloatArray, along: FloatArray, length: float) -> FloatArray:
    """The corners of a head, shape (4, 2), the first of them again at the end; ``along`` has length 1."""
    back, side = tip - length * along, _HALF * length * np.array([-along[1], along[0]])
    return np.stack([tip, back + side, back - side, tip])


def arrow_path(foot: FloatArray, tip: FloatArray, along: FloatArray, length: float = HEAD) -> QPainterPath:
    """The shaft and a filled head."""
    path = QPainterPath(QPointF(*foot))
    path.lineTo(*(tip - length * along))
    head = arrow_head(tip, along, length)
    for corner in (head[1], tip, head[2], tip - length * along):
        path.lineTo(*corner)
    return path

"""Samples as markers that move: one picture for each class, an item for each sample."""

import numpy as np
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGraphicsPixmapItem

from nnviz.data.dataset import FloatArray
from nnviz.drawing.points import STAMP_SIDE, PointStyle, class_style, stamp_of
from nnviz.experiment.problem import Problem
from nnviz.experiment.samples import Samples
from nnviz.plots.plane import Plane
from nnviz.runs.maps import ZERO
from nnviz.theme import Theme

_SHARE, _SMALLEST, _LARGEST = 0.028, 6.0, 14.0
"""Side of a marker: as a share of the frame's, and at least and at most in pixels."""
_RATIO = 2.0


class SampleMarkers:
    """The first samples of a set as markers above a plane.

    Attributes
    ----------
    items : list of QGraphicsPixmapItem
        In pixels of the canvas.
    """

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.items: list[QGraphicsPixmapItem] = []
        self._dressed: object = None

    def arrange(self, theme: Theme) -> float:
        """Use a theme and the plane's frame; returns the side of a marker in pixels."""
        self._theme, self._dressed, frame = theme, None, self._plane.frame
        self._side = max(_SMALLEST, min(_LARGEST, _SHARE * frame.height(), _SHARE * frame.width()))
        return self._side

    def take(self, problem: Problem, samples: Samples, count: int) -> None:
        """Have a marker for each of the first samples; nothing is done while they are the same."""
        dressed = (samples, self._theme, self._side, count)
        if dressed == self._dressed:
            return
        self._dressed = dressed
        self._provide(count)
        stamps: dict[PointStyle, QPixmap] = {}
        for item, style in zip(self.items, _styles(problem, samples, count, self._theme), strict=True):
            if style not in stamps:
                stamps[style] = stamp_of(style, self._side, _RATIO, self._theme)
            item.setPixmap(stamps[style])

    def place(self, places: FloatArray) -> None:
        """Move the markers to places on the canvas, shape (samples, 2)."""
        corners = places - STAMP_SIDE * self._side / 2
        for item, (x, y) in zip(self.items, corners.tolist(), strict=True):
            item.setPos(x, y)

    def clear(self) -> None:
        """Show none."""
        self._provide(0)
        self._dressed = None

    def _provide(self, count: int) -> None:
        for item in self.items[count:]:
            item.scene().removeItem(item)
        del self.items[count:]
        while len(self.items) < count:
            self.items.append(QGraphicsPixmapItem())
            self._plane.add_in_pixels(self.items[-1])


def _styles(problem: Problem, samples: Samples, count: int, theme: Theme) -> list[PointStyle]:
    """Classes by shape, values by shade."""
    classes = len(problem.labels)
    if samples.labels is not None:
        of_class = [class_style(k, classes, theme, filled=True) for k in range(classes)]
        return [of_class[k] for k in samples.labels[:count].tolist()]
    values = samples.targets[:count, 0]
    largest = max(float(np.abs(problem.train.targets[:, 0]).max()), 1e-9)
    shades = np.clip(ZERO + np.round(ZERO * values / largest), 0, 2 * ZERO).astype(int)
    return [PointStyle("o", theme.signed_brushes[k].color().name(), filled=True, rim=theme.text) for k in shades]

"""The plane of a problem with the samples of one batch lit and the others faint."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainterPath, QTransform
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsScene

from nnviz.data.features import FEATURES
from nnviz.drawing.canvas import add_path
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.plane_frame import PlaneFrame
from nnviz.drawing.points import MOST_POINTS, PointStyle, class_style, marker_path, paint_points
from nnviz.experiment.problem import Problem, Samples
from nnviz.theme import Theme

_FAINT = 0.22
_LARGER = 1.35
"""Size of a lit marker, in others."""


class BatchPlane:
    """All training samples, painted once, and above them those that are lit.

    Attributes
    ----------
    frame : PlaneFrame
    lit : list of PathItem
        The lit samples of each class; of values, of each sign.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self.frame = PlaneFrame(scene)
        self.points = QGraphicsPixmapItem()
        self.points.setZValue(1.0)
        self.points.setOpacity(_FAINT)
        scene.addItem(self.points)
        self.lit: list[PathItem] = []

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, problem: Problem, ratio: float) -> None:
        """Fill a rectangle with a problem's plane; ``ratio`` is device pixels a pixel."""
        first, second = (
            FEATURES[name].label if name in FEATURES else name for name in problem.projection.axis_labels
        )
        self.frame.arrange(rect, font, theme, problem, (first, second))
        side = min(self.frame.rect.width(), self.frame.rect.height())
        marker = float(np.clip(0.024 * side, 6.0, 14.0))
        self._places = self.frame.pixels(problem.train.points)
        places = self._places[:MOST_POINTS], np.empty((0, 2))
        size = QSizeF(rect.right() + marker, rect.bottom() + marker)
        self.points.setPixmap(paint_points(problem, places, theme, size, ratio, marker))
        self._groups = groups(problem.train)
        self._provide(_styles(problem, theme), theme, _LARGER * marker)
        self._all_lit = False

    def light(self, samples: NDArray[np.intp]) -> None:
        """Light these training samples and no others."""
        everything = len(samples) == len(self._places)
        if everything and self._all_lit:
            return
        self._all_lit = everything
        groups_of, places = self._groups[samples], self._places[samples]
        for group, (item, marker) in enumerate(zip(self.lit, self._markers, strict=True)):
            path = QPainterPath()
            path.setFillRule(Qt.FillRule.WindingFill)  # where markers overlap there is no hole
            for x, y in places[groups_of == group][:MOST_POINTS].tolist():
                path.addPath(marker.translated(x, y))
            item.setPath(path)

    def _provide(self, styles: list[PointStyle], theme: Theme, size: float) -> None:
        """Have an item for each style, and no more."""
        while len(self.lit) > len(styles):
            self._scene.removeItem(self.lit.pop())
        while len(self.lit) < len(styles):
            self.lit.append(add_path(self._scene, 2.0))
        for item, style in zip(self.lit, styles, strict=True):
            item.setPen(line_pen(theme.text, max(1.2, 0.12 * size)))
            item.setBrush(QBrush(QColor(style.color)))
        self._markers = [QTransform.fromScale(size, size).map(marker_path(style.symbol)) for style in styles]


def groups(samples: Samples) -> NDArray[np.int64]:
    """For each sample which of the styles it has: its class's, or its value's sign's."""
    if samples.classes is not None:
        return samples.classes
    return (samples.targets[:, 0] >= 0.0).astype(np.int64)


def _label(axis: str) -> str:
    """An axis's name, the data's own inputs typeset as in the diagram."""
    return FEATURES[axis].label if axis in FEATURES else axis


def _styles(problem: Problem, theme: Theme) -> list[PointStyle]:
    if problem.classes:
        count = len(problem.classes)
        return [class_style(k, count, theme, filled=True) for k in range(count)]
    return [PointStyle("o", theme.negative, filled=True), PointStyle("o", theme.positive, filled=True)]

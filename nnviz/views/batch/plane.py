"""The plane of a problem with the samples of one batch lit and the others faint."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainterPath, QTransform

from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.points import MOST_POINTS, PointStyle, class_style, marker_path
from nnviz.experiment.problem import Problem, Samples
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.samples import SamplePlane
from nnviz.theme import Theme

_FAINT = 0.22
_LARGER = 1.35
"""Size of a lit marker, in others."""


class BatchPlane:
    """All training samples, painted once, and above them those that are lit.

    Attributes
    ----------
    samples : SamplePlane
    lit : list of PathItem
        The lit samples of each class; of values, of each sign.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        self.samples = SamplePlane(canvas, has_test=False)
        self.samples.points.setOpacity(_FAINT)
        self.samples.plane.moved.connect(self._forget)
        self.lit: list[PathItem] = []
        self._all_lit = False

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, problem: Problem) -> None:
        """Fill a rectangle with a problem's plane."""
        self.samples.arrange(rect, font, theme, problem)
        self._groups = groups(problem.train)
        self._provide(_styles(problem, theme), theme, _LARGER * self.samples.marker)

    def light(self, samples: NDArray[np.intp]) -> None:
        """Light these training samples and no others."""
        everything = len(samples) == len(self._groups)
        if everything and self._all_lit:
            return
        self._all_lit = everything
        groups_of, places = self._groups[samples], self.samples.places[samples]
        for group, (item, marker) in enumerate(zip(self.lit, self._markers, strict=False)):
            path = QPainterPath()
            path.setFillRule(Qt.FillRule.WindingFill)  # where markers overlap there is no hole
            for x, y in places[groups_of == group][:MOST_POINTS].tolist():
                path.addPath(marker.translated(x, y))
            item.setPath(path)

    def _forget(self) -> None:
        self._all_lit = False

    def _provide(self, styles: list[PointStyle], theme: Theme, size: float) -> None:
        """Have an item for each style, and no more that are seen."""
        while len(self.lit) < len(styles):
            self.lit.append(PathItem())
            self.samples.plane.add_in_pixels(self.lit[-1])
        for item in self.lit[len(styles) :]:
            item.setPath(QPainterPath())
        for item, style in zip(self.lit, styles, strict=False):
            item.setPen(line_pen(theme.text, max(1.2, 0.12 * size)))
            item.setBrush(QColor(style.color))
        self._markers = [QTransform.fromScale(size, size).map(marker_path(style.symbol)) for style in styles]


def groups(samples: Samples) -> NDArray[np.int64]:
    """For each sample which of the styles it has: its class's, or its value's sign's."""
    if samples.classes is not None:
        return samples.classes
    return (samples.targets[:, 0] >= 0.0).astype(np.int64)


def _styles(problem: Problem, theme: Theme) -> list[PointStyle]:
    if problem.classes:
        count = len(problem.classes)
        return [class_style(k, count, theme, filled=True) for k in range(count)]
    return [PointStyle("o", theme.negative, filled=True), PointStyle("o", theme.positive, filled=True)]

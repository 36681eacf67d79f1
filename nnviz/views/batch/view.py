"""The batch of the next step: its samples highlighted in the plane, its gradient and that of all samples."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainterPath, QTransform
from PySide6.QtWidgets import QWidget

from nnviz.analysis.batch_lens import BatchLens, BatchPicture, NextBatch
from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.points import MOST_POINTS, PointStyle, class_style, marker_path
from nnviz.drawing.words import wrapped
from nnviz.experiment.problem import Problem
from nnviz.experiment.samples import Samples
from nnviz.plots.canvas import PlotCanvas, PlotView
from nnviz.plots.samples import SamplePlane
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme
from nnviz.views.batch.arrows import BatchArrows

_FAINT = 0.22
_LARGER = 1.35
"""Size of a highlighted marker, relative to the others."""

LENS = BatchLens()
TOO_MANY = "no gradients: those of so many samples and weights take too long for a frame"
NO_CONVOLUTIONS = "no gradients: here they are computed for layers without convolutions alone"
DIVERGED = "the run has diverged"
_PAD = 8.0
_WIDE = 1.25
"""Ratio of width to height above which the two parts are side by side."""


class BatchPlane:
    """All training samples, painted once, and above them the highlighted ones.

    Attributes
    ----------
    lit : list of PathItem
        The highlighted samples of each class; for regression, of each sign.
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
        """Highlight these training samples and no others."""
        everything = len(samples) == len(self._groups)
        if everything and self._all_lit:
            return
        self._all_lit = everything
        groups_of, places = self._groups[samples], self.samples.places[samples]
        for group, (item, marker) in enumerate(zip(self.lit, self._markers, strict=False)):
            path = QPainterPath()
            path.setFillRule(Qt.FillRule.WindingFill)  # no holes where markers overlap
            for x, y in places[groups_of == group][:MOST_POINTS].tolist():
                path.addPath(marker.translated(x, y))
            item.setPath(path)

    def _forget(self) -> None:
        self._all_lit = False

    def _provide(self, styles: list[PointStyle], theme: Theme, size: float) -> None:
        """Make an item for each style, and hide the others."""
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
    """For each sample the index of its style: its class, or the sign of its value."""
    if samples.classes is not None:
        return samples.classes
    return (samples.targets[:, 0] >= 0.0).astype(np.int64)


def _styles(problem: Problem, theme: Theme) -> list[PointStyle]:
    if problem.classes:
        count = len(problem.classes)
        return [class_style(k, count, theme, filled=True) for k in range(count)]
    return [PointStyle("o", theme.negative, filled=True), PointStyle("o", theme.positive, filled=True)]


class BatchView(PlotView[Snapshot]):
    """The samples of the next batch highlighted, and three gradients at the current weights as arrows.

    They are gradients of the loss without penalties. Lengths and angles to the full gradient are exact.
    """

    aspects = (LENS,)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self._problem: Problem | None = None
        self.title, self.note, self.why_not = Text(scene), Text(scene), Text(scene)
        self.plane, self.arrows = BatchPlane(self.canvas), BatchArrows(self.canvas)

    def mark_sample(self, sample: int | None) -> None:
        self.plane.samples.mark_sample(sample)
        self.canvas.repaint_soon()

    def _lay_out(self) -> None:
        if self._snapshot is None:
            return
        self._problem = self._snapshot.problem
        line, font = float(self.fontMetrics().height()), self.font()
        left, right = _halves(self.canvas.area.adjusted(_PAD, _PAD / 2, -_PAD, -_PAD), line)
        self._right = right
        self.title.set_style(bold(font), self._theme.text)
        self.title.place(left.left(), left.top())
        below = left.adjusted(0.0, 2 * line + _PAD / 2, 0.0, 0.0)
        self.plane.arrange(below, font, self._theme, self._problem)
        self.arrows.arrange(right, font, self._theme)
        for text, place in ((self.note, left.topLeft() + QPointF(0.0, line)), (self.why_not, right.topLeft())):
            text.set_style(font, self._theme.muted)
            text.place(place.x(), place.y())

    def _paint(self, snapshot: Snapshot) -> None:
        if snapshot.problem is not self._problem:
            self._lay_out()
        picture = snapshot.scene.aspects.get(LENS) if snapshot.scene else None
        if isinstance(picture, NextBatch):
            self._show_batch(picture, len(snapshot.problem.train))
        measured = picture if isinstance(picture, BatchPicture) and snapshot.finite else None
        self.arrows.set_visible(measured is not None)
        self.why_not.set_words("" if measured or picture is None else self._why_not(finite=snapshot.finite))
        if measured:
            self.arrows.show_picture(measured)

    def _show_batch(self, picture: NextBatch, total: int) -> None:
        self.title.set_words(f"next: batch {picture.batch + 1:,} of {picture.batches:,}")
        self.note.set_words(f"{len(picture.samples):,} of {total:,} training samples")
        self.plane.light(picture.samples)

    def _why_not(self, *, finite: bool) -> str:
        convolved = self._snapshot and self._snapshot.problem.network.convolutions
        why = NO_CONVOLUTIONS if convolved else TOO_MANY
        return "\n".join(wrapped([why if finite else DIVERGED], self._right.width(), self.font()))


def _halves(area: QRectF, line: float) -> tuple[QRectF, QRectF]:
    """Rectangles for the plane and the arrows: side by side, or below each other if that leaves more space."""
    width, height = area.width(), area.height()
    if width >= _WIDE * height:
        left = min(0.5 * width, height)
        return QRectF(area.left(), area.top(), left - _PAD, height), area.adjusted(left + _PAD, 0.0, 0.0, 0.0)
    upper = 0.5 * (height - line)
    return area.adjusted(0.0, 0.0, 0.0, upper - height), area.adjusted(0.0, upper + line / 2, 0.0, 0.0)

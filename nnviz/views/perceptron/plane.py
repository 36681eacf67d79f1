"""The plane of a perceptron: samples, the line that separates them, and its draggable weight vector."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainterPath

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.line import (
    Arrow,
    Embedding,
    HeldWeights,
    LineHandle,
    StraightLine,
    arrow,
    corners_of,
    handle_at,
)
from nnviz.drawing.paths import HEAD, PathItem, arrow_path, circles, line_pen
from nnviz.drawing.points import MOST_POINTS
from nnviz.experiment.problem import Problem
from nnviz.kinds.perceptron import PerceptronState
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.samples import SamplePlane
from nnviz.theme import Theme, mix

_TINT = 0.2
_FEW = 12
"""Most samples that have large markers."""
_MOST_RINGS = 60
"""Most wrong samples that are ringed; more rings would be confusing and slow to paint."""

_PIXELS = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])


class PerceptronPlane:
    """Draws a perceptron's line, and computes the weights when the line is moved.

    Everything is in pixels and drawn again when the plane is zoomed, so the arrow is always visible.

    Attributes
    ----------
    samples : SamplePlane
    plane : Plane
    line, before, normal, fault, wrong : PathItem
        The line now and before the last step, its normal, rings around the last wrong sample and all wrong ones.
    arrow : Arrow or None
        The drawn normal; None without a line.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        self.samples = SamplePlane(canvas)
        self.plane = self.samples.plane
        self.plane.reading = self._read
        self.plane.moved.connect(self._embed)
        self._sides = PathItem(), PathItem()
        self.before, self.line, self.wrong, self.fault = PathItem(), PathItem(), PathItem(), PathItem()
        self.normal, self.handles = PathItem(), PathItem()
        self.side_names = Text(canvas.scene()), Text(canvas.scene())
        self._arrow_name = Text(canvas.scene())
        self.plane.add_in_pixels(*self._sides, below=True)
        shown = (self.before, self.line, *self.side_names, self.samples.points, self.wrong, self.fault)
        for layer, item in enumerate((*shown, self.normal, self.handles, self._arrow_name)):
            item.setZValue(layer)
            self.plane.add_in_pixels(item)
        self._problem: Problem | None = None
        self._now = StraightLine(np.zeros(2), 1.0)
        self.arrow: Arrow | None = None

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, problem: Problem) -> None:
        """Fill a rectangle with a problem's plane."""
        self._theme, self._problem = theme, problem
        few = len(problem.train) <= _FEW
        self.samples.arrange(rect, font, theme, problem, (0.065, 32.0) if few else (0.024, 14.0))
        self._style(font)

    def show(self, state: PerceptronState, held: HeldWeights | None) -> None:
        """Draw a state; while the line is dragged, with the dragged weights."""
        weights, bias = (held.weights, held.bias) if held else (state.weights, state.bias)
        self._show_line(self._embedding.line(weights, bias), bias)
        before = self._embedding.line(state.weights_before, state.bias_before)
        moved = not np.array_equal([*weights, bias], [*state.weights_before, state.bias_before])
        self._join(self.before, before if moved and before.exists else None)
        wrong = np.flatnonzero(state.wrong[:MOST_POINTS])
        self._ring(self.wrong, wrong if len(wrong) <= _MOST_RINGS else wrong[:0], 0.8)
        self._ring(self.fault, np.array([state.sample] if 0 <= state.sample < MOST_POINTS else [], np.intp), 1.15)
        color = self._theme.warning if state.mistaken else self._theme.text
        self.fault.setPen(line_pen(color, 3.5 if state.mistaken else 2.0))

    @property
    def middle(self) -> FloatArray:
        """Centre of the visible part, in pixels."""
        return np.array(self.plane.frame.center().toTuple())

    def handle_at(self, place: QPointF, state: PerceptronState) -> LineHandle | None:
        """The handle at a place, if any."""
        line = self._embedding.line(state.weights, state.bias)
        return handle_at(place, line, self.arrow, self.middle, self._embedding)

    def _embed(self) -> None:
        if self._problem:
            self._embedding = Embedding.of(self._problem, self.plane.points(_PIXELS))

    def _read(self, x: float, y: float) -> Sequence[str]:
        """The point's coordinates, the unit's output there, and the sample nearby."""
        place = self.plane.pixels(np.array([x, y]))
        answer = int(self._now.normal.dot(place) + self._now.offset >= 0.0)
        where, *sample = self.samples.read(x, y)
        return [where, f"y = {answer}", *sample]

    def _style(self, font: QFont) -> None:
        theme = self._theme
        for side, color in zip(self._sides, (theme.negative, theme.positive), strict=True):
            tint = QColor(color)
            tint.setAlphaF(_TINT)  # so that the grid stays visible
            side.setPen(Qt.PenStyle.NoPen)
            side.setBrush(tint)
        self.line.setPen(line_pen(theme.text, 3.0))
        self.before.setPen(line_pen(mix(theme.background, theme.text, 0.5), 2.0, Qt.PenStyle.DashLine))
        self.wrong.setPen(line_pen(theme.warning, 1.5, Qt.PenStyle.DotLine))
        self.normal.setPen(line_pen(theme.accent, 3.0))
        self.normal.setBrush(QColor(theme.accent))
        self.handles.setPen(line_pen(theme.accent, 2.0))
        self.handles.setBrush(QColor(theme.background))
        for text in self.side_names:
            text.set_style(font, theme.muted)
        self._arrow_name.set_style(bold(font), theme.accent)
        self._arrow_name.set_words("w")

    def _show_line(self, line: StraightLine, bias: float) -> None:
        there, frame = line.exists, self.plane.frame
        self._now = line = line if there else StraightLine(np.zeros(2), 1.0 if bias >= 0 else -1.0)
        for side, part in zip(self._sides, (line.opposite().side(frame), line.side(frame)), strict=True):
            side.setPath(_polygon(part))
        self._join(self.line, line if there else None)
        stands = there and (self._embedding.invertible or len(line.across(frame)) > 0)
        self._show_arrow(line if stands else None)
        self._name_sides(corners_of(frame).dot(line.normal) + line.offset)

    def _show_arrow(self, line: StraightLine | None) -> None:
        right, _up = self.plane.unit
        self.arrow = arrow(line, float(np.hypot(*line.normal)) * right**2, self.plane.frame) if line else None
        self._arrow_name.setVisible(self.arrow is not None)
        path = QPainterPath()
        if self.arrow and line:
            tip, along = self.arrow.tip, line.direction
            path = arrow_path(self.arrow.foot, tip, along)
            x, y = tip + 0.9 * HEAD * np.array([-along[1], along[0]])
            self._arrow_name.place(x, y, 0.5, 0.5)
        foot = self.arrow.foot if self.arrow else self.middle
        self.normal.setPath(path)
        self.handles.setPath(circles(foot[np.newaxis][: self._embedding.invertible], 0.4 * HEAD))

    def _name_sides(self, heights: FloatArray) -> None:
        """Write the unit's output in the two corners farthest from the line."""
        inner = corners_of(self.plane.frame.adjusted(6.0, 4.0, -6.0, -4.0))
        for text, sign, words in zip(self.side_names, (-1, 1), ("y = 0", "y = 1"), strict=True):
            farthest = int((sign * heights).argmax())
            text.set_words(words if sign * heights[farthest] > 0 else "")
            text.place(
                inner[farthest, 0], inner[farthest, 1], float(farthest in {1, 2}), float(farthest in {2, 3})
            )

    def _ring(self, item: PathItem, samples: NDArray[np.intp], size: float) -> None:
        item.setPath(circles(self.samples.places[samples], size * self.samples.marker))

    def _join(self, item: PathItem, line: StraightLine | None) -> None:
        """Draw a line across the frame, or none."""
        ends = line.across(self.plane.frame) if line else np.empty((0, 2))
        item.set_points(ends[:, 0], ends[:, 1], "all")


def _polygon(corners: FloatArray) -> QPainterPath:
    path = QPainterPath()
    for k, (x, y) in enumerate(corners):
        (path.lineTo if k else path.moveTo)(x, y)
    path.closeSubpath()
    return path

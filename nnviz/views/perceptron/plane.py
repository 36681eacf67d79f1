"""The plane of a perceptron: samples, the line that parts them, and its weight vector to take hold of."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPainterPath
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.arrows import HEAD, arrow_path
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.line import Arrow, Embedding, Grip, Held, StraightLine, arrow, corners_of, grip
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.plane_frame import PlaneFrame
from nnviz.drawing.points import MOST_POINTS, paint_points
from nnviz.experiment.problem import Problem
from nnviz.kinds.perceptron.state import PerceptronState
from nnviz.theme import Theme, mix
from nnviz.views.perceptron.words import labels

_TINT = 0.2
"""Length of an arrow's head, in pixels."""
_FEW = 12
"""Up to so many samples have large markers."""
_MOST_RINGS = 60
"""Of more wrong samples none is ringed: they would be a tangle, and dear to paint."""


class PerceptronPlane:
    """Draws a perceptron's line, and says what the weights are when the line is moved.

    Attributes
    ----------
    frame : PlaneFrame
    line, before, normal, fault, wrong : PathItem
        The line now and before the last step, its normal, rings around the sample at fault and the wrong ones.
    arrow : Arrow or None
        The normal as it is drawn; None without a line.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.frame = PlaneFrame(scene)
        self._sides = add_path(scene, -4.0), add_path(scene, -4.0)
        self.before, self.line = add_path(scene, 1.0), add_path(scene, 2.0)
        self.points = QGraphicsPixmapItem()
        self.points.setZValue(3.0)
        scene.addItem(self.points)
        self.wrong, self.fault = add_path(scene, 4.0), add_path(scene, 4.5)
        self.normal, self.handles = add_path(scene, 5.0), add_path(scene, 5.5)
        self.side_names = Text(scene, 2.5), Text(scene, 2.5)
        self._arrow_name = Text(scene, 6.0)
        self.arrow: Arrow | None = None

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, problem: Problem, ratio: float) -> None:
        """Fill a rectangle with a problem's plane; ``ratio`` is device pixels a pixel."""
        self._theme = theme
        first, second = labels(problem) if len(problem.input_labels) == 2 else ("", "")
        self.frame.arrange(rect, font, theme, problem, (first, second))
        pixels = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
        self._embedding = Embedding.of(problem, self.frame.points(pixels))
        self._style(font)
        few = len(problem.train) <= _FEW
        side = min(self.frame.rect.width(), self.frame.rect.height())
        self.marker = float(np.clip(side * (0.065 if few else 0.024), 6.0, 32.0 if few else 14.0))
        self._train, test = (
            self.frame.pixels(samples.points[:MOST_POINTS]) for samples in (problem.train, problem.test)
        )
        size = QSizeF(rect.right() + self.marker, rect.bottom() + self.marker)
        self.points.setPixmap(paint_points(problem, (self._train, test), theme, size, ratio, self.marker))

    def show(self, state: PerceptronState, held: Held | None) -> None:
        """Draw a state, its line where a hand holds it."""
        weights, bias = (held.weights, held.bias) if held else (state.weights, state.bias)
        line = self._embedding.line(weights, bias)
        self._show_line(line, bias)
        before = self._embedding.line(state.weights_before, state.bias_before)
        moved = not np.array_equal([*weights, bias], [*state.weights_before, state.bias_before])
        _join(self.before, before.across(self.frame.rect) if moved and before.there else np.empty((0, 2)))
        wrong = np.flatnonzero(state.wrong[: len(self._train)])
        self._ring(self.wrong, wrong if len(wrong) <= _MOST_RINGS else [], 0.8)
        self._ring(self.fault, [state.sample] if 0 <= state.sample < len(self._train) else [], 1.15)
        color = self._theme.warning if state.mistaken else self._theme.text
        self.fault.setPen(line_pen(color, 3.5 if state.mistaken else 2.0))

    def grip(self, place: QPointF, state: PerceptronState) -> Grip | None:
        """What there is to take hold of at a place."""
        line = self._embedding.line(state.weights, state.bias)
        return grip(place, line, self.arrow, self.frame.middle, self._embedding)

    def _style(self, font: QFont) -> None:
        theme = self._theme
        for side, color in zip(self._sides, (theme.negative, theme.positive), strict=True):
            side.setPen(Qt.PenStyle.NoPen)
            side.setBrush(mix(theme.zero, color, _TINT))
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
        there = line.there
        if not there:
            line = StraightLine(np.zeros(2), 1.0 if bias >= 0 else -1.0)
        for side, part in zip(
            self._sides, (line.opposite().side(self.frame.rect), line.side(self.frame.rect)), strict=True
        ):
            side.setPath(_polygon(part))
        _join(self.line, line.across(self.frame.rect) if there else np.empty((0, 2)))
        stands = there and (self._embedding.invertible or len(line.across(self.frame.rect)) > 0)
        self._show_arrow(line if stands else None)
        heights = corners_of(self.frame.rect).dot(line.normal) + line.offset
        self._name_sides(heights)

    def _show_arrow(self, line: StraightLine | None) -> None:
        self.arrow = (
            arrow(line, float(np.hypot(*line.normal)) * self.frame.unit**2, self.frame.rect) if line else None
        )
        self._arrow_name.setVisible(self.arrow is not None)
        path, handles = QPainterPath(), QPainterPath()
        if self.arrow and line:
            tip, along = self.arrow.tip, line.direction
            path = arrow_path(self.arrow.foot, tip, along)
            x, y = tip + 0.9 * HEAD * np.array([-along[1], along[0]])
            self._arrow_name.place(x, y, 0.5, 0.5)
        foot = self.arrow.foot if self.arrow else self.frame.middle
        if self._embedding.invertible:
            handles.addEllipse(QPointF(*foot), 0.4 * HEAD, 0.4 * HEAD)
        self.normal.setPath(path)
        self.handles.setPath(handles)

    def _name_sides(self, heights: FloatArray) -> None:
        """Say what the unit answers in the two corners that are farthest from the line."""
        inner = corners_of(self.frame.rect.adjusted(6.0, 4.0, -6.0, -4.0))
        for text, sign, words in zip(self.side_names, (-1, 1), ("y = 0", "y = 1"), strict=True):
            farthest = int((sign * heights).argmax())
            text.set_words(words if sign * heights[farthest] > 0 else "")
            text.place(
                inner[farthest, 0], inner[farthest, 1], float(farthest in {1, 2}), float(farthest in {2, 3})
            )

    def _ring(self, item: PathItem, samples: object, size: float) -> None:
        path, radius = QPainterPath(), size * self.marker
        for x, y in self._train[np.array(samples, dtype=np.intp)]:
            path.addEllipse(QPointF(x, y), radius, radius)
        item.setPath(path)


def _join(item: PathItem, points: FloatArray) -> None:
    item.set_points(points[:, 0].copy(), points[:, 1].copy(), "all")


def _polygon(corners: FloatArray) -> QPainterPath:
    path = QPainterPath()
    for k, (x, y) in enumerate(corners):
        (path.lineTo if k else path.moveTo)(x, y)
    path.closeSubpath()
    return path

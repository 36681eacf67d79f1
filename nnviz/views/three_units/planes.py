"""The points with a pair of lines that is tried, and with what descent has made of two sigmoids."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainterPath

from nnviz.data.dataset import FloatArray
from nnviz.drawing.line import Embedding, StraightLine
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.drawing.pictures import MapItem
from nnviz.engine.tape import Array
from nnviz.experiment.problem import Problem
from nnviz.kinds.three_units.rule import ThreeUnitsState
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.samples import SamplePlane
from nnviz.runs.maps import signed_bytes
from nnviz.theme import Theme

_TINT = 0.22
_SIDE = 48
"""Rows and columns of the map of what descent answers."""
_MARKER = 0.065, 32.0
_RING = 0.9
_PIXELS = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
_FULL = np.ones(1, np.float32)


class LinesPlane:
    """Points of two classes, two lines, rings around the points that are wrong."""

    def __init__(self, canvas: PlotCanvas) -> None:
        self.samples = SamplePlane(canvas)
        self.plane = self.samples.plane
        self.lines, self.wrong = (PathItem(), PathItem()), PathItem()
        for layer, item in enumerate((*self.lines, self.samples.points, self.wrong), start=1):
            item.setZValue(layer)
            self.plane.add_in_pixels(item)
        self._problem: Problem | None = None

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, problem: Problem) -> None:
        """Fill a rectangle with a problem's plane."""
        self._theme, self._problem = theme, problem
        self.samples.arrange(rect, font, theme, problem, _MARKER)
        self.wrong.setPen(line_pen(theme.warning, 3.0))

    def straight(self, weights: Array, bias: float) -> StraightLine:
        """The line w·x + b = 0 in pixels."""
        if self._problem is None:
            return StraightLine(np.zeros(2), 1.0)
        return Embedding.of(self._problem, self.plane.points(_PIXELS)).line(weights, bias)

    def draw(self, lines: list[StraightLine], color: str, width: float, style: Qt.PenStyle) -> None:
        """Draw the lines that cross the frame."""
        for item, line in zip(self.lines, lines, strict=True):
            ends = line.across(self.plane.frame) if line.exists else np.empty((0, 2))
            item.setPen(line_pen(color, width, style))
            item.set_points(ends[:, 0], ends[:, 1], "all")

    def ring(self, wrong: FloatArray) -> None:
        """Ring these of the points."""
        places = self.samples.places[np.flatnonzero(wrong)]
        self.wrong.setPath(circles(places, _RING * self.samples.marker))


class SearchPlane(LinesPlane):
    """The pair that is tried: where each of its units says yes is tinted, where both do twice."""

    def __init__(self, canvas: PlotCanvas) -> None:
        super().__init__(canvas)
        self.sides = PathItem(), PathItem()
        self.plane.add_in_pixels(*self.sides, below=True)

    def show(self, state: ThreeUnitsState) -> None:
        """Show the pair tried last; nothing before the first."""
        search, pair = state.search, state.pair
        lines = [self.straight(*line) for line in search.lines(pair)] if pair >= 0 else []
        tint = QColor(self._theme.positive)
        tint.setAlphaF(_TINT)
        for item, line in zip(self.sides, [*lines, None, None], strict=False):
            item.setPen(Qt.PenStyle.NoPen)
            item.setBrush(tint)
            item.setPath(_polygon(_side(line, self.plane.frame)) if line else QPainterPath())
        nothing = StraightLine(np.zeros(2), 1.0)
        color = self._theme.accent if state.solved else self._theme.text
        self.draw(lines or [nothing, nothing], color, 5.0 if state.solved else 2.5, Qt.PenStyle.SolidLine)
        wrong = np.zeros(len(search.wanted))
        if pair >= 0:
            first, second = search.ways[search.pairs[pair]]
            wrong = (first & second) != search.wanted
        self.ring(wrong)


class DescentPlane(LinesPlane):
    """What two sigmoids and an AND answer, and where each sigmoid says one half."""

    def __init__(self, canvas: PlotCanvas) -> None:
        super().__init__(canvas)
        self._map = MapItem()
        self.plane.add(self._map)

    def show(self, state: ThreeUnitsState) -> None:
        """Show the sigmoids as they are now."""
        x_min, x_max, y_min, y_max = extent = self.plane.extent
        shares = (np.arange(_SIDE) + 0.5) / _SIDE
        xs, ys = np.meshgrid(x_min + shares * (x_max - x_min), y_max - shares * (y_max - y_min))
        outputs = state.outputs(np.column_stack([xs.ravel(), ys.ravel()])).reshape(1, _SIDE, _SIDE)
        self._map.set_map(
            signed_bytes((2.0 * outputs - 1.0).astype(np.float32), _FULL)[0], self._theme.area_table, extent
        )
        lines = [self.straight(w, float(b)) for w, b in zip(state.weights, state.biases, strict=True)]
        self.draw(lines, self._theme.text, 2.0, Qt.PenStyle.DashLine)
        self.ring((state.outputs(state.search.points) > 0.5) != state.search.wanted)


def _side(line: StraightLine, frame: QRectF) -> FloatArray:
    """The part of a frame on a line's positive side: all of it or nothing where there is no line."""
    if line.exists:
        return line.side(frame)
    return StraightLine(np.zeros(2), line.offset).side(frame)


def _polygon(corners: FloatArray) -> QPainterPath:
    path = QPainterPath()
    for k, (x, y) in enumerate(corners.tolist()):
        (path.lineTo if k else path.moveTo)(x, y)
    path.closeSubpath()
    return path

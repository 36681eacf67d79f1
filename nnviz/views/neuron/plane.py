"""One unit over the plane: its surface, its boundary, its weights as a draggable arrow, and a probe point."""

import math

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QMouseEvent
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QWidget

from nnviz.analysis.unit import ends, input_map, lines
from nnviz.data.dataset import Extent, FloatArray
from nnviz.drawing.canvas import add_path, bold
from nnviz.drawing.paths import PathItem, arrow_head, line_pen
from nnviz.drawing.pictures import MapItem
from nnviz.drawing.unit_lines import ToPixels
from nnviz.drawing.words import Tag
from nnviz.engine.activations import ActivationFunction
from nnviz.engine.outputs import SOFTMAX
from nnviz.experiment.problem import Problem
from nnviz.plots.samples import SamplesView, axis_words
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme, mix

_REACH = 0.1
"""Length of the arrow for a weight vector of length 1, as a fraction of the plane's width."""
_LONGEST = 0.42
"""Greatest length of the arrow, as a fraction of the plane's width."""
_GRASP = 22.0
"""Distance from the tip, in pixels, within which the arrow can be dragged."""

_TENTHS = range(1, 10)
_CIRCLE = np.linspace(0.0, 2.0 * np.pi, 41)


class WeightArrow:
    """An arrow from the boundary in the direction of steepest ascent; ``tip`` is its end in the plane."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.shaft, self.head = add_path(scene, 24.0), add_path(scene, 25.0)
        self.name = Tag(scene, 27.0)
        self.tip: FloatArray | None = None
        self._at = QPointF()
        self._height = 1.0

    @property
    def items(self) -> list[QGraphicsItem]:
        """All that is drawn."""
        return [self.shaft, self.head, *self.name.items]

    def set_style(self, theme: Theme, font: QFont) -> None:
        self._height = QFontMetricsF(font).height()
        self.shaft.setPen(line_pen(theme.text, 5.0))
        self.head.setPen(line_pen(theme.background, 1.0))
        self.head.setBrush(QBrush(QColor(theme.text)))
        self.name.set_style(theme, bold(font), framed=True)

    def show_normal(self, foot: FloatArray, normal: FloatArray, width: float, to_pixels: ToPixels) -> None:
        """Draw the gradient of p, shape (2,), from a foot, in a plane of a width."""
        size = float(np.hypot(*normal))
        self.tip = foot + normal * (min(_REACH * size, _LONGEST) * width / size)
        begin, end = to_pixels(np.stack([foot, self.tip]))
        self._at = QPointF(*end.tolist())
        span = max(float(np.hypot(*(end - begin))), 1e-9)
        ahead = (end - begin) / span
        head = min(max(10.0, 0.8 * self._height), span)
        self._draw(np.stack([begin, end - 0.8 * head * ahead]), arrow_head(end, ahead, head))
        x, y = (end + 0.8 * self._height * ahead).tolist()
        self.name.say("w", x, y)

    def clear(self) -> None:
        """Draw nothing."""
        self.tip = None
        self.name.set_visible(False)
        self._draw(np.empty((0, 2)), np.empty((0, 2)))

    def is_near(self, place: QPointF) -> bool:
        """Whether a pixel is near enough to drag the arrow."""
        away = place - self._at
        return self.tip is not None and float(np.hypot(away.x(), away.y())) < max(_GRASP, self._height)

    def _draw(self, shaft: FloatArray, head: FloatArray) -> None:
        self.shaft.set_points(shaft[:, 0].copy(), shaft[:, 1].copy())
        self.head.set_points(head[:, 0].copy(), head[:, 1].copy())


def normal_to(place: FloatArray, foot: FloatArray, width: float) -> FloatArray:
    """The gradient of p whose arrow would end at a place, without the limit on its length."""
    return np.asarray((place - foot) / (_REACH * width))


class UnitContours:
    """The line p = 0 (bold), contour lines of y (thin), and the y of three lines."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.contours, self.boundary = add_path(scene, 10.0), add_path(scene, 11.0)
        self.labels = [Tag(scene, 23.0) for _ in range(3)]
        self._font = QFont()

    @property
    def items(self) -> list[QGraphicsItem]:
        """All that is drawn."""
        return [self.contours, self.boundary, *(item for label in self.labels for item in label.items)]

    def set_style(self, theme: Theme, font: QFont) -> None:
        self._font = font
        self.contours.setPen(line_pen(mix(theme.background, theme.text, 0.7), 1.2, Qt.PenStyle.DashLine))
        self.boundary.setPen(line_pen(theme.text, 3.5))
        for label in self.labels:
            label.set_style(theme, font)

    def show_line(
        self, line: FloatArray, function: ActivationFunction, extent: Extent, to_pixels: ToPixels
    ) -> None:
        """Draw the lines of p = a x + c y + d, shape (1, 3); nothing if it is empty."""
        levels = _levels(function)
        rows = np.repeat(line, len(levels), axis=0)
        rows[:, 2] -= list(levels.values())[: len(rows)]
        points = ends(rows, extent)
        pixels = to_pixels(points.reshape(-1, 2)).reshape(-1, 2, 2)
        _draw(self.boundary, pixels[:1])
        _draw(self.contours, pixels[1:])
        for tag in self.labels:
            tag.set_visible(False)
        if function is not SOFTMAX:  # whose value depends on other units
            self._label(dict(zip(levels, pixels, strict=False)))

    def _label(self, lines: dict[float, FloatArray]) -> None:
        """Write y at the boundary and at the outermost lines."""
        values = list(lines)
        metrics = QFontMetricsF(self._font)
        distance, room = 2.4 * metrics.height(), metrics.horizontalAdvance("y = −0.8  ")
        chosen = dict.fromkeys(values[k] for k in (0, 1, -1) if -len(values) <= k < len(values))
        taken: list[tuple[float, float]] = []
        for tag, y in zip(self.labels, chosen, strict=False):
            if np.isfinite(lines[y]).all():
                place = _near_end(lines[y], distance)
                if all(math.hypot(place[0] - x, 4.0 * (place[1] - y_)) > room for x, y_ in taken):
                    tag.say(f"y = {y:g}".replace("-", "−"), *place)  # steep surfaces leave room for one
                    taken.append(place)


def _draw(path: PathItem, lines: FloatArray) -> None:
    seen = lines[np.isfinite(lines).all(axis=(1, 2))].reshape(-1, 2)
    path.set_points(seen[:, 0].copy(), seen[:, 1].copy(), "pairs")


def _levels(function: ActivationFunction) -> dict[float, float]:
    """Values y for contour lines, each with its p = σ⁻¹(y): p = 0, and tenths of a saturating function."""
    at_zero = float(function(np.zeros((1, 1)))[0, 0])
    if function.inverse is None:
        return {at_zero: 0.0}
    low, high = function.span
    tenths = (round(low + k / 10 * (high - low), 12) for k in _TENTHS)
    return {at_zero: 0.0} | {y: function.inverse(y) for y in tenths if y != at_zero}


def _near_end(line: FloatArray, distance: float) -> tuple[float, float]:
    begin, end = line
    share = min(0.5, distance / max(float(np.hypot(*(end - begin))), 1e-9))
    x, y = (begin + share * (end - begin)).tolist()
    return x, y


class NeuronPlane(SamplesView):
    """The surface of the first layer's first unit.

    Signals
    -------
    probed : array, shape (2,), bool
        Position of the pointer in the plane, and whether it was clicked.
    unprobed
        The pointer has left.
    weights_dragged : array, shape (2,)
        The weights after a drag of the arrow.
    """

    probed = Signal(object, bool)
    unprobed = Signal()
    weights_dragged = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._input_map: FloatArray | None = None
        self._probe = np.empty((0, 2))
        self._foot: FloatArray | None = None
        self._extent = (0.0, 1.0, 0.0, 1.0)
        self._map = MapItem()
        self.plane.add(self._map)
        scene = self.plot.scene()
        self.contours, self.arrow, self.ring = UnitContours(scene), WeightArrow(scene), add_path(scene, 26.0)
        self.plane.add_in_pixels(self.ring, *self.contours.items, *self.arrow.items)
        self.plot.setAccessibleName("surface of one unit")
        self.plot.viewport().setMouseTracking(True)
        self.plot.viewport().installEventFilter(self)
        self.plot.arranged.connect(self._draw)

    def show_problem(self, problem: Problem) -> None:
        self._input_map = input_map(problem)
        self._extent = x_min, x_max, y_min, y_max = problem.extent
        square = abs((x_max - x_min) / (y_max - y_min) - 1.0) < 1e-6
        self.plot.show_extent(problem.extent, axis_words(problem), square=square)
        self.contours.set_style(self.theme, self.font())
        self.arrow.set_style(self.theme, self.font())
        self.ring.setPen(line_pen(self.theme.text, 3.5))
        super().show_problem(problem)

    def show_scene(self, snapshot: Snapshot) -> None:
        scene, flat = snapshot.scene, snapshot.problem.flat
        values = None if scene is None or flat else scene.map_of(1, 0)
        if scene is not None and values is not None:
            alone = snapshot.problem.network.layer_sizes[1:] == (1,) and scene.seen == scene.extent
            values = scene.region if alone and scene.region is not None else values
            self._map.set_map(values, self.theme.area_table, scene.extent)
        self._map.setVisible(values is not None)
        self._draw()

    def show_probe(self, point: FloatArray) -> None:
        """Mark the probe point."""
        if not np.array_equal(point.reshape(1, 2), self._probe):
            self._probe = point.reshape(1, 2)
            self._draw_probe()
            self.plot.repaint_soon()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer, which probes the plane and drags the arrow."""
        kind = event.type()
        if kind == QEvent.Type.Leave:
            self.unprobed.emit()
        elif isinstance(event, QMouseEvent) and self.snapshot:
            if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
                self._press(event.position(), self.snapshot)
            elif kind == QEvent.Type.MouseMove:
                self._move(event.position())
            elif kind == QEvent.Type.MouseButtonRelease:
                self._foot = None
        return super().eventFilter(watched, event)

    def _press(self, place: QPointF, snapshot: Snapshot) -> None:
        if self.arrow.is_near(place):
            self._foot = _foot(self._line(snapshot), self._extent)
        else:
            self._tell(place, clicked=True)

    def _move(self, place: QPointF) -> None:
        if self._foot is not None and self._input_map is not None:
            normal = normal_to(self._point(place), self._foot, self._extent[1] - self._extent[0])
            self.weights_dragged.emit(np.linalg.solve(self._input_map[:, :2].T, normal))
            return
        grasps = self.arrow.is_near(place)
        self.plot.viewport().setCursor(Qt.CursorShape.OpenHandCursor if grasps else Qt.CursorShape.CrossCursor)
        self._tell(place, clicked=False)

    def _tell(self, place: QPointF, *, clicked: bool) -> None:
        if self.plane.frame.contains(place):
            self.probed.emit(self._point(place), clicked)

    def _point(self, place: QPointF) -> FloatArray:
        return np.array(self.plane.point_at(place))

    def _line(self, snapshot: Snapshot) -> FloatArray:
        """(a, c, d) of p = a x + c y + d, shape (1, 3); empty if p is not linear in the plane, or never zero."""
        if self._input_map is None:
            return np.empty((0, 3))
        found = lines(snapshot.parameters, self._input_map)[:1]
        return found if np.isfinite(found).all() and found[0, :2].any() else found[:0]

    def _draw(self) -> None:
        if self.snapshot is None:
            return
        problem, line = self.snapshot.problem, self._line(self.snapshot)
        self.contours.show_line(line, problem.network.activations[0], self.plane.extent, self.pixels)
        if len(line):
            x_min, x_max, *_ = self._extent
            self.arrow.show_normal(_foot(line, self._extent), line[0, :2], x_max - x_min, self.pixels)
        else:
            self.arrow.clear()
        self._draw_probe()

    def _draw_probe(self) -> None:
        x, y = self.pixels(self._probe).T[:, :1]
        radius = 0.9 * self.marker
        self.ring.set_points(*(x + radius * np.cos(_CIRCLE), y + radius * np.sin(_CIRCLE)) if len(x) else (x, y))


def _foot(line: FloatArray, extent: tuple[float, float, float, float]) -> FloatArray:
    """The midpoint of a line's visible part; the plane's centre if it is outside."""
    middle = ends(line, extent)[0].mean(axis=0)
    x_min, x_max, y_min, y_max = extent
    return middle if np.isfinite(middle).all() else np.array([(x_min + x_max) / 2, (y_min + y_max) / 2])

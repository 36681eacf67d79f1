"""One neuron over the plane: its surface, its boundary, its weights as a draggable arrow, and a probe point."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent
from PySide6.QtWidgets import QWidget

from nnviz.analysis.unit import NeuronLens, NeuronPicture, ends, input_map, lines
from nnviz.data.dataset import Extent, FloatArray
from nnviz.drawing.canvas import add_path
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.pictures import MapItem
from nnviz.drawing.words import Tag
from nnviz.experiment.problem import Problem
from nnviz.numerals import nice_above
from nnviz.plots.sample_words import axis_words
from nnviz.plots.samples import SamplesView
from nnviz.runs.maps import Bytes
from nnviz.runs.snapshot import Snapshot
from nnviz.views.neuron.boundary import UnitContours, WeightArrow, normal_to

_CIRCLE = np.linspace(0.0, 2.0 * np.pi, 41)


class NeuronPlane(SamplesView):
    """The surface of one neuron; for data with one input, its curve.

    The weights of a first layer that gets the plane's two coordinates are drawn as an arrow. Of other neurons only
    the line p = 0 is drawn, where the grid of the surface shows it.

    Attributes
    ----------
    lens : NeuronLens
        The neuron.

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
        self.lens = NeuronLens(1, 0)
        self._input_map: FloatArray | None = None
        self._probe = np.empty((0, 2))
        self._foot: FloatArray | None = None
        self._extent: Extent = (0.0, 1.0, 0.0, 1.0)
        self._map, self.threshold, self.curve = MapItem(), PathItem(), PathItem()
        for item, name in ((self._map, ""), (self.threshold, "p = 0"), (self.curve, "neuron")):
            self.plane.add(item, name)
        scene = self.plot.scene()
        self.contours, self.arrow, self.ring = UnitContours(scene), WeightArrow(scene), add_path(scene, 26.0)
        self.threshold_name = Tag(scene, 23.0)
        self.plane.add_in_pixels(self.ring, *self.contours.items, *self.arrow.items, *self.threshold_name.items)
        self.plot.setAccessibleName("surface of one neuron")
        self.plot.viewport().setMouseTracking(True)
        self.plot.viewport().installEventFilter(self)
        self.plot.arranged.connect(self._draw)

    def show_neuron(self, layer: int, unit: int) -> None:
        self.lens = NeuronLens(layer, unit)
        if self.snapshot:
            self.show_problem(self.snapshot.problem)
            self.show_scene(self.snapshot)
            self.plot.repaint_soon()

    def show_problem(self, problem: Problem) -> None:
        self._input_map = input_map(problem) if self.lens.layer == 1 else None
        self.plane.show_all()
        self._extent = (0.0, 0.0, 0.0, 0.0)
        self._show_extent(problem, None if problem.flat else problem.extent)
        is_output = self.lens.layer == len(problem.network.activations)
        has_points = is_output or not problem.flat  # the targets are not what a hidden neuron is to give
        self.points.setVisible(has_points)
        self.legend.setVisible(has_points)
        self.contours.letter = "y" if is_output else "o"
        for part in (self.contours, self.arrow):
            part.set_style(self.theme, self.font())
        self.threshold_name.set_style(self.theme, self.font())
        for item, color, width in (
            (self.ring, self.theme.text, 3.5),
            (self.threshold, self.theme.text, 2.0 if problem.flat else 3.5),
            (self.curve, self.theme.positive, 4.0),
        ):
            item.setPen(line_pen(color, width))
        super().show_problem(problem)

    def show_scene(self, snapshot: Snapshot) -> None:
        found = snapshot.scene.aspects.get(self.lens) if snapshot.scene else None
        picture = found if isinstance(found, NeuronPicture) else None
        self._map.setVisible(picture is not None and picture.map is not None)
        if picture and picture.map is not None:
            region = _region_of_only_neuron(snapshot)
            self._map.set_map(picture.map if region is None else region, self.theme.area_table, picture.extent)
        elif picture:
            self._show_extent(snapshot.problem, self._around(snapshot.problem, picture.curve))
        curve = picture.curve if picture else np.empty((0, 2))
        self.curve.set_points(curve[:, 0], curve[:, 1])
        self._draw_threshold(picture)
        self._draw()

    def _show_extent(self, problem: Problem, extent: Extent | None) -> None:
        """Show the whole of this part of the plane."""
        if extent and extent != self._extent:
            self._extent = x_min, x_max, y_min, y_max = extent
            square = abs((x_max - x_min) / (y_max - y_min) - 1.0) < 1e-6 and not problem.flat
            right, up = axis_words(problem)
            self.plot.show_extent(extent, (right, self.contours.letter if problem.flat else up), square=square)

    def _around(self, problem: Problem, curve: FloatArray) -> Extent:
        """What a curve needs, in round numbers: all that its function gives, or as far as it goes."""
        low, high = problem.network.activations[self.lens.layer - 1].span
        reached = curve[np.isfinite(curve[:, 1]), 1]
        far = nice_above(float(np.abs(reached).max(initial=0.0)))
        if self.points.isVisible():
            far = max(far, nice_above(float(np.abs(problem.train.targets).max())))
        low, high = max(low, -far), min(high, far)
        room = 0.1 * (high - low)
        return (*problem.extent[:2], low - room, high + room)

    def _draw_threshold(self, picture: NeuronPicture | None) -> None:
        """Draw where p = 0, unless it is drawn as an exact line; for one input, upright lines with a name."""
        points = picture.threshold if picture and self._input_map is None else np.empty((0, 2))
        flat = picture is not None and picture.map is None
        self.threshold_name.set_visible(flat and len(points) > 0)
        if flat and len(points):
            ends = np.repeat(points, 2, axis=0)
            ends[:, 1] = np.resize(self._extent[2:], len(ends))
            self.threshold.set_points(ends[:, 0], ends[:, 1], "pairs")
            x, y = self.pixels(np.array([[points[0, 0], self._extent[2]]]))[0].tolist()
            self.threshold_name.say("p = 0", x, y - QFontMetricsF(self.font()).height())
        else:
            self.threshold.set_points(points[:, 0], points[:, 1])

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
        found = lines(snapshot.parameters, self._input_map)[self.lens.unit : self.lens.unit + 1]
        return found if np.isfinite(found).all() and found[0, :2].any() else found[:0]

    def _draw(self) -> None:
        if self.snapshot is None:
            return
        problem, line = self.snapshot.problem, self._line(self.snapshot)
        function = problem.network.activations[self.lens.layer - 1]
        self.contours.show_line(line, function, self.plane.extent, self.pixels)
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


def _region_of_only_neuron(snapshot: Snapshot) -> Bytes | None:
    """The decision region, in the colours of the classes, if the network is this neuron and all of it is seen."""
    scene, alone = snapshot.scene, snapshot.problem.network.layer_sizes[1:] == (1,)
    return scene.region if alone and scene and scene.seen == scene.extent else None


def _foot(line: FloatArray, extent: tuple[float, float, float, float]) -> FloatArray:
    """The midpoint of a line's visible part; the plane's centre if it is outside."""
    middle = ends(line, extent)[0].mean(axis=0)
    x_min, x_max, y_min, y_max = extent
    return middle if np.isfinite(middle).all() else np.array([(x_min + x_max) / 2, (y_min + y_max) / 2])

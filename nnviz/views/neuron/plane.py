"""One unit over the plane: its surface, its boundary, its weights as an arrow to drag, and a point to probe."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from nnviz.analysis.unit import ends, input_map, lines
from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import add_path
from nnviz.drawing.paths import line_pen
from nnviz.drawing.pictures import MapItem
from nnviz.experiment.problem import Problem
from nnviz.plots.samples import SamplesView, axis_words
from nnviz.runs.snapshot import Snapshot
from nnviz.views.neuron.arrow import WeightArrow, normal_to
from nnviz.views.neuron.contours import UnitContours

_CIRCLE = np.linspace(0.0, 2.0 * np.pi, 41)


class NeuronPlane(SamplesView):
    """The surface of the first layer's first unit.

    Signals
    -------
    probed : array, shape (2,), bool
        Where the pointer is in the plane, and whether it was clicked.
    unprobed
        The pointer is gone.
    weights_dragged : array, shape (2,)
        Weights that the arrow was dragged to.
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
        """Show the part of the plane where the data lie."""
        self._input_map = input_map(problem)
        self._extent = x_min, x_max, y_min, y_max = problem.extent
        square = abs((x_max - x_min) / (y_max - y_min) - 1.0) < 1e-6
        self.plot.show_extent(problem.extent, axis_words(problem), square=square)
        self.contours.set_style(self.theme, self.font())
        self.arrow.set_style(self.theme, self.font())
        self.ring.setPen(line_pen(self.theme.text, 3.5))
        super().show_problem(problem)

    def show_scene(self, snapshot: Snapshot) -> None:
        """Show the surface and the arrow of a snapshot."""
        scene, flat = snapshot.scene, snapshot.problem.flat
        self._map.setVisible(scene is not None and not flat)
        if scene is not None and not flat:
            alone = snapshot.problem.network.layer_sizes[1:] == (1,) and scene.seen == scene.extent
            values = scene.region if alone and scene.region is not None else scene.maps[1][0]
            self._map.set_map(values, self.theme.area_table, scene.extent)
        self._draw()

    def show_probe(self, point: FloatArray) -> None:
        """Mark the point that is reckoned with."""
        if not np.array_equal(point.reshape(1, 2), self._probe):
            self._probe = point.reshape(1, 2)
            self._draw_probe()
            self.plot.repaint_soon()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer: it probes the plane, and drags the arrow."""
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
        """(a, c, d) of p = a x + c y + d, shape (1, 3); empty where p is nothing such, or nowhere zero."""
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
    """The middle of a line within the plane; where it is outside, the plane's middle."""
    middle = ends(line, extent)[0].mean(axis=0)
    x_min, x_max, y_min, y_max = extent
    return middle if np.isfinite(middle).all() else np.array([(x_min + x_max) / 2, (y_min + y_max) / 2])

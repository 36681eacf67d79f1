"""The plane as the network sees it: decision regions and their boundary, or the surface of a regression."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QGraphicsEllipseItem, QWidget

from nnviz.experiment.problem import Problem
from nnviz.experiment.snapshot import Snapshot
from nnviz.views.plot import MapItem, PathItem, line_pen, rectangle
from nnviz.views.samples import SamplesView

_SPACING = 9.0
"""Pixels between two points of a stroke."""

_PRESSED_OR_MOVED = {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseMove}


class RegionView(SamplesView):
    """Class areas by colour, confidence by its strength, the boundary as a line, points by marker.

    Signals
    -------
    stroke_drawn : array, shape (points, 2)
        Points that were drawn with the pointer, while drawing is on.
    """

    stroke_drawn = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._map, self._boundary = MapItem(), PathItem()
        self._boundary.setZValue(5)
        self.plot.addItem(self._map)
        self.plot.addItem(self._boundary)
        self.plot.setAccessibleName("decision regions")
        self._draws = False
        self._stroke: list[QPointF] = []
        self._marks: list[QGraphicsEllipseItem] = []
        self.plot.viewport().installEventFilter(self)

    def show_problem(self, problem: Problem) -> None:
        """Show the part of the plane where the data lie."""
        x_min, x_max, y_min, y_max = problem.extent
        square = abs((x_max - x_min) / (y_max - y_min) - 1.0) < 1e-6
        self.plot.setAspectLocked(square)
        self.plot.setRange(rectangle(problem.extent), padding=0)
        self.label_axes(problem.projection.axis_labels)
        self.title.setText(problem.projection.title if problem.dataset.inputs.shape[1] > 2 else "")
        self.title.setVisible(bool(self.title.text()))
        self._boundary.setPen(line_pen(self.theme.text, 2.0))
        super().show_problem(problem)

    def show_scene(self, snapshot: Snapshot) -> None:
        """Show the regions and the boundary of a snapshot."""
        scene = snapshot.scene
        if scene is None or scene.region is None:
            return
        outputs = snapshot.problem.network.layer_sizes[-1]
        several = outputs > 1 and snapshot.problem.classes
        table = self.theme.class_table(outputs) if several else self.theme.area_table
        self._map.set_map(scene.region, table, scene.extent)
        self._boundary.set_points(scene.boundary[:, 0].copy(), scene.boundary[:, 1].copy())

    def set_drawing(self, draws: bool) -> None:
        """Let the pointer draw points, or not."""
        self._draws = draws
        self._take_stroke()
        shape = Qt.CursorShape.CrossCursor if draws else Qt.CursorShape.ArrowCursor
        self.plot.viewport().setCursor(shape)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer while drawing is on."""
        if not self._draws or not isinstance(event, QMouseEvent):
            return super().eventFilter(watched, event)
        if event.type() in _PRESSED_OR_MOVED:
            if event.buttons() & Qt.MouseButton.LeftButton:
                self._extend_stroke(event.position())
            return True
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._finish_stroke()
            return True
        return super().eventFilter(watched, event)

    def _extend_stroke(self, place: QPointF) -> None:
        near = self._stroke and (place - self._stroke[-1]).manhattanLength() < _SPACING
        if near or not self.plot.getViewBox().sceneBoundingRect().contains(place):
            return
        self._stroke.append(place)
        radius = self.marker / 2
        mark = QGraphicsEllipseItem(place.x() - radius, place.y() - radius, 2 * radius, 2 * radius)
        mark.setBrush(QColor(self.theme.accent))
        mark.setZValue(30)
        self._marks.append(mark)
        self.plot.scene().addItem(mark)

    def _finish_stroke(self) -> None:
        view = self.plot.getViewBox()
        points = [view.mapSceneToView(place) for place in self._take_stroke()]
        if points:
            self.stroke_drawn.emit(np.array([(p.x(), p.y()) for p in points]))

    def _take_stroke(self) -> list[QPointF]:
        """The stroke so far, which is then begun anew."""
        for mark in self._marks:
            self.plot.scene().removeItem(mark)
        stroke, self._stroke, self._marks = self._stroke, [], []
        return stroke

"""Planes with samples: the base class of region and curve views, and a plane for use among other items."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnviz.analysis.unit import outputs_at
from nnviz.data.dataset import Extent, FloatArray
from nnviz.drawing.points import MOST_POINTS, Legend, SampleMark, SamplePoints
from nnviz.drawing.view import View
from nnviz.experiment.problem import Problem
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.plane_canvas import Pen, PlaneCanvas
from nnviz.plots.sample_words import answers, axis_words, place_words, sample_near, sample_rows
from nnviz.plots.scales import range_scale
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme, theme

_NEAR = 8.0
"""Distance in pixels within which the pointer finds a sample."""
_ROOM = 0.25
"""Margin around the samples, as a fraction of their bounding box."""
_MARKER = 0.024, 14.0
_FEW = 20
"""Number of samples up to which markers are twice as large."""
_OF_A_CORNER, _LARGEST = 0.075, 32.0
"""Size of the markers of a truth table, as a fraction of the view, and in pixels at most."""
_TITLE_LINES = 2
"""Lines of a title at most that stands beside buttons."""


class SamplesView(QWidget, View[Snapshot]):
    """A plane with the training and test samples.

    Subclasses draw the network's output in the visible part of the plane.

    Signals
    -------
    stroke_drawn : array, shape (points, 2)
        Points drawn with the pointer, while drawing is on.
    pointed : (x, y)
        A point that was clicked, while drawing is off.
    looked_at : (x_min, x_max, y_min, y_max) or None
        The part of the plane that is visible now; None for all of it.
    """

    stroke_drawn = Signal(object)
    pointed = Signal(float, float)
    looked_at = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme("light")
        self.snapshot: Snapshot | None = None
        self._problem: Problem | None = None
        self._painted: tuple[object, ...] = ()
        self._draws, self._has_test = False, True
        self.sheet: Problem | None = None
        self.title, self.plot, self.legend = QLabel(), PlaneCanvas(), Legend()
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title.setWordWrap(True)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self._sample: int | None = None
        self.points, self.mark = SamplePoints(), SampleMark()
        self.points.setZValue(20)
        self.mark.setZValue(26)
        self.plane = self.plot.main
        self.plane.add_in_pixels(self.points, self.mark)
        self.plane.reading = self.read
        self.plot.tables.append(lambda: sample_rows(self._problem))
        self.plane.zoomed.connect(self._tell_extent)
        self.plot.arranged.connect(self._place_points)
        self.plot.arranged.connect(self._place_mark)
        self.pen = Pen(self.plot)
        self.pen.stroke_drawn.connect(self.stroke_drawn)
        self.plot.clicked.connect(self._tell_point)
        self.setAutoFillBackground(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.title, self.plot, self.legend):
            column.addWidget(widget)
        column.setStretch(1, 1)
        self._room = 0, 0
        self.set_theme(self.theme)

    def leave_room(self, above: int, beside: int) -> None:
        """Leave room for buttons over the view: pixels above the plane, or beside a title that is short enough."""
        self._room = above, beside
        self._make_room()

    def _make_room(self) -> None:
        above, beside = self._room
        box = QRect(0, 0, max(1, self.width() - beside), self.height())
        needed = self.title.fontMetrics().boundingRect(box, Qt.TextFlag.TextWordWrap, self.title.text()).height()
        stands_beside = bool(self.title.text()) and needed <= _TITLE_LINES * self.title.fontMetrics().height()
        self.title.setContentsMargins(0, 0, beside * stands_beside, 0)
        if layout := self.layout():
            layout.setContentsMargins(0, 0 if stands_beside else above, 0, 0)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        anew = self._problem is None or snapshot.problem.train is not self._problem.train
        self.snapshot, self._problem = snapshot, snapshot.problem
        if anew:
            self.take_new_samples(snapshot)
        self.show_scene(snapshot)
        self.plot.repaint_soon(None if anew else self.changed_part)

    @property
    def changed_part(self) -> QRectF | None:
        """What another moment changes of the plot: only the inside of its frame, not the buttons beside it."""
        return self.plane.frame

    def take_new_samples(self, snapshot: Snapshot) -> None:
        """Show new samples whole, but while points are drawn on a part of the plane, on that part."""
        is_drawn = self._draws and (snapshot.experiment.data.name, snapshot.experiment.data.file) == ("drawn", "")
        self.sheet = None
        if not is_drawn:
            self.plane.show_all()
        self.show_problem(snapshot.problem)

    def show_sheet(self, sheet: Problem | None) -> None:
        """Show samples that cannot be learned yet, on the part of the plane that is seen, with no output."""
        if sheet is self.sheet or self._problem is None:
            return
        self.sheet = sheet
        if sheet:
            self.plane.zoom(self.plane.extent)  # what is drawn stays where it is
        else:
            self.plane.show_all()
        self.show_problem(self._problem)
        self.plot.repaint_soon()

    def set_test_shown(self, shown: bool) -> None:
        """Draw the test samples, or leave them out."""
        self._has_test = shown
        if self._problem:
            self.show_problem(self._problem)
            self.plot.repaint_soon()

    def mark_sample(self, sample: int | None) -> None:
        if sample != self._sample:
            self._sample = sample
            self._place_mark()
            self.plot.repaint_soon()

    def show_problem(self, problem: Problem) -> None:
        """Set the axes and draw the samples; done when the data change."""
        self.legend.show_problem(self.sheet or problem, self.theme, has_test=self._has_test)
        self.mark.set_style(self.theme)
        self._place_points()
        self._place_mark()
        self._make_room()

    def show_scene(self, snapshot: Snapshot) -> None:
        """Draw the network's output."""
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.plot.set_theme(theme)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.background))
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.text))
        self.setPalette(palette)
        if self.snapshot:
            self.show_problem(self.snapshot.problem)
            self.show_scene(self.snapshot)
            self.plot.repaint_soon()

    def set_drawing(self, draws: bool, reach: float = 0.0) -> None:
        """Turn drawing on or off; with a reach, a fraction of the plane's width, the pen erases."""
        self._draws = self.plane.box.is_drawn_on = draws
        self.pen.reach = reach
        self.pen.set_drawing(draws)

    def zoom(self, extent: Extent | None) -> None:
        if extent is None:
            self.plane.show_all()
        elif extent != self.plane.extent:
            self.plane.zoom(extent)

    def read(self, x: float, y: float) -> Sequence[str]:
        """Lines to read at a point: its coordinates, the network's output, the sample nearby."""
        if self.snapshot is None:
            return ()
        place = place_words(self.snapshot.problem, x, y)
        if self.sheet:
            return [place]
        near = max(_NEAR, self.marker)
        sample = sample_near(self.snapshot.problem, self.plane, x, y, near, has_test=self._has_test)
        return [place, *answers(self.snapshot.problem, outputs_at(self.snapshot, x, y)), *sample]

    def _tell_extent(self) -> None:
        self.looked_at.emit(self.plane.extent if self.plane.held else None)

    def _tell_point(self, place: QPointF) -> None:
        if not self._draws and self.plane.frame.contains(place):
            self.pointed.emit(*self.plane.point_at(place))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._problem:
            self.show_problem(self._problem)

    def pixels(self, points: FloatArray) -> FloatArray:
        """Pixels of points of the plot, shape (points, 2)."""
        return self.plane.pixels(points)

    @property
    def marker(self) -> float:
        """Size of a marker in pixels: a fraction of the view, for the last row; larger where few."""
        side = min(self.plot.width(), self.plot.height())
        if self._problem is not None and is_logic(self._problem):
            return float(max(14.0, min(_LARGEST, _OF_A_CORNER * side)))
        size = max(5.0, min(14.0, 0.02 * side))
        is_sparse = self._problem is not None and len(self._problem.train) + len(self._problem.test) <= _FEW
        return float(size * (2.0 if is_sparse else 1.0))

    def _place_mark(self) -> None:
        places = self._problem.train.points if self._problem and self._sample is not None else np.empty((0, 2))
        self.mark.show_at(self.pixels(places), self._sample, self.marker)

    def _place_points(self) -> None:
        if self._problem is None or self.plot.viewport().size().isEmpty():
            return
        problem, has_test = self.sheet or self._problem, self._has_test
        size, ratio = QSizeF(self.plot.viewport().size()), self.devicePixelRatioF()
        corners = self.pixels(np.array([[0.0, 0.0], [1.0, 1.0]])).ravel().tolist()
        painted = (problem.train, self.theme, has_test, size.width(), size.height(), ratio, *corners)
        if painted == self._painted:  # a layout reports one change several times
            return
        self._painted = painted
        self.pen.set_mark(self.theme.accent, self.marker)
        drawn = (problem.train.points[:MOST_POINTS], problem.test.points[: MOST_POINTS * has_test])
        train, test = map(self.pixels, drawn)
        self.points.show_points(problem, (train, test), self.theme, size, ratio, self.marker)


def is_logic(problem: Problem) -> bool:
    """Whether the samples are the rows of a truth table of two inputs: a few points at 0 and 1."""
    points = problem.train.points
    return len(points) + len(problem.test) <= _FEW and bool(np.isin(points, (0.0, 1.0)).all())


class SamplePlane:
    """A problem's plane for use among other items on a canvas; its samples are painted once, into a picture.

    Attributes
    ----------
    plane : Plane
        Shows the samples with a margin, and more where the frame has another shape.
    marker : float
        Size of a marker, in pixels.
    places : array, shape (samples, 2)
        Positions of the training samples, in pixels.
    """

    def __init__(self, canvas: PlotCanvas, *, has_test: bool = True) -> None:
        self._canvas, self._has_test = canvas, has_test
        self._problem: Problem | None = None
        self._sample: int | None = None
        self.plane, self.points, self.mark = canvas.plane(is_filled=True), SamplePoints(), SampleMark()
        self.mark.setZValue(5.0)
        self.plane.add_in_pixels(self.points, self.mark)
        self.plane.reading = self.read
        canvas.tables.append(lambda: sample_rows(self._problem))
        self.plane.moved.connect(self._place)
        self.marker, self.places = 0.0, np.empty((0, 2))

    def arrange(
        self, rect: QRectF, font: QFont, theme: Theme, problem: Problem, marker: tuple[float, float] = _MARKER
    ) -> None:
        """Fill a rectangle with a problem's plane; markers are a fraction of its side, up to a limit in pixels."""
        points = np.concatenate([problem.train.points, problem.test.points])
        x_min, x_max, y_min, y_max = problem.projection.extent(points, _ROOM)
        self._problem, self._theme, self._marker = None, theme, marker
        self.plane.box.is_square = abs((x_max - x_min) / (y_max - y_min) - 1.0) < 1e-6
        self.plane.name_axes(*axis_words(problem))
        self.mark.set_style(theme)
        whole = range_scale(x_min, x_max), range_scale(y_min, y_max)
        self.plane.held &= whole == (self.plane.x, self.plane.y)  # new data are shown whole
        self.plane.show(*whole)
        self._problem = problem  # the picture is painted only once
        self.plane.arrange(rect, font)

    def read(self, x: float, y: float) -> Sequence[str]:
        """Lines to read at a point: its coordinates and the sample nearby."""
        if self._problem is None:
            return ()
        near = max(_NEAR, self.marker)
        sample = sample_near(self._problem, self.plane, x, y, near, has_test=self._has_test)
        return [place_words(self._problem, x, y), *sample]

    def mark_sample(self, sample: int | None) -> None:
        """Mark a training sample, or none."""
        self._sample = sample
        self.mark.show_at(self.places, sample, self.marker)

    def _place(self) -> None:
        if self._problem is None:
            return
        frame, (share, largest) = self.plane.frame.toAlignedRect(), self._marker
        self.marker = float(np.clip(share * min(frame.width(), frame.height()), 6.0, largest))
        self.places = self.plane.pixels(self._problem.train.points)
        test = self.plane.pixels(self._problem.test.points[: MOST_POINTS * self._has_test])
        places = [points[:MOST_POINTS] - [frame.left(), frame.top()] for points in (self.places, test)]
        size, ratio = QSizeF(frame.size()), self._canvas.devicePixelRatioF()
        self.points.show_points(self._problem, (places[0], places[1]), self._theme, size, ratio, self.marker)
        self.points.setPos(frame.topLeft())
        self.mark_sample(self._sample)


def curve_extent(problem: Problem) -> Extent:
    """The part of the plane in which a curve is drawn: room for one that goes beyond its targets."""
    x_min, x_max, *_ = problem.extent
    targets = np.concatenate([problem.train.targets, problem.test.targets])[:, 0]
    low, high = float(targets.min()), float(targets.max())
    room = 0.35 * max(high - low, 1e-9)
    return x_min, x_max, low - room, high + room

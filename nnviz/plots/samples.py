"""A plot with samples in it: axes, markers, legend; the base of the plane's and the curve's view."""

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnviz.analysis.unit import outputs_at
from nnviz.data.dataset import Extent, FloatArray
from nnviz.data.features import FEATURES
from nnviz.drawing.canvas import Numbers
from nnviz.drawing.points import MOST_POINTS, Legend, SamplePoints
from nnviz.engine.outputs import SOFTMAX
from nnviz.experiment.problem import Problem, Samples
from nnviz.numerals import percent, tick
from nnviz.plots.pen import Pen
from nnviz.plots.plane_canvas import PlaneCanvas
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme, theme

_NEAR = 8.0
"""Pixels from a sample within which it is meant."""
_MOST_ANSWERS = 6


class SamplesView(QWidget):
    """Axes with the training and test samples between them.

    Subclasses add what the network makes of the samples, and draw it in the part of the plane that is seen.

    Signals
    -------
    stroke_drawn : array, shape (points, 2)
        Points that were drawn with the pointer, while drawing is on.
    pointed : (x, y)
        A point of the plot that was clicked, while drawing is off.
    looked_at : (x_min, x_max, y_min, y_max) or None
        The part of the plane that is seen now, or all of it.
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
        self._draws = False
        self.title, self.plot, self.legend = QLabel(), PlaneCanvas(), Legend()
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title.setWordWrap(True)
        self.points = SamplePoints()
        self.points.setZValue(20)
        self.plane = self.plot.main
        self.plane.add_in_pixels(self.points)
        self.plane.reading = self.read
        self.plot.tables.append(self._sample_rows)
        self.plane.zoomed.connect(self._tell_extent)
        self.plot.arranged.connect(self._place_points)
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
        self.set_theme(self.theme)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the samples of a snapshot's problem, and what its network makes of them."""
        anew = self._problem is None or snapshot.problem.train is not self._problem.train
        self.snapshot, self._problem = snapshot, snapshot.problem
        if anew:
            self.plane.show_all()
            self.show_problem(snapshot.problem)
        self.show_scene(snapshot)
        self.plot.repaint_soon()

    def show_problem(self, problem: Problem) -> None:
        """Set the axes and draw the samples; done when the data change."""
        self.legend.show_problem(problem, self.theme)
        self._place_points()

    def show_scene(self, snapshot: Snapshot) -> None:
        """Draw what the network makes of the plane."""
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
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

    def set_drawing(self, draws: bool) -> None:
        """Let the pointer draw, or not."""
        self._draws = self.plane.box.is_drawn_on = draws
        self.pen.set_drawing(draws)

    def zoom(self, extent: Extent | None) -> None:
        """Show a part of the plane, or all of it."""
        if extent is None:
            self.plane.show_all()
        elif extent != self.plane.extent:
            self.plane.zoom(extent)

    def read(self, x: float, y: float) -> Sequence[str]:
        """What there is at a point of the plane: its coordinates, what the network answers, the sample nearby."""
        if self.snapshot is None:
            return ()
        names = axis_words(self.snapshot.problem)
        place = "   ".join(f"{name} {tick(value, 3)}" for name, value in zip(names, (x, y), strict=True))
        return [place, *answers(self.snapshot, x, y), *self._sample_near(x, y)]

    def _sample_near(self, x: float, y: float) -> Iterator[str]:
        """The sample that is drawn nearest to a point, if it is near."""
        problem, found = self._problem, list[tuple[float, int, Samples, str]]()
        for samples, kind in ((problem.train, "training"), (problem.test, "test")) if problem else ():
            if len(points := samples.points[:MOST_POINTS]):
                away = np.hypot(*((points - [x, y]) * self.plane.unit).T)
                found.append((float(away.min()), int(away.argmin()), samples, kind))
        for distance, index, samples, kind in sorted(found, key=lambda one: one[0])[:1]:
            if problem and distance <= max(_NEAR, self.marker):
                words = target_words(problem, samples, index)
                yield f"{kind} sample, row {samples.rows[index] + 1}: {words}"

    def _sample_rows(self) -> Numbers:
        rows: Numbers = []
        if problem := self._problem:
            for samples, kind in ((problem.train, "training"), (problem.test, "test")):
                for index, (x, y) in enumerate(samples.points.tolist()):
                    rows.append((f"{kind} sample: {target_words(problem, samples, index)}", x, y))
        return rows

    def _tell_extent(self) -> None:
        self.looked_at.emit(self.plane.extent if self.plane.held else None)

    def _tell_point(self, place: QPointF) -> None:
        if not self._draws and self.plane.frame.contains(place):
            self.pointed.emit(*self.plane.point_at(place))

    def changeEvent(self, event: QEvent) -> None:
        """Use another size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._problem:
            self.show_problem(self._problem)

    def pixels(self, points: FloatArray) -> FloatArray:
        """Where points of the plot, shape (points, 2), are in the scene, in pixels."""
        return self.plane.pixels(points)

    @property
    def marker(self) -> float:
        """Size of a marker in pixels: a share of the view, to be seen from the last row."""
        return float(max(5.0, min(14.0, 0.02 * min(self.plot.width(), self.plot.height()))))

    def _place_points(self) -> None:
        if self._problem is None or self.plot.viewport().size().isEmpty():
            return
        problem, size, ratio = self._problem, QSizeF(self.plot.viewport().size()), self.devicePixelRatioF()
        corners = self.pixels(np.array([[0.0, 0.0], [1.0, 1.0]]))
        painted = (problem.train, self.theme, size.width(), size.height(), ratio, *corners.ravel().tolist())
        if painted == self._painted:  # a layout tells several times of one change
            return
        self._painted = painted
        self.pen.set_mark(self.theme.accent, self.marker)
        train, test = (self.pixels(s.points[:MOST_POINTS]) for s in (problem.train, problem.test))
        self.points.show_points(problem, (train, test), self.theme, size, ratio, self.marker)


def answers(snapshot: Snapshot, x: float, y: float) -> list[str]:
    """What a network answers at a point of the plane: its output, or the probability of each class."""
    problem, outputs = snapshot.problem, outputs_at(snapshot, x, y).tolist()
    if problem.network.output is not SOFTMAX:
        names = ("output",) if len(outputs) == 1 else problem.classes
        return [f"{name} {tick(value, 3)}" for name, value in zip(names, outputs, strict=True)][:_MOST_ANSWERS]
    likely = sorted(zip(outputs, problem.classes, strict=True), key=lambda answer: -answer[0])[:_MOST_ANSWERS]
    return [f"P({name}) {percent(share)}" for share, name in likely]


def target_words(problem: Problem, samples: Samples, index: int) -> str:
    """The class of a sample, or the values that are to be predicted."""
    if samples.classes is not None:
        return str(problem.classes[samples.classes[index]])
    return ", ".join(tick(value, 3) for value in samples.targets[index].tolist())


def axis_words(problem: Problem) -> tuple[str, str]:
    """What is written at the horizontal and the vertical axis: the data's own inputs typeset as in the diagram."""
    right, up = (FEATURES[w].label if w in FEATURES else w for w in problem.projection.axis_labels)
    return right, up

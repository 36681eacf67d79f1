"""A lane of a race: title, accuracy, and the network: diagram and output, or unrolled in time with a sequence."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QStackedWidget, QWidget

from nnviz.data.dataset import Extent
from nnviz.drawing.canvas import Canvas, Text, add_path, as_verdict, bold
from nnviz.drawing.network import NetworkDrawing
from nnviz.drawing.network_layout import DiagramFrame
from nnviz.drawing.unrolled import Unrolled
from nnviz.kinds.memory.rule import MemoryState, shown_course
from nnviz.kinds.memory.schema import Memory
from nnviz.kinds.race.run import score_text
from nnviz.plots.curve import CurveView
from nnviz.plots.curves import curve_pen
from nnviz.plots.plane import Plane
from nnviz.plots.region import RegionView
from nnviz.plots.samples import SamplesView
from nnviz.runs.moment import Moment
from nnviz.runs.rule import RuleSnapshot
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme, theme

_PAD = 8.0
_LARGE = 1.7
"""Size of the accuracy, as a multiple of the text size."""
_LEAST_DIAGRAM = 4.0
"""Least width and height of a diagram, in lines of text; it is hidden in less space."""


class LaneDiagram(Canvas):
    """A diagram of neurons, weights, biases and layer sizes, without interaction.

    It is painted only when told, as Qt does not notice that the maps' pixels are written in place.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme("light")
        self._snapshot: Snapshot | None = None
        self._drawing: NetworkDrawing | None = None
        self.paint_when_told()
        self.setAccessibleName("network diagram")
        self.resized.connect(self._build)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot that has a scene."""
        self._snapshot, scene = snapshot, snapshot.scene
        if scene is None or not self.isVisible():
            return
        if self._drawing and self._drawing.fits(snapshot.problem, scene):
            self._drawing.show(snapshot, scene)
            self.repaint_soon()
        else:
            self._build()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setBackgroundBrush(QColor(theme.background))
        self._build()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._build()

    def _build(self) -> None:
        """Rebuild the items when the network's shape, the size, the font or the theme change."""
        snapshot, self._drawing = self._snapshot, None
        self.scene().clear()
        self.repaint_soon()
        if snapshot is None or snapshot.scene is None:
            return
        area, line = self.area, self.fontMetrics().height()
        frame = DiagramFrame(area.width(), area.height(), 2 * _PAD, 2 * _PAD, _PAD, line + 2 * _PAD)
        self._drawing = NetworkDrawing(self.scene(), snapshot.problem, snapshot.scene, frame, self._theme)
        self._drawing.show(snapshot, snapshot.scene)
        sizes = Text(self.scene())
        sizes.set_style(self.font(), self._theme.muted)
        sizes.set_words("–".join(map(str, snapshot.problem.network.layer_sizes)))
        lowest = max(neurons[-1].rect.bottom() for neurons in self._drawing.neurons)
        sizes.place(area.center().x(), min(lowest + _PAD, area.bottom() - line), 0.5)


class LaneCourse(Canvas):
    """A network with a memory, unrolled in time, and what it does with the sequence that is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme("light")
        self._moment: RuleSnapshot[Memory, MemoryState] | None = None
        self._arranged: tuple[Memory, int] | None = None
        self.unrolled = Unrolled(self.scene())
        self.paint_when_told()
        self.setAccessibleName("the network unrolled in time")
        self.resized.connect(self._arrange)

    def show_moment(self, moment: RuleSnapshot[Memory, MemoryState]) -> None:
        """Show this moment."""
        self._moment = moment
        if not self.isVisible():
            return
        course = shown_course(moment.experiment, moment.state)
        if self._arranged != (moment.experiment, len(course.outputs)):
            self._arrange()
        self.unrolled.show_course(course, len(course.outputs))
        self.repaint_soon()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setBackgroundBrush(QColor(theme.background))
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def _arrange(self) -> None:
        """Place the rows, when what they depend on has changed."""
        if self._moment is None or self.area.height() < _LEAST_DIAGRAM:
            return
        experiment = self._moment.experiment
        self._arranged = experiment, len(experiment.shown_inputs)
        self.unrolled.arrange(self.area.adjusted(0.0, 0.0, -1.0, -1.0), self.font(), self._theme, experiment)
        course = shown_course(experiment, self._moment.state)
        self.unrolled.show_course(course, len(course.outputs))
        self.repaint_soon()


class _PlainRegion(RegionView):
    """The plane of a lane."""

    def __init__(self) -> None:
        super().__init__()
        _make_plain(self)


class _PlainCurve(CurveView):
    """The curve of a lane."""

    def __init__(self) -> None:
        super().__init__()
        _make_plain(self)


def _make_plain(view: SamplesView) -> None:
    """Leave out axes and legend, which are the same for all lanes."""
    view.title.hide()
    view.legend.hide()
    view.plot.hide_axes()


class LaneOutput(QStackedWidget):
    """The output of a lane's network: a plane, or a curve for one input.

    Signals
    -------
    looked_at : (x_min, x_max, y_min, y_max) or None
        The part of the plane that is visible now; None for all of it.
    """

    looked_at = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: tuple[SamplesView, ...] = (_PlainRegion(), _PlainCurve())
        for view in self._views:
            view.looked_at.connect(self.looked_at)
            self.addWidget(view)

    @property
    def planes(self) -> tuple[Plane, ...]:
        """The planes of the region and of the curve."""
        return tuple(view.plane for view in self._views)

    def zoom(self, extent: Extent | None) -> None:
        """Show a part of the plane, or all of it."""
        self._views[self.currentIndex()].zoom(extent)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot in the view for its data."""
        view = self._views[snapshot.problem.flat]
        self.setCurrentWidget(view)
        view.show_snapshot(snapshot)

    def set_theme(self, theme: Theme) -> None:
        for view in self._views:
            view.set_theme(theme)


@dataclass(frozen=True)
class LaneRooms:
    """Rectangles of a lane's parts."""

    head: QRectF
    diagram: QRectF
    output: QRectF


class LanePicture:
    """The items of one lane.

    Parameters
    ----------
    canvas : Canvas
        Canvas for the heading.
    number : int
        Counted from 0.
    parent : QWidget
        Parent of the diagram and the plane.
    """

    def __init__(self, canvas: Canvas, number: int, parent: QWidget, theme: Theme) -> None:
        self._number, scene = number, canvas.scene()
        self.swatch, self.title, self.caption = add_path(scene), Text(scene), Text(scene)
        self.score = as_verdict(Text(scene))
        self.diagram, self.output, self.course = LaneDiagram(parent), LaneOutput(parent), LaneCourse(parent)
        self._is_network = True
        self._use_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours, if they differ."""
        if theme is not self._theme:
            self._use_theme(theme)

    def arrange(self, places: LaneRooms, font: QFont, title: str) -> None:
        """Place the parts in these rectangles."""
        self._head, self._said = places.head, ("", "")
        line, heavy = QFontMetricsF(font).height(), bold(font)
        swatch, left, top = 2.1 * line, places.head.left(), places.head.top()
        y = top + line / 2
        self.swatch.set_points(np.array([left, left + swatch]), np.array([y, y]))
        self.title.set_style(heavy, self._theme.text)
        self.score.setFont(_enlarged(heavy))
        self.caption.set_style(font, self._theme.muted)
        room = places.head.width() - swatch - _PAD
        self.title.set_words(QFontMetricsF(heavy).elidedText(title, Qt.TextElideMode.ElideRight, room))
        self.title.place(left + swatch + _PAD, top)
        self._places = places
        self._place()

    def show(self, snapshot: Moment) -> None:
        """Show the lane's moment."""
        if self._is_network != isinstance(snapshot, Snapshot):
            self._is_network = not self._is_network
            self._place()
        said = score_text(snapshot), self._meaning(snapshot)
        if said != self._said:
            self._said = said
            self._say(*said, self._theme.text if snapshot.finite else self._theme.warning)
        if isinstance(snapshot, Snapshot):
            self.diagram.show_snapshot(snapshot)
            self.output.show_snapshot(snapshot)
        elif isinstance(snapshot, RuleSnapshot):
            self.course.show_moment(snapshot)

    def _place(self) -> None:
        """Show what belongs to the kind of network, where there is room for it."""
        both, places = self._places.diagram.united(self._places.output), self._places
        for view, rect, is_wanted in (
            (self.diagram, places.diagram, self._is_network),
            (self.output, places.output, self._is_network),
            (self.course, both, not self._is_network),
        ):
            view.setVisible(is_wanted and not rect.isEmpty())
            view.setGeometry(rect.toRect())

    def set_visible(self, visible: bool) -> None:
        for item in (self.swatch, self.title, self.score, self.caption):
            item.setVisible(visible)
        for view in (self.diagram, self.output, self.course):
            view.setVisible(visible and (view is self.course) != self._is_network)

    def _say(self, score: str, meaning: str, color: str) -> None:
        self.score.setBrush(QColor(color))
        self.score.set_words(score)
        self.caption.set_words(meaning)
        left, bottom = self._head.left(), self._head.bottom()
        self.score.place(left, bottom, 0.0, 1.0)
        beside = left + self.score.boundingRect().width() + _PAD
        self.caption.place(beside, bottom - 0.2 * self.caption.boundingRect().height(), 0.0, 1.0)

    def _meaning(self, snapshot: Moment) -> str:
        """The meaning of the large number, in the longest wording that fits beside the widest number."""
        wordings = meaning(snapshot) if snapshot.finite else ()
        widest = QFontMetricsF(self.score.font()).horizontalAdvance("100.0 %")
        room = self._head.width() - widest - 2 * _PAD
        metrics = QFontMetricsF(self.caption.font())
        return next((words for words in wordings if metrics.horizontalAdvance(words) <= room), "")

    def _use_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.swatch.setPen(curve_pen(theme, self._number))
        for view in (self.diagram, self.output, self.course):
            view.set_theme(theme)


def meaning(lane: Moment) -> tuple[str, ...]:
    """What is measured of a lane, in several wordings."""
    if isinstance(lane, Snapshot):
        measure = "accuracy" if lane.problem.classes else "loss"
        wordings: tuple[str, ...] = (f"test {measure}", "test") if lane.metrics.test else (measure,)
        return tuple(f"{words}, moved" for words in wordings) if lane.problem.shift > 0 else wordings
    right = lane.experiment.asked.right if isinstance(lane.experiment, Memory) else ""
    return f"{right} on fresh sequences", right


def places_in(cell: QRectF, line: float) -> LaneRooms:
    """Rectangles of a lane's parts: stacked or side by side, whichever makes the plane larger."""
    head = QRectF(cell.left(), cell.top(), cell.width(), (1.1 + 1.1 * _LARGE) * line)
    rest = cell.adjusted(0.0, head.height() + _PAD / 2, 0.0, 0.0)
    width, height = rest.width(), rest.height()
    above, beside = min(width, 0.58 * height), min(0.55 * width, height)
    if above >= beside:
        diagram = rest.adjusted(0.0, 0.0, 0.0, -above)
        output = rest.adjusted(0.0, height - above, 0.0, 0.0)
    else:
        diagram, output = rest.adjusted(0.0, 0.0, -beside, 0.0), rest.adjusted(width - beside, 0.0, 0.0, 0.0)
    if min(diagram.width(), diagram.height()) < _LEAST_DIAGRAM * line:
        return LaneRooms(head, QRectF(), rest)
    return LaneRooms(head, diagram, output)


def _enlarged(font: QFont) -> QFont:
    large = QFont(font)
    if font.pixelSize() > 0:
        large.setPixelSize(round(_LARGE * font.pixelSize()))
    else:
        large.setPointSizeF(_LARGE * font.pointSizeF())
    return large

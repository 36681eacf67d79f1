"""A lane of a race: its title and its accuracy, its network as a small diagram, what it makes of the plane."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QStackedWidget, QWidget

from nnviz.data.dataset import Extent
from nnviz.drawing.canvas import Canvas, Text, add_path, bold
from nnviz.drawing.network import NetworkDrawing
from nnviz.drawing.network_layout import DiagramFrame
from nnviz.kinds.race.run import score_text
from nnviz.plots.curve import CurveView
from nnviz.plots.curves import curve_pen
from nnviz.plots.plane import Plane
from nnviz.plots.region import RegionView
from nnviz.plots.samples import SamplesView
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme, theme

_PAD = 8.0
_LARGE = 1.7
"""Height of the accuracy's figures, in heights of the text."""
_LEAST_DIAGRAM = 4.0
"""Lines of text that a diagram is wide and high at least; there is none in less room."""


class LaneDiagram(Canvas):
    """Neurons, weights and biases, and below them the layers' sizes; nothing to be hovered or set.

    It is painted when told: the pixels of its maps are written in place, of which Qt knows nothing.
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
        """Show a network as it is, if its scene is known."""
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
        """Make the items anew: the shape of the network, size, text or theme are others."""
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


class _Bare(SamplesView):
    """Samples without axes and legend: those of all lanes are the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title.hide()
        self.legend.hide()
        self.plot.hide_axes()


class _BareRegion(_Bare, RegionView):
    """The plane of a lane."""


class _BareCurve(_Bare, CurveView):
    """The curve of a lane."""


class LaneOutput(QStackedWidget):
    """What a lane's network makes of its inputs: a plane, or a curve where there is one input.

    Signals
    -------
    looked_at : (x_min, x_max, y_min, y_max) or None
        The part of the plane that is seen now; None for all of it.
    """

    looked_at = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: tuple[SamplesView, ...] = (_BareRegion(), _BareCurve())
        for view in self._views:
            view.looked_at.connect(self.looked_at)
            self.addWidget(view)

    @property
    def planes(self) -> tuple[Plane, ...]:
        """That of the region, and that of the curve."""
        return tuple(view.plane for view in self._views)

    def zoom(self, extent: Extent | None) -> None:
        """Show a part of the plane, or all of it."""
        self._views[self.currentIndex()].zoom(extent)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot in the view that suits its data."""
        view = self._views[snapshot.problem.flat]
        self.setCurrentWidget(view)
        view.show_snapshot(snapshot)

    def set_theme(self, theme: Theme) -> None:
        for view in self._views:
            view.set_theme(theme)


@dataclass(frozen=True)
class LaneRooms:
    """Where the parts of a lane are."""

    head: QRectF
    diagram: QRectF
    output: QRectF


class LanePicture:
    """What is shown of one lane.

    Parameters
    ----------
    canvas : Canvas
        Where its heading is written.
    number : int
        Counted from 0.
    parent : QWidget
        Of the diagram and the plane.
    """

    def __init__(self, canvas: Canvas, number: int, parent: QWidget, theme: Theme) -> None:
        self._number, scene = number, canvas.scene()
        self.swatch, self.title, self.score, self.caption = add_path(scene), Text(scene), Text(scene), Text(scene)
        self.diagram, self.output = LaneDiagram(parent), LaneOutput(parent)
        self._dress(theme)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours, if they are others."""
        if theme is not self._theme:
            self._dress(theme)

    def arrange(self, places: LaneRooms, font: QFont, title: str) -> None:
        """Stand in these places."""
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
        for view, rect in ((self.diagram, places.diagram), (self.output, places.output)):
            view.setVisible(not rect.isEmpty())
            view.setGeometry(rect.toRect())

    def show(self, snapshot: Snapshot) -> None:
        """Show the lane's network as it is."""
        said = score_text(snapshot), self._meaning(snapshot)
        if said != self._said:
            self._said = said
            self._say(*said, self._theme.text if snapshot.finite else self._theme.warning)
        self.diagram.show_snapshot(snapshot)
        self.output.show_snapshot(snapshot)

    def set_visible(self, visible: bool) -> None:
        for item in (self.swatch, self.title, self.score, self.caption):
            item.setVisible(visible)
        for view in (self.diagram, self.output):
            view.setVisible(visible)

    def _say(self, score: str, meaning: str, color: str) -> None:
        self.score.setBrush(QColor(color))
        self.score.set_words(score)
        self.caption.set_words(meaning)
        left, bottom = self._head.left(), self._head.bottom()
        self.score.place(left, bottom, 0.0, 1.0)
        beside = left + self.score.boundingRect().width() + _PAD
        self.caption.place(beside, bottom - 0.2 * self.caption.boundingRect().height(), 0.0, 1.0)

    def _meaning(self, snapshot: Snapshot) -> str:
        """What the large figure is, in as many words as there is room for beside the longest of figures."""
        if not snapshot.finite:
            return ""
        measure = "accuracy" if snapshot.problem.classes else "loss"
        wordings = (f"test {measure}", "test") if snapshot.metrics.test else (measure,)
        widest = QFontMetricsF(self.score.font()).horizontalAdvance("100.0 %")
        room = self._head.width() - widest - 2 * _PAD
        metrics = QFontMetricsF(self.caption.font())
        return next((words for words in wordings if metrics.horizontalAdvance(words) <= room), "")

    def _dress(self, theme: Theme) -> None:
        self._theme = theme
        self.swatch.setPen(curve_pen(theme, self._number))
        for view in (self.diagram, self.output):
            view.set_theme(theme)


def places_in(cell: QRectF, line: float) -> LaneRooms:
    """Where the heading, the diagram and the plane are: above each other or beside, as the plane is larger."""
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

"""A race: networks side by side, each with its diagram and its plane, and below them the loss of all."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QToolButton, QWidget

from nnviz.data.dataset import Extent
from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.view import small_button
from nnviz.kinds.race.history import RaceHistory
from nnviz.kinds.race.paths import comparable
from nnviz.kinds.race.snapshot import RaceSnapshot
from nnviz.plots.curves import Curves, Line, curve_pen, loss_scale
from nnviz.plots.scales import linear_scale, log_scale
from nnviz.plots.view import PlotView
from nnviz.runs.curve import ThinnedCurve
from nnviz.runs.timeline import Timeline
from nnviz.views.race.lane import LanePicture, places_in
from nnviz.views.race.paths import LanePaths

_PAD = 8.0
_PLOT_SHARE = 0.27
_PATHS_SHARE = 0.36
_BETWEEN = 4

_PATHS_TIP = "the ways through the space of all weights, along the two directions in which they spread most"

_NARROWEST = 11.0
"""Lines of text that a lane is wide at least; four narrower ones stand two by two."""


_UNLIKE = 8.0
"""From how many times the shortest lane's count on the axis of the longest's is logarithmic."""


class LaneCurves(Curves):
    """A curve for each lane, with its title where it ends."""

    def show_losses(self, curves: Sequence[ThinnedCurve], *, logarithmic: bool, other: bool) -> None:
        """Draw every lane's loss against the race's steps, or against the ``other`` count of each lane."""
        counts = [curve.figure(1) if other else curve.x for curve in curves]
        ends = [float(count[-1]) for count in counts if len(count)] or [1.0]
        decades = other and max(ends) > _UNLIKE * max(1.0, min(ends))
        across = log_scale(1.0, max(ends)) if decades else linear_scale(max(1.0, *ends))
        losses = [curve.figure(0) for curve in curves]
        up = loss_scale(np.concatenate([np.empty(0), *losses]), logarithmic=logarithmic)
        nothing = [(np.empty(0), np.empty(0))] * (len(self.lines) - len(curves))
        self.show([*zip(counts, losses, strict=True), *nothing], across, up)


class RaceView(PlotView):
    """Every lane's title, accuracy, network and plane, and one plot with the loss of each.

    `show_history` once, and whenever the timeline is cut or branched; with every snapshot the view takes from
    that timeline what is new.

    Signals
    -------
    looked_at : (x_min, x_max, y_min, y_max) or None
        The part of the lanes' planes that is seen now; None for all of them.
    """

    looked_at = Signal(object)

    _snapshot: Any  # a race's, or none yet

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timeline: Timeline | None = None
        self._history = RaceHistory()
        self._arranged: object = None
        self._extent: Extent | None = None
        self.canvas.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self.lanes: list[LanePicture] = []
        self.caption, self.plot = Text(self.canvas.scene()), LaneCurves(self.canvas, "epoch")
        self.paths = LanePaths(self.canvas)
        self.log_button = small_button("log", "logarithmic scale for the loss", checkable=True)
        self.count_button = small_button("", "count updates or epochs along the axis", checkable=True)
        self.paths_button = small_button("paths", _PATHS_TIP, checkable=True)
        self.paths_button.setChecked(True)
        for button in self._buttons:
            button.setParent(self)
            button.toggled.connect(self._refresh)

    def show_history(self, timeline: Timeline) -> None:
        """Draw this timeline's curves."""
        self._timeline = timeline
        if self._snapshot and self.isVisible():
            self._paint(self._snapshot)

    def zoom(self, extent: Extent | None) -> None:
        """Show a part of every lane's plane, or all of it."""
        for lane in self.lanes[:1]:  # the others move with it
            lane.output.zoom(extent)

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Draw the loss on a logarithmic or on a linear scale."""
        self.log_button.setChecked(logarithmic)

    def _lay_out(self) -> None:
        line, titles = self.fontMetrics().height(), _titles(self._snapshot)
        self._arranged = _shape(self._snapshot)
        self._provide(len(titles))
        upper, lower = _halves(self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), line)
        for lane, title, cell in zip(self.lanes, titles, cells(upper, len(titles), line), strict=False):
            lane.set_theme(self._theme)
            lane.arrange(places_in(cell, line), self.font(), title)
        self.caption.set_style(bold(self.font()), self._theme.text)
        self.caption.set_words("training loss" if titles else "")
        self.caption.place(lower.left(), lower.top())
        head = max(float(line), self._place_buttons(lower))
        below = lower.adjusted(0.0, head, 0.0, 0.0)
        self.paths.plane.set_visible(_has_paths(self._snapshot) and self.paths_button.isChecked())
        if self.paths.plane.is_visible:
            below, beside = _beside(below)
            self.paths.arrange(beside, self.font(), self._theme, titles)
        lines = [Line(title, curve_pen(self._theme, k)) for k, title in enumerate(titles)]
        self.plot.name_axes(self._unit)
        self.plot.dress(self._theme, self.font(), lines)
        self.plot.arrange(below, self.font())

    def _paint(self, snapshot: Any) -> None:
        if _shape(snapshot) != self._arranged:
            self._lay_out()
            self.canvas.show_all()
        for lane, moment in zip(self.lanes, snapshot.lanes, strict=False):
            lane.show(moment)
        moments = self._moments()
        self._history.follow(moments)
        curves = self._history.curves if moments else ()
        other = self.count_button.isChecked()
        self.plot.show_losses(curves, logarithmic=self.log_button.isChecked(), other=other)
        past = moments and snapshot.step < moments[-1].step
        self.plot.show_cursor(snapshot.step if past and not other else None)
        if self.paths.plane.is_visible:
            self.paths.show_moment(snapshot, moments)

    @property
    def _buttons(self) -> tuple[QToolButton, ...]:
        return self.log_button, self.count_button, self.paths_button

    @property
    def _unit(self) -> str:
        """What is counted along the axis."""
        by_epochs = self._snapshot is None or self._snapshot.by_epochs
        return "epoch" if by_epochs != self.count_button.isChecked() else "step"

    def _place_buttons(self, lower: QRectF) -> float:
        """In a row at the upper right of the lower part; the height that they take."""
        by_step = self._snapshot is not None and self._snapshot.experiment.by == "step"
        self.count_button.setText("by epoch" if by_step else "by step")
        self.paths_button.setVisible(_has_paths(self._snapshot))
        right = round(lower.right())
        for button in self._buttons:
            button.adjustSize()
            right -= button.width()
            button.move(right, round(lower.top()))
            right -= _BETWEEN
        return float(self.log_button.height())

    def _moments(self) -> list[RaceSnapshot]:
        """The present line's moments, if they are a race's."""
        moments = self._timeline.line.moments if self._timeline else []
        return moments if moments and isinstance(moments[-1], RaceSnapshot) else []

    def _provide(self, count: int) -> None:
        """Have so many lanes; others are hidden."""
        while len(self.lanes) < count:
            self.lanes.append(LanePicture(self.canvas, len(self.lanes), self, self._theme))
            self.lanes[-1].output.looked_at.connect(self._tell_extent)
            for planes in zip(*(lane.output.planes for lane in self.lanes), strict=True):
                planes[0].move_with(*planes[1:])
        for number, lane in enumerate(self.lanes):
            lane.set_visible(number < count)

    def _tell_extent(self, extent: Extent | None) -> None:
        """Tell what all lanes show, once."""
        if extent != self._extent:
            self._extent = extent
            self.looked_at.emit(extent)


def _titles(snapshot: Any) -> list[str]:
    """Of every lane; none before there is a snapshot."""
    return [lane.title for lane in snapshot.experiment.lanes] if snapshot else []


def _shape(snapshot: Any) -> object:
    """What the layout depends on."""
    return _titles(snapshot), _has_paths(snapshot), snapshot and snapshot.by_epochs


def _has_paths(snapshot: Any) -> bool:
    """Whether the lanes' weights can be compared."""
    return snapshot is not None and comparable(snapshot)


def _beside(below: QRectF) -> tuple[QRectF, QRectF]:
    """Room for the curves, and for the paths at their right."""
    width = min(_PATHS_SHARE * below.width(), 2.0 * below.height())
    plot = below.adjusted(0.0, 0.0, -width - 2 * _PAD, 0.0)
    return plot, QRectF(below.right() - width, below.top() + 2.0, width, below.height() - 2.0)


def _halves(area: QRectF, line: float) -> tuple[QRectF, QRectF]:
    """Room for the lanes above, and for the plot below."""
    height = min(max(_PLOT_SHARE * area.height(), 7.0 * line), 0.4 * area.height())
    upper = area.adjusted(0.0, 0.0, 0.0, -height - _PAD)
    return upper, QRectF(area.left(), area.bottom() - height, area.width(), height)


def cells(area: QRectF, count: int, line: float) -> Iterator[QRectF]:
    """A rectangle for each lane: side by side, or two by two where that would be too narrow."""
    columns = 2 if count > 2 and area.width() < count * _NARROWEST * line else max(1, count)
    rows = -(-count // columns)
    width = (area.width() - (columns - 1) * 2 * _PAD) / columns
    height = (area.height() - (rows - 1) * _PAD) / max(1, rows)
    for k in range(count):
        row, column = divmod(k, columns)
        left, top = area.left() + column * (width + 2 * _PAD), area.top() + row * (height + _PAD)
        yield QRectF(left, top, width, height)

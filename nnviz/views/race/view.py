"""A race: networks side by side, each with its diagram and plane, and below them all losses."""

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QToolButton, QWidget

from nnviz.data.dataset import Extent, FloatArray
from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.drawing.room import Room
from nnviz.drawing.view import Switches, small_button
from nnviz.drawing.words import first_fitting
from nnviz.experiment.experiment import Experiment
from nnviz.kinds.race.paths import RacePaths, comparable
from nnviz.kinds.race.run import RaceHistory, RaceSnapshot
from nnviz.numerals import tick
from nnviz.plots.canvas import PlotCanvas, PlotView
from nnviz.plots.curves import Curves, Line, curve_pen, loss_scale
from nnviz.plots.plane import NAME
from nnviz.plots.scales import linear_scale, log_scale, range_scale
from nnviz.runs.history import ThinnedCurve
from nnviz.runs.timeline import Timeline
from nnviz.theme import Theme
from nnviz.views.race.lane import LanePicture, places_in

_MOST_LANES = 4
_GROWTH = 1.3
"""Size of the shown part relative to the paths, so that it seldom changes."""
_NEAR = 10.0
"""Distance from a path in pixels within which it is read."""
_WORDINGS = ("main direction: {} of the spread", "main: {} of spread", "1st: {}", "")
"""Wordings for the horizontal axis; the first that fits is used."""
_PAD = 8.0
_PLOT_SHARE = 0.27
_PATHS_SHARE = 0.36
_BETWEEN = 4
_PATHS_TIP = "the ways through the space of all weights, along the two directions in which they spread most"
_NARROWEST = 11.0
"""Least width of a lane in lines of text; four narrower lanes are placed two by two."""
_SHORTEST = 1e-9
"""Extent below which paths have no length: nothing has moved yet."""
_UNLIKE = 8.0
"""Ratio of the longest to the shortest lane's count above which the axis is logarithmic."""


class LanePaths:
    """A path for each lane, from a ring at its start to a dot at its current position.

    Attributes
    ----------
    lines, rings, dots : list of PathItem
        Lines in coordinates of the plane; rings and dots in pixels.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        self.followed = RacePaths()
        self.plane = canvas.plane(is_square=True, is_filled=True)
        self.plane.reading = self._read
        self.lines, self.rings, self.dots = ([PathItem() for _ in range(_MOST_LANES)] for _ in range(3))
        for line in self.lines:
            self.plane.add(line)
        self.plane.add_in_pixels(*self.rings, *self.dots)
        self._paths: Sequence[FloatArray] = ()
        self._titles: Sequence[str] = ()
        self._turned, self._has_moved = 0, False

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, titles: Sequence[str]) -> None:
        """Fill a rectangle, with a path for each title."""
        self._font, self._titles = font, titles
        self._radius = 0.3 * QFontMetricsF(font).height()
        self.plane.set_theme(theme)
        for lane, (line, ring, dot) in enumerate(zip(self.lines, self.rings, self.dots, strict=True)):
            pen = curve_pen(theme, lane)
            line.setPen(pen)
            line.setData(NAME, titles[lane] if lane < len(titles) else "")
            ring.setPen(line_pen(pen.color(), 2.0))
            ring.setBrush(QBrush(QColor(theme.background)))
            dot.setPen(line_pen(theme.background, 1.0))
            dot.setBrush(QBrush(pen.color()))
        self.plane.arrange(rect, font)
        self._name_axes()

    def show_moment(self, moment: RaceSnapshot, moments: Sequence[RaceSnapshot]) -> None:
        """Draw the paths through a branch's moments, and the lanes' positions at one of them."""
        self.followed.follow(moments)
        self._paths = [np.asarray(path, np.float64) for path in self.followed.paths]
        places = np.asarray(self.followed.places(moment), np.float64)
        self._see()
        empty = np.empty((0, 2))
        for lane in range(_MOST_LANES):
            path = self._paths[lane] if lane < len(self._paths) else empty
            self.lines[lane].set_points(path[:, 0], path[:, 1], "all")
            here = places[lane : lane + 1] if len(path) else empty
            for items, points in ((self.rings, path[:1]), (self.dots, here)):
                items[lane].setPath(circles(self.plane.pixels(points), self._radius))

    def _see(self) -> None:
        """Adjust the shown part of the plane when the paths leave it."""
        points = np.concatenate([np.empty((0, 2)), *self._paths])
        if not len(points):
            return
        low, high, x, y = points.min(axis=0), points.max(axis=0), self.plane.x, self.plane.y
        length = float((high - low).max())
        is_inside = bool((low >= [x.low, y.low]).all() and (high <= [x.high, y.high]).all())
        if self._turned != self.followed.turned or not is_inside:
            half = np.maximum(_GROWTH / 2 * (high - low), 1e-3 * length if length > _SHORTEST else 0.5)
            ends = np.stack([(low + high) / 2 - half, (low + high) / 2 + half], axis=1).tolist()
            self.plane.show(*(range_scale(*pair) for pair in ends))
            if self._turned != self.followed.turned:
                self._turned, self._has_moved = self.followed.turned, length > _SHORTEST
                self._name_axes()

    def _name_axes(self) -> None:
        """Write at the axes which fraction of the paths' variance they show."""
        first, second = (f"{100.0 * share:.0f} %" for share in self.followed.shares)
        wordings = [words.format(first) for words in _WORDINGS]
        across = first_fitting(wordings, self._font, (0.0, self.plane.frame.width()))
        self.plane.name_axes(*((across, f"2nd: {second}") if self._has_moved else ("", "")))

    def _read(self, x: float, y: float) -> Sequence[str]:
        """The point's coordinates, and the lanes whose paths are near it."""
        scale = np.array(self.plane.unit)
        near = [
            title
            for title, path in zip(self._titles, self._paths, strict=False)
            if len(path) and np.hypot(*((path - [x, y]) * scale).T).min() <= _NEAR
        ]
        return [f"1st {tick(x, 4)}, 2nd {tick(y, 4)}", *near]


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


class RaceView(PlotView[RaceSnapshot]):
    """Every lane's title, accuracy, network and plane, and one plot with the loss of each.

    Call `show_history` once, and whenever the timeline is cut or branched; with every snapshot the view reads what
    is new in the timeline.

    Signals
    -------
    looked_at : (x_min, x_max, y_min, y_max) or None
        The part of the lanes' planes that is visible now; None for all of it.
    """

    looked_at = Signal(object)

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
        self.log_button: QToolButton = small_button("log", "logarithmic scale for the loss", checkable=True)
        self.count_button = small_button("", "count updates or epochs along the axis", checkable=True)
        self.paths_button = small_button("paths", _PATHS_TIP, checkable=True)
        self.paths_button.setChecked(True)
        for button in self._buttons:
            button.setParent(self)
            button.toggled.connect(self._refresh)

    @property
    def switches(self) -> Switches:
        return {"log": self.log_button, "paths": self.paths_button}

    def connect_to(self, room: Room) -> None:
        self.looked_at.connect(room.look_at_extent)

    def show_history(self, timeline: Timeline) -> None:
        self._timeline = timeline
        if self._snapshot and self.isVisible():
            self._paint(self._snapshot)

    def zoom(self, extent: Extent | None) -> None:
        for lane in self.lanes[:1]:  # the others are linked to it
            lane.output.zoom(extent)

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Use a logarithmic or a linear scale for the loss."""
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
        self.caption.write(_loss_words(self._snapshot), lower.left(), lower.top())
        head = max(float(line), self._place_buttons(lower))
        below = lower.adjusted(0.0, head, 0.0, 0.0)
        self.paths.plane.set_visible(_has_paths(self._snapshot) and self.paths_button.isChecked())
        if self.paths.plane.is_visible:
            below, beside = _beside(below)
            self.paths.arrange(beside, self.font(), self._theme, titles)
        lines = [Line(title, curve_pen(self._theme, k)) for k, title in enumerate(titles)]
        self.plot.name_axes(self._unit)
        self.plot.set_style(self._theme, self.font(), lines)
        self.plot.arrange(below, self.font())

    def _paint(self, snapshot: RaceSnapshot) -> None:
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
        """The unit of the axis."""
        by_epochs = self._snapshot is None or self._snapshot.by_epochs
        return "epoch" if by_epochs != self.count_button.isChecked() else "step"

    def _place_buttons(self, lower: QRectF) -> float:
        """Place the buttons at the upper right of the lower part; return their height."""
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
        """The current branch's moments, if they are a race's."""
        moments = self._timeline.line.moments if self._timeline else []
        return moments if moments and isinstance(moments[-1], RaceSnapshot) else []

    def _provide(self, count: int) -> None:
        """Show this many lanes; others are hidden."""
        while len(self.lanes) < count:
            self.lanes.append(LanePicture(self.canvas, len(self.lanes), self, self._theme))
            self.lanes[-1].output.looked_at.connect(self._tell_extent)
            for planes in zip(*(lane.output.planes for lane in self.lanes), strict=True):
                planes[0].move_with(*planes[1:])
        for number, lane in enumerate(self.lanes):
            lane.set_visible(number < count)

    def _tell_extent(self, extent: Extent | None) -> None:
        """Emit the part that all lanes show, once."""
        if extent != self._extent:
            self._extent = extent
            self.looked_at.emit(extent)


def _titles(snapshot: RaceSnapshot | None) -> list[str]:
    """Titles of all lanes; empty without a snapshot."""
    return [lane.title for lane in snapshot.experiment.lanes] if snapshot else []


def _loss_words(snapshot: RaceSnapshot | None) -> str:
    """What the losses are of."""
    if snapshot is None:
        return ""
    return "training loss" if isinstance(snapshot.experiment.base, Experiment) else "loss on fresh sequences"


def _shape(snapshot: RaceSnapshot | None) -> object:
    """The properties that the layout depends on."""
    return _titles(snapshot), _has_paths(snapshot), snapshot and snapshot.by_epochs, _loss_words(snapshot)


def _has_paths(snapshot: RaceSnapshot | None) -> bool:
    """Whether the lanes' weights can be compared."""
    return snapshot is not None and comparable(snapshot)


def _beside(below: QRectF) -> tuple[QRectF, QRectF]:
    """Rectangles for the curves, and for the paths at their right."""
    width = min(_PATHS_SHARE * below.width(), 2.0 * below.height())
    plot = below.adjusted(0.0, 0.0, -width - 2 * _PAD, 0.0)
    return plot, QRectF(below.right() - width, below.top() + 2.0, width, below.height() - 2.0)


def _halves(area: QRectF, line: float) -> tuple[QRectF, QRectF]:
    """Rectangles for the lanes above and the plot below."""
    height = min(max(_PLOT_SHARE * area.height(), 7.0 * line), 0.4 * area.height())
    upper = area.adjusted(0.0, 0.0, 0.0, -height - _PAD)
    return upper, QRectF(area.left(), area.bottom() - height, area.width(), height)


def cells(area: QRectF, count: int, line: float) -> Iterator[QRectF]:
    """A rectangle for each lane: side by side, or two by two if that would be too narrow."""
    columns = 2 if count > 2 and area.width() < count * _NARROWEST * line else max(1, count)
    rows = -(-count // columns)
    width = (area.width() - (columns - 1) * 2 * _PAD) / columns
    height = (area.height() - (rows - 1) * _PAD) / max(1, rows)
    for k in range(count):
        row, column = divmod(k, columns)
        left, top = area.left() + column * (width + 2 * _PAD), area.top() + row * (height + _PAD)
        yield QRectF(left, top, width, height)

"""Optimizers racing down a surface: a map or a curve, their paths, losses and learning rates."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.line import REACH
from nnviz.drawing.pointer import Pointer
from nnviz.drawing.room import Room
from nnviz.drawing.view import small_button
from nnviz.drawing.words import Wordings, say
from nnviz.engine.landscape import Landscape, landscape
from nnviz.kinds.surface.rule import SurfaceMoment, SurfaceState
from nnviz.kinds.surface.schema import NEURON, SURFACES, Surface
from nnviz.plots.canvas import PlotCanvas, PlotView
from nnviz.plots.curves import Curves, Line, LinePoints, curve_pen
from nnviz.plots.scales import linear_scale, log_scale
from nnviz.theme import Theme
from nnviz.views.surface.ground import SurfaceGround, SurfacePaths, nearest
from nnviz.views.surface.rows import (
    RacerRows,
    RowHit,
    changed_rate,
    height_of_rows,
    place_words,
    racer_words,
    stability,
)

_GAP = 16.0
_ROWS = 25.5
"""Width of the rows, in lines of text."""
_LOSSES = 9.0
"""Least height of the losses beside the rows, in lines of text; below them it may be less."""
_LEAST_LOSSES = 6.5
_WORTH = 1.3
"""Factor by which another arrangement must enlarge the surface to replace the usual one."""
_PAD = 8.0
_LEAST = 1e-12
"""Loss below which a logarithmic scale is of no use."""

_HINT: Wordings = (
    "drag the ring: another start · drag a racer · click a name to hide it · wheel on it: η",
    "drag the ring or a racer",
    "",
)


@dataclass(frozen=True)
class SurfaceRooms:
    """Rectangles of the view's parts, in pixels."""

    ground: QRectF
    rows: QRectF
    losses: QRectF

    def unit(self, line: float, size: tuple[float, float]) -> float:
        """Pixels per unit of the surface, for a visible size (width, height) in units."""
        across, up = size
        return min((self.ground.width() - 4.0 * line) / across, (self.ground.height() - 3.0 * line) / up)


def parts(area: QRectF, line: float, racers: int, size: tuple[float, float]) -> SurfaceRooms:
    """The usual arrangement, side by side, or one that shows the surface much larger.

    Parameters
    ----------
    area : QRectF
    line : float
        Height of a line of text.
    racers : int
    size : (float, float)
        Visible size of the surface, width and height in units.
    """
    usual = _side_by_side(area, line, racers)
    others = [_one_below_the_other(area, line, racers)]
    if area.width() >= 1.5 * _ROWS * line:
        others.append(_ground_above(area, line, racers))
    best = max(others, key=lambda arrangement: arrangement.unit(line, size))
    return best if best.unit(line, size) > _WORTH * usual.unit(line, size) else usual


def _side_by_side(area: QRectF, line: float, racers: int) -> SurfaceRooms:
    """The surface at the left; rows and losses at the right."""
    width = min(0.62 * area.width(), max(0.5 * area.width(), area.width() - 1.1 * _ROWS * line))
    panel = area.adjusted(width + _GAP, 0.0, 0.0, 0.0)
    ground = QRectF(area.left(), area.top(), width, area.height())
    return _with_panel(ground, panel, line, racers)


def _one_below_the_other(area: QRectF, line: float, racers: int) -> SurfaceRooms:
    rows = height_of_rows(area.width(), line, racers)
    height = max(1.0, area.height() - rows - (_LEAST_LOSSES + 0.5) * line)
    height = min(height, 0.8 * area.width())
    ground = QRectF(area.left(), area.top(), area.width(), height)
    return _with_panel(ground, area.adjusted(0.0, height + 0.5 * _GAP, 0.0, 0.0), line, racers)


def _ground_above(area: QRectF, line: float, racers: int) -> SurfaceRooms:
    """The surface above; rows and losses side by side below."""
    width = _ROWS * line
    panel = max(height_of_rows(width, line, racers), _LOSSES * line)
    ground = area.adjusted(0.0, 0.0, 0.0, -panel - 0.5 * _GAP)
    below = QRectF(area.left(), area.bottom() - panel, area.width(), panel)
    return SurfaceRooms(
        ground, QRectF(below.left(), below.top(), width, panel), below.adjusted(width + _GAP, 0.0, 0.0, 0.0)
    )


def _with_panel(ground: QRectF, panel: QRectF, line: float, racers: int) -> SurfaceRooms:
    """Rows at the top of a panel, losses in the rest."""
    rows = height_of_rows(panel.width(), line, racers)
    return SurfaceRooms(
        ground,
        QRectF(panel.left(), panel.top(), panel.width(), rows),
        panel.adjusted(0.0, rows + 0.5 * line, 0.0, 0.0),
    )


class SurfaceLoss(Curves):
    """A loss curve for each racer, with the marks shown in the rows."""

    def __init__(self, canvas: PlotCanvas) -> None:
        super().__init__(canvas, "step", is_named=False)
        self.caption = Text(canvas.scene())

    def arrange_racers(self, rect: QRectF, font: QFont, theme: Theme, names: Sequence[str], caption: str) -> None:
        """Fill a rectangle below a caption, if it is high enough for curves."""
        self.set_style(theme, font, [Line(name, curve_pen(theme, k)) for k, name in enumerate(names)])
        self.caption.set_style(bold(font), theme.text)
        self.caption.write(caption, rect.left(), rect.top())
        line = self.caption.boundingRect().height()
        self.set_visible(rect.height() >= 4.5 * line)
        self.caption.setVisible(self.plane.is_visible)
        if self.plane.is_visible:
            self.arrange(rect.adjusted(0.0, 1.1 * line, 0.0, 0.0), font)

    def show_racers(self, state: SurfaceState, hidden: frozenset[int]) -> None:
        """Draw the losses of all racers except the hidden ones."""
        steps = np.append(state.steps, state.step).astype(np.float64)
        losses = np.column_stack([state.losses, state.values]) - state.landscape.lowest
        losses = np.where(losses > _LEAST, losses, np.where(np.isnan(losses), np.nan, _LEAST))
        known = losses[np.isfinite(losses)]
        up = log_scale(float(known.min()), float(known.max())) if len(known) else linear_scale(1.0)
        nothing: LinePoints = (np.empty(0), np.empty(0))
        courses = [nothing if k in hidden else (steps, loss) for k, loss in enumerate(losses)]
        self.show(courses, linear_scale(max(10.0, float(state.step))), up)


class SurfaceView(PlotView[SurfaceMoment]):
    """The surface at the left; beside or below it a row for every racer, and their losses.

    Signals
    -------
    changed : Surface
        The edited experiment: another surface, start or learning rate.
    parameter_set : int, int, object, float
        A racer was moved by hand: racer, coordinate, None, value.
    """

    changed = Signal(object)
    parameter_set = Signal(int, int, object, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.heading, self.foot = Text(scene), Text(scene)
        self.ground = SurfaceGround(self.canvas)
        self.ground.plane.reading = self._read
        self.paths = SurfacePaths(self.canvas, self.ground)
        self.rows, self.loss = RacerRows(scene), SurfaceLoss(self.canvas)
        self.hidden: frozenset[int] = frozenset()
        self._held: tuple[str, int | None] | None = None
        self._arranged: object = None
        self.chooser = _chooser(self._choose)
        self.add_controls(self.chooser)
        self._pointer = Pointer(self.canvas, self.rows.hit)
        self._pointer.pressed.connect(self._press)
        self._pointer.dragged.connect(self._drag)
        self._pointer.released.connect(self._release)
        self._pointer.wheeled.connect(self._wheel)
        self.canvas.hovered.connect(self._point)

    def connect_to(self, room: Room) -> None:
        self.changed.connect(room.change)
        self.parameter_set.connect(room.set_parameter)

    def _lay_out(self) -> None:
        if self._snapshot is None:
            return
        experiment, state = self._snapshot.experiment, self._snapshot.state
        self._arranged = _shape(experiment, state)
        if len(experiment.racers) <= max(self.hidden, default=-1):
            self.hidden = frozenset()
        area, line = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), float(self.fontMetrics().height())
        head = max(1.3 * line, self._corner.sizeHint().height() + 4.0)
        self.chooser.setText(f"{state.landscape.title} ▾")
        self.heading.set_style(bold(self.font()), self._theme.text)
        self.foot.set_style(self.font(), self._theme.muted)
        say(self.heading, (state.landscape.formula,), area.width() - self._corner.sizeHint().width() - 2 * _PAD)
        self.heading.place(area.left(), area.top() + head / 2, 0.0, 0.5)
        below = area.adjusted(0.0, head + 4.0, 0.0, -1.3 * line)
        places = parts(below, line, len(experiment.racers), _size(state.landscape))
        self.ground.arrange(places.ground, self.font(), self._theme, state.landscape)
        self.paths.set_style(self._theme, self.font())
        self.rows.arrange(places.rows, self.font(), self._theme, experiment.names)
        words = "loss above the minimum" if state.landscape.lowest else "loss"
        self.loss.arrange_racers(places.losses, self.font(), self._theme, experiment.names, words)
        say(self.foot, _HINT, area.width())
        self.foot.place(area.left(), area.bottom() + _PAD - 4.0, 0.0, 1.0)

    def _paint(self, snapshot: SurfaceMoment) -> None:
        if _shape(snapshot.experiment, snapshot.state) != self._arranged:
            self._lay_out()
        self.paths.show(snapshot.experiment, snapshot.state, self.hidden)
        self.rows.show(stability(snapshot.experiment, snapshot.state), self.hidden)
        self.loss.show_racers(snapshot.state, self.hidden)

    def _follow_zoom(self) -> None:
        if self._snapshot and self._is_seen:
            self.paths.show(self._snapshot.experiment, self._snapshot.state, self.hidden)

    def _read(self, x: float, y: float) -> Sequence[str]:
        """The pointer's coordinates and the loss there; over a racer, also gradient and curvature."""
        if self._snapshot is None:
            return ()
        state: SurfaceState = self._snapshot.state
        right, down = self.ground.plane.pixels(np.array([x, y])).tolist()
        racer = nearest(QPointF(right, down), self.paths.places, self.hidden)
        if racer is not None:
            return racer_words(self._snapshot.experiment, state, racer)
        point = (x, y)[: state.landscape.dimension]
        return place_words(state.landscape.parameters, point, float(state.landscape.value(np.array(point))))

    def _point(self, place: QPointF) -> None:
        over = self._snapshot and (self._grasped(place) or self.rows.hit(place))
        self.canvas.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def _grasped(self, place: QPointF) -> tuple[str, int | None] | None:
        """The start or racer that can be dragged at a place."""
        if not self.ground.frame.contains(place):
            return None
        for racer, handle in self.paths.handles:
            if np.hypot(handle.x() - place.x(), handle.y() - place.y()) <= REACH:
                return "start", racer
        racer = nearest(place, self.paths.places, self.hidden)
        return None if racer is None else ("racer", racer)

    def _press(self, place: QPointF) -> None:
        if self._snapshot is None:
            return
        hit = self.rows.hit(place)
        if hit is None:
            self._held = self._grasped(place)
            self.ground.plane.box.is_drawn_on = self._held is not None  # elsewhere a drag pans
        elif hit.part == "row":
            self.hidden ^= {hit.racer}
            self._show()
        else:
            self._change_rate(hit, 1 if hit.part == "more" else -1)

    def _drag(self, place: QPointF) -> None:
        if self._held is None or self._snapshot is None:
            return
        what, racer = self._held
        digits = math.ceil(math.log10(max(self.ground.plane.unit)))  # those that a pixel tells apart
        point = tuple(round(x, digits) for x in self.ground.position_at(place))
        if what == "start":
            experiment = self._snapshot.experiment.begun_from(racer, point)
            if experiment != self._snapshot.experiment:
                self.changed.emit(experiment)
        else:
            for coordinate, x in enumerate(point):
                self.parameter_set.emit(racer, coordinate, None, x)

    def _release(self, _place: QPointF) -> None:
        self._held, self.ground.plane.box.is_drawn_on = None, False

    def _wheel(self, place: QPointF, notches: int) -> None:
        hit = self.rows.hit(place)
        if hit is not None:
            self._change_rate(hit, notches)

    def _change_rate(self, hit: RowHit, notches: int) -> None:
        if self._snapshot is not None:
            experiment = self._snapshot.experiment
            rate = changed_rate(experiment.racers[hit.racer].learning_rate, notches)
            self.changed.emit(experiment.with_racer(hit.racer, learning_rate=rate))

    def _choose(self, surface: str) -> None:
        if self._snapshot is not None:
            self.changed.emit(self._snapshot.experiment.on(surface))


def _chooser(choose: Callable[[str], None]) -> QToolButton:
    """A button with all surfaces to choose from."""
    button = small_button("surface ▾", "another surface, with learning rates that suit it")
    menu = QMenu(button)
    for name in SURFACES:
        title = "the loss of one neuron" if name == NEURON else landscape(name).title
        menu.addAction(title).triggered.connect(partial(choose, name))
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button


def _shape(experiment: Surface, state: SurfaceState) -> object:
    """The properties that the layout depends on."""
    return state.landscape, experiment.names


def _size(landscape: Landscape) -> tuple[float, float]:
    """Visible size of a surface, width and height in units; a curve may have any shape."""
    if landscape.dimension == 1:
        return 3.0, 2.0
    x_min, x_max, y_min, y_max = landscape.extent
    return x_max - x_min, y_max - y_min

"""The loss around the network on a plane in the space of its parameters, and what sort of place it stands at."""

from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from nnviz.analysis.loss_plane import DirectionsName, LossPlane
from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.pointer import Pointer
from nnviz.drawing.words import wrapped
from nnviz.numerals import figure
from nnviz.plots.view import PlotView
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline
from nnviz.views.landscape.bar import ZOOM, LandscapeBar
from nnviz.views.landscape.meter import SaddleMeter
from nnviz.views.landscape.relief import ContourMap, Relief, relief
from nnviz.views.landscape.requests import SurveyRequests, alike
from nnviz.views.landscape.surface import LossSurface

NOTHING_YET = "The landscape is being looked at."
_PAD = 8.0
_LEAST = 0.001
"""The least distance that is said as a number."""
_RADIANS = 0.008
"""Of turn for every pixel of a drag."""
_WIDE, _COLUMN = 1.9, 22.0
"""Width of a view, in its heights, from which the meter stands beside the map; its own width there, in lines."""


class LandscapeView(PlotView):
    """Contours or a surface, the way that the run came, and the saddle meter.

    It paints pictures and makes none: its `requests` say what it would like to see, and it shows what comes.
    A drag turns the surface. What the map is zoomed to is looked at anew, and seen in the surface too.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.caption, self.foot = Text(scene, 12.0), Text(scene, 12.0)
        self.map, self.surface, self.meter = ContourMap(self.canvas), LossSurface(scene), SaddleMeter(scene)
        self.plane: LossPlane | None = None
        self._relief: Relief | None = None
        self.requests, self.bar = SurveyRequests(self), LandscapeBar(self)
        self.bar.directions_chosen.connect(self._choose)
        self.bar.redrawn.connect(self.requests.draw_again)
        self.bar.look_changed.connect(self._draw_anew)
        self.bar.zoomed.connect(self.map.plane.zoom_by)
        self.map.plane.zoomed.connect(self._look_at_part)
        self._place = QPointF()
        pointer = Pointer(self.canvas, lambda _place: self.bar.surface_button.isChecked())
        pointer.pressed.connect(self._grasp)
        pointer.dragged.connect(self._turn)
        pointer.wheeled.connect(lambda _place, notches: self.map.plane.zoom_by(ZOOM**-notches))
        self.add_controls(*self.bar.buttons)

    def minimumSizeHint(self) -> QSize:
        """Small: buttons for which there is no room are left out."""
        return QSize(160, 120)

    def show_history(self, timeline: Timeline) -> None:
        """Take the path from this timeline."""
        self.requests.timeline = timeline

    def show_survey(self, plane: LossPlane) -> None:
        """Show a picture that was made of what was wanted."""
        self.requests.take(plane)
        self.plane = plane
        self._draw_anew()

    def hideEvent(self, event: QHideEvent) -> None:
        """Want nothing while nobody can see it."""
        super().hideEvent(event)
        self.requests.rest()

    def _choose(self, directions: DirectionsName) -> None:
        self.map.plane.show_all()
        self.requests.choose(directions)

    def _look_at_part(self) -> None:
        self.requests.look_at(self.map.plane.extent if self.map.plane.held else None)

    def _grasp(self, place: QPointF) -> None:
        self._place = place

    def _turn(self, place: QPointF) -> None:
        moved, self._place = place - self._place, place
        if self.bar.surface_button.isChecked() and self._relief:
            self.surface.camera = self.surface.camera.turned(_RADIANS * moved.x(), _RADIANS * moved.y())
            self.surface.show(self._relief, axis_words(self._relief.plane))
            self.canvas.repaint_soon()

    def _draw_anew(self) -> None:
        self._relief = None
        self._refresh()

    def _paint(self, snapshot: Any) -> None:
        if self.plane and isinstance(snapshot, Snapshot) and not alike(self.plane.wish.snapshot, snapshot):
            self.map.plane.show_all()
        self.requests.follow(snapshot)

    def _lay_out(self) -> None:
        for part in (self.map, self.surface, self.meter):
            part.set_style(self._theme, self.font())
        area, line = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), float(self.fontMetrics().height())
        area = area.adjusted(0.0, self._place_caption(area, line), 0.0, 0.0)
        self.meter.show(self.plane.curvature if self.plane else None)
        if area.width() > _WIDE * area.height():
            column = min(_COLUMN * line, 0.4 * area.width())
            beside = area.adjusted(area.width() - column, 0.0, 0.0, 0.0)
            self._place_foot(beside)
            self.meter.arrange(beside, stacked=True)
            self._draw(area.adjusted(0.0, 0.0, -column - line, 0.0))
        else:
            above = area.adjusted(0.0, 0.0, 0.0, -self._place_foot(area) - 0.2 * line)
            self._draw(above.adjusted(0.0, 0.0, 0.0, -self.meter.arrange(above)))

    def _place_caption(self, area: QRectF, line: float) -> float:
        """Stand beside the buttons, or below them; the height that both take."""
        self.caption.set_style(bold(self.font()), self._theme.text)
        self.caption.set_words(heading(self.plane) if self.plane else "")
        taken = self.bar.fit(self.width(), max(0, self._corner.spacing()))
        height = self.bar.surface_button.sizeHint().height()
        beside = self.caption.boundingRect().width() + line < area.width() - taken
        self.caption.place(area.left(), area.top() if beside else height + 2.0)
        return max(height, line) + 0.3 * line if beside else height + 1.3 * line

    def _place_foot(self, area: QRectF) -> float:
        """Say at the foot of an area what the picture does not show; the height that it takes."""
        self.foot.set_style(self.font(), self._theme.muted)
        phrases = honesty(self.plane) if self.plane else (NOTHING_YET,)
        self.foot.set_words("\n".join(wrapped(phrases, area.width(), self.font())))
        self.foot.place(area.left(), area.bottom(), 0.0, 1.0)
        return float(self.foot.boundingRect().height())

    def _draw(self, room: QRectF) -> None:
        as_surface = self.bar.surface_button.isChecked()
        self.map.set_visible(self.plane is not None and not as_surface)
        self.surface.set_visible(self.plane is not None and as_surface)
        shape = Qt.CursorShape.OpenHandCursor if as_surface else Qt.CursorShape.ArrowCursor
        self.canvas.viewport().setCursor(shape)
        if self.plane is None:
            return
        self._relief = self._relief or relief(self.plane, logarithmic=self.bar.log_button.isChecked())
        drawn = self.surface if as_surface else self.map
        drawn.arrange(room)
        drawn.show(self._relief, axis_words(self.plane))


def heading(plane: LossPlane) -> str:
    """What is drawn, and its value where the network is."""
    what = "training loss + penalty" if plane.penalised else "training loss"
    return f"{what} at step {plane.step:,}: {figure(plane.centre)}"


def axis_words(plane: LossPlane) -> tuple[str, str]:
    """What goes along the two axes."""
    if plane.directions.kind == "path" and (shares := plane.directions.shares):
        return f"along the path, 1st: {_share(shares[0])}", f"2nd: {_share(shares[1])}"
    if plane.directions.kind == "curvature":
        return "along λmax", "along λmin"
    return "random direction 1", "random direction 2"


def honesty(plane: LossPlane) -> tuple[str, ...]:
    """What the picture does not show."""
    sizes = plane.wish.snapshot.position.parameters.size
    phrases = [f"a slice through {sizes:,} dimensions"]
    if plane.wish.directions == "path" and plane.directions.kind != "path":
        phrases.append("no path yet: random directions")
    elif shares := plane.directions.shares:
        phrases.append(f"holds {_share(shares[0])} + {_share(shares[1])} of the path's variance")
    if len(plane.path) > 1:
        phrases.append(f"the path leaves it by {_distance(plane.away)}")
    return tuple(phrases)


def _distance(away: float) -> str:
    return f"at most {away:.2g}" if away >= _LEAST else f"less than {_LEAST}"


def _share(share: float) -> str:
    if 0.0 < share < 0.001:
        return "< 0.1 %"
    return f"{100.0 * share:.{1 if share < 0.0095 else 0}f} %"

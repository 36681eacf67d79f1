"""The loss on a plane through the network's parameters, and the curvature at the network."""

import math
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHideEvent
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene, QWidget

from nnviz.analysis.loss_plane import DirectionsName, LossPlane
from nnviz.analysis.objective import MOST_PARAMETERS, Curvature
from nnviz.drawing.canvas import Text, add_path, as_verdict, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.pointer import Pointer
from nnviz.drawing.room import Room
from nnviz.drawing.view import Switches
from nnviz.drawing.words import wrapped
from nnviz.numerals import figure, tick
from nnviz.plots.canvas import PlotView
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline
from nnviz.theme import Theme
from nnviz.views.landscape.relief import ContourMap, Relief, relief
from nnviz.views.landscape.requests import ZOOM, LandscapeBar, SurveyRequests, alike
from nnviz.views.landscape.surface import LossSurface

VERDICTS = {
    "slope": "a slope: the gradient leads down",
    "saddle": "a saddle: level, but there is still a way down",
    "minimum": "a minimum: level, and up in every direction",
    "valley": "a valley floor: level, and up or flat in every direction",
    "top": "a top: level, and down in every direction",
    "flat": "flat: no slope, no bend",
    "unknown": "no eigenvalues here",
}
"""The verdicts in words."""

_WIDEST = "λmin −0.0000"
_NAMES = ("|∇ℓ|", "λmin", "λmax")
_DECADES = 3.0
"""Decades below the larger eigenvalue; smaller values count as zero."""
_GRADIENT_DECADES = 6.0
_BAR, _ROW = 0.4, 1.55
"""Height of a bar, and of a number with its bar, in lines of text."""
NOTHING_YET = "The landscape is being looked at."
_PAD = 8.0
_LEAST = 0.001
"""Least distance that is written as a number."""
_RADIANS = 0.008
"""Rotation per pixel of a drag."""
_WIDE, _COLUMN = 1.9, 22.0
"""Ratio of width to height above which the meter is beside the map, and the meter's width in lines of text."""


class SaddleMeter:
    """Gradient and two eigenvalues, each with a bar, and a verdict.

    Bars are logarithmic. Those of the eigenvalues go to the right from the middle if positive, to the left if
    negative; the gradient's goes from 10⁻⁶ to 1.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.verdict, self.method = as_verdict(Text(scene, 3.0)), as_verdict(Text(scene, 3.0))
        self.names = [Text(scene, 3.0) for _ in _NAMES]
        self.numbers = [as_verdict(Text(scene, 3.0)) for _ in _NAMES]
        self.bars = [as_verdict(QGraphicsRectItem()) for _ in _NAMES]
        self._zeros = add_path(scene, 2.0)
        for bar in self.bars:
            bar.setZValue(1.0)
            scene.addItem(bar)
        self._cells: list[QRectF] = []
        self._curvature: Curvature | None = None

    def set_style(self, theme: Theme, font: QFont) -> None:
        self._theme, self._font = theme, font
        self.verdict.set_style(bold(font), theme.text)
        self.method.set_style(font, theme.muted)
        for name, number in zip(self.names, self.numbers, strict=True):
            name.set_style(font, theme.muted)
            number.set_style(bold(font), theme.text)
        self._zeros.setPen(line_pen(theme.muted, 1.0))

    def arrange(self, area: QRectF, *, stacked: bool = False) -> float:
        """Place it at the bottom of an area, or stacked at its top; return its height."""
        line = QFontMetricsF(self._font).height()
        words = wrapped(self._words(), area.width(), bold(self._font))
        in_rows = stacked or area.width() < 3 * (QFontMetricsF(bold(self._font)).horizontalAdvance(_WIDEST) + line)
        rows = len(words) + stacked + (3 if in_rows else 1) * _ROW
        top = area.top() if stacked else area.bottom() - rows * line
        self.verdict.write("\n".join(words), area.left(), top)
        self._place_method(area, top, "" if stacked else words[-1], len(words) - (not stacked))
        cells = top + (len(words) + stacked) * line
        width = area.width() if in_rows else area.width() / 3
        places = [(0, k * _ROW * line) if in_rows else (k * width, 0) for k in range(3)]
        self._cells = [QRectF(area.left() + x, cells + y, width - line, line) for x, y in places]
        self._fill()
        return (rows + 0.4) * line

    def show(self, curvature: Curvature | None) -> None:
        """Set the curvature, shown from the next `arrange` on."""
        self._curvature = curvature

    @property
    def method_words(self) -> str:
        """How the eigenvalues were computed."""
        bend = self._curvature
        if bend is None or math.isnan(bend.least):
            return ""
        if bend.exact:
            return f"exact, {bend.parameters:,} parameters"
        return f"Lanczos, {bend.products} products, {bend.parameters:,} parameters"

    def _words(self) -> tuple[str, ...]:
        bend = self._curvature
        if bend is None:
            return ("measuring …",)
        if bend.parameters > MOST_PARAMETERS:
            return (f"no eigenvalues of more than {MOST_PARAMETERS:,} parameters",)
        return (VERDICTS[bend.verdict],)

    def _place_method(self, area: QRectF, top: float, beside: str, row: int) -> None:
        """Write the method beside the verdict if it fits; otherwise it is only in the tool tip."""
        heavy, metrics = QFontMetricsF(bold(self._font)), QFontMetricsF(self._font)
        left = area.left() + (heavy.horizontalAdvance(beside) + metrics.height() if beside else 0.0)
        fits = left + metrics.horizontalAdvance(self.method_words) <= area.right()
        words = self.method_words if fits else self.method_words.split(",")[0]
        fits = left + metrics.horizontalAdvance(words) <= area.right()
        self.method.set_words(words if fits else "")
        self.method.place(
            area.right() if beside else area.left(), top + row * metrics.height(), float(bool(beside))
        )

    def _fill(self) -> None:
        bend = self._curvature
        values = (bend.gradient, bend.least, bend.greatest) if bend else (math.nan,) * 3
        largest = max(abs(values[1]), abs(values[2]))
        zeros: list[float] = []
        for k, (cell, value) in enumerate(zip(self._cells, values, strict=True)):
            self.names[k].write(_NAMES[k], cell.left(), cell.top())
            self.numbers[k].set_words(figure(value))
            after = cell.left() + self.names[k].boundingRect().width() + 0.4 * cell.height()
            self.numbers[k].place(after, cell.top())
            self._draw(k, cell, _gradient_share(value) if k == 0 else _length(value, largest))
            zeros.append(cell.left() if k == 0 else cell.center().x())
        self._mark(zeros)

    def _draw(self, k: int, cell: QRectF, share: float) -> None:
        line = QFontMetricsF(self._font).height()
        zero, reach = (cell.left(), cell.width()) if k == 0 else (cell.center().x(), cell.width() / 2)
        left, right = sorted((zero, zero + share * reach))
        self.bars[k].setRect(QRectF(left, cell.top() + line + 1.0, right - left, _BAR * line))
        color = QColor(self._theme.muted if k == 0 else self._theme.sign_color(share))
        self.bars[k].setPen(Qt.PenStyle.NoPen)
        self.bars[k].setBrush(color)

    def _mark(self, zeros: list[float]) -> None:
        """Draw a line at the zero of every bar."""
        line, x = QFontMetricsF(self._font).height(), np.repeat(np.array(zeros), 2)
        tops = np.array([cell.top() for cell in self._cells])
        y = np.stack([tops + line - 1.0, tops + (1 + _BAR) * line + 3.0], axis=1).ravel()
        self._zeros.set_points(x, y, "pairs")


def _length(value: float, largest: float) -> float:
    if not abs(value) > 0.0 or not math.isfinite(largest):
        return 0.0
    size = max(0.0, 1.0 + math.log10(abs(value) / largest) / _DECADES)
    return math.copysign(size, value)


def _gradient_share(value: float) -> float:
    if not value > 0.0 or not math.isfinite(value):
        return 0.0
    return min(1.0, max(0.0, 1.0 + math.log10(value) / _GRADIENT_DECADES))


class LandscapeView(PlotView[Snapshot]):
    """Contours or a surface, the run's path, and the saddle meter.

    The view computes nothing: its `requests` ask for surveys, and it shows those that arrive.
    A drag turns the surface. A zoomed part of the map is surveyed again, and also shown as surface.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.caption, self.foot = as_verdict(Text(scene, 12.0)), as_verdict(Text(scene, 12.0))
        self.map, self.surface, self.meter = ContourMap(self.canvas), LossSurface(scene), SaddleMeter(scene)
        self.plane: LossPlane | None = None
        self._relief: Relief | None = None
        self.requests, self.bar = SurveyRequests(self), LandscapeBar(self)
        self.log_button = self.bar.log_button
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

    @property
    def switches(self) -> Switches:
        return self.bar.switches

    def connect_to(self, room: Room) -> None:
        self.requests.wanted.connect(room.survey)
        self.requests.unwanted.connect(partial(room.survey, None))

    def is_done_with(self, moment: Snapshot) -> bool:
        return self.requests.is_done_with(moment)

    def minimumSizeHint(self) -> QSize:
        """Small, as buttons that do not fit are hidden."""
        return QSize(160, 120)

    def show_history(self, timeline: Timeline) -> None:
        self.requests.timeline = timeline

    def show_survey(self, plane: LossPlane) -> None:
        """Show a finished survey."""
        self.requests.take(plane)
        self.plane = plane
        self._draw_anew()

    def hideEvent(self, event: QHideEvent) -> None:
        """Cancel the survey while the view is hidden."""
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

    def _paint(self, snapshot: Snapshot) -> None:
        if self.plane and not alike(self.plane.wish.snapshot, snapshot):
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
        """Place the caption beside the buttons, or below them; return the height of both."""
        self.caption.set_style(bold(self.font()), self._theme.text)
        self.caption.set_words(heading(self.plane) if self.plane else "")
        taken = self.bar.fit(self.width(), max(0, self._corner.spacing()))
        height = self.bar.surface_button.sizeHint().height()
        beside = self.caption.boundingRect().width() + line < area.width() - taken
        self.caption.place(area.left(), area.top() if beside else height + 2.0)
        return max(height, line) + 0.3 * line if beside else height + 1.3 * line

    def _place_foot(self, area: QRectF) -> float:
        """Write the limitations at the bottom of an area; return their height."""
        self.foot.set_style(self.font(), self._theme.muted)
        phrases = limitations(self.plane) if self.plane else (NOTHING_YET,)
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
    """The caption: what is drawn, and its value at the network."""
    what = "training loss + penalty" if plane.penalised else "training loss"
    return f"{what} at step {plane.step:,}: {figure(plane.centre)}"


def axis_words(plane: LossPlane) -> tuple[str, str]:
    """Names of the two axes."""
    if plane.directions.kind == "path" and (shares := plane.directions.shares):
        return f"along the path, 1st: {_share(shares[0])}", f"2nd: {_share(shares[1])}"
    if plane.directions.kind == "curvature":
        return "along λmax", "along λmin"
    return "random direction 1", "random direction 2"


def limitations(plane: LossPlane) -> tuple[str, ...]:
    """What the picture does not show, a phrase each."""
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
    return f"at most {tick(away, 2)}" if away >= _LEAST else f"less than {_LEAST}"


def _share(share: float) -> str:
    if 0.0 < share < 0.001:
        return "< 0.1 %"
    return f"{100.0 * share:.{1 if share < 0.0095 else 0}f} %"

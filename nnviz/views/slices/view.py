"""Every loss as a function of one weight, on the same axis; the weight can be dragged."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QWidget

from nnviz.analysis.slices import ZERO_ONE, LossSlice, Slice, SliceCurve
from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, as_verdict, bold
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.drawing.pointer import Pointer
from nnviz.drawing.room import Room
from nnviz.drawing.view import small_button
from nnviz.drawing.words import first_fitting, wrapped
from nnviz.engine.network import Network
from nnviz.experiment.problem import Problem
from nnviz.experiment.samples import Samples
from nnviz.numerals import figure, signed, tick
from nnviz.plots.canvas import PlotCanvas, PlotView
from nnviz.plots.curves import Curves, Line, value_at
from nnviz.plots.plane import Plane
from nnviz.plots.scales import linear_scale, percent_scale, range_scale
from nnviz.runs.network_parts import ParameterIndex, parameter_name
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme

_PAD, _GAP = 8.0, 5.0
_WIDE = 4.0
"""Ratio of width to height above which the panels are side by side."""
_TANGENT = 0.16
"""Half the tangent's length, as a fraction of the frame's width."""

_TITLES = {
    ZERO_ONE: ("misclassified (0-1 loss)", "misclassified"),
    "squared_error": ("squared error ½‖o − t‖²", "squared error"),
    "cross_entropy": ("cross-entropy", "cross-entropy", "cross-ent."),
}

_CERTAIN = (
    "cross-entropy = KL divergence (certain targets have no entropy)",
    "cross-entropy = KL divergence",
    "cross-entropy = KL",
)

MINIMISED = "↓"
"""Sign before the name of the loss that the run minimises."""
_FARTHEST = 0.9
"""Largest part of the axis over which the weight can be dragged, so that the axis does not grow meanwhile."""


class SlicePanel:
    """A plane with a loss's curve, a heading above it.

    Attributes
    ----------
    title, number : Text
        Name of the loss; its value and slope.
    curves : Curves
        The loss's curve, and the weight as a vertical line.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        self.title, self.number = Text(canvas.scene()), as_verdict(Text(canvas.scene()))
        self.curves = Curves(canvas, "weight")
        self.plane = self.curves.plane
        self.plane.box.is_drawn_on = True
        self.plane.reading = self._read
        self.curves.cursor.setZValue(4.0)
        self.tangent, self.dot = as_verdict(PathItem()), PathItem()
        self.plane.add_in_pixels(self.tangent, self.dot)
        self._last = False
        self._course = np.empty(0), np.empty(0)

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, name: str, *, last: bool) -> None:
        """Fill a rectangle; only the ``last`` panel has numbers and a name at its axis."""
        self._rect, self._last, self._font = rect, last, font
        metrics = QFontMetricsF(font)
        self.curves.set_style(theme, font, [Line("", line_pen(theme.text, 2.5), name)])
        self.curves.cursor.setPen(line_pen(theme.accent, 2.5))
        self.plane.name_axes("weight" if last else "")
        left, right = metrics.horizontalAdvance("0.0000") + _GAP, metrics.horizontalAdvance("0.0")
        self.plane.arrange(rect.adjusted(0.0, metrics.height(), 0.0, 0.0), font, left, right)
        self.title.set_style(bold(font), theme.text)
        self.number.set_style(bold(font), theme.text)
        self.tangent.setPen(line_pen(theme.accent, 3.0))
        self.dot.setPen(line_pen(theme.background, 1.5))
        self.dot.setBrush(QBrush(QColor(theme.accent)))
        self._radius = 0.3 * metrics.height()

    def set_visible(self, visible: bool) -> None:
        self.curves.set_visible(visible)
        for text in (self.title, self.number):
            text.setVisible(visible)

    def show_curve(self, picture: Slice, curve: SliceCurve) -> None:
        """Draw a loss, and its tangent at the current weight."""
        self._say(picture, curve)
        factor = 100.0 if curve.name == ZERO_ONE else 1.0
        at, values = np.asarray(picture.at, np.float64), factor * np.asarray(curve.values, np.float64)
        if curve.name == ZERO_ONE:
            at, values = steps(at, values)
        self._course = at, values
        x = range_scale(float(picture.at[0]), float(picture.at[-1]))
        largest = float(values[np.isfinite(values)].max(initial=0.0))
        y = percent_scale() if curve.name == ZERO_ONE else linear_scale(largest)
        self.curves.show([self._course], x if self._last else x.without_words(), y)
        self.curves.show_cursor(picture.weight)
        self._touch(picture.weight, factor * curve.value, factor * curve.slope)

    def _say(self, picture: Slice, curve: SliceCurve) -> None:
        """Write the loss's name and numbers, as far as they fit."""
        value = f"{100.0 * curve.value:.1f} %" if curve.name == ZERO_ONE else figure(curve.value)
        slope = "0" if curve.name == ZERO_ONE else figure(curve.slope)
        metrics = QFontMetricsF(bold(self._font))
        shortest = metrics.horizontalAdvance(f"↓ {_TITLES[curve.name][-1]}")
        both = f"{value}   slope {slope}"
        has_room = metrics.horizontalAdvance(both) + shortest + _GAP <= self._rect.width()
        self.number.write(both if has_room else f"slope {slope}", self._rect.right(), self._rect.top(), 1.0)
        room = self.number.x() - self._rect.left() - _GAP
        titles = _TITLES[curve.name]
        if curve.name == "cross_entropy" and picture.entropy == 0.0:
            titles = (*_CERTAIN, *titles)
        minimised = curve.name == picture.minimised
        self.title.set_words(_fitting(titles, room, QFontMetricsF(bold(self._font)), minimised=minimised))
        self.title.place(self._rect.left(), self._rect.top())

    def _touch(self, weight: float, value: float, slope: float) -> None:
        """Draw a dot on the curve and a piece of the tangent, in pixels."""
        place, (right, up) = self.plane.pixels(np.array([weight, value])), self.plane.unit
        self.dot.setPath(circles(place[np.newaxis], self._radius))
        ahead = np.array([right, -slope * up])
        half = _TANGENT * self.plane.frame.width() * ahead / np.hypot(*ahead)
        there = np.isfinite(half).all() and np.isfinite(place).all()
        x, y = np.array([place - half, place + half])[: 2 * there].T
        self.tangent.set_points(x, y, "all")

    def _read(self, x: float, _y: float) -> Sequence[str]:
        value = value_at(*self._course, x)
        unit = self.plane.y.unit
        return [f"weight {tick(x, 4)}", f"loss {figure(value)}{unit}"] if value is not None else []


class SlicePanels:
    """Aligned panels below each other, or side by side in a wide view.

    Attributes
    ----------
    panels : list of SlicePanel
        All panels, some of them hidden.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        self._canvas = canvas
        self.panels: list[SlicePanel] = []

    def arrange(self, room: QRectF, font: QFont, theme: Theme, names: Sequence[str]) -> None:
        """Fill a rectangle with a panel for each of these losses."""
        count = len(names)
        while len(self.panels) < count:
            self.panels.append(SlicePanel(self._canvas))
            self.panels[0].plane.move_with(*(panel.plane for panel in self.panels[1:]))
        for number, panel in enumerate(self.panels):
            panel.set_visible(number < count)
        beside = room.width() > _WIDE * room.height()
        cells = _columns(room, count) if beside else _rows(room, count, QFontMetricsF(font).height())
        for k, (panel, cell, name) in enumerate(zip(self.panels, cells, names, strict=False)):
            panel.arrange(cell, font, theme, name, last=beside or k == count - 1)

    def show_picture(self, picture: Slice) -> None:
        """Draw every loss and the current weight."""
        for panel, curve in zip(self.panels, picture.curves, strict=False):
            panel.show_curve(picture, curve)


def _columns(room: QRectF, count: int) -> list[QRectF]:
    """Rectangles side by side."""
    width = (room.width() + 2 * _PAD) / count
    return [QRectF(room.left() + k * width, room.top(), width - 2 * _PAD, room.height()) for k in range(count)]


def _rows(room: QRectF, count: int, line: float) -> list[QRectF]:
    """Rectangles below each other, the last one with space for numbers and a name below its frame."""
    height = (room.height() - 1.7 * line) / count
    rows = [QRectF(room.left(), room.top() + k * height, room.width(), height) for k in range(count)]
    rows[-1].setBottom(room.bottom())
    return rows


def steps(at: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """A step curve: constant around each point, with jumps halfway between points."""
    middles = (at[1:] + at[:-1]) / 2.0
    return np.concatenate([at[:1], np.repeat(middles, 2), at[-1:]]), np.repeat(values, 2)


def _fitting(titles: Sequence[str], room: float, metrics: QFontMetricsF, *, minimised: bool) -> str:
    """The first title that fits, with a sign if the run minimises this loss."""
    said = [f"{MINIMISED} {title}" for title in titles] if minimised else titles
    return next((title for title in said if metrics.horizontalAdvance(title) <= room), said[-1])


class SliceView(PlotView[Snapshot]):
    """A panel for each loss, and the current weight as a draggable line through all panels.

    Signals
    -------
    parameter_set : layer, unit, source or None, value
        The weight was dragged.
    aspects_changed
        Another weight was chosen.
    """

    parameter_set = Signal(int, int, object, float)
    aspects_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.lens = LossSlice()
        self._train: Samples | None = None
        self._names: tuple[str, ...] = ()
        self._held: Plane | None = None
        self.title, self.note = Text(scene), Text(scene)
        self.stack = SlicePanels(self.canvas)
        self.picture: Slice | None = None
        self.before_button = small_button("‹", "the weight before this one")
        self.after_button = small_button("›", "the next weight")
        self.before_button.clicked.connect(lambda: self._step(-1))
        self.after_button.clicked.connect(lambda: self._step(1))
        self.add_controls(self.before_button, self.after_button)
        self._pointer = Pointer(self.canvas)
        self._pointer.pressed.connect(self._take_hold)
        self._pointer.dragged.connect(self._drag)
        self._pointer.released.connect(self._release)
        self.canvas.hovered.connect(self._point)

    def connect_to(self, room: Room) -> None:
        self.parameter_set.connect(room.set_parameter)
        self.aspects_changed.connect(room.look_again)

    @property
    def aspects(self) -> tuple[LossSlice]:
        return (self.lens,)

    def show_parameter(self, layer: int, unit: int, source: int | None) -> None:
        lens = LossSlice(layer, unit, source)
        if lens != self.lens:
            self.lens = lens
            self.aspects_changed.emit()
            self._refresh()

    def _lay_out(self) -> None:
        line, font = float(self.fontMetrics().height()), self.font()
        self._area = area = self.canvas.area.adjusted(_PAD, _PAD / 2, -_PAD, -_PAD / 2)
        self.title.set_style(bold(font), self._theme.text)
        self.title.place(area.left(), area.top())
        self.note.set_style(font, self._theme.muted)
        top = area.top() + max(line, float(self.after_button.sizeHint().height())) + _GAP
        foot = line * len(wrapped(self._remarks(), area.width(), font)) + _GAP
        room = area.adjusted(0.0, top - area.top(), 0.0, -foot)
        self.stack.arrange(room, font, self._theme, self._names or ("loss",))

    def _remarks(self) -> list[str]:
        if self.picture is None or self._snapshot is None:
            return [""]
        total, count = len(self._snapshot.problem.train), self.picture.samples
        over = f"the first {count:,} of {total:,}" if count < total else f"all {total:,}"
        return ["drag the line", f"{MINIMISED} minimised", f"over {over} training samples, all else held"]

    def _paint(self, snapshot: Snapshot) -> None:
        network = snapshot.problem.network
        if not self.lens.is_in(network):
            self.show_parameter(len(network.convolutions), 0, 0)
        self._leave_constant_input(snapshot.problem)
        place = self.lens.layer, self.lens.unit, self.lens.source
        self._name(snapshot, place)
        found = snapshot.scene.aspects.get(self.lens) if snapshot.scene else None
        if not isinstance(found, Slice):
            return
        anew = self.picture is None or self._names != _names(found) or self.picture.samples != found.samples
        self.picture, self._names = found, _names(found)
        if anew:
            self._lay_out()
        self.stack.show_picture(found)
        self.note.set_words("\n".join(wrapped(self._remarks(), self._area.width(), self.font())))
        self.note.place(self._area.left(), self._area.bottom(), 0.0, 1.0)

    def _leave_constant_input(self, problem: Problem) -> None:
        """With new samples, choose a weight that matters: not that of a pixel which is always the same."""
        if problem.train is self._train:
            return
        self._train = problem.train
        source = self.lens.source
        if self.lens.layer == 0 and source is not None and not np.ptp(problem.train.inputs[:, source]):
            self.show_parameter(0, self.lens.unit, int(problem.train.inputs.std(axis=0).argmax()))

    def _name(self, snapshot: Snapshot, place: ParameterIndex) -> None:
        """Write the weight's name, shortened if necessary, and its value."""
        weight = snapshot.parameter(*place)
        value = f" = {signed(f'{abs(weight):.4f}', weight)}"
        metrics = QFontMetricsF(bold(self.font()))
        room = self.before_button.x() - self.title.x() - _GAP - metrics.horizontalAdvance(value)
        name = parameter_name(snapshot.problem, place)
        weight_name = name.partition(": ")[2]
        wordings = name, weight_name, weight_name.partition(" to ")[0]
        shortest = metrics.elidedText(wordings[-1], Qt.TextElideMode.ElideRight, room)
        self.title.set_words((first_fitting(wordings, bold(self.font()), (0.0, room)) or shortest) + value)

    def _point(self, place: QPointF) -> None:
        can_drag = self.picture and (self._held or self.canvas.plane_at(place))
        self.canvas.viewport().setCursor(Qt.CursorShape.SplitHCursor if can_drag else Qt.CursorShape.ArrowCursor)

    def _take_hold(self, place: QPointF) -> None:
        self._held = self.canvas.plane_at(place)
        self._drag(place)

    def _drag(self, place: QPointF) -> None:
        """Ask for the weight under the pointer, rounded to three digits."""
        if self._held and self.picture:
            most, value = _FARTHEST * float(self.picture.at[-1]), self._held.point_at(place)[0]
            value = float(f"{min(most, max(-most, value)):.3g}")
            self.parameter_set.emit(self.lens.layer, self.lens.unit, self.lens.source, value)

    def _release(self) -> None:
        self._held = None

    def _step(self, by: int) -> None:
        """Choose the next weight, or the one before."""
        if self._snapshot:
            places = places_of(self._snapshot.problem.network)
            now = places.index((self.lens.layer, self.lens.unit, self.lens.source))
            self.show_parameter(*places[(now + by) % len(places)])


def places_of(network: Network) -> list[ParameterIndex]:
    """Every weight and bias of the layers that are no convolutions, unit by unit, the bias last."""
    first = len(network.convolutions)
    return [
        (layer, unit, source)
        for layer, (units, columns) in enumerate(network.shapes[first:], start=first)
        for unit in range(units)
        for source in (*range(columns - 1), None)
    ]


def _names(picture: Slice) -> tuple[str, ...]:
    return tuple(curve.name for curve in picture.curves)

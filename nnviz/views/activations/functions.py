"""All activation functions side by side, each with its derivative and the network's pre-activations."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QBrush, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QWidget

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.room import Room
from nnviz.drawing.view import Switches
from nnviz.drawing.words import first_fitting, say, wrapped
from nnviz.engine.activations import ACTIVATIONS, ActivationFunction, activation_function
from nnviz.numerals import tick
from nnviz.plots.canvas import PlotCanvas, PlotView
from nnviz.plots.plane import Plane
from nnviz.plots.scales import Scale, symmetric_scale
from nnviz.runs.layer_statistics import Response
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme, mix
from nnviz.views.activations.histogram import Histogram, merged

_REACH = 4.0
"""Least range of pre-activations that is drawn."""
_LOW, _HIGH = -1.25, 2.25
_FAR = 100.0
"""Largest distance from zero at which a curve is drawn."""
_POINTS = 401
_GROUND = -300.0
"""The layer of the frame that marks a function, behind the grids."""
_HEIGHT = Scale(_LOW, _HIGH, ((-1.0, "−1"), (0.0, "0"), (1.0, "1"), (2.0, "2")))
_FEW, _FLAT = 4, 2.0
"""So few plots are as large as they can be, and about so many times as wide as high."""
_HIGH_ENOUGH, _NARROWEST = 9.0, 7.5
"""Usual height and least width of a plot, in lines of text."""
_TITLE, _LEAST_PLANE = 1.1, 4.6
"""Height of a title and least height of a plane with its axis, in lines of text; lower views scroll."""
_LINE = 1.15
"""Distance between two lines of formulas: their raised letters may come from a higher font."""
_PAD = 4.0
_SIDE = 6.0
"""Pixels left free at each side of a plot."""
_KEYS = (
    "solid: σ, dashed: its slope σ′; click one to use it",
    "solid: σ, dashed: σ′; click one to use it",
    "solid: σ, dashed: σ′; click one",
    "solid: σ, dashed: σ′",
)
"""What the lines are and what a click does, the longest wording first."""


class FunctionPlot:
    """σ solid and σ′ dashed over p, on the same vertical scale for all functions."""

    def __init__(self, canvas: PlotCanvas, function: ActivationFunction) -> None:
        scene = canvas.scene()
        self.function, self.rect = function, QRectF()
        self._marked = False
        self.title, self.used, self.formula, self.kink = (Text(scene) for _ in range(4))
        self.frame = add_path(scene, _GROUND)
        self.plane, self.value, self.slope = canvas.plane(), PathItem(), PathItem()
        self.plane.name_axes("p")
        self.histogram = Histogram(self.plane)
        canvas.tables.append(lambda: self.histogram.rows(f"{function.title} pre-activations"))
        self.plane.reading = self._read
        self.plane.moved.connect(self._draw_function)
        self.plane.show(symmetric_scale(_REACH), _HEIGHT)
        self.plane.add(self.slope, f"{function.title} σ′")
        self.plane.add(self.value, f"{function.title} σ")

    def set_theme(self, theme: Theme, font: QFont) -> None:
        self._theme = theme
        self.value.setPen(line_pen(theme.text, 2.5))
        self.slope.setPen(line_pen(theme.classes[3], 2.5, Qt.PenStyle.DashLine))
        self.title.set_style(bold(font), theme.text)
        self.used.set_style(bold(font), theme.accent)
        for text in (self.formula, self.kink):
            text.set_style(font, theme.muted)
        self.histogram.set_theme(theme)
        self._draw_frame()

    def lines(self, width: float, font: QFont, *, kinks: bool) -> int:
        """How many lines of text stand below the plot in a width, with the values at the kink or without."""
        return len(self._formulas(width - 2 * _SIDE, font)) + (kinks and self.function.at_zero != "smooth")

    def arrange(self, rect: QRectF, font: QFont, *, lines: int, kinks: bool) -> None:
        """Fill a rectangle, with ``lines`` of text below: the formulas, and values at the kink."""
        self.rect, metrics = rect, QFontMetricsF(font)
        line, inner = metrics.height(), rect.adjusted(_SIDE, 2.0, -_SIDE, -2.0)
        for text in (self.title, self.used, self.formula, self.kink):
            text.setVisible(True)
        self.title.place(inner.left(), inner.top())
        self.plane.set_visible(True)
        below = lines * _LINE * line
        self.plane.arrange(inner.adjusted(0.0, _TITLE * line, 0.0, -below), font)
        self._below = inner.bottomLeft() - QPointF(0.0, below)
        self._inner, self._kinks = inner, kinks
        self._say()
        self._place_use()
        self._draw_frame()

    def show_function(self, function: ActivationFunction) -> None:
        """Show a function of the same name, possibly with another α."""
        if function is not self.function:
            self.function = function
            self._say()
            self._draw_function()

    def hide(self) -> None:
        """Draw nothing of it."""
        self.rect = QRectF()
        self.plane.set_visible(False)
        self.frame.setPath(QPainterPath())
        for text in (self.title, self.used, self.formula, self.kink):
            text.setVisible(False)

    def show_use(self, layers: Sequence[str], responses: Sequence[Response]) -> None:
        """Mark the function if these layers use it, and show their pre-activations."""
        self._marked = bool(layers)
        self.used.set_words(layers[0] if len(layers) == 1 else f"{len(layers)} layers" if layers else "")
        self._place_use()
        self._draw_frame()
        reach = max([_REACH, *(response.reach for response in responses)])
        self.plane.show(symmetric_scale(reach), _HEIGHT)
        if responses:
            self.histogram.show_counts(merged(responses, reach))
        else:
            self.histogram.clear()

    def _formulas(self, width: float, font: QFont) -> list[str]:
        """The formulas of σ and σ′ in lines: both in one where they fit."""
        words = [f"σ = {self.function.formula}", f"σ′ = {self.function.derivative_formula}"]
        if both := first_fitting(["   ".join(words)], font, (0.0, width)):
            return [both]
        return [line for formula in words for line in wrapped([formula], width, font)]

    def _say(self) -> None:
        """Write the title, the formulas and the values at the kink."""
        self.title.set_words(self.function.title)
        formulas = self._formulas(self._inner.width(), self.formula.font())
        self.formula.write("\n".join(formulas), self._below.x(), self._below.y())
        self.kink.set_words(at_kink(self.function) if self._kinks else "")
        self.kink.place(self._below.x(), self.formula.sceneBoundingRect().bottom())

    def _place_use(self) -> None:
        """Place the layers that use the function beside the title, or in the plane where both do not fit."""
        widths = self.title.boundingRect().width() + self.used.boundingRect().width()
        is_beside = widths + _PAD <= self._inner.width()
        top = self._inner.top() if is_beside else self.plane.frame.top()
        self.used.place(self._inner.right(), top, 1.0)

    def _draw_function(self) -> None:
        """Draw as much of the function as is seen."""
        p = seen_arguments(self.plane, _POINTS)
        for item, curve in ((self.value, self.function), (self.slope, self.function.derivative)):
            up = np.clip(np.asarray(curve(p), np.float64), -_FAR, _FAR)
            if self.function.at_zero == "jump" and item is self.value:
                up[p == 0.0] = np.nan  # no line where it jumps
            item.set_points(p, up)

    def _draw_frame(self) -> None:
        path = QPainterPath()
        if self._marked:
            path.addRect(self.rect.adjusted(1.5, 1.5, -1.5, -1.5))
        self.frame.setPath(path)
        self.frame.setPen(line_pen(self._theme.accent, 3.0))
        self.frame.setBrush(QBrush(mix(self._theme.background, self._theme.accent, 0.05)))

    def _read(self, p: float, _up: float) -> Sequence[str]:
        return [*read_function(self.function, p), *self.histogram.read(p, "pre-activations")]


def seen_arguments(plane: Plane, count: int) -> FloatArray:
    """About ``count`` pre-activations across the visible part; also zero, where kinks are."""
    low, high, *_ = plane.extent
    p = np.linspace(low, high, count)
    return np.union1d(p, 0.0) if low < 0.0 < high else p


def read_function(function: ActivationFunction, p: float) -> list[str]:
    """Values of the function and its derivative at a pre-activation, to read."""
    at = np.array([p])
    values = (("p", p), ("σ(p)", float(function(at)[0])), ("σ′(p)", float(function.derivative(at)[0])))
    return [f"{name} {tick(value, 4)}" for name, value in values]


def at_kink(function: ActivationFunction) -> str:
    """Values of σ and σ′ at p = 0, if there is a kink or jump."""
    if function.at_zero == "smooth":
        return ""
    zero = np.zeros(1)
    value, slope = float(function(zero)[0]), float(function.derivative(zero)[0])
    return f"σ(0) = {tick(value)},  σ′(0) = {tick(slope)}"


def _height(lines: int) -> float:
    """Least height of a plot with so many lines below, in lines of text."""
    return _TITLE + _LEAST_PLANE + _LINE * lines + 0.5


class FunctionsView(PlotView[Snapshot]):
    """σ and σ′ of every activation function, and the network's pre-activations.

    The snapshot's scene holds the distributions if the lens asks for responses.

    Signals
    -------
    activation_chosen : str
        The name of a function that was clicked.
    """

    activation_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plots = [FunctionPlot(self.canvas, function) for function in ACTIVATIONS.values()]
        self.key = Text(self.canvas.scene())
        self.choices = tuple(self._choice(plot.function.title) for plot in self.plots)
        self.canvas.setCursor(Qt.CursorShape.PointingHandCursor)
        self.canvas.clicked.connect(self._choose)

    @property
    def drawn(self) -> list[FunctionPlot]:
        """The plots of the functions that are chosen; of all, if none is."""
        chosen = zip(self.plots, self.choices, strict=True)
        return [plot for plot, choice in chosen if choice.isChecked()] or self.plots

    @property
    def switches(self) -> Switches:
        return {plot.function.name: choice for plot, choice in zip(self.plots, self.choices, strict=True)}

    def connect_to(self, room: Room) -> None:
        self.activation_chosen.connect(room.choose_activation)

    def _lay_out(self) -> None:
        metrics, area = QFontMetricsF(self.font()), self.canvas.area.adjusted(_PAD, _PAD / 2, -_PAD, -_PAD / 2)
        area.setWidth(self.canvas.width() - 2 * _PAD - self.canvas.bar_width)
        self.key.set_style(self.font(), self._theme.muted)
        self.key.place(area.left() + _PAD, area.top())
        say(self.key, _KEYS, area.width() - _PAD)
        left, top, line = area.left(), area.top() + 1.2 * metrics.height(), metrics.height()
        room = self.canvas.height() - top - _PAD / 2
        columns = self._columns(area.width() / line, room / line)
        width = area.width() / columns
        rows = [self.drawn[first : first + columns] for first in range(0, len(self.drawn), columns)]
        lines, kinks = self._lines(rows, width - _PAD, room / line)
        spare = max(0.0, room / line - sum(map(_height, lines))) / len(rows)
        for plot in self.plots:
            plot.set_theme(self._theme, self.font())
            plot.hide()
        for row, count in zip(rows, lines, strict=True):
            height = (_height(count) + spare) * line
            for column, plot in enumerate(row):
                place = QRectF(left + column * width, top, width - _PAD, height - _PAD)
                plot.arrange(place, self.font(), lines=count, kinks=kinks)
            top += height
        self.canvas.set_least_height(top)

    def _lines(
        self, rows: Sequence[Sequence[FunctionPlot]], width: float, height: float
    ) -> tuple[list[int], bool]:
        """Lines of text below each row; with values at the kinks if a height, in lines of text, holds them."""
        with_kinks, alone = (
            [max(plot.lines(width, self.font(), kinks=kinks) for plot in row) for row in rows]
            for kinks in (True, False)
        )
        fits = sum(map(_height, with_kinks)) <= height
        return (with_kinks, True) if fits else (alone, False)

    def _columns(self, width: float, height: float) -> int:
        """Number of plots in a row, for a size in lines of text."""
        count = len(self.drawn)
        if count <= _FEW:
            return max(1, min(count, round(math.sqrt(count * width / (_FLAT * height)))))
        rows = max(1, int(height / _HIGH_ENOUGH), self._rows(max(1, int(width / _NARROWEST))))
        return -(-count // rows)

    def _rows(self, columns: int) -> int:
        return -(-len(self.drawn) // columns)

    def _choice(self, title: str) -> QAction:
        action = QAction(f"Only {title}", self)
        action.setCheckable(True)
        action.toggled.connect(self._refresh)
        return action

    def _paint(self, snapshot: Snapshot) -> None:
        functions = snapshot.problem.network.activations
        responses = snapshot.scene.responses if snapshot.scene else ()
        names = [*(f"layer {l}" for l in range(1, len(functions))), "output"]
        for plot in self.drawn:
            name = plot.function.name
            plot.show_function(activation_function(name, snapshot.experiment.network.alpha))
            layers = [l for l, function in enumerate(functions) if function.name == name]
            plot.show_use([names[l] for l in layers], [responses[l] for l in layers] if responses else [])

    def _choose(self, place: QPointF) -> None:
        """Emit the clicked function, unless its plot is zoomed: this may be the first click of a double click."""
        plane = self.canvas.plane_at(place)
        for plot in self.drawn:
            if plot.rect.contains(place) and not (plane and plane.held):
                self.activation_chosen.emit(plot.function.name)

"""One layer: its activation function over the pre-activations there are, and the activations they give."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF

from nnviz.drawing.canvas import Numbers, Text, bold
from nnviz.drawing.paths import keep_painted, line_pen
from nnviz.engine.activations import ActivationFunction
from nnviz.engine.outputs import SOFTMAX
from nnviz.numerals import tick
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.curves import Curves, Line
from nnviz.plots.scales import Scale, span_scale, symmetric_scale
from nnviz.runs.responses import Response
from nnviz.theme import Theme
from nnviz.views.activations.function_plot import read_function, seen_arguments
from nnviz.views.activations.histogram import Histogram

_POINTS = 201
_REACH = 4.0
"""How far pre-activations are drawn while nothing is known of them."""

_COUNTED = "pre-activations", "activations"
_NO_TICKS = Scale(0.0, 1.0, ())


class LayerPlot:
    """Two planes one below the other: over the pre-activation p, and over the activation o."""

    def __init__(self, canvas: PlotCanvas) -> None:
        scene = canvas.scene()
        self.title, self.formula, self.slope_formula = Text(scene), Text(scene), Text(scene)
        self.curves = Curves(canvas, "p")
        self.before, self.after = self.curves.plane, canvas.plane()
        self.after.name_axes("o")
        self.histograms = Histogram(self.before), Histogram(self.after)
        canvas.tables.append(self._rows)
        self.before.reading, self.after.reading = self._read_before, self._read_after
        self.before.moved.connect(self._draw_function)
        self.name, self.function = "", SOFTMAX
        keep_painted(self.title, self.formula, self.slope_formula)

    def show_layer(self, name: str, function: ActivationFunction, response: Response | None) -> None:
        """Be the plot of a layer of this name, with its response if that is known."""
        self.title.set_words(f"{name} · {function.title}")
        self.name, self.function = name, function
        low, high = np.clip(function.span, -1.0, 1.0).tolist()
        reach, low, high = (
            (response.reach, response.low, response.high) if response else (_REACH, math.floor(low), high)
        )
        for plane in (self.before, self.after):
            plane.show_all()
        self.before.show(symmetric_scale(reach), self._height(reach))
        self.after.show(span_scale(low, high), _NO_TICKS)

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        if not visible:
            self.show_response(None)
        self.curves.set_visible(visible)
        self.after.set_visible(visible)
        for text in (self.title, self.formula, self.slope_formula):
            text.setVisible(visible)

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Draw in the theme's colours and in this font."""
        self.title.set_style(bold(font), theme.text)
        self.formula.set_style(font, theme.muted)
        self.slope_formula.set_style(font, theme.muted)
        self.curves.dress(theme, font, self._lines(theme))
        keep_painted(*self.curves.lines, *self.curves.names)
        for histogram in self.histograms:
            histogram.set_theme(theme)

    def _lines(self, theme: Theme) -> list[Line]:
        pens = line_pen(theme.text, 2.5), line_pen(theme.classes[3], 2.5, Qt.PenStyle.DashLine)
        return [
            Line("" if self.function is SOFTMAX else words, pen, f"{self.name} {words}")
            for words, pen in zip(("σ", "σ′"), pens, strict=True)
        ]

    def arrange(self, rect: QRectF, font: QFont, lines: int) -> None:
        """Fill a rectangle, with the formulas on so many lines."""
        metrics = QFontMetricsF(font)
        self.title.place(rect.left(), rect.top())
        self._place_formulas(rect, metrics, lines)
        plots = rect.adjusted(0.0, (lines + 1.1) * metrics.height(), 0.0, 0.0)
        middle = plots.top() + 0.56 * plots.height()
        left = 3.0 * metrics.horizontalAdvance("0")
        self.curves.arrange(QRectF(plots.topLeft(), QPointF(plots.right(), middle)), font, left)
        left, right = self.before.frame.left() - plots.left(), plots.right() - self.before.frame.right() - 1.0
        below = QPointF(plots.left(), middle + 0.2 * metrics.height())
        self.after.arrange(QRectF(below, plots.bottomRight()), font, left, right)

    def show_response(self, response: Response | None) -> None:
        """Show how the layer responds, as far as that reaches; nothing without a response."""
        if response is None:
            for histogram in self.histograms:
                histogram.clear()
            return
        across = symmetric_scale(response.reach)
        if across != self.before.x:
            self.before.show(across, self._height(response.reach))
        self.after.show(span_scale(response.low, response.high), _NO_TICKS)
        self.histograms[0].show_counts(response.pre_activations)
        self.histograms[1].show_counts(response.activations)

    def _place_formulas(self, rect: QRectF, metrics: QFontMetricsF, lines: int) -> None:
        words = formulas(self.function) if lines > 1 else (one_line(self.function), "")
        for k, (text, formula) in enumerate(zip((self.formula, self.slope_formula), words, strict=True), start=1):
            text.set_words(metrics.elidedText(formula, Qt.TextElideMode.ElideRight, rect.width()))
            text.place(rect.left(), rect.top() + k * metrics.height())

    def _height(self, reach: float) -> Scale:
        if self.function is SOFTMAX:
            return _NO_TICKS
        p = np.linspace(-reach, reach, _POINTS)
        value, slope = self.function(p), self.function.derivative(p)
        least, most = np.clip(self.function.span, -1e300, 1e300)
        low = float(least if least > -2.0 else min(0.0, value.min()))
        high = float(max(1.0, slope.max(), most if most < 2.0 else value.max()))
        ends = [low, 0.0, high] if -low > 0.2 * high else [0.0, high]  # as far as there is room between them
        room = 0.04 * (high - low)
        return Scale(low - room, high + room, tuple((value, tick(value, 3)) for value in ends))

    def _draw_function(self) -> None:
        """Draw as much of the function as is seen."""
        p = seen_arguments(self.before, _POINTS)
        curves = () if self.function is SOFTMAX else (self.function(p), self.function.derivative(p))
        courses = [(p, np.asarray(curve, np.float64)) for curve in curves] or [(p[:0], p[:0])] * 2
        self.curves.show(courses, self.before.x, self.before.y)

    def _rows(self) -> Numbers:
        named = zip(self.histograms, _COUNTED, strict=True)
        return [row for histogram, words in named for row in histogram.rows(f"{self.name} {words}")]

    def _read_before(self, p: float, _up: float) -> Sequence[str]:
        words = [f"p {tick(p, 4)}"] if self.function is SOFTMAX else read_function(self.function, p)
        return [*words, *self.histograms[0].read(p, _COUNTED[0])]

    def _read_after(self, o: float, _up: float) -> Sequence[str]:
        return [f"o {tick(o, 4)}", *self.histograms[1].read(o, _COUNTED[1])]


def formulas(function: ActivationFunction) -> tuple[str, str]:
    """What the function and its slope are."""
    if function is SOFTMAX:
        return "softmax: depends on all outputs", ""
    return f"σ = {function.formula}", f"σ′ = {function.derivative_formula}"


def one_line(function: ActivationFunction) -> str:
    """Both formulas beside each other."""
    return "   ".join(formulas(function)).strip()

"""Every layer's activation function, with the distribution of its units."""

import math
from collections.abc import Sequence
from itertools import zip_longest

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QWidget

from nnviz.analysis.probe import probed_in
from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Numbers, Text, bold
from nnviz.drawing.paths import PathItem, cache_painting, line_pen
from nnviz.engine.activations import ActivationFunction
from nnviz.engine.network import Network
from nnviz.engine.outputs import SOFTMAX
from nnviz.numerals import tick
from nnviz.plots.canvas import PlotCanvas, PlotView
from nnviz.plots.curves import Curves, Line
from nnviz.plots.scales import Scale, span_scale, symmetric_scale
from nnviz.runs.layer_statistics import Response
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme
from nnviz.views.activations.functions import read_function, seen_arguments
from nnviz.views.activations.histogram import Histogram

_POINTS = 201
_REACH = 4.0
"""Range of pre-activations that is drawn while none are known."""
_COUNTED = "pre-activations", "activations"
_NO_TICKS = Scale(0.0, 1.0, ())
HINT = "no distributions at this moment"
_PAD = 8.0
_LEAST_WIDTH = 14.0
"""Least width of a layer, in lines of text; if not all layers fit, the view scrolls."""


class LayerPlot:
    """Two planes, one below the other: over the pre-activation p, and over the activation o."""

    def __init__(self, canvas: PlotCanvas) -> None:
        scene = canvas.scene()
        self.title, self.formula, self.slope_formula = Text(scene), Text(scene), Text(scene)
        self.curves = Curves(canvas, "p")
        self.before, self.after = self.curves.plane, canvas.plane()
        self.after.name_axes("o")
        self.probe = PathItem()
        self.before.add(self.probe, "probe")
        self.histograms = Histogram(self.before), Histogram(self.after)
        canvas.tables.append(self._rows)
        self.before.reading, self.after.reading = self._read_before, self._read_after
        self.before.moved.connect(self._draw_function)
        self.name, self.function = "", SOFTMAX
        cache_painting(self.title, self.formula, self.slope_formula)

    def show_layer(self, name: str, function: ActivationFunction, response: Response | None) -> None:
        """Show a layer's name and function, and its response if known."""
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
        if not visible:
            self.show_response(None)
        self.curves.set_visible(visible)
        self.after.set_visible(visible)
        for text in (self.title, self.formula, self.slope_formula):
            text.setVisible(visible)

    def set_theme(self, theme: Theme, font: QFont) -> None:
        self.title.set_style(bold(font), theme.text)
        self.formula.set_style(font, theme.muted)
        self.slope_formula.set_style(font, theme.muted)
        self.curves.set_style(theme, font, self._lines(theme))
        cache_painting(*self.curves.lines, *self.curves.names)
        self.probe.setPen(line_pen(theme.text, 2.0))
        for histogram in self.histograms:
            histogram.set_theme(theme)

    def _lines(self, theme: Theme) -> list[Line]:
        pens = line_pen(theme.text, 2.5), line_pen(theme.classes[3], 2.5, Qt.PenStyle.DashLine)
        return [
            Line("" if self.function is SOFTMAX else words, pen, f"{self.name} {words}")
            for words, pen in zip(("σ", "σ′"), pens, strict=True)
        ]

    def arrange(self, rect: QRectF, font: QFont, lines: int) -> None:
        """Fill a rectangle, with the formulas on ``lines`` lines."""
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
        """Show the layer's distributions; none without a response."""
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

    def show_probe(self, p: FloatArray, o: FloatArray) -> None:
        """Mark the pre-activations p of some units by lines up to their activations o."""
        if not len(p) and self.probe.path().isEmpty():
            return
        gaps = np.full_like(p, np.nan)
        self.probe.set_points(np.stack([p, p, gaps], 1).ravel(), np.stack([0.0 * o, o, gaps], 1).ravel())

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
    """Formulas of the function and its derivative."""
    if function is SOFTMAX:
        return "softmax: depends on all outputs", ""
    return f"σ = {function.formula}", f"σ′ = {function.derivative_formula}"


def one_line(function: ActivationFunction) -> str:
    """Both formulas on one line."""
    return "   ".join(formulas(function)).strip()


class ActivationView(PlotView[Snapshot]):
    """A column for each layer, the output's last: σ and σ′ over the pre-activations, and the activations below.

    The snapshot's scene holds the distributions if the lens asks for responses.

    Attributes
    ----------
    layers : list of LayerPlot
        The plots that are shown; more are kept for deeper networks.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers: list[LayerPlot] = []
        self._plots: list[LayerPlot] = []
        self._network: object = None
        self.hint = Text(self.canvas.scene())

    def _lay_out(self) -> None:
        least = _LEAST_WIDTH * self.fontMetrics().height()
        self.canvas.set_least_width(least * len(self.layers) + _PAD)
        area = self.canvas.area.adjusted(_PAD, _PAD / 2, 0.0, -_PAD / 2)
        width = area.width() / max(1, len(self.layers))
        lines = 1 if all(self._formula_width(layer) < width - _PAD for layer in self.layers) else 2
        for k, layer in enumerate(self.layers):
            layer.set_theme(self._theme, self.font())
            rect = QRectF(area.left() + k * width, area.top(), width - _PAD, area.height())
            layer.arrange(rect, self.font(), lines)
        self._place_hint()

    def _formula_width(self, layer: LayerPlot) -> float:
        return self.fontMetrics().horizontalAdvance(one_line(layer.function))

    def _place_hint(self) -> None:
        self.hint.set_style(self.font(), self._theme.muted)
        if self.layers:
            frame = self.layers[0].after.frame
            self.hint.place(frame.left() + _PAD, frame.center().y(), 0.0, 0.5)

    def _paint(self, snapshot: Snapshot) -> None:
        network, responses = snapshot.problem.network, snapshot.scene.responses if snapshot.scene else ()
        if (network.layer_sizes, network.activations) != self._network:
            self._show_network(network, responses)
            self._network = (network.layer_sizes, network.activations)
            self._lay_out()
        self.hint.set_words("" if responses else HINT)
        for layer, response in zip_longest(self.layers, responses):
            layer.show_response(response)
        probed = probed_in(snapshot)
        for l, layer in enumerate(self.layers):
            none = np.empty(0)
            layer.show_probe(*(probed.pre_activations[l], probed.activations[l + 1]) if probed else (none, none))

    def _show_network(self, network: Network, responses: Sequence[Response]) -> None:
        """Show a plot for each layer; plots are used again, as new ones take long to make."""
        count = len(network.activations)
        self._plots += [LayerPlot(self.canvas) for _ in range(count - len(self._plots))]
        self.layers = self._plots[:count]
        for l, plot in enumerate(self._plots):
            plot.set_visible(l < count)
        layers = zip_longest(self.layers, network.activations, responses)
        for l, (plot, function, response) in enumerate(layers, start=1):
            plot.show_layer("output" if l == count else f"layer {l}", function, response)

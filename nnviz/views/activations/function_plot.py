"""One activation function and its slope, small, with where a network is on it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.histogram import Histograms
from nnviz.drawing.paths import line_pen
from nnviz.drawing.scales import Scale, symmetric_scale
from nnviz.engine.activations import ActivationFunction
from nnviz.runs.responses import Response
from nnviz.theme import Theme, mix

_REACH = 4.0
"""How far pre-activations are drawn where the network does not reach farther."""
_LOW, _HIGH = -1.25, 2.25
_POINTS = 401
_BINS = 40

_HEIGHT = Scale(_LOW, _HIGH, ((-1.0, "−1"), (0.0, "0"), (1.0, "1"), (2.0, "2")))


class FunctionPlot:
    """σ solid and σ′ dashed over p; all on the same height, so that they can be compared."""

    def __init__(self, scene: QGraphicsScene, function: ActivationFunction) -> None:
        self.function, self.rect = function, QRectF()
        self._reach, self._marked = _REACH, False
        self.title, self.used, self.formula, self.kink = (Text(scene) for _ in range(4))
        self.frame = add_path(scene, -4.0)
        self.axes = Axes(scene, symmetric_scale(_REACH, "p"), _HEIGHT)
        self.histogram = Histograms(scene)
        self.value, self.slope = add_path(scene, 2.0), add_path(scene, 1.0)

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Draw in the theme's colours and in this font."""
        self._theme = theme
        self.value.setPen(line_pen(theme.text, 2.5))
        self.slope.setPen(line_pen(theme.classes[3], 2.5, Qt.PenStyle.DashLine))
        self.title.set_style(bold(font), theme.text)
        self.used.set_style(bold(font), theme.accent)
        for text in (self.formula, self.kink):
            text.set_style(font, theme.muted)
        self.axes.set_theme(theme)
        self.histogram.set_theme(theme)
        self._draw_frame()

    def arrange(self, rect: QRectF, font: QFont, *, lines: int) -> None:
        """Fill a rectangle; ``lines`` of text below: formula, and value at the kink."""
        self.rect, metrics = rect, QFontMetricsF(font)
        line, inner = metrics.height(), rect.adjusted(6.0, 2.0, -6.0, -2.0)
        self.title.place(inner.left(), inner.top())
        self.axes.arrange(inner.adjusted(0.0, 1.1 * line, 0.0, -lines * line), font)
        self.histogram.place((self.axes,))
        self._metrics, self._inner, self._lines = metrics, inner, lines
        self._say()
        self._draw_function()
        self._draw_frame()

    def show_function(self, function: ActivationFunction) -> None:
        """Show a function of the same name, with another α perhaps."""
        if function is not self.function:
            self.function = function
            self._say()
            self._draw_function()

    def show_use(self, layers: Sequence[str], responses: Sequence[Response]) -> None:
        """Mark the function if layers of these names use it, with the pre-activations that they have."""
        self._marked = bool(layers)
        self.used.set_words(layers[0] if len(layers) == 1 else f"{len(layers)} layers" if layers else "")
        self.used.place(self.rect.right() - 6.0, self.rect.top() + 2.0, 1.0)
        self._draw_frame()
        reach = max([_REACH, *(response.reach for response in responses)])
        if reach != self._reach:
            self._reach = reach
            self.axes.set_scales(symmetric_scale(reach, "p"), _HEIGHT)
            self.histogram.place((self.axes,))
            self._draw_function()
        if responses:
            self.histogram.show_counts(merged(responses, reach)[None])
        else:
            self.histogram.clear()

    def _say(self) -> None:
        width, elide = self._inner.width(), Qt.TextElideMode.ElideRight
        below = self._inner.bottom() - self._lines * self._metrics.height()
        self.title.set_words(self.function.title)
        words = [f"σ = {self.function.formula}", f"σ′ = {self.function.derivative_formula}"]
        both = "   ".join(words)
        fits = self._metrics.horizontalAdvance(both) <= width
        self.formula.set_words(self._metrics.elidedText(both if fits else words[0], elide, width))
        self.formula.place(self._inner.left(), below)
        second = at_kink(self.function) or ("" if fits else words[1])
        self.kink.set_words(self._metrics.elidedText(second, elide, width) if self._lines > 1 else "")
        self.kink.place(self._inner.left(), below + self._metrics.height())

    def _draw_function(self) -> None:
        p = np.linspace(-self._reach, self._reach, _POINTS)
        across, zero = self.axes.across(p), _POINTS // 2
        for item, curve in ((self.value, self.function(p)), (self.slope, self.function.derivative(p))):
            seen = np.where((curve >= _LOW) & (curve <= _HIGH), curve, np.nan)
            if self.function.at_zero == "jump" and item is self.value:
                seen[zero] = np.nan  # no line where it jumps
            item.set_points(across, np.where(np.isnan(seen), np.nan, self.axes.up(seen)))

    def _draw_frame(self) -> None:
        path = QPainterPath()
        if self._marked:
            path.addRect(self.rect.adjusted(1.5, 1.5, -1.5, -1.5))
        self.frame.setPath(path)
        self.frame.setPen(line_pen(self._theme.accent, 3.0))
        self.frame.setBrush(QBrush(mix(self._theme.background, self._theme.accent, 0.05)))


def at_kink(function: ActivationFunction) -> str:
    """What σ and σ′ are at p = 0 where they have a kink or a jump."""
    if function.at_zero == "smooth":
        return ""
    zero = np.zeros(1)
    value, slope = float(function(zero)[0]), float(function.derivative(zero)[0])
    return f"σ(0) = {value:g},  σ′(0) = {slope:g}"


def merged(responses: Sequence[Response], reach: float) -> NDArray[np.int64]:
    """The pre-activations of several layers, counted in 40 bins from −reach to reach.

    Reaches are powers of two, so that narrower bins lie within wider ones, and no count is divided.
    """
    counts = np.zeros(_BINS, np.int64)
    for response in responses:
        middles = (np.arange(_BINS) + 0.5) * (2.0 / _BINS) - 1.0
        bins = ((middles * (response.reach / reach) + 1.0) * (_BINS / 2)).astype(np.intp)
        np.add.at(counts, bins, response.pre_activations)
    return counts

"""One layer: its activation function over the pre-activations there are, and the activations they give."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import keep_painted, line_pen
from nnviz.drawing.scales import Scale, span_scale, symmetric_scale
from nnviz.engine.activations import ActivationFunction
from nnviz.engine.outputs import SOFTMAX
from nnviz.runs.responses import Response
from nnviz.theme import Theme

_POINTS = 201
_REACH = 4.0
"""How far pre-activations are drawn while nothing is known of them."""

_NO_TICKS = Scale(0.0, 1.0, ())


class LayerPlot:
    """Two frames one below the other: over the pre-activation p, and over the activation o.

    Parameters
    ----------
    scene : QGraphicsScene
    name : str
        What the layer is called.
    function : ActivationFunction
    """

    def __init__(self, scene: QGraphicsScene, name: str, function: ActivationFunction) -> None:
        self.function = function
        self._reach = _REACH
        self.title, self.formula, self.slope_formula = Text(scene), Text(scene), Text(scene)
        self.title.set_words(f"{name} · {function.title}")
        self.value, self.slope = add_path(scene, 2.0), add_path(scene, 1.0)
        self.names = Text(scene, 3.0), Text(scene, 3.0)
        self.before = Axes(scene, symmetric_scale(_REACH, "p"), self._height())
        self.after = Axes(scene, span_scale(*_span(function), "o"), _NO_TICKS)
        keep_painted(self.title, self.formula, self.slope_formula, self.value, self.slope, *self.names)

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Draw in the theme's colours and in this font."""
        colors = (theme.text, theme.classes[3])
        self.title.set_style(bold(font), theme.text)
        self.formula.set_style(font, theme.muted)
        self.slope_formula.set_style(font, theme.muted)
        self.value.setPen(line_pen(colors[0], 2.5))
        self.slope.setPen(line_pen(colors[1], 2.5, Qt.PenStyle.DashLine))
        for text, words, color in zip(self.names, ("σ", "σ′"), colors, strict=True):
            text.set_style(bold(font), color)
            text.set_words("" if self.function is SOFTMAX else words)
        for part in (self.before, self.after):
            part.set_theme(theme)

    def arrange(self, rect: QRectF, font: QFont, lines: int) -> None:
        """Fill a rectangle, with the formulas on so many lines."""
        metrics = QFontMetricsF(font)
        self.title.place(rect.left(), rect.top())
        self._place_formulas(rect, metrics, lines)
        plots = rect.adjusted(0.0, (lines + 1.1) * metrics.height(), 0.0, 0.0)
        middle = plots.top() + 0.56 * plots.height()
        left = 3.0 * metrics.horizontalAdvance("0")
        right = QFontMetricsF(bold(font)).horizontalAdvance("σ′") + 8.0
        self.before.arrange(QRectF(plots.topLeft(), QPointF(plots.right(), middle)), font, left, right)
        below = QPointF(plots.left(), middle + 0.2 * metrics.height())
        self.after.arrange(QRectF(below, plots.bottomRight()), font, left, right)
        self._draw_function()

    def follow(self, response: Response) -> bool:
        """Let the frames reach as far as what there is to see; False if they do already."""
        reached = self._reach_to(response.reach)
        return self.after.set_scales(span_scale(response.low, response.high, "o"), _NO_TICKS) or reached

    def _place_formulas(self, rect: QRectF, metrics: QFontMetricsF, lines: int) -> None:
        words = formulas(self.function) if lines > 1 else (one_line(self.function), "")
        for k, (text, formula) in enumerate(zip((self.formula, self.slope_formula), words, strict=True), start=1):
            text.set_words(metrics.elidedText(formula, Qt.TextElideMode.ElideRight, rect.width()))
            text.place(rect.left(), rect.top() + k * metrics.height())

    def _reach_to(self, reach: float) -> bool:
        if reach == self._reach:
            return False
        self._reach = reach
        self.before.set_scales(symmetric_scale(reach, "p"), self._height())
        self._draw_function()
        return True

    def _height(self) -> Scale:
        if self.function is SOFTMAX:
            return _NO_TICKS
        _, value, slope = self._curves()
        least, most = np.clip(self.function.span, -1e300, 1e300)
        low = float(least if least > -2.0 else min(0.0, value.min()))
        high = float(max(1.0, slope.max(), most if most < 2.0 else value.max()))
        ticks = [(v, f"{v:,.3g}".replace("-", "−")) for v in _round_values(low, high)]
        room = 0.04 * (high - low)
        return Scale(low - room, high + room, tuple(ticks))

    def _curves(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        p = np.linspace(-self._reach, self._reach, _POINTS)
        return p, np.asarray(self.function(p), np.float64), np.asarray(self.function.derivative(p), np.float64)

    def _draw_function(self) -> None:
        if self.function is SOFTMAX:
            return
        p, *curves = self._curves()
        across = self.before.across(p)
        above = -np.inf
        for item, name, curve in zip((self.value, self.slope), self.names, curves, strict=True):
            up = self.before.up(curve)
            item.set_points(across, up, "all")
            above = max(float(up[-1]), above + name.boundingRect().height())
            name.place(self.before.frame.right() + 5.0, above, 0.0, 0.5)


def formulas(function: ActivationFunction) -> tuple[str, str]:
    """What the function and its slope are."""
    if function is SOFTMAX:
        return "softmax: depends on all outputs", ""
    return f"σ = {function.formula}", f"σ′ = {function.derivative_formula}"


def one_line(function: ActivationFunction) -> str:
    """Both formulas beside each other."""
    return "   ".join(formulas(function)).strip()


def _span(function: ActivationFunction) -> tuple[float, float]:
    """Where activations are drawn while nothing is known of them."""
    low, high = np.clip(function.span, -1.0, 1.0)
    return float(np.floor(low)), float(high)


def _round_values(low: float, high: float) -> list[float]:
    """Ends and zero, as far as there is room between them."""
    return [low, 0.0, high] if -low > 0.2 * high else [0.0, high]

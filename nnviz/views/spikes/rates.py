"""The rate against the current: the formula, what was counted beside it, and curves laid over that."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont

from nnviz.drawing.canvas import as_verdict
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.engine.spiking import SHAPES, laid
from nnviz.kinds.spikes import CURRENTS, Spikes, SpikesState
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.curves import Curves, Line, LinePoints, curve_pen
from nnviz.plots.scales import linear_scale, range_scale
from nnviz.theme import Theme

HIGHEST = 4.0
"""Highest current of the axis, in nA."""
_ROOM = 1.05
"""How far the axis goes beyond that, for a dot there to be whole."""
_FINE = 401
_DOT, _NOW = 3.5, 6.0
"""Radii of what was counted, and of the neuron itself, in pixels."""
_NOTHING = np.empty(0), np.empty(0)


class Rates:
    """Lines for the formula, softplus and σ; dots for the rates counted; a ring for the neuron itself."""

    def __init__(self, canvas: PlotCanvas) -> None:
        self.curves = Curves(canvas, "I in nA", "spikes/s")
        self.counted, self.now = as_verdict(PathItem()), as_verdict(PathItem())
        self.curves.plane.add_in_pixels(self.counted, self.now)
        self.has_fits = False
        self._formula: LinePoints = _NOTHING

    def set_visible(self, visible: bool) -> None:
        self.curves.set_visible(visible)

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, experiment: Spikes) -> None:
        """Fill a rectangle."""
        names = ("formula", "softplus", "σ") if self.has_fits else ("formula",)
        pens = line_pen(theme.text, 2.0), curve_pen(theme, 0), curve_pen(theme, 1)
        self.curves.set_style(theme, font, [Line(name, pen) for name, pen in zip(names, pens, strict=False)])
        for item in (*self.curves.lines, *self.curves.names):
            as_verdict(item)
        self.counted.setPen(line_pen(theme.text, 1.5))
        self.counted.setBrush(QColor(theme.background))
        self.now.setPen(line_pen(theme.background, 1.5))
        self.now.setBrush(QColor(theme.accent))
        highest = float(CURRENTS[-1]) if self.has_fits else HIGHEST
        currents = np.linspace(0.0, highest, _FINE)
        self._formula = currents, np.array([experiment.membrane.rate(current) for current in currents.tolist()])
        self.curves.arrange(rect, font)
        self._scales = range_scale(0.0, _ROOM * highest), linear_scale(max(1.0, 1.1 * float(self._formula[1][-1])))

    def show_state(self, current: float, state: SpikesState) -> None:
        """Draw what was counted, what is laid over it, and where the neuron itself is."""
        laid_over = [self._laid(name, state) for name in SHAPES] if self.has_fits else []
        self.curves.show([self._formula, *laid_over], *self._scales)
        plane = self.curves.plane
        rates = state.rates if self.has_fits else np.full(len(CURRENTS), np.nan)
        self.counted.setPath(circles(plane.pixels(np.column_stack([CURRENTS, rates])), _DOT))
        self.now.setPath(circles(plane.pixels(np.array([[current, state.rate]])), _NOW))

    def _laid(self, name: str, state: SpikesState) -> LinePoints:
        if name not in state.fits:
            return _NOTHING
        currents = np.linspace(0.0, float(CURRENTS[-1]), _FINE)
        return currents, np.asarray(laid(name, state.fits[name], currents), np.float64)

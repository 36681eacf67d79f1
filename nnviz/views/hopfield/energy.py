"""The energy of a Hopfield net against its updates: a staircase that only goes down."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont

from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.kinds.hopfield.rule import HopfieldState, Memory
from nnviz.numerals import nice_above, tick
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.scales import Scale, linear_scale, span_scale
from nnviz.theme import Theme

_DOT = 4.5


class EnergyCurve:
    """The staircase, broken where spins were set by hand, and a dot at its end."""

    def __init__(self, canvas: PlotCanvas) -> None:
        self.plane, self.line, self.dot = canvas.plane(), PathItem(), PathItem()
        self.plane.name_axes("update", "E")
        self.plane.reading = self._read
        self.plane.add(self.line, "energy")
        self.plane.add_in_pixels(self.dot)
        self._memory: Memory | None = None
        self._deepest = 0.0
        self._course = np.empty((0, 2))

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self.line.setPen(line_pen(theme.text, 2.5))
        self.dot.setPen(line_pen(theme.text, 1.0))
        self.dot.setBrush(QColor(theme.text))

    def arrange(self, rect: QRectF, font: QFont) -> None:
        """Fill a rectangle."""
        self.plane.arrange(rect, font)

    def show_state(self, state: HopfieldState) -> None:
        """Draw the course that led here."""
        if state.memory is not self._memory:
            self._memory, self._deepest = state.memory, _deepest(state.memory)
        self.plane.show(linear_scale(float(max(state.step, state.spins.size))), self._scale(state))
        self._course = np.vstack([state.course, [state.step, state.energy]])
        steps, energies = self._course.T
        self.line.set_points(np.repeat(steps, 2)[1:], np.repeat(energies, 2)[:-1])
        self.dot.setPath(circles(self.plane.pixels(self._course[-1:]), _DOT))

    def _scale(self, state: HopfieldState) -> Scale:
        """From below the deepest memory to the highest energy there was: it seldom changes."""
        lowest = min(self._deepest, float(np.nanmin(state.course[:, 1])))
        highest = float(np.nanmax(state.course[:, 1]))
        return span_scale(-nice_above(-lowest), nice_above(highest) if highest > 0.0 else 0.0)

    def _read(self, update: float, _up: float) -> Sequence[str]:
        steps, energies = self._course.T
        if not len(steps) or not steps[0] <= update <= steps[-1]:
            return []
        energy = float(energies[np.searchsorted(steps, update, "right") - 1])
        return [f"update {int(update)}", f"E {tick(energy, 4)}"]


def _deepest(memory: Memory) -> float:
    """The lowest energy of any pattern."""
    energies = -0.5 * np.sum(memory.patterns @ memory.weights * memory.patterns, axis=1)
    return float(energies.min(initial=0.0))

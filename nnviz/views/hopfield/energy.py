"""The energy of a Hopfield net against its updates: a staircase that only goes down."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import add_path
from nnviz.drawing.paths import line_pen
from nnviz.drawing.scales import Scale, linear_scale, nice_above, span_scale
from nnviz.kinds.hopfield.rule import HopfieldState, Memory
from nnviz.theme import Theme

_DOT = 4.5


class EnergyCurve:
    """The staircase, broken where spins were set by hand, and a dot at its end."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.axes = Axes(scene, linear_scale(1.0, "update"), span_scale(-1.0, 0.0, "E"))
        self.line, self._dot = add_path(scene, 3.0), add_path(scene, 4.0)
        self._memory: Memory | None = None
        self._deepest = 0.0

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self.axes.set_theme(theme)
        self.line.setPen(line_pen(theme.text, 2.5))
        self._dot.setPen(line_pen(theme.text, 1.0))
        self._dot.setBrush(line_pen(theme.text).brush())

    def arrange(self, rect: QRectF, font: QFont) -> None:
        """Fill a rectangle."""
        self.axes.arrange(rect, font)

    def show_state(self, state: HopfieldState) -> None:
        """Draw the course that led here."""
        if state.memory is not self._memory:
            self._memory, self._deepest = state.memory, _deepest(state.memory)
        updates = linear_scale(float(max(state.step, state.spins.size)), "update")
        self.axes.set_scales(updates, self._scale(state))
        steps, energies = np.vstack([state.course, [state.step, state.energy]]).T
        x, y = self.axes.across(np.repeat(steps, 2)[1:]), self.axes.up(np.repeat(energies, 2)[:-1])
        self.line.set_points(x, y)
        dot = QPainterPath()
        dot.addEllipse(x[-1] - _DOT, y[-1] - _DOT, 2 * _DOT, 2 * _DOT)
        self._dot.setPath(dot)

    def _scale(self, state: HopfieldState) -> Scale:
        """From below the deepest memory to the highest energy there was: it seldom changes."""
        lowest = min(self._deepest, float(np.nanmin(state.course[:, 1])))
        highest = float(np.nanmax(state.course[:, 1]))
        return span_scale(-nice_above(-lowest), nice_above(highest) if highest > 0.0 else 0.0, "E")


def _deepest(memory: Memory) -> float:
    """The lowest energy of any pattern."""
    energies = -0.5 * np.sum(memory.patterns @ memory.weights * memory.patterns, axis=1)
    return float(energies.min(initial=0.0))

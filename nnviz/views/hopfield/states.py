"""The states of a small net: how often each is visited, beside what its energy says."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import as_verdict
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.drawing.words import Wordings
from nnviz.engine.boltzmann import all_states
from nnviz.kinds.hopfield.rule import HopfieldState, Memory
from nnviz.numerals import tick
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.scales import linear_scale, range_scale
from nnviz.theme import Theme, mix

_BAR = 0.8
"""Width of a bar, where a state has 1."""
_DOT = 3.5
_HIGHEST = 3.0
"""Highest dot that has room, as a multiple of the highest line."""


class StateBars:
    """A bar for each state, the lowest energy first: the share of the replicas that are in it.

    A line across each says how often e^(−E/T) has it visited; dots, how often this one net was there.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        self.plane = canvas.plane()
        self.plane.name_axes("states, the lowest energy first", "share")
        self.plane.reading = self._read
        self.bars, self.lines, self.dots = PathItem(), PathItem(), PathItem()
        self.plane.add(self.bars, "replicas")
        self.plane.add(self.lines, "exp(−E/T)")
        self.plane.add_in_pixels(self.dots)
        for item in (self.bars, self.lines, self.dots):
            as_verdict(item)
        self._memory: Memory | None = None
        self._order = np.empty(0, np.intp)
        self._values: Sequence[FloatArray] = ()

    def set_theme(self, theme: Theme) -> None:
        self.bars.setPen(Qt.PenStyle.NoPen)
        self.bars.setBrush(mix(theme.background, theme.accent, 0.5))
        self.lines.setPen(line_pen(theme.text, 2.5))
        self.dots.setPen(line_pen(theme.background, 1.0))
        self.dots.setBrush(QColor(theme.warning))

    def arrange(self, rect: QRectF, font: QFont) -> None:
        """Fill a rectangle."""
        self.plane.arrange(rect, font)

    def show_state(self, state: HopfieldState) -> None:
        """Draw what was counted and what is expected."""
        if state.memory is not self._memory:
            self._memory, self._order = state.memory, np.argsort(state.energies, kind="stable")
        counted, expected = (np.asarray(each[self._order], np.float64) for each in (state.counted, state.expected))
        chain: FloatArray = np.asarray(state.visits[self._order] / max(1, int(state.visits.sum())), np.float64)
        self._values = counted, expected, chain
        count = len(counted)
        top = max(1.2 * float(expected.max()), min(float(chain.max()), _HIGHEST * float(expected.max())))
        self.plane.show(range_scale(0.0, float(count)), linear_scale(top))
        middles: FloatArray = np.arange(count, dtype=np.float64) + 0.5
        self.bars.set_points(*_rectangles(middles, counted))
        ends = np.stack([middles - _BAR / 2, middles + _BAR / 2], axis=1).ravel()
        self.lines.set_points(ends, np.repeat(expected, 2), "pairs")
        visited = chain > 0.0
        places = np.column_stack([middles, np.minimum(chain, self.plane.extent[3])])[visited]
        self.dots.setPath(circles(self.plane.pixels(places), _DOT))

    def _read(self, x: float, _up: float) -> Sequence[str]:
        rank = int(x)
        if self._memory is None or not 0 <= rank < len(self._order):
            return []
        state = self._order[rank]
        spins = "".join("+" if spin > 0 else "−" for spin in all_states(len(self._memory.weights))[state])
        names = ("replicas", "exp(−E/T)", "this net")
        return [spins, *(f"{name} {tick(float(v[rank]), 3)}" for name, v in zip(names, self._values, strict=True))]


def _rectangles(middles: FloatArray, heights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The outlines of bars, with NaN between them."""
    gap = np.full(len(middles), np.nan)
    left, right, zero = middles - _BAR / 2, middles + _BAR / 2, np.zeros(len(middles))
    x = np.stack([left, left, right, right, gap], axis=1).ravel()
    y = np.stack([zero, heights, heights, zero, gap], axis=1).ravel()
    return x, y


def said_of(state: HopfieldState) -> Wordings:
    """What bars, lines and dots are, and how far they are apart, in several wordings."""
    apart = 0.5 * float(np.abs(state.counted - state.expected).sum())
    bars = f"bars: {len(state.replicas):,} nets"
    return (
        f"{bars} · lines: exp(−E/T) · dots: this net · bars off by {100 * apart:.0f} %",
        f"{bars} · lines: exp(−E/T) · dots: this net",
        f"{bars} · lines: exp(−E/T)",
        bars,
    )

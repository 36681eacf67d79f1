"""The size of the gradients at each layer."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QWidget

from nnviz.drawing.canvas import Numbers, Text, as_verdict, bold
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.words import Wordings, first_fitting, say
from nnviz.experiment.problem import Problem
from nnviz.numerals import power, tick
from nnviz.plots.canvas import PlotView
from nnviz.plots.scales import log_scale, row_scale
from nnviz.runs.layer_statistics import samples_measured
from nnviz.runs.snapshot import Snapshot

HINT = "no gradients at this moment"
_AXIS = "size of ∂loss/∂p"
_PAD = 8.0
_FILLED = 0.7
"""Height of a bar, as a fraction of its row."""
_LIKE = 1.5
"""Ratio up to which the first and the last layer count as equal."""
_SMALLEST = 1e-300
_ANY_REACH = 1e-8, 1.0
"""The range of the axis while a question waits."""
_MOST_DECADES = 600


class GradientView(PlotView[Snapshot]):
    """A bar for each layer, the first hidden layer on top: root mean square of ∂loss/∂p on a logarithmic axis.

    The snapshot's scene holds the sizes if the lens asks for gradients.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem: Problem | None = None
        self._sizes: tuple[float, ...] = ()
        self._names: list[str] = []
        self._axis: Wordings = (_AXIS,)
        self._width = 0.0
        self._rows, self._reached = row_scale(()), (0.01, 1.0)
        self.verdict = as_verdict(Text(self.canvas.scene()))
        self.values: list[Text] = []
        self.plane, self.bars = self.canvas.plane(), as_verdict(PathItem())
        self.plane.reading = self._read
        self.plane.moved.connect(self._name_axis)
        self.plane.add(self.bars)
        self.canvas.tables.append(self._rows_of_sizes)

    def keep_secret(self, secret: bool) -> None:
        super().keep_secret(secret)
        self._show()

    def _lay_out(self) -> None:
        metrics, area = QFontMetricsF(self.font()), self.canvas.area.adjusted(_PAD, _PAD / 2, -_PAD, -_PAD / 2)
        self.bars.setPen(line_pen(self._theme.accent, 1.0))
        self.bars.setBrush(QBrush(QColor(self._theme.accent)))
        self.verdict.set_style(bold(self.font()), self._theme.text)
        self.verdict.place(area.left(), area.top())
        self._width = area.width()
        for value in self.values:
            value.set_style(self.font(), self._theme.text)
        room = metrics.horizontalAdvance("0.0·10⁻⁰⁰") + _PAD
        self.plane.arrange(area.adjusted(0.0, 1.3 * metrics.height(), 0.0, 0.0), self.font(), right=room)

    def _paint(self, snapshot: Snapshot) -> None:
        self._sizes = snapshot.scene.gradients if snapshot.scene else ()
        if snapshot.problem is not self._problem or len(self._sizes) != len(self._names):
            self._begin(snapshot.problem, len(self._sizes))
        self._reach()
        self._draw_bars()
        say(self.verdict, verdict(self._sizes) if self._sizes else (HINT,), self._width)

    def _begin(self, problem: Problem, layers: int) -> None:
        """Start with a row for each layer, and an axis that only grows from now on."""
        self._problem, self._reached = problem, (0.01, 1.0)
        self._names = [*(f"layer {k}" for k in range(1, layers)), *["output"][:layers]]
        self._rows = row_scale(self._names)
        self.values += [as_verdict(Text(self.canvas.scene())) for _ in range(layers - len(self.values))]
        for value in self.values[layers:]:
            value.setVisible(False)
        used, count = samples_measured(problem), len(problem.train)
        of_all = f"{used:,} of {count:,}" if used < count else f"{count:,}"
        self._axis = f"{_AXIS} (r.m.s., {of_all} training samples)", f"{_AXIS} (r.m.s.)", _AXIS
        self.plane.set_visible(layers > 0)
        self._lay_out()

    def _name_axis(self) -> None:
        self.plane.name_axes(first_fitting(self._axis, self.font(), (0.0, self.plane.frame.width())))

    def _reach(self) -> None:
        sizes = [size for size in self._sizes if size > 0.0 and math.isfinite(size)]
        self._reached = max(_SMALLEST, min([*sizes, self._reached[0]])), max([*sizes, self._reached[1]])
        reached = _ANY_REACH if self.canvas.keeps_secret else self._reached  # a range would say how small it gets
        self.plane.show(log_scale(*reached, _MOST_DECADES), self._rows)

    def _draw_bars(self) -> None:
        """Draw a bar for each size; of length zero if the size is zero or NaN."""
        path, low, count = QPainterPath(), self.plane.x.low, len(self._sizes)
        ends = [math.log10(size) if size > 0.0 and math.isfinite(size) else low for size in self._sizes]
        for k, end in enumerate(ends):
            path.addRect(low, count - k - (1.0 + _FILLED) / 2, max(0.0, end - low), _FILLED)
        self.bars.setPath(path)
        self._write(ends)

    def _write(self, ends: list[float]) -> None:
        """Write the sizes at the bars' ends, as many as fit, if the ends are visible."""
        frame, line = self.plane.frame, QFontMetricsF(self.font()).height()
        every = math.ceil(line / self.plane.unit[1])
        places = self.plane.pixels(
            np.array([(end, len(ends) - k - 0.5) for k, end in enumerate(ends)]).reshape(-1, 2)
        )
        for k, (value, size, (x, y)) in enumerate(zip(self.values, self._sizes, places.tolist(), strict=False)):
            value.write(written(size), min(max(x, frame.left()), frame.right()) + _PAD / 2, y, 0.0, 0.5)
            value.setVisible(k % every == 0 and frame.top() <= y <= frame.bottom())

    def _rows_of_sizes(self) -> Numbers:
        named = zip(self._names, self._sizes, strict=True)
        return [(f"size at {name}", k, size) for k, (name, size) in enumerate(named, start=1)]

    def _read(self, _x: float, y: float) -> Sequence[str]:
        row = len(self._names) - 1 - math.floor(y)
        return [f"{self._names[row]}: {tick(self._sizes[row], 4)}"] if 0 <= row < len(self._names) else []


def written(size: float) -> str:
    """A size in three digits."""
    if not math.isfinite(size):
        return "—"
    if size and not 1e-3 <= size < 1e4:
        return power(size)
    return tick(size, 3)


def verdict(sizes: tuple[float, ...]) -> Wordings:
    """A comparison of the first layer's gradients with the output's, in words, the longest first."""
    first, last = sizes[0], sizes[-1]
    if len(sizes) == 1:
        return ("a single layer, next to the loss",)
    if not (math.isfinite(first) and math.isfinite(last)):
        return ("the run has diverged",)
    if first == 0.0 or last == 0.0:
        return ("nothing reaches the first layer" if last else "nothing is left to learn",)
    ratio = max(first, last) / min(first, last)
    if ratio <= _LIKE:
        return "first layer: about as large as the output", "first layer: as the output"
    than = "smaller" if first < last else "larger"
    times = f"first layer: {_times(ratio)} times {than}"
    return f"{times} than the output", f"{times} than output", times, times.partition(": ")[2]


def _times(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 9.95 else f"{ratio:,.0f}" if ratio < 1e6 else power(ratio)

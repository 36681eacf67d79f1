"""How large the gradients are that reach each layer."""

import math

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QWidget

from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.scales import Scale
from nnviz.drawing.view import View
from nnviz.experiment.problem import Problem
from nnviz.numerals import power, superscript
from nnviz.runs.gradients import samples_measured
from nnviz.runs.snapshot import Snapshot

HINT = "no gradients at this moment"

_PAD = 8.0
_FILLED = 0.7
"""How much of its row a bar fills."""
_LIKE = 1.5
"""Up to which ratio first and last layer are said to be alike."""
_LOWEST = -300


class GradientView(View):
    """A bar for each layer, the first hidden layer on top: the root mean square of ∂loss/∂p, on a log axis.

    The sizes are those of the snapshot's scene, which holds them if the lens asks for gradients.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self._problem: Problem | None = None
        self._layers = 0
        self._decades = (-3, 0)
        self.title, self.verdict = Text(scene), Text(scene)
        self.bars = add_path(scene, -1.0)
        self.names: list[Text] = []
        self.values: list[Text] = []
        self.axes = Axes(scene, _decades(*self._decades), Scale(0.0, 1.0, ()))

    def _lay_out(self) -> None:
        metrics, area = QFontMetricsF(self.font()), self.canvas.area.adjusted(_PAD, _PAD / 2, -_PAD, -_PAD / 2)
        line = metrics.height()
        self.axes.set_theme(self._theme)
        self.bars.setPen(line_pen(self._theme.accent, 1.0))
        self.bars.setBrush(QBrush(QColor(self._theme.accent)))
        self.title.set_style(self.font(), self._theme.muted)
        self.verdict.set_style(bold(self.font()), self._theme.text)
        self.verdict.place(area.left(), area.top())
        self.title.place(area.left(), area.top() + 1.1 * line)
        names = max((metrics.horizontalAdvance(name.text()) for name in self.names), default=0.0)
        value = metrics.horizontalAdvance("0.0·10⁻⁰⁰") + _PAD
        self.axes.arrange(area.adjusted(0.0, 2.4 * line, 0.0, 0.0), self.font(), names + _PAD, value)
        for k, name in enumerate(self.names):
            name.set_style(self.font(), self._theme.text)
            name.place(self.axes.frame.left() - _PAD, self._row(k).center().y(), 1.0, 0.5)
            self.values[k].set_style(self.font(), self._theme.text)
            has_room = k % math.ceil(line / max(1.0, self._row(k).height() / _FILLED)) == 0
            for text in (name, self.values[k]):
                text.setVisible(has_room)

    def _paint(self, snapshot: Snapshot) -> None:
        sizes = snapshot.scene.gradients if snapshot.scene else ()
        if snapshot.problem is not self._problem or len(sizes) != self._layers:
            self._begin(snapshot.problem, len(sizes))
        self._reach(sizes)
        self._draw_bars(sizes)
        self.verdict.set_words(verdict(sizes) if sizes else HINT)

    def _begin(self, problem: Problem, layers: int) -> None:
        """Have a row for each layer, and an axis that only grows from here."""
        self._problem, self._layers, self._decades = problem, layers, (-2, 0)
        scene = self.canvas.scene()
        for text in (*self.names, *self.values):
            scene.removeItem(text)
        self.names, self.values = ([Text(scene) for _ in range(layers)] for _ in range(2))
        for k, name in enumerate(self.names):
            name.set_words("output" if k == layers - 1 else f"layer {k + 1}")
        used, count = samples_measured(problem), len(problem.train)
        of_all = f"{used:,} of {count:,}" if used < count else f"{count:,}"
        self.title.set_words(f"size of ∂loss/∂p (r.m.s., {of_all} training samples)" if layers else "")
        self.axes.set_scales(_decades(*self._decades), Scale(0.0, 1.0, ()))
        self.axes.set_visible(layers > 0)
        self._lay_out()

    def _reach(self, sizes: tuple[float, ...]) -> None:
        powers = [math.log10(size) for size in sizes if size > 0.0 and math.isfinite(size)]
        if powers:
            low, high = max(_LOWEST, math.floor(min(powers))), math.ceil(max(powers))
            self._decades = min(low, self._decades[0]), max(high, self._decades[1])
            self.axes.set_scales(_decades(*self._decades), Scale(0.0, 1.0, ()))

    def _row(self, k: int) -> QRectF:
        frame, height = self.axes.frame, self.axes.frame.height() / max(1, self._layers)
        room = (1.0 - _FILLED) / 2 * height
        return QRectF(frame.left(), frame.top() + k * height + room, frame.width(), _FILLED * height)

    def _draw_bars(self, sizes: tuple[float, ...]) -> None:
        path = QPainterPath()
        for k, (size, value) in enumerate(zip(sizes, self.values, strict=True)):
            row = self._row(k)
            is_there = size > 0.0 and math.isfinite(size)
            end = float(self.axes.across(np.array([math.log10(size)]))[0]) if is_there else row.left()
            end = min(max(end, row.left() + 1.0), row.right())
            path.addRect(row.left(), row.top(), end - row.left(), row.height())
            value.set_words(written(size))
            value.place(end + _PAD / 2, row.center().y(), 0.0, 0.5)
        self.bars.setPath(path)


def written(size: float) -> str:
    """A size in three digits."""
    if not math.isfinite(size):
        return "—"
    if size and not 1e-3 <= size < 1e4:
        return power(size)
    return f"{size:.3g}"


def verdict(sizes: tuple[float, ...]) -> str:
    """How the first layer's gradients compare with the output's, in words."""
    first, last = sizes[0], sizes[-1]
    if len(sizes) == 1:
        return "a single layer, next to the loss"
    if not (math.isfinite(first) and math.isfinite(last)):
        return "the run has diverged"
    if first == 0.0 or last == 0.0:
        return "nothing reaches the first layer" if last else "nothing is left to learn"
    ratio = max(first, last) / min(first, last)
    if ratio <= _LIKE:
        return "first layer: about as large as the output"
    than = "smaller" if first < last else "larger"
    return f"first layer: {_times(ratio)} times {than} than the output"


def _times(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 9.95 else f"{ratio:,.0f}" if ratio < 1e6 else power(ratio)


def _decades(low: int, high: int) -> Scale:
    every = max(1, math.ceil((high - low) / 8))
    marks = [k for k in range(high, low - 1, -1) if (high - k) % every == 0][::-1]
    return Scale(
        low, high, tuple((float(k), f"10{superscript(k)}" if k else "1") for k in marks), logarithmic=True
    )

"""The network's outputs as upright bars, one for each class; and how a picture would have to change."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.analysis.probe import DrawnAnswer
from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path, as_verdict, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.words import cut, say
from nnviz.engine.outputs import SOFTMAX, predicted_class
from nnviz.experiment.problem import Problem
from nnviz.numerals import nice_above, short
from nnviz.runs.network_parts import output_names
from nnviz.theme import Theme
from nnviz.views.pad.frame import TITLE

_SHARE = 0.72
"""Width of a bar, as a share of its column."""
_WIDEST = 8.0
"""Greatest width of a column, in lines of text."""
_LEAST = 0.05
"""Part of the largest gradient below which a pixel's is not drawn."""
_LARGEST = 0.8
"""Side of the square of the largest gradient, as a share of the pixel's."""
_NUMBER = "−0.00 "
"""What a column must be as wide as, so that its value stands above it."""
_NOT_SHOWN = -2
Range = tuple[float, float]


def answer_words(problem: Problem, answer: DrawnAnswer) -> Sequence[str]:
    """What the network takes the picture for, in several wordings."""
    outputs, kind = answer.outputs, "probability" if problem.network.output is SOFTMAX else "output"
    if not problem.classes:
        return [f"answer: {short(float(outputs[0]))}"] if len(outputs) == 1 else [""]
    best = _answer(problem, answer)
    value = short(float(outputs[best if len(outputs) > 1 else 0]))
    return f"it reads {problem.classes[best]}, {kind} {value}", f"{problem.classes[best]}: {value}"


def _answer(problem: Problem, answer: DrawnAnswer) -> int:
    """The class that the network takes the picture for; -1 if there are none."""
    return int(predicted_class(answer.pre_activations[-1][:, None])[0]) if problem.classes else -1


def _scale(problem: Problem, outputs: FloatArray) -> Range:
    """From the least to the greatest output that can be; of unbounded ones, round numbers around these."""
    low, high = problem.network.output.span
    if np.isfinite([low, high]).all():
        return min(low, 0.0), high
    values = np.nan_to_num(outputs)
    return -nice_above(-float(values.min())) if values.min() < 0.0 else 0.0, nice_above(float(values.max()))


class AnswerBars:
    """A bar for each output with its class below and its value above; the answer's name is bold.

    Attributes
    ----------
    names, numbers : list of Text
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self.title = Text(scene)
        self._bars = [as_verdict(add_path(scene, 1.0)) for _ in range(2)]
        self._zero, self._ring = add_path(scene, 2.0), add_path(scene, 3.0)
        self.names: list[Text] = []
        self.numbers: list[Text] = []
        self._columns: list[QRectF] = []

    def arrange(self, room: QRectF, theme: Theme, font: QFont, problem: Problem) -> None:
        """Fill a rectangle with a title and a column for each output of a problem's network."""
        self._problem, self._font, self._line = problem, font, QFontMetricsF(font).height()
        kind = "probabilities" if problem.network.output is SOFTMAX else "outputs"
        self.title.set_style(bold(font), theme.muted)
        say(self.title, (f"{kind} (click: what would raise it?)", f"{kind} (click)", kind), room.width())
        self.title.place(room.left(), room.top())
        self._make(room.adjusted(0.0, TITLE * self._line, 0.0, 0.0), output_names(problem), theme)
        for bars, color in zip(self._bars, (theme.positive, theme.negative), strict=True):
            bars.setPen(line_pen(theme.text, 1.0))
            bars.setBrush(QBrush(QColor(color)))
        self._zero.setPen(line_pen(theme.muted, 1.0))
        self._ring.setPen(line_pen(theme.accent, 3.0))

    def _make(self, room: QRectF, names: Sequence[str], theme: Theme) -> None:
        for text in (*self.names, *self.numbers):
            self._scene.removeItem(text)
        self.names, self.numbers = ([Text(self._scene) for _ in names] for _ in range(2))
        width = min(room.width() / len(names), _WIDEST * self._line)
        self._columns = [
            QRectF(room.left() + k * width, room.top(), width, room.height()) for k in range(len(names))
        ]
        for text, number, name in zip(self.names, self.numbers, names, strict=True):
            number.set_style(self._font, theme.text)
            text.set_style(self._font, theme.text)
            text.set_words(cut(name, bold(self._font), width) or name[: int(width > self._line / 2)])
        self._is_numbered, self._best = width > QFontMetricsF(self._font).horizontalAdvance(_NUMBER), _NOT_SHOWN

    def set_visible(self, visible: bool) -> None:
        for item in (self.title, *self._bars, self._zero, self._ring, *self.names, *self.numbers):
            item.setVisible(visible)

    def show(self, answer: DrawnAnswer) -> None:
        """Show the outputs; a ring is around the one whose gradient is wanted."""
        scale, best = _scale(self._problem, answer.outputs), _answer(self._problem, answer)
        paths = QPainterPath(), QPainterPath()
        for value, column in zip(np.nan_to_num(answer.outputs).tolist(), self._columns, strict=True):
            paths[value < 0.0].addRect(self._bar(column, value, scale))
        self._write(answer.outputs.tolist(), best)
        for item, path in zip(self._bars, paths, strict=True):
            item.setPath(path)
        self._draw_lines(scale, answer.drawing.wanted)

    def _write(self, values: Sequence[float], best: int) -> None:
        for number, value, column in zip(self.numbers, values, self._columns, strict=True):
            number.write(short(value) if self._is_numbered else "", column.center().x(), column.top(), 0.5)
        if best != self._best:
            self._best = best
            for k, (name, column) in enumerate(zip(self.names, self._columns, strict=True)):
                name.setFont(bold(self._font) if k == best else self._font)
                name.place(column.center().x(), column.bottom(), 0.5, 1.0)

    def column_at(self, point: QPointF) -> int | None:
        """The output whose column is under a point."""
        return next((k for k, column in enumerate(self._columns) if column.contains(point)), None)

    def _bar(self, column: QRectF, value: float, scale: Range) -> QRectF:
        zero, end = (self._height(column, each, scale) for each in (0.0, value))
        width = _SHARE * column.width()
        return QRectF(column.center().x() - width / 2, end, width, zero - end).normalized()

    def _height(self, column: QRectF, value: float, scale: Range) -> float:
        room = max(1.0, column.height() - 2.4 * self._line)
        share = (value - scale[0]) / (scale[1] - scale[0])
        return column.top() + 1.1 * self._line + room * (1.0 - min(max(share, 0.0), 1.0))

    def _draw_lines(self, scale: Range, wanted: int | None) -> None:
        zero, ring = QPainterPath(), QPainterPath()
        if self._columns:
            first, last = self._columns[0], self._columns[-1]
            y = self._height(first, 0.0, scale)
            zero.moveTo(first.left(), y)
            zero.lineTo(last.right(), y)
        if wanted is not None and wanted < len(self._columns):
            ring.addRect(self._columns[wanted].adjusted(1.5, 0.0, -1.5, 1.0))
        self._zero.setPath(zero)
        self._ring.setPath(ring)


class GradientSquares:
    """On each pixel a square, the larger the more ink there would change an output: blue up, orange down."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._items = [add_path(scene, 3.0) for _ in range(2)]

    def set_visible(self, visible: bool) -> None:
        for item in self._items:
            item.setVisible(visible)

    def set_theme(self, theme: Theme) -> None:
        for item, color in zip(self._items, (theme.positive, theme.negative), strict=True):
            item.setPen(line_pen(theme.background, 1.0))
            item.setBrush(QBrush(QColor(color)))

    def show(self, gradient: FloatArray | None, rect: QRectF) -> None:
        """Draw over a picture the gradient of its pixels, shape (rows, columns); or nothing."""
        paths = QPainterPath(), QPainterPath()
        if gradient is not None:
            _add_squares(paths, np.nan_to_num(gradient), rect)
        for item, path in zip(self._items, paths, strict=True):
            item.setPath(path)


def _add_squares(paths: tuple[QPainterPath, QPainterPath], gradient: FloatArray, rect: QRectF) -> None:
    """The area of a square is in proportion to the gradient."""
    rows, columns = gradient.shape
    shares = np.abs(gradient) / max(float(np.abs(gradient).max()), 1e-300)
    cell = rect.width() / columns
    for row, column in np.argwhere(shares >= _LEAST).tolist():
        side = _LARGEST * cell * float(np.sqrt(shares[row, column]))
        x, y = rect.left() + (column + 0.5) * cell, rect.top() + (row + 0.5) * rect.height() / rows
        paths[int(gradient[row, column] < 0.0)].addRect(x - side / 2, y - side / 2, side, side)

"""The perceptron: the plane with its line, the unit with its numbers, and its mistakes."""

import re
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsScene, QWidget

from nnviz.drawing.canvas import Text, as_verdict, bold
from nnviz.drawing.line import HeldWeights, LineHandle
from nnviz.drawing.pointer import Pointer
from nnviz.drawing.points import class_style, stamp_of
from nnviz.drawing.room import Room
from nnviz.drawing.words import TextLines, Wordings, say
from nnviz.engine.rules import fires
from nnviz.experiment.problem import Problem
from nnviz.kinds.perceptron import Perceptron, PerceptronMoment, PerceptronState
from nnviz.numerals import indexed, number
from nnviz.plots.canvas import PlotView
from nnviz.plots.curves import Curves, Line, LinePoints, curve_pen
from nnviz.plots.scales import linear_scale
from nnviz.theme import Theme
from nnviz.views.perceptron.plane import PerceptronPlane
from nnviz.views.perceptron.unit import PerceptronUnit

_GAP = 5.0
_CLASSES = 2
_WRITTEN = 2
"""Most weights for which the updates are written one by one."""
_PAD = 8.0
_LINES = 5
"""Most lines that describe a step."""
_LONGEST_LINE = "w₁ ← −0.55 + 0.25·(1 − 0)·(−1.25) = −0.55"


class ClassMarks:
    """Markers and names of the classes, from left to right."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.names = [Text(scene) for _ in range(_CLASSES)]
        self._marks = [QGraphicsPixmapItem() for _ in range(_CLASSES)]
        self._height = self._size = 1.0
        for mark in self._marks:
            scene.addItem(mark)

    def arrange(self, font: QFont, theme: Theme, names: Sequence[str]) -> None:
        """Set font, theme and names."""
        self._height = QFontMetricsF(font).height()
        self._size = 0.8 * self._height
        for k, (text, mark, name) in enumerate(zip(self.names, self._marks, names, strict=True)):
            style = class_style(k, len(names), theme, filled=True)
            mark.setPixmap(stamp_of(style, self._size, 2.0, theme))
            text.set_style(font, theme.text)
            text.set_words(name)

    def show(self, right: float, top: float, room: float) -> None:
        """Place them at the left of ``right`` within ``room`` pixels; hide them if they do not fit."""
        lengths = [1.5 * self._size + _GAP + text.boundingRect().width() for text in self.names]
        width = sum(lengths) + 2 * _GAP * (len(lengths) - 1)
        fits, x = width <= room, right - width
        for text, mark, length in zip(self.names, self._marks, lengths, strict=True):
            for item in (text, mark):
                item.setVisible(fits)
            mark.setPos(x, top + (self._height - 1.5 * self._size) / 2)
            text.place(x + 1.5 * self._size + _GAP, top)
            x += length + 2 * _GAP


def labels(problem: Problem) -> tuple[str, ...]:
    """Names of the inputs, with numbers as subscripts."""
    matches = (re.fullmatch(r"([a-z])(\d+)", name) for name in problem.input_labels)
    return tuple(
        indexed(match[1], int(match[2])) if match else name
        for match, name in zip(matches, problem.input_labels, strict=True)
    )


def score_words(state: PerceptronState) -> Wordings:
    """The unit's result for all samples, in several wordings."""
    wrong, samples = int(state.wrong.sum()), len(state.targets)
    if state.settled:
        return (
            f"done: no mistake in a whole epoch, {state.mistakes:,} before",
            f"done, {state.mistakes:,} mistake{'s' if state.mistakes != 1 else ''}",
        )
    if not state.weights.any():
        y = int(fires(state.weights, state.weights, state.bias))
        return (f"w = 0: no line yet, y = {y} everywhere", f"w = 0: y = {y} everywhere", f"w = 0: y = {y}")
    if not wrong:
        return (f"all {samples:,} right now", "all right")
    return (f"{wrong:,} of {samples:,} wrong now", f"{wrong:,} wrong")


def account(experiment: Perceptron, state: PerceptronState) -> list[Wordings]:
    """The last sample's computation and the update; the rule if there is no sample yet."""
    if state.sample < 0:
        return _rule(state)
    inputs, target = state.inputs[state.sample], int(state.targets[state.sample])
    reached = float(inputs.dot(state.weights_before))
    threshold = -state.bias_before
    sign = "≥" if state.output else "<"
    said = f"{number(reached)} {sign} {_spaced(threshold)}θ"
    lines: list[Wordings] = [(f"w·x = {said}, so y = {state.output}", f"{said}: y = {state.output}")]
    if not state.mistaken:
        return [*lines, (f"t = {target}: right, nothing changes", f"t = {target}: right")]
    lines.append((f"t = {target}: a mistake", f"t = {target}: wrong"))
    return lines + _updates(experiment.learning_rate, state, target)


def _rule(state: PerceptronState) -> list[Wordings]:
    if state.settled:
        return [("no sample changes w any more",), ("y = t for all of them",)]
    return [
        ("y = 1 if w·x ≥ θ, else 0",),
        ("a mistake (y ≠ t) changes", "if y ≠ t:"),
        ("w ← w + α (t − y) x",),
        ("θ ← θ − α (t − y)",),
    ]


def _updates(rate: float, state: PerceptronState, target: int) -> list[Wordings]:
    factor = f"{number(rate)}·({target} − {state.output})"
    inputs = state.inputs[state.sample]
    if len(inputs) > _WRITTEN:
        rows: list[Wordings] = [(f"w ← w + {factor}·x",)]
    else:
        rows = [
            _update(indexed("w", k + 1), before, f"+ {factor}·{_bracketed(x)}", after)
            for k, (x, before, after) in enumerate(zip(inputs, state.weights_before, state.weights, strict=True))
        ]
    return [*rows, _update("θ", -state.bias_before, f"− {factor}", -state.bias)]


def _update(name: str, before: float, change: str, after: float) -> Wordings:
    old, new = number(before), number(after)
    return (f"{name} ← {old} {change} = {new}", f"{name}: {old} → {new}")


def _spaced(threshold: float) -> str:
    return f"{number(threshold)} = "


def _bracketed(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


class PerceptronView(PlotView[PerceptronMoment]):
    """A perceptron at one step; the line is turned at the arrow's tip and shifted at its foot.

    Signals
    -------
    parameter_set : int, int, object, float
        A weight was set by hand: 0, 0, the input or None for the bias, and the value.
    """

    parameter_set = Signal(int, int, object, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.plane, self.unit = PerceptronPlane(self.canvas), PerceptronUnit(scene)
        self.score, self.marks, self.title = as_verdict(Text(scene)), ClassMarks(scene), Text(scene)
        self.account = TextLines(scene, _LINES)
        self.caption, self.mistakes = Text(scene), Curves(self.canvas, "epoch")
        self._problem: object = None
        self._handle: LineHandle | None = None
        self._held: HeldWeights | None = None
        self.pointer = Pointer(self.canvas)
        self.pointer.pressed.connect(self._take_hold)
        self.pointer.dragged.connect(self._drag)
        self.pointer.released.connect(self._release)
        self.canvas.hovered.connect(self._point_at)

    def connect_to(self, room: Room) -> None:
        self.parameter_set.connect(room.set_parameter)

    def _lay_out(self) -> None:
        if self._snapshot is None:
            return
        self._problem = problem = self._snapshot.state.problem
        area = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        plane, panel = self._parts(area)
        self._lay_out_plane(plane, problem)
        self._lay_out_panel(panel, problem)

    def _paint(self, snapshot: PerceptronMoment) -> None:
        state = snapshot.state
        if state.problem is not self._problem:
            self._lay_out()
        if not self._handle:
            self._held = None
        self.plane.show(state, self._held)
        self.unit.show(state)
        say(self.score, score_words(state), self.plane.plane.frame.right() - self.score.x())
        self._place_marks()
        self.account.show(account(snapshot.experiment, state))
        self._show_mistakes(state)

    def _show_mistakes(self, state: PerceptronState) -> None:
        """Draw the mistakes of each epoch, including the current one."""
        counts = list(state.errors_by_epoch)
        counts += [state.errors] if state.shown % len(state.targets) else []
        course = staircase(counts, state.epochs - len(state.errors_by_epoch))
        across, up = max([5.0, *course[0][-1:]]), max([4.0, *counts])
        self.mistakes.show([course], linear_scale(across), linear_scale(up))

    def _place_marks(self) -> None:
        """Place the legend: below the plane if it fits, otherwise beside the score."""
        words, frame, line = self.score.sceneBoundingRect(), self.plane.plane.frame, self.fontMetrics().height()
        below = frame.bottom() + 1.5 * line
        if below + line <= self._lowest:
            self.marks.show(frame.right(), below, frame.right())
        else:
            self.marks.show(frame.right(), words.top(), frame.right() - words.right() - 2 * _PAD)

    def _parts(self, area: QRectF) -> tuple[QRectF, QRectF]:
        """Rectangles of plane and panel: side by side, or below each other in a narrow view."""
        if area.width() < 1.1 * area.height():
            plane = QRectF(area.left(), area.top(), area.width(), min(0.5 * area.height(), area.width()))
            return plane, area.adjusted(0.0, plane.height() + _PAD, 0.0, 0.0)
        longest = self.fontMetrics().horizontalAdvance(_LONGEST_LINE)
        least = max(longest, 0.36 * area.width()) if longest < 0.5 * area.width() else 0.46 * area.width()
        width = min(area.width() - least, 1.05 * area.height())
        plane = QRectF(area.left(), area.top(), width - 2 * _PAD, area.height())
        return plane, area.adjusted(width + _PAD, 0.0, 0.0, 0.0)

    def _lay_out_plane(self, rect: QRectF, problem: Problem) -> None:
        """Place the plane, and above it the score, the legend, and the plane's name if there are several."""
        self._lowest = rect.bottom()
        theme, line = self._theme, self.fontMetrics().height()
        self.score.set_style(bold(self.font()), theme.text)
        self.score.place(rect.left(), rect.top())
        self.title.set_style(self.font(), theme.muted)
        several = len(problem.input_labels) > 2
        title = problem.projection.title if several else ""
        say(self.title, (title, title.split(",")[0]), rect.width())
        self.title.place(rect.left(), rect.top() + 1.1 * line)
        room = rect.adjusted(0.0, (2.3 if several else 1.2) * line, 0.0, 0.0)
        self.plane.arrange(room, self.font(), theme, problem)
        names = [f"t = {k}" if name == str(k) else f"{k}: {name}" for k, name in enumerate(problem.classes)]
        self.marks.arrange(self.font(), theme, names)

    def _lay_out_panel(self, rect: QRectF, problem: Problem) -> None:
        """Place the unit, the description of the step, and the mistakes if they fit."""
        names, line = labels(problem), self.fontMetrics().height()
        told = self.account.height(self.font())
        wanted = max(1.0, min(self.unit.height(self.font(), len(names)), rect.height() - told))
        longest = self.fontMetrics().horizontalAdvance(_LONGEST_LINE)
        beside = rect.width() > 2.2 * longest and rect.height() < wanted + 14.0 * line
        width = rect.width() / 2 - 4 * _PAD if beside else rect.width()
        unit = QRectF(rect.left(), rect.top(), min(width, 24.0 * line), wanted)
        self.unit.arrange(
            unit, self.font(), self._theme, names, problem.picture.shape if problem.picture else None
        )
        self.account.arrange(rect.left(), unit.bottom() + 0.3 * line, width, self.font(), self._theme)
        below = rect.adjusted(0.0, wanted + told + 0.8 * line, 0.0, 0.0)
        self._lay_out_mistakes(rect.adjusted(rect.width() / 2, 0.0, 0.0, 0.0) if beside else below)

    def _lay_out_mistakes(self, rect: QRectF) -> None:
        line = self.fontMetrics().height()
        there = rect.height() >= 5.0 * line
        self.caption.setVisible(there)
        self.mistakes.set_visible(there)
        if there:
            self.caption.set_style(bold(self.font()), self._theme.text)
            self.caption.write("mistakes in each epoch", rect.left(), rect.top())
            room = QRectF(rect.left(), rect.top() + 1.2 * line, rect.width(), rect.height() - 1.2 * line)
            room.setHeight(min(room.height(), 0.8 * room.width()))
            self.mistakes.set_style(self._theme, self.font(), [Line("", curve_pen(self._theme, 0), "mistakes")])
            self.mistakes.arrange(room, self.font())

    def _point_at(self, place: QPointF) -> None:
        if not self._handle and self._snapshot is not None:
            can_move = self.plane.handle_at(place, self._snapshot.state) is not None
            shape = Qt.CursorShape.OpenHandCursor if can_move else Qt.CursorShape.ArrowCursor
            self.canvas.viewport().setCursor(shape)

    def _take_hold(self, place: QPointF) -> None:
        """Start dragging the handle at a place; elsewhere, the plane pans."""
        if self._snapshot is not None:
            self._handle = self.plane.handle_at(place, self._snapshot.state)
            self.plane.plane.box.is_drawn_on = self._handle is not None

    def _drag(self, place: QPointF) -> None:
        if self._handle:
            self._held = self._handle.moved(place)
            self._show()

    def _release(self, place: QPointF) -> None:
        """Ask for the weights of the dragged line."""
        self._drag(place)
        held, self._handle = self._held, None
        if held:
            for source, weight in enumerate(held.weights.tolist()):
                self.parameter_set.emit(0, 0, source, weight)
            self.parameter_set.emit(0, 0, None, held.bias)


def staircase(levels: Sequence[float], start: float = 0.0) -> LinePoints:
    """Points of a step curve with each level one unit wide, from ``start`` on."""
    edges = start + np.arange(len(levels) + 1.0)
    return np.repeat(edges, 2)[1:-1], np.repeat(np.asarray(levels, dtype=np.float64), 2)

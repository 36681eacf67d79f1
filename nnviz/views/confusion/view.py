"""The confusion matrix, and the samples of one of its cells."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QButtonGroup, QGraphicsScene, QToolButton, QWidget

from nnviz.analysis.confused import Confused, ConfusedSamples
from nnviz.drawing.canvas import Text, add_path, as_verdict, bold
from nnviz.drawing.cells import Cells
from nnviz.drawing.paths import line_pen
from nnviz.drawing.room import Room
from nnviz.drawing.sample_pictures import SampleStrip
from nnviz.drawing.view import CanvasView, small_button
from nnviz.drawing.words import say
from nnviz.experiment.problem import Problem
from nnviz.numerals import short
from nnviz.runs.maps import signed_bytes
from nnviz.runs.metrics import Metrics, Score
from nnviz.runs.scene import Aspect
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme

NO_CLASSES = "Values are predicted here: there are no classes to confuse."
_PAD = 6.0
_MOST_WRITTEN = 10
"""Most classes for which names and counts are written; with more, only shades are shown."""


class ConfusedPanel:
    """A heading, a caption, and up to twelve samples with the network's answers."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.title, self.note, self.strip = Text(scene), Text(scene), SampleStrip(scene)
        self._rect, self._font = QRectF(), QFont()

    def arrange(self, rect: QRectF, font: QFont, theme: Theme) -> None:
        """Fill a rectangle."""
        self._rect, self._font = rect, font
        line = QFontMetricsF(font).height()
        self.title.set_style(bold(font), theme.text)
        self.note.set_style(font, theme.muted)
        self.title.place(rect.left(), rect.top())
        self.note.place(rect.left(), rect.top() + 1.2 * line)
        self.strip.arrange(rect.adjusted(0.0, 2.6 * line, 0.0, 0.0), font, theme)

    def clear(self) -> None:
        """Show nothing."""
        for text in (self.title, self.note):
            text.set_words("")
        self.strip.clear()

    def show(self, pair: Confused, found: ConfusedSamples, problem: Problem) -> None:
        """Show the samples of a pair."""
        actual, predicted = problem.classes[pair.actual], problem.classes[pair.predicted]
        wrong = f"{actual} taken for {predicted}" if actual != predicted else f"{actual} taken for what it is"
        shown = f", the surest {len(found.indices)}" if found.count > len(found.indices) else ""
        self._say(self.title, f"{wrong}: {found.count:,}{shown}", bold(self._font))
        self._say(self.note, _meaning(pair, problem) if found.count else "none", self._font)
        indices = found.indices.tolist()
        self.strip.show(problem, found.samples, indices, [_answer(pair, o) for o in found.outputs.tolist()])

    def _say(self, text: Text, words: str, font: QFont) -> None:
        mode = Qt.TextElideMode.ElideRight
        text.set_words(QFontMetricsF(font).elidedText(words, mode, self._rect.width()))


def _meaning(pair: Confused, problem: Problem) -> str:
    """The caption that explains the numbers at the samples."""
    classes, predicted = problem.classes, problem.classes[pair.predicted]
    if problem.network.layer_sizes[-1] == 1:
        least = "0" if problem.network.output.name == "sigmoid" else "−1"
        return f"the output, {least} for {classes[0]}, 1 for {classes[1]}"
    if pair.actual == pair.predicted:
        return f"the output for {predicted}"
    return f"the output for {predicted} : for {classes[pair.actual]}"


def _answer(pair: Confused, outputs: list[float]) -> str:
    if len(outputs) == 1:
        return short(outputs[0])
    if pair.actual == pair.predicted:
        return short(outputs[pair.predicted])
    return f"{short(outputs[pair.predicted])} : {short(outputs[pair.actual])}"


class ConfusionView(CanvasView[Snapshot]):
    """The confusion matrix: a row for each true class, a column for each predicted class.

    Correct predictions are blue, wrong ones orange. The shade is the square root of the fraction of the row, so
    that rare mistakes are visible too. The samples of a clicked cell are shown beside the matrix.

    Signals
    -------
    aspects_changed
        Another pair of classes was chosen, or none.
    """

    aspects_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self._classes: tuple[str, ...] = ()
        self.caption, self.true, self.taken = as_verdict(Text(scene)), Text(scene), Text(scene)
        self.cells = Cells(scene, is_verdict=True)
        self.rows: list[Text] = []
        self.columns: list[Text] = []
        self.panel = ConfusedPanel(scene)
        self._ring = add_path(scene, 3.0)
        self._pair: Confused | None = None
        self.test_button, self.train_button = _choice("test", chosen=True), _choice("training")
        self._group = QButtonGroup(self)
        for button in (self.test_button, self.train_button):
            self._group.addButton(button)
        self._group.buttonClicked.connect(self._choose_samples)
        self.add_controls(self.test_button, self.train_button)
        self.canvas.pressed.connect(self._press)

    def connect_to(self, room: Room) -> None:
        self.aspects_changed.connect(room.look_again)

    @property
    def aspects(self) -> Iterable[Aspect]:
        return () if self._pair is None else (self._pair,)

    def look_at(self, pair: Confused | None) -> None:
        """Show the samples of a pair of classes, or of none."""
        if pair != self._pair:
            self._pair = pair
            self.panel.clear()
            self._refresh()
            self.aspects_changed.emit()

    def _lay_out(self) -> None:
        whole, line = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), self.fontMetrics().height()
        self._style()
        area, beside = _parts(whole, line) if self._pair else (whole, QRectF())
        self.panel.arrange(beside, self.font(), self._theme)
        self.caption.place(area.left(), area.top())
        for text, words in ((self.true, "true"), (self.taken, "taken for")):
            text.set_words(words if self._classes else "")
        names = [*(self._classes if self.rows else ()), "true "]
        left = min(max(map(self.fontMetrics().horizontalAdvance, names)) + 2 * _PAD, 0.3 * area.width())
        top = area.top() + 1.4 * line + line * (2 if self.rows else 1)
        room = QRectF(area.left() + left, top, max(1.0, area.width() - left), max(1.0, area.bottom() - top))
        self.true.place(area.left(), top - line)
        self.taken.place(room.left(), area.top() + 1.4 * line)
        self._arrange_cells(room, line)

    def _paint(self, snapshot: Snapshot) -> None:
        if snapshot.problem.classes != self._classes:
            self._name(snapshot.problem.classes)
            self.look_at(None)
            self._lay_out()
        metrics = snapshot.metrics
        for button in (self.test_button, self.train_button):
            button.setVisible(metrics.test is not None and bool(self._classes))
        name, score = self._chosen(metrics)
        if score.confusion is None:
            self.caption.set_words(NO_CLASSES)
            return
        wrong = f"{score.misclassified:,} of {score.confusion.sum():,} wrong"
        say(self.caption, (f"{name}: {wrong}", wrong, f"{score.misclassified:,} wrong"), self._beside_buttons())
        words = [f"{count:,}" for count in score.confusion.ravel().tolist()] if self.rows else ()
        self.cells.show_values(signed_bytes(_shades(score.confusion)[None], _FULL)[0], words)
        self._show_pair(snapshot)

    def _beside_buttons(self) -> float:
        """Width at the left of the corner's buttons."""
        return self.canvas.area.width() - self._corner.sizeHint().width() - 2 * _PAD

    def _show_pair(self, snapshot: Snapshot) -> None:
        """Frame the chosen cell, and show its samples."""
        path = QPainterPath()
        found = snapshot.scene.aspects.get(self._pair) if snapshot.scene and self._pair else None
        if self._pair:
            path.addRect(self.cells.cell_rect(self._pair.actual, self._pair.predicted))
        self._ring.setPath(path)
        if found is not None and self._pair:
            self.panel.show(self._pair, found, snapshot.problem)

    def _press(self, point: QPointF) -> None:
        """Choose the cell under the pointer, or no cell if it was chosen already."""
        cell = self.cells.cell_at(point)
        if cell is None:
            return
        pair = Confused(*cell, training=self.train_button.isChecked())
        self.look_at(None if pair == self._pair else pair)

    def _choose_samples(self) -> None:
        """Switch between training and test samples."""
        if self._pair:
            self.look_at(replace(self._pair, training=self.train_button.isChecked()))
        self._refresh()

    def _chosen(self, metrics: Metrics) -> tuple[str, Score]:
        if metrics.test is None or self.train_button.isChecked():
            return "training", metrics.train
        return "test", metrics.test

    def _name(self, classes: tuple[str, ...]) -> None:
        """Make a label for each class, or none if there are too many."""
        scene = self.canvas.scene()
        for text in (*self.rows, *self.columns):
            scene.removeItem(text)
        self._classes = classes
        written = len(classes) if len(classes) <= _MOST_WRITTEN else 0
        self.rows, self.columns = ([Text(scene) for _ in range(written)] for _ in range(2))

    def _style(self) -> None:
        for text in (self.caption, *self.rows, *self.columns):
            text.set_style(self.font(), self._theme.text)
        for text in (self.true, self.taken):
            text.set_style(bold(self.font()), self._theme.muted)
        self.cells.set_theme(self._theme, self.font())
        self._ring.setPen(line_pen(self._theme.accent, 4.0))

    def _arrange_cells(self, room: QRectF, line: float) -> None:
        count, metrics = max(1, len(self._classes)), self.fontMetrics()
        width, height = min(room.width() / count, 12.0 * line), min(room.height() / count, 6.0 * line)
        room.setSize(QRectF(0, 0, count * width, count * height).size())
        self.cells.arrange(room if self._classes else QRectF(), (count, count), written=bool(self.rows))
        for k, (row, column) in enumerate(zip(self.rows, self.columns, strict=True)):
            row.set_words(_elided(metrics, self._classes[k], room.left() - 2 * _PAD))
            row.place(room.left() - _PAD, room.top() + (k + 0.5) * height, 1.0, 0.5)
            column.set_words(_elided(metrics, self._classes[k], width - 4.0))
            column.place(room.left() + (k + 0.5) * width, room.top(), 0.5, 1.0)


def _elided(metrics: QFontMetrics, name: str, width: float) -> str:
    return metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(width))


def _parts(area: QRectF, line: float) -> tuple[QRectF, QRectF]:
    """Rectangles for the matrix and, beside or below it, the samples; clear of the corner's buttons."""
    if area.width() > 1.3 * area.height():
        share = 0.5 * area.width()
        return area.adjusted(0.0, 0.0, -share, 0.0), area.adjusted(share + 2 * _PAD, 2.0 * line, 0.0, 0.0)
    share = 0.42 * area.height()
    return area.adjusted(0.0, 0.0, 0.0, -share), area.adjusted(0.0, area.height() - share + _PAD, 0.0, 0.0)


_FULL = np.ones(1, np.float32)


def _shades(confusion: NDArray[np.int64]) -> NDArray[np.float32]:
    """Square root of each cell's fraction of its row; negative for wrong predictions."""
    shares = np.sqrt(confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1))
    sign = 2.0 * np.eye(len(confusion)) - 1.0
    return np.asarray(shares * sign, np.float32)


def _choice(text: str, *, chosen: bool = False) -> QToolButton:
    button = small_button(text, f"count {text} samples", checkable=True)
    button.setChecked(chosen)
    return button

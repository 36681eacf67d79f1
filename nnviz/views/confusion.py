"""Who is taken for whom."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QButtonGroup, QToolButton, QWidget

from nnviz.experiment.maps import signed_bytes
from nnviz.experiment.metrics import Metrics, Score
from nnviz.experiment.snapshot import Snapshot
from nnviz.views.canvas import Text, bold
from nnviz.views.cells import Cells
from nnviz.views.view import View, small_button

NO_CLASSES = "Values are predicted here: there are no classes to confuse."

_PAD = 6.0
_MOST_WRITTEN = 10
"""Classes whose names and counts are written; of more only shades are shown."""


class ConfusionView(View):
    """The confusion matrix: a row for each class that samples are of, a column for each they are taken for.

    What is right is blue and what is wrong is orange. The shade is the root of the share of the row, so that few
    mistakes are seen too.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self._classes: tuple[str, ...] = ()
        self.caption, self.true, self.taken = Text(scene), Text(scene), Text(scene)
        self.cells = Cells(scene)
        self.rows: list[Text] = []
        self.columns: list[Text] = []
        self.test_button, self.train_button = _choice("test", chosen=True), _choice("training")
        self._group = QButtonGroup(self)
        for button in (self.test_button, self.train_button):
            self._group.addButton(button)
        self._group.buttonToggled.connect(self._refresh)
        self.add_controls(self.test_button, self.train_button)

    def _lay_out(self) -> None:
        area, line = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), self.fontMetrics().height()
        self._style()
        self.caption.place(area.left(), area.top())
        for text, words in ((self.true, "true"), (self.taken, "taken for")):
            text.set_words(words if self._classes else "")
        left = self._width_of_names(area)
        top = area.top() + 1.4 * line + line * (2 if self.rows else 1)
        room = QRectF(area.left() + left, top, max(1.0, area.width() - left), max(1.0, area.bottom() - top))
        self.true.place(area.left(), top - line)
        self.taken.place(room.left(), area.top() + 1.4 * line)
        self._arrange_cells(room, line)

    def _paint(self, snapshot: Snapshot) -> None:
        if snapshot.problem.classes != self._classes:
            self._name(snapshot.problem.classes)
            self._lay_out()
        metrics = snapshot.metrics
        for button in (self.test_button, self.train_button):
            button.setVisible(metrics.test is not None and bool(self._classes))
        name, score = self._chosen(metrics)
        if score.confusion is None:
            self.caption.set_words(NO_CLASSES)
            return
        self.caption.set_words(f"{name}: {score.misclassified:,} of {score.confusion.sum():,} wrong")
        words = [f"{count:,}" for count in score.confusion.ravel().tolist()] if self.rows else ()
        self.cells.show_values(signed_bytes(_shades(score.confusion)[None], _FULL)[0], words)

    def _chosen(self, metrics: Metrics) -> tuple[str, Score]:
        if metrics.test is None or self.train_button.isChecked():
            return "training", metrics.train
        return "test", metrics.test

    def _name(self, classes: tuple[str, ...]) -> None:
        """Make a label for each class, or none if they are too many."""
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

    def _width_of_names(self, area: QRectF) -> float:
        names = [*(self._classes if self.rows else ()), "true "]
        widest = max(self.fontMetrics().horizontalAdvance(name) for name in names) + 2 * _PAD
        return min(widest, 0.3 * area.width())

    def _arrange_cells(self, room: QRectF, line: float) -> None:
        count = max(1, len(self._classes))
        width, height = min(room.width() / count, 12.0 * line), min(room.height() / count, 6.0 * line)
        room.setSize(QRectF(0, 0, count * width, count * height).size())
        self.cells.arrange(room if self._classes else QRectF(), (count, count), written=bool(self.rows))
        for k, (row, column) in enumerate(zip(self.rows, self.columns, strict=True)):
            row.set_words(self._elided(self._classes[k], room.left() - 2 * _PAD))
            row.place(room.left() - _PAD, room.top() + (k + 0.5) * height, 1.0, 0.5)
            column.set_words(self._elided(self._classes[k], width - 4.0))
            column.place(room.left() + (k + 0.5) * width, room.top(), 0.5, 1.0)

    def _elided(self, name: str, width: float) -> str:
        return self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(width))


_FULL = np.ones(1, np.float32)


def _shades(confusion: NDArray[np.int64]) -> NDArray[np.float32]:
    """Root of the share of each row, what is wrong negative."""
    shares = np.sqrt(confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1))
    sign = 2.0 * np.eye(len(confusion)) - 1.0
    return np.asarray(shares * sign, np.float32)


def _choice(text: str, *, chosen: bool = False) -> QToolButton:
    button = small_button(text, f"count {text} samples", checkable=True)
    button.setChecked(chosen)
    return button

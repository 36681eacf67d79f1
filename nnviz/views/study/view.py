"""A study: the results of many seeds of every variant, and a table of the medians."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene, QToolButton, QWidget

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path, as_verdict, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.room import Room
from nnviz.drawing.view import Switches, small_button
from nnviz.drawing.words import say
from nnviz.kinds.study.run import StudySnapshot
from nnviz.kinds.study.schema import Study
from nnviz.plots.canvas import PlotView
from nnviz.theme import Theme
from nnviz.views.study.seeds import LOSSES, SeedPlot, Tiles, VariantSeed, are_apart, seed_text, value_text

StudyRow = tuple[str, Sequence[str]]
"""A row's header and the text of every column."""
_ROW = 1.3
"""Height of a row, in lines of text."""
_HEADER_PAD, _CELL_PAD = 10.0, 4.0
_PAD = 8.0

_ALL_RIGHT = "seeds with all samples right"
_MEASURES = {
    "accuracy": "training accuracy",
    "test_accuracy": "test accuracy",
    "loss": "training loss",
    "rmse": "root mean square error",
}


class FiguresTable:
    """A table of texts, shortened to fit their columns."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._rule = add_path(scene)
        self.cells: list[Text] = []

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._rule.setPen(line_pen(theme.border, 1.0))

    @staticmethod
    def height(rows: int, font: QFont) -> float:
        """Height of this many rows."""
        return rows * _ROW * QFontMetricsF(font).height()

    @staticmethod
    def header_width(rows: Sequence[StudyRow], font: QFont) -> float:
        """Width of the headers."""
        metrics = QFontMetricsF(font)
        return max(metrics.horizontalAdvance(header) for header, _ in rows) + _HEADER_PAD

    def arrange(self, rect: QRectF, left: float, font: QFont) -> None:
        """Fill a rectangle, with a width at the left for the headers."""
        self._rect, self._left, self._font = rect, left, font

    def show(self, rows: Sequence[StudyRow]) -> None:
        """Set the rows."""
        self._provide(sum(1 + len(cells) for _, cells in rows))
        texts = iter(self.cells)
        height, width = self._rect.height() / len(rows), self._rect.width() - self._left
        for row, (header, words) in enumerate(rows):
            y = self._rect.top() + (row + 0.5) * height
            label = as_verdict(next(texts), is_verdict=False)
            label.set_style(self._font, self._theme.muted)
            label.write(header, self._rect.left(), y, 0.0, 0.5)
            for column, cell in enumerate(words):
                middle = self._rect.left() + self._left + (column + 0.5) * width / len(words)
                self._write(as_verdict(next(texts)), cell, middle, y, width / len(words) - _CELL_PAD)
        self._draw_rule(self._rect.top() + height)

    def _write(self, text: Text, words: str, x: float, y: float, room: float) -> None:
        heavy = bold(self._font)
        text.set_style(heavy, self._theme.text)
        text.write(QFontMetricsF(heavy).elidedText(words, Qt.TextElideMode.ElideRight, room), x, y, 0.5, 0.5)

    def _draw_rule(self, y: float) -> None:
        path = self._rule.path()
        path.clear()
        path.moveTo(self._rect.left(), round(y) + 0.5)
        path.lineTo(self._rect.right(), round(y) + 0.5)
        self._rule.setPath(path)

    def _provide(self, count: int) -> None:
        while len(self.cells) < count:
            self.cells.append(Text(self._scene))
        for cell in self.cells[count:]:
            cell.set_words("")


class StudyView(PlotView[StudySnapshot]):
    """Successes as tiles, or measured values as dots, one for every seed, and a table of medians below.

    Signals
    -------
    picked : Experiment
        The experiment of a seed that was clicked.
    """

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.title, self.note, self.upward = (Text(scene, 5.0) for _ in range(3))
        self.tiles, self.plot, self.table = Tiles(scene), SeedPlot(self.canvas), FiguresTable(scene)
        self._arranged: Study | None = None
        self.log_button: QToolButton = small_button("log", "logarithmic scale for the error", checkable=True)
        self.log_button.toggled.connect(self._show)
        self.add_controls(self.log_button)
        self.canvas.hovered.connect(self._hover)
        self.canvas.left.connect(self._look_away)
        self.canvas.clicked.connect(self._pick)
        self.setAccessibleName("study")

    @property
    def switches(self) -> Switches:
        return {"log": self.log_button}

    def connect_to(self, room: Room) -> None:
        self.picked.connect(room.load)

    def _lay_out(self) -> None:
        moment = self._snapshot
        self._arranged = moment.experiment if moment else None
        for part in (self.tiles, self.plot, self.table):
            part.set_theme(self._theme)
        if moment:
            self._arrange(moment, self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD))

    def _arrange(self, moment: StudySnapshot, area: QRectF) -> None:
        rows, font, line = table_rows(moment), self.font(), self.fontMetrics().height()
        top, height = self._head(moment.experiment, area), self.table.height(len(rows), font)
        table = QRectF(area.left(), area.bottom() - height, area.width(), height)
        left = max(
            self.table.header_width(rows, font), self.fontMetrics().horizontalAdvance("0.00001") + 1.5 * line
        )
        counted = moment.experiment.measure == "success"
        body = QRectF(area.left(), top, area.width(), max(1.0, table.top() - 0.4 * line - top))
        self.tiles.set_visible(counted)
        self.plot.set_visible(not counted)
        if counted:
            self.tiles.arrange(body.adjusted(left, 0.0, 0.0, 0.0), font)
        else:
            numbered = are_apart(moment.experiment.variants)
            names = moment.experiment.across if numbered else "", goal(moment.experiment)
            self.plot.arrange(body, font, left, names)
            table.setRight(self.plot.plane.frame.right())  # so that its columns are below the variants
            left = self.plot.plane.frame.left() - area.left()
        self.table.arrange(table, left, font)

    def _head(self, study: Study, area: QRectF) -> float:
        """Write title and measure; return the y below them."""
        line, top = self.fontMetrics().height(), area.top()
        self.note.set_style(self.font(), self._theme.muted)
        goals = (goal(study), _ALL_RIGHT) if study.success == 1.0 else (goal(study),)
        for text, wordings, font in (
            (self.title, (study.title,), bold(self.font())),
            (self.upward, goals if study.measure == "success" else ("",), self.font()),
        ):
            text.set_style(font, self._theme.text)
            say(text, wordings, area.width() - self._beside(study))
            text.place(area.left(), top)
            top += 1.25 * line if text.text() else 0.0
        return max(top, area.top() + 1.25 * line) + 0.2 * line  # leave space for the note too

    def _beside(self, study: Study) -> float:
        """Width of the note at the right."""
        widest = max((variant.title for variant in study.variants), key=len)
        return min(
            0.5 * self.canvas.area.width(), self.fontMetrics().horizontalAdvance(f"{widest}, seed 999: 0.0000")
        )

    def _paint(self, snapshot: StudySnapshot) -> None:
        if snapshot.experiment != self._arranged:
            self._lay_out()
            self.canvas.show_all()
        if snapshot.experiment.measure == "success":
            self.tiles.show(snapshot)
        else:
            self.plot.show(snapshot, logarithmic=self.log_button.isChecked())
        self.log_button.setVisible(snapshot.experiment.measure in LOSSES and not self.plot.is_wide)
        self.table.show(table_rows(snapshot))
        self._look_away()

    def _say(self, words: str) -> None:
        self.note.set_words(words)
        area = self.canvas.area
        buttons = self._corner.sizeHint().width() + _PAD if self.log_button.isVisibleTo(self) else 0
        self.note.place(area.right() - _PAD - buttons, area.top() + _PAD, 1.0)

    def _look_away(self) -> None:
        moment = self._snapshot
        self.canvas.viewport().unsetCursor()
        if moment:
            self._say(f"{moment.done:,} of {moment.total:,} seeds")

    def _hover(self, point: QPointF) -> None:
        """Show the seed under the pointer and its result."""
        moment, seed = self._snapshot, self._seed_at(point)
        if seed is None or moment is None:
            self._look_away()
            return
        self.canvas.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        if self.tiles.is_visible:
            words = f"{moment.experiment.variants[seed[0]].title}, {seed_text(moment, seed)}"
            self._say(_cut(words, self.font(), self._beside(moment.experiment) + 2 * _PAD))

    def _pick(self, point: QPointF) -> None:
        moment, seed = self._snapshot, self._seed_at(point)
        if seed and moment:
            self.picked.emit(moment.experiment.one(*seed))

    def _seed_at(self, point: QPointF) -> VariantSeed | None:
        if self._arranged is None:
            return None
        return (self.tiles if self._arranged.measure == "success" else self.plot).seed_at(point)


def goal(study: Study) -> str:
    """The measure, in words."""
    if study.measure != "success":
        return _MEASURES[study.measure]
    whole = study.success == 1.0
    return (
        "seeds that get all training samples right"
        if whole
        else f"seeds with at least {100 * study.success:g} % right"
    )


def table_rows(moment: StudySnapshot) -> list[StudyRow]:
    """Rows of titles, medians, and the number of seeds."""
    study = moment.experiment
    titles = [variant.title for variant in study.variants]
    medians = [
        value_text(study, value) if len(done) else ""
        for value, done in zip(moment.medians, moment.values, strict=True)
    ]
    if study.measure == "success":
        return [(study.across, titles), ("median accuracy", medians)]
    header = "" if are_apart(study.variants) else study.across
    return [(header, titles), ("median", medians), ("seeds", list(map(_count, moment.values)))]


def _count(values: FloatArray) -> str:
    """Number of seeds, and how many of them have diverged."""
    lost = int(np.isnan(values).sum())
    return f"{len(values)}, {lost} diverged" if lost else f"{len(values)}"


def _cut(words: str, font: QFont, width: float) -> str:
    return QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, width)

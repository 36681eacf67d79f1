"""The table below a study: medians of variants or of lines, and how many seeds they are of."""

import re
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path, as_verdict, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.words import Wordings, say
from nnviz.kinds.study.lines import axis_of, line_names, lines_of, needed_text
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.kinds.study.spread import Quartiles
from nnviz.numerals import tick
from nnviz.theme import Theme

StudyRow = tuple[str, Sequence[str]]
"""A row's header and the text of every column."""
_ROW = 1.3
"""Height of a row, in lines of text."""
_HEADER_PAD, _CELL_PAD = 10.0, 4.0
_MOST_LINES = 4
"""Lines that have a row of their own in the table."""
MOST_COLUMNS = 8
"""Variants that have a column of their own: of tiles, and in the table below."""


_DECIMALS = re.compile(r"^(\d+\.\d+) %$")


_NUMBER = re.compile(r"^\d+\.\d+$")


def _rounded(found: re.Match[str]) -> str:
    """A share without decimals, where there is no room for them."""
    return f"{float(found[1]):.0f} %"


def shorter_and_shorter(words: str) -> Wordings:
    """A number in several wordings: rounded, without blanks and commas, without a zero before the point."""
    rounded = _DECIMALS.sub(_rounded, words)
    if _NUMBER.match(words):
        least = tick(float(words), 1)
        return words, tick(float(words), 2), least, least.removeprefix("0") or least
    return words, rounded, rounded.replace(" ", ""), rounded.replace(" ", "").replace(",", "")


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
        return max((metrics.horizontalAdvance(header) for header, _ in rows), default=0.0) + _HEADER_PAD

    def arrange(self, rect: QRectF, left: float, font: QFont) -> None:
        """Fill a rectangle, with a width at the left for the headers."""
        self._rect, self._left, self._font = rect, left, font

    def show(self, rows: Sequence[StudyRow]) -> None:
        """Set the rows; without any there is nothing to see."""
        self._provide(sum(1 + len(cells) for _, cells in rows))
        self._rule.setVisible(bool(rows))
        if not rows:
            return
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
        say(text, shorter_and_shorter(words), room)
        text.place(x, y, 0.5, 0.5)

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


def has_table(study: Study) -> bool:
    """Whether every variant has a column below."""
    return len(study.axes) == 1 and len(study.cells) <= MOST_COLUMNS


def table_rows(moment: StudySnapshot) -> list[StudyRow]:
    """Rows of titles, medians, and the number of seeds; none where there are too many columns for that."""
    study = moment.experiment
    if study.has_lines:
        return _line_rows(moment)
    if not has_table(study):
        return []
    titles = [variant.title for variant in study.cells]
    medians = [
        moment.of.text(value) if len(done) else ""
        for value, done in zip(moment.medians, moment.values, strict=True)
    ]
    axis = study.axes[0]
    if study.measure == "success":
        return [(axis.title, titles), ("median accuracy", medians)]
    if study.is_counted:
        return [(axis.title, titles)]
    header = "" if axis.is_apart else axis.title
    return [(header, titles), ("median", medians), ("seeds", list(map(_count, moment.values)))]


def _line_rows(moment: StudySnapshot) -> list[StudyRow]:
    """The medians of every line, unless there are too many."""
    study, axis = moment.experiment, axis_of(moment.experiment)
    if len(axis.names) > MOST_COLUMNS or len(line_names(study)) > _MOST_LINES:
        return []
    rows = [
        (
            line.name or "median",
            [_line_text(moment, *pair) for pair in zip(line.columns, line.summary, strict=True)],
        )
        for line in lines_of(moment)
    ]
    return [(axis.title, axis.names), *rows]


def _line_text(moment: StudySnapshot, column: FloatArray, summary: Quartiles) -> str:
    if not len(column):
        return ""
    study, middle = moment.experiment, summary[1]
    return moment.of.text(middle) if study.level is None else needed_text(study, middle)


def _count(values: FloatArray) -> str:
    """Number of seeds, and how many of them have diverged."""
    lost = int(np.isnan(values).sum())
    return f"{len(values)}, {lost} diverged" if lost else f"{len(values)}"

"""A small table: headers at the left, a column for each of several things, the first row their names."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.theme import Theme

StudyRow = tuple[str, Sequence[str]]
"""A header and the words of every column."""

_LINE = 1.3
"""Height of a row, in lines of text."""

_PAD = 10.0


class FiguresTable:
    """Words in rows and columns; those too long for their column are cut."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._rule = add_path(scene)
        self.cells: list[Text] = []

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._theme = theme
        self._rule.setPen(line_pen(theme.border, 1.0))

    @staticmethod
    def height(rows: int, font: QFont) -> float:
        """What so many rows need."""
        return rows * _LINE * QFontMetricsF(font).height()

    @staticmethod
    def header_width(rows: Sequence[StudyRow], font: QFont) -> float:
        """What the headers need."""
        metrics = QFontMetricsF(font)
        return max(metrics.horizontalAdvance(header) for header, _ in rows) + _PAD

    def arrange(self, rect: QRectF, left: float, font: QFont) -> None:
        """Fill a rectangle, with so much at the left for the headers."""
        self._rect, self._left, self._font = rect, left, font

    def show(self, rows: Sequence[StudyRow]) -> None:
        """Say something else."""
        self._provide(sum(1 + len(cells) for _, cells in rows))
        texts = iter(self.cells)
        height, width = self._rect.height() / len(rows), self._rect.width() - self._left
        for row, (header, words) in enumerate(rows):
            y = self._rect.top() + (row + 0.5) * height
            label = next(texts)
            label.set_style(self._font, self._theme.muted)
            label.set_words(header)
            label.place(self._rect.left(), y, 0.0, 0.5)
            for column, cell in enumerate(words):
                middle = self._rect.left() + self._left + (column + 0.5) * width / len(words)
                self._write(next(texts), cell, middle, y, width / len(words) - _PAD)
        self._draw_rule(self._rect.top() + height)

    def _write(self, text: Text, words: str, x: float, y: float, room: float) -> None:
        heavy = bold(self._font)
        text.set_style(heavy, self._theme.text)
        text.set_words(QFontMetricsF(heavy).elidedText(words, Qt.TextElideMode.ElideRight, room))
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

"""One matrix of a product: its title, its cells, and the sign before it."""

from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.cells import Cells
from nnviz.engine.tape import Array
from nnviz.numerals import short
from nnviz.theme import Theme

_MOST_WRITTEN = 12
_FEW = 4
_NARROW = 6.0
"""Width at which a cell without a number is comfortable."""
_GAP = 6.0


class Factor:
    """A matrix as coloured cells, numbers in them where there is room.

    Parameters
    ----------
    scene : QGraphicsScene
    sign : str
        What stands before it: · or = or nothing.
    first : bool
        Whether its numbers come first where there is little room.
    """

    def __init__(self, scene: QGraphicsScene, sign: str, *, first: bool = False) -> None:
        self.cells, self.title, self.sign = Cells(scene), Text(scene), Text(scene)
        self.sign.set_words(sign)
        self._rows = self._columns = 1
        self._first, self._written = first, False

    def set_title(self, words: str) -> None:
        """Call it this."""
        self.title.set_words(words)

    def set_shape(self, rows: int, columns: int) -> None:
        """Have so many rows and columns."""
        self._rows, self._columns = rows, columns

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Paint in the theme's colours, write in this font."""
        self.cells.set_theme(theme, font)
        self.title.set_style(bold(font), theme.text)
        self.sign.set_style(bold(font), theme.text)

    def least_width(self, metrics: QFontMetricsF) -> float:
        """Width that it needs."""
        cell = metrics.horizontalAdvance("−0.000") if self._first and self._columns <= _FEW else 2.0
        return self._room(metrics) + max(1.6 * metrics.horizontalAdvance("W¹⁰"), cell * self._columns)

    def wanted_width(self, metrics: QFontMetricsF) -> float:
        """Width at which it is comfortable."""
        few = max(self._rows, self._columns) <= _MOST_WRITTEN
        cell = metrics.horizontalAdvance("−00.00") if few else _NARROW
        return max(self.least_width(metrics), self._room(metrics) + self._columns * cell)

    def arrange(self, rect: QRectF, metrics: QFontMetricsF) -> None:
        """Fill a rectangle, title and sign included; the cells in the middle of its height."""
        line, room = metrics.height(), self._room(metrics)
        most = max(1.0, rect.height() - 1.3 * line)
        height = min(most, 2.4 * line * self._rows)
        width = max(1.0, rect.width() - room)
        top = rect.top() + 1.3 * line + (most - height) / 2
        cells = QRectF(rect.left() + room - _GAP, top, width, height)
        few = max(self._rows, self._columns) <= _MOST_WRITTEN
        wide = width / self._columns >= metrics.horizontalAdvance("−0.00") + 2.0
        self._written = few and wide and height / self._rows >= line
        self.cells.arrange(cells, (self._rows, self._columns), written=self._written)
        self.title.place(cells.center().x(), top - 1.2 * line, 0.5)
        self.sign.place(rect.left() + (room - _GAP) / 2, cells.center().y(), 0.5, 0.5)

    def show_values(self, values: Array, shades: NDArray[Any]) -> None:
        """Paint numbers, in shades of the same shape."""
        self.cells.show_values(shades, [short(v) for v in values.ravel().tolist()] if self._written else ())

    def set_visible(self, visible: bool) -> None:
        """Show or hide it."""
        if not visible:
            self.cells.arrange(QRectF(), (self._rows, self._columns), written=False)
        for text in (self.title, self.sign):
            text.setVisible(visible)

    def remove(self) -> None:
        """Take everything out of the scene."""
        self.cells.remove()
        for text in (self.title, self.sign):
            text.scene().removeItem(text)

    def _room(self, metrics: QFontMetricsF) -> float:
        """What sign and gap take of the width."""
        return (metrics.horizontalAdvance("==") if self.sign.text() else 0.0) + 2 * _GAP

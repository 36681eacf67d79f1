"""A titled square: a picture, a filter or a map, with a frame around the part that is looked at."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.cells import Cells
from nnviz.drawing.paths import line_pen
from nnviz.drawing.words import say
from nnviz.numerals import short
from nnviz.runs.maps import Bytes, signed_bytes
from nnviz.theme import Theme

TITLE = 1.3
"""Height of a title, in lines of text."""
_TINY = 1e-9
_NUMBER, _NUMBER_SHARE = "−0.00", 0.94
"""What a cell must hold to be written on, and how much of its width."""


class Square:
    """Signed numbers as cells, with their values where there is room for them.

    Parameters
    ----------
    is_verdict : bool
        They say how a run turns out.
    """

    def __init__(self, scene: QGraphicsScene, *, is_verdict: bool = False) -> None:
        self.title, self.cells = Text(scene), Cells(scene, is_verdict=is_verdict)
        self._frame, self._ring = add_path(scene, 5.0), add_path(scene, 5.0)
        self._shape = (1, 1)

    @property
    def rect(self) -> QRectF:
        """Where the cells are."""
        return self.cells.rect

    def arrange(
        self,
        room: QRectF,
        font: QFont,
        theme: Theme,
        shape: tuple[int, int],
        titles: Sequence[str],
        margin: int = 0,
    ) -> None:
        """Fill a rectangle with a title and cells of a shape; ``margin`` cells around them are left free."""
        metrics = QFontMetricsF(font)
        self.title.set_style(bold(font), theme.muted)
        say(self.title, titles, room.width())
        self.title.place(room.left(), room.top())
        top = room.top() + TITLE * metrics.height()
        rows, columns = (size + 2 * margin for size in shape)
        side = max(0.5, min(room.width() / columns, (room.bottom() - top) / rows))
        left = room.left() + margin * side
        rect = QRectF(round(left), round(top + margin * side), side * shape[1], side * shape[0])
        fits = _NUMBER_SHARE * side / metrics.horizontalAdvance(_NUMBER)
        self._written = fits >= 1.0  # smaller letters could not be read from the last row
        self._shape = shape
        self.cells.set_theme(theme, font)
        self.cells.arrange(rect, shape, written=self._written)
        self._frame.setPen(line_pen(theme.accent, 3.5))
        self._ring.setPen(line_pen(theme.text, 2.0))

    def show(self, values: FloatArray, full: float) -> None:
        """Show numbers, shape (rows, columns), with full colour at ±full."""
        with np.errstate(all="ignore"):
            shades: Bytes = signed_bytes(
                values[None].astype(np.float32), np.array([max(full, _TINY)], np.float32)
            )[0]
        words = [short(value) for value in values.ravel().tolist()] if self._written else ()
        self.cells.show_values(shades, words)

    def mark(self, top: float, left: float, bottom: float, right: float) -> None:
        """Put a frame around some rows and columns, which may reach beyond the cells."""
        self._frame.setPath(self._box(top, left, bottom, right))

    def ring(self, place: tuple[int, int] | None) -> None:
        """Put a ring around one cell, or none."""
        path = QPainterPath()
        if place:
            box = self.cells.cell_rect(*place)
            path.addEllipse(box.adjusted(1.0, 1.0, -1.0, -1.0))
        self._ring.setPath(path)

    def position(self, point: QPointF) -> tuple[float, float] | None:
        """Row and column of a point, in cells; None far from the cells."""
        if self.rect.isEmpty() or not self.rect.adjusted(-4.0, -4.0, 4.0, 4.0).contains(point):
            return None
        cell = self.rect.width() / self._shape[1]
        return (point.y() - self.rect.top()) / cell, (point.x() - self.rect.left()) / cell

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        for item in (self.title, self._frame, self._ring):
            item.setVisible(visible)
        if not visible:
            self.cells.arrange(QRectF(), (1, 1), written=False)

    def _box(self, top: float, left: float, bottom: float, right: float) -> QPainterPath:
        cell = self.rect.width() / self._shape[1]
        path = QPainterPath()
        path.addRect(
            QRectF(
                self.rect.left() + left * cell,
                self.rect.top() + top * cell,
                (right - left) * cell,
                (bottom - top) * cell,
            )
        )
        return path

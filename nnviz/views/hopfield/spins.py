"""A grid of spins: +1 dark and blue, −1 pale and orange."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import add_path
from nnviz.drawing.paths import line_pen
from nnviz.drawing.pictures import MapItem
from nnviz.engine.hopfield import Spins
from nnviz.runs.maps import ZERO
from nnviz.theme import Theme, mix

_UP, _DOWN = 2 * ZERO, round(0.7 * ZERO)
"""Bytes of a signed map. Down is pale, so that pictures are read without colours too."""

_LEAST_LINED = 6.0
"""Pixels of a cell from which on lines part it from its neighbours."""

Shape = tuple[int, int]
"""Rows and columns."""


class SpinGrid:
    """Spins as a picture of cells."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.picture = MapItem()
        self.picture.setTransformationMode(Qt.TransformationMode.FastTransformation)
        scene.addItem(self.picture)
        self._lines, self._scene = add_path(scene, 1.0), scene
        self.rect = QRectF()
        self.shape: Shape = (1, 1)
        self._shown: Spins | None = None

    def set_theme(self, theme: Theme) -> None:
        """Paint in the theme's colours."""
        self._table, self._shown = theme.signed_table, None
        self._lines.setPen(line_pen(mix(theme.background, theme.muted, 0.45), 1.0))

    def arrange(self, room: QRectF, shape: Shape) -> None:
        """Take as much of the upper left of a rectangle as cells of whole pixels can."""
        rows, columns = self.shape = shape
        cell = cell_side(room.size(), shape)
        self.rect = QRectF(round(room.left()), round(room.top()), columns * cell, rows * cell)
        self._shown = None
        self._draw_lines(lined=cell >= _LEAST_LINED)

    def show_spins(self, spins: Spins) -> None:
        """Show −1 or +1 in each cell, shape (rows · columns,)."""
        if spins is self._shown:
            return
        self._shown, rect = spins, self.rect
        values = np.where(spins > 0, _UP, _DOWN).astype(np.uint8).reshape(self.shape)
        self.picture.set_map(values, self._table, (rect.left(), rect.right(), rect.bottom(), rect.top()))

    def unit_at(self, point: QPointF) -> int | None:
        """The unit whose cell is under a point."""
        if self.rect.isEmpty() or not self.rect.contains(point):
            return None
        rows, columns = self.shape
        row = int((point.y() - self.rect.top()) / self.rect.height() * rows)
        column = int((point.x() - self.rect.left()) / self.rect.width() * columns)
        return min(row, rows - 1) * columns + min(column, columns - 1)

    def cell(self, unit: int) -> QRectF:
        """The cell of a unit."""
        rows, columns = self.shape
        size = QSizeF(self.rect.width() / columns, self.rect.height() / rows)
        row, column = divmod(unit, columns)
        return QRectF(
            self.rect.topLeft() + QPointF(column * size.width(), row * size.height()),
            size,
        )

    def remove(self) -> None:
        """Take it out of the scene."""
        self._scene.removeItem(self.picture)
        self._scene.removeItem(self._lines)

    def _draw_lines(self, *, lined: bool) -> None:
        rect, (rows, columns) = self.rect, self.shape if lined else (1, 1)
        xs = np.linspace(rect.left(), rect.right(), columns + 1)
        ys = np.linspace(rect.top(), rect.bottom(), rows + 1)
        ends = [(x, rect.top(), x, rect.bottom()) for x in xs] + [(rect.left(), y, rect.right(), y) for y in ys]
        points = np.array(ends).reshape(-1, 2)
        self._lines.set_points(points[:, 0].copy(), points[:, 1].copy(), "pairs")


class CellRing:
    """A ring around a cell, seen on any ground."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._halo, self.line = add_path(scene, 5.0), add_path(scene, 6.0)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self._halo.setPen(line_pen(theme.background, 7.0))
        self.line.setPen(line_pen(theme.text, 3.0))

    def show_at(self, rect: QRectF | None) -> None:
        """Draw it around a rectangle, or nowhere."""
        path = QPainterPath()
        if rect is not None:
            path.addRect(rect)
        self._halo.setPath(path)
        self.line.setPath(path)


def cell_side(room: QSizeF, shape: Shape) -> float:
    """Whole pixels of a cell's side in so much room; parts of one if there is less."""
    side = max(0.1, min(room.height() / shape[0], room.width() / shape[1]))
    return float(int(side)) if side >= 1.0 else side


def cells_between(grid: SpinGrid, start: QPointF, end: QPointF) -> list[int]:
    """Units under the way from one point to another, the last included."""
    side = grid.cell(0).width()
    steps = max(1, int((end - start).manhattanLength() / max(1.0, 0.5 * side)))
    units = [grid.unit_at(start + (end - start) * (k / steps)) for k in range(1, steps + 1)]
    return list(dict.fromkeys(unit for unit in units if unit is not None))

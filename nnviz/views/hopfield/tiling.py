"""Where tiles of a picture and a few words stand, so that pictures are as large as they can be."""

from dataclasses import dataclass
from itertools import product

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF

from nnviz.drawing.canvas import bold
from nnviz.views.hopfield.spins import Shape, cell_side

_GAP, _BETWEEN = 12.0, 6.0
"""Pixels between tiles, and between a picture and its words."""

_MOST_ROWS, _MOST_COLUMNS = 6, 12


@dataclass(frozen=True)
class TileRoom:
    """The room of one tile: of its picture, and of its words below or beside it."""

    picture: QRectF
    words: QRectF

    @property
    def rect(self) -> QRectF:
        """All of it."""
        return self.picture.united(self.words)


@dataclass(frozen=True)
class Tiling:
    """Tiles in rows and columns: how large pictures and words are, and whether words stand beside pictures."""

    rows: int
    columns: int
    picture: QSizeF
    words: QSizeF
    beside: bool

    @property
    def count(self) -> int:
        """How many tiles there are."""
        return self.rows * self.columns

    @property
    def size(self) -> QSizeF:
        """Of one tile."""
        picture, words = self.picture, self.words
        if self.beside:
            return QSizeF(picture.width() + _BETWEEN + words.width(), max(picture.height(), words.height()))
        return QSizeF(max(picture.width(), words.width()), picture.height() + _BETWEEN + words.height())

    def fits(self, room: QSizeF) -> bool:
        """Whether there is room for all."""
        width, height = self.size.width() + _GAP, self.size.height() + _GAP
        return (
            self.columns * width <= room.width() + _GAP + 0.5 and self.rows * height <= room.height() + _GAP + 0.5
        )

    def place(self, index: int, corner: QPointF) -> TileRoom:
        """Where a tile stands, if the first stands in this corner."""
        row, column = divmod(index, self.columns)
        at = corner + QPointF(column * (self.size.width() + _GAP), row * (self.size.height() + _GAP))
        picture = QRectF(at, self.picture)
        if self.beside:
            return TileRoom(picture, QRectF(picture.topRight() + QPointF(_BETWEEN, 0.0), self.words))
        return TileRoom(
            picture, QRectF(picture.bottomLeft() + QPointF(0.0, _BETWEEN), _as_wide(self.words, picture))
        )


def tile_places(room: QRectF, wanted: int, shape: Shape, font: QFont) -> list[TileRoom]:
    """Places of so many tiles with pictures of a shape; fewer if pictures would be too small, but at least one."""
    metrics = QFontMetricsF(bold(font))
    line = metrics.height()
    below = QSizeF(metrics.horizontalAdvance("10 −0.98 ×") + 4.0, 1.6 * line)
    beside = QSizeF(max(metrics.horizontalAdvance(words) for words in ("−0.98", "10 ×")) + 4.0, 2.5 * line)
    grids = list(product(range(1, _MOST_ROWS + 1), range(1, min(wanted, _MOST_COLUMNS) + 1)))
    tilings = [_tiling(room, grid, shape, below, beside=False) for grid in grids]
    tilings += [_tiling(room, grid, shape, beside, beside=True) for grid in grids]
    fit = [tiling for tiling in tilings if tiling.picture.height() >= line and tiling.fits(room.size())]
    best = max(fit or tilings[:1], key=lambda tiling: (min(tiling.count, wanted), tiling.picture.height()))
    return [best.place(index, room.topLeft()) for index in range(min(best.count, wanted))]


def _tiling(room: QRectF, grid: tuple[int, int], shape: Shape, words: QSizeF, *, beside: bool) -> Tiling:
    """The largest pictures in so many rows and columns."""
    rows, columns = grid
    width = (room.width() + _GAP) / columns - _GAP - beside * (words.width() + _BETWEEN)
    height = (room.height() + _GAP) / rows - _GAP - (not beside) * (words.height() + _BETWEEN)
    side = cell_side(QSizeF(max(1.0, width), max(1.0, height)), shape)
    return Tiling(rows, columns, QSizeF(side * shape[1], side * shape[0]), words, beside)


def _as_wide(words: QSizeF, picture: QRectF) -> QSizeF:
    return QSizeF(max(words.width(), picture.width()), words.height())

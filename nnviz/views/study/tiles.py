"""The seeds of a study as tiles that show success."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text, add_path, as_verdict, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.words import Wordings, say
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.theme import Theme

_WIDEST = 0.56
"""Greatest width of a column, as a fraction of the variant's space."""
_GAP = 0.14
"""Gap between tiles, as a fraction of a tile's side."""
_APART = 6.0
"""Pixels between the numbers above two columns."""
VariantSeed = tuple[int, int]
"""A variant and one of its seeds, both counted from 0."""


@dataclass(frozen=True)
class TileGrid:
    """The tiles of a column: number of columns and rows, and size of a tile."""

    columns: int
    rows: int
    side: float

    @classmethod
    def within(cls, width: float, height: float, count: int) -> "TileGrid":
        """The grid of ``count`` tiles, as large as possible, for a rectangle."""
        fits = [(min(width / c, height / -(-count // c)), c) for c in range(1, count + 1)]
        side, columns = max(fits)
        return cls(columns, -(-count // columns), side)

    def tile(self, place: int, left: float, bottom: float) -> QRectF:
        """The tile at a place, counted from the lower left, row after row."""
        row, column = divmod(place, self.columns)
        gap = _GAP * self.side
        x, y = left + column * self.side, bottom - (row + 1) * self.side
        return QRectF(x + gap / 2, y + gap / 2, self.side - gap, self.side - gap)


class Tiles:
    """Columns of tiles: successful seeds solid from the bottom, the others hollow from the top."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self.solid, self.hollow, self.frames = add_path(scene, 2.0), add_path(scene, 1.0), add_path(scene)
        self.counts: list[Text] = []
        self._tiles: list[tuple[QRectF, VariantSeed]] = []

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.solid.setPen(line_pen(theme.accent, 1.0))
        self.solid.setBrush(QBrush(QColor(theme.accent)))
        self.hollow.setPen(line_pen(theme.muted, 1.5))
        self.frames.setPen(line_pen(theme.border, 1.0))

    def arrange(self, rect: QRectF, font: QFont) -> None:
        """Fill a rectangle, including a line of text above the columns."""
        self._font = bold(font)
        self._rect = rect.adjusted(0.0, 1.3 * QFontMetricsF(self._font).height(), 0.0, 0.0)

    def show(self, snapshot: StudySnapshot) -> None:
        """Show what has become of every seed so far."""
        self._provide(len(snapshot.values))
        self._tiles, goals = [], snapshot.experiment
        whole, hollow, frames = QPainterPath(), QPainterPath(), QPainterPath()
        slot = self._rect.width() / len(snapshot.values)
        grid = TileGrid.within(_WIDEST * slot, self._rect.height(), goals.seeds)
        for variant, values in enumerate(snapshot.values):
            middle = self._rect.left() + (variant + 0.5) * slot
            box = self._box(grid, middle)
            frames.addRect(box)
            good = values >= goals.success
            for place, seed in _places(good, goals.seeds):
                tile = grid.tile(place, box.left(), box.bottom())
                self._tiles.append((tile, (variant, seed)))
                (whole if good[seed] else hollow).addRect(tile)
            wordings = f"{int(good.sum())} of {len(values)}", f"{int(good.sum())}"
            self._say(variant, wordings, (middle, box.top()), slot - _APART)
        for item, path in ((self.solid, whole), (self.hollow, hollow), (self.frames, frames)):
            item.setPath(path)

    @property
    def is_visible(self) -> bool:
        """Whether the tiles are shown."""
        return self.frames.isVisible()

    def seed_at(self, point: QPointF) -> VariantSeed | None:
        """The seed whose tile is under a point."""
        return next((seed for tile, seed in self._tiles if tile.contains(point)), None)

    def set_visible(self, visible: bool) -> None:
        for item in (self.solid, self.hollow, self.frames, *self.counts):
            item.setVisible(visible)

    def _box(self, grid: TileGrid, middle: float) -> QRectF:
        width, height = grid.columns * grid.side, grid.rows * grid.side
        return QRectF(middle - width / 2, self._rect.bottom() - height, width, height)

    def _say(self, variant: int, wordings: Wordings, place: tuple[float, float], room: float) -> None:
        """Write the longest wording that leaves the neighbours' in peace, with its foot at a place."""
        count, (middle, top) = self.counts[variant], place
        count.set_style(self._font, self._theme.text)
        say(count, wordings, room)
        count.place(middle, top - 0.15 * count.boundingRect().height(), 0.5, 1.0)

    def _provide(self, variants: int) -> None:
        while len(self.counts) < variants:
            self.counts.append(as_verdict(Text(self._scene, 3.0)))
        for count in self.counts[variants:]:
            count.set_words("")


def _places(good: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], seeds: int) -> Sequence[VariantSeed]:
    """Tile and number of every seed: successes from the first tile on, the others from the last one back."""
    upward, downward = np.flatnonzero(good).tolist(), np.flatnonzero(~good).tolist()
    return [*enumerate(upward), *((seeds - 1 - k, seed) for k, seed in enumerate(downward))]

"""Grids of spins, +1 dark blue and −1 pale orange: the state, and the stored patterns in a row."""

from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text, add_path, as_verdict, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.pictures import MapItem
from nnviz.drawing.words import first_fitting
from nnviz.engine.rules import Spins
from nnviz.runs.maps import ZERO
from nnviz.theme import Theme, mix

_UP, _DOWN = 2 * ZERO, round(0.7 * ZERO)
"""Bytes of a signed map. −1 is pale, so that pictures are readable without colours too."""
_LEAST_LINED = 6.0
"""Least size of a cell in pixels for lines between cells."""
Shape = tuple[int, int]
"""Rows and columns."""
_GAP, _BETWEEN = 12.0, 6.0
"""Distance between tiles, and between a picture and its words, in pixels."""
_MOST_ROWS, _MOST_COLUMNS = 6, 12


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
        self._table, self._shown = theme.signed_table, None
        self._lines.setPen(line_pen(mix(theme.background, theme.muted, 0.45), 1.0))

    def arrange(self, room: QRectF, shape: Shape) -> None:
        """Fill the upper left of a rectangle with cells of whole pixels."""
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
        return QRectF(self.rect.topLeft() + QPointF(column * size.width(), row * size.height()), size)

    def remove(self) -> None:
        """Remove it from the scene."""
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
    """A ring around a cell, visible on any background."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._halo, self.line = add_path(scene, 5.0), add_path(scene, 6.0)

    def set_theme(self, theme: Theme) -> None:
        self._halo.setPen(line_pen(theme.background, 7.0))
        self.line.setPen(line_pen(theme.text, 3.0))

    def show_at(self, rect: QRectF | None) -> None:
        """Draw the ring around a rectangle, or hide it."""
        path = QPainterPath()
        if rect is not None:
            path.addRect(rect)
        self._halo.setPath(path)
        self.line.setPath(path)


def cell_side(room: QSizeF, shape: Shape) -> float:
    """Side of a cell in whole pixels; below one pixel, a fraction."""
    side = max(0.1, min(room.height() / shape[0], room.width() / shape[1]))
    return float(int(side)) if side >= 1.0 else side


def cells_between(grid: SpinGrid, start: QPointF, end: QPointF) -> list[int]:
    """Units on the straight line between two points, including the last."""
    side = grid.cell(0).width()
    steps = max(1, int((end - start).manhattanLength() / max(1.0, 0.5 * side)))
    units = [grid.unit_at(start + (end - start) * (k / steps)) for k in range(1, steps + 1)]
    return list(dict.fromkeys(unit for unit in units if unit is not None))


@dataclass(frozen=True)
class TileRoom:
    """Rectangles of one tile: its picture, and its words below or beside it."""

    picture: QRectF
    words: QRectF

    @property
    def rect(self) -> QRectF:
        """The whole tile."""
        return self.picture.united(self.words)


@dataclass(frozen=True)
class Tiling:
    """A grid of tiles: sizes of pictures and words, and whether words are beside the pictures."""

    rows: int
    columns: int
    picture: QSizeF
    words: QSizeF
    beside: bool

    @property
    def count(self) -> int:
        """Number of tiles."""
        return self.rows * self.columns

    @property
    def size(self) -> QSizeF:
        """Size of one tile."""
        picture, words = self.picture, self.words
        if self.beside:
            return QSizeF(picture.width() + _BETWEEN + words.width(), max(picture.height(), words.height()))
        return QSizeF(max(picture.width(), words.width()), picture.height() + _BETWEEN + words.height())

    def fits(self, room: QSizeF) -> bool:
        """Whether all tiles fit."""
        width, height = self.size.width() + _GAP, self.size.height() + _GAP
        return (
            self.columns * width <= room.width() + _GAP + 0.5 and self.rows * height <= room.height() + _GAP + 0.5
        )

    def place(self, index: int, corner: QPointF) -> TileRoom:
        """Rectangles of a tile, if the first tile is in this corner."""
        row, column = divmod(index, self.columns)
        at = corner + QPointF(column * (self.size.width() + _GAP), row * (self.size.height() + _GAP))
        picture = QRectF(at, self.picture)
        if self.beside:
            return TileRoom(picture, QRectF(picture.topRight() + QPointF(_BETWEEN, 0.0), self.words))
        return TileRoom(
            picture, QRectF(picture.bottomLeft() + QPointF(0.0, _BETWEEN), _as_wide(self.words, picture))
        )


def tile_places(room: QRectF, wanted: int, shape: Shape, font: QFont) -> list[TileRoom]:
    """Rectangles of ``wanted`` tiles; fewer if pictures would be too small, but at least one."""
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
    """The tiling with the largest pictures in this many rows and columns."""
    rows, columns = grid
    width = (room.width() + _GAP) / columns - _GAP - beside * (words.width() + _BETWEEN)
    height = (room.height() + _GAP) / rows - _GAP - (not beside) * (words.height() + _BETWEEN)
    side = cell_side(QSizeF(max(1.0, width), max(1.0, height)), shape)
    return Tiling(rows, columns, QSizeF(side * shape[1], side * shape[0]), words, beside)


def _as_wide(words: QSizeF, picture: QRectF) -> QSizeF:
    return QSizeF(max(words.width(), picture.width()), words.height())


@dataclass(frozen=True)
class MemoryHit:
    """The part of a row of memories at a point: a memory's cell, name or cross, or the place for a new one."""

    part: Literal["cell", "name", "cross", "new"]
    memory: int = -1
    unit: int = -1


class Tile:
    """One memory: its picture, its number, a cross to remove it, and a bar from −1 to 1."""

    def __init__(self, scene: QGraphicsScene, number: int) -> None:
        self.grid = SpinGrid(scene)
        self.name, self.value, self.cross = Text(scene), as_verdict(Text(scene)), Text(scene)
        self.name.set_words(f"{number + 1}")
        self.cross.set_words("×")
        self._track, self._bar = add_path(scene, 1.0), as_verdict(add_path(scene, 2.0))
        self.rect = QRectF()

    def set_theme(self, theme: Theme, font: QFont) -> None:
        self._theme = theme
        self.grid.set_theme(theme)
        self.name.set_style(bold(font), theme.text)
        self.value.set_style(font, theme.text)
        self.cross.set_style(bold(font), theme.muted)
        self._track.setPen(line_pen(mix(theme.background, theme.muted, 0.6), 1.0))
        self._bar.setPen(line_pen(theme.text, 1.0))

    def arrange(self, place: TileRoom, shape: Shape, line: float) -> None:
        """Place the picture, and below or beside it words and bar."""
        self.rect, words = place.rect, place.words
        self.grid.arrange(place.picture, shape)
        beside = words.left() > place.picture.left()
        self.name.place(words.left(), words.top())
        self.cross.place(words.right(), words.top(), 1.0, 0.0)
        self._value_at = QPointF(words.left() if beside else words.center().x(), words.top() + line * beside)
        self._across = 0.0 if beside else 0.5
        self._bar_rect = QRectF(words.left(), words.bottom() - 0.45 * line, words.width(), 0.45 * line)
        self._draw_track(self._bar_rect)

    def show_memory(self, pattern: Spins, overlap: float, *, cued: bool) -> None:
        """Show the pattern, and its overlap with the state."""
        self.grid.show_spins(pattern)
        self.name.setBrush(line_pen(self._theme.accent if cued else self._theme.text).brush())
        self.value.write(f"{overlap:+.2f}".replace("-", "−"), self._value_at.x(), self._value_at.y(), self._across)
        box, half = self._bar_rect, 0.5 * self._bar_rect.width() * overlap
        path = QPainterPath()
        path.addRect(QRectF(box.center().x(), box.top(), half, box.height()).normalized())
        self._bar.setPath(path)
        self._bar.setBrush(line_pen(self._theme.sign_color(overlap)).brush())

    def hit(self, point: QPointF, number: int) -> MemoryHit | None:
        """The part of the tile at a point."""
        unit = self.grid.unit_at(point)
        if unit is not None:
            return MemoryHit("cell", number, unit)
        cross = self.cross.sceneBoundingRect().adjusted(-4, -4, 4, 2)
        if cross.contains(point):
            return MemoryHit("cross", number)
        return MemoryHit("name", number) if self.rect.contains(point) else None

    def _draw_track(self, box: QRectF) -> None:
        track = QPainterPath()
        track.addRect(box)
        track.moveTo(box.center().x(), box.top())
        track.lineTo(box.center().x(), box.bottom())
        self._track.setPath(track)

    def remove(self) -> None:
        """Remove it from the scene."""
        self.grid.remove()
        for item in (self.name, self.value, self.cross, self._track, self._bar):
            item.scene().removeItem(item)


class MemoryRow:
    """As many memories as fit, and a place for a new one."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self.tiles: list[Tile] = []
        self.more, self._plus = Text(scene), Text(scene)
        self._frame = add_path(scene, 0.0)
        self.new = QRectF()

    def arrange(self, room: QRectF, count: int, shape: Shape, theme: Theme, font: QFont) -> float:
        """Fill the top of a rectangle with memories of a shape; return their lower edge."""
        line = QFontMetricsF(font).height()
        places = tile_places(room, count + 1, shape, font)
        for tile in self.tiles:
            tile.remove()
        self.tiles = [Tile(self._scene, k) for k in range(min(count, len(places) - 1))]
        for tile, place in zip(self.tiles, places, strict=False):
            tile.set_theme(theme, font)
            tile.arrange(place, shape, line)
        hidden, last = count - len(self.tiles), places[-1]
        self.new = last.picture
        self._draw_new(theme, font)
        self.more.set_style(font, theme.muted)
        wordings = (f"{hidden} more", f"+{hidden}") if hidden else ("",)
        words = first_fitting(wordings, font, (last.words.left(), room.right())) or wordings[-1]
        self.more.write(words, last.words.left(), last.words.top())
        return last.rect.bottom()

    def hit(self, point: QPointF) -> MemoryHit | None:
        """The part of the row at a point."""
        if self.new.contains(point):
            return MemoryHit("new")
        hits = (tile.hit(point, number) for number, tile in enumerate(self.tiles))
        return next((hit for hit in hits if hit), None)

    def _draw_new(self, theme: Theme, font: QFont) -> None:
        path = QPainterPath()
        path.addRect(self.new)
        pen = line_pen(theme.muted, 1.5)
        pen.setDashPattern([4.0, 3.0])
        self._frame.setPen(pen)
        self._frame.setPath(path)
        self._plus.set_style(bold(font), theme.text)
        self._plus.write("+", self.new.center().x(), self.new.center().y(), 0.5, 0.5)

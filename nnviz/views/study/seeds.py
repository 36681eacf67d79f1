"""The seeds of a study: as tiles that show success, or as dots at their measured value."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from msgspec import structs
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Numbers, Text, add_path, as_verdict, bold
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.kinds.study.run import StudySnapshot
from nnviz.kinds.study.schema import Study, Variant
from nnviz.numerals import figure, percent, tick
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.curves import loss_scale
from nnviz.plots.scales import Scale, percent_scale
from nnviz.theme import Theme, mix

_WIDEST = 0.56
"""Greatest width of a column, as a fraction of the variant's space."""
_GAP = 0.14
"""Gap between tiles, as a fraction of a tile's side."""
VariantSeed = tuple[int, int]
"""A variant and one of its seeds, both counted from 0."""
_DECADE = 10.0
"""Ratio of the largest to the smallest value above which the scale is logarithmic."""
LOSSES = ("loss", "rmse")
_GOLDEN = 0.618034
_REACH = 8.0
"""Distance in pixels within which the pointer finds a dot."""


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
            self._say(variant, f"{int(good.sum())} of {len(values)}", middle, box.top())
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

    def _say(self, variant: int, words: str, middle: float, top: float) -> None:
        count = self.counts[variant]
        count.set_style(self._font, self._theme.text)
        count.write(words, middle, top - 0.15 * count.boundingRect().height(), 0.5, 1.0)

    def _provide(self, variants: int) -> None:
        while len(self.counts) < variants:
            self.counts.append(as_verdict(Text(self._scene, 3.0)))
        for count in self.counts[variants:]:
            count.set_words("")


def _places(good: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], seeds: int) -> Sequence[VariantSeed]:
    """Tile and number of every seed: successes from the first tile on, the others from the last one back."""
    upward, downward = np.flatnonzero(good).tolist(), np.flatnonzero(~good).tolist()
    return [*enumerate(upward), *((seeds - 1 - k, seed) for k, seed in enumerate(downward))]


class SeedPlot:
    """Dots, medians and quartiles in a plane. Diverged seeds are crosses at the edge with the worst values.

    Attributes
    ----------
    is_wide : bool
        The values differ by decades, so that errors are on a logarithmic scale unasked.
    band, line : PathItem
        In coordinates of the plane; dots, crosses and squares of medians are in pixels.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        self.plane = canvas.plane()
        self.plane.reading = self._read
        self.band, self.line, self.dots, self.lost, self.medians = (PathItem() for _ in range(5))
        self.plane.add(self.band)
        self.plane.add(self.line, "median")
        self.plane.add_in_pixels(self.dots, self.lost, self.medians)
        canvas.tables.append(self._rows)
        self._snapshot: StudySnapshot | None = None
        self._up, self.is_wide = percent_scale(), False
        self._places = np.empty((0, 2))
        self._seeds: list[VariantSeed] = []

    def set_theme(self, theme: Theme) -> None:
        self.plane.set_theme(theme)
        self.band.setPen(line_pen(theme.background, 0.0))
        self.band.setBrush(QBrush(mix(theme.background, theme.accent, 0.2)))
        self.dots.setPen(line_pen(mix(theme.background, theme.accent, 0.75), 1.2))
        self.dots.setBrush(QBrush(mix(theme.background, theme.accent, 0.4)))
        self.lost.setPen(line_pen(theme.warning, 2.0))
        self.line.setPen(line_pen(theme.text, 2.5))
        self.medians.setPen(line_pen(theme.background, 1.0))
        self.medians.setBrush(QBrush(theme.text))

    def arrange(self, rect: QRectF, font: QFont, left: float, names: tuple[str, str]) -> None:
        """Fill a rectangle, with ``left`` as the least left margin."""
        self._size = 0.42 * QFontMetricsF(font).height()
        self.plane.name_axes(*names)
        self.plane.arrange(rect, font, left)

    def show(self, snapshot: StudySnapshot, *, logarithmic: bool = False) -> None:
        """Show what has become of every seed so far; errors on a logarithmic scale if that is asked for."""
        self._snapshot, study = snapshot, snapshot.experiment
        values = [_shown(study, v) for v in snapshot.values]
        self.is_wide = _is_wide(values)
        self._up = _upward(study, values, logarithmic=logarithmic or self.is_wide)
        self.plane.show(across(study.variants), _with_room(self._up))
        x = positions(study.variants)[0]
        self._place(x, values, self._up.high if study.measure in LOSSES else self._up.low)
        finite = np.isfinite(np.concatenate([np.empty(0), *values]))
        self.dots.setPath(circles(self._places[finite], self._size / 2))
        self.lost.setPath(_crosses(self._places[~finite], self._size))
        found = self._heights(_shown(study, np.array(snapshot.quartiles)))
        if are_apart(study.variants):
            self._draw_line(x, found)
        else:
            self._draw_boxes(x, found)

    def seed_at(self, point: QPointF) -> VariantSeed | None:
        """The seed whose dot is at a point, or near it."""
        if not self._seeds or not self.plane.frame.contains(point):
            return None
        away = np.hypot(*(self._places - (point.x(), point.y())).T)
        nearest = int(np.argmin(away))
        return self._seeds[nearest] if away[nearest] <= _REACH else None

    def set_visible(self, visible: bool) -> None:
        self.plane.set_visible(visible)

    def _heights(self, values: FloatArray) -> FloatArray:
        """Values in coordinates of the plane, limited to the scale."""
        if self._up.logarithmic:
            values = np.log10(np.where(values > 0.0, values, np.nan))
        return np.clip(values, self._up.low, self._up.high)

    def _place(self, x: FloatArray, values: Sequence[FloatArray], lost: float) -> None:
        """Spread a variant's dots horizontally, always in the same pattern, so that fewer overlap."""
        self._seeds = [(k, seed) for k, column in enumerate(values) for seed in range(len(column))]
        seeds = np.array([seed for _, seed in self._seeds], dtype=np.float64)
        spread = self._width(x) * ((_GOLDEN * (seeds + 1.0)) % 1.0 - 0.5)
        up = self._heights(np.concatenate([np.empty(0), *values]))
        points = np.column_stack([np.repeat(x, list(map(len, values))), np.where(np.isfinite(up), up, lost)])
        self._places = self.plane.pixels(points) + np.column_stack([spread, np.zeros(len(spread))])

    def _width(self, x: FloatArray) -> float:
        """Width over which a variant's dots are spread, in pixels."""
        gap = float(np.diff(np.sort(x)).min(initial=np.inf)) * self.plane.unit[0]
        return min(0.5 * gap, 5.0 * self._size)

    def _draw_line(self, x: FloatArray, found: FloatArray) -> None:
        """Draw the medians as a line and the quartiles as a band; ``found`` holds quartiles and median."""
        order = [k for k in np.argsort(x, kind="stable") if np.isfinite(found[k, 1])]
        x, (low, middle, high) = x[order], found[order].T
        self.line.set_points(x, middle, "all")
        self.band.set_points(np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]]), "all")
        self.medians.setPath(_squares(self.plane.pixels(np.column_stack([x, middle])), 1.3 * self._size))

    def _draw_boxes(self, x: FloatArray, found: FloatArray) -> None:
        """Draw a box from quartile to quartile for each variant without a place on an axis."""
        half, boxes = 0.7 * self._width(x) / self.plane.unit[0], QPainterPath()
        there = np.isfinite(found[:, 1])
        for middle, (low, _, high) in zip(x[there], found[there], strict=True):
            boxes.addRect(QRectF(middle - half, low, 2.0 * half, high - low))
        self.band.setPath(boxes)
        ends = np.column_stack([x[there] - half, x[there] + half]).ravel()
        self.line.set_points(ends, np.repeat(found[there, 1], 2), "pairs")
        self.medians.setPath(QPainterPath())

    def _read(self, x: float, y: float) -> Sequence[str]:
        """The variant, and the seed at the pointer with its value, or else median and quartiles."""
        if self._snapshot is None:
            return ()
        study, place = self._snapshot.experiment, self.plane.pixels(np.array([x, y]))
        if seed := self.seed_at(QPointF(*place.tolist())):
            return study.variants[seed[0]].title, seed_text(self._snapshot, seed)
        nearest = int(np.abs(positions(study.variants)[0] - x).argmin())
        low, middle, high = (value_text(study, value) for value in self._snapshot.quartiles[nearest])
        words = f"median {middle}", f"quartiles {low} to {high}"
        return study.variants[nearest].title, *(words if len(self._snapshot.values[nearest]) else ())

    def _rows(self) -> Numbers:
        """A row for each seed: the variant's position or number, and the measured value."""
        if self._snapshot is None or not self.plane.is_visible:
            return []
        study, at = self._snapshot.experiment, positions(self._snapshot.experiment.variants)[0].tolist()
        return [
            (
                f"{study.variants[k].title}, seed {study.one(k, seed).training.seed}",
                *self.plane.value_of(at[k], 0.0)[:1],
                float(value),
            )
            for k, column in enumerate(self._snapshot.values)
            for seed, value in enumerate(column)
        ]


def are_apart(variants: Sequence[Variant]) -> bool:
    """Whether every variant has its own position on the axis; otherwise they are placed one after another."""
    return len({variant.at for variant in variants}) == len(variants) > 1


def positions(variants: Sequence[Variant]) -> tuple[FloatArray, bool]:
    """Positions of the variants on the axis, and whether these are logarithms to base ten."""
    at = np.array([variant.at for variant in variants], dtype=np.float64)
    if not are_apart(variants):
        return np.arange(1.0, len(at) + 1.0), False
    logarithmic = bool(at.min() > 0.0 and at.max() >= _DECADE * at.min())
    return (np.log10(at) if logarithmic else at), logarithmic


def across(variants: Sequence[Variant]) -> Scale:
    """The horizontal scale, with a tick at each variant; variants without a number are named elsewhere."""
    places, logarithmic = positions(variants)
    gaps = np.diff(np.sort(places))
    margin = 0.5 * float(gaps.min()) if len(gaps) else 0.5
    words = [tick(variant.at) if are_apart(variants) else "" for variant in variants]
    ticks = tuple(sorted(zip(places.tolist(), words, strict=True)))
    return Scale(float(places.min()) - margin, float(places.max()) + margin, ticks, logarithmic)


def _shown(study: Study, values: FloatArray) -> FloatArray:
    return values if study.measure in LOSSES else 100.0 * values


def _upward(study: Study, columns: Sequence[FloatArray], *, logarithmic: bool) -> Scale:
    """The vertical scale: 0 to 100 % for fractions; for losses from 0 on, or logarithmic."""
    if study.measure not in LOSSES:
        return percent_scale()
    values = np.concatenate([np.empty(0), *columns])
    values = values[np.isfinite(values) & (values > 0.0)]
    return loss_scale(values, logarithmic=logarithmic)


def _is_wide(columns: Sequence[FloatArray]) -> bool:
    """Whether values differ by decades."""
    values = np.concatenate([np.empty(0), *columns])
    values = values[np.isfinite(values) & (values > 0.0)]
    return bool(values.max(initial=0.0) >= _DECADE * values.min(initial=np.inf))


def _with_room(scale: Scale) -> Scale:
    """The scale with margins for dots at its ends."""
    room = 0.03 * (scale.high - scale.low)
    return structs.replace(scale, low=scale.low - room, high=scale.high + room)


def value_text(study: Study, value: float) -> str:
    """A measured value as text."""
    if np.isnan(value):
        return "diverged"
    return figure(value) if study.measure in LOSSES else percent(value)


def seed_text(moment: StudySnapshot, seed: VariantSeed) -> str:
    """A seed and its result."""
    variant, number = seed
    value = float(moment.values[variant][number])
    return f"seed {moment.experiment.one(*seed).training.seed}: {value_text(moment.experiment, value)}"


def _squares(places: FloatArray, size: float) -> QPainterPath:
    path = QPainterPath()
    for x, y in places.tolist():
        path.addRect(x - size / 2, y - size / 2, size, size)
    return path


def _crosses(places: FloatArray, size: float) -> QPainterPath:
    path, arm = QPainterPath(), size / math.sqrt(2.0)
    for x, y in places.tolist():
        for slope in (1.0, -1.0):
            path.moveTo(x - arm, y - slope * arm)
            path.lineTo(x + arm, y + slope * arm)
    return path

"""A measure of many seeds against what the variants differ in: a dot for each, the median in its quartiles."""

import math
from collections.abc import Sequence

import numpy as np
from msgspec import structs
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QPainterPath

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Numbers
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.kinds.study.schema import Study, Variant
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.numerals import figure, percent
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.curves import loss_scale
from nnviz.plots.scales import Scale, percent_scale
from nnviz.theme import Theme, mix
from nnviz.views.study.tiles import VariantSeed

_DECADE = 10.0
"""Values that span so many times their least are drawn on a logarithmic scale."""

_EDGE = 0.03
"""Room beyond a scale for dots at its ends, in lengths of it."""
_LOSSES = ("loss", "rmse")
_GOLDEN = 0.618034
_REACH = 8.0
"""Pixels from a dot at which it is still meant."""


class SeedPlot:
    """Dots, medians and quartiles in a plane. Crosses at its worse edge are seeds that have diverged.

    Attributes
    ----------
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
        self._up = percent_scale()
        self._places = np.empty((0, 2))
        self._seeds: list[VariantSeed] = []

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
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
        """Fill a rectangle, with at least so much left free for what is written at the left."""
        self._size = 0.42 * QFontMetricsF(font).height()
        self.plane.name_axes(*names)
        self.plane.arrange(rect, font, left)

    def show(self, snapshot: StudySnapshot) -> None:
        """Show what has become of every seed so far."""
        self._snapshot, study = snapshot, snapshot.experiment
        values = [_shown(study, v) for v in snapshot.values]
        self._up = _upward(study, values)
        self.plane.show(across(study.variants), _with_room(self._up))
        x = positions(study.variants)[0]
        self._place(x, values, self._up.high if study.measure in _LOSSES else self._up.low)
        finite = np.isfinite(np.concatenate([np.empty(0), *values]))
        self.dots.setPath(circles(self._places[finite], self._size / 2))
        self.lost.setPath(_crosses(self._places[~finite], self._size))
        found = self._heights(_shown(study, np.array(snapshot.quartiles)))
        if are_apart(study.variants):
            self._draw_line(x, found)
        else:
            self._draw_boxes(x, found)

    def seed_at(self, point: QPointF) -> VariantSeed | None:
        """The seed whose dot is under a point, or next to it."""
        if not self._seeds or not self.plane.frame.contains(point):
            return None
        away = np.hypot(*(self._places - (point.x(), point.y())).T)
        nearest = int(np.argmin(away))
        return self._seeds[nearest] if away[nearest] <= _REACH else None

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        self.plane.set_visible(visible)

    def _heights(self, values: FloatArray) -> FloatArray:
        """Values in coordinates of the plane, those beyond the scale at its ends."""
        if self._up.logarithmic:
            values = np.log10(np.where(values > 0.0, values, np.nan))
        return np.clip(values, self._up.low, self._up.high)

    def _place(self, x: FloatArray, values: Sequence[FloatArray], lost: float) -> None:
        """Spread a variant's dots over some width, always in the same manner, so that fewer lie on each other."""
        self._seeds = [(k, seed) for k, column in enumerate(values) for seed in range(len(column))]
        seeds = np.array([seed for _, seed in self._seeds], dtype=np.float64)
        spread = self._width(x) * ((_GOLDEN * (seeds + 1.0)) % 1.0 - 0.5)
        up = self._heights(np.concatenate([np.empty(0), *values]))
        points = np.column_stack([np.repeat(x, list(map(len, values))), np.where(np.isfinite(up), up, lost)])
        self._places = self.plane.pixels(points) + np.column_stack([spread, np.zeros(len(spread))])

    def _width(self, x: FloatArray) -> float:
        """How wide the dots of a variant are spread, in pixels."""
        gap = float(np.diff(np.sort(x)).min(initial=np.inf)) * self.plane.unit[0]
        return min(0.5 * gap, 5.0 * self._size)

    def _draw_line(self, x: FloatArray, found: FloatArray) -> None:
        """Join the medians, and the quartiles to a band; found has lower quartile, median and upper quartile."""
        order = [k for k in np.argsort(x, kind="stable") if np.isfinite(found[k, 1])]
        x, (low, middle, high) = x[order], found[order].T
        self.line.set_points(x, middle, "all")
        self.band.set_points(np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]]), "all")
        self.medians.setPath(_squares(self.plane.pixels(np.column_stack([x, middle])), 1.3 * self._size))

    def _draw_boxes(self, x: FloatArray, found: FloatArray) -> None:
        """A box from quartile to quartile for each variant: between them there is nothing to join."""
        half, boxes = 0.7 * self._width(x) / self.plane.unit[0], QPainterPath()
        there = np.isfinite(found[:, 1])
        for middle, (low, _, high) in zip(x[there], found[there], strict=True):
            boxes.addRect(QRectF(middle - half, low, 2.0 * half, high - low))
        self.band.setPath(boxes)
        ends = np.column_stack([x[there] - half, x[there] + half]).ravel()
        self.line.set_points(ends, np.repeat(found[there, 1], 2), "pairs")
        self.medians.setPath(QPainterPath())

    def _read(self, x: float, y: float) -> Sequence[str]:
        """The variant, and the seed whose dot is there and its figure, or else its median and quartiles."""
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
        """A row for each seed: the variant's place along the axis, or its number, and the measure."""
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
    """Whether every variant has a place of its own along the axis; else they stand one after another."""
    return len({variant.at for variant in variants}) == len(variants) > 1


def positions(variants: Sequence[Variant]) -> tuple[FloatArray, bool]:
    """Where the variants stand along the axis, and whether these are logarithms to the base ten."""
    at = np.array([variant.at for variant in variants], dtype=np.float64)
    if not are_apart(variants):
        return np.arange(1.0, len(at) + 1.0), False
    logarithmic = bool(at.min() > 0.0 and at.max() >= _DECADE * at.min())
    return (np.log10(at) if logarithmic else at), logarithmic


def across(variants: Sequence[Variant]) -> Scale:
    """The scale along which the variants stand, with a tick at each; what has no number is named elsewhere."""
    places, logarithmic = positions(variants)
    gaps = np.diff(np.sort(places))
    margin = 0.5 * float(gaps.min()) if len(gaps) else 0.5
    words = [f"{variant.at:,.6g}" if are_apart(variants) else "" for variant in variants]
    ticks = tuple(sorted(zip(places.tolist(), words, strict=True)))
    return Scale(float(places.min()) - margin, float(places.max()) + margin, ticks, logarithmic)


def _shown(study: Study, values: FloatArray) -> FloatArray:
    return values if study.measure in _LOSSES else 100.0 * values


def _upward(study: Study, columns: Sequence[FloatArray]) -> Scale:
    """The scale upwards: shares from 0 to 100 %, losses from 0 on or, where they span a decade, logarithmic."""
    if study.measure not in _LOSSES:
        return percent_scale()
    values = np.concatenate([np.empty(0), *columns])
    values = values[np.isfinite(values) & (values > 0.0)]
    return loss_scale(values, logarithmic=bool(values.max(initial=0.0) >= _DECADE * values.min(initial=np.inf)))


def _with_room(scale: Scale) -> Scale:
    """The scale and some room beyond its ends."""
    room = _EDGE * (scale.high - scale.low)
    return structs.replace(scale, low=scale.low - room, high=scale.high + room)


def value_text(study: Study, value: float) -> str:
    """A value of the study's measure, to be read."""
    if np.isnan(value):
        return "diverged"
    return figure(value) if study.measure in _LOSSES else percent(value)


def seed_text(moment: StudySnapshot, seed: VariantSeed) -> str:
    """A seed, and what it came to."""
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

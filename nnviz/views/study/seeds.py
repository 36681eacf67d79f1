"""The seeds of a study as dots at their measured value, with medians, quartiles and a line to compare with."""

import math
from collections.abc import Sequence

import numpy as np
from msgspec import structs
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QPainterPath

from nnviz.data.dataset import FloatArray
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.kinds.study.factors import Axis
from nnviz.kinds.study.measures import Measure
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.numerals import tick
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.curves import loss_scale
from nnviz.plots.scales import Scale, percent_scale, range_scale
from nnviz.theme import Theme, mix
from nnviz.views.study.tiles import VariantSeed

_DECADE = 10.0
"""Ratio of the largest to the smallest value above which the scale is logarithmic."""
_MOST_DOTS = 4000
"""Seeds that are drawn one by one; of more only medians and quartiles."""
_GOLDEN = 0.618034
_REACH = 8.0
"""Distance in pixels within which the pointer finds a dot."""


class SeedPlot:
    """Dots, medians and quartiles in a plane. Diverged seeds are crosses at the edge with the worst values.

    Attributes
    ----------
    is_wide : bool
        The values differ by decades, so that they are on a logarithmic scale unasked.
    band, line, guide : PathItem
        In coordinates of the plane; dots, crosses and squares of medians are in pixels.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        self.plane = canvas.plane()
        self.plane.reading = self._read
        self.band, self.line, self.guide, self.dots, self.lost, self.medians = (PathItem() for _ in range(6))
        self.plane.add(self.band)
        self.plane.add(self.line, "median")
        self.plane.add(self.guide, "guide")
        self.plane.add_in_pixels(self.dots, self.lost, self.medians)
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
        self.guide.setPen(line_pen(theme.muted, 2.0, Qt.PenStyle.DashLine))
        self.medians.setPen(line_pen(theme.background, 1.0))
        self.medians.setBrush(QBrush(theme.text))

    def arrange(self, rect: QRectF, font: QFont, left: float, names: tuple[str, str]) -> None:
        """Fill a rectangle, with ``left`` as the least left margin."""
        self._size = 0.42 * QFontMetricsF(font).height()
        self.plane.name_axes(*names)
        self.plane.arrange(rect, font, left)

    def show(self, snapshot: StudySnapshot, *, logarithmic: bool = False) -> None:
        """Show what has become of every seed so far; numbers on a logarithmic scale if that is asked for."""
        self._snapshot, measure = snapshot, snapshot.of
        axis = snapshot.experiment.axes[0]
        values = [_shown(measure, v) for v in _drawn(snapshot)]
        found = _shown(measure, _summary(snapshot))
        self.is_wide = measure.scale == "positive" and _is_wide([*values, found.ravel()])
        self._up = upward(measure, [*values, found.ravel()], logarithmic=logarithmic or self.is_wide)
        is_power = snapshot.experiment.guide is not None
        self.plane.show(scale_of(axis, is_power=is_power), with_room(self._up))
        x = positions(axis, is_power=is_power)[0]
        self._place(x, values, self._up.low if measure.scale == "share" else self._up.high)
        finite = np.isfinite(np.concatenate([np.empty(0), *values]))
        self.dots.setPath(circles(self._places[finite], self._size / 2))
        self.lost.setPath(crosses(self._places[~finite], self._size))
        if axis.is_apart:
            self._draw_line(x, self._heights(found))
        else:
            self._draw_boxes(x, self._heights(found))
        self._draw_guide(snapshot, x, self._heights(found)[:, 1])

    @property
    def has_slope(self) -> bool:
        """Whether both axes are logarithmic, so that a power of the place is a straight line."""
        return self._up.logarithmic and self.plane.x.logarithmic

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
        flat = np.concatenate([np.empty(0), *values])
        up = np.where(np.isfinite(flat), self._heights(flat), np.nan)
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

    def _draw_guide(self, snapshot: StudySnapshot, x: FloatArray, medians: FloatArray) -> None:
        """Draw the slope to compare with through the middle of the medians, where it is a straight line."""
        slope, there = snapshot.experiment.guide, np.isfinite(medians)
        if slope is None or not self.has_slope or not there.any():
            self.guide.setPath(QPainterPath())
            return
        ends = np.array([x[there].min(), x[there].max()])
        self.guide.set_points(ends, medians[there].mean() + slope * (ends - x[there].mean()), "all")

    def _read(self, x: float, y: float) -> Sequence[str]:
        """The variant, and the seed at the pointer with its value, or else median and quartiles."""
        if self._snapshot is None:
            return ()
        study, measure, place = self._snapshot.experiment, self._snapshot.of, self.plane.pixels(np.array([x, y]))
        if seed := self.seed_at(QPointF(*place.tolist())):
            return study.cells[seed[0]].title, seed_text(self._snapshot, seed)
        places = positions(study.axes[0], is_power=study.guide is not None)[0]
        nearest = int(np.abs(places - x).argmin())
        low, middle, high = (measure.text(value) for value in _summary(self._snapshot)[nearest].tolist())
        words = (f"median {middle}", f"quartiles {low} to {high}") if low != high else (middle,)
        return study.cells[nearest].title, *(words if len(self._snapshot.values[nearest]) else ())


def _drawn(snapshot: StudySnapshot) -> Sequence[FloatArray]:
    """The values that are drawn one by one: none of successes, of which the share counts, and none of too many."""
    none = snapshot.experiment.is_counted or snapshot.total > _MOST_DOTS
    return [values[:0] if none else values for values in snapshot.values]


def _summary(snapshot: StudySnapshot) -> FloatArray:
    """Lower quartile, median and upper quartile of every variant; of successes thrice their share."""
    if not snapshot.experiment.is_counted:
        return np.array(snapshot.quartiles)
    done = np.array([len(values) or np.nan for values in snapshot.values])
    return np.repeat((np.array(snapshot.successes) / done)[:, np.newaxis], 3, axis=1)


def positions(axis: Axis, *, is_power: bool = False) -> tuple[FloatArray, bool]:
    """Positions of the variants on the axis, and whether these are logarithms to base ten.

    They are where numbers span a decade, or a power is to be seen as a straight line.
    """
    at = np.array(axis.at, dtype=np.float64)
    if not axis.is_apart:
        return np.arange(1.0, len(at) + 1.0), False
    logarithmic = bool(at.min() > 0.0 and (is_power or at.max() >= _DECADE * at.min()))
    return (np.log10(at) if logarithmic else at), logarithmic


def scale_of(axis: Axis, *, is_power: bool = False) -> Scale:
    """The horizontal scale, with a tick at each variant; variants without a number are named elsewhere."""
    places, logarithmic = positions(axis, is_power=is_power)
    gaps = np.diff(np.sort(places))
    margin = 0.5 * float(gaps.min()) if len(gaps) else 0.5
    words = [tick(at) if axis.is_apart else "" for at in axis.at]
    ticks = tuple(sorted(zip(places.tolist(), words, strict=True)))
    return Scale(float(places.min()) - margin, float(places.max()) + margin, ticks, logarithmic)


def _shown(measure: Measure, values: FloatArray) -> FloatArray:
    return 100.0 * values if measure.is_share else values


def upward(measure: Measure, columns: Sequence[FloatArray], *, logarithmic: bool) -> Scale:
    """The vertical scale: 0 to 100 % for shares; for losses from 0 on, or logarithmic; else what there is."""
    if measure.is_share:
        return percent_scale()
    values = np.concatenate([np.empty(0), *columns])
    values = values[np.isfinite(values)]
    if measure.scale == "any" and len(values):
        low, high = float(values.min(initial=0.0)), float(values.max(initial=0.0))
        return range_scale(low, high if high > low else low + 1.0)
    return loss_scale(values[values > 0.0], logarithmic=logarithmic)


def _is_wide(columns: Sequence[FloatArray]) -> bool:
    """Whether values differ by decades."""
    values = np.concatenate([np.empty(0), *columns])
    values = values[np.isfinite(values) & (values > 0.0)]
    return bool(values.max(initial=0.0) >= _DECADE * values.min(initial=np.inf))


def with_room(scale: Scale) -> Scale:
    """The scale with margins for dots at its ends."""
    room = 0.03 * (scale.high - scale.low)
    return structs.replace(scale, low=scale.low - room, high=scale.high + room)


def seed_text(moment: StudySnapshot, seed: VariantSeed) -> str:
    """A seed and its result."""
    variant, number = seed
    value = float(moment.values[variant][number])
    return f"seed {moment.experiment.one(*seed).its_seed}: {moment.of.text(value)}"


def _squares(places: FloatArray, size: float) -> QPainterPath:
    path = QPainterPath()
    for x, y in places.tolist():
        path.addRect(x - size / 2, y - size / 2, size, size)
    return path


def crosses(places: FloatArray, size: float) -> QPainterPath:
    """Crosses at places (points, 2), of a width."""
    path, arm = QPainterPath(), size / math.sqrt(2.0)
    for x, y in places.tolist():
        for slope in (1.0, -1.0):
            path.moveTo(x - arm, y - slope * arm)
            path.lineTo(x + arm, y + slope * arm)
    return path

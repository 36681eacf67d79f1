"""A measure of many seeds against what the variants differ in: a dot for each, the median in its quartiles."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import add_path
from nnviz.drawing.paths import line_pen
from nnviz.drawing.scales import Scale, linear_scale, log_scale, percent_scale
from nnviz.kinds.study.schema import Study, Variant
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.theme import Theme, mix
from nnviz.views.study.tiles import VariantSeed

_DECADE = 10.0
"""Values that span so many times their least are drawn on a logarithmic scale."""

_EXPLOSION = 50.0
_LOSSES = ("loss", "rmse")
_GOLDEN = 0.618034
_REACH = 8.0
"""Pixels from a dot at which it is still meant."""


class SeedPlot:
    """Dots, medians and quartiles in a frame. Crosses at its worse edge are seeds that have diverged."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.axes = Axes(scene, linear_scale(1.0), linear_scale(1.0))
        self.band, self.dots, self.lost = add_path(scene, 0.0), add_path(scene, 1.0), add_path(scene, 2.0)
        self.line, self.medians = add_path(scene, 3.0), add_path(scene, 4.0)
        self._places = np.empty((0, 2))
        self._seeds: list[VariantSeed] = []

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self.axes.set_theme(theme)
        self.band.setPen(line_pen(theme.background, 0.0))
        self.band.setBrush(QBrush(mix(theme.background, theme.accent, 0.2)))
        self.dots.setPen(line_pen(mix(theme.background, theme.accent, 0.75), 1.2))
        self.dots.setBrush(QBrush(mix(theme.background, theme.accent, 0.4)))
        self.lost.setPen(line_pen(theme.warning, 2.0))
        self.line.setPen(line_pen(theme.text, 2.5))
        self.medians.setPen(line_pen(theme.background, 1.0))
        self.medians.setBrush(QBrush(theme.text))

    def arrange(self, rect: QRectF, font: QFont, left: float) -> None:
        """Fill a rectangle, with at least so much left free for the labels at the left."""
        self._size = 0.42 * QFontMetricsF(font).height()
        self.axes.arrange(rect, font, left)

    def show(self, snapshot: StudySnapshot) -> None:
        """Show what has become of every seed so far."""
        study = snapshot.experiment
        values = [_shown(study, v) for v in snapshot.values]
        self.axes.set_scales(across(study.variants), _up(study, values))
        x = self.axes.across(positions(study.variants)[0])
        frame = self.axes.frame
        self._place(x, values, frame.top() if study.measure in _LOSSES else frame.bottom())
        finite = np.isfinite(np.concatenate([np.empty(0), *values]))
        self.dots.setPath(_circles(self._places[finite], self._size))
        self.lost.setPath(_crosses(self._places[~finite], self._size))
        found = self.axes.up(_shown(study, np.array(snapshot.quartiles)))
        if are_apart(study.variants):
            self._draw_line(x, found)
        else:
            self._draw_boxes(x, found)

    def seed_at(self, point: QPointF) -> VariantSeed | None:
        """The seed whose dot is under a point, or next to it."""
        if not self._seeds:
            return None
        away = np.hypot(*(self._places - (point.x(), point.y())).T)
        nearest = int(np.argmin(away))
        return self._seeds[nearest] if away[nearest] <= _REACH else None

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        self.axes.set_visible(visible)
        for item in (self.band, self.dots, self.lost, self.line, self.medians):
            item.setVisible(visible)

    def _place(self, x: FloatArray, values: Sequence[FloatArray], lost: float) -> None:
        """Spread a variant's dots over some width, always in the same manner, so that fewer lie on each other."""
        self._seeds = [(k, seed) for k, column in enumerate(values) for seed in range(len(column))]
        seeds = np.array([seed for _, seed in self._seeds], dtype=np.float64)
        spread = self._width(x) * ((_GOLDEN * (seeds + 1.0)) % 1.0 - 0.5)
        up = self.axes.up(np.concatenate([np.empty(0), *values]))
        across = np.repeat(x, list(map(len, values))) + spread
        self._places = np.column_stack([across, np.where(np.isfinite(up), up, lost)])

    def _width(self, x: FloatArray) -> float:
        """How wide the dots of a variant are spread."""
        return min(0.5 * float(np.diff(np.sort(x)).min(initial=np.inf)), 5.0 * self._size)

    def _draw_line(self, x: FloatArray, found: FloatArray) -> None:
        """Join the medians, and the quartiles to a band; found has lower quartile, median and upper quartile."""
        order = [k for k in np.argsort(x, kind="stable") if np.isfinite(found[k, 1])]
        x, (low, middle, high) = x[order], found[order].T
        self.line.set_points(x, middle, "all")
        self.band.set_points(np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]]), "all")
        self.medians.setPath(_squares(np.column_stack([x, middle]), 1.3 * self._size))

    def _draw_boxes(self, x: FloatArray, found: FloatArray) -> None:
        """A box from quartile to quartile for each variant: between them there is nothing to join."""
        half, boxes = 0.7 * self._width(x), QPainterPath()
        there = np.isfinite(found[:, 1])
        for middle, (low, _, high) in zip(x[there], found[there], strict=True):
            boxes.addRect(QRectF(middle - half, high, 2.0 * half, low - high))
        self.band.setPath(boxes)
        ends = np.column_stack([x[there] - half, x[there] + half]).ravel()
        self.line.set_points(ends, np.repeat(found[there, 1], 2), "pairs")
        self.medians.setPath(QPainterPath())


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


def _up(study: Study, columns: Sequence[FloatArray]) -> Scale:
    """The scale upwards: shares from 0 to 100 %, losses from 0 on or, where they span a decade, logarithmic."""
    if study.measure not in _LOSSES:
        return percent_scale()
    values = np.concatenate([np.empty(0), *columns])
    values = values[np.isfinite(values) & (values > 0.0)]
    if not len(values):
        return linear_scale(1.0)
    largest = min(float(values.max()), _EXPLOSION * float(np.median(values)))
    if largest >= _DECADE * values.min():
        return log_scale(float(values.min()), largest)
    return linear_scale(largest)


def _circles(places: FloatArray, size: float) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(path.fillRule().WindingFill)
    for x, y in places.tolist():
        path.addEllipse(QPointF(x, y), size / 2, size / 2)
    return path


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

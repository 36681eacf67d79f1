"""A study's medians as lines, one for each value of what varies last, with bands from quartile to quartile."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QPainterPath, QPen

from nnviz.data.dataset import FloatArray
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.kinds.study.lines import StudyLine, axis_of, line_measure, line_names, lines_of, needed_text, variant_at
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.kinds.study.spread import Quartiles
from nnviz.numerals import signed
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.curves import Curves, Line, curve_pen
from nnviz.plots.scales import Scale, log_scale
from nnviz.theme import Theme, mix
from nnviz.views.study.seeds import crosses, positions, scale_of, upward, with_room
from nnviz.views.study.tiles import VariantSeed

_REACH = 10.0
"""Distance in pixels within which the pointer finds a median."""
_SIZE = 3.5
_FAINT = 0.22


class StudyLines:
    """Lines with their names at the end; what was not reached is a cross at the upper edge.

    Attributes
    ----------
    curves : Curves
    bands : list of PathItem
        In coordinates of the plane; medians and crosses are in pixels.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        self.curves = Curves(canvas, "")
        self.plane = self.curves.plane
        self.plane.reading = self._read
        self.bands: list[PathItem] = []
        self.medians: list[PathItem] = []
        self.guide, self.lost = PathItem(), PathItem()
        self.plane.add(self.guide, "guide")
        self.plane.add_in_pixels(self.lost)
        self.guide.setZValue(0.5)
        self._snapshot: StudySnapshot | None = None
        self._lines: Sequence[StudyLine] = ()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.plane.set_theme(theme)
        self.guide.setPen(line_pen(theme.muted, 2.0, Qt.PenStyle.DashLine))
        self.lost.setPen(line_pen(theme.warning, 2.0))

    def set_visible(self, visible: bool) -> None:
        self.curves.set_visible(visible)

    def arrange(self, rect: QRectF, font: QFont, left: float, study: Study) -> None:
        """Fill a rectangle with the study's lines."""
        names = line_names(study)
        pens = [curve_pen(self._theme, k) for k in range(len(names))]
        self._provide(pens)
        self.curves.name_axes(axis_of(study).title, line_measure(study))
        self.curves.set_style(self._theme, font, [Line(*pair) for pair in zip(names, pens, strict=True)])
        self.curves.arrange(rect, font, left)

    def show(self, snapshot: StudySnapshot, *, logarithmic: bool) -> None:
        """Show what is known so far; the measure on a logarithmic scale if that is asked for."""
        self._snapshot, self._lines = snapshot, lines_of(snapshot)
        study, axis = snapshot.experiment, axis_of(snapshot.experiment)
        factor = 100.0 if snapshot.of.is_share and study.level is None else 1.0
        summaries = [factor * np.array(line.summary) for line in self._lines]
        up = self._upward(snapshot, summaries, logarithmic=logarithmic)
        is_power = study.guide is not None
        places = positions(axis, is_power=is_power)[0]
        at = np.array(axis.at)
        self._summaries = [self._heights(summary, up) for summary in summaries]
        self.curves.show(
            [(at, summary[:, 1]) for summary in summaries], scale_of(axis, is_power=is_power), with_room(up)
        )
        self._draw_bands(places)
        self._draw_points(places, summaries, up)
        self._draw_guide(study, places)

    @property
    def has_slopes(self) -> bool:
        """Whether both axes are logarithmic, so that a power is a straight line."""
        return self.plane.x.logarithmic and self.plane.y.logarithmic

    def slope_words(self, *, with_quartiles: bool) -> str:
        """The slopes of all lines, each with its spread over the seeds."""
        if self._snapshot is None or not self.has_slopes:
            return ""
        axis, guide = axis_of(self._snapshot.experiment), self._snapshot.experiment.guide
        found = [(line.name, line.slope(axis)) for line in self._lines]
        said = [
            f"{name} {_slope(slope, with_quartiles=with_quartiles)}".strip()
            for name, slope in found
            if not np.isnan(slope[1])
        ]
        beside = [f"dashed {signed(f'{abs(guide):g}', guide)}"] if guide is not None else []
        return "slopes: " + "; ".join([*said, *beside]) if said else ""

    def seed_at(self, point: QPointF) -> VariantSeed | None:
        """The network in the middle of the median at a point, or near it."""
        if self._snapshot is None or not self._points or not self.plane.frame.contains(point):
            return None
        away = [np.hypot(x - point.x(), y - point.y()) for x, y, _, _ in self._points]
        nearest = int(np.argmin(away))
        return variant_at(self._snapshot, *self._points[nearest][2:]) if away[nearest] <= _REACH else None

    def _provide(self, pens: Sequence[QPen]) -> None:
        while len(self.bands) < len(pens):
            band, median = PathItem(), PathItem()
            band.setZValue(-1.0 - len(self.bands))
            median.setZValue(4.0)
            self.plane.add(band)
            self.plane.add_in_pixels(median)
            self.bands.append(band)
            self.medians.append(median)
        for k, (band, median) in enumerate(zip(self.bands, self.medians, strict=True)):
            band.setVisible(k < len(pens))
            median.setVisible(k < len(pens))
        for band, median, pen in zip(self.bands, self.medians, pens, strict=False):
            band.setPen(line_pen(self._theme.background, 0.0))
            band.setBrush(QBrush(mix(self._theme.background, pen.color().name(), _FAINT)))
            median.setPen(line_pen(self._theme.background, 1.0))
            median.setBrush(QBrush(pen.color()))

    def _upward(self, snapshot: StudySnapshot, summaries: Sequence[FloatArray], *, logarithmic: bool) -> Scale:
        if snapshot.experiment.level is None:
            return upward(snapshot.of, [summary.ravel() for summary in summaries], logarithmic=logarithmic)
        first = snapshot.experiment.axes[0].at
        if min(first) <= 0.0:
            return upward(snapshot.of, [np.array(first)], logarithmic=False)
        return log_scale(min(first), max(first)).within(*np.log10([0.8 * min(first), 1.6 * max(first)]).tolist())

    def _heights(self, summary: FloatArray, up: Scale) -> FloatArray:
        """Quartiles and medians in coordinates of the plane; what was never reached is at the upper edge."""
        with np.errstate(all="ignore"):
            heights = np.log10(np.where(summary > 0.0, summary, np.nan)) if up.logarithmic else summary
        return np.clip(heights, up.low, up.high)

    def _draw_bands(self, places: FloatArray) -> None:
        for band, summary in zip(self.bands, self._summaries, strict=False):
            there = np.isfinite(summary).all(axis=1)
            x, (low, _, high) = places[there], summary[there].T
            band.set_points(np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]]), "all")

    def _draw_points(self, places: FloatArray, summaries: Sequence[FloatArray], up: Scale) -> None:
        self._points: list[tuple[float, float, int, int]] = []
        lost = []
        for k, (median, found, summary) in enumerate(zip(self.medians, summaries, self._summaries, strict=False)):
            there = np.isfinite(found[:, 1])
            spots = self.plane.pixels(np.column_stack([places, np.where(there, summary[:, 1], up.high)]))
            median.setPath(circles(spots[there], _SIZE))
            known = there | np.isinf(found[:, 1])
            self._points += [(*spots[j].tolist(), k, int(j)) for j in np.flatnonzero(known)]
            lost += spots[np.isinf(found[:, 1])].tolist()
        self.lost.setPath(crosses(np.array(lost).reshape(-1, 2), 2.0 * _SIZE))

    def _draw_guide(self, study: Study, places: FloatArray) -> None:
        """Draw the slope to compare with through the middle of the first line's medians."""
        medians = self._summaries[0][:, 1]
        there = np.isfinite(medians)
        if study.guide is None or not self.has_slopes or there.sum() < 2:
            self.guide.setPath(QPainterPath())
            return
        x = places[there]
        ends = np.array([x.min(), x.max()])
        self.guide.set_points(ends, medians[there].mean() + study.guide * (ends - x.mean()), "all")

    def _read(self, x: float, _y: float) -> Sequence[str]:
        """Every line's median and quartiles at the nearest place."""
        if self._snapshot is None:
            return ()
        axis, study = axis_of(self._snapshot.experiment), self._snapshot.experiment
        nearest = int(np.abs(positions(axis, is_power=study.guide is not None)[0] - x).argmin())
        said = [f"{axis.title} {axis.names[nearest]}"]
        for line in self._lines:
            if len(line.columns[nearest]):
                low, middle, high = (self._words(study, value) for value in line.summary[nearest])
                said.append(f"{line.name} {middle} [{low}, {high}]".strip())
        return said if len(said) > 1 else ()

    def _words(self, study: Study, value: float) -> str:
        if study.level is not None:
            return needed_text(study, value)
        return self._snapshot.of.text(value) if self._snapshot else ""


def _slope(slope: Quartiles, *, with_quartiles: bool) -> str:
    low, middle, high = (signed(f"{abs(x):.2f}", x) for x in slope)
    return f"{middle} [{low}, {high}]" if with_quartiles else middle

"""Interpolation between the plane and a hidden space: grid, samples and boundary."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsRectItem

from nnviz.analysis.hidden_space import HiddenPicture
from nnviz.data.dataset import FloatArray
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.points import SampleMark
from nnviz.experiment.problem import Problem
from nnviz.numerals import nice_above, tick
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.markers import SampleMarkers
from nnviz.plots.sample_words import axis_words
from nnviz.plots.scales import Scale, range_scale
from nnviz.theme import Theme, mix

Ends = tuple[float, float]
_MARGIN = 0.06
"""Margin beyond the farthest points, as a fraction of the axis."""
_WIDEST = 2.0
"""Greatest ratio of the frame's width to its height."""
_NEAR = 12.0
"""Distance in pixels within which the pointer finds a sample."""
_FAR = 1e3
"""Distance, in lengths of the axes, at which points are clipped for Qt."""


def hidden_ends(picture: HiddenPicture, problem: Problem) -> tuple[Ends, Ends]:
    """Ranges of a layer's coordinates: round numbers, which seldom change during training.

    A unit's range is that of its activation function or, if that is unbounded, of the points. Both principal
    components have the same scale.
    """
    points = np.concatenate([picture.samples.hidden, picture.grid.hidden.reshape(-1, 2)])
    if picture.units is None:
        reach = nice_above(float(np.abs(points).max()))
        return _wider(-reach, reach), _wider(-reach, reach)
    low, high = problem.network.activations[picture.layer - 1].span
    across, up = (_ends(low, high, values.min(), values.max()) for values in points.T)
    return across, up


def scale_of(ends: Ends, *, marked: bool = True) -> Scale:
    """An axis with ticks at its ends and zero; if not ``marked``, without numbers but of the same size."""
    low, high = ends
    if not marked:
        return Scale(low, high, ((low, ""), (high, "")))
    inner = (high - low) * _MARGIN / (1.0 + 2.0 * _MARGIN)
    marks = sorted({_rounded(low + inner), 0.0, _rounded(high - inner)})
    words = ((value, tick(value, 3)) for value in marks if low <= value <= high)
    return Scale(low, high, tuple(words))


def plane_scale(ends: Ends) -> Scale:
    """An axis of the plane with ticks at its outermost round numbers and zero, as the grid has its own lines."""
    scale = range_scale(*ends)
    kept = [mark for mark in scale.ticks if mark[0] == 0.0 or mark in {scale.ticks[0], scale.ticks[-1]}]
    return Scale(scale.low, scale.high, tuple(kept))


def names_of(picture: HiddenPicture, problem: Problem, *, plane: bool) -> tuple[str, str]:
    """Names of the axes: the plane's, two units, or components with their fractions of the variance."""
    if plane:
        right, up = axis_words(problem)
        return right, "" if problem.flat else up
    if picture.units is None:
        first, second = (f"component {k}: {100 * share:.0f} %" for k, share in enumerate(picture.shares, 1))
        return first, second
    across, up = (f"neuron {unit + 1}" for unit in picture.units)
    return across, up


def _ends(low: float, high: float, least: float, most: float) -> Ends:
    low = low if np.isfinite(low) else -nice_above(-least) if least < 0.0 else 0.0
    return _wider(low, high if np.isfinite(high) else nice_above(most) if most > low else low + 1.0)


def _wider(low: float, high: float) -> Ends:
    margin = _MARGIN * (high - low)
    return low - margin, high + margin


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


class HiddenPlot:
    """A plot that interpolates between the plane of the inputs (t = 0) and the hidden space (t = 1).

    Both are stretched to fill the frame. In between, every point moves on a straight line, and the axes have no
    numbers.

    Attributes
    ----------
    grid, boundary, straight : PathItem
        ``straight`` is the boundary as exact lines, where it is known, at t = 1.
    markers : SampleMarkers
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        self.plane = canvas.plane()
        self.plane.reading = self._read
        self.grid, self.boundary, self.straight = PathItem(), PathItem(), PathItem()
        for item, name in ((self.grid, "grid"), (self.boundary, "boundary"), (self.straight, "boundary")):
            self.plane.add(item, name)
        self.markers = SampleMarkers(self.plane)
        self._ring, self.mark = QGraphicsRectItem(), SampleMark()
        self._sample: int | None = None
        self._ring.setZValue(1.0)
        self.mark.setZValue(1.0)
        self.plane.add_in_pixels(self._ring, self.mark)
        self._places = np.empty((0, 2))
        self._names: Sequence[str] = ()
        self._marker = 8.0

    @property
    def frame(self) -> QRectF:
        """The frame, in pixels."""
        return self.plane.frame

    def arrange(self, rect: QRectF, font: QFont, theme: Theme) -> None:
        """Fill a rectangle, or the middle of a very wide one."""
        metrics = QFontMetricsF(font)
        spare = max(0.0, rect.width() - _WIDEST * rect.height())
        self.plane.set_theme(theme)
        left = metrics.horizontalAdvance("−0.000") + metrics.height() + 6.0
        self.plane.arrange(rect.adjusted(spare / 2, 0.0, -spare / 2, 0.0), font, left, metrics.height())
        self._marker = self.markers.arrange(theme)
        self.grid.setPen(line_pen(mix(theme.background, theme.muted, 0.6), 1.0))
        for item in (self.boundary, self.straight):
            item.setPen(line_pen(theme.text, 2.5))
        self._ring.setPen(line_pen(theme.accent, 2.5))
        self.mark.set_style(theme)

    def show(self, picture: HiddenPicture, problem: Problem, share: float) -> None:
        """Show the picture at t = ``share``."""
        if not self.plane.is_visible:
            self.plane.set_visible(True)
        self.markers.take(problem, problem.train, len(picture.samples.plane))
        x_min, x_max, y_min, y_max = problem.extent
        ends = ((x_min, x_max), (y_min, y_max)), hidden_ends(picture, problem)
        self._mark(ends, share)
        names = names_of(picture, problem, plane=share == 0.0)
        self.plane.name_axes(*names)
        self._names = names if share in {0.0, 1.0} else ()
        ways = [(self._way(ends[0]), 1.0 - share), (self._way(ends[1]), share)]
        exact = share == 1.0 and len(picture.straight) > 0
        self._draw(self.grid, _broken(_between(picture.grid.plane, picture.grid.hidden, ways)))
        boundary = _between(picture.boundary.plane, picture.boundary.hidden, ways)
        self._draw(self.boundary, boundary[:0] if exact else boundary)
        self._draw(self.straight, _broken(_along(picture.straight[: None if exact else 0], ways[1][0])))
        self._places = self.plane.pixels(_between(picture.samples.plane, picture.samples.hidden, ways))
        self._ring.setVisible(False)
        self.markers.place(self._places)
        self.mark_sample(self._sample)

    def mark_sample(self, sample: int | None) -> None:
        """Mark a training sample, or none."""
        self._sample = sample
        self.mark.show_at(self._places, sample, self._marker)

    def clear(self) -> None:
        """Show nothing."""
        self.plane.set_visible(False)
        for item in (self.grid, self.boundary, self.straight):
            self._draw(item, np.empty((0, 2)))
        self.markers.clear()
        self._places, self._names = np.empty((0, 2)), ()
        self.plane.name_axes("")
        self._ring.setVisible(False)
        self.mark_sample(self._sample)

    def sample_at(self, point: QPointF) -> int | None:
        """The sample nearest to a point, if it is close enough."""
        if not len(self._places) or not self.frame.contains(point):
            return None
        distances = np.hypot(*(self._places - [point.x(), point.y()]).T)
        nearest = int(distances.argmin())
        return nearest if distances[nearest] <= _NEAR else None

    def place_of(self, sample: int) -> tuple[float, float]:
        """Position of a sample, in pixels."""
        x, y = self._places[sample].tolist()
        return x, y

    def ring(self, sample: int | None) -> None:
        """Put a frame around a sample, or around none."""
        self._ring.setVisible(sample is not None)
        if sample is not None:
            x, y = self.place_of(sample)
            self._ring.setRect(QRectF(x, y, 0.0, 0.0).adjusted(*(side * self._marker for side in (-1, -1, 1, 1))))

    def _mark(self, ends: tuple[tuple[Ends, Ends], tuple[Ends, Ends]], share: float) -> None:
        """Show numbers at the axes for t = 0 and t = 1, and none in between."""
        if share == 0.0:
            across, up = (plane_scale(pair) for pair in ends[0])
        else:
            (left, right), (low, high) = ((1.0 - share) * np.array(ends[0]) + share * np.array(ends[1])).tolist()
            across, up = (scale_of(pair, marked=share == 1.0) for pair in ((left, right), (low, high)))
        self.plane.show(across, up)

    def _way(self, ends: tuple[Ends, Ends]) -> "_AxisMap":
        """Scale and shift from coordinates with these ranges to those of the plot."""
        x, y = self.plane.x, self.plane.y
        whole, (low, high) = np.array([[x.low, y.low], [x.high, y.high]]), np.array(ends).T
        scale = (whole[1] - whole[0]) / (high - low)
        return scale, whole[0] - scale * low

    def _draw(self, item: PathItem, points: FloatArray) -> None:
        x, y = self.plane.x, self.plane.y
        far = _FAR * np.array([x.high - x.low, y.high - y.low])
        middle = np.array([x.low + x.high, y.low + y.high]) / 2
        item.set_points(*np.clip(points, middle - far, middle + far).T)

    def _read(self, x: float, y: float) -> Sequence[str]:
        """Both coordinates, for t = 0 and t = 1."""
        return [f"{name} {tick(at, 3)}" for name, at in zip(self._names, (x, y), strict=False) if name]


_AxisMap = tuple[FloatArray, FloatArray]


def _between(plane: FloatArray, hidden: FloatArray, ways: list[tuple[_AxisMap, float]]) -> FloatArray:
    (first, rest), (second, share) = ways
    if share == 0.0:  # points that are not finite in the hidden space cannot be interpolated
        return _along(plane, first)
    return rest * _along(plane, first) + share * _along(hidden, second)


def _along(points: FloatArray, way: _AxisMap) -> FloatArray:
    return np.asarray(points * way[0] + way[1])


def _broken(lines: FloatArray) -> FloatArray:
    """Lines, shape (lines, points, 2), as one array with a row of NaN after each."""
    if not len(lines):
        return np.empty((0, 2))
    return np.concatenate([lines, np.full((len(lines), 1, 2), np.nan)], axis=1).reshape(-1, 2)

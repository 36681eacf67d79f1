"""A curve in a bounded number of points, and the course of a run's losses, brought up to date moment by moment."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Self, TypeVar

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.runs.metrics import Score
from nnviz.runs.moment import Moment
from nnviz.runs.snapshot import Snapshot

M = TypeVar("M", bound=Moment)
TRAIN_LOSS, TEST_LOSS, TRAIN_ACCURACY, TEST_ACCURACY = range(4)
"""Figures of a curve's points; NaN where there is none."""
CAPACITY = 600
"""Points of a curve: two for each pixel of a small plot, and few enough to be painted with every frame."""


class ThinnedCurve:
    """Points (x, figures) in order of x, never more than ``capacity``.

    When it is full every second point goes, and from then on points come no closer than those that are left. The
    last point given is always there.

    Parameters
    ----------
    figures : int
        Figures of a point.
    capacity : int
        Points kept at most.
    """

    def __init__(self, figures: int, capacity: int) -> None:
        self._rows = np.empty((capacity, 1 + figures))
        self._count = 0
        self._gap = 0.0

    def __len__(self) -> int:
        return self._count

    @classmethod
    def of(cls, rows: FloatArray, gap: float, capacity: int) -> Self:
        """The curve of rows (points, 1 + figures), at most ``capacity``, that come no closer than ``gap``."""
        curve = cls(rows.shape[1] - 1, capacity)
        curve._rows[: len(rows)] = rows
        curve._count, curve._gap = len(rows), gap
        return curve

    @property
    def rows(self) -> FloatArray:
        """All points, shape (points, 1 + figures)."""
        return self._rows[: self._count]

    @property
    def gap(self) -> float:
        """How close new points may come to those that are there."""
        return self._gap

    @property
    def x(self) -> FloatArray:
        """Where the points are."""
        return self._rows[: self._count, 0]

    def figure(self, index: int) -> FloatArray:
        """One figure of every point."""
        return self._rows[: self._count, 1 + index]

    def add(self, x: float, figures: Sequence[float]) -> None:
        """Add a point at the end; it takes the last one's place if that is too close to the one before it."""
        if self._count > 1 and x - self._rows[self._count - 2, 0] < self._gap:
            self._count -= 1
        if self._count == len(self._rows):
            self._thin()
        self._rows[self._count] = (x, *figures)
        self._count += 1

    def drop_last(self) -> None:
        """Take the last point back."""
        self._count = max(0, self._count - 1)

    def clear(self) -> None:
        """Forget every point."""
        self._count, self._gap = 0, 0.0

    def _thin(self) -> None:
        kept = self._rows[: self._count : 2].copy()
        self._count = len(kept)
        self._rows[: self._count] = kept
        self._gap = float(np.ptp(kept[:, 0])) / self._count


def smooth(values: FloatArray, weight: float) -> FloatArray:
    """Exponential moving average: each value counts ``weight`` times as much as the next.

    The first values are averaged over what there is, so the curve starts where the values start.
    """
    if not 0.0 < weight < 1.0 or not len(values):
        return values
    length = min(len(values), int(np.ceil(np.log(1e-3) / np.log(weight))))
    kernel: FloatArray = np.power(weight, np.arange(length), dtype=np.float64)
    return np.convolve(values, kernel)[: len(values)] / _sums(kernel, len(values))


def _sums(kernel: FloatArray, count: int) -> FloatArray:
    sums = np.full(count, kernel.sum())
    sums[: len(kernel)] = np.cumsum(kernel)
    return sums


class Course:
    """The losses and accuracies of a line of moments; of anything but a network's, none.

    Attributes
    ----------
    curve : ThinnedCurve
        Points at the epochs done.
    """

    def __init__(self) -> None:
        self.curve = ThinnedCurve(4, CAPACITY)
        self._last: Snapshot | None = None
        self._measured = -1

    @classmethod
    def resumed(cls, rows: FloatArray, gap: float, last: Snapshot | None) -> Self:
        """A course that has come to a moment, from the rows of its curve and their gap."""
        course = cls()
        course.curve = ThinnedCurve.of(rows, gap, CAPACITY)
        course._last, course._measured = last, last.metrics.step if last else -1
        return course

    def copy(self) -> Self:
        """A copy that can be continued on its own."""
        return self.resumed(self.curve.rows, self.curve.gap, self._last)

    def follow(self, moments: Sequence[Any]) -> None:
        """Take what is new among the moments of the line."""
        if not moments or moments[-1] is self._last or not isinstance(moments[-1], Snapshot):
            return
        if self._last and moments[-1].step == self._last.step:
            self._replace(moments[-1])
        else:
            news, afresh = moments_since(self._last, moments, CAPACITY)
            if afresh:
                self.curve.clear()
                self._measured = -1
            self._take_all(news)
        self._last = moments[-1]

    def _replace(self, moment: Snapshot) -> None:
        if moment.metrics.step == self._measured:
            self.curve.drop_last()
        self._measured = -1
        self._take_all([moment])

    def _take_all(self, moments: Sequence[Snapshot]) -> None:
        for moment in moments:
            if moment.metrics.step != self._measured:
                self._measured = moment.metrics.step
                self.curve.add(epochs(moment), _figures(moment))


def epochs(moment: Snapshot) -> float:
    """Passes over the training samples, whole and in part, when a moment's metrics were measured."""
    count = len(moment.problem.train)
    batches = -(-count // min(moment.experiment.training.batch_size, count))
    since = moment.step - moment.metrics.step
    return max(0.0, moment.epoch + (moment.position.batch - since) / batches)


def _figures(moment: Snapshot) -> tuple[float, float, float, float]:
    train, test = moment.metrics.train, moment.metrics.test or Score(float("nan"))
    return train.loss, test.loss, _percent(train.accuracy), _percent(test.accuracy)


def _percent(share: float | None) -> float:
    return float("nan") if share is None else 100.0 * share


def moments_since(last: M | None, moments: Sequence[M], most: int) -> tuple[Sequence[M], bool]:
    """The moments of a branch after the last one taken, and whether to begin afresh.

    One begins afresh if that one is no longer kept or ``most`` have come since: all moments are then thinned.
    """
    start = bisect_right(moments, last.step, key=lambda moment: moment.step) if last else 0
    if start and moments[start - 1] is last and len(moments) - start < most:
        return moments[start:], False
    return [*moments[: -1 : len(moments) // most + 1], moments[-1]], True

"""The curves of a timeline in a bounded number of points, brought up to date moment by moment."""

from collections.abc import Sequence

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.runs.metrics import Score
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Branch, Timeline, moments_since

TRAIN_LOSS, TEST_LOSS, TRAIN_ACCURACY, TEST_ACCURACY = range(4)
"""Figures of a curve's points; NaN where there is none."""
_CAPACITY = 600
"""Points of a curve: two for each pixel of a small plot, and few enough to be painted with every frame."""
_MOST_LINES = 12
"""Lines that are followed at most: more cannot be told apart."""


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


class History:
    """The curves of the current branch and of the last few others.

    An update costs what is new, however long the run is.
    """

    def __init__(self) -> None:
        self._courses: dict[Branch, _Course] = {}
        self.version = 0

    @property
    def present(self) -> ThinnedCurve:
        """The curve of the present line, from the beginning of the run over all branches it came by."""
        return next((course.curve for course in reversed(self._courses.values())), ThinnedCurve(4, 1))

    @property
    def others(self) -> tuple[ThinnedCurve, ...]:
        """The curves of other lines; they change when ``version`` does."""
        return tuple(course.curve for course in self._courses.values())[:-1]

    def follow(self, timeline: Timeline) -> None:
        """Take what is new."""
        lines = timeline.lines[-_MOST_LINES:]
        if lines != tuple(self._courses):
            self._courses = {line: self._courses.get(line) or _Course(line) for line in lines}
            self.version += 1
        for course in self._courses.values():
            course.follow()


class _Course:
    """The curve of one line, and how far it has been taken; of a line of anything but a network, none."""

    def __init__(self, line: Branch) -> None:
        self.curve = ThinnedCurve(4, _CAPACITY)
        self._line = line
        self._last: Snapshot | None = None
        self._measured = -1

    def follow(self) -> None:
        moments = self._line.moments
        if not moments or moments[-1] is self._last or not isinstance(moments[-1], Snapshot):
            return
        if self._last and moments[-1].step == self._last.step:
            self._replace(moments[-1])
        else:
            news, afresh = moments_since(self._last, moments, _CAPACITY)
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

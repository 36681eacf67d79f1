"""Figures over the course of a run, in a bounded number of points."""

from collections.abc import Sequence

import numpy as np

from nnviz.data.dataset import FloatArray


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

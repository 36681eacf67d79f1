"""The loss of every lane of a race, brought up to date moment by moment."""

from bisect import bisect_right
from collections.abc import Sequence

from nnviz.kinds.race.snapshot import RaceSnapshot
from nnviz.runs.curve import ThinnedCurve
from nnviz.runs.snapshot import Snapshot

_CAPACITY = 600
"""Points of a curve: two for each pixel of a small plot, and few enough to be painted with every frame."""


class RaceHistory:
    """A curve for each lane: its training loss against the race's steps.

    The second figure of a curve is the other count: of a race by epochs the lane's updates, of a race by steps its
    epochs. Following costs what is new, however long the race is.
    """

    def __init__(self) -> None:
        self.curves: tuple[ThinnedCurve, ...] = ()
        self._last: RaceSnapshot | None = None
        self._measured = -1

    def follow(self, moments: Sequence[RaceSnapshot]) -> None:
        """Take what is new in a line's moments."""
        if not moments or moments[-1] is self._last:
            return
        for moment in self._news(moments):
            if moment.measured != self._measured:
                self._measured = moment.measured
                self._take(moment)
        self._last = moments[-1]

    def _news(self, moments: Sequence[RaceSnapshot]) -> Sequence[RaceSnapshot]:
        """What came after the last moment; some of everything if that one is not there any more."""
        last = self._last
        start = bisect_right(moments, last.step, key=lambda moment: moment.step) if last else 0
        if start and moments[start - 1] is last and len(moments) - start < _CAPACITY:
            return moments[start:]
        self.curves = tuple(ThinnedCurve(2, _CAPACITY) for _ in moments[-1].lanes)
        self._measured = -1
        return [*moments[: -1 : len(moments) // _CAPACITY + 1], moments[-1]]

    def _take(self, moment: RaceSnapshot) -> None:
        for curve, lane in zip(self.curves, moment.lanes, strict=True):
            if lane.finite:
                curve.add(moment.measured, (lane.loss, other_count(moment, lane)))


def other_count(moment: RaceSnapshot, lane: Snapshot) -> float:
    """A lane's updates if the race goes by epochs, its epochs if by steps; where metrics were last measured."""
    steps = lane.metrics.step
    return steps if moment.by_epochs else steps / lane.steps_an_epoch

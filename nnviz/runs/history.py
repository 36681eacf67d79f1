"""The curves of a timeline, brought up to date moment by moment."""

from bisect import bisect_right

from nnviz.runs.curve import ThinnedCurve
from nnviz.runs.metrics import Score
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Branch, Timeline

TRAIN_LOSS, TEST_LOSS, TRAIN_ACCURACY, TEST_ACCURACY = range(4)
"""Figures of a curve's points; NaN where there is none."""

_CAPACITY = 600
"""Points of a curve: two for each pixel of a small plot, and few enough to be painted with every frame."""
_MOST_LINES = 12
"""Lines that are followed at most: more cannot be told apart."""


class History:
    """The curves of the present line and of the last few others.

    Following costs what is new, however long the run is.
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
            self._take_all(self._news(self._last, moments))
        self._last = moments[-1]

    def _news(self, last: Snapshot | None, moments: list[Snapshot]) -> list[Snapshot]:
        """What came after the last moment; some of everything if that one is not there any more."""
        start = bisect_right(moments, last.step, key=lambda moment: moment.step) if last else 0
        if start and moments[start - 1] is last and len(moments) - start < _CAPACITY:
            return moments[start:]
        self.curve.clear()
        self._measured = -1
        return _spread(moments)

    def _replace(self, moment: Snapshot) -> None:
        if moment.metrics.step == self._measured:
            self.curve.drop_last()
        self._measured = -1
        self._take_all([moment])

    def _take_all(self, moments: list[Snapshot]) -> None:
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


def _spread(moments: list[Snapshot]) -> list[Snapshot]:
    stride = len(moments) // _CAPACITY + 1
    return [*moments[:-1:stride], moments[-1]]


def _figures(moment: Snapshot) -> tuple[float, float, float, float]:
    train, test = moment.metrics.train, moment.metrics.test or Score(float("nan"))
    return train.loss, test.loss, _percent(train.accuracy), _percent(test.accuracy)


def _percent(share: float | None) -> float:
    return float("nan") if share is None else 100.0 * share

"""A study being carried out, a group of seeds at a time."""

from itertools import pairwise

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.problem import Problem, prepare_each
from nnviz.experiment.validation import check
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.runs.moment import Moment
from nnviz.runs.rule import read_only
from nnviz.runs.scene import Lens
from nnviz.runs.sweep import SweepResult, sweep

_ROUNDS = 5
"""Rounds at least, so that one sees the figures come."""

_SECONDS = 0.25
"""What a group may take, unless a single seed takes as long."""

_CALLS, _NUMBER = 12e-6, 2.5e-9
"""Seconds that a step takes for each layer, and for each number it works on in each replica, as measured."""


class StudyRun:
    """Seeds of every variant being trained: a `Run`.

    A step trains a group of seeds of one variant for all its epochs; the variants take turns. Groups are of a
    size that follows from the study alone, so the same study has the same results, bit for bit.

    Raises
    ------
    InputError
        A variant cannot be carried out, or the measure makes no sense for its data.
    """

    def __init__(self, experiment: Study) -> None:
        check(experiment)
        self.experiment = experiment
        self._experiments = experiment.experiments
        self._problems = prepare_each(self._experiments)
        for problem in self._problems:
            _require_measure(experiment, problem)
        self.group = min(map(self._affordable, self._experiments, self._problems))
        self._values = tuple(read_only(np.empty(0)) for _ in self._experiments)
        self.step = 0

    @property
    def finite(self) -> bool:
        """True: that a seed diverges is a result."""
        return True

    @property
    def settled(self) -> bool:
        """Whether all seeds are done."""
        return all(len(values) == self.experiment.seeds for values in self._values)

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which every variant has its turn: one each."""
        return len(self._experiments)

    @property
    def steps_to_epoch_end(self) -> int:
        """Steps until the round under way is over."""
        return self.steps_an_epoch - self.step % self.steps_an_epoch

    def advance(self, steps: int) -> None:
        """Train so many groups, or fewer if all seeds are done."""
        for _ in range(steps):
            if self.settled:
                break
            self._train_group(self.step % self.steps_an_epoch)
            self.step += 1

    def measure(self) -> None:
        """Nothing: each group is measured when it is done."""

    def measure_on(self) -> bool:
        """True: there is nothing to measure."""
        return True

    def snapshot(self) -> StudySnapshot:
        """The moment as it is."""
        return StudySnapshot(self.experiment, self._values, self.step, self._effort)

    def picture(self, lens: Lens, *, in_passing: bool = False) -> StudySnapshot:
        """The same: figures are all there is to look at."""
        del lens, in_passing
        return self.snapshot()

    def restore(self, snapshot: StudySnapshot) -> None:
        """Go to a moment of this study."""
        self.experiment, self._values, self.step = snapshot.experiment, snapshot.values, snapshot.step

    def can_adopt(self, snapshot: Moment) -> bool:
        """Whether a moment's figures are this study's too."""
        return isinstance(snapshot, StudySnapshot) and self.experiment.continues(snapshot.experiment)

    def adopt(self, snapshot: StudySnapshot) -> None:
        """Go on from a moment of a like study."""
        self._values, self.step = snapshot.values, snapshot.step

    def tune(self, experiment: Study) -> None:
        """Go on under other names, or with another threshold of success."""
        check(experiment)
        self.experiment = experiment

    def set_parameter(self, layer: int, unit: int, source: int | None, value: float) -> None:
        """Nothing: a study keeps no weights."""

    @property
    def _effort(self) -> int:
        steps = (
            _steps(e, p) * self.experiment.epochs for e, p in zip(self._experiments, self._problems, strict=True)
        )
        return self.group * max(steps) * 100

    def _affordable(self, experiment: Experiment, problem: Problem) -> int:
        """Seeds that a group may have: as many as go in its time, or cost half as much again as the first."""
        steps = _steps(experiment, problem) * self.experiment.epochs
        overhead = _CALLS * (len(problem.network.layer_sizes) - 1)
        most = max(_SECONDS / steps - overhead, overhead / 2) / (_NUMBER * _numbers(experiment, problem))
        return max(1, min(int(most), self.experiment.seeds // _ROUNDS))

    def _train_group(self, variant: int) -> None:
        done = len(self._values[variant])
        count = min(self.group, self.experiment.seeds - done)
        experiment, problem = self._experiments[variant], self._problems[variant]
        first = experiment.training.seed + done
        result = sweep(experiment, range(first, first + count), self.experiment.epochs, problem)
        values = np.append(self._values[variant], _scores(result, self.experiment.measure, problem))
        self._values = (*self._values[:variant], read_only(values), *self._values[variant + 1 :])


def _scores(result: SweepResult, measure: str, problem: Problem) -> FloatArray:
    """The measure of every seed; the root of the mean square is over samples and outputs."""
    match measure:
        case "loss":
            return result.train_loss
        case "rmse":
            return np.sqrt(2.0 * result.train_loss / problem.network.layer_sizes[-1])
        case "test_accuracy":
            return result.test_accuracy
        case _:
            return result.train_accuracy


def _require_measure(study: Study, problem: Problem) -> None:
    allowed = ["success", "accuracy", "test_accuracy", "loss"] if problem.classes else ["loss", "rmse"]
    if problem.classes and not len(problem.test):
        allowed.remove("test_accuracy")
    if study.measure not in allowed:
        raise InputError(
            f"measure: {study.measure} makes no sense with these data; allowed with them: {', '.join(allowed)}"
        )


def _steps(experiment: Experiment, problem: Problem) -> int:
    return problem.steps_an_epoch(experiment.training.batch_size)


def _numbers(experiment: Experiment, problem: Problem) -> int:
    """Numbers that a step of one network works on, roughly: activations of a batch, and parameters."""
    sizes, batch = problem.network.layer_sizes, min(experiment.training.batch_size, len(problem.train))
    parameters = sum((inputs + 1) * units for inputs, units in pairwise(sizes))
    return 4 * (sum(sizes) + len(sizes)) * batch + 4 * parameters

"""A study being carried out, a group of seeds at a time, and its figures at one step."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from math import nan
from typing import Self

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.problem import Problem, prepare_each
from nnviz.experiment.validation import check
from nnviz.kinds.study.schema import Study
from nnviz.runs.moment import Moment
from nnviz.runs.rule import read_only
from nnviz.runs.scene import Lens
from nnviz.runs.sweep import SweepResult, sweep

_OVERHEAD = 800
_ROUNDS = 5
"""Rounds at least, so that one sees the figures come."""
_SECONDS = 0.25
"""What a group may take, unless a single seed takes as long."""
_CALLS, _NUMBER = 12e-6, 2.5e-9
"""Seconds that a step takes for each layer, and for each number it works on in each replica, as measured."""


@dataclass(frozen=True, eq=False)
class StudySnapshot:
    """A study at one step: a `Moment`.

    Parameters
    ----------
    values : tuple of arrays, shape (seeds done,)
        The measure of every variant's seeds, accuracies where success is asked for; NaN for one that diverged.
    step : int
        Groups of seeds done, the variants taking turns.
    effort : int
        Numbers that one step works on: parameters, each as often as it changes.
    edited : bool
        Settings were changed by hand at this step.
    """

    experiment: Study
    values: tuple[FloatArray, ...]
    step: int = 0
    effort: int = 10**9
    edited: bool = False

    @property
    def epoch(self) -> int:
        """Rounds through all variants done."""
        return self.step // self.steps_an_epoch

    @property
    def step_in_epoch(self) -> int:
        """Variants that have had their turn in the round under way."""
        return self.step % self.steps_an_epoch

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which every variant has its turn: one each."""
        return len(self.experiment.variants)

    @property
    def finite(self) -> bool:
        """True: that a seed diverges is a result."""
        return True

    @property
    def settled(self) -> bool:
        """Whether all seeds are done."""
        return self.done == self.total

    @property
    def done(self) -> int:
        """Seeds done, of all variants."""
        return sum(map(len, self.values))

    @property
    def total(self) -> int:
        """Seeds in all."""
        return self.experiment.seeds * len(self.experiment.variants)

    @property
    def loss(self) -> float:
        """NaN: a study has no loss of its own."""
        return nan

    @property
    def medians(self) -> tuple[float, ...]:
        """The median of every variant over the seeds that have not diverged; NaN while there are none."""
        return tuple(middle for _, middle, _ in self.quartiles)

    @property
    def quartiles(self) -> tuple[tuple[float, float, float], ...]:
        """Lower quartile, median and upper quartile of every variant, likewise."""
        return tuple(map(_quartiles, self.values))

    @property
    def successes(self) -> tuple[int, ...]:
        """How many seeds of every variant are as good as success asks for."""
        return tuple(int((values >= self.experiment.success).sum()) for values in self.values)

    @property
    def measures(self) -> Mapping[str, float]:
        """Seeds done, and of every variant, counted from 1, the median and the share of successes."""
        named = {"step": float(self.step), "epoch": float(self.epoch), "seeds": float(self.done)}
        medians = {f"median {k}": median for k, median in enumerate(self.medians, 1)}
        if self.experiment.measure != "success":
            return named | medians
        pairs = enumerate(zip(self.successes, self.values, strict=True), 1)
        return (
            named | medians | {f"success {k}": count / len(values) for k, (count, values) in pairs if len(values)}
        )

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """How many seeds are done, and how long each learns."""
        return (("seeds done", f"{self.done:,} of {self.total:,}"), ("epochs each", f"{self.experiment.epochs:,}"))

    @property
    def size(self) -> int:
        return _OVERHEAD + sum(values.nbytes + 100 for values in self.values)

    def parameter(self, layer: int, unit: int, source: int | None) -> float:
        """NaN: a study keeps no weights."""
        del layer, unit, source
        return nan

    def as_resumed(self) -> Study:
        """The study: what it has found so far has no place in a file."""
        return self.experiment

    def epoch_at(self, step: int) -> int:
        return step // self.steps_an_epoch

    def as_edited(self) -> Self:
        return replace(self, edited=True)

    def bare(self) -> Self:
        return self


def _quartiles(values: FloatArray) -> tuple[float, float, float]:
    finite = values[np.isfinite(values)]
    low, middle, high = np.quantile(finite, (0.25, 0.5, 0.75)).tolist() if len(finite) else (nan,) * 3
    return low, middle, high


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
        return StudySnapshot(self.experiment, self._values, self.step, self._effort)

    def picture(self, lens: Lens, *, is_partial: bool = False) -> StudySnapshot:
        """The same: figures are all there is to look at."""
        del lens, is_partial
        return self.snapshot()

    def restore(self, snapshot: StudySnapshot) -> None:
        self.experiment, self._values, self.step = snapshot.experiment, snapshot.values, snapshot.step

    def can_adopt(self, snapshot: Moment) -> bool:
        """Whether a moment's figures are this study's too."""
        return isinstance(snapshot, StudySnapshot) and self.experiment.continues(snapshot.experiment)

    def adopt(self, snapshot: StudySnapshot) -> None:
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

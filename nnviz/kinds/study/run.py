"""A study being carried out, a task at a time, and its figures at one step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from math import inf, nan
from pathlib import Path
from time import perf_counter
from typing import Self

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.errors import InputError
from nnviz.experiment.tables import Found as TablesFound
from nnviz.experiment.validation import check
from nnviz.kinds.study.measures import MEASURES, Measure
from nnviz.kinds.study.results import RESULTS, Found, read_results, table_of
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.spread import Quartiles, quartiles, slopes
from nnviz.kinds.study.tasks import Plan, Task, epochs_of
from nnviz.progress import go_on
from nnviz.runs.moment import Moment
from nnviz.runs.rule import read_only
from nnviz.runs.run import Run
from nnviz.runs.scene import Lens
from nnviz.runs.timeline import Timeline

_OVERHEAD = 800
_STOPS = 60
"""Moments kept, at least, of a network that is trained again to be looked at."""


@dataclass(frozen=True, eq=False)
class StudySnapshot:
    """A study at one step: a `Moment`.

    Parameters
    ----------
    values : tuple of arrays, shape (seeds done,)
        The measure of every variant's seeds, accuracies where success is asked for; NaN for one that diverged,
        infinite for one that never came so far.
    step : int
        Tasks done: groups of seeds, the variants taking turns.
    seconds_left : float
        What the rest will take, as far as is known.
    effort : int
        Numbers that one step works on: parameters, each as often as it changes.
    edited : bool
        Settings were changed by hand at this step.
    found : sequence of TableSettings or None
        What was found out about the table of every variant.
    """

    experiment: Study
    values: tuple[FloatArray, ...]
    step: int = 0
    effort: int = 10**9
    seconds_left: float = nan
    edited: bool = False
    found: TablesFound = ()

    @property
    def epoch(self) -> int:
        """Tasks done: each is a whole training."""
        return self.step

    @property
    def step_in_epoch(self) -> int:
        """0: a task is done or not."""
        return 0

    @property
    def steps_an_epoch(self) -> int:
        """1: a task is a whole training."""
        return 1

    @property
    def of(self) -> Measure:
        """What is measured."""
        return MEASURES[self.experiment.measure]

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
        return self.experiment.seeds * len(self.experiment.cells)

    @property
    def loss(self) -> float:
        """NaN: a study has no loss of its own."""
        return nan

    @property
    def medians(self) -> tuple[float, ...]:
        """The median of every variant over the seeds that have not diverged; NaN while there are none."""
        return tuple(middle for _, middle, _ in self.quartiles)

    @property
    def quartiles(self) -> tuple[Quartiles, ...]:
        """Lower quartile, median and upper quartile of every variant, likewise."""
        return tuple(map(quartiles, self.values))

    @property
    def slope(self) -> Quartiles:
        """Quartiles and median over seeds of the slope of log measure on log place; NaN without several places."""
        axis, *others = self.experiment.axes
        return quartiles(slopes(axis.at, self.values) if not others and axis.is_apart else np.empty(0))

    @property
    def successes(self) -> tuple[int, ...]:
        """How many seeds of every variant are as good as success asks for."""
        return tuple(int((values >= self.experiment.success).sum()) for values in self.values)

    @property
    def measures(self) -> Mapping[str, float]:
        """Seeds done, and of every variant, counted from 1, the median and the share of successes."""
        named = {"step": float(self.step), "epoch": float(self.epoch), "seeds": float(self.done)}
        medians = {f"median {k}": median for k, median in enumerate(self.medians, 1)}
        if not self.experiment.is_counted:
            return named | medians
        pairs = enumerate(zip(self.successes, self.values, strict=True), 1)
        return (
            named | medians | {f"success {k}": count / len(values) for k, (count, values) in pairs if len(values)}
        )

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """How many seeds are done, how long each learns, and how long the rest will take."""
        done = ("seeds done", f"{self.done:,} of {self.total:,}")
        study = self.experiment
        each = ("steps each", f"{study.steps:,}") if study.steps else ("epochs each", f"{study.epochs:,}")
        if self.settled or np.isnan(self.seconds_left):
            return done, each
        return done, each, ("left", span(self.seconds_left))

    @property
    def size(self) -> int:
        return _OVERHEAD + sum(values.nbytes + 100 for values in self.values)

    def parameter(self, layer: int, unit: int, source: int | None) -> float:
        """NaN: a study keeps no weights."""
        del layer, unit, source
        return nan

    def as_read(self) -> Study:
        return self.experiment.as_read(self.found) if self.found else self.experiment

    def as_resumed(self) -> Study:
        """The study: what it has found so far is a file of its own."""
        return self.as_read()

    def results(self) -> Mapping[str, bytes]:
        """What it has found so far, as a table."""
        found = [dict(enumerate(column.tolist())) for column in self.values]
        return {RESULTS: table_of(self.as_read(), found)} if self.done else {}

    def epoch_at(self, step: int) -> int:
        return step

    def as_edited(self) -> Self:
        return replace(self, edited=True)

    def bare(self) -> Self:
        return self


def span(seconds: float) -> str:
    """How long something takes, to be read."""
    if not seconds < inf:
        return "unknown"
    for size, unit in ((86400.0, "days"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2.0 * size or (unit == "min" and seconds >= 90.0):
            return f"{seconds / size:,.0f} {unit}"
    return f"{max(1.0, seconds):.0f} s"


class StudyRun:
    """Seeds of every variant being trained: a `Run`.

    A step carries out one task of the study's plan: a group of seeds of one variant, for all its epochs.

    Raises
    ------
    InputError
        A variant cannot be carried out, or the measure makes no sense for its data.
    """

    def __init__(self, experiment: Study) -> None:
        self.plan = Plan(experiment)
        self.experiment = experiment
        self._values = tuple(read_only(np.empty(0)) for _ in experiment.cells)
        self._prices = [0.0, *accumulate(map(self.plan.seconds, self.plan.tasks))]
        self._spent = self._worth = 0.0
        self.step = 0

    @property
    def finite(self) -> bool:
        """True: that a seed diverges is a result."""
        return True

    @property
    def settled(self) -> bool:
        """Whether all tasks are done."""
        return self.step == len(self.plan.tasks)

    @property
    def steps_an_epoch(self) -> int:
        """1: a task is a whole training."""
        return 1

    @property
    def steps_to_epoch_end(self) -> int:
        return 1

    def advance(self, steps: int) -> None:
        """Carry out so many tasks, or fewer if all are done."""
        for task in self.plan.tasks[self.step : self.step + steps]:
            began = perf_counter()
            self._take(task, self.plan.carried_out(task))
            self._spent += perf_counter() - began
            self._worth += self.plan.seconds(task)

    def measure(self) -> None:
        """Nothing: each task is measured when it is done."""

    def measure_on(self) -> bool:
        """True: there is nothing to measure."""
        return True

    def snapshot(self) -> StudySnapshot:
        found = [problem.dataset.found if problem else None for problem in self.plan.problems]
        effort, left = self._effort, self._seconds_left
        return StudySnapshot(self.experiment, self._values, self.step, effort, left, found=found)

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

    def take_up(self, found: Found) -> Timeline:
        """Go on from what was found before, for each variant by seed; the timeline begins there."""
        for task in self.plan.tasks:
            known = [found[task.variant].get(seed) for seed in range(task.first, task.first + task.seeds)]
            if None in known:
                break
            self._take(task, np.array(known, dtype=np.float64))
        timeline = Timeline()
        timeline.add(self.snapshot())
        return timeline

    def tune(self, experiment: Study) -> None:
        """Go on under other names, or with another threshold of success."""
        check(experiment)
        self.experiment = experiment

    def set_parameter(self, layer: int, unit: int, source: int | None, value: float) -> None:
        """Nothing: a study keeps no weights."""

    @property
    def _seconds_left(self) -> float:
        """As the plan says, corrected by how long the tasks done have taken."""
        left = self._prices[-1] - self._prices[self.step]
        return left * (self._spent / self._worth if self._worth else 1.0)

    @property
    def _effort(self) -> int:
        return int(1e9 * max(map(self.plan.seconds, self.plan.tasks)))

    def _take(self, task: Task, found: FloatArray) -> None:
        before, variant = self._values, task.variant
        values = read_only(np.append(before[variant], found))
        self._values = (*before[:variant], values, *before[variant + 1 :])
        self.step += 1


def take_up(document: Path, run: Run) -> Timeline:
    """Move a study's run to what a document holds of it, and begin its timeline there.

    Raises
    ------
    InputError
        One line on what is wrong in the document.
    """
    if not isinstance(run, StudyRun):
        raise InputError(f"{document}: {RESULTS}: only a study has results; allowed: kind study, or no results")
    return run.take_up(read_results(run.experiment, document / RESULTS))


def trained_again(study: Study, variant: int, seed: int) -> Callable[[Run], Timeline]:
    """What takes a run of one of the study's networks, both counted from 0, to where the study measured it.

    It is trained as it was then, together with the others of its task, so it is the same to the last bit; the
    timeline holds moments of its way.
    """

    def take_up(run: Run) -> Timeline:
        plan = Plan(study)
        task = plan.task_of(variant, seed)
        group, timeline = plan.group(task), Timeline()
        number, epochs = (
            seed - task.first,
            epochs_of(study, variant, plan.experiments[variant], plan.problems[variant]),
        )

        def keep(epoch: int) -> bool:
            if epoch & (epoch - 1) == 0 or epoch % max(1, epochs // _STOPS) == 0:
                go_on("Training it again", epoch / max(1, epochs))
                timeline.add(group.snapshot(number))
            return True

        keep(0)
        group.train(epochs, keep)
        timeline.add(group.snapshot(number))
        run.restore(timeline.line.moments[-1])
        return timeline

    return take_up

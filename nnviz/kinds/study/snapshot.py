"""A study's figures at one step."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf, nan
from typing import Self

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.experiment.tables import Found as TablesFound
from nnviz.kinds.study.measures import MEASURES, Measure
from nnviz.kinds.study.results import RESULTS, table_of
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.spread import Quartiles, quartiles, slopes

_OVERHEAD = 800


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

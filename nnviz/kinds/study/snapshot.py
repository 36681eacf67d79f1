"""A study at one step: what each seed of each variant has come to so far."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import nan
from typing import Self

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.kinds.study.schema import Study

_OVERHEAD = 800


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
        """How many seeds are done."""
        return (("seeds done", f"{self.done:,} of {self.total:,}"), ("rounds", f"{self.epoch:,}"))

    @property
    def size(self) -> int:
        """Bytes that keeping this moment costs."""
        return _OVERHEAD + sum(values.nbytes + 100 for values in self.values)

    def parameter(self, layer: int, unit: int, source: int | None) -> float:
        """NaN: a study keeps no weights."""
        del layer, unit, source
        return nan

    def as_resumed(self) -> Study:
        """The study: what it has found so far has no place in a file."""
        return self.experiment

    def epoch_at(self, step: int) -> int:
        """Rounds done at a step."""
        return step // self.steps_an_epoch

    def as_edited(self) -> Self:
        """The moment, said to be changed by hand."""
        return replace(self, edited=True)

    def bare(self) -> Self:
        """The moment: nothing of it is only for looking at."""
        return self


def _quartiles(values: FloatArray) -> tuple[float, float, float]:
    finite = values[np.isfinite(values)]
    low, middle, high = np.quantile(finite, (0.25, 0.5, 0.75)).tolist() if len(finite) else (nan,) * 3
    return low, middle, high

"""A study in parts that can be carried out anywhere and in any order: some seeds of one variant each."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.problem import Problem, prepare_each
from nnviz.experiment.validation import check
from nnviz.kinds.study.measures import MEASURES
from nnviz.kinds.study.schema import Study
from nnviz.runs.sweep import Group, sweep_each

_SECONDS = 0.25
"""What a task may take, so that one sees the figures come, unless a single seed takes as long."""
_CALLS, _NUMBER = 12e-6, 2.5e-9
"""Seconds that a step takes for each layer, and for each number it works on in each replica, as measured."""


class Task(NamedTuple):
    """Some seeds of one variant, both counted from 0, which are trained together."""

    variant: int
    first: int
    seeds: int


class Plan:
    """A study divided into tasks.

    The division follows from the study alone, so its numbers are the same, bit for bit, wherever and in whatever
    order its tasks are carried out.

    Raises
    ------
    InputError
        A variant cannot be carried out, or the measure makes no sense for its data.

    Attributes
    ----------
    tasks : tuple of Task
        In an order in which all variants come on evenly.
    """

    def __init__(self, study: Study) -> None:
        check(study)
        self.study = study
        self.experiments = study.experiments
        self.problems = prepare_each(self.experiments)
        for experiment, problem in zip(self.experiments, self.problems, strict=True):
            _require_measure(study, experiment, problem)
        tasks = (task for number in range(len(self.experiments)) for task in self._divided(number))
        self.tasks = tuple(sorted(tasks, key=lambda task: (task.first, task.variant)))

    def seconds(self, task: Task) -> float:
        """What a task takes, roughly."""
        fixed, each = self._price(task.variant)
        return fixed + each * task.seeds

    @property
    def all_seconds(self) -> float:
        """What the whole study takes on one core, roughly."""
        return sum(map(self.seconds, self.tasks))

    def carried_out(self, task: Task) -> FloatArray:
        """The measure of each of a task's seeds."""
        return measured(self.study, self.experiments[task.variant], self.problems[task.variant], task)

    def group(self, task: Task) -> Group:
        """A task's networks, to be trained step by step."""
        return Group(*_posed(self.study, self.experiments[task.variant], self.problems[task.variant], task))

    def task_of(self, variant: int, seed: int) -> Task:
        """The task that a seed belongs to."""
        return next(t for t in self.tasks if t.variant == variant and t.first <= seed < t.first + t.seeds)

    def _divided(self, variant: int) -> Iterable[Task]:
        """A variant's seeds in groups."""
        seeds = self.study.seeds
        size = _size(seeds, *self._price(variant))
        return (Task(variant, first, min(size, seeds - first)) for first in range(0, seeds, size))

    def _price(self, variant: int) -> tuple[float, float]:
        """Seconds that a variant takes whatever the seeds, and for each of them."""
        experiment, problem = self.experiments[variant], self.problems[variant]
        return _price(experiment, problem.network.layer_sizes, len(problem.train), self.study.epochs)


def measured(study: Study, experiment: Experiment, problem: Problem, task: Task) -> FloatArray:
    """The measure of each of a task's seeds, given its variant's experiment and problem."""
    measure = MEASURES[study.measure]
    result = sweep_each(*_posed(study, experiment, problem, task), study.epochs)
    return np.array([measure.value(moment) for moment in result.snapshots], dtype=np.float64)


def _posed(
    study: Study, experiment: Experiment, problem: Problem, task: Task
) -> tuple[list[Experiment], list[Problem]]:
    """The experiments of a task's seeds, and of each its problem."""
    experiments = [study.seeded(experiment, seed) for seed in range(task.first, task.first + task.seeds)]
    return experiments, list(prepare_each(experiments)) if study.own_data else [problem] * len(experiments)


def _require_measure(study: Study, experiment: Experiment, problem: Problem) -> None:
    allowed = [m.name for m in MEASURES.values() if m.suits(problem, stops=experiment.training.stops)]
    if study.measure not in allowed:
        raise InputError(
            f"measure: {study.measure} makes no sense with these data; allowed with them: {', '.join(allowed)}"
        )


def expected_seconds(study: Study, problem: Problem) -> float:
    """What a study takes on one core, roughly, given its base's problem: nothing is prepared for it."""
    first, *_, last = problem.network.layer_sizes
    prices = (
        _price(experiment, (first, *experiment.network.hidden, last), len(problem.train), study.epochs)
        for experiment in study.experiments
    )
    return sum(
        -(-study.seeds // _size(study.seeds, *price)) * price[0] + study.seeds * price[1] for price in prices
    )


def _size(seeds: int, fixed: float, each: float) -> int:
    """Seeds of a task: as many as go in its time, or cost half as much again as the first."""
    return max(1, int(min(seeds, max(_SECONDS - fixed, fixed / 2) / each)))


def _price(experiment: Experiment, sizes: Sequence[int], samples: int, epochs: int) -> tuple[float, float]:
    """Seconds that a variant takes whatever the seeds, and for each of them."""
    steps = -(-samples // experiment.training.batch_size) * epochs
    numbers = _numbers(sizes, min(experiment.training.batch_size, samples))
    return steps * _CALLS * (len(sizes) - 1), steps * _NUMBER * numbers


def _numbers(sizes: Sequence[int], batch: int) -> int:
    """Numbers that a step of one network works on, roughly: activations of a batch, and parameters."""
    parameters = sum((inputs + 1) * units for inputs, units in pairwise(sizes))
    return 4 * (sum(sizes) + len(sizes)) * batch + 4 * parameters

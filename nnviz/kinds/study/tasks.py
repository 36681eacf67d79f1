"""A study in parts that can be carried out anywhere and in any order: some seeds of one variant each."""

from collections.abc import Iterable, Iterator, Sequence
from math import prod
from typing import NamedTuple

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.engine.network import Network
from nnviz.errors import InputError
from nnviz.experiment.architecture import network_of
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind
from nnviz.experiment.problem import Problem, prepare_each
from nnviz.experiment.validation import check
from nnviz.kinds.study.measures import MEASURES, Follower, Measure
from nnviz.kinds.study.runs import RunGroup, seconds_a_step, steps_an_epoch
from nnviz.kinds.study.schema import Study
from nnviz.runs.moment import Moment
from nnviz.runs.sweep import Group, groups

_SECONDS = 0.25
"""What a task may take, so that one sees the figures come, unless a single seed takes as long."""
_CALLS, _NUMBER = 12e-6, 2.5e-9
"""Seconds that a step takes for each layer, and for each number it works on in each replica, as measured."""
_GATHERED = 1.5e-10
"""Seconds for each multiplication of a convolution, forward and backward."""


class Task(NamedTuple):
    """Some seeds of one variant, both counted from 0, which are trained together."""

    variant: int
    first: int
    seeds: int


Part = tuple[Task, ...]
"""Tasks that are carried out as one: the same networks, of each of which something else is measured."""
Values = list[float]
"""The measure of each of a task's seeds."""


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
        self.problems = problems_of(self.experiments)
        for number, (experiment, problem) in enumerate(zip(self.experiments, self.problems, strict=True)):
            _require_measure(study.measure_of(number), experiment, problem)
        self._kinds: dict[tuple[Kind, bool], list[int]] = {}
        for number in range(len(self.experiments)):
            self._kinds.setdefault(self._kind(number), []).append(number)
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

    def parts(self, tasks: Iterable[Task]) -> Iterator[Part]:
        """Tasks put together to be carried out, each once."""
        left = dict.fromkeys(tasks)
        for task in tuple(left):
            if task in left:
                part = tuple(other for other in self.part_of(task) if other in left)
                for other in part:
                    del left[other]
                yield part

    def part_of(self, task: Task) -> Part:
        """All tasks that are carried out as one with a task."""
        return tuple(task._replace(variant=variant) for variant in self._kinds[self._kind(task.variant)])

    def carried_out(self, part: Part) -> dict[Task, Values]:
        """The measure of each seed of each task of a part."""
        variant = part[0].variant
        experiment, problem = self.experiments[variant], self.problems[variant]
        columns = measured(self.study, experiment, problem, part[0], [task.variant for task in part])
        return {task: column.tolist() for task, column in zip(part, columns, strict=True)}

    def _kind(self, variant: int) -> tuple[Kind, bool]:
        """What variants have in common that are the same networks, of which something else is measured."""
        return self.experiments[variant], MEASURES[self.study.measure_of(variant)].trains

    def group(self, task: Task) -> "Group | RunGroup":
        """What a task trains, to be trained step by step."""
        experiment, problem = self.experiments[task.variant], self.problems[task.variant]
        return next(iter(_groups(self.study, experiment, problem, task, whole=True)))

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
        epochs = epochs_of(self.study, variant, experiment, problem)
        network, samples = (problem.network, len(problem.train)) if problem else (None, 0)
        return _price(experiment, network, samples, epochs)


def problems_of(experiments: Sequence[Kind]) -> tuple[Problem | None, ...]:
    """The problems of networks, which share what they have in common; None for all else."""
    networks = [experiment for experiment in experiments if isinstance(experiment, Experiment)]
    return prepare_each(networks) if networks else (None,) * len(experiments)


def epochs_of(study: Study, variant: int, experiment: Kind, problem: Problem | None) -> int:
    """Epochs that a variant is trained for; none if it is measured before."""
    if not MEASURES[study.measure_of(variant)].trains:
        return 0
    if isinstance(experiment, Experiment) and problem:
        return study.epochs_of(problem.steps_an_epoch(experiment.training.batch_size))
    return study.epochs_of(steps_an_epoch(experiment))


def measured(
    study: Study, experiment: Kind, problem: Problem | None, task: Task, variants: Sequence[int] = ()
) -> list[FloatArray]:
    """What is measured of each of a task's seeds, given its variant's experiment and problem.

    Parameters
    ----------
    variants : sequence of int
        The task's own, and others with the same networks, each with its measure; only its own if empty.
    """
    measures = [MEASURES[study.measure_of(variant)] for variant in variants or (task.variant,)]
    result = _Watched(measures)
    epochs = epochs_of(study, task.variant, experiment, problem)
    result.train(_groups(study, experiment, problem, task), epochs)
    return result.columns


class _Watched:
    """Networks that are trained together and measured, some of them on their way."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        self._measures = measures
        self._parts: list[list[FloatArray]] = [[] for _ in measures]

    @property
    def columns(self) -> list[FloatArray]:
        """Of every measure the values of all networks."""
        return [np.concatenate(parts) for parts in self._parts]

    def train(self, trained_together: "Iterable[Group | RunGroup]", epochs: int) -> None:
        """Train one group after the other."""
        for group in trained_together:
            followers = [m.followed_by(group.problems) if m.followed_by else None for m in self._measures]
            watching = [follower for follower in followers if follower]

            def follow(
                epoch: int, group: "Group | RunGroup" = group, watching: Sequence[Follower] = watching
            ) -> bool:
                if watching and isinstance(group, Group):
                    outputs = group.outputs()
                    for follower in watching:
                        follower.follow(epoch, outputs)
                return True

            follow(0)
            group.train(epochs, follow)
            moments = list(group.snapshots())
            for parts, measure, follower in zip(self._parts, self._measures, followers, strict=True):
                parts.append(_values(measure, moments, follower))


def _values(measure: Measure, moments: Sequence[Moment], follower: Follower | None) -> FloatArray:
    """A measure of what was trained at its end; NaN for one that has diverged."""
    if follower:
        return np.where([moment.finite for moment in moments], follower.values(), np.nan)
    return np.array([measure.value(moment) for moment in moments], dtype=np.float64)


def _groups(
    study: Study, experiment: Kind, problem: Problem | None, task: Task, *, whole: bool = False
) -> "Iterable[Group | RunGroup]":
    """A task's seeds, as many at a time as are best trained together, or all of them in one group."""
    seeds = range(task.first, task.first + task.seeds)
    if not isinstance(experiment, Experiment) or problem is None:
        return [RunGroup([study.seeded(experiment, seed) for seed in seeds])]
    experiments = [study.seeded(experiment, seed) for seed in seeds]
    problems = list(prepare_each(experiments)) if study.own_data else [problem] * len(experiments)
    return [Group(experiments, problems)] if whole else groups(experiments, problems)


def _require_measure(measure: str, experiment: Kind, problem: Problem | None) -> None:
    allowed = [m.name for m in MEASURES.values() if m.suits(experiment, problem)]
    if measure not in allowed:
        raise InputError(
            f"measure: {measure} makes no sense with these data; allowed with them: {', '.join(allowed)}"
        )


def expected_seconds(study: Study, problem: Problem | None) -> float:
    """What a study takes on one core, roughly, given the problem of a base that is a network: none is prepared."""
    prices = (
        _price(
            experiment,
            _network(experiment, problem),
            len(problem.train) if problem else 0,
            epochs_of(study, variant, experiment, problem),
        )
        for variant, experiment in enumerate(study.experiments)
    )
    return sum(
        -(-study.seeds // _size(study.seeds, *price)) * price[0] + study.seeds * price[1] for price in prices
    )


def _network(experiment: Kind, problem: Problem | None) -> Network | None:
    """The network that an experiment has with a problem's data; None for what is none."""
    if not isinstance(experiment, Experiment) or problem is None:
        return None
    sizes, picture = problem.network.layer_sizes, problem.picture.shape if problem.picture else None
    return network_of(experiment, sizes[0], sizes[-1], picture)


def _size(seeds: int, fixed: float, each: float) -> int:
    """Seeds of a task: as many as go in its time, or cost half as much again as the first."""
    return max(1, int(min(seeds, max(_SECONDS - fixed, fixed / 2) / each)))


def _price(experiment: Kind, network: Network | None, samples: int, epochs: int) -> tuple[float, float]:
    """Seconds that a variant takes whatever the seeds, and for each of them."""
    if not isinstance(experiment, Experiment) or network is None:
        return 0.0, seconds_a_step(experiment) * steps_an_epoch(experiment) * max(1, epochs)
    steps = -(-samples // experiment.training.batch_size) * max(1, epochs)  # what is not trained is measured
    batch, calls = min(experiment.training.batch_size, samples), _CALLS * len(network.shapes)
    each = _NUMBER * _numbers(network, batch)
    if network.convolutions:  # each seed has its own calls
        return 0.0, steps * (calls + each + _GATHERED * batch * network.products)
    return steps * calls, steps * each


def _numbers(network: Network, batch: int) -> int:
    """Numbers that a step of one network works on, roughly: activations of a batch, and parameters."""
    sizes = network.layer_sizes
    return 4 * (sum(sizes) + len(sizes)) * batch + 4 * sum(map(prod, network.shapes))

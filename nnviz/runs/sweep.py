"""One experiment with many seeds: how often it succeeds, where once may be luck.

All seeds share the data; initial parameters and the order of the samples are each seed's own. Small networks are
trained many at once, which is several times as fast as one after another.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from nnviz.engine.descent import Position
from nnviz.engine.network import Parameters
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.outputs import predicted_class
from nnviz.engine.replicas import Replicas, Singles, replicas_at_once, replicas_of, stacked_logits
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.problem import Problem, prepare
from nnviz.experiment.validation import check
from nnviz.runs.beginning import draw, hyperparameters, mask, on_detour
from nnviz.runs.metrics import Judge, Metrics, reached
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot

_LARGEST = 2**30
Floats = NDArray[np.float64]
Proceed = Callable[[int, int], bool]
"""(epochs done, epochs in all), counted over all seeds -> whether to go on."""


@dataclass(frozen=True, eq=False)
class SweepResult:
    """What became of each seed.

    Parameters
    ----------
    snapshots : tuple of Snapshot
        One for each seed, in their order: a run of ``snapshot.experiment`` can be restored to it and go on.
    complete : bool
        False if the sweep was stopped: seeds may have fewer epochs, the last ones may be missing.
    """

    snapshots: tuple[Snapshot, ...]
    complete: bool = True

    @property
    def seeds(self) -> tuple[int, ...]:
        """The training seeds."""
        return tuple(snapshot.experiment.training.seed for snapshot in self.snapshots)

    @property
    def finite(self) -> NDArray[np.bool_]:
        """Which seeds have not diverged, shape (seeds,)."""
        return np.array([snapshot.finite for snapshot in self.snapshots], dtype=bool)

    @property
    def parameters(self) -> Array:
        """The flat parameters of every seed, shape (seeds, parameters)."""
        return np.array([snapshot.position.parameters for snapshot in self.snapshots])

    @property
    def train_loss(self) -> Floats:
        """Mean loss on the training samples, shape (seeds,)."""
        return self._column("train_loss")

    @property
    def test_loss(self) -> Floats:
        """Mean loss on the test samples, shape (seeds,); NaN where nothing is held out."""
        return self._column("test_loss")

    @property
    def train_accuracy(self) -> Floats:
        """Share of the training samples taken for what they are, shape (seeds,); NaN for regression."""
        return self._column("train_accuracy")

    @property
    def test_accuracy(self) -> Floats:
        """The same of the test samples; NaN for regression and where nothing is held out."""
        return self._column("test_accuracy")

    def _column(self, key: str) -> Floats:
        # a seed that has diverged has no score, though what it answers may be right now and then
        records = [s.metrics.as_record() if s.finite else {} for s in self.snapshots]
        return np.array([record.get(key) for record in records], dtype=np.float64)


def sweep(
    experiment: Experiment,
    seeds: Sequence[int],
    epochs: int,
    problem: Problem | None = None,
    proceed: Proceed = lambda _done, _total: True,
) -> SweepResult:
    """Train an experiment's network once with each seed in place of its training seed.

    Each seed learns what a `NetworkRun` with that seed does, but for the last digits. Where the experiment starts
    from a moment within an epoch, that epoch is finished first.

    Parameters
    ----------
    epochs : int
        Passes over the training samples, fewer for a seed that diverges.
    problem : Problem, optional
        The experiment's, if it has been prepared already.
    proceed : callable
        Called after every epoch of the seeds that are trained together; False stops the sweep.

    Raises
    ------
    InputError
        The data or the parameters to start from cannot be used, or the networks are too many to keep.
    """
    check(experiment)
    problem = problem or prepare(experiment)
    _require_room(experiment, problem, len(seeds))
    experiments = [_with_seed(experiment, seed) for seed in seeds]
    return sweep_each(experiments, [problem] * len(seeds), epochs, proceed)


def sweep_each(
    experiments: Sequence[Experiment],
    problems: Sequence[Problem],
    epochs: int,
    proceed: Proceed = lambda _done, _total: True,
) -> SweepResult:
    """The same for experiments that differ in their seeds only, each with its problem, which may be its own."""
    snapshots: list[Snapshot] = []
    for group in groups(experiments, problems):
        size, total = len(group.experiments), len(experiments) * epochs
        going = group.train(epochs, _told(proceed, len(snapshots) * epochs, size, total))
        snapshots += group.snapshots()
        if not going:
            return SweepResult(tuple(snapshots), complete=False)
    return SweepResult(tuple(snapshots))


def groups(experiments: Sequence[Experiment], problems: Sequence[Problem]) -> "Iterator[Group]":
    """Experiments that differ in their seeds only, as many at a time as are best trained together."""
    at_once = _at_once(experiments, problems)
    for start in range(0, len(experiments), at_once):
        yield Group(experiments[start : start + at_once], problems[start : start + at_once])


def _at_once(experiments: Sequence[Experiment], problems: Sequence[Problem]) -> int:
    if not experiments:
        return 1
    problem = problems[0]
    return replicas_at_once(problem.network, len(problem.train), hyperparameters(experiments[0].training))


class Group:
    """Networks that are trained together: experiments that differ in their seeds only.

    Parameters
    ----------
    problems : sequence of Problem
        One for each, all alike in the numbers of their samples; the same one where they share their data.
    """

    def __init__(self, experiments: Sequence[Experiment], problems: Sequence[Problem]) -> None:
        self.experiments, self.problems = experiments, problems
        self._shared = all(problem is problems[0] for problem in problems)
        self._inputs, self._targets = self._stacked("inputs"), self._stacked("targets")
        self._replicas = self._begun()
        self._training = experiments[0].training

    def train(self, epochs: int, tell: Callable[[int], bool] = lambda _epoch: True) -> bool:
        """Train until the epochs are done, or no replica goes on any more; False if told to stop."""
        self._settle()
        for epoch in range(1, epochs + 1):
            if not self._replicas.going.any():
                break
            self._replicas.advance()
            self._settle()
            if not tell(epoch):
                return False
        return True

    def outputs(self) -> Floats:
        """What each network says of its training samples, shape (networks, outputs, samples)."""
        network = self.problems[0].network
        with np.errstate(all="ignore"):
            logits = stacked_logits(network, self._replicas.parameters, self._inputs)
            flat = network.output(logits.reshape(len(logits), -1)).reshape(logits.shape)
        return np.asarray(np.moveaxis(flat, 0, 1), np.float64)

    def position(self, number: int) -> Position:
        """Where one of the networks stands, counted from 0."""
        return self._replicas.position(number)

    def snapshots(self) -> Iterator[Snapshot]:
        """Where each network stands, with its metrics."""
        return map(self.snapshot, range(len(self.experiments)))

    def snapshot(self, number: int) -> Snapshot:
        """Where one of the networks stands, counted from 0."""
        position, problem = self._replicas.position(number), self.problems[number]
        position.parameters.flags.writeable = position.memory.flags.writeable = False
        judge = self._judge if self._shared else Judge(problem, position.parameters.dtype)
        scores = judge.scores(Parameters(problem.network.shapes, position.parameters))
        metrics = Metrics(position.step, position.epoch, *scores)
        return Snapshot(self.experiments[number], problem, position, metrics, bool(self._replicas.finite[number]))

    @cached_property
    def _judge(self) -> Judge:
        """That of the problem which all share."""
        return Judge(self.problems[0], self._replicas.parameters.flat.dtype)

    def _settle(self) -> None:
        """Stop those that have come so far that their learning ends."""
        if self._training.stops:
            self._replicas.stop(reached(self._training, *self._scores()))

    def _scores(self) -> tuple[Floats, Floats]:
        """Accuracy on the training samples, NaN for regression, and loss of every replica."""
        network, classes = self.problems[0].network, self._stacked("classes")
        with np.errstate(all="ignore"):
            logits = stacked_logits(network, self._replicas.parameters, self._inputs)
            targets = np.moveaxis(self._targets, -1, 0).reshape(len(logits), -1, logits.shape[2])
            flat = (array.reshape(len(logits), -1) for array in (logits, np.broadcast_to(targets, logits.shape)))
            losses = network.loss.per_sample(network.output, *flat).reshape(logits.shape[1:])
        right = predicted_class(logits) == classes if classes is not None else np.full(logits.shape[1:], np.nan)
        return right.mean(axis=1), losses.mean(axis=1)

    def _stacked(self, key: str) -> Any:
        """What all have of their training samples, or of each its own, stacked."""
        if self._shared or getattr(self.problems[0].train, key) is None:
            return getattr(self.problems[0].train, key)
        return np.stack([getattr(problem.train, key) for problem in self.problems])

    def _begun(self) -> Replicas | Singles:
        first, problem = self.experiments[0], self.problems[0]
        pairs = zip(self.experiments, self.problems, strict=True)
        return replicas_of(problem.network)(
            problem.network,
            self._inputs,
            self._targets,
            _after_detour(self.experiments, self.problems, [_start(*pair) for pair in pairs]),
            hyperparameters(first.training, first.network.frozen),
            mask(first, problem.network),
        )


def _told(proceed: Proceed, before: int, seeds: int, total: int) -> Callable[[int], bool]:
    """``proceed`` as a function of the epochs that so many seeds have done, after those before them."""
    return lambda epoch: proceed(before + epoch * seeds, total)


def _require_room(experiment: Experiment, problem: Problem, seeds: int) -> None:
    training, parameters = experiment.training, Parameters(problem.network.shapes).flat.size
    most = _LARGEST // (parameters * 8 * (1 + OPTIMIZERS[training.optimizer].slots))
    if seeds > most:
        raise InputError(
            f"{seeds:,} seeds of a network of {parameters:,} parameters; allowed: up to {most:,} seeds"
        )


def _with_seed(experiment: Experiment, seed: int) -> Experiment:
    return structs.replace(experiment, training=structs.replace(experiment.training, seed=seed))


def _after_detour(
    experiments: Sequence[Experiment], problems: Sequence[Problem], starts: list[Position]
) -> list[Position]:
    """Where networks start that learn random labels first; where they start without, if they do not."""
    training = experiments[0].training
    if training.start or not training.detour:
        return starts
    plain = [on_detour(experiment) for experiment in experiments]
    random = {id(p): p.with_random_labels(e.data.seed) for e, p in zip(experiments, problems, strict=True)}
    group = Group(plain, [random[id(problem)] for problem in problems])
    group.train(training.detour)
    positions = (group.position(number) for number in range(len(starts)))
    return [replace(start, parameters=there.parameters) for start, there in zip(starts, positions, strict=True)]


def _start(experiment: Experiment, problem: Problem) -> Position:
    """Where a `NetworkRun` of the experiment starts."""
    if experiment.training.start:
        run = NetworkRun(experiment, problem)
        run.advance(run.steps_to_epoch_end % run.steps_an_epoch)
        return run.snapshot().position
    rng = np.random.default_rng(experiment.training.seed)
    flat = draw(experiment, problem, rng).flat
    memory = np.zeros((OPTIMIZERS[experiment.training.optimizer].slots, flat.size), flat.dtype)
    return Position(0, 0, 0, flat, memory, rng.bit_generator.state)

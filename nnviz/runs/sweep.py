"""One experiment with many seeds: how often it succeeds, where once may be luck.

All seeds share the data; initial parameters and the order of the samples are each seed's own. Small networks are
trained many at once, which is several times as fast as one after another.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from nnviz.engine.descent import Position
from nnviz.engine.network import Parameters
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.replicas import Replicas, replicas_at_once
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.problem import Problem, prepare
from nnviz.experiment.validation import check
from nnviz.runs.beginning import draw, hyperparameters, mask
from nnviz.runs.metrics import Judge, Metrics
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
    at_once = replicas_at_once(problem.network, len(problem.train), hyperparameters(experiment.training))
    snapshots: list[Snapshot] = []
    for start in range(0, len(seeds), at_once):
        experiments = [_with_seed(experiment, seed) for seed in seeds[start : start + at_once]]
        replicas = _replicas(experiments, problem)
        going = _train(replicas, epochs, _told(proceed, start * epochs, len(experiments), len(seeds) * epochs))
        snapshots += _snapshots(experiments, problem, replicas)
        if not going:
            return SweepResult(tuple(snapshots), complete=False)
    return SweepResult(tuple(snapshots))


def _train(replicas: Replicas, epochs: int, tell: Callable[[int], bool]) -> bool:
    """Train until the epochs are done or all replicas have diverged; False if told to stop."""
    for epoch in range(1, epochs + 1):
        alive = replicas.advance()
        if not tell(epoch):
            return False
        if not alive:
            break
    return True


def _told(proceed: Proceed, before: int, seeds: int, total: int) -> Callable[[int], bool]:
    """``proceed`` as a function of the epochs that so many seeds have done, after those before them."""
    return lambda epoch: proceed(before + epoch * seeds, total)


def _require_room(experiment: Experiment, problem: Problem, seeds: int) -> None:
    training, parameters = experiment.training, Parameters(problem.network.layer_sizes).flat.size
    most = _LARGEST // (parameters * 8 * (1 + OPTIMIZERS[training.optimizer].slots))
    if seeds > most:
        raise InputError(
            f"{seeds:,} seeds of a network of {parameters:,} parameters; allowed: up to {most:,} seeds"
        )


def _with_seed(experiment: Experiment, seed: int) -> Experiment:
    return structs.replace(experiment, training=structs.replace(experiment.training, seed=seed))


def _replicas(experiments: Sequence[Experiment], problem: Problem) -> Replicas:
    first, train = experiments[0], problem.train
    return Replicas(
        problem.network,
        train.inputs,
        train.targets,
        [_start(experiment, problem) for experiment in experiments],
        hyperparameters(first.training, first.network.frozen),
        mask(first, problem.network.layer_sizes),
    )


def _start(experiment: Experiment, problem: Problem) -> Position:
    """Where a `NetworkRun` of the experiment starts."""
    if experiment.training.start:
        run = NetworkRun(experiment, problem)
        run.advance(run.steps_to_epoch_end % run.steps_an_epoch)
        return run.snapshot().position
    rng = np.random.default_rng(experiment.training.seed)
    flat = draw(experiment, problem.network.layer_sizes, rng).flat
    memory = np.zeros((OPTIMIZERS[experiment.training.optimizer].slots, flat.size), flat.dtype)
    return Position(0, 0, 0, flat, memory, rng.bit_generator.state)


def _snapshots(experiments: Sequence[Experiment], problem: Problem, replicas: Replicas) -> Iterator[Snapshot]:
    positions = replicas.positions()
    judge = Judge(problem, positions[0].parameters.dtype)
    for experiment, position, finite in zip(experiments, positions, replicas.finite.tolist(), strict=True):
        position.parameters.flags.writeable = position.memory.flags.writeable = False
        scores = judge.scores(Parameters(problem.network.layer_sizes, position.parameters))
        metrics = Metrics(position.step, position.epoch, *scores)
        yield Snapshot(experiment, problem, position, metrics, finite)

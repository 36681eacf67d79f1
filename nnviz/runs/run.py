"""Carrying out an experiment: the one thing that changes."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from math import isfinite
from typing import Any, Protocol

import numpy as np

from nnviz.engine.network import Parameters
from nnviz.engine.tape import Array
from nnviz.experiment.architecture import network_of
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind
from nnviz.experiment.problem import Problem, prepare, require_fit, with_shifted_tests
from nnviz.experiment.validation import check
from nnviz.progress import go_on
from nnviz.runs.beginning import begin_descent, cuts, hyperparameters
from nnviz.runs.metrics import Judge, Metrics, is_over
from nnviz.runs.moment import Moment
from nnviz.runs.scene import Lens, SceneMaker
from nnviz.runs.snapshot import Snapshot


class Run(Protocol):
    """What all that learns can do."""

    @property
    def experiment(self) -> Kind:
        """What is being carried out."""

    @property
    def finite(self) -> bool:
        """Whether it can go on; False once it has diverged."""

    @property
    def settled(self) -> bool:
        """Whether more steps would change nothing."""

    @property
    def step(self) -> int:
        """Steps done."""

    @property
    def steps_an_epoch(self) -> int:
        """Steps in one epoch."""

    @property
    def steps_to_epoch_end(self) -> int:
        """Steps until the epoch under way is over."""

    def advance(self, steps: int) -> None:
        """Take so many steps, or fewer if it settles or diverges."""

    def measure(self) -> None:
        """Bring the metrics up to date."""

    def measure_on(self) -> bool:
        """Measure a part, as much as a frame has room for; True if it was the last one."""

    def snapshot(self) -> Any:
        """The moment as it is, with the metrics last measured: a `Moment` of the run's own kind."""

    def picture(self, lens: Lens, *, is_partial: bool = False) -> Any:
        """A snapshot with the scene that the visible views need.

        ``is_partial``: another picture follows at once, so what is costly and changes little may be the last's.
        """

    def restore(self, snapshot: Any) -> None:
        """Go to a moment of this run, or of one like it."""

    def can_adopt(self, snapshot: Moment) -> bool:
        """Whether the run can go on from a moment of another."""

    def adopt(self, snapshot: Any) -> None:
        """Go on from a moment of another run."""

    def tune(self, experiment: Any) -> None:
        """Go on with other live settings."""

    def set_parameter(self, layer: int, unit: int, source: int | None, value: float) -> None:
        """Set a number by hand, all places counted from 0; with ``source`` None a bias."""


class Shareable(ABC):
    """A run whose steps processes may take."""

    @abstractmethod
    def share_out(self) -> None:
        """Leave them to processes from now on; `advance` then waits for these only a moment."""

    @abstractmethod
    def end_processes(self) -> None:
        """End the processes, if there are any."""


def hand_over(before: object, after: object) -> None:
    """Let a run that is taken in place of another have processes, and end those of the other."""
    if isinstance(before, Shareable) and before is not after:
        before.end_processes()
    if isinstance(after, Shareable):
        after.share_out()


class NetworkRun:
    """A network learning by gradient descent.

    Parameters
    ----------
    experiment : Experiment
    problem : Problem, optional
        The experiment's, if it has been prepared already.
    start : array, optional
        Flat parameters to start from, in place of those that the experiment names or draws.

    Raises
    ------
    InputError
        The data or the parameters to start from cannot be used.
    """

    def __init__(self, experiment: Experiment, problem: Problem | None = None, start: Array | None = None) -> None:
        check(experiment)
        self.experiment = experiment
        self.problem = problem or prepare(experiment)
        go_on("Making the network")
        self._descent = begin_descent(experiment, self.problem, start)
        self._judge = Judge(self.problem, self._descent.parameters.flat.dtype)
        self._stage: SceneMaker | None = None
        self._measurement: Iterator[None] | None = None
        self._measure_anew()

    @property
    def finite(self) -> bool:
        """False once a parameter is no number any more, or single precision does not hold the loss."""
        overflows = self.experiment.training.precision == "single" and not isfinite(self._metrics.train.loss)
        return self._descent.finite and not overflows

    @property
    def settled(self) -> bool:
        """Whether an epoch has ended as well as its training asks for, if it does."""
        training = self.experiment.training
        measured = self._metrics.step == self.step and not self._descent.batch
        return training.stops and measured and is_over(training, self._metrics.train)

    @property
    def step(self) -> int:
        return self._descent.step

    @property
    def metrics(self) -> Metrics:
        """The metrics last measured."""
        return self._metrics

    @property
    def steps_an_epoch(self) -> int:
        """Steps in one pass over the training samples."""
        return self._descent.batches

    @property
    def steps_to_epoch_end(self) -> int:
        return self._descent.batches - self._descent.batch

    def advance(self, steps: int) -> None:
        if not self.experiment.training.stops:
            self._descent.advance(steps)
            return
        end = self.step + steps
        self._settle()
        while self.step < end and self.finite and not self.settled:
            self._descent.advance(min(end - self.step, self.steps_to_epoch_end))
            self._settle()

    def _settle(self) -> None:
        """At the end of an epoch, see how well it has ended."""
        if not self._descent.batch:
            self.measure()

    def measure(self) -> None:
        """Score the parameters on the training and test samples, unless that has been done."""
        if self._metrics.step != self.step:
            self._measure_anew()

    def measure_on(self) -> bool:
        """Score a part of the samples; with the last part metrics are those of the step at the first one."""
        self._measurement = self._measurement or self._measured()
        for _ in self._measurement:
            return False
        self._measurement = None
        return True

    def _measure_anew(self) -> None:
        self._measurement = None
        while not self.measure_on():
            go_on("Measuring")

    def _measured(self) -> Iterator[None]:
        step, epoch = self._descent.step, self._descent.epoch
        flat = self._descent.parameters.flat.copy()
        scores = yield from self._judge.scoring(Parameters(self.problem.network.shapes, flat))
        self._metrics = Metrics(step, epoch, *scores)

    def snapshot(self) -> Snapshot:
        position = self._descent.position()
        position.parameters.flags.writeable = position.memory.flags.writeable = False
        return Snapshot(self.experiment, self.problem, position, self._metrics, self.finite)

    def picture(self, lens: Lens, *, is_partial: bool = False) -> Snapshot:
        """The same, and what the network computes where someone looks.

        ``is_partial``: all but region, curves and the unit looked at may be those of the last picture.
        """
        if self._stage is None or (self._stage.problem, self._stage.lens) != (self.problem, lens):
            self._stage = SceneMaker(self.problem, lens)
        snapshot = self.snapshot()
        scene = self._stage.scene(snapshot.parameters, is_partial=is_partial)
        if lens.aspects:
            scene = replace(scene, aspects=self._stage.aspects(snapshot, is_partial=is_partial))
        return replace(snapshot, scene=scene)

    def restore(self, snapshot: Snapshot) -> None:
        """Go to a snapshot's step with a snapshot's settings; the shape of the network must be the same."""
        if snapshot.experiment != self.experiment:
            self.tune(snapshot.experiment)
        self._descent.restore(snapshot.position)
        self._metrics, self._measurement = snapshot.metrics, None

    def can_adopt(self, snapshot: Moment) -> bool:
        """Whether a snapshot's parameters fit this run's network."""
        return (
            isinstance(snapshot, Snapshot)
            and snapshot.problem.network.layer_sizes == self.problem.network.layer_sizes
            and snapshot.problem.network.convolutions == self.problem.network.convolutions
        )

    def adopt(self, snapshot: Snapshot) -> None:
        """Go on, on this run's data and settings, from the parameters of a run of the same shape."""
        position = snapshot.position
        before, after = snapshot.experiment, self.experiment
        if before.training.optimizer != after.training.optimizer:  # what it remembers means something else there
            position = replace(position, memory=self._descent.position().memory)
        if (before.data, before.training.batch_size) != (after.data, after.training.batch_size):
            position = replace(position, batch=0)
        self._descent.restore(position)
        self._measure_anew()

    def tune(self, experiment: Experiment) -> None:
        """Go on with other training settings; data, network and seed must be those of this run."""
        problem = self.problem_of(experiment)
        self.experiment = experiment
        self._descent.tune(hyperparameters(experiment.training, experiment.network.frozen), problem.network)
        if problem is not self.problem:
            self.problem = problem
            self._judge = Judge(self.problem, self._descent.parameters.flat.dtype)
            self._measure_anew()

    def problem_of(self, experiment: Experiment) -> Problem:
        """The problem under other training settings; most often all that is drawn can stay as it is.

        Raises
        ------
        InputError
            The settings make no sense.
        """
        check(experiment)
        require_fit(experiment, self.problem.dataset)
        problem = with_shifted_tests(self.problem, experiment.data.shift)
        sizes, picture = problem.network.layer_sizes, problem.picture if problem.network.convolutions else None
        network = network_of(experiment, sizes[0], sizes[-1], picture.shape if picture else None)
        return problem if network == problem.network else replace(problem, network=network)

    def set_parameter(self, layer: int, unit: int, source: int | None, value: float) -> None:
        """Set a weight by hand, or with ``source`` None a bias; layer and units are counted from 0.

        A connection that is cut stays so.
        """
        parameters = self._descent.parameters
        with np.errstate(over="ignore"):  # too large a value for single precision is a way to diverge
            if source is None:
                parameters.biases[layer][unit] = value
            elif (layer + 1, unit + 1, source + 1) not in cuts(self.experiment.network, self.problem.network):
                parameters.weights[layer][unit, source] = value
        self._measure_anew()

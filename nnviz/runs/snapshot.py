"""A run at one step: read-only, enough to show it and to go on from it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from msgspec import structs

from nnviz.engine.descent import Position
from nnviz.engine.network import Parameters
from nnviz.engine.tape import Array
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.problem import Problem
from nnviz.runs.metrics import Metrics, accuracy_text, is_over, loss_text
from nnviz.runs.scene import Scene

_OVERHEAD = 1400
"""Bytes that a snapshot takes besides its arrays: 850 to 1,800 as measured with tracemalloc."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A picture of a run at one step.

    Parameters
    ----------
    position : Position
        Parameters, optimizer's memory and place in the epoch.
    metrics : Metrics
        As last measured; while a large run is under way, some steps ago.
    finite : bool
        False once the run has diverged.
    edited : bool
        Settings or weights were changed by hand at this step: the run did not come here by itself.
    scene : Scene or None
        What the network computes over the plane, where someone looks.
    """

    experiment: Experiment
    problem: Problem
    position: Position
    metrics: Metrics
    finite: bool = True
    edited: bool = False
    scene: Scene | None = None

    @property
    def step(self) -> int:
        return self.position.step

    @property
    def epoch(self) -> int:
        """Whole passes over the training samples done."""
        return self.position.epoch

    @property
    def step_in_epoch(self) -> int:
        """Batches done of the epoch under way."""
        return self.position.batch

    @property
    def steps_an_epoch(self) -> int:
        """Batches in one epoch."""
        return self.problem.steps_an_epoch(self.experiment.training.batch_size)

    @property
    def settled(self) -> bool:
        """Whether an epoch has ended as well as its training asks for, if it does."""
        training = self.experiment.training
        measured = self.metrics.step == self.step and not self.position.batch
        return training.stops and measured and is_over(training, self.metrics.train)

    @property
    def loss(self) -> float:
        """The training loss last measured."""
        return self.metrics.train.loss

    @property
    def measures(self) -> Mapping[str, float]:
        """Step, epoch, losses and accuracies by name, those there are."""
        record = self.metrics.as_record() | {"step": self.step, "epoch": self.epoch}
        return {name: value for name, value in record.items() if value is not None}

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """Epoch, step, losses and accuracy as text."""
        train, test = self.metrics.train, self.metrics.test
        return (
            ("epoch", f"{self.epoch:,}"),
            ("step", f"{self.step:,}"),
            ("train loss", loss_text(train)),
            ("test loss", loss_text(test)),
            ("test accuracy" if test else "train accuracy", accuracy_text(test or train)),
        )

    def results(self) -> Mapping[str, bytes]:
        """None: its moments are what a document holds."""
        return {}

    def epoch_at(self, step: int) -> int:
        return self.epoch + (self.position.batch + step - self.step) // self.steps_an_epoch

    @property
    def parameters(self) -> Parameters:
        """The parameters, as read-only views."""
        return Parameters(self.problem.network.shapes, self.position.parameters)

    @property
    def weights(self) -> tuple[Array, ...]:
        """W¹ … Wᴸ, shape (mˡ, mˡ⁻¹)."""
        return self.parameters.weights

    @property
    def biases(self) -> tuple[Array, ...]:
        """b¹ … bᴸ, shape (mˡ,)."""
        return self.parameters.biases

    @property
    def size(self) -> int:
        """Bytes that keeping this snapshot costs, its scene apart."""
        return self.position.parameters.nbytes + self.position.memory.nbytes + self.metrics.size + _OVERHEAD

    @property
    def effort(self) -> int:
        """Parameters: each step changes them all."""
        return self.position.parameters.size

    def parameter(self, layer: int, unit: int, source: int | None) -> float:
        """A weight, all places counted from 0, or with ``source`` None a bias."""
        return float(self.parameters.layers[layer][unit, -1 if source is None else source])

    def as_read(self) -> Experiment:
        return structs.replace(self.experiment, data=self.problem.as_read(self.experiment.data))

    def as_resumed(self) -> Experiment:
        """The experiment with these weights to start from; without them if it has none of its own yet."""
        experiment = self.as_read()
        if not self.step and not self.edited:
            return experiment
        weights = tuple(tuple(map(tuple, w.tolist())) for w in self.weights)
        biases = tuple(tuple(b.tolist()) for b in self.biases)
        design = structs.replace(experiment.network, weights=weights, biases=biases)
        training = structs.replace(experiment.training, start="")
        return structs.replace(experiment, network=design, training=training)

    def as_edited(self) -> Self:
        return replace(self, edited=True)

    def bare(self) -> Self:
        """The moment without its scene."""
        return replace(self, scene=None)

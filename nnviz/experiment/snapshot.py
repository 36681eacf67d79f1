"""A run at one step: read-only, enough to show it and to go on from it."""

from dataclasses import dataclass

from nnviz.engine.descent import Position
from nnviz.engine.network import Parameters
from nnviz.engine.tape import Array
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.metrics import Metrics
from nnviz.experiment.problem import Problem
from nnviz.experiment.scene import Scene

_OVERHEAD = 1800
"""Bytes that a snapshot takes besides its arrays: 1,000 to 2,300 as measured with tracemalloc."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A picture of a run at one step.

    Parameters
    ----------
    experiment : Experiment
    problem : Problem
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
        """Updates done."""
        return self.position.step

    @property
    def epoch(self) -> int:
        """Whole passes over the training samples done."""
        return self.position.epoch

    def epoch_at(self, step: int) -> int:
        """Whole passes done when the run has come, by itself, from here to a step."""
        batches = self.problem.steps_an_epoch(self.experiment.training.batch_size)
        return self.epoch + (self.position.batch + step - self.step) // batches

    @property
    def parameters(self) -> Parameters:
        """The parameters, as read-only views."""
        return Parameters(self.problem.network.layer_sizes, self.position.parameters)

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

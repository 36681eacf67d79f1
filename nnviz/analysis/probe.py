"""What every neuron computes for one point of the plane, which is put there by hand."""

from collections.abc import Callable

import numpy as np
from msgspec import Struct

from nnviz.data.dataset import FloatArray
from nnviz.engine.network import forward
from nnviz.experiment.problem import Problem
from nnviz.runs.snapshot import Snapshot


class Probed(Struct, frozen=True, eq=False):
    """A point of the plane on its way through the network.

    Parameters
    ----------
    x, y : float
        The point; with one input, y is of no account.
    pre_activations : tuple of arrays, shape (units,)
        Of each layer but the inputs.
    activations : tuple of arrays, shape (units,)
        Of each layer, the inputs first.
    """

    x: float
    y: float
    pre_activations: tuple[FloatArray, ...]
    activations: tuple[FloatArray, ...]

    @property
    def outputs(self) -> FloatArray:
        """What the network answers, shape (outputs,)."""
        return self.activations[-1]


class Probe(Struct, frozen=True):
    """A point that is put into the plane: an aspect, whose picture is a `Probed`."""

    x: float
    y: float

    def prepare(self, problem: Problem) -> Callable[[Snapshot], Probed]:
        """What turns a snapshot of the problem into a `Probed`."""
        inputs = problem.network_inputs(problem.projection.lift(np.array([[self.x, self.y]]))).T

        def picture(snapshot: Snapshot) -> Probed:
            layers = list(forward(problem.network, snapshot.parameters, inputs))
            before, after = (
                [np.asarray(each[:, 0], np.float64) for each in of] for of in zip(*layers, strict=True)
            )
            return Probed(self.x, self.y, tuple(before), (inputs[:, 0], *after))

        return picture


def probed_in(snapshot: Snapshot) -> Probed | None:
    """What a snapshot's network computes for the probe, if there is one."""
    pictures = snapshot.scene.aspects.values() if snapshot.scene else ()
    return next((picture for picture in pictures if isinstance(picture, Probed)), None)

"""What a network answers at one point of the plane."""

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.engine.network import forward
from nnviz.runs.snapshot import Snapshot


def outputs_at(snapshot: Snapshot, x: float, y: float) -> FloatArray:
    """The outputs of a snapshot's network, shape (outputs,), at a point of its data's plane."""
    problem = snapshot.problem
    inputs = problem.network_inputs(problem.projection.lift(np.array([[x, y]]))).T
    with np.errstate(all="ignore"):  # a run may have diverged
        *_, (_, output) = forward(problem.network, snapshot.parameters, inputs)
    return np.asarray(output[:, 0], dtype=np.float64)

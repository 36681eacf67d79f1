"""How large the gradients are that reach each layer: whether depth lets the first layers learn at all."""

import numpy as np

from nnviz.engine.network import Parameters
from nnviz.engine.optimizers import Hyperparameters
from nnviz.engine.step import Buffers, Model, backward_pass, forward_pass
from nnviz.engine.tape import play
from nnviz.experiment.problem import Problem

_SAMPLES = 500
_MOST_PRODUCTS = 4_000_000
"""Weights times samples that cost a frame no more than a few milliseconds."""


def samples_measured(problem: Problem) -> int:
    """How many training samples the sizes are measured on: up to 500, fewer where the network is large."""
    affordable = _MOST_PRODUCTS // Parameters(problem.network.layer_sizes).flat.size
    return min(len(problem.train), _SAMPLES, max(1, affordable))


class DeltaSizes:
    """Measures the deltas ∂loss/∂p of one problem's network, by the tapes that it learns by.

    Always in double precision: what vanishes is soon too small for single.
    """

    def __init__(self, problem: Problem) -> None:
        network, train, count = problem.network, problem.train, samples_measured(problem)
        parameters, gradient = (Parameters(network.layer_sizes) for _ in range(2))
        model = Model(network, parameters, gradient, np.empty((1, 0)), np.empty(0), None, Hyperparameters())
        inputs = np.concatenate([train.inputs[:count], np.ones((count, 1))], axis=1, dtype=np.float64)
        targets = train.targets[:count].astype(np.float64)
        self._buffers = buffers = Buffers(network, count, np.dtype(np.float64))
        self._parameters, self._gain = parameters, model.gain(count)
        columns = (np.ascontiguousarray(inputs.T), np.ascontiguousarray(targets.T))
        self._tape = [
            *forward_pass(model, buffers, columns[0]),
            *backward_pass(model, buffers, *columns),
        ]

    def sizes(self, parameters: Parameters) -> tuple[float, ...]:
        """Root mean square, over units and samples, of ∂loss/∂p of every layer, the output's last.

        The loss is that of one sample, without penalties.
        """
        self._parameters.flat[:] = parameters.flat
        play(self._tape)
        return tuple(self._size(l) for l in range(len(self._buffers.rows)))

    def _size(self, l: int) -> float:
        deltas = self._buffers.units(self._buffers.deltas, l).ravel() / self._gain
        return float(np.sqrt(deltas.dot(deltas) / deltas.size))

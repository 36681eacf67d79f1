"""What is measured of every layer: how its units respond to the data, and how large the deltas are."""

import math
from itertools import accumulate

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnviz.data.dataset import FloatArray
from nnviz.engine.network import Network, Parameters, forward
from nnviz.engine.optimizers import Hyperparameters
from nnviz.engine.step import Buffers, Model, backward_pass, forward_pass
from nnviz.engine.tape import Array, play
from nnviz.experiment.problem import Problem

_SAMPLES, _FEWEST_SAMPLES = 1000, 16
_PRODUCTS = 10_000_000
"""Multiplications a frame: about half a millisecond of one core."""
_BINS = 40
_HUGE = 1e30
"""What goes beyond has diverged, and would overflow the histogram's arithmetic in single precision."""
_DELTA_SAMPLES = 500
_MOST_PRODUCTS = 4_000_000
"""Weights times samples that cost a frame no more than a few milliseconds."""


class Response(Struct, frozen=True, eq=False):
    """Distributions over a layer's units and up to 1,000 training samples, fewer for a large network.

    Parameters
    ----------
    reach : float
        Pre-activations are counted from −reach to reach.
    pre_activations : array of int, shape (40,)
    low, high : float
        Activations are counted from low to high.
    activations : array of int, shape (40,)
    """

    reach: float
    pre_activations: NDArray[np.int64]
    low: float
    high: float
    activations: NDArray[np.int64]


def responses(problem: Problem, parameters: Parameters) -> tuple[Response, ...]:
    """The responses of every layer, the output's last."""
    count = _affordable(problem.network)
    inputs = np.ascontiguousarray(problem.train.inputs[:count].T, parameters.flat.dtype)
    p, o = (np.concatenate(values) for values in zip(*forward(problem.network, parameters, inputs), strict=True))
    layers = _Layers(problem.network.layer_sizes[1:])
    reach = np.array([_round_up(float(value)) or 1.0 for value in layers.largest(np.abs(p))])
    low = np.array([min(0.0, -_round_up(float(value))) for value in layers.largest(-o)])
    high = np.array([max(0.0, _round_up(float(value))) for value in layers.largest(o)])
    high[high <= low] += 1.0
    before, after = layers.counts(p, -reach, reach), layers.counts(o, low, high)
    return tuple(map(Response, reach.tolist(), before, low.tolist(), high.tolist(), after))


def _affordable(network: Network) -> int:
    """Samples that a network can be asked about with every frame; of a small one 1,000."""
    return min(_SAMPLES, max(_FEWEST_SAMPLES, _PRODUCTS // network.products))


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 8 …, so that an axis seldom changes; 0 for what is not above 0."""
    if not abs(value) < _HUGE:
        return 1.0
    return 0.0 if value <= 0.0 else float(2.0 ** max(0.0, math.ceil(math.log2(value))))


class _Layers:
    """Does with the values of all layers, which stand below each other, what is to be done with each layer's."""

    def __init__(self, sizes: tuple[int, ...]) -> None:
        self._count = len(sizes)
        self._starts = [0, *accumulate(sizes[:-1])]
        self._layer = np.repeat(np.arange(len(sizes)), sizes)[:, None]

    def largest(self, values: Array) -> Array:
        """The largest value of each layer that is a number."""
        return np.fmax.reduceat(np.fmax.reduce(values, axis=1), self._starts)

    def counts(self, values: Array, low: FloatArray, high: FloatArray) -> NDArray[np.int64]:
        """How many of each layer's values lie in each of 40 equal bins, shape (layers, 40)."""
        dtype = values.dtype
        lows, highs, scales = (limits.astype(dtype)[self._layer] for limits in (low, high, _BINS / (high - low)))
        bins = ((values - lows) * scales).astype(np.intp)
        np.minimum(bins, _BINS - 1, out=bins)  # the upper end belongs to the last bin
        bins += _BINS * self._layer
        all_inside = max(values.max(), -values.min()) < _HUGE  # neither where one is no number
        chosen = bins.ravel() if all_inside else bins[(values >= lows) & (values <= highs)]
        return np.bincount(chosen, minlength=_BINS * self._count).astype(np.int64).reshape(-1, _BINS)


def samples_measured(problem: Problem) -> int:
    """How many training samples the sizes are measured on: up to 500, fewer where the network is large."""
    affordable = _MOST_PRODUCTS // problem.network.products
    return min(len(problem.train), _DELTA_SAMPLES, max(1, affordable))


class DeltaSizes:
    """Measures the deltas ∂loss/∂p of one problem's network, by the tapes that it learns by.

    Always in double precision: what vanishes is soon too small for single.
    """

    def __init__(self, problem: Problem) -> None:
        network, train, count = problem.network, problem.train, samples_measured(problem)
        parameters, gradient = (Parameters(network.shapes) for _ in range(2))
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

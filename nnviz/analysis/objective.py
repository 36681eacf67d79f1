"""What a run goes down: the training loss, with its penalties, as a function of all parameters."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from nnviz.engine.activations import IDENTITY
from nnviz.engine.network import Network, Parameters
from nnviz.engine.optimizers import Hyperparameters
from nnviz.engine.step import Buffers, Model, backward_pass, forward_pass, learning
from nnviz.engine.tape import Array, Tape, play
from nnviz.runs.beginning import mask
from nnviz.runs.snapshot import Snapshot

_BLOCK = 4096
"""Samples that are worked on at once."""

_NUMBERS, _MOST = 2**16, 64
"""Numbers that are worked on at once, and networks: a millisecond's work, after which others have their turn."""

_UNSCALED = Hyperparameters("momentum")
"""With these the gradient comes as it is; SGD has it multiplied by η."""


@dataclass(frozen=True, eq=False)
class _Block:
    """Some of the samples: the tape for them, where it leaves the logits, and their share of all samples."""

    tape: Tape
    logits: Array
    targets: Array
    share: float


class Objective:
    """Mean training loss + λ₁ Σ|w| + λ₂/2 Σ w², by the tapes that a network learns by, in double precision.

    Parameters
    ----------
    snapshot : Snapshot
        Whose samples, loss, penalties, cut connections and frozen layers count.

    Attributes
    ----------
    penalised : bool
        Whether there is a penalty in it.
    learns : array of 0 and 1, shape (parameters,)
        Which parameters the run changes.
    at_once : int
        How many points are best given together.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._problem, training = snapshot.problem, snapshot.experiment.training
        self._network, sizes = snapshot.problem.network, snapshot.problem.network.layer_sizes
        self._l1, self._l2 = training.penalties
        self.penalised = bool(self._l1 or self._l2)
        blank = Parameters(sizes)
        self._weights = blank.where_weights()
        learns = learning(sizes, mask(snapshot.experiment, sizes), snapshot.experiment.network.frozen)
        self.learns: Array = np.ones(blank.flat.size) if learns is None else learns
        rows = sum(sizes) * min(len(self._problem.train), _BLOCK)
        self.at_once = max(1, min(_MOST, _NUMBERS // rows))

    def values(self, points: Array) -> Array:
        """The objective, shape (R,), at points of shape (R, parameters); R at most ``at_once``."""
        flat, count = self._stack.flat, len(points)
        flat[:count] = points
        with np.errstate(all="ignore"):
            total = sum(self._loss_of(block) for block in self._blocks)[:count]  # type: ignore[index]
            if self.penalised:
                weights = points[:, self._weights]
                total += self._l1 * np.abs(weights).sum(axis=1) + 0.5 * self._l2 * np.vecdot(weights, weights)
        return np.asarray(total)

    def gradient(self, point: Array) -> Array:
        """∇ of the objective at a point, shape (parameters,); 0 for what the run does not change.

        Where a weight is zero, that of its L1 penalty is taken as 0.
        """
        return (self.smooth_gradient(point) + self._l1 * self._weights * np.sign(point)) * self.learns

    def smooth_gradient(self, point: Array) -> Array:
        """The same without the L1 penalty, whose kinks have no curvature."""
        self._single.flat[:] = point
        total = self._l2 * self._weights * point
        with np.errstate(all="ignore"):
            for tape, share in self._backward:
                play(tape)
                total += share * self._slope.flat
        return total * self.learns

    def _loss_of(self, block: _Block) -> Array:
        play(block.tape)
        losses = self._network.loss.per_sample(self._network.output, block.logits, block.targets)
        return np.asarray(block.share * losses.mean(axis=-1))

    @cached_property
    def _stack(self) -> Parameters:
        return Parameters(self._network.layer_sizes, np.zeros((self.at_once, self.learns.size)))

    @cached_property
    def _single(self) -> Parameters:
        return Parameters(self._network.layer_sizes)

    @cached_property
    def _slope(self) -> Parameters:
        return Parameters(self._network.layer_sizes)

    @cached_property
    def _blocks(self) -> list[_Block]:
        """Forward passes up to the logits, of as many networks as are given together."""
        shape, last = (self.at_once,), len(self._network.activations) - 1
        linear = Network(
            self._network.layer_sizes, (*self._network.activations[:-1], IDENTITY), self._network.loss
        )
        model = _model(linear, self._stack, self._stack)
        blocks = []
        for inputs, targets, share in self._samples():
            buffers = Buffers(linear, inputs.shape[1], inputs.dtype, shape)
            repeated = np.broadcast_to(inputs[:, None, :], (len(inputs), *shape, inputs.shape[1]))
            logits = buffers.units(buffers.activations, last)
            blocks.append(_Block(forward_pass(model, buffers, repeated), logits, targets[:, None, :], share))
        return blocks

    @cached_property
    def _backward(self) -> list[tuple[Tape, float]]:
        """Forward and backward passes of one network, each with its share of the samples."""
        model = _model(self._network, self._single, self._slope)
        passes = []
        for inputs, targets, share in self._samples():
            buffers = Buffers(self._network, inputs.shape[1], inputs.dtype)
            tape = [*forward_pass(model, buffers, inputs), *backward_pass(model, buffers, inputs, targets)]
            passes.append((tape, share))
        return passes

    def _samples(self) -> Iterator[tuple[Array, Array, float]]:
        """Inputs with a row of ones, targets, and the share of all samples, block by block."""
        train, count = self._problem.train, len(self._problem.train)
        for start, stop in pairwise([*range(0, count, _BLOCK), count]):
            inputs = train.inputs[start:stop].T.astype(np.float64)
            ones = np.ones((1, stop - start))
            targets = np.ascontiguousarray(train.targets[start:stop].T, np.float64)
            yield np.concatenate([inputs, ones]), targets, (stop - start) / count


def _model(network: Network, parameters: Parameters, gradient: Parameters) -> Model:
    return Model(network, parameters, gradient, np.empty((1, 0)), np.empty(0), None, _UNSCALED)

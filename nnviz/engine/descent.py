"""Gradient descent: a network's parameters following the data, batch by batch, epoch by epoch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from nnviz.engine.network import Network, Parameters
from nnviz.engine.optimizers import OPTIMIZERS, Hyperparameters
from nnviz.engine.scalar import StepFunction, scalar_steps, suits
from nnviz.engine.step import Buffers, Model, learning, training_step
from nnviz.engine.tape import Array, Tape, with_others

_MOST_COPIED = 8_000_000
"""Numbers of inputs that are copied, 64 MB, so as to be gathered without another thought."""
_AT_ONCE, _BYTES = 256, 4 * 2**20
"""Batches gathered at once: enough that gathering costs nothing, few enough that it never takes long, and that
they are still at hand, in the processor's cache, when they are used."""


class Batch(NamedTuple):
    """What one step learns from, of B samples.

    Parameters
    ----------
    inputs : array, shape (m⁰ + 1, B)
        With a last row of ones, which multiply the biases; in memory each sample lies in one piece.
    targets : array, shape (mᴸ, B)
        In memory each output lies in one piece.
    rows : array, shape (B, m⁰ + 1)
        The inputs once more, as the gradient takes them.
    """

    inputs: Array
    targets: Array
    rows: Array


class Batches:
    """Gathers some hundreds of batches at once, always into the same buffers.

    The inputs stay as they are gathered: to turn them over costs more than the one product saves that is quicker
    for it. The targets are turned over, all at once, to lie as the activations do that they are taken from.

    Parameters
    ----------
    inputs : array, shape (samples, m⁰ + 1)
        With a last column of ones; without it, shape (samples, m⁰), if it lacks them.
    targets : array, shape (samples, mᴸ)
    size : int
        Samples of a batch; the last one has what is left.
    lacks_ones : bool
        The ones are added to the batches, as many inputs are not copied for them.

    Attributes
    ----------
    count : int
        Batches in an epoch.
    whole : list of Batch
        The buffers of those that are gathered at once.
    rest : Batch or None
        That of the short last batch.
    """

    def __init__(self, inputs: Array, targets: Array, size: int, *, lacks_ones: bool = False) -> None:
        self._inputs, self._targets, self.size = inputs, targets, min(size, len(inputs))
        self._lacks_ones = lacks_ones
        self.count = -(-len(inputs) // self.size)
        self._kept = min(self.count, _AT_ONCE, max(1, _BYTES // (self.size * inputs[0].nbytes)))
        self._rows = np.zeros((self._kept * self.size, inputs.shape[1] + lacks_ones), targets.dtype)
        self._rows[:, inputs.shape[1] :] = 1.0
        self._goals = np.zeros((len(self._rows), targets.shape[1]), targets.dtype)
        self._turned = self._goals.reshape(self._kept, self.size, -1).mT
        self._outputs = np.zeros(self._turned.shape, targets.dtype)
        starts = range(0, len(self._rows), self.size)
        self.whole = [
            self._batch(start, self.size)._replace(targets=outputs)
            for start, outputs in zip(starts, self._outputs, strict=True)
        ]
        left = len(inputs) % self.size
        self.rest = self._batch((self.count - 1) % self._kept * self.size, left) if left else None

    def _batch(self, first: int, size: int) -> Batch:
        rows, goals = self._rows[first : first + size], self._goals[first : first + size]
        return Batch(rows.T, goals.T, rows)

    def __iter__(self) -> Iterator[Batch]:
        """The buffers: every whole batch, then the short one if there is one."""
        yield from self.whole
        if self.rest:
            yield self.rest

    def gather(self, order: NDArray[np.intp], batch: int) -> None:
        """Fill the buffers with the batches that are gathered together with one, of an epoch in this order."""
        start = batch // self._kept * self._kept * self.size
        chosen = order[start : start + len(self._rows)]
        rows = self._rows[: len(chosen)]
        if self._lacks_ones:
            rows[:, :-1] = self._inputs.take(chosen, 0)
        else:
            self._inputs.take(chosen, 0, rows, "clip")
        self._targets.take(chosen, 0, self._goals[: len(chosen)], "clip")
        np.copyto(self._outputs, self._turned)

    def within(self, batch: int, wanted: int) -> slice:
        """Where a batch is among those gathered, and as many as wanted after it as far as they are too."""
        first = batch % self._kept
        return slice(first, first + min(wanted, self._kept - first, self.count - batch))


@dataclass(frozen=True, eq=False)
class Position:
    """Where a descent stands; with it the descent can go on, bit for bit.

    Parameters
    ----------
    step, epoch : int
        Updates and whole passes done.
    batch : int
        Batches done in the epoch under way.
    parameters : array, shape (parameters,)
    memory : array, shape (slots, parameters)
        What the optimizer remembers.
    shuffling : mapping
        State of the random generator when the epoch under way began.
    """

    step: int
    epoch: int
    batch: int
    parameters: Array
    memory: Array
    shuffling: Mapping[str, Any]


class Descent:
    """Mini-batch gradient descent of one network on one set of samples.

    Parameters
    ----------
    inputs : array, shape (samples, m⁰)
    targets : array, shape (samples, mᴸ)
    parameters : Parameters
        Trained in place; their dtype is the precision of everything.
    rng : Generator
        Draws the order of the samples, once an epoch.
    mask : array of 0 and 1, shape (parameters,), optional
        Connections that are there; the others are and stay zero.
    """

    def __init__(
        self,
        network: Network,
        inputs: Array,
        targets: Array,
        parameters: Parameters,
        hyperparameters: Hyperparameters,
        rng: Generator,
        mask: Array | None = None,
    ) -> None:
        self.network = network
        self.parameters = parameters
        self.step = self.epoch = self.batch = 0
        self._rng = rng
        self._mask = None if mask is None else mask.astype(parameters.flat.dtype)
        self._lacks_ones = inputs.size > _MOST_COPIED
        self._inputs = inputs if self._lacks_ones else _with_ones(inputs, parameters.flat.dtype)
        self._targets = np.ascontiguousarray(targets, parameters.flat.dtype)
        self._cut()
        self.hyperparameters = hyperparameters
        self._forget()
        self._compile()
        self._begin_epoch()

    @property
    def batches(self) -> int:
        """Steps in an epoch."""
        return self._batches.count

    @property
    def finite(self) -> bool:
        """Whether every parameter is still a number of moderate size."""
        with np.errstate(all="ignore"):
            return self._is_finite()

    def tune(self, hyperparameters: Hyperparameters, network: Network | None = None) -> None:
        """Go on with other hyperparameters, or with a network of the same shape and another loss.

        A new optimizer starts with an empty memory. A new batch size, or another way to shuffle, starts the
        epoch under way over; all else leaves it as it is.
        """
        before, size = self.hyperparameters, self._batches.size
        self.hyperparameters = hyperparameters
        self.network = network or self.network
        if before.optimizer != hyperparameters.optimizer:
            self._forget()
        self._compile()
        if (size, before.shuffle) != (self._batches.size, hyperparameters.shuffle):
            self._begin_epoch()
        else:
            self._batches.gather(self._order, self.batch)

    def advance(self, steps: int) -> None:
        """Take so many steps, or fewer if the parameters cease to be finite (looked at once an epoch)."""
        with np.errstate(all="ignore"):
            while steps > 0:
                steps -= self._take_steps(steps)
                if self.batch == self.batches and not self._end_epoch():
                    return

    def position(self) -> Position:
        """Where the descent stands now, as copies."""
        memory = self._memory[:-1].copy()
        return Position(self.step, self.epoch, self.batch, self.parameters.flat.copy(), memory, self._shuffling)

    def restore(self, position: Position) -> None:
        """Go back, or forward, to a position of this descent or of one of the same shape."""
        self.step, self.epoch = position.step, position.epoch
        self.parameters.flat[:] = position.parameters
        self._cut()
        self._memory[:-1] = position.memory
        learns = learning(self.parameters.shapes, self._mask, self.hyperparameters.frozen)
        if learns is not None:  # a moment of another run may remember how it moved what does not move here
            self._memory[:-1, learns == 0.0] = 0.0
        self._rng.bit_generator.state = dict(position.shuffling)
        self._begin_epoch()
        self.batch = position.batch
        self._batches.gather(self._order, self.batch)

    def _cut(self) -> None:
        if self._mask is not None:
            self.parameters.flat[self._mask == 0.0] = 0.0

    def _take_steps(self, steps: int) -> int:
        taken = self._take_scalar_steps(self._scalar, steps) if self._scalar else self._play(steps)
        self.batch += taken
        self.step += taken
        return taken

    def _play(self, steps: int) -> int:
        part = self._batches.within(self.batch, steps)
        if part.start == 0:
            self._batches.gather(self._order, self.batch)
        tapes = self._tapes[part]
        if self._batches.rest and self.batch + len(tapes) == self.batches:
            tapes[-1] = self._tapes[-1]
        for tape in tapes:
            for function, arguments in tape:
                function(*arguments)
        return len(tapes)

    def _take_scalar_steps(self, take: StepFunction, steps: int) -> int:
        chosen = self._order[self.batch : self.batch + steps].tolist()
        flat = self.parameters.flat
        samples = map(self._samples.__getitem__, chosen)
        flat[:] = take(flat.tolist(), samples, self.hyperparameters.learning_rate)
        return len(chosen)

    @cached_property
    def _samples(self) -> list[tuple[float, ...]]:
        """Inputs and targets of each sample, as plain numbers."""
        features = self.network.layer_sizes[0]
        return list(zip(*self._inputs[:, :features].T.tolist(), *self._targets.T.tolist(), strict=True))

    def _begin_epoch(self) -> None:
        self.batch = 0
        self._shuffling = self._rng.bit_generator.state
        count = len(self._inputs)
        shuffle = self.hyperparameters.shuffle
        self._order = self._rng.permutation(count) if shuffle else np.arange(count)

    def _end_epoch(self) -> bool:
        self.epoch += 1
        self._begin_epoch()
        return self._is_finite()

    def _is_finite(self) -> bool:
        return isfinite(self.parameters.flat.dot(self.parameters.flat))

    def _forget(self) -> None:
        slots = OPTIMIZERS[self.hyperparameters.optimizer].slots + 1  # the last one is scratch
        self._memory = np.zeros((slots, self.parameters.flat.size), self.parameters.flat.dtype)

    def _compile(self) -> None:
        """Make the buffers and a tape for each batch that is gathered at once, the short last one's last."""
        size = self.hyperparameters.batch_size
        self._batches = Batches(self._inputs, self._targets, size, lacks_ones=self._lacks_ones)
        self._scalar = scalar_steps(self.network) if self._suits_scalars() else None
        self._tapes = [] if self._scalar else self._tapes_for(self._model())

    def _suits_scalars(self) -> bool:
        flat = self.parameters.flat
        plain = self._mask is None and flat.dtype == np.float64
        return plain and suits(self.network, self.hyperparameters, flat.size)

    def _tapes_for(self, model: Model) -> list[Tape]:
        first, rest = self._batches.whole[0], self._batches.rest
        step = self._step(model, first)
        tapes = [with_others(step, dict(zip(map(id, first), batch, strict=True))) for batch in self._batches.whole]
        return [*tapes, self._step(model, rest)] if rest else tapes

    def _step(self, model: Model, batch: Batch) -> Tape:
        return training_step(model, Buffers(self.network, len(batch.rows), batch.rows.dtype), *batch)

    def _model(self) -> Model:
        parameters = self.parameters
        gradient = Parameters(parameters.shapes, dtype=parameters.flat.dtype)
        weights = parameters.where_weights().astype(parameters.flat.dtype)
        return Model(self.network, parameters, gradient, self._memory, weights, self._mask, self.hyperparameters)


def _with_ones(inputs: Array, dtype: np.dtype[np.floating]) -> Array:
    """One row a sample: its inputs, and a one for the biases."""
    return np.concatenate([inputs, np.ones((len(inputs), 1))], axis=1, dtype=dtype)

"""The samples of an epoch in the order of the epoch, batch by batch."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.tape import Array

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
        With a last column of ones.
    targets : array, shape (samples, mᴸ)
    size : int
        Samples of a batch; the last one has what is left.

    Attributes
    ----------
    count : int
        Batches in an epoch.
    whole : list of Batch
        The buffers of those that are gathered at once.
    rest : Batch or None
        That of the short last batch.
    """

    def __init__(self, inputs: Array, targets: Array, size: int) -> None:
        self._inputs, self._targets, self.size = inputs, targets, min(size, len(inputs))
        self.count = -(-len(inputs) // self.size)
        self._kept = min(self.count, _AT_ONCE, max(1, _BYTES // (self.size * inputs[0].nbytes)))
        self._rows = np.zeros((self._kept * self.size, inputs.shape[1]), inputs.dtype)
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
        self._inputs.take(chosen, 0, self._rows[: len(chosen)], "clip")
        self._targets.take(chosen, 0, self._goals[: len(chosen)], "clip")
        np.copyto(self._outputs, self._turned)

    def within(self, batch: int, wanted: int) -> slice:
        """Where a batch is among those gathered, and as many as wanted after it as far as they are too."""
        first = batch % self._kept
        return slice(first, first + min(wanted, self._kept - first, self.count - batch))

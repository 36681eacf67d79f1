"""The samples of an epoch in the order of the epoch, batch by batch."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.tape import Array

_AT_ONCE, _BYTES = 256, 4 * 2**20
"""Batches gathered at once: enough that gathering costs nothing, few enough that it never takes long, and that
they are still at hand, in the processor's cache, when they are used."""


class Batches:
    """Gathers some hundreds of batches at once, always into the same buffers.

    Parameters
    ----------
    samples : array, shape (samples, features)
    size : int
        Samples of a batch; the last one has what is left.

    Attributes
    ----------
    count : int
        Batches in an epoch.
    blocks : array, shape (gathered batches, features, size)
        The whole batches, feature-major, each without gaps: products of views with gaps take twice as long.
    rest : array, shape (features, samples left), or None
        The short last batch.
    """

    def __init__(self, samples: Array, size: int) -> None:
        self._samples, self.size = samples, min(size, len(samples))
        self.count = -(-len(samples) // self.size)
        batch = self.size * samples[0].nbytes
        self._kept = min(self.count, _AT_ONCE, max(1, _BYTES // batch))
        self._rows = np.zeros((self._kept * self.size, samples.shape[1]), samples.dtype)
        self._turned = self._rows.reshape(self._kept, self.size, -1).transpose(0, 2, 1)
        self.blocks = np.zeros(self._turned.shape, samples.dtype)
        left = len(samples) % self.size
        first = (self.count - 1) % self._kept * self.size
        self._last = self._rows[first : first + left].T
        self.rest = np.zeros(self._last.shape, samples.dtype) if left else None

    def __iter__(self) -> Iterator[Array]:
        """The buffers: every whole batch, then the short one if there is one."""
        yield from self.blocks
        if self.rest is not None:
            yield self.rest

    def gather(self, order: NDArray[np.intp], batch: int) -> None:
        """Fill the buffers with the batches that are gathered together with one, of an epoch in this order."""
        start = batch // self._kept * self._kept * self.size
        chosen = order[start : start + len(self._rows)]
        self._samples.take(chosen, 0, self._rows[: len(chosen)], "clip")
        np.copyto(self.blocks, self._turned)
        if self.rest is not None:
            np.copyto(self.rest, self._last)

    def within(self, batch: int, wanted: int) -> slice:
        """Where a batch is among those gathered, and as many as wanted after it as far as they are too."""
        first = batch % self._kept
        return slice(first, first + min(wanted, self._kept - first, self.count - batch))

    def columns(self, part: slice) -> list[list[float]]:
        """For batches of one sample: every feature of a part of them, as plain numbers."""
        columns: list[list[float]] = self._rows[part].T.tolist()
        return columns

"""A convolution: a layer whose connections are cut to windows and whose weights are the same at every place.

One idea carries it: a layer's matrix W is made of fewer parameters by an index map (`Convolution.connections`),
which says for each connection that it is cut, or which parameter stands there; the gradient of a parameter is the
sum over its copies. The matrix is there to be looked at. To compute with it would cost 3 to 12 times as much as
what is done here: the numbers of each window are gathered below each other, and all places are one product.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.activations import IDENTITY, ActivationFunction
from nnviz.engine.tape import Array, Tape, constant

Maps = tuple[int, int, int]
"""How many maps, and their rows and columns."""
Indices = NDArray[np.intp]
CUT = -1
"""Where no connection is, in an index map."""


@dataclass(frozen=True)
class Pool:
    """What becomes of the numbers at neighbouring places.

    Parameters
    ----------
    takes : str
        "max", "mean", or "" where every number goes on.
    side : int or None
        Rows and columns that become one; None for the whole map.
    """

    name: str
    title: str
    takes: str = ""
    side: int | None = 1


_POOLS = (
    Pool("none", "no pooling"),
    Pool("max_2x2", "max of 2×2", "max", 2),
    Pool("mean_2x2", "mean of 2×2", "mean", 2),
    Pool("max_map", "max of the map", "max", None),
    Pool("mean_map", "mean of the map", "mean", None),
)
POOLS = {pool.name: pool for pool in _POOLS}
"""Every way to pool, by name."""


@dataclass(frozen=True)
class Convolution:
    """A window of shared weights for each channel, slid over the maps below.

    At every place of the window p = w · (what it shows) + b, o = σ(p), and of the numbers at neighbouring places
    the largest or the mean goes on. The largest is taken of p, before σ: for a σ that never falls it is the same,
    and 64 times less work where a map becomes one number. Windows that do not fit are left out, as are rows and
    columns that do not fill a pool.

    Parameters
    ----------
    below : (maps, rows, columns)
        What it gets; a picture is one map.
    channels : int
        Maps that it makes.
    window : int
        Side of the window.
    stride : int
        Steps by which the window moves.
    padding : int
        Rows and columns of zeros around each map below.
    pool : Pool
    """

    below: Maps
    channels: int
    window: int
    stride: int = 1
    padding: int = 0
    pool: Pool = POOLS["none"]

    @property
    def inputs(self) -> int:
        """Numbers that it gets."""
        return prod(self.below)

    @property
    def places(self) -> tuple[int, int]:
        """Rows and columns of places that the window stands at, before pooling."""
        rows, columns = ((size + 2 * self.padding - self.window) // self.stride + 1 for size in self.below[1:])
        return rows, columns

    @property
    def sides(self) -> tuple[int, int]:
        """Rows and columns of places that become one number."""
        return self.places if self.pool.side is None else (self.pool.side, self.pool.side)

    @property
    def maps(self) -> Maps:
        """What it gives on: a map for each channel."""
        rows, columns = (size // side for size, side in zip(self.places, self.sides, strict=True))
        return self.channels, rows, columns

    @property
    def units(self) -> int:
        """Numbers that it gives on."""
        return prod(self.maps)

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of its parameters: for each channel the weights of the window, map by map, and the bias last."""
        return self.channels, self.below[0] * self.window**2 + 1

    @property
    def products(self) -> int:
        """Multiplications for one sample; gathering a number costs about as much as eight."""
        places = prod(self.maps[1:]) * prod(self.sides)
        return (self.channels + 8) * self.shape[1] * places

    @cached_property
    def reads(self) -> Indices:
        """The number below that each weight reads at each place, shape (weights + 1, places of a pool, pools).

        ``inputs`` stands for the one that multiplies the bias, ``inputs`` + 1 for a zero of the padding.
        """
        reads = self._reads_at_places.reshape(-1, *self.places)
        (_, rows, columns), (high, wide) = self.maps, self.sides
        whole = reads[:, : rows * high, : columns * wide].reshape(-1, rows, high, columns, wide)
        return np.ascontiguousarray(whole.transpose(0, 2, 4, 1, 3).reshape(len(reads), high * wide, -1))

    @cached_property
    def _reads_at_places(self) -> Indices:
        """The same for all places, row by row, shape (weights + 1, places)."""
        maps, rows, columns = self.below
        channel, down, right = np.indices((maps, self.window, self.window)).reshape(3, -1, 1)
        row, column = np.indices(self.places).reshape(2, 1, -1) * self.stride - self.padding + (down, right)
        inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        index = np.where(inside, (channel * rows + row) * columns + column, self.inputs + 1)
        return np.vstack([index, np.full(index.shape[1], self.inputs)])

    @cached_property
    def readers(self) -> Indices:
        """Where each number below is read, in `reads` as one row, shape (most, inputs); its size for none."""
        reads = self.reads.ravel()
        order = np.argsort(reads, kind="stable")
        counts = np.bincount(reads, minlength=self.inputs + 2)
        starts = np.cumsum(counts) - counts
        readers = np.full((counts[: self.inputs].max(), self.inputs), reads.size)
        for number in range(self.inputs):
            found = order[starts[number] : starts[number] + counts[number]]
            readers[: len(found), number] = found
        return readers

    @cached_property
    def connections(self) -> Indices:
        """The index map: which parameter stands where in the layer's matrix (channels · places, inputs + 1).

        Parameters are counted in `shape`, row by row; `CUT` where there is no connection. Before pooling.
        """
        weights, places = self._reads_at_places.shape
        index = np.full((self.channels, places, self.inputs + 2), CUT)
        own = np.arange(self.channels * weights).reshape(self.channels, weights, 1)
        index[:, np.arange(places), self._reads_at_places] = own
        return index.reshape(-1, self.inputs + 2)[:, :-1]


class Windows:
    """Where a convolution keeps its numbers, for one size of batch; and its operations on them.

    Attributes
    ----------
    sums : array, shape (channels, places of a pool, pools · B)
        p at every place; after a forward pass that takes the mean, o.
    """

    def __init__(
        self, convolution: Convolution, function: ActivationFunction, batch_size: int, dtype: np.dtype[np.floating]
    ) -> None:
        self.convolution, self._function = convolution, function
        weights, side, pools = convolution.reads.shape
        self._below = np.zeros((convolution.inputs + 2, batch_size), dtype)  # the last row is the padding
        self._patches = np.empty((weights, side, pools, batch_size), dtype)
        self._flat_patches = self._patches.reshape(weights, -1)
        shape = convolution.channels, side, pools * batch_size
        self.sums = np.empty(shape, dtype)
        self._deltas = np.zeros(shape, dtype)
        self._winners = np.zeros((shape[0], shape[2]), np.intp)
        self._chosen = np.zeros_like(self._winners)
        if convolution.pool.takes == "mean":
            self._slopes, self._scratch = np.empty(shape, dtype), np.zeros(shape, dtype)

    def forward(self, layer: Array, below: Array, out: Array) -> Tape:
        """From what is below, shape (inputs + 1, B) with a last row of ones, to p, or o of a mean, (units, B)."""
        takes, sums = self.convolution.pool.takes, self.sums.reshape(len(layer), -1)
        result = out.reshape(len(layer), -1)
        tape: Tape = [
            (np.copyto, (self._below[:-1], below)),
            (self._below.take, (self.convolution.reads, 0, self._patches, "clip")),
            (layer.dot, (self._flat_patches, sums if takes else result)),
        ]
        if takes == "max":
            tape += self._largest(result)
        elif takes == "mean":
            tape += self._function.value(self.sums, self._scratch)
            tape.append((np.mean, (self.sums, 1, None, result)))
        return tape

    def _largest(self, result: Array) -> Tape:
        """The largest p of each pool, and where it stands: of equal ones the first alone is taken."""
        channels, side, width = self.sums.shape
        start = np.arange(channels)[:, None] * side * width + np.arange(width)
        return [
            (self.sums.argmax, (1, self._winners)),
            (np.multiply, (self._winners, width, self._chosen)),
            (np.add, (self._chosen, start, self._chosen)),
            (self.sums.reshape(-1).take, (self._chosen, None, result, "clip")),
        ]

    def backward(self, layer: Array, delta: Array, gradient: Array | None, below: Array | None) -> Tape:
        """The gradient of the parameters, summed over all places, and ∂loss/∂o of what is below, (inputs, B).

        Parameters
        ----------
        delta : array, shape (units, B)
            ∂loss/∂p, or ∂loss/∂o of a mean.
        gradient : array, shape (channels, weights + 1), or None
        below : array, or None
            None where nobody asks.
        """
        delta = delta.reshape(len(layer), -1)
        pools = self._patches.shape[2]
        if self.convolution.pool.takes == "max" and pools == 1 and below is None and gradient is not None:
            return self._gradient_of_winners(delta, gradient)
        tape, deltas = self._at_places(delta)
        if gradient is not None:
            tape.append((deltas.dot, (self._flat_patches.T, gradient)))
        return tape if below is None else tape + self._passed_down(layer, deltas, below)

    def _gradient_of_winners(self, delta: Array, gradient: Array) -> Tape:
        """Of a whole map one place alone has a delta: its windows are all that is multiplied."""
        size = delta.shape[1]
        columns, windows = np.empty_like(self._winners), np.empty((gradient.shape[1], *delta.shape), delta.dtype)
        return [
            (np.multiply, (self._winners, size, columns)),
            (np.add, (columns, np.arange(size), columns)),
            (self._flat_patches.take, (columns, 1, windows, "clip")),
            (np.multiply, (windows, delta, windows)),
            (np.add.reduce, (windows, 2, None, gradient.T)),
        ]

    def _at_places(self, delta: Array) -> tuple[Tape, Array]:
        """Operations that spread δ of the pools over the places, and where it then is, (channels, places · B)."""
        takes, deltas = self.convolution.pool.takes, self._deltas.reshape(len(delta), -1)
        if not takes:
            return [], delta
        if takes == "max":
            return [(self._deltas.fill, (0.0,)), (self._deltas.put, (self._chosen, delta, "clip"))], deltas
        share = constant(1.0 / self.sums.shape[1], delta)
        return [
            *self._function.slope(self.sums, self._slopes, self._scratch),
            (np.multiply, (self._slopes, delta[:, None], self._deltas)),
            (np.multiply, (self._deltas, share, self._deltas)),
        ], deltas

    def _passed_down(self, layer: Array, deltas: Array, below: Array) -> Tape:
        """Wᵀ δ for every window, and for each number below the sum over the windows that read it."""
        readers, size = self.convolution.readers, self._patches.shape[-1]
        passed = np.zeros((self.convolution.reads.size + 1, size), deltas.dtype)  # the last row: read by none
        gathered = np.empty((*readers.shape, size), deltas.dtype)
        return [
            (layer.T.dot, (deltas, passed[:-1].reshape(self._flat_patches.shape))),
            (passed.take, (readers, 0, gathered, "clip")),
            (np.add.reduce, (gathered, 0, None, below)),
        ]


def windows_of(
    convolutions: tuple[Convolution, ...],
    functions: tuple[ActivationFunction, ...],
    batch_size: int,
    dtype: np.dtype[np.floating],
) -> Mapping[int, Windows]:
    """The windows of a network's convolutions, by layer, counted from 0."""
    pairs = zip(convolutions, functions, strict=False)
    return {
        l: Windows(convolution, function, batch_size, dtype) for l, (convolution, function) in enumerate(pairs)
    }


def unit_function(convolution: Convolution, function: ActivationFunction) -> ActivationFunction:
    """σ as it acts on what a convolution gives on: none where it has acted at every place, before the mean."""
    return IDENTITY if convolution.pool.takes == "mean" else function

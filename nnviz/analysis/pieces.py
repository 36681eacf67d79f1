"""Which pieces of the pictures excite a convolution's channels, now and before anything was learned."""

from collections.abc import Callable

import numpy as np
from msgspec import Struct

from nnviz.analysis.filters import INK, pictures
from nnviz.engine.convolution import Convolution, Windows
from nnviz.engine.network import Network, Parameters, forward
from nnviz.engine.tape import Array, play
from nnviz.experiment.problem import Problem
from nnviz.runs.beginning import draw
from nnviz.runs.feature_maps import unpooled
from nnviz.runs.maps import ZERO, Bytes
from nnviz.runs.snapshot import Snapshot

MOST_SAMPLES = 300
"""Training samples among which pieces are looked for; of more, the first, in random order."""
STRONGEST = 20
"""Pictures whose pieces are averaged."""


class Field(Struct, frozen=True):
    """What of the picture the places of a layer read.

    Parameters
    ----------
    start : int
        First row and column that the first place reads; negative in the padding.
    jump : int
        Pixels from one place to the next.
    size : int
        Rows and columns that a place reads.
    """

    start: int
    jump: int
    size: int


def field_of(convolutions: tuple[Convolution, ...], layer: int) -> Field:
    """What a place of a convolution, counted from 0, reads of the picture through the layers below."""
    start, jump, size = 0, 1, 1
    for l, convolution in enumerate(convolutions[: layer + 1]):
        start -= convolution.padding * jump
        size += (convolution.window - 1) * jump
        jump *= convolution.stride
        if l < layer and convolution.pool.side:
            size += (convolution.pool.side - 1) * jump
            jump *= convolution.pool.side
    return Field(start, jump, size)


class PiecePicture(Struct, frozen=True, eq=False):
    """Pieces of one layer.

    Parameters
    ----------
    layer : int
        From 0.
    first, now : byte arrays, shape (channels, size, size)
        For each channel the mean of the 20 pictures' pieces that excite it most, each at its best place: with the
        first weights and with those of the moment.
    spreads : (float, float)
        How much the 20 differ, of both: the variance of a pixel's ink among them, mean over pixels and channels.
    """

    layer: int
    first: Bytes
    now: Bytes
    spreads: tuple[float, float]


class Pieces(Struct, frozen=True):
    """Asks for the pieces that excite the channels of a convolution, counted from 0: an aspect."""

    layer: int = 0

    def prepare(self, problem: Problem) -> Callable[[Snapshot], PiecePicture | None]:
        """What turns a snapshot of the problem into a `PiecePicture`; None without such a layer."""
        if self.layer >= len(problem.network.convolutions):
            return lambda _snapshot: None
        return _Finder(problem, self.layer)


def pieces_in(snapshot: Snapshot) -> PiecePicture | None:
    """The pieces that a snapshot comes with, if it does."""
    found = snapshot.scene.aspects.values() if snapshot.scene else ()
    return next((picture for picture in found if isinstance(picture, PiecePicture)), None)


class _Finder:
    def __init__(self, problem: Problem, layer: int) -> None:
        self._problem, self._layer = problem, layer
        self._field = field_of(problem.network.convolutions, layer)
        inputs = problem.train.inputs[:MOST_SAMPLES]
        self._columns = np.ascontiguousarray(inputs.T)
        margin = self._field.size
        self._padded = np.pad(pictures(problem, inputs), ((0, 0), (margin, margin), (margin, margin)))
        self._first: tuple[Bytes, float] | None = None

    def __call__(self, snapshot: Snapshot) -> PiecePicture:
        if self._first is None:
            rng = np.random.default_rng(snapshot.experiment.training.seed)
            self._first = self._pieces(draw(snapshot.experiment, self._problem, rng))
        now, spread = self._pieces(snapshot.parameters)
        return PiecePicture(self._layer, self._first[0], now, (self._first[1], spread))

    def _pieces(self, parameters: Parameters) -> tuple[Bytes, float]:
        """The mean piece of each channel, and how much the pieces differ."""
        with np.errstate(all="ignore"):
            single = Parameters(parameters.shapes, parameters.flat.astype(np.float32))
            sums = _sums(self._problem.network, single, self._columns, self._layer)
        found = np.stack([self._strongest(of_channel) for of_channel in np.nan_to_num(sums)]) / INK
        means, spread = found.mean(axis=1), float(found.var(axis=1).mean())
        return np.asarray(ZERO + ZERO * means + 0.5, np.uint8), spread

    def _strongest(self, sums: Array) -> Array:
        """The pieces that excite a channel most, from p at every place (rows, columns, samples)."""
        _, columns, count = sums.shape
        flat = sums.reshape(-1, count)
        best = flat.argmax(axis=0)
        strongest = np.argsort(-flat[best, np.arange(count)], kind="stable")[:STRONGEST]
        at, size = self._field, self._field.size
        places = (divmod(int(best[sample]), columns) for sample in strongest)
        corners = [[place * at.jump + at.start + size for place in both] for both in places]
        return np.array(
            [
                self._padded[sample, top : top + size, left : left + size]
                for sample, (top, left) in zip(strongest.tolist(), corners, strict=True)
            ],
            np.float64,
        )


def _sums(network: Network, parameters: Parameters, inputs: Array, layer: int) -> Array:
    """Sums p at every place of a convolution, shape (channels, rows, columns, samples)."""
    below = np.asarray(inputs, parameters.flat.dtype)
    for _, (_, o) in zip(range(layer), forward(network, parameters, below), strict=False):
        below = o
    plain, function = unpooled(network.convolutions[layer]), network.activations[layer]
    sums = np.empty((plain.units, below.shape[1]), below.dtype)
    windows = Windows(plain, function, below.shape[1], below.dtype)
    with_ones = np.vstack([below, np.ones((1, below.shape[1]), below.dtype)])
    play(windows.forward(parameters.layers[layer], with_ones, sums))
    return sums.reshape(*plain.maps, -1)

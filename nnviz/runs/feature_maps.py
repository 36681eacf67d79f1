"""What the convolutions of a network make of one picture: a map for each channel, before and after pooling."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnviz.engine.activations import ActivationFunction
from nnviz.engine.convolution import POOLS, Convolution, Windows
from nnviz.engine.network import Network, Parameters
from nnviz.engine.tape import Array, play
from nnviz.runs.maps import Bytes, signed_bytes

_TINY = 1e-9


class FeatureMaps(Struct, frozen=True, eq=False):
    """What one convolution makes of a picture.

    Parameters
    ----------
    sums : array, shape (channels, rows, columns)
        p at every place of the window.
    maps : array, shape (channels, rows, columns)
        σ(p).
    pooled : array, shape (channels, rows, columns)
        What goes on.
    """

    sums: Array
    maps: Array
    pooled: Array

    def winner(self, channel: int) -> tuple[int, int]:
        """Row and column of the place where p is largest."""
        row, column = np.unravel_index(self.sums[channel].argmax(), self.sums.shape[1:])
        return int(row), int(column)


def feature_maps(network: Network, parameters: Parameters, inputs: Array) -> Iterator[FeatureMaps]:
    """The maps of each convolution, for one picture of shape (m⁰,)."""
    below = np.asarray(inputs, parameters.flat.dtype)
    parts = zip(network.convolutions, network.activations, parameters.layers, strict=False)
    for convolution, function, layer in parts:
        found = _maps_of(convolution, function, layer, below)
        below = found.pooled.ravel()
        yield found


def _maps_of(convolution: Convolution, function: ActivationFunction, layer: Array, below: Array) -> FeatureMaps:
    plain = unpooled(convolution)
    sums = np.empty((plain.units, 1), layer.dtype)
    windows = Windows(plain, function, 1, layer.dtype)
    play(windows.forward(layer, np.append(below, np.ones(1, layer.dtype))[:, None], sums))
    sums = sums.reshape(plain.maps)
    maps = function(sums)
    if convolution.pool.takes == "max":
        return FeatureMaps(sums, maps, function(_pools(sums, convolution).max(axis=(2, 4))))
    return FeatureMaps(sums, maps, _pools(maps, convolution).mean(axis=(2, 4)))


@lru_cache(maxsize=64)
def unpooled(convolution: Convolution) -> Convolution:
    """The same layer with all that it computes going on."""
    return replace(convolution, pool=POOLS["none"])


def _pools(maps: Array, convolution: Convolution) -> Array:
    """Maps as (channels, rows, places down, columns, places across) of pools."""
    (channels, rows, columns), (high, wide) = convolution.maps, convolution.sides
    return maps[:, : rows * high, : columns * wide].reshape(channels, rows, high, columns, wide)


def shades_of(maps: Array) -> Bytes:
    """Maps (maps, rows, columns) as bytes: full colour at the largest number of all of them."""
    with np.errstate(all="ignore"):
        largest = float(np.abs(np.nan_to_num(maps)).max(initial=0.0))
        full = np.full(len(maps), max(largest, _TINY), np.float32)
        return signed_bytes(maps.astype(np.float32), full)


def enlarged(maps: NDArray[np.uint8], side: int) -> Bytes:
    """Maps (maps, rows, columns) with pixels repeated, or left out, to have ``side`` rows and columns."""
    rows, columns = (np.arange(side) * size // side for size in maps.shape[1:])
    return np.ascontiguousarray(maps[:, rows[:, None], columns])


def node_maps(network: Network, parameters: Parameters, inputs: Array) -> tuple[Bytes, ...]:
    """The picture, and the maps of each convolution before pooling, as bytes (nodes, rows, columns)."""
    picture = np.asarray(inputs).reshape(network.convolutions[0].below)
    with np.errstate(all="ignore"):
        found = [each.maps for each in feature_maps(network, parameters, inputs)]
    return tuple(map(shades_of, (picture, *found)))

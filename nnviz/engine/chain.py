"""The chain rule along one path: the factors that carry the loss back to one parameter."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.engine.tape import Array
from nnviz.engine.trace import Traced


@dataclass(frozen=True)
class Chain:
    """One of the paths from the loss to a parameter.

    Parameters
    ----------
    layer : int
        The parameter's, counted from 0.
    units : tuple of int
        The unit of every layer that the path goes through, the parameter's own first, an output's last.
    source : int or None
        Where the parameter's connection comes from; None for a bias.
    factors : tuple of float
        δᴸ, then for every layer below w and σ′, and oˡ⁻¹ last, which is 1 for a bias.
    paths : int
        How many there are.
    """

    layer: int
    units: tuple[int, ...]
    source: int | None
    factors: tuple[float, ...]
    paths: int

    @property
    def value(self) -> float:
        """The product: what this path gives to the partial, which is the sum over all."""
        return math.prod(self.factors)


def strongest_chain(traced: Traced, layer: int, unit: int, source: int | None = None) -> Chain:
    """The path with the largest product, of all from the loss to a parameter (counted from 0)."""
    ways = [_ways_up(traced, l) for l in range(layer, len(traced.deltas) - 1)]
    reach = np.abs(traced.deltas[-1])
    choices: list[Array] = []
    for way in reversed(ways):
        products = reach[:, None] * np.abs(way)
        choices.insert(0, products.argmax(axis=0))
        reach = products.max(axis=0)
    units = [unit]
    for choice in choices:
        units.append(int(choice[units[-1]]))
    paths = math.prod(traced.network.layer_sizes[layer + 2 :])
    return Chain(layer, tuple(units), source, _factors(traced, layer, units, source), paths)


def _ways_up(traced: Traced, l: int) -> Array:
    """wˡ⁺¹ σ′(pˡ): what a delta above is multiplied by on its way to each unit of layer l."""
    return np.asarray(traced.parameters.weights[l + 1] * traced.hidden_slope(l))


def _factors(traced: Traced, layer: int, units: Sequence[int], source: int | None) -> tuple[float, ...]:
    factors = [float(traced.deltas[-1][units[-1]])]
    for l in range(len(traced.deltas) - 2, layer - 1, -1):
        unit, above = units[l - layer], units[l - layer + 1]
        factors += [float(traced.parameters.weights[l + 1][above, unit]), float(traced.hidden_slope(l)[unit])]
    return (*factors, 1.0 if source is None else float(traced.below(layer)[source]))

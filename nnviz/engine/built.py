"""Networks built by hand, whose weights a formula gives: exact for as many inputs, or layers, as one likes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.tape import Array

Matrices = list[Array]
"""For each layer W with b as its last column, shape (mˡ, mˡ⁻¹ + 1)."""
_SURE = 3.0
"""A factor on weights between inputs of ±1, with which tanh is within 0.005 of −1 or 1, and a sign as it is."""


@dataclass(frozen=True)
class BuiltNetwork:
    """A network whose weights are known.

    Parameters
    ----------
    name : str
        As in files.
    words : str
        What it computes, and of which units.
    matrices : callable (inputs, hidden layers) -> list of arrays
        W with b of every layer; it alone decides how many layers there are, and how wide they are.
    """

    name: str
    words: str
    matrices: Callable[[int, int], Matrices]

    def sizes(self, inputs: int, hidden_layers: int) -> tuple[int, ...]:
        """Units of its hidden layers, for so many inputs, and so many hidden layers where it leaves them free."""
        return tuple(len(matrix) for matrix in self.matrices(inputs, hidden_layers)[:-1])


def _sawtooth(_inputs: int, hidden_layers: int) -> Matrices:
    """Fold [−1, 1] by k layers of two ReLUs: T(u) = 2 relu(u) − 4 relu(u − ½), of u = (x + 1)/2, less ½."""
    first = np.array([[0.5, 0.5], [0.5, 0.0]])
    fold = np.array([[2.0, -4.0, 0.0], [2.0, -4.0, -0.5]])
    return [first, *[fold] * (hidden_layers - 1), np.array([[2.0, -4.0, -0.5]])]


def _xor_tree(inputs: int, _hidden_layers: int) -> Matrices:
    """Pairs of values ±1 become their XOR, which is OR and not AND, and pairs of these again, until one is left.

    A value without a partner is copied from layer to layer.
    """
    matrices: Matrices = []
    while inputs > 1:
        matrices += _xor_level(inputs)
        inputs = (inputs + 1) // 2
    return matrices


def _xor_level(values: int) -> Iterator[Array]:
    pairs, left = divmod(values, 2)
    either, both = np.zeros((2 * pairs + left, values + 1)), np.zeros((pairs + left, 2 * pairs + left + 1))
    for k in range(pairs):
        either[2 * k, [2 * k, 2 * k + 1, -1]] = 1.0, 1.0, 1.0
        either[2 * k + 1, [2 * k, 2 * k + 1, -1]] = -1.0, -1.0, 1.0
        both[k, [2 * k, 2 * k + 1, -1]] = 1.0, 1.0, -1.0
    if left:
        either[-1, values - 1] = both[-1, 2 * pairs] = 1.0
    yield _SURE * either
    yield _SURE * both


def _or_of_ands(inputs: int, _hidden_layers: int) -> Matrices:
    """A unit for every row of ±1 with an odd number of ones, which is on there alone; and whether any is on."""
    rows = np.array([row for row in product((-1.0, 1.0), repeat=inputs) if row.count(1.0) % 2])
    ands = np.column_stack([rows, np.full(len(rows), 1.0 - inputs)])
    return [_SURE * ands, _SURE * np.array([[*np.ones(len(rows)), len(rows) - 1.0]])]


def _counting(inputs: int, _hidden_layers: int) -> Matrices:
    """Unit j is on if at least j inputs are 1, the others −1; with signs in turn they say whether that is odd."""
    least = np.arange(1, inputs + 1)
    steps = np.column_stack([np.ones((inputs, inputs)), inputs + 1.0 - 2.0 * least])
    signs = np.where(least % 2, 1.0, -1.0)
    return [_SURE * steps, _SURE * np.array([[*signs, inputs % 2 - 1.0]])]


_ALL = (
    BuiltNetwork("sawtooth", "ReLU layers of two that fold [−1, 1] once each: 2ᵏ pieces by k of them", _sawtooth),
    BuiltNetwork("xor_tree", "parity of inputs ±1 by a tree of XORs, each of three units", _xor_tree),
    BuiltNetwork("or_of_ands", "parity by an AND for each odd row, and an OR", _or_of_ands),
    BuiltNetwork("counting", "parity by n units that count, and one", _counting),
)

BUILT = {network.name: network for network in _ALL}
"""Every built network by name. Those of parity are for units of tanh or sign, and inputs −1 and 1."""


def connections(matrices: Sequence[Array]) -> list[NDArray[np.bool_]]:
    """For each layer, which of its weights there are, shape (mˡ, mˡ⁻¹)."""
    return [matrix[:, :-1] != 0.0 for matrix in matrices]

"""A row of bits through a network, beside the same row through one that is built by hand for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.engine.activations import ACTIVATIONS, ActivationFunction
from nnviz.engine.built import BUILT, Matrices, connections
from nnviz.engine.network import Parameters, forward
from nnviz.engine.outputs import predicted_class
from nnviz.engine.tape import Array
from nnviz.experiment.problem import Problem
from nnviz.runs.snapshot import Snapshot

PARITY = ("xor_tree", "counting", "or_of_ands")
"""Networks built for parity, in the order in which one is looked for that has the sizes of a network."""
_MOST_UNITS = 600


@dataclass(frozen=True, eq=False)
class Passed:
    """A network with a row of bits going through it.

    Parameters
    ----------
    levels : tuple of arrays, shape (units,)
        The inputs, then what each layer's units say, from −1 for no to 1 for yes.
    weights : tuple of arrays, shape (units, units below)
    """

    levels: tuple[FloatArray, ...]
    weights: tuple[FloatArray, ...]


@dataclass(frozen=True, eq=False)
class BitPicture:
    """A row of a truth table in a network, and what becomes of all rows.

    Parameters
    ----------
    row : int
        Which row, counting from 0; as bits ``row_bits``, shape (bits,), with its ``target``, 0 or 1.
    now : Passed
        The network.
    built : Passed or None
        One built by hand with the same sizes, of units that are on or off, unless the network is that one; its
        name is ``built_name``.
    mask : tuple of arrays, shape (units, units below), or None
        Which connections the built one has, where it has not all.
    right : array of bool, shape (rows,)
        Which rows the network gets right, in counting order.
    held_out : array of bool, shape (rows,)
        Which rows it does not learn from.
    """

    row: int
    row_bits: FloatArray
    target: int
    now: Passed
    built: Passed | None
    built_name: str
    mask: tuple[FloatArray, ...] | None
    right: np.ndarray
    held_out: np.ndarray


@dataclass(frozen=True)
class BitRow:
    """A row of a truth table, counted from 0; of more than there are the last."""

    row: int = 0

    def prepare(self, problem: Problem) -> Callable[[Snapshot], BitPicture | None]:
        """What turns a `Snapshot` into a `BitPicture`; None for data that are no bits, or too large a network."""
        return _BitPictures(self.row, problem) if is_of_bits(problem) else lambda _snapshot: None


def is_of_bits(problem: Problem) -> bool:
    """Whether the data are rows of bits with two classes, and the network has units few enough to be drawn."""
    inputs, network = problem.dataset.inputs, problem.network
    is_plain = not (problem.features or network.convolutions)
    if not is_plain or len(problem.classes) != 2 or inputs.shape[1] < 2 or network.layer_sizes[-1] != 1:
        return False
    if sum(network.layer_sizes) > _MOST_UNITS or len(inputs) > 2 ** min(inputs.shape[1], 10):
        return False
    return bool(np.isin(inputs, (0.0, 1.0)).all() or np.isin(inputs, (-1.0, 1.0)).all())


class _BitPictures:
    def __init__(self, row: int, problem: Problem) -> None:
        self._problem = problem
        bits = (problem.dataset.inputs > 0.5).astype(np.float64)
        order = np.lexsort(bits.T[::-1])
        self._row = min(row, len(order) - 1)
        self._bits, self._targets = bits[order], problem.dataset.targets.astype(np.int64)[order]
        self._columns = problem.network_inputs(problem.dataset.inputs[order]).T
        self._held_out = np.isin(order, problem.test.rows)
        sizes = problem.network.layer_sizes
        self._name = next((name for name in PARITY if _fits(name, sizes)), "")
        matrices = BUILT[self._name].matrices(sizes[0], len(sizes) - 2) if self._name else []
        self._built = _through(matrices, 2.0 * self._bits[self._row] - 1.0) if matrices else None
        there = tuple(layer.astype(np.float64) for layer in connections(matrices))
        self._mask = there if there and not all(layer.all() for layer in there) else None

    def __call__(self, snapshot: Snapshot) -> BitPicture | None:
        if not snapshot.finite:
            return None
        logits, levels = self._passed(snapshot.parameters)
        right = predicted_class(logits) == self._targets
        weights = tuple(np.asarray(w, np.float64) for w in snapshot.parameters.weights)
        now = Passed((2.0 * self._bits[self._row] - 1.0, *levels), weights)
        return BitPicture(
            self._row,
            self._bits[self._row],
            int(self._targets[self._row]),
            now,
            None if self._is_built(weights) else self._built,
            self._name,
            self._mask,
            right,
            self._held_out,
        )

    def _is_built(self, weights: Sequence[FloatArray]) -> bool:
        """Whether these are the built one's own weights."""
        return self._built is not None and all(map(np.array_equal, weights, self._built.weights))

    def _passed(self, parameters: Parameters) -> tuple[Array, list[FloatArray]]:
        """Logits of all rows, and what the units of each layer say of the one."""
        network = self._problem.network
        columns = self._columns.astype(parameters.flat.dtype, copy=False)
        passes = list(forward(network, parameters, columns))
        pairs = zip(network.activations, passes, strict=True)
        return passes[-1][0], [_level(function, o, self._row) for function, (_, o) in pairs]


def _level(function: ActivationFunction, activations: Array, row: int) -> FloatArray:
    """Activations of a row from −1 to 1; of an unbounded function as shares of the largest of all rows."""
    low, high = function.span
    one = activations[:, row].astype(np.float64)
    if np.isfinite([low, high]).all():
        return np.asarray((2.0 * one - low - high) / (high - low))
    return np.asarray(one / max(float(np.abs(activations).max()), 1e-9))


def _fits(name: str, sizes: Sequence[int]) -> bool:
    return BUILT[name].sizes(sizes[0], len(sizes) - 2) == tuple(sizes[1:-1]) if sizes[0] <= 10 else False


def _through(matrices: Matrices, inputs: FloatArray) -> Passed:
    """A row of ±1 through a built network of threshold units."""
    levels, threshold = [inputs], ACTIVATIONS["sign"]
    for matrix in matrices:
        levels.append(np.asarray(threshold(matrix[:, :-1] @ levels[-1] + matrix[:, -1]), np.float64))
    return Passed(tuple(levels), tuple(np.asarray(matrix[:, :-1], np.float64) for matrix in matrices))

"""Inputs that are pictures, and the first layer's units: weights, use, and the samples that excite one most."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import FloatArray
from nnviz.data.pictures import PictureFormat
from nnviz.engine.network import forward
from nnviz.engine.tape import Array
from nnviz.experiment.problem import Problem
from nnviz.runs.maps import Bytes
from nnviz.runs.snapshot import Snapshot

_MOST_IN_A_ROW = 12
INK = 254
"""Byte of a pixel that is all ink; paper is 0."""
MOST_SAMPLES = 500
"""Training samples that use and strongest samples are found among; of more, the first, in random order."""
STRONGEST = 8
_PATIENCE = 1.25
"""How many times more one is used than the one before it until they change places: pictures must not dance."""
UnitIndices = NDArray[np.intp]


def cells_shape(problem: Problem) -> tuple[int, int]:
    """Rows and columns of cells, one for each input: a picture's, a row for a few inputs, or about a square."""
    inputs = problem.network.layer_sizes[0]
    if problem.picture:
        return problem.picture.shape
    columns = inputs if inputs <= _MOST_IN_A_ROW else int(np.ceil(np.sqrt(inputs)))
    return -(-inputs // columns), columns


def filter_shape(problem: Problem) -> tuple[int, int]:
    """Rows and columns of cells, one for each weight of a unit of the first layer; a convolution's window."""
    if problem.network.convolutions:
        convolution = problem.network.convolutions[0]
        return convolution.window, convolution.window
    return cells_shape(problem)


def pictures(problem: Problem, inputs: FloatArray) -> Bytes:
    """Pictures of inputs as the network gets them, shape (samples, inputs): bytes (samples, rows, columns).

    From paper, 0, to ink, 254.
    """
    form = problem.picture or PictureFormat(*cells_shape(problem))
    return (form.shares(raw_inputs(problem, inputs)) * INK + 0.5).astype(np.uint8)


def raw_inputs(problem: Problem, inputs: FloatArray) -> FloatArray:
    """Inputs of the network as they were before they were standardized."""
    scaling = problem.standardization
    return inputs if scaling is None else inputs * scaling.scale + scaling.mean


@dataclass(frozen=True, eq=False)
class FilterPicture:
    """The first layer, its units in the order of their use.

    Parameters
    ----------
    weights : array, shape (units, inputs)
        W¹, in the layer's own order. The units of a convolution are its maps.
    uses : array, shape (units,)
        ‖outgoing weights‖ · standard deviation of the activation over up to 500 training samples: how much what
        follows varies because of the unit. In a network without hidden layers only the standard deviation.
    order : array of int, shape (units,)
        The most used unit first; two change places once their uses differ by a quarter.
    unit : int or None
        The one whose strongest samples are wanted.
    strongest : array of int
        Training samples with its largest activations, the largest first, 8 at most.
    activations : array
        Of the unit for these.
    """

    weights: Array
    uses: Array
    order: UnitIndices
    unit: int | None
    strongest: UnitIndices
    activations: FloatArray


@dataclass(frozen=True)
class Filters:
    """Asks for the first layer's weights, and for the samples that excite one unit, counted from 0, most."""

    unit: int | None = None

    def prepare(self, problem: Problem) -> Callable[[Snapshot], FilterPicture]:
        """What turns a `Snapshot` into a `FilterPicture`."""
        return _FilterPictures(self.unit, problem)


class _FilterPictures:
    def __init__(self, unit: int | None, problem: Problem) -> None:
        known = unit is not None and unit < problem.network.node_sizes[1]
        self._unit, self._network = unit if known else None, problem.network
        self._columns = np.ascontiguousarray(problem.train.inputs[:MOST_SAMPLES].T)
        self._order: UnitIndices = np.arange(problem.network.node_sizes[1])
        self._is_sorted = False

    def __call__(self, snapshot: Snapshot) -> FilterPicture:
        parameters = snapshot.parameters
        columns = self._columns.astype(parameters.flat.dtype, copy=False)
        _, activations = next(forward(self._network, parameters, columns))
        units = len(self._order)
        activations = activations.reshape(units, -1, columns.shape[1]).max(axis=1)  # of a map, its largest
        uses = activations.std(axis=1)
        if len(parameters.weights) > 1:
            outgoing = parameters.weights[1].reshape(len(parameters.weights[1]), units, -1)
            uses = uses * np.linalg.norm(outgoing, axis=(0, 2))
        self._sort(uses)
        strongest, values = self._strongest(activations)
        return FilterPicture(parameters.weights[0], uses, self._order, self._unit, strongest, values)

    def _sort(self, uses: Array) -> None:
        """Sort anew if some unit is used much more than the one before it."""
        sorted_uses = uses[self._order]
        if not self._is_sorted or (sorted_uses[1:] > _PATIENCE * sorted_uses[:-1]).any():
            self._order, self._is_sorted = np.argsort(-uses, kind="stable"), True

    def _strongest(self, activations: Array) -> tuple[UnitIndices, FloatArray]:
        if self._unit is None:
            return np.empty(0, np.intp), np.empty(0)
        of_unit = activations[self._unit]
        chosen = np.argsort(-of_unit, kind="stable")[:STRONGEST]
        return chosen, of_unit[chosen].astype(np.float64)

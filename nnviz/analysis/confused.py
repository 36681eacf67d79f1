"""Which samples of one class are predicted as another, and how sure the network is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import FloatArray
from nnviz.engine.network import forward
from nnviz.engine.outputs import predicted_class
from nnviz.engine.tape import Array
from nnviz.experiment.problem import Problem
from nnviz.experiment.samples import Samples
from nnviz.runs.snapshot import Snapshot

MOST_SHOWN = 12
MOST_SEARCHED = 4096
"""Samples of the class that are looked through at most; of more, the first, which are in random order."""


@dataclass(frozen=True, eq=False)
class ConfusedSamples:
    """Samples of one class that are predicted as another, or as their own.

    Parameters
    ----------
    samples : Samples
        The set that they are of.
    indices : array of int
        Up to 12 of them, the surest first.
    outputs : array, shape (samples, outputs)
        What the network answers to each.
    count : int
        How many there are of them.
    """

    samples: Samples
    indices: NDArray[np.intp]
    outputs: FloatArray
    count: int


@dataclass(frozen=True)
class Confused:
    """A pair of classes, counted from 0, and whether training or test samples are meant."""

    actual: int
    predicted: int
    training: bool = False

    def prepare(self, problem: Problem) -> Callable[[Snapshot], ConfusedSamples | None]:
        """What turns a `Snapshot` into `ConfusedSamples`; None where there are no such classes."""
        if max(self.actual, self.predicted) >= len(problem.classes):
            return lambda _snapshot: None
        return _Confusions(self, problem)


class _Confusions:
    def __init__(self, wanted: Confused, problem: Problem) -> None:
        self._wanted, self._network = wanted, problem.network
        self._samples = problem.train if wanted.training or not len(problem.test) else problem.test
        self._candidates = np.flatnonzero(self._samples.classes == wanted.actual)[:MOST_SEARCHED]
        self._columns = np.ascontiguousarray(self._samples.inputs[self._candidates].T)

    def __call__(self, snapshot: Snapshot) -> ConfusedSamples:
        parameters = snapshot.parameters
        for passed in forward(self._network, parameters, self._columns.astype(parameters.flat.dtype, copy=False)):
            logits, outputs = passed
        found = np.flatnonzero(predicted_class(logits) == self._wanted.predicted)
        surest = found[np.argsort(-self._lead(outputs[:, found]), kind="stable")][:MOST_SHOWN]
        answers = outputs[:, surest].T.astype(np.float64)
        return ConfusedSamples(self._samples, self._candidates[surest], answers, len(found))

    def _lead(self, outputs: Array) -> Array:
        """How far the output for the prediction is ahead of the true class's; if they are one, how large."""
        predicted, actual = self._wanted.predicted, self._wanted.actual
        if len(outputs) == 1:
            return np.asarray(outputs[0] if predicted else -outputs[0])
        return np.asarray(outputs[predicted] - (outputs[actual] if predicted != actual else 0.0))

"""How well a network does: loss, accuracy, who is taken for whom."""

from collections.abc import Generator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.network import Parameters, logits
from nnviz.engine.outputs import predicted_class
from nnviz.engine.tape import Array
from nnviz.experiment.problem import Problem, Samples

_AT_ONCE, _PRODUCTS = 4096, 100e6
"""Samples, and multiplications, of a part of the measurement: about 5 ms of one core."""

_NONE = "–"


@dataclass(frozen=True, eq=False)
class Score:
    """How well a network does on some samples.

    Parameters
    ----------
    loss : float
        Mean over the samples, without penalty terms.
    confusion : array of int, shape (classes, classes), or None for regression
        Row: the class it is; column: the class it is taken for.
    """

    loss: float
    confusion: NDArray[np.int64] | None = None

    @property
    def size(self) -> int:
        """Bytes of the confusion matrix: many classes make it the larger part of a small network's snapshot."""
        return 0 if self.confusion is None else self.confusion.nbytes

    @property
    def misclassified(self) -> int | None:
        """Number of samples taken for another class; None for regression."""
        if self.confusion is None:
            return None
        return int(self.confusion.sum() - self.confusion.trace())

    @property
    def accuracy(self) -> float | None:
        """Share of the samples taken for what they are; None for regression."""
        if self.confusion is None:
            return None
        return float(self.confusion.trace() / self.confusion.sum())


@dataclass(frozen=True, eq=False)
class Metrics:
    """Scores at one step; ``test`` is None where nothing is held out."""

    step: int
    epoch: int
    train: Score
    test: Score | None

    @property
    def size(self) -> int:
        """Bytes that the scores take."""
        return self.train.size + (self.test.size if self.test else 0)

    def as_record(self) -> dict[str, Any]:
        """One line of a metrics file."""
        test = self.test or Score(float("nan"))
        values = {
            "step": self.step,
            "epoch": self.epoch,
            "train_loss": self.train.loss,
            "test_loss": test.loss,
            "train_accuracy": self.train.accuracy,
            "test_accuracy": test.accuracy,
        }
        return {key: _finite(value) for key, value in values.items()}


def _finite(value: float | None) -> float | None:
    return value if value is None or np.isfinite(value) else None


def loss_text(score: Score | None) -> str:
    """A loss to be read: seven figures at most, so that the eye finds the point where it was."""
    if score is None:
        return _NONE
    if not abs(score.loss) < float("inf"):
        return "diverged"
    return f"{score.loss:.4f}" if score.loss < 1000 else f"{score.loss:.2e}"


def accuracy_text(score: Score) -> str:
    """An accuracy to be read."""
    return _NONE if score.accuracy is None else f"{100 * score.accuracy:.1f} %"


Scoring = Generator[None, None, tuple[Score, Score | None]]
"""A measurement in parts; it returns the scores on the training and on the test samples."""


class Judge:
    """Scores parameters on a problem's training and test samples."""

    def __init__(self, problem: Problem, dtype: np.dtype[np.floating]) -> None:
        self._network = problem.network
        self._classes = len(problem.classes)
        products = sum(n * m for n, m in pairwise(problem.network.layer_sizes))
        self._at_once = min(_AT_ONCE, max(1, int(_PRODUCTS / products)))
        self._sets = [_Columns(samples, dtype) for samples in (problem.train, problem.test)]

    def scores(self, parameters: Parameters) -> tuple[Score, Score | None]:
        """Scores on the training and on the test samples."""
        scoring = self.scoring(parameters)
        while True:
            try:
                next(scoring)
            except StopIteration as stop:
                scores: tuple[Score, Score | None] = stop.value
                return scores

    def scoring(self, parameters: Parameters) -> Scoring:
        """The same in parts, so that something else can be done between them."""
        train = yield from self._score(parameters, self._sets[0])
        test = yield from self._score(parameters, self._sets[1])
        assert train is not None  # a split always leaves a training sample  # noqa: S101
        return train, test

    def _score(self, parameters: Parameters, columns: "_Columns") -> Generator[None, None, Score | None]:
        count = columns.inputs.shape[1]
        if not count:
            return None
        total, confusion = 0.0, np.zeros(self._classes**2, dtype=np.int64)
        for start in range(0, count, self._at_once):
            if start:
                yield
            part = slice(start, start + self._at_once)
            with np.errstate(all="ignore"):
                output = logits(self._network, parameters, columns.inputs[:, part])
                losses = self._network.loss.per_sample(self._network.output, output, columns.targets[:, part])
                total += float(losses.sum())
            if columns.classes is not None:
                confusion += self._counts(columns.classes[part], predicted_class(output))
        matrix = confusion.reshape(self._classes, self._classes) if self._classes else None
        return Score(total / count, matrix)

    def _counts(self, actual: NDArray[np.int64], predicted: NDArray[Any]) -> NDArray[np.int64]:
        return np.bincount(actual * self._classes + predicted, minlength=self._classes**2)


class _Columns:
    """Samples feature-major, as the engine takes them."""

    def __init__(self, samples: Samples, dtype: np.dtype[np.floating]) -> None:
        self.inputs: Array = np.ascontiguousarray(samples.inputs.T, dtype)
        self.targets: Array = np.ascontiguousarray(samples.targets.T, dtype)
        self.classes = samples.classes

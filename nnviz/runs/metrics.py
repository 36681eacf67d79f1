"""How well a network does: loss, accuracy, who is taken for whom."""

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnviz.data.dataset import FloatArray
from nnviz.engine.network import Parameters, logits
from nnviz.engine.outputs import predicted_class
from nnviz.engine.tape import Array
from nnviz.experiment.experiment import Training
from nnviz.experiment.problem import Problem
from nnviz.numerals import figure

_AT_ONCE, _FEWEST, _PRODUCTS = 4096, 64, 40_000_000
"""Samples at most and at least, and multiplications, of a part of the measurement: about 1 ms of one core, that no
frame comes late; large networks take longer, and need some samples at once, for each part reads all weights."""
_MOST_KEPT = 8_000_000
"""Numbers of samples that are kept turned over: 64 MB."""
_GATHERING = 8
"""How many times as long a multiplication takes where windows are gathered for it, in pieces that fit no cache."""
_NONE = "—"


class Score(Struct, frozen=True, eq=False):
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


class Metrics(Struct, frozen=True, eq=False):
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


def reached(training: Training, accuracy: FloatArray, loss: FloatArray) -> NDArray[np.bool_]:
    """Where learning ends, given accuracies on the training samples (NaN for regression) and losses alike."""
    right = (training.stop_accuracy > 0.0) & (accuracy >= training.stop_accuracy)
    return right | ((training.stop_loss > 0.0) & (loss <= training.stop_loss))


def is_over(training: Training, score: Score) -> bool:
    """Whether learning ends with such a score on the training samples."""
    accuracy = np.nan if score.accuracy is None else score.accuracy
    return bool(reached(training, np.array(accuracy), np.array(score.loss)))


def _finite(value: float | None) -> float | None:
    return value if value is None or np.isfinite(value) else None


def loss_text(score: Score | None) -> str:
    """A loss to be read."""
    if score is None:
        return _NONE
    return figure(score.loss) if abs(score.loss) < float("inf") else "diverged"


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
        dear = _GATHERING if problem.network.convolutions else 1
        self._at_once = min(_AT_ONCE, max(_FEWEST, _PRODUCTS // (dear * problem.network.products)))
        sets = [samples for samples in (problem.train, problem.test) if len(samples)]
        self._inputs = _columns([samples.inputs for samples in sets], dtype)
        self._targets = _columns([samples.targets for samples in sets], dtype)
        self._actual = [samples.classes for samples in sets]
        self._ends = np.cumsum([len(samples) for samples in sets])
        self._losses = np.empty(self._ends[-1])
        self._predicted = np.empty(self._ends[-1], np.int64)

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
        for start in range(0, len(self._losses), self._at_once):
            if start:
                yield
            with np.errstate(all="ignore"):
                self._score(parameters, slice(start, start + self._at_once))
        train, *test = map(self._total, [0, *self._ends[:-1]], self._ends, self._actual)
        return train, test[0] if test else None

    def _score(self, parameters: Parameters, part: slice) -> None:
        """Score a part of the samples, be they for training or for the test."""
        output = logits(self._network, parameters, self._inputs(part))
        self._losses[part] = self._network.loss.per_sample(self._network.output, output, self._targets(part))
        if self._classes:
            self._predicted[part] = predicted_class(output)

    def _total(self, start: int, end: int, actual: NDArray[np.int64] | None) -> Score:
        loss = float(self._losses[start:end].mean())
        if actual is None:
            return Score(loss)
        pairs = actual * self._classes + self._predicted[start:end]
        return Score(loss, np.bincount(pairs, minlength=self._classes**2).reshape(self._classes, -1))


def _columns(sets: list[FloatArray], dtype: np.dtype[np.floating]) -> Callable[[slice], Array]:
    """What gives a part of the samples feature-major, as the engine takes them, one set after the other.

    Many are turned over part by part, each time anew: kept so, they would take their memory once more.
    """
    if sum(samples.size for samples in sets) > _MOST_KEPT:
        starts = np.cumsum([0, *map(len, sets[:-1])]).tolist()
        return lambda part: np.ascontiguousarray(np.concatenate(_within(part, sets, starts)).T, dtype)
    whole = np.ascontiguousarray(np.concatenate(sets).T, dtype)
    return lambda part: whole[:, part]


def _within(part: slice, sets: list[FloatArray], starts: list[int]) -> list[FloatArray]:
    """What of each set is within a part of them all."""
    pairs = zip(sets, starts, strict=True)
    return [samples[max(0, part.start - first) : max(0, part.stop - first)] for samples, first in pairs]

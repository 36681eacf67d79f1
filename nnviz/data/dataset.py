"""What a network learns from: inputs, targets and their names, how they are split and scaled."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from nnviz.data.settings import TableSettings
from nnviz.errors import InputError
from nnviz.progress import go_on

FloatArray = NDArray[np.float64]
Extent = tuple[float, float, float, float]
"""Part of a plane: x_min, x_max, y_min, y_max."""
Task = Literal["classification", "regression"]
SampleIndices = NDArray[np.int64]
_FEW = 16
"""Columns up to which each is looked through by itself."""
_NUMBERS = 2**21
"""So many are worked on at a time, well within a tenth of a second: more are copied part by part only."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples as they were measured or generated, before any split, scaling or encoding.

    Parameters
    ----------
    inputs : array, shape (samples, features)
    targets : array
        Classification: the index of each sample's class, integers of shape (samples,).
        Regression: the values to predict, floats of shape (samples, outputs).
    input_names : tuple of str
        One name a feature, such as ``"x1"``.
    class_names : tuple of str
        In sorted order; empty for regression.
    notes : tuple of str
        What a person should be told about the data, such as the number of rows left out.
    labels : array of int, shape (samples,), or None
        The class of each sample where classes are known, though something else is to be predicted.
    label_names : tuple of str
        Names of these classes.
    whole : bool
        The samples are all there is (a truth table): nothing can be held out for testing.
    written : int
        When the file that it was read from was last written, in nanoseconds; 0 without a file.
    packed : bytes
        The content of that file, packed by zlib, for a document to hold; empty without a file.
    found : TableSettings or None
        With these the table is read alike again; None if it is none.
    made_by : callable or None
        From inputs (samples, features) to the values without noise, where there is such a function.
    """

    inputs: FloatArray
    targets: NDArray[np.int64] | FloatArray
    input_names: tuple[str, ...]
    class_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    labels: NDArray[np.int64] | None = None
    label_names: tuple[str, ...] = ()
    whole: bool = False
    written: int = 0
    packed: bytes = b""
    found: TableSettings | None = None
    made_by: Callable[[FloatArray], FloatArray] | None = None

    @property
    def task(self) -> Task:
        """Whether classes or values are to be predicted."""
        return "classification" if self.class_names else "regression"

    def onto_itself(self) -> Self:
        """The same samples with their inputs as the values to predict; their classes are only known."""
        known = self.targets.astype(np.int64) if self.class_names else None
        return replace(self, targets=self.inputs, class_names=(), labels=known, label_names=self.class_names)


def split(
    count: int, train_fraction: float, rng: np.random.Generator, whole: bool = False
) -> tuple[SampleIndices, SampleIndices]:
    """Divide `count` samples at random into those to train on and those held out for testing.

    Parameters
    ----------
    count : int
        How many samples there are, at least 1.
    train_fraction : float
        Part to train on, above 0 to 1; at least one sample is trained on.
    rng : numpy.random.Generator
        One permutation is drawn from it, whatever the fraction.
    whole : bool
        Hold nothing out, as for a truth table.

    Returns
    -------
    train_indices, test_indices : arrays of int
        In random order; together each of 0 … count - 1 once.
    """
    if count < 1:
        raise InputError(f"{count} samples cannot be split; at least 1 is needed")
    if not 0 < train_fraction <= 1:
        raise InputError(f"the training part is {train_fraction}; allowed is above 0 to 1")
    order = rng.permutation(count).astype(np.int64)
    train = count if whole else max(1, round(count * train_fraction))
    return order[:train], order[train:]


def stratified(
    classes: SampleIndices, train_fraction: float, rng: np.random.Generator
) -> tuple[SampleIndices, SampleIndices]:
    """Divide samples at random, each class in the same proportion as far as whole samples allow.

    Parameters
    ----------
    classes : array of int, shape (samples,)
        Of each sample; all alike where there are none.
    train_fraction : float
        Part to train on, above 0 to 1. With 1 the samples stay in their order.

    Returns
    -------
    train_indices, test_indices : arrays of int
        In random order; a class of several samples has at least one in each.
    """
    if train_fraction >= 1.0:
        return np.arange(len(classes), dtype=np.int64), np.empty(0, np.int64)
    order = rng.permutation(len(classes)).astype(np.int64)
    held = np.zeros(len(classes), np.bool_)
    for members in (order[classes[order] == each] for each in np.unique(classes)):
        kept = min(max(1, round(len(members) * train_fraction)), max(1, len(members) - 1))
        held[members[kept:]] = True
    return order[~held[order]], order[held[order]]


def in_parts(rows: FloatArray) -> Iterator[slice]:
    """Parts of the rows of an array, a large one in many, for long work to be given up between them."""
    most = max(1, _NUMBERS // max(1, rows.shape[1]))
    for start in range(0, len(rows), most):
        go_on()
        yield slice(start, start + most)


def bounds(points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Least and greatest of each column: few are taken one by one, ten times as fast as along an axis."""
    if points.shape[1] > _FEW:
        return points.min(axis=0), points.max(axis=0)
    return np.array([column.min() for column in points.T]), np.array([column.max() for column in points.T])


@dataclass(frozen=True, eq=False)
class Standardization:
    """Shift and scale that give each input mean 0 and standard deviation 1.

    Parameters
    ----------
    mean, scale : array, shape (features,)
        z = (x - mean) / scale, as fitted on the training samples only.
    """

    mean: FloatArray
    scale: FloatArray

    @classmethod
    def fit(cls, inputs: FloatArray) -> Self:
        """Measure inputs (samples, features); a constant column is only shifted (scale 1)."""
        mean = inputs.mean(axis=0)
        squares = sum((((inputs[part] - mean) ** 2).sum(axis=0) for part in in_parts(inputs)), np.zeros(len(mean)))
        deviation = np.sqrt(squares / len(inputs))
        low, high = bounds(inputs)
        # Rounding can leave a constant column a deviation of about 1e-17, so ask for its range too.
        varies = (high > low) & (deviation > 0)
        return cls(mean, np.where(varies, deviation, 1.0))

    def apply(self, inputs: FloatArray) -> FloatArray:
        """Inputs (samples, features), standardized."""
        result = np.empty(inputs.shape)
        for part in in_parts(inputs):
            np.subtract(inputs[part], self.mean, out=result[part])
            result[part] /= self.scale
        return result

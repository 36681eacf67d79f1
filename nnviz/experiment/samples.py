"""Samples as a network gets them: some rows of a data set, scaled, and encoded for its output."""

from typing import Self

import numpy as np
from msgspec import Struct, structs

from nnviz.data.dataset import Dataset, FloatArray, Standardization, in_parts

Rows = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


class Samples(Struct, frozen=True, eq=False):
    """Samples as the network gets them.

    Parameters
    ----------
    points : array, shape (samples, 2)
        Where each is drawn; for data with one input the second coordinate is the target.
    inputs : array, shape (samples, features)
    targets : array, shape (samples, outputs)
    classes : array of int, shape (samples,), or None for regression
    rows : array of int, shape (samples,)
        Where in the data each stands, from 0.
    known : array of int, shape (samples,), or None
        The class of each sample where it is known but not to be learned.
    """

    points: FloatArray
    inputs: FloatArray
    targets: FloatArray
    classes: Rows | None
    rows: Rows
    known: Rows | None = None

    @property
    def labels(self) -> Rows | None:
        """The class of each sample, to be learned or only known."""
        return self.known if self.classes is None else self.classes

    def __len__(self) -> int:
        return len(self.inputs)

    def taken(self, rows: Rows) -> Self:
        """Some of them."""
        kept = {key: getattr(self, key) for key in self.__struct_fields__}
        return structs.replace(
            self, **{key: value.take(rows, 0) for key, value in kept.items() if value is not None}
        )

    def nearest(self, x: float, y: float) -> int:
        """Index of the sample that is drawn nearest to a point."""
        return int(((self.points - (x, y)) ** 2).sum(axis=1).argmin())


def taken(inputs: FloatArray, rows: Rows) -> FloatArray:
    """Those rows of the inputs, copied part by part."""
    result = np.empty((len(rows), inputs.shape[1]))
    for part in in_parts(result):
        inputs.take(rows[part], 0, result[part], "clip")
    return result


def scaled(inputs: FloatArray, standardization: Standardization | None) -> FloatArray:
    """Inputs as the network gets them."""
    return standardization.apply(inputs) if standardization else inputs


def samples_of(
    dataset: Dataset, rows: Rows, points: FloatArray, inputs: FloatArray, targets: FloatArray
) -> Samples:
    """Samples of those rows: ``points`` are of the whole data set, inputs and targets of the rows alone."""
    classes = dataset.targets.take(rows).astype(np.int64) if dataset.class_names else None
    known = None if dataset.labels is None else dataset.labels.take(rows)
    return Samples(points.take(rows, 0), inputs, targets, classes, rows, known)


def encode_targets(dataset: Dataset, output: str) -> FloatArray:
    """Targets as the output layer is to give them, shape (samples, outputs).

    Values as they are; classes one-hot for softmax, 0/1 for sigmoid, ±1 for tanh and identity. Two classes
    need one output, except with softmax.
    """
    if dataset.task == "regression":
        return np.asarray(dataset.targets, dtype=np.float64).reshape(len(dataset.inputs), -1)
    count = len(dataset.class_names)
    one_hot = np.eye(count).take(dataset.targets.astype(np.int64), 0)
    if output == "softmax":
        return one_hot
    belongs = one_hot[:, 1:] if count == 2 else one_hot
    return belongs if output == "sigmoid" else 2.0 * belongs - 1.0

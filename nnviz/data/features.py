"""Engineered inputs, as in TensorFlow Playground, and the plane through which inputs are drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from nnviz.data.dataset import FloatArray, bounds, in_parts
from nnviz.errors import InputError
from nnviz.numerals import indexed

MAX_ASPECT = 10.0
"""Axes whose lengths differ more than this keep their own scale: a square would show one line."""


@dataclass(frozen=True)
class Feature:
    """One engineered input.

    Parameters
    ----------
    name : str
        As written in files.
    label : str
        As typeset in the network diagram.
    compute : callable
        From columns (features, samples) to values (samples,).
    columns : int
        How many inputs the data must have for it.
    """

    name: str
    label: str
    compute: Callable[[FloatArray], FloatArray]
    columns: int


_ALL = (
    Feature("x1", "x₁", lambda x: x[0], 1),
    Feature("x2", "x₂", lambda x: x[1], 2),
    Feature("x1^2", "x₁²", lambda x: np.square(x[0]), 1),
    Feature("x2^2", "x₂²", lambda x: np.square(x[1]), 2),
    Feature("x1*x2", "x₁x₂", lambda x: x[0] * x[1], 2),
    Feature("sin(x1)", "sin x₁", lambda x: np.sin(x[0]), 1),
    Feature("sin(x2)", "sin x₂", lambda x: np.sin(x[1]), 2),
)

FEATURES: dict[str, Feature] = {feature.name: feature for feature in _ALL}
"""Every engineered input by name, in the order to show them."""


def label_of(name: str) -> str:
    """An input's name as it is written on the screen: x₃ for x3."""
    if name in FEATURES:
        return FEATURES[name].label
    return indexed("x", int(name[1:])) if name[:1] == "x" and name[1:].isdecimal() else name


def features_for(columns: int) -> tuple[str, ...]:
    """Names of the features that data with this many inputs allows; none for more than two."""
    return tuple(f.name for f in _ALL if f.columns <= columns <= 2)


def engineer(inputs: FloatArray, names: Sequence[str]) -> FloatArray:
    """Compute the named features.

    Parameters
    ----------
    inputs : array, shape (samples, 1) or (samples, 2)
    names : sequence of str
        At least one of `features_for` that many inputs.

    Returns
    -------
    array, shape (samples, len(names))

    Raises
    ------
    InputError
        The data has more than two inputs, or a name is not allowed for it.
    """
    _check(inputs.shape[1], names)
    columns = inputs.T
    return np.column_stack([FEATURES[name].compute(columns) for name in names])


def _check(columns: int, names: Sequence[str]) -> None:
    allowed = features_for(columns)
    if not allowed:
        raise InputError(f"features are for data with 1 or 2 inputs; this has {columns}")
    if not names:
        raise InputError(f"at least one feature is needed; allowed are {', '.join(allowed)}")
    for name in names:
        if name not in allowed:
            data = f"data with {columns} input{'s' if columns > 1 else ''}"
            raise InputError(f"{data} have no feature {name!r}; allowed are {', '.join(allowed)}")


@dataclass(frozen=True, eq=False)
class Projection:
    """A plane in input space: point = (input - center) / scale · axes, and back.

    Parameters
    ----------
    center : array, shape (features,)
        The input drawn at (0, 0).
    axes : array, shape (features, 2)
        The directions drawn to the right and upwards, at right angles; 0 where there is none.
    axis_labels : (str, str)
        What to write at the axes; the second is empty for a single input.
    title : str
        Says which plane it is.
    scale : array, shape (features,), or 1
        What each input is divided by: the unit in which the network gets it.
    """

    center: FloatArray
    axes: FloatArray
    axis_labels: tuple[str, str]
    title: str
    scale: FloatArray | float = 1.0

    @classmethod
    def identity(cls, names: Sequence[str]) -> Self:
        """The inputs themselves: two span the plane, a single one the horizontal axis only."""
        if len(names) not in {1, 2}:
            raise InputError(f"{len(names)} inputs do not fit a plane; choose two columns or components")
        labels = (names[0], names[1] if len(names) == 2 else "")
        return cls(np.zeros(len(names)), np.eye(len(names), 2), labels, " × ".join(names))

    @classmethod
    def columns(cls, inputs: FloatArray, i: int, j: int, names: Sequence[str]) -> Self:
        """Two chosen columns of inputs (samples, features), the others held at their mean."""
        _require_columns(len(names), i, j)
        center = inputs.mean(axis=0)
        center[[i, j]] = 0.0
        others = ", others at their mean" if len(names) > 2 else ""
        title = f"{names[i]} × {names[j]}{others}"
        return cls(center, np.eye(len(names))[:, [i, j]], (names[i], names[j]), title)

    @classmethod
    def principal(cls, inputs: FloatArray, scale: FloatArray | float = 1.0) -> Self:
        """The first two principal components of inputs (samples, features ≥ 2), each divided by its scale.

        Eigenvectors of the covariance with the largest eigenvalues, through the mean; the largest
        loading of each is positive, so the picture does not flip from one machine to another.
        """
        if inputs.shape[1] < 2:
            raise InputError("principal components need at least 2 inputs; this has 1")
        center = inputs.mean(axis=0)
        variances, directions = np.linalg.eigh(_scatter(inputs, center, scale))
        labels = ("component 1", "component 2")
        return cls(center, _upright(directions[:, [-1, -2]]), labels, _share_title(variances), scale)

    @classmethod
    def of_bits(cls, bits: int) -> Self:
        """Rows of at least 3 bits, each at a place of its own: both halves are read as binary numbers.

        All bits vary alike, so no two directions show more of them than others; principal components would lay
        rows of both classes on each other.
        """
        half = -(-bits // 2)
        axes = np.zeros((bits, 2))
        axes[:half, 0], axes[half:, 1] = 2.0 ** np.arange(half)[::-1], 2.0 ** np.arange(bits - half)[::-1]
        middle = np.full(bits, 0.5)
        center = middle - axes @ (middle @ axes / (axes**2).sum(axis=0))
        title = f"a slice through {bits} inputs; each row at its own place"
        return cls(center, axes, (_binary(1, half), _binary(half + 1, bits)), title)

    def project(self, inputs: FloatArray) -> FloatArray:
        """Points (n, 2) of inputs (n, features)."""
        points = np.empty((len(inputs), 2))
        for part in in_parts(inputs):
            points[part] = (inputs[part] - self.center) / self.scale @ self.axes
        return points

    def lift(self, points: FloatArray) -> FloatArray:
        """Inputs (n, features) in the plane at points (n, 2)."""
        lengths = (self.axes**2).sum(axis=0)
        return self.center + points @ (self.axes / np.where(lengths > 0.0, lengths, 1.0)).T * self.scale

    @staticmethod
    def extent(points: FloatArray, margin: float = 0.1) -> tuple[float, float, float, float]:
        """The part of the plane to show: (x_min, x_max, y_min, y_max) around points (n, 2).

        A square, wider than the points by `margin` of its side on each side; axes of very
        different length keep their own scale.
        """
        low, high = bounds(points)
        middle, half = (low + high) / 2, _sides(low, high) * (0.5 + margin)
        (x_min, y_min), (x_max, y_max) = (middle - half).tolist(), (middle + half).tolist()
        return x_min, x_max, y_min, y_max


def _scatter(inputs: FloatArray, center: FloatArray, scale: FloatArray | float) -> FloatArray:
    """Sums of products of each two inputs about their centers, shape (features, features)."""
    total = np.zeros((len(center), len(center)))
    for part in in_parts(inputs):
        centered = (inputs[part] - center) / scale
        total += centered.T @ centered
    return total


def _require_columns(count: int, i: int, j: int) -> None:
    if i == j or not (0 <= i < count and 0 <= j < count):
        raise InputError(f"columns {i + 1} and {j + 1} span no plane; allowed are two different of 1 to {count}")


def _upright(axes: FloatArray) -> FloatArray:
    largest = axes[np.abs(axes).argmax(axis=0), range(2)]
    return axes * np.where(largest < 0, -1.0, 1.0)


def _binary(first: int, last: int) -> str:
    """Bits as the terms of a binary number: 2x₁ + x₂."""
    terms = [f"{2 ** (last - k) if k < last else ''}{indexed('x', k)}" for k in range(first, last + 1)]
    return " + ".join([terms[0], "…", terms[-1]] if len(terms) > 3 else terms)


def _share_title(variances: FloatArray) -> str:
    total = variances.sum()
    share = variances[-2:].sum() / total if total > 0 else 1.0
    return f"first two principal components, {100 * share:.0f} % of the variance"


def _sides(low: FloatArray, high: FloatArray) -> FloatArray:
    """Side lengths (2,) of the box to show, from the corners of the points."""
    lengths = high - low
    longest = lengths.max()
    sides = np.where(lengths * MAX_ASPECT >= longest, longest, lengths)
    # A side that is nothing, or nothing beside its coordinates, would leave no room to draw in.
    far = np.maximum(np.abs(low), np.abs(high))
    return np.where(sides > 1e-9 * far + 1e-100, sides, np.maximum(1.0, 1e-6 * far))

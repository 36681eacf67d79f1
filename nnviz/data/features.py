"""Engineered inputs: what a network may be given besides x1 and x2, as in TensorFlow Playground."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.errors import InputError


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

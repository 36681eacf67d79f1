"""What a network learns from: inputs, targets and their names."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Extent = tuple[float, float, float, float]
"""Part of a plane: x_min, x_max, y_min, y_max."""

Task = Literal["classification", "regression"]


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
    whole : bool
        The samples are all there is (a truth table): nothing can be held out for testing.
    """

    inputs: FloatArray
    targets: NDArray[np.int64] | FloatArray
    input_names: tuple[str, ...]
    class_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    whole: bool = False

    @property
    def task(self) -> Task:
        """Whether classes or values are to be predicted."""
        return "classification" if self.class_names else "regression"

"""Medians, quartiles and slopes over seeds."""

from collections.abc import Sequence
from math import nan

import numpy as np

from nnviz.data.dataset import FloatArray

Quartiles = tuple[float, float, float]
"""Lower quartile, median, upper quartile."""
_FEWEST = 3
"""Points that a slope needs: through two every line is a fit."""


def quartiles(values: FloatArray) -> Quartiles:
    """Of the values that are not NaN; NaN if there are none. An infinite one is larger than all others."""
    sound, parts = values[~np.isnan(values)], np.array((0.25, 0.5, 0.75))
    if not len(sound):
        return nan, nan, nan
    if np.isfinite(sound).all():
        low, middle, high = np.quantile(sound, parts).tolist()
    else:  # nothing lies between a number and what was never reached
        low, middle, high = np.quantile(sound, parts, method="inverted_cdf").tolist()
    return low, middle, high


def slopes(at: Sequence[float], columns: Sequence[FloatArray]) -> FloatArray:
    """The slope of log value on log place of every seed that has a value everywhere, by least squares.

    Parameters
    ----------
    at : sequence of float
        Where each column stands.
    columns : sequence of arrays, shape (seeds done,)
        The values of the seeds, in the same order in each.
    """
    seeds = min(map(len, columns), default=0)
    if len(set(at)) < _FEWEST or min(at) <= 0.0 or not seeds:
        return np.empty(0)
    table = np.array([column[:seeds] for column in columns])
    usable = (np.isfinite(table) & (table > 0.0)).all(axis=0)
    x, y = np.log(np.array(at)), np.log(table[:, usable])
    x = x - x.mean()
    return np.asarray(x @ y / (x @ x))

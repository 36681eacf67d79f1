"""Curves to approximate: one input in [-6, 6], one target in about [-1, 1]."""

from collections.abc import Callable

import numpy as np

from nnviz.data.dataset import Dataset, FloatArray
from nnviz.data.source import Request

CurveFunction = Callable[[FloatArray], FloatArray]

REACH = 6.0
SPREAD = 0.5
"""Noise 1 is a standard deviation of half a unit, a quarter of the curves' height."""


CURVES: dict[str, CurveFunction] = {
    "sine": np.sin,
    "step": lambda x: np.where(x < 0, -1.0, 1.0),
    "bump": lambda x: np.exp(-np.square(x) / 2),
    "abs": lambda x: np.abs(x) * 2 / REACH - 1,
    "sinc": lambda x: np.sinc(x / 2),
}


def curve(name: str) -> Callable[[Request], Dataset]:
    """The maker of one of the `CURVES`."""
    return lambda request: along(request, CURVES[name], -REACH, REACH)


def along(request: Request, function: CurveFunction, low: float, high: float) -> Dataset:
    """Samples at even chances between `low` and `high`; noise lifts and lowers them, not the curve."""
    x = request.rng.uniform(low, high, (request.samples, 1))
    noise = SPREAD * request.noise * request.rng.standard_normal(x.shape)
    return Dataset(x, function(x) + noise, ("x",))

"""Curves to approximate: one input in [-6, 6], one target in about [-1, 1]."""

from collections.abc import Callable

import numpy as np

from nnviz.data.dataset import Dataset, FloatArray
from nnviz.data.source import Request, Source

CurveFunction = Callable[[FloatArray], FloatArray]

REACH = 6.0
SPREAD = 0.5
"""Noise 1 is a standard deviation of half a unit, a quarter of the curves' height."""


def along(request: Request, function: CurveFunction, low: float, high: float) -> Dataset:
    """Samples at even chances between `low` and `high`; noise lifts and lowers them, not the curve."""
    x = request.rng.uniform(low, high, (request.samples, 1))
    noise = SPREAD * request.noise * request.rng.standard_normal(x.shape)
    return Dataset(x, function(x) + noise, ("x",))


def _source(name: str, title: str, summary: str, function: CurveFunction) -> Source:
    def make(request: Request) -> Dataset:
        return along(request, function, -REACH, REACH)

    return Source(name, title, "regression", summary, make, features=1)


CURVES = (
    _source("sine", "Sine", "Nearly two periods of a sine.", np.sin),
    _source("step", "Step", "A jump, which a steep sigmoid imitates.", lambda x: np.where(x < 0, -1.0, 1.0)),
    _source("bump", "Bump", "One smooth hill: two opposite steps.", lambda x: np.exp(-np.square(x) / 2)),
    _source("abs", "Absolute value", "A kink: two ReLUs are enough.", lambda x: np.abs(x) * 2 / REACH - 1),
    _source("sinc", "Sinc", "A peak with fading ripples.", lambda x: np.sinc(x / 2)),
)
"""All of them, in the order to show them."""

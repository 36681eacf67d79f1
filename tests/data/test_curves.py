"""Curves of one input."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from nnviz.data.catalogue import SOURCES
from nnviz.data.source import Request

FORMULAS: dict[str, Callable[[float], float]] = {
    "sine": math.sin,
    "step": lambda x: 1.0 if x >= 0 else -1.0,
    "bump": lambda x: math.exp(-x * x / 2),
    "abs": lambda x: abs(x) / 3 - 1,
    "sinc": lambda x: math.sin(math.pi * x / 2) / (math.pi * x / 2),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_clean_curves_follow_their_formula(name: str) -> None:
    data = SOURCES[name].make(Request(np.random.default_rng(3), samples=300, noise=0))
    assert np.allclose(data.targets[:, 0], [FORMULAS[name](x) for x in data.inputs[:, 0]])
    assert np.abs(data.targets).max() <= 1
    assert -6 <= data.inputs.min() < -5.5
    assert 5.5 < data.inputs.max() <= 6


@pytest.mark.parametrize("name", FORMULAS)
def test_noise_lifts_and_lowers(name: str) -> None:
    clean = SOURCES[name].make(Request(np.random.default_rng(3), samples=2000, noise=0))
    noisy = SOURCES[name].make(Request(np.random.default_rng(3), samples=2000, noise=0.5))
    assert np.array_equal(clean.inputs, noisy.inputs)
    assert np.isclose(np.std(noisy.targets - clean.targets), 0.25, rtol=0.1)

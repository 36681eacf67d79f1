"""Curves of one input."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data.catalogue import SOURCES
from nnviz.data.dataset import Dataset
from nnviz.data.source import Request
from nnviz.errors import InputError

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


def make(name: str, points: Any, noise: float = 0.0) -> Dataset:
    return SOURCES[name].make(Request(np.random.default_rng(5), samples=200, noise=noise, points=points))


coordinates = st.floats(-6, 6)
drawn_rows = st.lists(st.tuples(coordinates, coordinates, st.integers(0, 9)), min_size=2, max_size=50)


@settings(deadline=None)
@given(drawn_rows.filter(lambda rows: len({row[2] for row in rows}) > 1), st.floats(0, 1))
def test_drawn_points_come_back_as_drawn(rows: list[tuple[float, float, int]], noise: float) -> None:
    data = make("drawn", rows, noise)
    assert data.inputs.tolist() == [[x, y] for x, y, _ in rows]
    assert data.targets.tolist() == [k for *_, k in rows]
    assert len(data.class_names) == max(k for *_, k in rows) + 1


def test_a_drawn_curve_is_straight_between_its_knots() -> None:
    data = make("curve", [(4, -1), (-2, 0), (0, 1)])  # drawn from right to left, too
    x, y = data.inputs[:, 0], data.targets[:, 0]
    assert np.allclose(y, np.where(x < 0, (x + 2) / 2, 1 - x / 2))
    assert x.min() >= -2
    assert x.max() <= 4
    assert np.ptp(x) > 5.5


@settings(deadline=None)
@given(st.lists(st.tuples(coordinates, st.floats(-1, 1)), min_size=2, max_size=30))
def test_any_knots_make_a_curve_between_them_or_have_no_width(knots: list[tuple[float, float]]) -> None:
    xs, ys = zip(*knots, strict=True)
    if round(min(xs), 9) == round(max(xs), 9):
        with pytest.raises(InputError, match="has no width"):
            make("curve", knots)
        return
    data = make("curve", knots)
    assert min(xs) - 1e-9 <= data.inputs.min() <= data.inputs.max() <= max(xs) + 1e-9
    assert min(ys) - 1e-9 <= data.targets.min() <= data.targets.max() <= max(ys) + 1e-9


def test_knots_on_top_of_each_other_make_a_jump_not_an_overflow() -> None:
    data = make("curve", [(-1, 0), (0, 0), (1e-311, 1), (1, 1)])
    assert np.array_equal(data.targets, data.inputs > 0)


BAD: dict[str, tuple[str, Any, str]] = {
    "nothing": ("drawn", [], "0 points are drawn; allowed are 2 to 100,000"),
    "one class": ("drawn", [(0, 0, 1), (1, 1, 1)], "all drawn points have class 1; at least 2 classes are needed"),
    "half class": (
        "drawn",
        [(0, 0, 0), (1, 1, 0.5)],
        "drawn point 2 has class 0.5; allowed are whole numbers 0 to 9",
    ),
    "class 10": (
        "drawn",
        [(0, 0, 0), (1, 1, 10)],
        "drawn point 2 has class 10; allowed are whole numbers 0 to 9",
    ),
    "class -1": (
        "drawn",
        [(0, 0, -1), (1, 1, 1)],
        "drawn point 1 has class -1; allowed are whole numbers 0 to 9",
    ),
    "no class": ("drawn", [(0, 0, 0), (1, 1)], "drawn point 2 is (1, 1); it must be numbers (x1, x2, class)"),
    "text": ("curve", [(0, 0), (1, "a")], "drawn point 2 is (1, 'a'); it must be numbers (x, y)"),
    "not finite": ("curve", [(0, 0), (1, np.inf)], "drawn point 2 is (1, inf); it must be numbers (x, y)"),
    "nan": ("curve", [(np.nan, 0), (1, 0)], "drawn point 1 is (nan, 0); it must be numbers (x, y)"),
    "one knot": ("curve", [(0, 0)], "1 points are drawn; allowed are 2 to 100,000"),
    "upright": (
        "curve",
        [(1, 0), (1, 1)],
        "the drawn curve has no width; at least 2 knots at different x are needed",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_used_is_said_in_one_line(case: str) -> None:
    name, points, message = BAD[case]
    with pytest.raises(InputError) as caught:
        make(name, points)
    assert str(caught.value) == message

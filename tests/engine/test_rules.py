from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnviz.engine.rules import fires, hebb, length, oja, perceptron
from nnviz.engine.tape import Array
from separation import bound

Search = Callable[[Array, Array], int]

TABLE = np.array([(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)])
AND, OR, XOR = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0])

_eighths = st.integers(-800, 800).map(lambda k: k / 8.0)
_vectors = arrays(np.float64, 3, elements=_eighths)
_points = arrays(np.float64, (7, 2), elements=st.integers(-3, 3).map(float))
_targets = arrays(np.int64, 7, elements=st.integers(0, 1))


def test_a_unit_fires_from_its_threshold_on() -> None:
    assert fires(TABLE, np.array([1.0, 1.0]), -2.0).tolist() == [False, False, False, True]
    assert fires(TABLE, np.array([1.0, 1.0]), -1.0).tolist() == [False, True, True, True]
    assert bool(fires(np.zeros(2), np.zeros(2), 0.0))


def test_the_perceptron_rule_moves_weights_towards_the_sample_and_lowers_the_threshold() -> None:
    weights, bias = perceptron(np.array([0.5, -1.0]), -0.25, np.array([1.0, 2.0]), 1.0, 0.0, 0.5)
    assert weights.tolist() == [1.0, 0.0]
    assert bias == 0.25


@given(_vectors, _vectors, st.booleans(), st.floats(0.01, 10.0))
def test_what_is_right_changes_nothing(weights: Array, inputs: Array, said: bool, rate: float) -> None:
    after, bias = perceptron(weights, 1.0, inputs, float(said), float(said), rate)
    assert np.array_equal(after, weights)
    assert bias == 1.0


@given(_vectors, _vectors, st.integers(0, 40), st.integers(1, 16).map(lambda k: k / 16.0), st.integers(-4, 4))
def test_equal_pairings_add_up_exactly(
    start: Array, inputs: Array, pairings: int, rate: float, output: int
) -> None:
    weights = start
    for _ in range(pairings):
        weights = hebb(weights, inputs, float(output), rate)
    sums = [
        Fraction(w) + pairings * Fraction(rate) * Fraction(x) * output for w, x in zip(start, inputs, strict=True)
    ]
    assert weights.tolist() == [float(total) for total in sums]


@given(_vectors, _vectors, st.floats(-3.0, 3.0), st.floats(0.001, 1.0))
def test_ojas_rule_is_hebbs_with_forgetting(weights: Array, inputs: Array, y: float, rate: float) -> None:
    expected = hebb(weights, inputs, y, rate) - rate * y * y * weights
    assert np.allclose(oja(weights, inputs, y, rate), expected, rtol=1e-12, atol=1e-9)


@given(st.floats(0.0, 2.0 * np.pi), st.floats(0.2, 1.8), st.floats(0.02, 0.3))
def test_ojas_weights_tend_to_length_1_on_inputs_along_a_line(angle: float, start: float, rate: float) -> None:
    along = np.array([np.cos(angle), np.sin(angle)])
    weights: Array = start * along
    for _ in range(2000):
        weights = oja(weights, along, float(along.dot(weights)), rate)
    assert length(weights) == pytest.approx(1.0, abs=1e-6)


def test_lengths_of_the_largest_numbers_are_numbers() -> None:
    assert length(np.array([3e200, -4e200])) == pytest.approx(5e200)
    assert length(np.zeros(2)) == 0.0
    assert length(np.array([np.inf, 1.0])) == np.inf
    assert np.isnan(length(np.array([np.nan, 1.0])))


def test_the_bounds_of_the_truth_tables() -> None:
    # best lines x1 + x2 = 1.5 and x1 + x2 = 0.5, by hand: (R/γ)² = 3 · 17 and 3 · 9
    assert bound(TABLE, AND) == pytest.approx(51.0)
    assert bound(TABLE, OR) == pytest.approx(27.0)
    assert bound(TABLE, XOR) == np.inf


@given(points=_points, targets=_targets)
def test_there_is_a_bound_just_where_a_line_parts_the_points(
    fewest_line_errors: Search, points: Array, targets: Array
) -> None:
    assert np.isfinite(bound(points, targets)) == (fewest_line_errors(points, targets) == 0)

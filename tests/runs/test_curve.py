import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.runs.history import ThinnedCurve, smooth


def filled(count: int, capacity: int = 8) -> ThinnedCurve:
    curve = ThinnedCurve(2, capacity)
    for k in range(count):
        curve.add(float(k), (float(k), -float(k)))
    return curve


def test_an_empty_curve_has_no_points() -> None:
    assert len(ThinnedCurve(2, 8)) == len(ThinnedCurve(2, 8).x) == len(ThinnedCurve(2, 8).figure(1)) == 0


def test_points_are_kept_as_they_are_given_while_there_is_room() -> None:
    curve = filled(8)
    assert curve.x.tolist() == curve.figure(0).tolist() == list(range(8))
    assert curve.figure(1).tolist() == [-k for k in range(8)]


@given(st.integers(2, 50), st.lists(st.floats(0.0, 10.0), min_size=1, max_size=400))
def test_it_never_holds_more_than_its_capacity_and_always_the_ends(capacity: int, steps: list[float]) -> None:
    curve = ThinnedCurve(1, capacity)
    xs = np.cumsum(steps)
    for x in xs:
        curve.add(float(x), (float(x),))
        assert len(curve) <= capacity
        assert curve.x[-1] == x
    assert curve.x[0] == xs[0]
    assert (np.diff(curve.x) >= 0.0).all()
    assert (curve.x == curve.figure(0)).all()


def test_a_long_run_is_kept_evenly() -> None:
    curve = filled(100_000, 600)
    gaps = np.diff(curve.x)[:-1]
    assert 300 <= len(curve) <= 600
    assert gaps.max() <= 3.0 * gaps.min()


def test_the_last_point_can_be_taken_back() -> None:
    curve = filled(5)
    curve.drop_last()
    assert curve.x.tolist() == [0, 1, 2, 3]


def test_an_empty_curve_stays_empty_when_a_point_is_taken_back() -> None:
    curve = ThinnedCurve(1, 4)
    curve.drop_last()
    assert len(curve) == 0


def test_a_cleared_curve_starts_with_its_full_resolution() -> None:
    curve = filled(100)
    curve.clear()
    curve.add(0.0, (1.0, 2.0))
    curve.add(1e-6, (1.0, 2.0))
    curve.add(2e-6, (1.0, 2.0))
    assert len(curve) == 3


def test_smoothing_is_the_exponential_average_of_what_came_before() -> None:
    values, weight = np.random.default_rng(0).normal(size=200), 0.8
    expected, total, norm = [], 0.0, 0.0
    for value in values:
        total, norm = weight * total + value, weight * norm + 1.0
        expected.append(total / norm)
    assert smooth(values, weight) == pytest.approx(np.array(expected), abs=5e-3)


def test_smoothing_leaves_a_constant_alone() -> None:
    assert smooth(np.full(500, 3.0), 0.95) == pytest.approx(3.0)


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_without_a_weight_nothing_is_smoothed(weight: float) -> None:
    values = np.array([1.0, 5.0, 2.0])
    assert smooth(values, weight).tolist() == values.tolist()


def test_nothing_is_smoothed_to_nothing() -> None:
    assert len(smooth(np.empty(0), 0.9)) == 0

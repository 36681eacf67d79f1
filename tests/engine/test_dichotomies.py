"""Ways to part points by a line: against every labelling of few points, and by the formula."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnviz.engine.dichotomies import dichotomies, in_the_plane, pairs_of, separator
from separation import bound


def enumerated(points: np.ndarray) -> set[tuple[bool, ...]]:
    """All labellings of points that some line makes: of each it is asked whether there is one."""
    labels = product((False, True), repeat=len(points))
    return {
        label for label in labels if len(set(label)) == 1 or np.isfinite(bound(points, np.array(label, float)))
    }


def as_set(points: np.ndarray) -> set[tuple[bool, ...]]:
    return {tuple(row) for row in dichotomies(points).tolist()}


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_they_are_all_threshold_functions_of_up_to_six_points(count: int) -> None:
    for seed in range(3):
        points = np.random.default_rng(seed).uniform(-1.0, 1.0, (count, 2))
        assert as_set(points) == enumerated(points)


@pytest.mark.parametrize(
    "points",
    [
        [(0, 0), (1, 0), (2, 0), (3, 0)],
        [(0, 0), (1, 1), (2, 2), (0, 1), (1, 0)],
        [(0, 0), (0, 1), (1, 0), (1, 1), (0.5, 0.5)],
        [(0, 0), (1, 0), (0, 0), (2, 1)],
        [(0.1, 0.1), (0.2, 0.2), (0.3, 0.3), (0.7, 0.1)],
    ],
    ids=["a line", "three on a line", "a cross", "twice the same", "decimals"],
)
def test_they_are_so_too_where_points_lie_on_a_line(points: list[tuple[float, float]]) -> None:
    array = np.array(points, dtype=np.float64)
    assert as_set(array) == enumerated(array)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 10, 16, 24])
def test_in_general_position_their_number_is_covers(count: int) -> None:
    points = np.random.default_rng(count).uniform(-1.0, 1.0, (count, 2))
    found = dichotomies(points)
    assert len(found) == in_the_plane(count)
    numbers = found @ (1 << np.arange(count)[::-1])
    assert (np.diff(numbers) > 0).all()  # each once, in counting order


def test_many_random_lines_find_no_other() -> None:
    rng = np.random.default_rng(0)
    points = rng.uniform(-1.0, 1.0, (10, 2))
    normals, offsets = rng.normal(size=(20_000, 2)), rng.uniform(-1.5, 1.5, 20_000)
    seen = np.unique(points @ normals.T + offsets > 0.0, axis=1).T
    assert {tuple(row) for row in seen.tolist()} <= as_set(points)


@settings(max_examples=60)
@given(arrays(np.float64, (6, 2), elements=st.integers(-4, 4).map(float)))
def test_every_one_has_a_line(points: np.ndarray) -> None:
    for sides in dichotomies(points):
        weights, bias = separator(points, sides)
        heights = points @ weights + bias
        assert ((heights > 0.0) == sides).all()


def test_the_line_is_as_far_as_can_be_from_both_sides() -> None:
    points = np.array([[0.0, 0.0], [0.0, 2.0], [3.0, 1.0]])
    weights, bias = separator(points, np.array([False, False, True]))
    assert weights.tolist() == [1.0, 0.0]
    assert bias == -1.5


def test_pairs() -> None:
    assert [pairs_of(in_the_plane(n)) for n in (6, 10, 14, 24)] == [528, 4278, 17020, 153735]

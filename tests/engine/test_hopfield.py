import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnviz.engine.rules import aligned, energy, local_field, overlaps, store

Signs = NDArray[np.int8]


@st.composite
def nets(draw: st.DrawFn) -> tuple[Signs, Signs]:
    """Patterns, and a state of as many units."""
    units = draw(st.integers(1, 24))
    rows = st.lists(st.sampled_from([-1, 1]), min_size=units, max_size=units)
    patterns = draw(st.lists(rows, max_size=12))
    return np.array(patterns, np.int8).reshape(-1, units), np.array(draw(rows), np.int8)


def test_weights_are_the_mean_of_outer_products_without_a_diagonal() -> None:
    patterns = np.array([[1, -1, 1], [1, 1, -1]], np.int8)
    expected = np.array([[0, 0, 0], [0, 0, -2], [0, -2, 0]]) / 3
    assert np.allclose(store(patterns), expected, atol=0, rtol=1e-15)


@given(nets())
def test_weights_are_symmetric_and_no_unit_listens_to_itself(net: tuple[Signs, Signs]) -> None:
    weights = store(net[0])
    assert (weights == weights.T).all()
    assert (np.diag(weights) == 0.0).all()


def test_energy_is_minus_half_the_sum_over_all_pairs() -> None:
    weights = np.array([[0.0, 0.5, -1.0], [0.5, 0.0, 2.0], [-1.0, 2.0, 0.0]])
    assert energy(weights, np.array([1, 1, -1], np.int8)) == -(0.5 + 1.0 - 2.0)


@given(nets())
def test_energy_never_rises_when_units_align_one_at_a_time(net: tuple[Signs, Signs]) -> None:
    patterns, spins = net
    weights, before = store(patterns), energy(store(patterns), spins)
    for unit in [*range(spins.size)] * 3:
        spins[unit] = aligned(int(spins[unit]), local_field(weights, spins, unit))
        now = energy(weights, spins)
        assert now <= before + 1e-9
        before = now


@given(nets(), st.data())
def test_a_flip_changes_the_energy_by_twice_the_field(net: tuple[Signs, Signs], data: st.DataObject) -> None:
    patterns, spins = net
    weights, unit = store(patterns), data.draw(st.integers(0, spins.size - 1))
    before, field = energy(weights, spins), local_field(weights, spins, unit)
    spin = int(spins[unit])
    spins[unit] = -spin
    assert energy(weights, spins) == pytest.approx(before + 2.0 * spin * field, abs=1e-9)


@pytest.mark.parametrize(
    ("spin", "field", "then"), [(1, 0.3, 1), (1, -0.3, -1), (-1, 0.3, 1), (-1, 0.0, -1), (1, 0.0, 1)]
)
def test_a_unit_takes_the_sign_of_its_field_and_without_one_stays(spin: int, field: float, then: int) -> None:
    assert aligned(spin, field) == then


def test_what_comes_of_rounding_is_no_field() -> None:
    weights = np.array([[0.0, 0.1, 0.2, -0.3], [0.1, 0, 0, 0], [0.2, 0, 0, 0], [-0.3, 0, 0, 0]])
    spins = np.ones(4, np.int8)
    assert weights[0] @ spins != 0.0
    assert local_field(weights, spins, 0) == 0.0


def test_a_pattern_overlaps_with_itself_its_negative_and_an_unlike_one() -> None:
    patterns = np.array([[1, 1, -1, -1], [1, -1, 1, -1]], np.int8)
    assert overlaps(patterns, patterns[0]).tolist() == [1.0, 0.0]
    assert overlaps(patterns, -patterns[0]).tolist() == [-1.0, 0.0]


@given(nets())
def test_one_pattern_alone_is_a_fixed_point(net: tuple[Signs, Signs]) -> None:
    pattern = net[1]
    weights = store(pattern[None])
    assert all(aligned(int(s), local_field(weights, pattern, k)) == s for k, s in enumerate(pattern))

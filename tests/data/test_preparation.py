"""Holding samples out, and scaling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnviz.data import dataset
from nnviz.data.dataset import Standardization, split, stratified
from nnviz.data.features import Projection
from nnviz.errors import InputError


@settings(deadline=None)
@given(st.integers(1, 500), st.floats(0, 1, exclude_min=True), st.integers(0, 99), st.booleans())
def test_a_split_uses_every_sample_once(count: int, fraction: float, seed: int, whole: bool) -> None:
    train, test = split(count, fraction, np.random.default_rng(seed), whole)
    assert sorted([*train, *test]) == list(range(count))
    assert len(train) >= 1
    expected = count if whole else fraction * count
    assert abs(len(train) - expected) <= 0.5 or len(train) == 1
    again = split(count, fraction, np.random.default_rng(seed), whole)
    assert np.array_equal(train, again[0])
    assert np.array_equal(test, again[1])


def test_a_split_is_shuffled() -> None:
    train, _ = split(100, 0.5, np.random.default_rng(0))
    assert train.tolist() != sorted(train)


def test_another_fraction_keeps_the_order() -> None:
    few, _ = split(100, 0.3, np.random.default_rng(0))
    many, _ = split(100, 0.8, np.random.default_rng(0))
    assert np.array_equal(few, many[:30])


@pytest.mark.parametrize(
    ("count", "fraction", "message"),
    [
        (0, 0.5, "0 samples cannot be split; at least 1 is needed"),
        (5, 0.0, "the training part is 0.0; allowed is above 0 to 1"),
        (5, 1.1, "the training part is 1.1; allowed is above 0 to 1"),
        (5, float("nan"), "the training part is nan; allowed is above 0 to 1"),
    ],
)
def test_what_cannot_be_split_is_said(count: int, fraction: float, message: str) -> None:
    with pytest.raises(InputError) as caught:
        split(count, fraction, np.random.default_rng(0))
    assert str(caught.value) == message


tables = hnp.arrays(np.float64, st.tuples(st.integers(1, 40), st.integers(1, 5)), elements=st.floats(-1e6, 1e6))


@settings(deadline=None)
@given(tables)
def test_standardized_inputs_are_finite_and_centred(inputs: np.ndarray) -> None:
    result = Standardization.fit(inputs).apply(inputs)
    assert np.isfinite(result).all()
    constant = np.ptp(inputs, axis=0) == 0
    assert np.allclose(result[:, constant], 0, atol=1e-6)
    wide = inputs.std(axis=0) > 1e-3 * np.maximum(1, np.abs(inputs).max(axis=0))
    assert np.allclose(result[:, wide].mean(axis=0), 0, atol=1e-6)
    assert np.allclose(result[:, wide].std(axis=0), 1)


def test_a_large_table_is_prepared_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = np.random.default_rng(0).normal(3.0, 2.0, size=(403, 20))
    whole = Standardization.fit(inputs)
    assert np.array_equal(whole.scale, inputs.std(axis=0))
    plane = Projection.principal(inputs, whole.scale)
    monkeypatch.setattr(dataset, "_NUMBERS", 200)
    fitted, again = Standardization.fit(inputs), Projection.principal(inputs, whole.scale)
    assert np.allclose(fitted.scale, whole.scale, rtol=1e-14)
    assert np.array_equal(whole.apply(inputs), (inputs - whole.mean) / whole.scale)
    assert np.allclose(again.axes, plane.axes)
    assert np.allclose(again.project(inputs), plane.project(inputs))


def test_a_constant_column_is_only_shifted() -> None:
    inputs = np.column_stack([np.full(10, 0.1), np.arange(10.0)])
    fitted = Standardization.fit(inputs)
    assert fitted.scale[0] == 1
    assert fitted.apply(np.array([[1.1, 4.5]])).round(12).tolist() == [[1.0, 0.0]]


def test_new_inputs_are_scaled_as_the_training_samples_were() -> None:
    fitted = Standardization.fit(np.array([[0.0], [2.0]]))
    assert fitted.apply(np.array([[5.0]])).tolist() == [[4.0]]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.floats(0.01, 0.99), st.integers(0, 99))
def test_each_class_is_divided_alike(classes: list[int], fraction: float, seed: int) -> None:
    members = np.array(classes)
    train, test = stratified(members, fraction, np.random.default_rng(seed))
    assert sorted([*train.tolist(), *test.tolist()]) == list(range(len(classes)))
    for each in set(classes):
        count, kept = classes.count(each), int((members[train] == each).sum())
        assert abs(kept - count * fraction) <= 1.0
        assert kept >= 1
        assert kept < count or count == 1


def test_where_all_is_learned_samples_stay_in_their_order() -> None:
    train, test = stratified(np.array([1, 0, 1, 0]), 1.0, np.random.default_rng(0))
    assert (train.tolist(), test.tolist()) == ([0, 1, 2, 3], [])

"""What holds for every source: shapes, balance, the same bits from the same seed."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data.catalogue import SOURCES
from nnviz.data.dataset import Dataset
from nnviz.data.source import Request
from nnviz.errors import InputError

POINTS: dict[str, tuple[tuple[float, ...], ...]] = {
    "drawn": ((0.0, 1.0, 0), (2.0, -1.0, 1), (3.5, 4.0, 2)),
    "curve": ((-3.0, 0.0), (0.0, 1.0), (4.0, -1.0)),
}
BALANCED = [n for n, s in SOURCES.items() if s.task == "classification" and "samples" in s.options]


def make(name: str, seed: int = 0, **options: Any) -> Dataset:
    given_options: dict[str, Any] = {"samples": 100, "noise": 0.1, "points": POINTS.get(name, ())} | options
    return SOURCES[name].make(Request(np.random.default_rng(seed), **given_options))


any_options = st.fixed_dictionaries(
    {
        "samples": st.integers(10, 300),
        "noise": st.floats(0, 1),
        "classes": st.integers(2, 10),
        "bits": st.integers(2, 8),
        "folds": st.integers(1, 12),
        "seed": st.integers(0, 2**32),
    }
)


def test_the_table_calls_each_source_by_its_name() -> None:
    assert list(SOURCES) == [source.name for source in SOURCES.values()]


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(list(SOURCES)), any_options)
def test_every_source_makes_finite_samples_of_the_right_shape(name: str, options: dict[str, Any]) -> None:
    data, source = make(name, **options), SOURCES[name]
    rows, features = data.inputs.shape
    assert data.inputs.dtype == np.float64
    assert np.isfinite(data.inputs).all()
    assert features == len(data.input_names) == (options["bits"] if name == "parity" else source.features)
    assert data.task == source.task
    if "samples" in source.options:
        assert rows == options["samples"]
    if data.task == "classification":
        assert data.targets.shape == (rows,)
        assert data.targets.dtype == np.int64
        assert data.class_names == tuple(str(k) for k in range(int(data.targets.max()) + 1))
        assert data.targets.min() == 0
    else:
        assert data.targets.shape == (rows, {"linear": 2, "tree": 16}.get(name, 1))
        assert data.targets.dtype == np.float64
        assert np.isfinite(data.targets).all()


@settings(deadline=None)
@given(st.sampled_from(list(SOURCES)), any_options)
def test_the_same_seed_makes_the_same_bits(name: str, options: dict[str, Any]) -> None:
    one, other = make(name, **options), make(name, **options)
    assert one.inputs.tobytes() == other.inputs.tobytes()
    assert one.targets.tobytes() == other.targets.tobytes()


@pytest.mark.parametrize("name", [n for n, s in SOURCES.items() if "noise" in s.options])
def test_another_seed_makes_other_data(name: str) -> None:
    one, other = make(name, seed=1), make(name, seed=2)
    assert not np.array_equal(one.inputs, other.inputs)


@settings(deadline=None)
@given(st.sampled_from(BALANCED), any_options)
def test_classes_are_equally_many(name: str, options: dict[str, Any]) -> None:
    counts = np.bincount(make(name, **options).targets.astype(np.int64))
    assert len(counts) == (options["classes"] if name == "blobs" else 2)
    assert np.ptp(counts) <= 1


@settings(deadline=None)
@given(st.sampled_from([n for n, s in SOURCES.items() if "noise" in s.options]), any_options)
def test_noise_moves_the_same_samples_further(name: str, options: dict[str, Any]) -> None:
    """A lecturer who turns the noise up sees points move, not new points."""
    clean = make(name, **options | {"noise": 0.0})
    near = make(name, **options | {"noise": 1e-6})
    assert np.allclose(clean.inputs, near.inputs, atol=1e-3)
    assert np.allclose(clean.targets, near.targets, atol=1e-3)


@pytest.mark.parametrize("name", ["xor", "sine", "parity", "drawn"])
def test_options_that_a_source_does_not_use_are_ignored(name: str) -> None:
    unused: dict[str, Any] = {"classes": 7, "bits": 3, "points": ((1.0, 2.0),)}
    for option in SOURCES[name].options:
        unused.pop(option, None)
    assert np.array_equal(make(name).inputs, make(name, **unused).inputs)


@pytest.mark.parametrize("name", [n for n, s in SOURCES.items() if "samples" not in s.options])
def test_tables_and_drawn_points_ignore_the_number_of_samples(name: str) -> None:
    assert np.array_equal(make(name, samples=2).inputs, make(name, samples=5_000).inputs)


BAD: dict[str, tuple[str, dict[str, Any], str]] = {
    "one sample": ("xor", {"samples": 1}, "the number of samples is 1; allowed is 2 to 100,000"),
    "too many": ("xor", {"samples": 100_001}, "the number of samples is 100,001; allowed is 2 to 100,000"),
    "half": ("xor", {"samples": 10.5}, "the number of samples is 10.5; it must be a whole number"),
    "noise": ("xor", {"noise": 1.5}, "the noise is 1.5; allowed is 0 to 1"),
    "no noise": ("xor", {"noise": float("nan")}, "the noise is nan; allowed is 0 to 1"),
    "one class": ("blobs", {"classes": 1}, "the number of classes is 1; allowed is 2 to 10"),
    "classes": ("blobs", {"classes": 11}, "the number of classes is 11; allowed is 2 to 10"),
    "few": ("blobs", {"samples": 4, "classes": 5}, "the number of samples is 4; allowed is 5 to 100,000"),
    "one bit": ("parity", {"bits": 1}, "the number of bits is 1; allowed is 2 to 16"),
    "folds": ("sawtooth", {"folds": 13}, "the number of folds is 13; allowed is 1 to 12"),
    "bits": ("parity", {"bits": 17}, "the number of bits is 17; allowed is 2 to 16"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_made_is_said_in_one_line(case: str) -> None:
    name, options, message = BAD[case]
    with pytest.raises(InputError) as caught:
        make(name, **options)
    assert str(caught.value) == message

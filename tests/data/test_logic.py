"""Truth tables and parity."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data.catalogue import SOURCES
from nnviz.data.source import Request

TRUTH = {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "xor_table": [0, 1, 1, 0]}


@pytest.mark.parametrize("name", TRUTH)
def test_truth_tables(name: str) -> None:
    data = SOURCES[name].make(Request(np.random.default_rng(0), samples=50, noise=0))
    assert data.inputs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert data.targets.tolist() == TRUTH[name]
    assert data.whole
    assert data.class_names == ("0", "1")


@settings(deadline=None)
@given(st.sampled_from([*TRUTH, "parity"]), st.floats(0, 0.99), st.integers(0, 1000))
def test_noise_jitters_rows_yet_rounds_back(name: str, noise: float, seed: int) -> None:
    clean = SOURCES[name].make(Request(np.random.default_rng(seed), samples=4, noise=0))
    noisy = SOURCES[name].make(Request(np.random.default_rng(seed), samples=4, noise=noise))
    assert np.array_equal(np.round(noisy.inputs), clean.inputs)
    assert np.array_equal(noisy.targets, clean.targets)


@pytest.mark.parametrize("bits", range(2, 17))
def test_parity_is_odd_for_half_of_all_rows(bits: int) -> None:
    data = SOURCES["parity"].make(Request(np.random.default_rng(0), samples=2, noise=0, bits=bits))
    assert data.inputs.shape == (2**bits, bits)
    assert len({row.tobytes() for row in data.inputs}) == 2**bits
    assert data.targets.tolist() == [number.bit_count() % 2 for number in range(2**bits)]
    assert data.whole
    assert data.input_names[-1] == f"x{bits}"

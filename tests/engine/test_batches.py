import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnviz.engine.descent import Batches


def numbered(count: int, features: int = 3) -> NDArray[np.float64]:
    """Samples that tell where they stood."""
    return np.arange(count * features, dtype=np.float64).reshape(count, features)


def batches_of(count: int, size: int, features: int = 3) -> Batches:
    """Of numbered samples, each of which is its own target as well."""
    return Batches(numbered(count, features), numbered(count, features), size)


def epoch_of(batches: Batches, order: NDArray[np.intp]) -> list[NDArray[np.float64]]:
    """Every batch of an epoch in turn, sample-major, as a descent takes them."""
    seen, batch = [], 0
    while batch < batches.count:
        part = batches.within(batch, 7)
        if part.start == 0:
            batches.gather(order, batch)
        for index in range(part.start, part.stop):
            is_rest = batches.rest is not None and batch == batches.count - 1
            taken = batches.rest if is_rest else batches.whole[index]
            assert taken is not None
            np.testing.assert_array_equal(taken.inputs, taken.targets)
            seen.append(np.array(taken.inputs.T, dtype=np.float64))
            batch += 1
    return seen


@given(count=st.integers(1, 700), size=st.integers(1, 800), seed=st.integers(0, 5))
def test_an_epoch_is_every_sample_once_in_its_order(count: int, size: int, seed: int) -> None:
    samples, order = numbered(count), np.random.default_rng(seed).permutation(count)
    batches = batches_of(count, size)
    seen = epoch_of(batches, order)
    assert [len(batch) for batch in seen[:-1]] == [batches.size] * (batches.count - 1)
    np.testing.assert_array_equal(np.concatenate(seen), samples[order])


def test_more_batches_than_are_gathered_at_once() -> None:
    samples, order = numbered(1001), np.random.default_rng(0).permutation(1001)
    batches = batches_of(1001, 3)
    assert (batches.count, len(batches.whole)) == (334, 256)
    np.testing.assert_array_equal(np.concatenate(epoch_of(batches, order)), samples[order])


def test_a_batch_is_larger_than_there_are_samples() -> None:
    batches = batches_of(5, 100)
    assert (batches.size, batches.count, batches.rest) == (5, 1, None)


@pytest.mark.parametrize(("batch", "wanted", "part"), [(0, 5, (0, 5)), (250, 50, (250, 256)), (256, 9, (0, 9))])
def test_which_batches_are_there(batch: int, wanted: int, part: tuple[int, int]) -> None:
    assert batches_of(300, 1).within(batch, wanted) == slice(*part)


def test_inputs_have_no_gaps_and_targets_lie_as_the_steps_arrays_do() -> None:
    batches = batches_of(23, 5)
    assert all(batch.inputs.flags.f_contiguous for batch in batches)
    assert all(batch.targets.flags.c_contiguous for batch in batches.whole)
    assert [batch.inputs.shape for batch in batches] == [(3, 5)] * 5 + [(3, 3)]

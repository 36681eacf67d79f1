"""Targets for theory: sums of waves, linear maps, the tree of things."""

import numpy as np
import pytest

from nnviz.data.catalogue import SOURCES
from nnviz.data.source import Request
from nnviz.data.waves import THINGS, Waves
from nnviz.errors import InputError


def _rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize(("count", "dimensions", "frequency"), [(1, 1, 3.0), (30, 6, 2.0), (100, 3, 3.0)])
def test_waves_have_mean_0_and_deviation_1_in_the_box_and_one_frequency(
    count: int, dimensions: int, frequency: float
) -> None:
    target = Waves.drawn(count, dimensions, frequency, _rng())
    values = target(_rng(1).uniform(-1.0, 1.0, (200_000, dimensions)))
    assert values.mean() == pytest.approx(0.0, abs=0.01)
    assert values.std() == pytest.approx(1.0, abs=0.01)
    assert np.linalg.norm(target.directions, axis=1) == pytest.approx(frequency)


def test_more_samples_are_of_the_same_waves() -> None:
    few, many = (SOURCES["waves"].make(Request(_rng(2), samples=n, dimensions=4)) for n in (10, 1000))
    assert few.made_by is not None
    assert many.made_by is not None
    assert np.array_equal(few.made_by(many.inputs), many.made_by(many.inputs))
    assert many.made_by(many.inputs) == pytest.approx(many.targets)


def test_a_mean_of_sampled_waves_comes_to_the_target() -> None:
    target = Waves.drawn(30, 6, 2.0, _rng())
    inputs = _rng(1).uniform(-1.0, 1.0, (500, 6))
    drawn = [target.sampled(4, _rng(seed))(inputs) for seed in range(4000)]
    assert np.abs(np.mean(drawn, axis=0) - target(inputs)).max() < 0.25


def test_a_linear_map_has_the_singular_values_that_are_asked_for_and_white_inputs() -> None:
    data = SOURCES["linear"].make(Request(_rng(), samples=64, dimensions=8, singular_values=(4.0, 2.0, 1.0, 0.5)))
    assert data.inputs.mean(axis=0) == pytest.approx(0.0, abs=1e-12)
    assert data.inputs.T @ data.inputs / 64 == pytest.approx(np.eye(8), abs=1e-12)
    found = np.linalg.svd(data.targets.T @ data.inputs / 64, compute_uv=False)
    assert found[:4] == pytest.approx([4.0, 2.0, 1.0, 0.5])
    assert found[4:] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("asked", [{"samples": 8}, {"dimensions": 2}])
def test_a_linear_map_that_cannot_be_is_refused(asked: dict[str, int]) -> None:
    request = {"samples": 64, "dimensions": 8} | asked
    with pytest.raises(InputError, match="3 singular values"):
        SOURCES["linear"].make(Request(_rng(), singular_values=(3.0, 2.0, 1.0), **request))  # type: ignore[arg-type]


def test_the_tree_has_a_level_for_each_split() -> None:
    data = SOURCES["tree"].make(Request(_rng()))
    assert data.input_names == THINGS
    found = np.linalg.svd(data.targets.T @ data.inputs / 8, compute_uv=False)
    assert found == pytest.approx([6**0.5, *[1.5**0.5] * 2, *[0.5] * 4, 0.0], abs=1e-9)

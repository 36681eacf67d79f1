"""Where the samples of each plane source lie."""

import numpy as np
import pytest

from nnviz.data.catalogue import SOURCES
from nnviz.data.dataset import Dataset
from nnviz.data.source import Request


def make(name: str, noise: float = 0.0, classes: int = 3) -> Dataset:
    return SOURCES[name].make(Request(np.random.default_rng(7), samples=600, noise=noise, classes=classes))


def test_clean_clouds_lie_on_both_sides_of_a_diagonal() -> None:
    data = make("gaussians")
    assert np.array_equal(data.inputs.sum(axis=1) > 0, data.targets == 1)
    for k, center in enumerate((-2, 2)):
        assert np.allclose(data.inputs[data.targets == k].mean(axis=0), center, atol=0.15)


def test_clouds_at_half_noise_are_hard_but_not_hopeless() -> None:
    data = make("gaussians", noise=0.5)
    wrong = np.mean((data.inputs.sum(axis=1) > 0) != (data.targets == 1))
    assert 0.04 < wrong < 0.13  # the normal distribution's tail beyond √2 deviations is 0.079


def test_the_clean_circle_is_a_disc_in_a_ring() -> None:
    data = make("circle")
    radius = np.linalg.norm(data.inputs, axis=1)
    assert radius[data.targets == 1].max() <= 2.5
    assert radius[data.targets == 0].min() >= 3.5
    assert 4.9 < radius.max() <= 5


def test_clean_rings_take_turns_and_are_evenly_filled() -> None:
    data = make("rings")
    radius = np.linalg.norm(data.inputs, axis=1)
    ring = np.ceil(radius / 1.25)
    assert set(ring) == {1, 2, 3, 4}
    assert np.array_equal((ring - 1) % 2, data.targets)
    assert (radius > 1.25 * ring - 0.5).all()
    shares = np.bincount(ring.astype(int))[1:] / 600
    assert np.allclose(shares, [1 / 8, 2 / 12, 3 / 8, 4 / 12], atol=0.04)


def test_clean_xor_is_true_where_signs_differ() -> None:
    data = make("xor")
    assert np.array_equal(data.inputs.prod(axis=1) < 0, data.targets == 1)
    assert np.abs(data.inputs).min() >= 0.3
    assert np.abs(data.inputs).max() <= 5.3
    quadrants = (data.inputs > 0) @ (1, 2)
    assert np.bincount(quadrants).min() > 100


def test_clean_spiral_arms_turn_and_never_meet() -> None:
    data = make("spiral")
    zero, one = (data.inputs[data.targets == k] for k in (0, 1))
    assert np.allclose(zero, -one)
    distances = np.linalg.norm(zero[:, np.newaxis] - one, axis=2)
    radius = np.linalg.norm(zero, axis=1)
    assert np.isclose(radius.max(), 5)
    turns = np.ptp(np.unwrap(np.arctan2(zero[:, 0], zero[:, 1]))) / (2 * np.pi)
    assert np.isclose(turns, 1.75, atol=0.01)
    assert distances[radius > 2].min() > 1
    assert distances.min() > 0


def test_clean_moons_are_half_circles_within_the_plane() -> None:
    data = make("moons")
    for k, (center, side) in enumerate((((-1.75, -0.875), 1), ((1.75, 0.875), -1))):
        moon = data.inputs[data.targets == k] - center
        assert np.allclose(np.linalg.norm(moon, axis=1), 3.5)
        assert (side * moon[:, 1] >= -1e-9).all()
    assert np.abs(data.inputs).max() < 6


@pytest.mark.parametrize("classes", range(2, 11))
def test_clean_blobs_are_nearest_to_their_own_centre(classes: int) -> None:
    data = make("blobs", classes=classes)
    centers = np.array([data.inputs[data.targets == k].mean(axis=0) for k in range(classes)])
    distances = np.linalg.norm(data.inputs[:, np.newaxis] - centers, axis=2)
    assert np.mean(distances.argmin(axis=1) == data.targets) > 0.99
    assert np.abs(data.inputs).max() < 6.5


def test_the_clean_plane_rises_evenly() -> None:
    data = make("plane")
    assert np.allclose(data.targets[:, 0], data.inputs.sum(axis=1) / 12)
    assert np.abs(data.inputs).max() <= 6
    assert 0.7 < np.abs(data.targets).max() <= 1


def test_the_bumps_are_cones_at_their_centres() -> None:
    data = make("multi_gaussian")
    for center, sign in (((-4, 2.5), 1), ((0, 2.5), -1), ((4, 2.5), 1), ((-4, -2.5), -1), ((0, -2.5), 1)):
        distance = np.linalg.norm(data.inputs - center, axis=1)
        near = distance < 2
        assert np.allclose(data.targets[near, 0], sign * (1 - distance[near] / 2))
    assert np.mean(data.targets == 0) > 0.3

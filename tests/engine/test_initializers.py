import math

import numpy as np
import pytest

from nnviz.engine.initializers import BIAS_STARTS, INITIALIZERS, initialize
from nnviz.engine.network import Parameters, shapes_between
from nnviz.engine.tape import Array

UNITS, INPUTS = 200, 300
LIMITS = {"glorot_uniform": math.sqrt(6 / (INPUTS + UNITS)), "he_uniform": math.sqrt(6 / INPUTS), "uniform": 0.5}
DEVIATIONS = {"glorot_normal": math.sqrt(2 / (INPUTS + UNITS)), "he_normal": math.sqrt(2 / INPUTS)}

every_initializer = pytest.mark.parametrize("name", list(INITIALIZERS))


def drawn(name: str, seed: int = 1, sizes: tuple[int, ...] = (INPUTS, UNITS)) -> Parameters:
    parameters = Parameters(shapes_between(sizes))
    initialize(parameters, name, np.random.default_rng(seed))
    return parameters


def weights_of(name: str) -> Array:
    return drawn(name).weights[0]


def test_these_are_all_initializers() -> None:
    assert set(INITIALIZERS) == {*LIMITS, *DEVIATIONS, "zeros", "same"}


@pytest.mark.parametrize("name", list(LIMITS))
def test_uniform_weights_fill_their_range_evenly(name: str) -> None:
    weights, limit = weights_of(name), LIMITS[name]
    assert 0.999 * limit < abs(weights).max() <= limit
    assert weights.std() == pytest.approx(limit / math.sqrt(3), rel=0.01)
    assert weights.mean() == pytest.approx(0, abs=0.02 * limit)
    shares = np.histogram(weights, 10, (-limit, limit))[0] / weights.size
    np.testing.assert_allclose(shares, 0.1, rtol=0.05)


@pytest.mark.parametrize("name", list(DEVIATIONS))
def test_normal_weights_have_their_deviation_and_tails(name: str) -> None:
    weights, deviation = weights_of(name), DEVIATIONS[name]
    assert weights.std() == pytest.approx(deviation, rel=0.01)
    assert weights.mean() == pytest.approx(0, abs=0.02 * deviation)
    assert (abs(weights) < deviation).mean() == pytest.approx(0.6827, abs=0.01)
    assert (abs(weights) < 2 * deviation).mean() == pytest.approx(0.9545, abs=0.005)


def test_same_gives_all_weights_of_a_layer_one_number() -> None:
    numbers = [np.unique(weights) for weights in drawn("same", sizes=(5, 4, 3)).weights]
    assert [len(number) for number in numbers] == [1, 1]
    assert numbers[0] != numbers[1]


def test_zeros_are_zeros() -> None:
    assert not drawn("zeros").flat.any()


@every_initializer
def test_biases_become_zero_whatever_they_were(name: str) -> None:
    parameters = Parameters(shapes_between((3, 4, 2)))
    parameters.flat[:] = 9.0
    initialize(parameters, name, np.random.default_rng(0))
    assert not any(biases.any() for biases in parameters.biases)
    assert not any((weights == 9.0).any() for weights in parameters.weights)


@every_initializer
def test_the_same_seed_draws_the_same_weights(name: str) -> None:
    np.testing.assert_array_equal(drawn(name, 3).flat, drawn(name, 3).flat)


@pytest.mark.parametrize("name", [*LIMITS, *DEVIATIONS, "same"])
def test_another_seed_and_another_layer_draw_other_weights(name: str) -> None:
    assert not (drawn(name, 3).weights[0] == drawn(name, 4).weights[0]).any()
    first, second = drawn(name, 3, (4, 4, 4)).weights
    assert not (first == second).any()


@every_initializer
def test_layers_above_do_not_change_what_the_first_layer_draws(name: str) -> None:
    np.testing.assert_array_equal(drawn(name, 3, (2, 4, 1)).weights[0], drawn(name, 3, (2, 4, 8, 8, 3)).weights[0])


@every_initializer
def test_single_precision_is_the_rounded_double(name: str) -> None:
    single = Parameters(shapes_between((INPUTS, UNITS)), dtype=np.float32)
    initialize(single, name, np.random.default_rng(1))
    assert single.flat.dtype == np.float32
    np.testing.assert_array_equal(single.flat, drawn(name).flat.astype(np.float32))


def test_same_draws_its_number_as_glorot_uniform_does() -> None:
    limit = LIMITS["glorot_uniform"]
    numbers = [abs(drawn("same", seed, (INPUTS, UNITS)).weights[0][0, 0]) for seed in range(60)]
    assert 0.9 * limit < max(numbers) <= limit


SIZES = (3, 50, 40, 2)


def _drawn(biases: str = "zero", scale: float = 1.0, inputs: np.ndarray | None = None) -> Parameters:
    parameters = Parameters(shapes_between(SIZES))
    initialize(parameters, "glorot_normal", np.random.default_rng(7), scale, biases, inputs)
    return parameters


def test_a_factor_scales_the_weights_that_would_be_drawn_anyway() -> None:
    for plain, small in zip(_drawn().weights, _drawn(scale=0.1).weights, strict=True):
        np.testing.assert_allclose(small, 0.1 * plain, rtol=1e-12)


@pytest.mark.parametrize("biases", BIAS_STARTS)
def test_weights_are_the_same_whatever_the_biases_begin_with(biases: str) -> None:
    drawn = _drawn(biases, inputs=np.ones((4, 3)))
    for plain, weights in zip(_drawn().weights, drawn.weights, strict=True):
        np.testing.assert_array_equal(plain, weights)


def test_tenths_are_tenths() -> None:
    assert all((biases == 0.1).all() for biases in _drawn("tenth").biases)


def test_uniform_biases_fill_their_bounds() -> None:
    for biases, inputs in zip(_drawn("uniform").biases[:2], SIZES, strict=False):
        assert np.abs(biases).max() <= 1.0 / np.sqrt(inputs)
        assert np.abs(biases).max() > 0.8 / np.sqrt(inputs)
        assert abs(biases.mean()) < 0.2 / np.sqrt(inputs)


def test_every_edge_of_the_first_layer_goes_through_a_sample() -> None:
    inputs = np.random.default_rng(1).uniform(-1.0, 1.0, (30, 3))
    drawn = _drawn("through_data", inputs=inputs)
    at_samples = drawn.weights[0] @ inputs.T + drawn.biases[0][:, None]
    assert np.abs(at_samples).min(axis=1) == pytest.approx(0.0, abs=1e-12)
    assert len(set(np.abs(at_samples).argmin(axis=1).tolist())) > 15
    assert not drawn.biases[1].any()

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.engine.activations import IDENTITY, SIGMOID, TANH
from nnviz.engine.landscape import LANDSCAPES, Landscape, landscape, largest_stable_rate, neuron_loss, sharpness
from nnviz.engine.network import Network
from nnviz.engine.outputs import CROSS_ENTROPY, SQUARED_ERROR
from nnviz.engine.tape import Array

CURVED = [("parabola", 7.0), ("bowl", 50.0), ("ravine", 200.0)]
EVERY = [*((name, 0.0) for name in LANDSCAPES), *CURVED]
NEURONS = [
    (2, TANH, SQUARED_ERROR),
    (2, SIGMOID, CROSS_ENTROPY),
    (1, TANH, SQUARED_ERROR),
    (1, IDENTITY, SQUARED_ERROR),
]


def points_on(surface: Landscape, count: int = 200) -> Array:
    low, high = np.array(surface.extent).reshape(-1, 2).T
    return np.random.default_rng(1).uniform(low, high, (count, surface.dimension))


def slopes(function: Callable[[Array], Array], points: Array, h: float = 1e-5) -> Array:
    """Central differences along every coordinate, as a last axis."""
    nudges = h * np.eye(points.shape[-1])
    return np.stack([(function(points + n) - function(points - n)) / (2 * h) for n in nudges], axis=-1)


def neuron(inputs: int, output: object, loss: object) -> tuple[Landscape, Array, Array]:
    rng = np.random.default_rng(2)
    samples, targets = rng.normal(size=(40, inputs)), rng.integers(0, 2, (40, 1)).astype(float)
    return neuron_loss(Network((inputs, 1), (output,), loss), samples, targets), samples, targets  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "curvature"), EVERY)
def test_gradients_and_hessians_equal_central_differences(name: str, curvature: float) -> None:
    surface = landscape(name, curvature)
    points = points_on(surface)
    scale = 1.0 + np.abs(surface.hessian(points)).max()
    assert surface.gradient(points) == pytest.approx(slopes(surface.value, points), abs=1e-8 * scale)
    assert surface.hessian(points) == pytest.approx(slopes(surface.gradient, points), abs=1e-8 * scale)


@pytest.mark.parametrize(("name", "curvature"), EVERY)
def test_at_minima_the_gradient_is_zero_and_no_direction_goes_down(name: str, curvature: float) -> None:
    surface = landscape(name, curvature)
    minima = np.array(surface.minima)
    assert np.abs(surface.gradient(minima)).max() < 1e-12
    assert np.linalg.eigvalsh(surface.hessian(minima)).min() > 0.0
    assert surface.lowest <= surface.value(points_on(surface)).min()


@pytest.mark.parametrize(("name", "curvature"), EVERY)
def test_any_shape_of_points_is_taken(name: str, curvature: float) -> None:
    surface = landscape(name, curvature)
    points = points_on(surface, 6)
    d = surface.dimension
    for function, shape in ((surface.value, ()), (surface.gradient, (d,)), (surface.hessian, (d, d))):
        assert function(points[0]).shape == shape
        many = function(points.reshape(2, 3, d))
        assert many.shape == (2, 3, *shape)
        assert many.reshape(6, *shape) == pytest.approx(function(points))


@pytest.mark.parametrize(("name", "curvature", "eigenvalues"), [
    ("bowl", 0.0, (1.0, 4.0)), ("bowl", 9.0, (1.0, 9.0)), ("ravine", 0.0, (1.0, 30.0)),
    ("ravine", 300.0, (1.0, 300.0)), ("saddle", 0.0, (-1.0, 1.0)),
])  # fmt: skip
def test_the_curvatures_are_those_asked_for(name: str, curvature: float, eigenvalues: tuple[float, ...]) -> None:
    hessian = landscape(name, curvature).hessian(np.zeros(2))
    assert np.linalg.eigvalsh(hessian) == pytest.approx(eigenvalues)
    assert sharpness(hessian) == pytest.approx(eigenvalues[-1])


@pytest.mark.parametrize("name", LANDSCAPES)
def test_what_is_called_quadratic_bends_alike_everywhere(name: str) -> None:
    surface = landscape(name)
    hessians = surface.hessian(points_on(surface))
    assert bool(np.ptp(hessians, axis=0).max() < 1e-12) == surface.quadratic


def test_the_tilted_well_is_deeper_on_the_left() -> None:
    surface = landscape("tilted_double_well")
    left, right = np.array(surface.minima)
    assert left < 0.0 < right
    assert surface.value(left) == pytest.approx(surface.lowest)
    assert surface.value(right) > surface.lowest + 0.2
    assert surface.minimum_near(np.array([0.5])) == right


@pytest.mark.parametrize(("inputs", "output", "loss"), NEURONS)
def test_a_neurons_loss_is_the_mean_over_its_samples(inputs: int, output: object, loss: object) -> None:
    surface, samples, targets = neuron(inputs, output, loss)
    for a, b in points_on(surface, 5).tolist():
        sums = samples @ np.array([[a], [b]]) if inputs == 2 else a * samples + b
        expected = loss(output, sums.T, targets.T)  # type: ignore[operator]
        assert surface.value(np.array([a, b])) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("inputs", "output", "loss"), NEURONS)
def test_a_neurons_gradient_and_hessian_equal_differences(inputs: int, output: object, loss: object) -> None:
    surface, *_ = neuron(inputs, output, loss)
    points = points_on(surface, 30)
    assert surface.gradient(points) == pytest.approx(slopes(surface.value, points), abs=1e-8)
    assert surface.hessian(points) == pytest.approx(slopes(surface.gradient, points), abs=1e-6)


def test_a_neurons_grid_of_points_is_its_points_one_by_one() -> None:
    surface, *_ = neuron(*NEURONS[0])
    grid = points_on(surface, 600).reshape(20, 30, 2)
    values = surface.value(grid)
    assert values.shape == (20, 30)
    assert values[7, 11] == pytest.approx(float(surface.value(grid[7, 11])), rel=1e-12)
    assert surface.gradient(grid[:2, :3]).shape == (2, 3, 2)


@given(st.floats(0.0, 0.99), st.floats(0.01, 1000.0), st.sampled_from(["sgd", "momentum", "nesterov"]))
def test_just_below_the_largest_stable_rate_a_step_shrinks_and_just_above_it_grows(
    momentum: float, curvature: float, optimizer: str
) -> None:
    limit = largest_stable_rate(optimizer, momentum, curvature)
    assert spectral_radius(optimizer, 0.999 * limit * curvature, momentum) < 1.0
    assert spectral_radius(optimizer, 1.001 * limit * curvature, momentum) > 1.0


def spectral_radius(optimizer: str, a: float, momentum: float) -> float:
    """Of the map (θ, η v) -> (θ, η v) that one step on a parabola is, with a = ηλ."""
    if optimizer == "sgd":
        return abs(1.0 - a)
    look = momentum if optimizer == "nesterov" else None
    velocity = np.array([a, momentum])
    step = velocity if look is None else np.array([a, 0.0]) + look * velocity
    return float(np.abs(np.linalg.eigvals(np.array([np.array([1.0, 0.0]) - step, velocity]))).max())


def test_where_nothing_limits_it_the_rate_is_infinite_and_where_it_is_rescaled_unknown() -> None:
    assert largest_stable_rate("sgd", 0.0, 0.0) == np.inf
    assert largest_stable_rate("momentum", 0.9, -2.0) == np.inf
    assert np.isnan(largest_stable_rate("adam", 0.0, 1.0))
    assert np.isnan(largest_stable_rate("rmsprop", 0.0, 1.0))

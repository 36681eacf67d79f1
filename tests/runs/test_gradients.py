from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.network import Parameters, logits, shapes_between
from nnviz.engine.tape import Array
from nnviz.runs.layer_statistics import DeltaSizes, samples_measured
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens, SceneMaker
from timing import least_seconds

MakeRun = Callable[..., NetworkRun]

W2: dict[str, Any] = {"name": "spiral", "hidden": (8,) * 6}


def per_sample(run: NetworkRun, parameters: Parameters, count: int) -> Array:
    network, train = run.problem.network, run.problem.train
    p = logits(network, parameters, train.inputs[:count].T)
    return network.loss.per_sample(network.output, p, train.targets[:count].T)


def by_differences(run: NetworkRun, count: int, h: float = 1e-5) -> list[float]:
    """∂loss/∂p of a sample is ∂loss/∂b of it alone."""
    sizes = run.problem.network.layer_sizes
    flat = run.snapshot().position.parameters
    squares: list[list[Array]] = []
    for l in range(len(sizes) - 1):
        squares.append([])
        for unit in range(sizes[l + 1]):
            losses = []
            for sign in (1, -1):
                moved = Parameters(shapes_between(sizes), flat.copy())
                moved.biases[l][unit] += sign * h
                losses.append(per_sample(run, moved, count))
            squares[l].append(((losses[0] - losses[1]) / (2 * h)) ** 2)
    return [float(np.sqrt(np.mean(units))) for units in squares]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"hidden": ()},
        {"name": "iris", "hidden": (5, 4), "output": "softmax", "loss": "cross_entropy", "activation": "sigmoid"},
        {"name": "iris", "hidden": (4,), "output": "softmax", "activation": "softplus"},
        {"name": "sine", "hidden": (6, 3), "output": "identity", "activation": ("tanh", "elu"), "alpha": 0.5},
        {"output": "sigmoid", "loss": "cross_entropy"},
        W2,
        *({"hidden": (4, 3), "activation": name} for name in ACTIVATIONS),
    ],
)
def test_sizes_are_those_of_central_differences(make_run: MakeRun, values: dict[str, Any]) -> None:
    run = make_run(**values)
    run.advance(40)
    count = samples_measured(run.problem)
    sizes = DeltaSizes(run.problem).sizes(run.snapshot().parameters)
    np.testing.assert_allclose(sizes, by_differences(run, count), rtol=1e-6)


def test_a_scene_has_them_only_where_the_lens_asks(make_run: MakeRun) -> None:
    run = make_run()
    assert run.picture(Lens()).scene.gradients == ()  # type: ignore[union-attr]
    asked = run.picture(Lens(gradients=True))
    expected = DeltaSizes(run.problem).sizes(asked.parameters)
    assert asked.scene is not None
    assert asked.scene.gradients == expected
    assert len(expected) == 3


def test_they_are_of_the_parameters_given_and_not_of_those_before(make_run: MakeRun) -> None:
    run = make_run(activation="leaky_relu")
    stage = SceneMaker(run.problem, Lens(gradients=True))
    first = stage.scene(run.snapshot().parameters).gradients
    run.advance(60)
    later = stage.scene(run.snapshot().parameters).gradients
    assert later != first
    assert later == DeltaSizes(run.problem).sizes(run.snapshot().parameters)


def test_samples_are_500_at_most_and_fewer_for_a_large_network(make_run: MakeRun) -> None:
    assert samples_measured(make_run(samples=120, train_fraction=0.5).problem) == 60
    assert samples_measured(make_run(samples=4000).problem) == 500
    large = make_run(name="digits", hidden=(300, 300), output="softmax")
    assert samples_measured(large.problem) == 4_000_000 // (65 * 300 + 301 * 300 + 301 * 10)
    assert np.isfinite(DeltaSizes(large.problem).sizes(large.snapshot().parameters)).all()


def test_through_ten_sigmoid_layers_little_comes_to_the_first(make_run: MakeRun) -> None:
    run = make_run(hidden=(8,) * 10, activation="sigmoid")
    first, *_, last = DeltaSizes(run.problem).sizes(run.snapshot().parameters)
    assert 0.0 < first < 1e-3 * last


def test_a_diverged_network_has_sizes_that_are_no_numbers(make_run: MakeRun) -> None:
    run = make_run()
    broken = Parameters(run.problem.network.shapes)
    broken.flat[:] = np.nan
    scene = SceneMaker(run.problem, Lens(gradients=True)).scene(broken)
    assert np.isnan(scene.gradients).all()


def test_for_six_layers_of_eight_it_takes_a_millisecond(make_run: MakeRun) -> None:
    run = make_run(**W2)
    gauge, parameters = DeltaSizes(run.problem), run.snapshot().parameters
    assert least_seconds([partial(gauge.sizes, parameters)] * 30) < 1e-3

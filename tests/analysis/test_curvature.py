from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nnviz.analysis.objective import Curvature, Objective, curvature, hessian, lanczos, pointed, product
from nnviz.data.dataset import FloatArray
from nnviz.engine.activations import ACTIVATIONS
from nnviz.experiment.files import parse_experiment
from nnviz.runs.run import NetworkRun

TINY = '[data]\nname = "circle"\nsamples = 40\n[network]\nhidden = [3]\n'
SOFTMAX = (
    '[data]\nname = "blobs"\nsamples = 60\n[network]\nhidden = [4]\noutput = "softmax"\nactivation = "softplus"\n'
    '[training]\nloss = "cross_entropy"\n'
)
SMOOTH = [
    TINY + f'activation = "{name}"\n' for name, function in ACTIVATIONS.items() if function.at_zero == "smooth"
]
WIDE = '[data]\nname = "circle"\n[network]\nhidden = [24, 24]\n'


def begun(text: str, steps: int = 60) -> tuple[Objective, FloatArray]:
    run = NetworkRun(parse_experiment(text, "test"))
    run.advance(steps)
    snapshot = run.snapshot()
    return Objective(snapshot), snapshot.position.parameters.astype(np.float64)


def last(work: Any) -> Any:
    *_, result = work
    return result


def loss(objective: Objective, point: FloatArray) -> float:
    return float(objective.values(point[None])[0])


def second_difference(objective: Objective, point: FloatArray, a: int, b: int, h: float = 1e-3) -> float:
    """∂²ℓ/∂a∂b from losses alone, of the fourth order in h."""

    def of_second_order(h: float) -> float:
        one, other = np.eye(point.size)[[a, b]] * h
        corners = [(1, one + other), (-1, one - other), (-1, other - one), (1, -one - other)]
        return sum(sign * loss(objective, point + at) for sign, at in corners) / (4.0 * h * h)

    return (4.0 * of_second_order(h) - of_second_order(2.0 * h)) / 3.0


@pytest.mark.parametrize("text", [*SMOOTH, SOFTMAX, TINY + "[training]\nl1 = 0.02\nl2 = 0.1\n"])
def test_the_gradient_is_that_of_the_loss(text: str) -> None:
    objective, point = begun(text)
    gradient, h = objective.gradient(point), 1e-6
    for k in range(point.size):
        step = h * np.eye(point.size)[k]
        difference = (loss(objective, point + step) - loss(objective, point - step)) / (2.0 * h)
        assert gradient[k] == pytest.approx(difference, abs=1e-8)


@pytest.mark.parametrize("text", [*SMOOTH, SOFTMAX, TINY + "[training]\nl2 = 0.1\n"])
def test_the_hessian_is_that_of_the_loss(text: str) -> None:
    objective, point = begun(text)
    whole = last(hessian(objective, point))
    for a, b in [(0, 0), (0, 1), (2, 5), (point.size - 1, 3), (point.size - 1, point.size - 1)]:
        assert whole[a, b] == pytest.approx(second_difference(objective, point, a, b), abs=1e-6)


def test_a_penalty_of_squares_bends_weights_and_not_biases() -> None:
    objective, point = begun(TINY)
    plain = last(hessian(objective, point))
    penalised = begun(TINY + "[training]\nl1 = 0.3\nl2 = 0.25\n")[0]
    difference = last(hessian(penalised, point)) - plain
    weights = NetworkRun(parse_experiment(TINY, "test")).snapshot().parameters.where_weights()
    assert difference == pytest.approx(np.diag(0.25 * weights), abs=1e-6)


def test_small_networks_are_measured_exactly() -> None:
    objective, point = begun(TINY)
    bend = last(curvature(objective, point))
    values = np.linalg.eigvalsh(last(hessian(objective, point)))
    assert bend.exact
    assert (bend.least, bend.greatest) == pytest.approx((values[0], values[-1]), abs=1e-9)
    assert bend.gradient == pytest.approx(np.linalg.norm(objective.gradient(point)))
    assert bend.parameters == point.size == 13


def test_large_networks_are_measured_by_products() -> None:
    objective, point = begun(WIDE)
    bend = last(curvature(objective, point))
    values = np.linalg.eigvalsh(last(hessian(objective, point)))
    assert not bend.exact
    assert 0 < bend.products <= 80
    assert bend.greatest == pytest.approx(values[-1], rel=1e-3)
    assert bend.least == pytest.approx(values[0], abs=2e-3 * values[-1])


@pytest.mark.parametrize("text", [TINY, WIDE])
def test_its_vectors_are_the_directions_of_greatest_and_least_curvature(text: str) -> None:
    objective, point = begun(text)
    bend = last(curvature(objective, point))
    for vector, value in zip(bend.vectors, (bend.greatest, bend.least), strict=True):
        assert np.linalg.norm(vector) == pytest.approx(1.0)
        assert vector.dot(product(objective, point, vector)) == pytest.approx(value, abs=1e-3)


def test_only_what_learns_counts() -> None:
    objective, point = begun(TINY + "frozen = [1]\n")
    bend = last(curvature(objective, point))
    assert bend.parameters == 4
    assert not bend.vectors[:, :9].any()
    assert not objective.gradient(point)[:9].any()


def test_of_the_largest_networks_only_the_gradient_is_measured() -> None:
    objective, point = begun('[data]\nsamples = 4\n[network]\nhidden = [450, 450]\nactivation = "relu"\n', steps=0)
    bend = last(curvature(objective, point))
    assert np.isfinite(bend.gradient)
    assert np.isnan(bend.least)
    assert bend.verdict == "unknown"


def test_what_is_no_number_is_unknown() -> None:
    objective, point = begun(TINY)
    assert last(curvature(objective, np.full_like(point, np.nan))).verdict == "unknown"


@given(st.integers(2, 40), st.integers(0, 1000))
@example(34, 383)  # the greatest is hidden at first
def test_lanczos_finds_the_outer_eigenvalues(size: int, seed: int) -> None:
    half = np.random.default_rng(seed).normal(size=(size, size))
    matrix = half + half.T
    values, vectors = last(lanczos(lambda vector: matrix @ vector, size))
    expected = np.linalg.eigvalsh(matrix)[[0, -1]]
    assert values == pytest.approx(expected, abs=2e-3 * np.abs(expected).max())
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(2))


def test_lanczos_ends_where_there_is_no_curvature_at_all() -> None:
    values, _ = last(lanczos(np.zeros_like, 50))
    assert values == pytest.approx(np.zeros(2), abs=1e-12)


@pytest.mark.parametrize(
    ("gradient", "least", "greatest", "verdict"),
    [
        (0.5, -1.0, 3.0, "slope"),
        (1e-5, -0.5, 2.0, "saddle"),
        (1e-5, 0.1, 2.0, "minimum"),
        (1e-5, -1e-4, 2.0, "valley"),
        (1e-5, 1e-6, 2.0, "valley"),
        (1e-5, -2.0, -0.5, "top"),
        (1e-9, 1e-9, -1e-9, "flat"),
        (1e-3, 1e-9, 1e-8, "slope"),
        (np.inf, 0.0, 1.0, "unknown"),
    ],
)
def test_the_verdict_follows_from_gradient_and_eigenvalues(
    gradient: float, least: float, greatest: float, verdict: str
) -> None:
    assert Curvature(gradient, least, greatest, 10).verdict == verdict


def test_a_direction_points_the_same_way_whichever_way_it_came() -> None:
    vectors = np.array([[0.1, -0.7, 0.7], [0.9, -0.3, 0.3], [0.0, 0.0, 0.0]])
    turned = pointed(vectors)
    assert (turned == pointed(-vectors)).all()
    assert (turned[0] == [-0.1, 0.7, -0.7]).all()

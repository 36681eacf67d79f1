"""Linear regions against brute force: patterns of units on a fine grid."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.analysis.linear_regions import LinearRegions, Pieces, Regions, pieces_of, regions_of
from nnviz.engine.network import forward
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot
from runs import experiment_of, run_of

_SIDE = 400


def moment(epochs: int = 0, **values: Any) -> Snapshot:
    start: dict[str, Any] = {"initializer": "he_normal", "initial_biases": "uniform", "learning_rate": 0.1}
    run = NetworkRun(experiment_of(**start | values))
    run.advance(epochs * run.steps_an_epoch)
    return run.snapshot()


def area(polygon: np.ndarray) -> float:
    x, y = (polygon - polygon.mean(axis=0)).T
    return 0.5 * float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)))


def patterns(snapshot: Snapshot, points: np.ndarray) -> np.ndarray:
    """Which units are on at points of the plane, shape (points, units)."""
    problem = snapshot.problem
    inputs = problem.network_inputs(problem.projection.lift(points)).T
    passes = list(forward(problem.network, snapshot.parameters, inputs))[:-1]
    return np.concatenate([p > 0.0 for p, _ in passes]).T


def grid(snapshot: Snapshot) -> np.ndarray:
    x_min, x_max, y_min, y_max = snapshot.problem.extent
    shares = (np.arange(_SIDE) + 0.5) / _SIDE
    xs, ys = np.meshgrid(x_min + shares * (x_max - x_min), y_min + shares * (y_max - y_min))
    return np.column_stack([xs.ravel(), ys.ravel()])


@pytest.mark.parametrize(
    "values",
    [
        {"name": "circle", "hidden": (8,), "activation": "relu"},
        {"name": "circle", "hidden": (6, 5), "activation": "leaky_relu", "epochs": 30},
        {"name": "spiral", "hidden": (4, 4, 4), "activation": "relu", "epochs": 30},
        {"name": "circle", "hidden": (5, 3), "activation": ("relu", "identity")},
        {"name": "iris", "hidden": (5, 4), "activation": "relu", "output": "softmax", "standardize": True},
    ],
    ids=["one layer", "leaky", "three layers", "linear layer", "a slice"],
)
def test_regions_are_the_patterns_of_a_grid(values: dict[str, Any]) -> None:
    snapshot = moment(**values)
    found = regions_of(snapshot.problem, snapshot)
    x_min, x_max, y_min, y_max = snapshot.problem.extent
    areas = np.array([area(polygon) for polygon in found.polygons])
    whole = (x_max - x_min) * (y_max - y_min)
    assert areas.sum() == pytest.approx(whole, rel=1e-9)
    kinked = [a.at_zero == "kink" for a in snapshot.problem.network.activations[:-1]]
    wide = np.repeat(kinked, snapshot.problem.network.layer_sizes[1:-1])
    seen = np.unique(patterns(snapshot, grid(snapshot))[:, wide], axis=0)
    middles = np.array([polygon.mean(axis=0) for polygon in found.polygons])
    own = patterns(snapshot, middles)[:, wide]
    if all(kinked):
        assert len(np.unique(own, axis=0)) == found.count  # each has a pattern of its own
        large = int((areas > 30.0 * whole / _SIDE**2).sum())
        assert large <= len(seen) <= found.count
    assert set(map(bytes, seen)) <= set(map(bytes, own))  # none is missing


def test_tints_differ_across_every_border_of_one_unit() -> None:
    snapshot = moment(name="circle", hidden=(6, 5), activation="relu")
    found = regions_of(snapshot.problem, snapshot)
    middles = np.array([polygon.mean(axis=0) for polygon in found.polygons])
    own = patterns(snapshot, middles)
    apart = (own[:, None] != own[None]).sum(axis=2)
    one, other = np.nonzero(apart == 1)
    assert len(one)
    assert (found.tints[one] != found.tints[other]).all()


def test_the_boundary_is_where_the_output_is_zero() -> None:
    snapshot = moment(name="circle", hidden=(6, 5), activation="relu", epochs=30)
    ends = regions_of(snapshot.problem, snapshot).boundary.reshape(-1, 2)
    assert len(ends) > 6
    problem = snapshot.problem
    *_, (logits, _) = forward(problem.network, snapshot.parameters, problem.network_inputs(ends).T)
    assert np.abs(logits).max() < 1e-6


def test_lines_of_the_second_layer_bend_only_at_lines_of_the_first() -> None:
    snapshot = moment(name="circle", hidden=(6, 5), activation="relu")
    first, second = regions_of(snapshot.problem, snapshot).borders
    layer = snapshot.parameters.layers[0]
    ends = np.concatenate([second.reshape(-1, 2), np.ones((2 * len(second), 1))], axis=1)
    off = np.abs(ends @ layer.T).min(axis=1)
    x_min, x_max, y_min, y_max = snapshot.problem.extent
    edge = np.minimum(
        np.abs(ends[:, :1] - [x_min, x_max]).min(axis=1), np.abs(ends[:, 1:2] - [y_min, y_max]).min(axis=1)
    )
    inner = ends[(off > 1e-9) & (edge > 1e-9)]  # or where two of the second layer cross
    both = np.abs(patterns_values(snapshot, inner[:, :2]))
    assert (np.sort(both, axis=1)[:, 1] < 1e-6).all()
    assert len(first) >= 6


def patterns_values(snapshot: Snapshot, points: np.ndarray) -> np.ndarray:
    problem = snapshot.problem
    passes = list(forward(problem.network, snapshot.parameters, problem.network_inputs(points).T))
    return np.asarray(passes[1][0].T)


@settings(max_examples=60)
@given(seed=st.integers(0, 10_000), hidden=st.lists(st.integers(1, 6), min_size=1, max_size=3))
def test_pieces_of_a_curve_agree_with_the_network_and_bend_at_each_end(seed: int, hidden: list[int]) -> None:
    snapshot = moment(
        name="sine", samples=50, hidden=tuple(hidden), activation="relu", output="identity", seed=seed
    )
    found = pieces_of(snapshot.problem, snapshot)
    xs = np.linspace(found.edges[0], found.edges[-1], 997)
    *_, (outputs, _) = forward(snapshot.problem.network, snapshot.parameters, xs[None])
    assert np.allclose(np.interp(xs, found.edges, found.values), outputs[0], atol=1e-9)
    if len(hidden) == 1:
        assert found.count <= hidden[0] + 1


def test_one_layer_counts_every_kink_within_the_data() -> None:
    snapshot = moment(name="sine", hidden=(32,), activation="leaky_relu", output="identity")
    found = pieces_of(snapshot.problem, snapshot)
    (layer, _), inputs = snapshot.parameters.layers, snapshot.problem.dataset.inputs
    kinks = -layer[:, 1] / layer[:, 0]
    assert found.count == 1 + int(((kinks > inputs.min()) & (kinks < inputs.max())).sum())


@pytest.mark.parametrize(
    "text",
    [
        '[network]\nhidden = [3]\nactivation = "tanh"\n',
        '[data]\nfeatures = ["x1", "x1^2"]\n[network]\nactivation = "relu"\n',
    ],
)
def test_what_bends_has_none(text: str) -> None:
    run = run_of(text)
    assert LinearRegions().prepare(run.problem)(run.snapshot()) is None


def test_so_many_that_none_are_shown() -> None:
    snapshot = moment(name="circle", hidden=(64, 64), activation="relu")
    found = LinearRegions().prepare(snapshot.problem)(snapshot)
    assert isinstance(found, Regions)
    assert not found.is_whole


def test_a_curve_has_pieces() -> None:
    snapshot = moment(name="sine", activation="relu", output="identity")
    assert isinstance(LinearRegions().prepare(snapshot.problem)(snapshot), Pieces)

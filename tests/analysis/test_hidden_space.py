"""The plane as a hidden layer sees it."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.analysis.hidden_space import MOST_SAMPLES, HiddenPicture, HiddenSpace, straight_boundaries
from nnviz.engine.network import forward
from nnviz.engine.outputs import predicted_class
from nnviz.engine.principal import principal_plane
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens
from timing import least_seconds

MakeRun = Callable[..., NetworkRun]


def picture_of(run: NetworkRun, wanted: HiddenSpace) -> HiddenPicture:
    scene = run.picture(Lens(aspects=frozenset({wanted}))).scene
    assert scene is not None
    picture = scene.aspects[wanted]
    assert isinstance(picture, HiddenPicture)
    return picture


def activations(run: NetworkRun, layer: int, inputs: np.ndarray) -> np.ndarray:
    passes = list(forward(run.problem.network, run.snapshot().parameters, inputs.T))
    return passes[layer - 1][1]


def test_samples_are_where_the_engine_puts_them(make_run: MakeRun) -> None:
    run = make_run(hidden=(5, 3))
    run.advance(50)
    for layer, units in ((1, (4, 0)), (2, (1, 2))):
        picture = picture_of(run, HiddenSpace(layer, units))
        of_layer = activations(run, layer, run.problem.train.inputs)
        np.testing.assert_allclose(picture.samples.hidden, of_layer[list(units)].T, rtol=1e-13)
        np.testing.assert_array_equal(picture.samples.plane, run.problem.train.points)


def test_grid_lines_are_carried_point_by_point(make_run: MakeRun) -> None:
    run = make_run(hidden=(5,), standardize=True)
    picture = picture_of(run, HiddenSpace(1, (2, 3)))
    assert picture.grid.plane.shape == picture.grid.hidden.shape == (34, 49, 2)
    points = picture.grid.plane.reshape(-1, 2)
    x_min, x_max, y_min, y_max = run.problem.extent
    assert np.ptp(picture.grid.plane[0, :, 1]) == 0.0  # a line of the plane is straight there
    np.testing.assert_allclose([*points.min(axis=0), *points.max(axis=0)], [x_min, y_min, x_max, y_max])
    inputs = run.problem.network_inputs(run.problem.projection.lift(points))
    hidden = activations(run, 1, inputs)[[2, 3]].T
    np.testing.assert_allclose(picture.grid.hidden.reshape(-1, 2), hidden, rtol=1e-12)


def test_components_are_those_of_the_covariance(make_run: MakeRun) -> None:
    run = make_run(hidden=(7,))
    run.advance(300)
    picture = picture_of(run, HiddenSpace(1))
    values = activations(run, 1, run.problem.train.inputs)
    variances = np.linalg.eigvalsh(np.cov(values))[::-1]
    np.testing.assert_allclose(picture.shares, variances[:2] / variances.sum(), rtol=1e-10)
    np.testing.assert_allclose(picture.samples.hidden.var(axis=0, ddof=1), variances[:2], rtol=1e-10)
    across, up = picture.samples.hidden.T - picture.samples.hidden.mean(axis=0)[:, None]
    assert abs(across @ up) < 1e-9 * (across @ across)


def test_components_do_not_turn_round_from_frame_to_frame(make_run: MakeRun) -> None:
    run = make_run(hidden=(8,), learning_rate=0.1)
    picture = HiddenSpace(1).prepare(run.problem)
    before = picture(run.snapshot())
    for _ in range(60):
        run.advance(2)
        after = picture(run.snapshot())
        assert before
        assert after
        agreement = np.einsum("ij,ij->j", before.samples.hidden, after.samples.hidden)
        assert (agreement > 0.0).all()
        before = after


@given(st.integers(1, 12), st.integers(2, 12), st.integers(0, 2**32 - 1))
def test_axes_are_orthonormal_and_hold_their_shares(units: int, samples: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(units, samples))
    plane = principal_plane(values)
    assert plane
    there = np.array(plane.shares) > 0.0
    np.testing.assert_allclose(plane.axes.T @ plane.axes, np.diag(there.astype(float)), atol=1e-7)
    total = values.var(axis=1).sum()
    np.testing.assert_allclose(plane.coordinates(values).var(axis=0), np.array(plane.shares) * total, atol=1e-9)
    assert 1.0 + 1e-9 >= plane.shares[0] + plane.shares[1] >= 0.0
    assert plane.shares[0] >= plane.shares[1]


def test_values_that_are_all_the_same_vary_along_no_axis() -> None:
    plane = principal_plane(np.ones((3, 5)))
    assert plane
    assert plane.shares == (0.0, 0.0)
    assert not plane.coordinates(np.ones((3, 5))).any()
    assert principal_plane(np.array([[1.0, np.nan], [0.0, 1.0]])) is None


@pytest.mark.parametrize("units", [(0, 1), (1, 0), None])
def test_two_units_below_the_output_have_a_straight_boundary(
    make_run: MakeRun, units: tuple[int, int] | None
) -> None:
    run = make_run(hidden=(4, 2), learning_rate=0.1)
    run.advance(1500)
    picture = picture_of(run, HiddenSpace(2, units))
    assert picture.straight.shape == (1, 2, 2)
    weights, biases = run.snapshot().weights[-1], run.snapshot().biases[-1]
    hidden = activations(run, 2, run.problem.train.inputs)
    if units:
        logits = picture.straight[0] @ weights[0][list(units)] + biases[0]
        np.testing.assert_allclose(logits, 0.0, atol=1e-9)
    ends = picture.straight[0]
    normal = np.array([[0.0, -1.0], [1.0, 0.0]]) @ (ends[1] - ends[0])
    side = np.sign((picture.samples.hidden - ends[0]) @ normal)
    truth = np.sign(weights[0] @ hidden + biases[0])
    assert abs((side * truth).sum()) == len(truth)  # every sample is on the side that the network says


def test_the_carried_boundary_lies_on_the_straight_one(make_run: MakeRun) -> None:
    run = make_run(hidden=(4, 2), learning_rate=0.1)
    run.advance(1500)
    picture = picture_of(run, HiddenSpace(2, (0, 1)))
    weights, biases = run.snapshot().weights[-1][0], run.snapshot().biases[-1][0]
    carried = picture.boundary.hidden[np.isfinite(picture.boundary.hidden[:, 0])]
    assert len(carried) > 20
    distances = np.abs(carried @ weights + biases) / np.hypot(*weights)
    assert np.median(distances) < 0.02
    assert distances.max() < 0.2


@given(st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_classes_change_at_the_lines_and_nowhere_else(classes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights, biases = rng.normal(size=(classes, 2)), rng.normal(size=classes)
    lines = straight_boundaries(weights, biases, 50.0)
    for start, end in lines:
        along = (end - start) / np.hypot(*(end - start))
        across = np.array([-along[1], along[0]]) * 1e-6
        for share in (0.1, 0.5, 0.9):
            point = start + share * (end - start)
            logits = np.sort(weights @ point + biases)
            assert logits[-1] - logits[-2] < 1e-9 * (1.0 + abs(logits[-1]))
            sides = [predicted_class((weights @ (point + s * across) + biases)[:, None])[0] for s in (-1, 1)]
            assert sides[0] != sides[1]


def test_lines_that_are_none_or_far_away_are_not_drawn() -> None:
    assert straight_boundaries(np.zeros((1, 2)), np.ones(1), 10.0).shape == (0, 2, 2)
    assert straight_boundaries(np.array([[1.0, 0.0]]), np.array([11.0]), 10.0).shape == (0, 2, 2)
    assert straight_boundaries(np.array([[np.nan, 0.0]]), np.zeros(1), 10.0).shape == (0, 2, 2)
    np.testing.assert_allclose(
        straight_boundaries(np.array([[1.0, 0.0]]), np.array([-1.0]), 10.0)[0, :, 0], [1.0, 1.0]
    )


def test_other_layers_have_no_straight_boundary(make_run: MakeRun) -> None:
    assert not len(picture_of(make_run(hidden=(2, 3)), HiddenSpace(1, (0, 1))).straight)
    assert not len(picture_of(make_run(hidden=(3,)), HiddenSpace(1, (0, 1))).straight)
    assert not len(picture_of(make_run(hidden=(2,)), HiddenSpace(1, (1, 1))).straight)
    assert not len(picture_of(make_run(name="sine", hidden=(2,), output="identity"), HiddenSpace(1)).straight)


def test_digits_are_samples_only_and_at_most_five_hundred(make_run: MakeRun) -> None:
    run = make_run(name="digits", hidden=(12,), output="softmax")
    picture = picture_of(run, HiddenSpace(1))
    assert len(run.problem.train) > MOST_SAMPLES
    assert picture.samples.hidden.shape == picture.samples.plane.shape == (MOST_SAMPLES, 2)
    assert picture.grid.hidden.size == picture.boundary.hidden.size == 0


def test_one_input_is_a_line(make_run: MakeRun) -> None:
    run = make_run(name="sine", hidden=(3,), output="identity")
    picture = picture_of(run, HiddenSpace(1, (0, 2)))
    assert len(picture.grid.hidden) == 1
    assert not picture.grid.plane[..., 1].any()
    assert not picture.samples.plane[:, 1].any()


def test_a_single_unit_lies_on_a_line(make_run: MakeRun) -> None:
    run = make_run(hidden=(1,))
    picture = picture_of(run, HiddenSpace(1))
    assert picture.shares == pytest.approx((1.0, 0.0))
    assert not picture.samples.hidden[:, 1].any()


def test_what_is_not_there_has_no_picture(make_run: MakeRun) -> None:
    run = make_run(hidden=(4, 2))
    for wanted in (HiddenSpace(3), HiddenSpace(0), HiddenSpace(2, (0, 2))):
        assert wanted.prepare(run.problem)(run.snapshot()) is None


def test_a_diverged_run_has_no_picture(make_run: MakeRun) -> None:
    run = make_run(activation="relu", output="identity", learning_rate=1000.0, l2=1000.0)
    run.advance(2000)
    assert not run.finite
    scene = run.picture(Lens(aspects=frozenset({HiddenSpace(1)}))).scene
    assert scene
    assert scene.aspects[HiddenSpace(1)] is None


def test_the_boundary_of_relu_layers_keeps_its_gaps(make_run: MakeRun) -> None:
    run = make_run(name="spiral", hidden=(8,), activation="relu", learning_rate=0.1)
    run.advance(800)
    boundary = picture_of(run, HiddenSpace(1)).boundary
    np.testing.assert_array_equal(np.isnan(boundary.plane), np.isnan(boundary.hidden))
    assert np.isnan(boundary.plane).any()


def test_it_costs_a_frame_little(make_run: MakeRun) -> None:
    run = make_run(name="spiral", hidden=(8,) * 6)
    picture, snapshot = HiddenSpace(6).prepare(run.problem), run.snapshot()
    assert least_seconds([partial(picture, snapshot)] * 20) < 4e-3

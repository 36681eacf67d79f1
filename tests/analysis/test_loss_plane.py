from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from nnviz.analysis.loss_plane import (
    LEVELS,
    LossPlane,
    SurveyRequest,
    path_to,
    principal_directions,
    random_directions,
    survey,
    thinned,
)
from nnviz.analysis.objective import Objective
from nnviz.data.dataset import FloatArray
from nnviz.engine.network import Parameters, shapes_between
from nnviz.experiment.files import parse_experiment
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot

SMALL = ""
SOFTMAX = """
[data]
name = "blobs"
[network]
hidden = [5]
activation = "relu"
output = "softmax"
[training]
loss = "cross_entropy"
"""
CURVE = """
[data]
name = "sine"
[network]
hidden = [6]
output = "identity"
"""
DEEP = """
[network]
hidden = [8, 8, 8, 8]
[training]
loss = "cross_entropy"
optimizer = "adam"
"""
EXPERIMENTS = [SMALL, SOFTMAX, CURVE, DEEP]


def walked(text: str = "", steps: int = 200, every: int = 10) -> tuple[Snapshot, list[Snapshot]]:
    """A run's last snapshot, and the moments before it."""
    run, moments = NetworkRun(parse_experiment(text, "test")), []
    while run.step < steps:
        moments.append(run.snapshot())
        run.advance(every)
    run.measure()
    return run.snapshot(), moments


def planes(text: str = "", directions: Any = "random", steps: int = 200, **wish: Any) -> list[LossPlane]:
    snapshot, moments = walked(text, steps)
    wanted = SurveyRequest(snapshot, path_to(snapshot, moments), directions, **wish)
    return [plane for plane in survey(wanted) if plane]


def loss_at(snapshot: Snapshot, parameters: FloatArray) -> float:
    """The loss that a run has that begins there."""
    return NetworkRun(snapshot.experiment, snapshot.problem, parameters).metrics.train.loss


@pytest.mark.parametrize("directions", ["random", "path", "curvature"])
@pytest.mark.parametrize("text", EXPERIMENTS)
def test_the_centre_is_the_runs_own_loss(text: str, directions: str) -> None:
    for plane in planes(text, directions, levels=(9, 17)):
        assert abs(plane.centre - plane.wish.snapshot.loss) <= 1e-12
        assert plane.x[np.argmin(np.abs(plane.x))] == plane.y[np.argmin(np.abs(plane.y))] == 0.0


@pytest.mark.parametrize("text", EXPERIMENTS)
def test_every_value_is_the_loss_of_the_network_there(text: str) -> None:
    (plane,) = planes(text, levels=(9,))
    snapshot, vectors = plane.wish.snapshot, plane.directions.vectors
    for row, column in ((0, 0), (2, 7), (8, 3)):
        there = snapshot.position.parameters + plane.x[column] * vectors[0] + plane.y[row] * vectors[1]
        assert plane.values[row, column] == pytest.approx(loss_at(snapshot, there), rel=1e-12)


def test_penalties_are_part_of_it_and_said() -> None:
    plane = planes("[training]\nl1 = 0.01\nl2 = 0.1", levels=(9,))[-1]
    weights = np.concatenate([w.ravel() for w in plane.wish.snapshot.weights])
    penalty = 0.01 * np.abs(weights).sum() + 0.05 * (weights**2).sum()
    assert plane.penalised
    assert plane.centre == pytest.approx(plane.wish.snapshot.loss + penalty, rel=1e-12)
    assert not planes(levels=(9,))[-1].penalised


def test_more_samples_than_are_taken_at_once_make_the_same_mean() -> None:
    (plane,) = planes("[data]\nsamples = 10_000\ntrain_fraction = 0.9", levels=(9,), steps=10)
    assert plane.centre == pytest.approx(plane.wish.snapshot.loss, rel=1e-12)


def test_finer_pictures_keep_the_values_of_coarser_ones() -> None:
    pictures = planes()
    assert tuple(len(plane.x) for plane in pictures) == LEVELS
    for coarse, fine in pairwise(pictures):
        assert np.array_equal(fine.values[::2, ::2], coarse.values)
        assert np.array_equal(fine.x[::2], coarse.x)
    assert [plane.finished for plane in pictures] == [False, False, False, True]


def test_only_what_is_new_is_computed_and_piece_by_piece() -> None:
    snapshot, _ = walked(steps=10)
    at_once = Objective(snapshot).at_once
    pieces = sum(plane is None for plane in survey(SurveyRequest(snapshot, levels=(9, 17))))
    assert pieces == -(-81 // at_once) - (-(17**2 - 81) // at_once)


def test_curvature_is_there_before_the_fine_pictures() -> None:
    assert [plane.curvature is not None for plane in planes()] == [False, False, True, True]
    assert planes(levels=(33,))[-1].curvature is not None


def test_pictures_are_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        planes(levels=(9,))[0].values[0, 0] = 1.0


class TestRandomDirections:
    @staticmethod
    def drawn(text: str = "", seed: int = 0) -> tuple[Snapshot, list[Parameters]]:
        snapshot, _ = walked(text)
        directions = random_directions(snapshot.parameters, Objective(snapshot).learns, seed)
        sizes = snapshot.problem.network.layer_sizes
        return snapshot, [Parameters(shapes_between(sizes), vector) for vector in directions.vectors]

    def test_every_unit_moves_as_far_as_its_weights_are_long_and_biases_stay(self) -> None:
        snapshot, both = self.drawn()
        for direction in both:
            for moved, own in zip(direction.weights, snapshot.weights, strict=True):
                assert np.linalg.norm(moved, axis=1) == pytest.approx(np.linalg.norm(own, axis=1))
            assert all(not biases.any() for biases in direction.biases)

    def test_the_seed_decides(self) -> None:
        first, again, other = (self.drawn(seed=seed)[1][0].flat for seed in (1, 1, 2))
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)

    def test_units_without_weights_yet_move_by_one(self) -> None:
        _, (direction, _) = self.drawn('[network]\ninitializer = "zeros"\n[training]\nlearning_rate = 1e-300')
        assert np.linalg.norm(direction.weights[0], axis=1) == pytest.approx(np.ones(4))

    def test_what_does_not_learn_does_not_move(self) -> None:
        _, both = self.drawn("[network]\nfrozen = [2]\ncut = [[1, 1, 2]]")
        for direction in both:
            assert not direction.layers[1].any()
            assert direction.weights[0][0, 1] == 0.0
            assert direction.weights[0][1, 1] != 0.0

    def test_what_lies_in_their_plane_is_found_there(self) -> None:
        snapshot, _ = walked()
        directions = random_directions(snapshot.parameters, Objective(snapshot).learns, 3)
        at = np.array([[0.5, -2.0], [1.0, 0.25]])
        offsets = at @ directions.vectors
        assert directions.coordinates(offsets) == pytest.approx(at)
        assert directions.distances(offsets) == pytest.approx(np.zeros(2), abs=1e-12)


class TestPath:
    def test_a_path_in_a_plane_is_held_whole(self) -> None:
        rng = np.random.default_rng(0)
        path = list(rng.normal(size=(20, 2)) @ rng.normal(size=(2, 30)))
        directions = principal_directions(path)
        assert directions is not None
        assert directions.shares is not None
        assert sum(directions.shares) == pytest.approx(1.0)
        assert directions.distances(np.stack(path) - path[-1]).max() < 1e-12

    def test_it_goes_to_the_right_and_bends_upwards(self) -> None:
        plane = planes(directions="path", levels=(9,))[-1]
        assert plane.path[0, 0] < 0.0
        assert np.array_equal(plane.path[-1], [0.0, 0.0])
        assert plane.path[:, 1].mean() >= plane.path[[0, -1], 1].mean()

    @pytest.mark.parametrize("text", EXPERIMENTS)
    def test_all_of_it_can_be_seen(self, text: str) -> None:
        plane = planes(text, "path", levels=(9,))[-1]
        for axis, along in ((plane.x, plane.path[:, 0]), (plane.y, plane.path[:, 1])):
            assert axis[0] < along.min()
            assert along.max() < axis[-1]

    def test_shares_are_those_of_the_variance(self) -> None:
        plane = planes(directions="path", levels=(9,))[-1]
        points = np.stack(plane.wish.path)
        variances = np.linalg.eigvalsh(np.cov(points.T))[::-1]
        assert plane.directions.shares == pytest.approx(variances[:2] / variances.sum())

    def test_how_far_it_leaves_the_plane_is_said(self) -> None:
        plane = planes(directions="path", levels=(9,))[-1]
        offsets = np.stack(plane.wish.path) - plane.wish.snapshot.position.parameters
        inside = plane.path @ plane.directions.vectors
        assert plane.away == pytest.approx(np.linalg.norm(offsets - inside, axis=1).max())

    def test_one_too_short_for_a_plane_gives_random_directions(self) -> None:
        (plane,) = planes(directions="path", levels=(9,), steps=0)
        assert plane.directions.kind == "random"
        assert plane.away == 0.0

    def test_it_ends_at_the_snapshot_and_is_of_the_same_network(self) -> None:
        snapshot, moments = walked(steps=100)
        elsewhere, _ = walked(DEEP, steps=10)
        diverged = replace(moments[3], finite=False)
        path = path_to(moments[5], [*moments[:3], diverged, elsewhere, *moments[4:], snapshot])
        assert [point.tobytes() for point in path] == [
            moments[k].position.parameters.tobytes() for k in (0, 1, 2, 4, 5)
        ]

    def test_of_a_long_one_the_ends_and_some_between_are_kept(self) -> None:
        points = [np.full(3, k) for k in range(1000)]
        kept = [int(point[0]) for point in thinned(points, 200)]
        assert (kept[0], kept[-1], len(kept)) == (0, 999, 200)
        assert len(thinned([np.zeros(1_000_000)] * 50, 200)) == 4


def test_a_window_shows_another_part_of_the_same_plane() -> None:
    window = (0.1, 0.4, -0.3, 0.2)
    usual, (coarse, fine) = planes(levels=(9,))[-1], planes(levels=(9, 17), window=window)
    assert (*fine.x[[0, -1]], *fine.y[[0, -1]]) == window
    assert fine.centre == usual.centre
    assert np.array_equal(fine.values[::2, ::2], coarse.values)
    snapshot, vectors = fine.wish.snapshot, fine.directions.vectors
    there = snapshot.position.parameters + fine.x[3] * vectors[0] + fine.y[14] * vectors[1]
    assert fine.values[14, 3] == pytest.approx(loss_at(snapshot, there), rel=1e-12)


def test_single_precision_is_looked_at_in_double() -> None:
    (plane,) = planes('[training]\nprecision = "single"', levels=(9,))
    assert plane.values.dtype == np.float64
    assert plane.centre == pytest.approx(plane.wish.snapshot.loss, rel=1e-5)

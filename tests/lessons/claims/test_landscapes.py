"""What the lessons on landscapes say is true: measured on their own pages."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.analysis.loss_plane import LossPlane, SurveyRequest, path_to, survey
from nnviz.analysis.objective import Curvature, Objective, curvature
from nnviz.runs.run import NetworkRun, Run
from nnviz.runs.snapshot import Snapshot

Played = Callable[[str, int], Any]
Begun = Callable[[str, int], Run]


def with_training(experiment: Any, **changes: Any) -> Any:
    return replace(experiment, training=replace(experiment.training, **changes))


def bend_of(snapshot: Snapshot) -> Curvature:
    *_, bend = curvature(Objective(snapshot), snapshot.position.parameters)
    assert bend is not None
    return bend


def arrived(experiment: Any, steps: int) -> Snapshot:
    run = NetworkRun(experiment)
    run.advance(steps)
    run.measure()
    return run.snapshot()


def require_copies(snapshot: Snapshot) -> None:
    """Ask for hidden units that are the same, bit for bit."""
    (first, second), (hidden, _) = snapshot.weights, snapshot.biases
    for rows in (first, second.T, hidden[:, None]):
        assert all(row.tobytes() == rows[0].tobytes() for row in rows)


class TestSaddles:
    def test_the_gradient_vanishes_and_the_loss_stays_where_it_is(self, experiment: Played) -> None:
        for steps in (100, 300):
            snapshot = arrived(experiment("saddles", 1), steps)
            bend = bend_of(snapshot)
            assert bend.gradient < 1e-9
            assert bend.least == pytest.approx(-0.50, abs=0.005)
            assert bend.verdict == "saddle"
            assert snapshot.loss == pytest.approx(0.5, abs=1e-9)

    def test_single_samples_push_it_off(self, experiment: Played) -> None:
        begun, noisy = experiment("saddles", 1), experiment("saddles", 2)
        assert noisy.continues(begun)
        for seed in range(10):
            run = NetworkRun(with_training(begun, seed=seed))
            run.advance(100)
            run.tune(with_training(noisy, seed=seed))
            run.advance(1000)
            run.measure()
            assert run.metrics.train.loss < 0.05

    def test_triplets_stay_alike_and_their_place_is_a_saddle(self, experiment: Played) -> None:
        snapshot = arrived(experiment("saddles", 3), 3000)
        require_copies(snapshot)
        bend = bend_of(snapshot)
        assert bend.verdict == "saddle"
        assert bend.least < -0.08
        assert snapshot.measures["train_accuracy"] < 0.75

    def test_noise_in_the_samples_does_not_separate_them(self, experiment: Played) -> None:
        assert experiment("saddles", 4).continues(experiment("saddles", 3))
        run = NetworkRun(experiment("saddles", 3))
        run.advance(3000)
        run.tune(experiment("saddles", 4))
        run.advance(4000)
        require_copies(run.snapshot())

    def test_a_random_start_separates_them(self, experiment: Played) -> None:
        accuracies = []
        for seed in range(20):
            snapshot = arrived(with_training(experiment("saddles", 5), seed=seed), 1000)
            accuracies.append(snapshot.measures["train_accuracy"])
        assert sum(accuracy == 1.0 for accuracy in accuracies) == 17
        assert sorted(accuracies)[:3] == pytest.approx([0.88] * 3, abs=0.011)


class TestLossLandscape:
    @staticmethod
    def walked(experiment: Any, directions: Any) -> tuple[Snapshot, LossPlane]:
        """Two thousand steps, and the plane through the last."""
        run, moments = NetworkRun(experiment), []
        while run.step < 2000:
            moments.append(run.snapshot())
            run.advance(20)
        run.measure()
        snapshot = run.snapshot()
        *_, plane = survey(SurveyRequest(snapshot, path_to(snapshot, moments), directions, levels=(9, 17)))
        assert plane is not None
        return snapshot, plane

    def test_it_has_33_dimensions(self, run: Begun) -> None:
        assert run("loss-landscape", 1).snapshot().position.parameters.size == 33

    @pytest.mark.parametrize("directions", ["random", "path"])
    def test_the_centre_is_the_runs_own_loss_and_the_path_ends_there(
        self, experiment: Played, directions: str
    ) -> None:
        snapshot, plane = self.walked(experiment("loss-landscape", 2), directions)
        assert plane.centre == pytest.approx(snapshot.loss, rel=1e-12)
        assert np.abs(plane.path[-1]).max() == 0.0

    def test_a_random_slice_misses_nearly_all_of_the_path(self, experiment: Played) -> None:
        snapshot, plane = self.walked(experiment("loss-landscape", 2), "random")
        start = NetworkRun(experiment("loss-landscape", 2)).snapshot()
        way = np.linalg.norm(snapshot.position.parameters - start.position.parameters)
        assert plane.away > 0.9 * way

    def test_of_a_random_walk_two_directions_hold_three_quarters(self) -> None:
        rng, shares = np.random.default_rng(0), []
        for _ in range(50):
            points = np.cumsum(rng.normal(size=(2000, 33)), axis=0)[::20]
            spread = np.linalg.svd(points - points.mean(axis=0), compute_uv=False) ** 2
            shares.append(spread[:2].sum() / spread.sum())
        assert (min(shares), np.median(shares), max(shares)) == pytest.approx((0.69, 0.77, 0.83), abs=0.006)

    def test_on_the_spiral_some_direction_bends_down_all_the_time(self, experiment: Played) -> None:
        assert NetworkRun(experiment("loss-landscape", 4)).snapshot().position.parameters.size == 105
        for seed in range(4):
            run = NetworkRun(with_training(experiment("loss-landscape", 4), seed=seed))
            for epoch in (0, 20, 50, 100, 200):
                run.advance(epoch * run.steps_an_epoch - run.step)
                assert -0.9 < bend_of(run.snapshot()).least < -0.03

    def test_two_directions_hold_nearly_all_of_the_path(self, experiment: Played) -> None:
        for seed in range(5):
            _, plane = self.walked(with_training(experiment("loss-landscape", 3), seed=seed), "path")
            assert plane.directions.shares is not None
            assert 0.9885 < sum(plane.directions.shares) < 0.9975

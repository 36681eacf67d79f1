"""What the lessons on depth, parity and three threshold units say is true: measured on their own pages."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.analysis.linear_regions import pieces_of, regions_of
from nnviz.engine.dichotomies import dichotomies, pairs_of
from nnviz.experiment.problem import prepare_each
from nnviz.runs.run import Run
from nnviz.runs.sweep import sweep, sweep_each

Played = Callable[[str, int], Any]
Begun = Callable[[str, int], Run]
_RIGHT = 0.03
"""Root mean square error of a sawtooth that looks right."""


def finished(run: Run) -> Any:
    """A study with all its seeds done."""
    run.advance(100_000)
    return run.snapshot()


class TestDeepAgainstShallow:
    def test_sixteen_kinks_make_at_most_seventeen_pieces(self, experiment: Played) -> None:
        page = experiment("deep-vs-shallow", 1)
        for epochs in (0, 50):
            for moment in sweep(page, range(10), epochs).snapshots:
                assert 4 <= pieces_of(moment.problem, moment).count <= 17

    def test_they_learn_four_pieces(self, experiment: Played) -> None:
        losses = sweep(experiment("deep-vs-shallow", 1), range(10), 300).train_loss
        assert np.median(np.sqrt(2.0 * losses)) < _RIGHT

    @pytest.mark.parametrize(("page", "layers"), [(2, 2), (3, 3), (4, 6)])
    def test_every_layer_of_two_doubles_the_pieces(self, run: Begun, page: int, layers: int) -> None:
        network = run("deep-vs-shallow", page)
        network.measure()
        moment = network.snapshot()
        assert moment.problem.network.layer_sizes == (1, *[2] * layers, 1)
        assert moment.position.parameters.size == 6 * layers + 1
        assert pieces_of(moment.problem, moment).count == 2**layers
        assert moment.metrics.train.loss < 1e-20

    def test_regions_change_little_and_stay_far_below_what_is_possible(self, experiment: Played) -> None:
        page = experiment("deep-vs-shallow", 5)
        counts = [
            [regions_of(moment.problem, moment).count for moment in sweep(page, range(1, 6), epochs).snapshots]
            for epochs in (0, 200)
        ]
        assert all(60 < count < 250 for column in counts for count in column)

    @pytest.mark.parametrize(("page", "units"), [(6, 21), (7, 129), (8, 9)])
    def test_parity_of_eight_bits_three_ways(self, run: Begun, page: int, units: int) -> None:
        network = run("deep-vs-shallow", page)
        network.measure()
        moment = network.snapshot()
        assert len(moment.problem.train) == 256
        assert moment.metrics.train.accuracy == 1.0
        assert sum(moment.problem.network.layer_sizes[1:]) == units

    def test_an_and_that_leaves_out_a_bit_fires_at_an_even_row(self) -> None:
        rows = (np.arange(256)[:, None] >> np.arange(8)) & 1
        for free in range(8):  # the rows that agree in all other bits are a pair, one odd and one even
            others = np.delete(rows, free, axis=1)
            _, groups = np.unique(others, axis=0, return_inverse=True)
            assert (np.bincount(groups.ravel(), rows.sum(axis=1) % 2) == 1).all()

    @pytest.mark.parametrize(("variant", "count"), [*enumerate([8, 0, 0, 0, 20, 10])])
    def test_descent_finds_two_pieces_at_times_and_four_never(
        self, experiment: Played, variant: int, count: int
    ) -> None:
        study = experiment("deep-vs-shallow", 9)
        losses = sweep(study.experiments[variant], range(study.seeds), study.epochs).train_loss
        assert int((np.sqrt(2.0 * losses) < _RIGHT).sum()) == count

    @pytest.mark.parametrize(("noise", "count"), [(0.01, 15), (0.1, 2)])
    def test_from_near_the_exact_weights_it_does(self, experiment: Played, noise: float, count: int) -> None:
        study = experiment("deep-vs-shallow", 9)
        page = study.experiments[2]
        network = replace(page.network, built="sawtooth", initial_noise=noise)
        result = sweep(replace(page, network=network), range(20), 1000)
        assert (np.sqrt(2.0 * result.train_loss) < _RIGHT).sum() == pytest.approx(count, abs=1)


class TestParity:
    def test_the_tree_is_right_and_every_neighbour_has_the_other_answer(self, run: Begun) -> None:
        network = run("parity", 1)
        network.measure()
        assert network.snapshot().metrics.train.accuracy == 1.0
        inputs, targets = network.problem.train.inputs, network.problem.train.classes  # type: ignore[attr-defined]
        apart = (inputs[:, None] != inputs[None]).sum(axis=2)
        one, other = np.nonzero(apart == 1)
        assert len(one) == 256 * 8
        assert (targets[one] != targets[other]).all()

    @staticmethod
    def found(study: Any, variant: int, seeds: int = 40) -> int:
        """How many seeds of a variant get all rows right."""
        accuracy = sweep(study.experiments[variant], range(seeds), study.epochs).train_accuracy
        return int((accuracy == 1.0).sum())

    @pytest.mark.parametrize(("bits", "count"), [(2, 40), (3, 40), (4, 31), (5, 25), (6, 3), (7, 0)])
    def test_eight_sigmoids_learn_it_the_less_the_more_bits(
        self, experiment: Played, bits: int, count: int
    ) -> None:
        assert self.found(experiment("parity", 2), bits - 2) == count

    def test_of_eight_bits_the_first_ten_do_not(self, experiment: Played) -> None:
        assert self.found(experiment("parity", 2), 6, 10) == 0

    @pytest.mark.parametrize(("bits", "count"), [(2, 40), (4, 40), (6, 39)])
    def test_twice_as_many_tanh_units_as_bits_learn_it(self, experiment: Played, bits: int, count: int) -> None:
        assert self.found(experiment("parity", 3), bits - 2) == count

    def test_and_mostly_so_of_eight_bits(self, experiment: Played) -> None:
        assert self.found(experiment("parity", 3), 6, 20) >= 15

    @pytest.mark.parametrize(
        ("bits", "free", "masked"), [(2, 26, 26), (3, 38, 22), (4, 28, 8), (5, 39, 0), (6, 22, 0)]
    )
    def test_the_trees_wiring_makes_it_harder_from_a_random_start(
        self, experiment: Played, bits: int, free: int, masked: int
    ) -> None:
        study = experiment("parity", 4)
        assert (self.found(study, bits - 2), self.found(study, bits + 5)) == (free, masked)

    @pytest.mark.parametrize(("noise", "free", "masked"), [(0, 10, 10), (2, 0, 9), (4, 0, 0)])
    def test_near_the_exact_weights_it_helps(self, experiment: Played, noise: int, free: int, masked: int) -> None:
        study = experiment("parity", 5)
        assert self.found(study, noise, 10) == free
        assert self.found(study, noise + 5, 10) >= masked

    def test_rows_held_out_are_mostly_wrong(self, run: Begun) -> None:
        network = run("parity", 6)
        while not network.settled:
            network.advance(1)
        network.measure()
        metrics = network.snapshot().metrics
        assert metrics.train.accuracy == 1.0
        assert round(6 * metrics.test.accuracy) == 1

    @pytest.mark.parametrize(("variant", "median"), [(0, 0.375), (1, 1 / 3), (2, 0.555), (3, 0.769)])
    def test_of_other_splits_too_but_not_with_eight_bits(
        self, experiment: Played, variant: int, median: float
    ) -> None:
        study = experiment("parity", 7)
        seeds = [study.one(variant, seed) for seed in range(study.seeds)]
        result = sweep_each(seeds, prepare_each(seeds), study.epochs)
        assert np.median(result.test_accuracy) == pytest.approx(median, abs=0.002)


class TestThreeUnits:
    @pytest.mark.parametrize("page", [1, 2])
    def test_ten_points_are_parted_in_92_ways_and_a_pair_is_found(self, run: Begun, page: int) -> None:
        search = run("np-complete", page)
        search.advance(5_000)
        state = search.snapshot().state
        assert (len(state.search.ways), len(state.search.pairs)) == (92, 92 * 93 // 2)
        assert len(state.search.solutions) == 8
        assert (state.step, state.solved, state.descent_right) == (3517, True, 9)

    @pytest.mark.parametrize(("variant", "count"), [(0, 25), (1, 27), (2, 46), (3, 50)])
    def test_descent_from_fifty_starts(self, experiment: Played, variant: int, count: int) -> None:
        study = experiment("np-complete", 3)
        result = sweep(study.experiments[variant], range(study.seeds), study.epochs)
        assert int((result.train_accuracy == 1.0).sum()) == count

    def test_the_study_has_the_points_of_the_search_and_its_and(self, experiment: Played) -> None:
        page, search = experiment("np-complete", 3), experiment("np-complete", 2)
        assert page.base.data == search.data
        assert page.experiments[0].network.frozen == (2,)

    def test_most_random_wedges_are_easy(self, experiment: Played) -> None:
        rng, base, shares = np.random.default_rng(5), experiment("np-complete", 3).experiments[0], []
        for _ in range(12):
            points, wanted = wedge(rng)
            rows = tuple((float(x), float(y), float(c)) for (x, y), c in zip(points, wanted, strict=True))
            page = replace(base, data=replace(base.data, points=rows))
            shares.append((sweep(page, range(10), 1000).train_accuracy == 1.0).mean())
        assert np.median(shares) >= 0.85

    def test_sixteen_points_and_what_a_sure_answer_costs(self, run: Begun) -> None:
        state = run("np-complete", 4).snapshot().state
        assert len(state.search.pairs) == state.search.counted[-1][1] == 29_403
        assert len(state.search.solutions) > 0
        years = pairs_of(2**30) / 1e7 / (365.25 * 86_400)
        assert years == pytest.approx(1_800, rel=0.03)
        assert pairs_of(2**20) / 1e7 / 3600 == pytest.approx(15, rel=0.05)
        assert pairs_of(2**31) / pairs_of(2**30) == pytest.approx(4.0)

    def test_of_those_that_hold_class_1_the_fifth_is_right(self, run: Begun) -> None:
        search = run("np-complete", 5)
        search.advance(1_000)
        state = search.snapshot().state
        assert (len(state.search.pairs), state.step, state.solved) == (171, 5, True)
        assert round(4278 / len(state.search.pairs)) == 25


def wedge(rng: np.random.Generator) -> Any:
    """Ten points of which those in a random wedge are class 1, not parted by one line."""
    while True:
        points = rng.uniform(-1, 1, (10, 2)).round(2)
        corner, turn, opening = (
            rng.uniform(-0.6, 0.6, 2),
            rng.uniform(0, 2 * np.pi),
            rng.uniform(0.25, 0.45) * np.pi,
        )
        away = points - corner
        angle = (np.arctan2(away[:, 1], away[:, 0]) - turn + np.pi) % (2 * np.pi) - np.pi
        wanted = np.abs(angle) < opening
        if 3 <= wanted.sum() <= 6 and not (dichotomies(points) == wanted).all(axis=1).any():
            return points, wanted

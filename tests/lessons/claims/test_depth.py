"""What the lessons on depth, parity and three threshold units say is true: measured on their own pages."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.analysis.linear_regions import pieces_of, regions_of
from nnviz.runs.run import Run
from nnviz.runs.sweep import sweep

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

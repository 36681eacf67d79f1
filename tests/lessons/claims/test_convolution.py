"""What the lesson on convolutions says is true: measured on its own pages, of a few seeds."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.analysis.convolution import SampleMaps
from nnviz.analysis.pieces import Pieces, field_of
from nnviz.engine.network import Parameters
from nnviz.runs.run import NetworkRun

Played = Callable[[str, int], Any]
LESSON = "convolution"
EPOCHS = 40
DENSE, WINDOWS, QUARTERS, MAPS = range(4)


def trained(experiment: Any, seed: int = 0, epochs: int = EPOCHS) -> NetworkRun:
    run = NetworkRun(replace(experiment, training=replace(experiment.training, seed=seed)))
    run.advance(epochs * run.steps_an_epoch)
    run.measure()
    return run


def accuracies(run: NetworkRun) -> tuple[float, float]:
    """Of the test digits as they stand, and moved by a pixel."""
    found = []
    for shift in (0, 1):
        run.tune(replace(run.experiment, data=replace(run.experiment.data, shift=shift)))
        found.append(run.snapshot().measures["test_accuracy"])
    return found[0], found[1]


def parameters_of(run: NetworkRun) -> int:
    return Parameters(run.problem.network.shapes).flat.size


@pytest.mark.parametrize("seed", range(2))
def test_only_the_maximum_of_the_whole_map_reads_moved_digits(experiment: Played, seed: int) -> None:
    race = experiment(LESSON, 3)
    runs = [trained(lane, seed) for lane in race.experiments]
    assert [parameters_of(run) for run in runs] == [2410, 2970, 810, 874]
    plain, moved = zip(*map(accuracies, runs), strict=True)
    assert min(plain) > 0.95
    assert all(run.snapshot().measures["train_accuracy"] > 0.98 for run in runs)
    assert 0.4 < moved[DENSE] < 0.53
    assert 0.43 < moved[WINDOWS] < 0.57
    assert 0.48 < moved[QUARTERS] < 0.68
    assert moved[MAPS] > 0.94
    assert moved[MAPS] > plain[MAPS] - 0.02


def test_the_pages_of_the_dense_network_have_it_alone(experiment: Played) -> None:
    first, race, price = (experiment(LESSON, page) for page in (1, 3, 5))
    assert first == race.experiments[DENSE]
    assert price.experiments == tuple(
        replace(race.experiments[lane], data=replace(first.data, shift=0)) for lane in (DENSE, MAPS)
    )
    assert experiment(LESSON, 2) == experiment(LESSON, 4) == price.experiments[1]


def test_a_third_of_the_parameters_but_each_is_used_at_64_places(experiment: Played) -> None:
    run = NetworkRun(experiment(LESSON, 4))
    (layer,) = run.problem.network.convolutions
    assert layer.shape == (24, 26)
    assert 24 * 26 == 624
    assert layer.places == (8, 8)
    assert parameters_of(run) == 874


def test_the_map_moves_along_and_what_goes_on_stays(experiment: Played) -> None:
    run = trained(experiment(LESSON, 4), epochs=5)
    inputs = run.problem.test.inputs.reshape(-1, 8, 8)
    same = []
    for index in np.flatnonzero(inputs[:, :, 7].max(axis=1) == 0.0)[:40].tolist():  # no ink is lost
        before, after = (SampleMaps(index, by).prepare(run.problem)(run.snapshot()) for by in (0, 1))
        assert before is not None
        assert after is not None
        np.testing.assert_allclose(after.layers[0].sums[:, :, 1:], before.layers[0].sums[:, :, :-1], atol=1e-12)
        same.append(np.isclose(after.layers[0].pooled, before.layers[0].pooled, rtol=0.0, atol=1e-12))
    assert len(same) == 40
    assert np.mean(same) > 0.85  # at the edge of the padding a window sees what none saw before


def test_pieces_of_two_layers_are_purer_than_untrained_ones(experiment: Played) -> None:
    page = experiment(LESSON, 6)
    assert page == experiment(LESSON, 7)
    run = trained(page, epochs=30)
    assert field_of(run.problem.network.convolutions, 1).size == 5
    found = Pieces(1).prepare(run.problem)(run.snapshot())
    assert found is not None
    before, after = found.spreads
    assert after < 0.75 * before
    plain, moved = accuracies(run)
    assert plain > 0.96
    assert moved > 0.95

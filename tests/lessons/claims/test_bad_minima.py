"""What the lesson on minima that generalise poorly says is true: measured on its own pages."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnviz.runs.run import Run

Played = Callable[[str, int], Any]
Begun = Callable[[str, int], Run]


def test_random_labels_are_all_learned_and_mean_nothing_elsewhere(run: Begun) -> None:
    network = run("bad-minima", 1)
    network.advance(20_000)
    moment = network.snapshot()
    assert network.settled
    assert moment.epoch == pytest.approx(1102, rel=0.02)
    assert moment.metrics.test.accuracy == pytest.approx(0.46, abs=0.02)


def test_the_detour_starts_where_the_first_page_ends(run: Begun) -> None:
    network = run("bad-minima", 1)
    network.advance(20_000)
    _, after = run("bad-minima", 2).snapshot().lanes
    assert np.array_equal(after.position.parameters, network.snapshot().position.parameters)


def test_true_labels_are_learned_as_fast_from_there(run: Begun) -> None:
    race = run("bad-minima", 2)
    race.advance(400)
    fresh, after = race.snapshot().lanes
    assert (fresh.epoch, after.epoch) == (77, 78)
    assert fresh.metrics.train.accuracy == after.metrics.train.accuracy == 1.0


def test_both_fit_and_one_is_ten_points_worse(run: Begun) -> None:
    study = run("bad-minima", 3)
    study.advance(1000)
    fresh, after = study.snapshot().values
    assert (np.median(fresh), np.median(after)) == pytest.approx((0.972, 0.845), abs=0.004)
    gap = fresh - after
    assert np.quantile(gap, (0.25, 0.5, 0.75)) == pytest.approx((0.079, 0.115, 0.132), abs=0.006)
    assert (gap > 0).all()


def test_weight_decay_cures_it_and_going_on_helps(run: Begun) -> None:
    study = run("bad-minima", 4)
    study.advance(1000)
    fresh, stopped, further, decayed = study.snapshot().medians
    assert (fresh, stopped, further) == pytest.approx((0.958, 0.843, 0.9205), abs=0.008)
    assert decayed == pytest.approx(0.957, abs=0.008)

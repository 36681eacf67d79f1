"""What the lesson on sampling says is true: measured on its own pages."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from nnviz.kinds.study.lines import axis_of, lines_of
from nnviz.runs.run import Run

Begun = Callable[[str, int], Run]


def test_four_times_the_samples_halve_the_spread(run: Begun) -> None:
    study = run("sampling", 1)
    study.advance(1000)
    spread = [float(values.std()) for values in study.snapshot().values]
    at = np.log([4, 8, 16, 32, 64, 128, 256, 512, 1024])
    slope = np.polyfit(at, np.log(spread), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.07)
    assert study.snapshot().medians[-1] == pytest.approx(0.388, abs=0.003)


def test_the_loss_is_off_by_one_over_the_root(run: Begun) -> None:
    study = run("sampling", 2)
    study.advance(1000)
    assert study.snapshot().slope == pytest.approx((-0.65, -0.48, -0.33), abs=0.04)


def test_what_was_learned_flatters_and_the_loss_rises_to_the_noise(run: Begun) -> None:
    study = run("sampling", 3)
    study.advance(1000)
    distance, loss = lines_of(study.snapshot())
    true, seen = ([middle for _, middle, _ in line.summary] for line in (distance, loss))
    assert true[0] == pytest.approx(0.199, rel=0.05)
    assert seen[0] == pytest.approx(0.0007, abs=0.0002)
    assert all(a < b for a, b in pairwise(seen))
    assert seen[-1] == pytest.approx(0.045, abs=0.004)
    assert distance.slope(axis_of(study.snapshot().experiment))[1] == pytest.approx(-1.1, abs=0.1)

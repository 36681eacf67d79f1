"""What the lesson on width says is true: measured on its own pages."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from nnviz.kinds.study.lines import axis_of, lines_of
from nnviz.runs.begin import begin
from nnviz.runs.run import Run

Played = Callable[[str, int], Any]
Begun = Callable[[str, int], Run]


def slopes(study: Any, seeds: int) -> dict[str, float]:
    """The median slope of each of a study's lines over so many seeds."""
    run = begin(replace(study, seeds=seeds))
    run.advance(10_000)
    return {line.name: line.slope(axis_of(study))[1] for line in lines_of(run.snapshot())}


def test_sixteen_neurons_learn_the_waves_in_the_plane(run: Begun) -> None:
    network = run("barron", 1)
    network.advance(30 * network.steps_an_epoch)
    network.measure()
    before = run("barron", 1).snapshot().metrics.test.loss
    assert network.snapshot().metrics.test.loss < 0.3 * before


def test_trained_and_sampled_fall_about_as_one_over_the_root_of_the_width(experiment: Played) -> None:
    found = slopes(experiment("barron", 2), 3)
    assert found["trained"] == pytest.approx(-0.52, abs=0.07)
    assert found["sampled"] == pytest.approx(-0.53, abs=0.06)


def test_a_fitted_last_layer_falls_less_and_much_less_on_the_rough_target(experiment: Played) -> None:
    smooth = slopes(experiment("barron", 3), 3)
    rough = slopes(experiment("barron", 4), 3)
    assert smooth["last layer only"] == pytest.approx(-0.25, abs=0.05)
    assert rough["all trained"] == pytest.approx(-0.38, abs=0.05)
    assert rough["last layer only"] == pytest.approx(-0.12, abs=0.04)
    assert rough["last layer only"] / smooth["last layer only"] < rough["all trained"] / smooth["all trained"]

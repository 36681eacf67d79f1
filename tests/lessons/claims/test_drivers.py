"""What the lesson on data and parameters says is true: measured on its own pages."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from nnviz.kinds.study.lines import lines_of
from nnviz.runs.begin import begin

Played = Callable[[str, int], Any]


def medians(study: Any, values: list[Any]) -> dict[str, list[float]]:
    """Of each line the median accuracy at some values of what varies first."""
    run = begin(replace(study, vary=(replace(study.vary[0], values=tuple(values)), *study.vary[1:])))
    run.advance(10_000)
    return {line.name: [middle for _, middle, _ in line.summary] for line in lines_of(run.snapshot())}


def test_learned_features_tie_with_good_ones_and_pass_simple_ones(experiment: Played) -> None:
    found = medians(experiment("drivers", 1), [200, 1400])
    assert found["learned"] == pytest.approx([0.932, 0.979], abs=0.006)
    assert found["32 features"] == pytest.approx([0.918, 0.972], abs=0.006)
    assert found["pixels"] == pytest.approx([0.932, 0.956], abs=0.006)
    assert found["16 sums"] == pytest.approx([0.850, 0.888], abs=0.008)


def test_more_parameters_do_no_harm_and_more_samples_help(experiment: Played) -> None:
    found = medians(experiment("drivers", 2), [[8], [64]])
    assert found["200 digits"] == pytest.approx([0.904, 0.931], abs=0.008)
    assert found["1,400 digits"] == pytest.approx([0.955, 0.972], abs=0.008)

"""What the lesson on many dimensions says is true: measured on its own pages."""

from collections.abc import Callable
from math import inf
from typing import Any

import pytest
from msgspec.structs import replace

from nnviz.kinds.study.lines import lines_of
from nnviz.runs.begin import begin

Played = Callable[[str, int], Any]


def needed(study: Any, seeds: int) -> dict[str, list[float]]:
    """Of each line the median of the samples needed, over so many seeds."""
    run = begin(replace(study, seeds=seeds))
    run.advance(10_000)
    return {line.name: [middle for _, middle, _ in line.summary] for line in lines_of(run.snapshot())}


def test_samples_needed_grow_ninefold_without_structure_and_threefold_with_one_direction(
    experiment: Played,
) -> None:
    many, one = (needed(experiment("curse", page), 2) for page in (1, 2))
    assert many["network"] == pytest.approx([14, 56, 240, 484], rel=0.5)
    assert one["network"] == pytest.approx([8, 30, 46, 95], rel=0.3)
    assert many["network"][3] / many["network"][1] > 1.6 * one["network"][3] / one["network"][1]
    for found in (many, one):
        assert found["nearest neighbour"][:2] == pytest.approx([24, 270], rel=0.4)
        assert found["nearest neighbour"][2:] == [inf, inf]

"""What the lesson on the dynamics of learning says is true: measured on its own pages."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.runs.modes import ModeCourse
from nnviz.runs.run import NetworkRun, Run

Played = Callable[[str, int], Any]
Begun = Callable[[str, int], Run]


def followed(experiment: Any, steps: int, each: int = 1) -> ModeCourse:
    """The course of a page's network for so many steps."""
    run = NetworkRun(experiment)
    course = ModeCourse(run.problem)
    moments = [run.snapshot()]
    course.follow(moments)
    for _ in range(0, steps, each):
        run.advance(each)
        moments.append(run.snapshot())
        course.follow(moments)
    return course


def half_times(course: ModeCourse) -> list[float]:
    """Steps until each singular value is half of what it is to be."""
    return [
        float(np.interp(strength / 2, course.curve.figure(k), course.curve.x))
        for k, strength in enumerate(course.modes.strengths.tolist())
    ]


def finished(run: Run) -> Any:
    run.advance(10_000)
    return run.snapshot()


def test_the_first_page_learns_one_direction_after_another(experiment: Played) -> None:
    found = half_times(followed(experiment("dynamics", 1), 400))
    assert found == pytest.approx([38, 79, 128, 265], abs=1.0)


def test_half_times_are_foretold_within_two_per_cent(experiment: Played) -> None:
    page = experiment("dynamics", 1)
    ratios = []
    for seed in range(20):
        data, training = replace(page.data, seed=seed), replace(page.training, seed=seed)
        course = followed(replace(page, data=data, training=training), 360)
        assert course.starts is not None
        strength = course.modes.strengths
        said = np.log(strength / course.starts - 1.0) / (2.0 * np.log1p(0.02 * strength))
        ratios.append(np.array(half_times(course)) / said)
    assert np.abs(np.median(ratios, axis=0) - 1.0).max() < 0.012
    assert np.abs(np.quantile(ratios, (0.25, 0.75), axis=0) - 1.0).max() < 0.02


def test_times_are_nearly_as_one_over_the_strength(run: Begun) -> None:
    moment = finished(run("dynamics", 2))
    assert moment.medians == pytest.approx((269.8, 147.6, 77.2, 39.8), abs=0.5)
    assert moment.slope[1] == pytest.approx(-0.91, abs=0.012)


def test_the_order_is_lost_from_the_usual_start(run: Begun) -> None:
    assert finished(run("dynamics", 3)).successes == (20, 20, 18, 4)


def test_the_tree_is_learned_level_by_level(experiment: Played, run: Begun) -> None:
    found = half_times(followed(experiment("dynamics", 4), 400))
    assert found[0] == pytest.approx(63, abs=1.5)
    assert np.mean(found[1:3]) == pytest.approx(118, abs=3)
    assert np.mean(found[3:]) == pytest.approx(257, abs=8)
    assert finished(run("dynamics", 5)).successes == (20, 20, 20)

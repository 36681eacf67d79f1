"""What the lesson on gradient descent says is true: measured on its own pages."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.engine.landscape import sharpness
from nnviz.kinds.surface.schema import Racer, Surface
from nnviz.runs.begin import begin
from nnviz.runs.run import Run

Played = Callable[[str, int], Any]
Begun = Callable[[str, int], Run]

LESSON = "gradient-descent"


def steps_to(run: Run, above: float, most: int = 2000) -> list[float]:
    """Steps that each racer takes to come so near to the lowest value, infinite if it does not."""
    taken = np.full(len(run.snapshot().state.positions), np.inf)
    for step in range(1, most + 1):
        run.advance(1)
        state = run.snapshot().state
        there = state.values - state.landscape.lowest < above
        taken[there & np.isinf(taken)] = step
    return [float(steps) for steps in taken]


@pytest.mark.parametrize("surface", ["bowl", "ravine"])
@pytest.mark.parametrize("condition", [1.0, 4.0, 30.0, 100.0, 300.0])
def test_on_a_quadratic_it_converges_below_two_over_the_largest_curvature_and_diverges_above(
    surface: str, condition: float
) -> None:
    limit = 2.0 / condition
    racers = (Racer(learning_rate=0.98 * limit), Racer(learning_rate=1.02 * limit))
    run = begin(Surface(surface=surface, curvature=condition, racers=racers))
    assert run.snapshot().state.stable_rates(racers) == pytest.approx([limit, limit])
    run.advance(6000)
    state = run.snapshot().state
    assert state.diverged.tolist() == [False, True]
    assert state.values[0] < 1e-9


def test_each_step_is_at_a_right_angle_to_the_contour(run: Begun) -> None:
    descent = run(LESSON, 1)
    before = descent.snapshot().state
    tangent = before.landscape.gradient(before.positions[0])[::-1] * [1.0, -1.0]
    descent.advance(1)
    assert (descent.snapshot().state.positions[0] - before.positions[0]) @ tangent == pytest.approx(0.0, abs=1e-12)


def test_steps_get_shorter_by_themselves(run: Begun) -> None:
    descent = run(LESSON, 1)
    descent.advance(40)
    lengths = np.linalg.norm(np.diff(descent.snapshot().state.paths[0], axis=0), axis=-1)
    assert (np.diff(lengths) < 0.0).all()


def test_the_bowls_largest_curvature_is_four_and_only_the_third_diverges(run: Begun) -> None:
    descent = run(LESSON, 2)
    assert descent.snapshot().state.sharpness_here == pytest.approx([4.0, 4.0, 4.0])
    descent.advance(1000)
    assert descent.snapshot().state.diverged.tolist() == [False, False, True]
    assert (descent.snapshot().state.values[:2] < 1e-9).all()


def test_above_the_limit_it_swings_across_a_little_farther_each_time(run: Begun) -> None:
    descent = run(LESSON, 2)
    descent.advance(60)
    across = descent.snapshot().state.paths[2, :, 1]
    assert across[1:] / across[:-1] == pytest.approx(np.full(60, 1.0 - 0.51 * 4.0))


def test_in_the_ravine_momentum_takes_less_than_a_quarter_of_the_steps(run: Begun) -> None:
    descent, momentum = steps_to(run(LESSON, 3), 1e-3, 600)
    assert (descent, momentum) == (401, 86)
    assert momentum < descent / 4


def test_the_ravine_is_a_hundred_times_as_steep_across(experiment: Played) -> None:
    surface = experiment(LESSON, 3).landscape
    low, high = np.linalg.eigvalsh(surface.hessian(np.zeros(2)))
    assert high / low == pytest.approx(100.0)


def test_nesterov_wins_the_race(run: Begun) -> None:
    taken = steps_to(run(LESSON, 4), 1e-3, 400)
    assert np.argmin(taken) == 2
    assert taken[2] < 0.5 * min(*taken[:2], *taken[3:])
    assert np.isfinite(taken).all()


@pytest.mark.parametrize("surface", ["bowl", "rosenbrock", "two_valleys"])
def test_the_order_is_another_on_another_surface(experiment: Played, surface: str) -> None:
    here = np.argsort(steps_to(begin(experiment(LESSON, 4)), 1e-3, 400))
    there = begin(experiment(LESSON, 4).on(surface))
    there.advance(400)
    assert here.tolist() != np.argsort(there.snapshot().state.values).tolist()


def test_each_ball_ends_in_the_valley_of_its_side(run: Begun) -> None:
    balls = run(LESSON, 5)
    balls.advance(500)
    state = balls.snapshot().state
    assert balls.settled
    assert state.positions[:, 0] == pytest.approx([x for (x,) in state.landscape.minima])
    assert state.values[0] == pytest.approx(state.landscape.lowest)
    assert state.values[1] > state.values[0] + 0.25


def test_on_the_saddle_the_gradient_is_zero_and_it_is_no_minimum(run: Begun) -> None:
    stuck = run(LESSON, 6)
    stuck.advance(1000)
    state = stuck.snapshot().state
    assert stuck.settled
    assert (state.slopes < 1e-9).all()
    assert (state.values > state.landscape.lowest + 0.2).all()
    assert np.linalg.eigvalsh(state.landscape.hessian(state.positions))[:, 0] == pytest.approx([-1.0, -1.0])


def test_a_little_noise_frees_every_racer_with_every_seed(experiment: Played) -> None:
    for seed in range(20):
        run = begin(replace(experiment(LESSON, 7), seed=seed))
        run.advance(200)
        state = run.snapshot().state
        assert (np.abs(state.positions[:, 1]) > 0.9).all()
        assert not state.diverged.any()


def test_where_the_neuron_is_sure_and_wrong_its_loss_is_high_and_flat(experiment: Played) -> None:
    surface = experiment(LESSON, 8).landscape
    corner, valley = np.array(experiment(LESSON, 8).start), np.array([0.39, 0.56])
    assert surface.value(corner) > 10 * surface.value(valley)
    assert np.linalg.norm(surface.gradient(corner)) == pytest.approx(0.035, abs=0.001)
    assert sharpness(surface.hessian(corner)) < sharpness(surface.hessian(valley))


def test_the_steps_are_short_at_first_and_all_stay_on_the_map_and_arrive(run: Begun) -> None:
    descent = run(LESSON, 8)
    descent.advance(200)
    state = descent.snapshot().state
    lengths = np.linalg.norm(np.diff(state.paths[0], axis=0), axis=-1)
    assert lengths.max() > 10 * lengths[0]
    left, right, bottom, top = state.landscape.extent
    assert (left < state.paths[..., 0]).all()
    assert (state.paths[..., 0] < right).all()
    assert (bottom < state.paths[..., 1]).all()
    assert (state.paths[..., 1] < top).all()
    assert (state.values < 0.2).all()

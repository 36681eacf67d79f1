from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from nnviz.analysis.example.state import Example, TraceOf
from nnviz.experiment.experiment import Experiment
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens
from timing import least_seconds

MakeRun = Callable[..., NetworkRun]


def example_of(run: NetworkRun, wanted: TraceOf) -> Example:
    scene = run.picture(Lens(aspects=frozenset({wanted}))).scene
    assert scene is not None
    picture = scene.aspects[wanted]
    assert isinstance(picture, Example)
    return picture


def test_its_update_is_the_step_that_the_run_takes_next(make_run: MakeRun) -> None:
    run = make_run(batch_size=1, shuffle=False, learning_rate=0.1, l2=0.01)
    run.advance(7)
    example = example_of(run, TraceOf())
    assert (example.sample, example.is_next) == (7, True)
    run.advance(1)
    after = run.snapshot().position.parameters
    np.testing.assert_allclose(example.traced.updated.flat, after, rtol=1e-14, atol=1e-15)


def test_a_run_that_shuffles_or_takes_many_shows_the_first_sample(make_run: MakeRun) -> None:
    for run in (make_run(batch_size=1), make_run(shuffle=False)):
        run.advance(3)
        example = example_of(run, TraceOf())
        assert (example.sample, example.is_next) == (0, False)
        np.testing.assert_array_equal(example.traced.inputs, run.problem.train.inputs[0])
        np.testing.assert_array_equal(example.traced.target, run.problem.train.targets[0])


def test_another_optimizer_takes_another_step(make_run: MakeRun) -> None:
    run = make_run(batch_size=1, shuffle=False, optimizer="adam")
    assert not example_of(run, TraceOf()).is_next


def test_a_sample_can_be_picked(make_run: MakeRun) -> None:
    run = make_run()
    example = example_of(run, TraceOf(11))
    assert example.sample == 11
    np.testing.assert_array_equal(example.traced.inputs, run.problem.train.inputs[11])
    assert example_of(run, TraceOf(10**6)).sample == 0


def test_typed_numbers_take_the_place_of_the_samples(make_run: MakeRun) -> None:
    run = make_run()
    example = example_of(run, TraceOf(3, inputs=(0.25, -2.0)))
    assert example.sample is None
    np.testing.assert_array_equal(example.traced.inputs, [0.25, -2.0])
    np.testing.assert_array_equal(example.traced.target, run.problem.train.targets[3])
    assert example_of(run, TraceOf(3, inputs=(1.0,), target=(0.5,))).traced.target.tolist() == [0.5]
    assert example_of(run, TraceOf(3, inputs=(1.0,))).sample == 3


def test_another_rate_is_taken_while_it_runs(
    make_run: MakeRun, make_experiment: Callable[..., Experiment]
) -> None:
    run = make_run(batch_size=1, shuffle=False, learning_rate=0.1)
    before = example_of(run, TraceOf()).traced
    run.tune(make_experiment(batch_size=1, shuffle=False, learning_rate=0.2))
    after = example_of(run, TraceOf()).traced
    np.testing.assert_array_equal(before.gradient.flat, after.gradient.flat)
    moved = after.parameters.flat - after.updated.flat
    np.testing.assert_allclose(moved, 2 * (before.parameters.flat - before.updated.flat), atol=1e-15)


def test_the_gradient_is_checked_only_when_asked_for(make_run: MakeRun) -> None:
    run = make_run()
    assert example_of(run, TraceOf()).checked is None
    checked = example_of(run, TraceOf(check=True)).checked
    assert checked is not None
    assert checked.relative.max() < 1e-4
    large = make_run(name="digits", hidden=(10,), output="softmax")
    assert example_of(large, TraceOf(check=True)).checked is None


@pytest.mark.parametrize(("check", "limit"), [(False, 1e-3), (True, 20e-3)])
def test_it_costs_a_frame_little(make_run: MakeRun, check: bool, limit: float) -> None:
    run = make_run(name="spiral", hidden=(8,) * 6)
    picture, snapshot = TraceOf(check=check).prepare(run.problem), run.snapshot()
    picture(snapshot)
    assert least_seconds([partial(picture, snapshot)] * 20) < limit

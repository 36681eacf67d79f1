from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnviz.analysis.collapse import collapse
from nnviz.engine.network import Parameters, forward
from nnviz.runs.run import NetworkRun

MakeRun = Callable[..., NetworkRun]

LINEAR: dict[str, Any] = {"activation": "identity", "output": "identity", "learning_rate": 0.001}


@pytest.mark.parametrize("hidden", [(), (3,), (4, 2, 5), (8,) * 10])
def test_a_deep_linear_network_is_one_affine_map(make_run: MakeRun, hidden: tuple[int, ...]) -> None:
    run = make_run(hidden=hidden, **LINEAR)
    run.advance(50)
    found = collapse(run.problem, run.snapshot().parameters)
    assert found.linear
    assert found.difference < 1e-10
    weights = np.linalg.multi_dot([np.eye(1), *run.snapshot().weights[::-1], np.eye(2)])
    np.testing.assert_allclose(found.weights, weights, atol=1e-12)


def test_one_bent_layer_makes_it_another_map(make_run: MakeRun) -> None:
    run = make_run(hidden=(4, 3), activation=("identity", "tanh"), output="identity", learning_rate=0.01)
    run.advance(50)
    parameters = run.snapshot().parameters
    found = collapse(run.problem, parameters)
    *_, (_, outputs) = forward(run.problem.network, parameters, run.problem.train.inputs.T)
    affine = found.weights @ run.problem.train.inputs.T + found.biases[:, None]
    assert not found.linear
    assert found.difference == pytest.approx(float(np.abs(outputs - affine).max()), abs=1e-12)
    assert found.difference > 0.01


@pytest.mark.parametrize("output", ["tanh", "sigmoid"])
def test_a_bent_output_leaves_the_boundary_a_line(make_run: MakeRun, output: str) -> None:
    for hidden in ((), (3, 2)):
        run = make_run(hidden=hidden, activation="identity", output=output, learning_rate=0.1)
        run.advance(50)
        found = collapse(run.problem, run.snapshot().parameters)
        assert found.linear
        assert found.difference < 1e-10


def test_several_outputs_and_many_inputs(make_run: MakeRun) -> None:
    run = make_run(name="digits", hidden=(20, 15), output="softmax")
    found = collapse(run.problem, run.snapshot().parameters)
    assert found.weights.shape == (10, 64)
    assert found.biases.shape == (10,)
    assert not found.linear  # tanh in the hidden layers


def test_a_diverged_network_is_no_error(make_run: MakeRun) -> None:
    run = make_run()
    broken = Parameters(run.problem.network.shapes)
    broken.flat[:] = np.nan
    assert np.isnan(collapse(run.problem, broken).difference)

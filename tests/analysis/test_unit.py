from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.analysis.unit import NeuronLens, ends, input_map, lines, reckon
from nnviz.engine.network import Parameters, forward
from nnviz.runs.maps import ZERO
from nnviz.runs.run import NetworkRun

MakeRun = Callable[..., NetworkRun]

UNITS: dict[str, dict[str, Any]] = {
    "one unit": {"hidden": (), "output": "sigmoid"},
    "hidden units": {"hidden": (3, 2), "activation": "elu", "alpha": 0.4},
    "standardized": {"name": "moons", "standardize": True},
    "engineered features": {"name": "circle", "features": ("x1^2", "sin(x2)", "x1*x2")},
    "principal components": {"name": "iris", "output": "softmax"},
    "softmax alone": {"name": "blobs", "hidden": (), "output": "softmax"},
    "one input": {"name": "sine", "output": "identity", "hidden": (4,)},
}


@pytest.mark.parametrize("values", UNITS.values(), ids=UNITS)
def test_a_neuron_reckons_as_the_engine_does(make_run: MakeRun, values: dict[str, Any]) -> None:
    run = make_run(**values)
    run.advance(30)
    snapshot, problem = run.snapshot(), run.problem
    for inputs in problem.train.inputs[:3]:
        below = inputs
        for layer, (p, o) in enumerate(forward(problem.network, snapshot.parameters, inputs[:, None]), start=1):
            for unit in range(len(p)):
                found = reckon(problem, snapshot.parameters, (layer, unit), inputs)
                np.testing.assert_array_equal(found.inputs, below)
                assert found.pre_activation == p[unit, 0]
                assert found.activation == o[unit, 0]
                assert found.products.sum() + found.bias == pytest.approx(found.pre_activation, abs=1e-12)
            expected = problem.network.activations[layer - 1](p)[:, 0]
            np.testing.assert_allclose(o[:, 0], expected, atol=1e-12)
            below = o[:, 0]


@pytest.mark.parametrize("values", UNITS.values(), ids=UNITS)
def test_a_neurons_picture_is_the_engines(make_run: MakeRun, values: dict[str, Any]) -> None:
    run = make_run(**values)
    run.advance(30)
    problem, snapshot = run.problem, run.snapshot()
    layers = len(problem.network.activations)
    for layer, unit in {(1, 0), (1, problem.network.layer_sizes[1] - 1), (layers, 0)}:
        lens = NeuronLens(layer, unit)
        picture = lens.prepare(problem)(snapshot)
        assert picture is not None
        place = (layer, unit)
        at = [point for point in picture.threshold if np.isfinite(point).all()]
        function = problem.network.activations[layer - 1]
        spread = np.ptp([p_at(run, place, point) for point in problem.train.points])
        for point in at[:: max(1, len(at) // 20)]:
            assert abs(p_at(run, place, point)) < 0.05 * max(spread, 1e-6)
        if problem.flat:
            assert picture.map is None
            for x, o in picture.curve[::50]:
                assert o == pytest.approx(
                    float(function(np.array([[p_at(run, place, np.array([x, 0.0]))]]))[0, 0])
                )
        else:
            assert picture.map is not None
            side = len(picture.map)
            x_min, x_max, y_min, y_max = problem.extent
            row, column = side // 3, side // 4
            point = np.array(
                [x_min + (column + 0.5) / side * (x_max - x_min), y_max - (row + 0.5) / side * (y_max - y_min)]
            )
            o = reckon(problem, snapshot.parameters, place, inputs_at(run, point)).activation
            if abs(o) > 0.05:
                assert np.sign(int(picture.map[row, column]) - ZERO) == np.sign(o)


def test_a_neuron_that_is_not_there_has_no_picture(make_run: MakeRun) -> None:
    run = make_run(hidden=(3,))
    for place in ((0, 0), (1, 3), (3, 0)):
        assert NeuronLens(*place).prepare(run.problem)(run.snapshot()) is None


def inputs_at(run: NetworkRun, point: Any) -> Any:
    return run.problem.network_inputs(run.problem.projection.lift(np.asarray(point)[None]))[0]


def p_at(run: NetworkRun, place: tuple[int, int], point: Any) -> float:
    return reckon(run.problem, run.snapshot().parameters, place, inputs_at(run, point)).pre_activation


@pytest.mark.parametrize("values", [{}, {"name": "moons", "standardize": True}, {"name": "and", "hidden": (3,)}])
def test_a_line_is_where_a_units_pre_activation_is_zero(make_run: MakeRun, values: dict[str, Any]) -> None:
    run = make_run(**values)
    run.advance(20)
    snapshot, problem = run.snapshot(), run.problem
    inputs = input_map(problem)
    assert inputs is not None
    found = lines(snapshot.parameters, inputs)
    assert len(found) == problem.network.layer_sizes[1]
    for unit, line in enumerate(found):
        for point in problem.train.points[:5]:
            p = p_at(run, (1, unit), point)
            assert line[:2] @ point + line[2] == pytest.approx(p, abs=1e-12)


@pytest.mark.parametrize(
    "values",
    [
        {"name": "iris", "output": "softmax"},
        {"features": ("x1", "x2", "x1^2")},
        {"features": ("x1",)},
        {"name": "sine", "output": "identity"},
    ],
)
def test_other_inputs_than_the_planes_coordinates_have_no_lines(make_run: MakeRun, values: dict[str, Any]) -> None:
    assert input_map(make_run(**values).problem) is None


numbers = st.floats(-5, 5)


@given(line=st.tuples(numbers, numbers, numbers), low=st.tuples(numbers, numbers), size=st.floats(0.5, 20))
def test_ends_lie_on_the_line_and_on_the_rim(
    line: tuple[float, float, float], low: tuple[float, float], size: float
) -> None:
    a, c, d = line
    extent = (low[0], low[0] + size, low[1], low[1] + 2 * size)
    points = ends(np.array([line]), extent)[0]
    corners = np.array([[extent[i], extent[j]] for i in (0, 1) for j in (2, 3)])
    heights = corners @ [a, c] + d
    steep = float(np.hypot(a, c))
    if np.isnan(points).any():
        # all corners on one side, or the line touches no more than a corner
        assert steep < 1e-3 or heights.min() >= -1e-6 * steep or heights.max() <= 1e-6 * steep
        return
    if steep > 1e-3:
        np.testing.assert_allclose(points @ [a, c] + d, 0.0, atol=1e-7)
        away = np.abs(points[:, [0, 0, 1, 1]] - np.array(extent)).min(axis=1)
        np.testing.assert_allclose(away, 0.0, atol=1e-6)


def test_upright_and_level_lines_reach_from_rim_to_rim() -> None:
    points = ends(np.array([[1.0, 0.0, -2.0], [0.0, 3.0, 3.0], [1.0, 0.0, -9.0]]), (0.0, 4.0, -2.0, 2.0))
    assert sorted(points[0].tolist()) == [[2.0, -2.0], [2.0, 2.0]]
    assert sorted(points[1].tolist()) == [[0.0, -1.0], [4.0, -1.0]]
    assert np.isnan(points[2]).all()


def test_a_unit_without_weights_has_no_line() -> None:
    assert np.isnan(ends(np.array([[0.0, 0.0, 1.0], [np.nan, 1.0, 0.0]]), (0.0, 1.0, 0.0, 1.0))).all()


def test_no_number_is_reckoned_with_without_complaint(make_run: MakeRun) -> None:
    run = make_run()
    broken = Parameters(run.problem.network.shapes)
    broken.flat[:] = np.inf
    assert not np.isfinite(reckon(run.problem, broken, (1, 0), np.array([1.0, -1.0])).pre_activation)

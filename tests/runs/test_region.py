from collections.abc import Callable

import numpy as np
import pytest

from nnviz.runs.decision import decision_boundary, decision_region
from nnviz.runs.maps import ZERO, Single
from nnviz.runs.run import NetworkRun

MakeRun = Callable[..., NetworkRun]


def ramp(low: float, high: float) -> Single:
    """One output over 9 × 5 points, from low at the left to high at the right."""
    return np.tile(np.linspace(low, high, 9, dtype=np.float32), (1, 5, 1))


@pytest.mark.parametrize(("output", "low"), [("tanh", -1.0), ("sigmoid", 0.0)])
def test_numbers_that_are_no_others_need_no_second_look(make_run: MakeRun, output: str, low: float) -> None:
    problem = make_run(output=output).problem
    looked, trusted = (decision_region(problem, ramp(low, 1.0), tame=tame) for tame in (False, True))
    np.testing.assert_array_equal(looked, trusted)
    assert (looked[0, 0], looked[0, 4], looked[0, -1]) == (0, ZERO, 2 * ZERO)


@pytest.mark.parametrize("tame", [False, True])
def test_an_output_without_bounds_stays_within_the_colours(make_run: MakeRun, *, tame: bool) -> None:
    problem = make_run(output="identity", loss="squared_error").problem
    region = decision_region(problem, ramp(-40.0, 40.0), tame=tame)
    assert (region[0, 0], region[0, 4], region[0, -1]) == (0, ZERO, 2 * ZERO)


@pytest.mark.parametrize(("output", "low"), [("tanh", -1.0), ("sigmoid", 0.0)])
def test_the_boundary_is_where_neither_class_is_ahead(make_run: MakeRun, output: str, low: float) -> None:
    mesh = np.meshgrid(np.linspace(-4.0, 4.0, 9), np.linspace(2.0, -2.0, 5))
    line = decision_boundary(make_run(output=output).problem, ramp(low, 1.0), mesh)
    assert np.isnan(line[-1]).all()
    np.testing.assert_allclose(line[:-1, 0], 0.0, atol=1e-6)
    assert sorted(line[:-1, 1]) == pytest.approx([-2.0, -1.0, 0.0, 1.0, 2.0])


def test_values_have_no_boundary(make_run: MakeRun) -> None:
    mesh = np.meshgrid(np.arange(9.0), np.arange(5.0))
    assert decision_boundary(make_run(name="plane", output="identity").problem, ramp(-1, 1), mesh).size == 0

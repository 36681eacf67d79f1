import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.engine.spiking import SHAPES, STEP, Membrane, Waits, fits_of, fitted, laid
from nnviz.engine.tape import Array


def intervals(membrane: Membrane, currents: list[float], steps: int) -> list[Array]:
    """Time steps from spike to spike of a neuron for each current."""
    potentials: Array = np.zeros(len(currents))
    waits: Waits = np.zeros(len(currents), np.int16)
    times: list[list[int]] = [[] for _ in currents]
    for at in range(steps):
        potentials, waits, fired = membrane.advance(potentials, waits, np.array(currents), 0.0)
        for k in np.flatnonzero(fired):
            times[k].append(at)
    return [np.diff(np.array(each, np.float64)) for each in times]


def test_the_rate_meets_the_formula_to_a_time_step() -> None:
    membrane, currents = Membrane(), [1.501, 1.52, 1.6, 1.8, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0]
    for current, steps in zip(currents, intervals(membrane, currents, 4000), strict=True):
        late = STEP * steps - 1000.0 / membrane.rate(current)
        assert len(steps)
        assert late.min() > -1e-9
        assert late.max() < STEP + 1e-9


@given(
    st.floats(1.0, 100.0), st.floats(1.0, 50.0), st.floats(5.0, 30.0), st.floats(0.0, 10.0), st.floats(1.01, 5.0)
)
def test_it_does_so_whatever_the_neuron(
    tau: float, resistance: float, threshold: float, refractory: float, above: float
) -> None:
    membrane = Membrane(tau, resistance, threshold, STEP * round(refractory / STEP))
    current = above * threshold / resistance
    expected = 1000.0 / membrane.rate(current) / STEP
    (steps,) = intervals(membrane, [current], int(2 * expected) + 4)
    assert -1e-6 < steps[0] - expected < 1.0 + 1e-6


def test_up_to_the_threshold_it_never_fires() -> None:
    membrane = Membrane()
    assert membrane.rate(1.5) == membrane.rate(0.0) == 0.0
    assert [len(steps) for steps in intervals(membrane, [0.0, 1.5], 5000)] == [0, 0]


@pytest.mark.parametrize("name", SHAPES)
@given(st.floats(0.5, 50.0), st.floats(0.5, 2.0), st.floats(0.05, 0.5))
def test_a_fit_finds_the_curve_that_made_the_rates(name: str, height: float, middle: float, width: float) -> None:
    currents = np.linspace(0.0, 2.5, 26)
    rates = height * SHAPES[name]((currents - middle) / width)
    fit = fitted(SHAPES[name], currents, rates)
    assert fit.misfit < 0.01
    assert np.abs(laid(name, fit, currents) - rates).max() < 0.03 * rates.max()


def test_of_silence_nothing_is_fitted() -> None:
    currents = np.linspace(0.0, 2.5, 26)
    assert all(fit.height == fit.misfit == 0.0 for fit in fits_of(currents, np.zeros(26)).values())

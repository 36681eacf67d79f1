import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.plots.scales import linear_scale, log_scale, percent_scale, span_scale, symmetric_scale


@given(st.floats(1e-6, 1e9))
def test_a_linear_scale_has_a_few_even_ticks_from_zero_on(top: float) -> None:
    scale = linear_scale(top)
    values = [value for value, _ in scale.ticks]
    assert scale.low == values[0] == 0.0
    assert 3 <= len(values) <= 7
    assert np.allclose(np.diff(values), values[1])
    assert values[-1] <= scale.high * (1 + 1e-9)


def test_a_logarithmic_scale_has_whole_decades() -> None:
    scale = log_scale(0.003, 2.0)
    assert scale.logarithmic
    assert (scale.low, scale.high) == (-3, 1)
    assert [label for _, label in scale.ticks] == ["0.001", "0.01", "0.1", "1", "10"]


def test_a_single_decade_has_ticks_between() -> None:
    scale = log_scale(0.2, 0.9)
    assert [label for _, label in scale.ticks] == ["0.1", "0.2", "0.5", "1"]


def test_of_very_many_decades_the_upper_ones_are_shown() -> None:
    scale = log_scale(1e-30, 1.0)
    assert (scale.low, scale.high) == (-8, 0)
    assert scale.ticks[0][1] == "10⁻⁸"


def test_equal_numbers_make_a_whole_decade() -> None:
    assert log_scale(1.0, 1.0).low < log_scale(1.0, 1.0).high


def test_percent_goes_to_hundred() -> None:
    assert percent_scale().ticks[-1] == (100.0, "100 %")


def test_a_symmetric_scale_has_zero_in_the_middle() -> None:
    assert [label for _, label in symmetric_scale(4.0).ticks] == ["−4", "0", "4"]


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [(-1.0, 1.0, ["−1", "0", "1"]), (0.0, 8.0, ["0", "8"]), (0.0, 0.0, ["0"])],
)
def test_a_span_holds_zero(low: float, high: float, labels: list[str]) -> None:
    scale = span_scale(low, high)
    assert [label for _, label in scale.ticks] == labels
    assert scale.high > scale.low

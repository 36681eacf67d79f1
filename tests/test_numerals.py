import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.numerals import figure, nice_above, percent, short, superscript, tick


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0.0000"),
        (0.01321, "0.0132"),
        (0.00011, "0.0001"),
        (0.000012, "1.2·10⁻⁵"),
        (1.23456, "1.235"),
        (12.3456, "12.35"),
        (123.456, "123.5"),
        (1234.5, "1,234"),
        (99999.0, "99,999"),
        (123456.0, "1.2·10⁵"),
        (1e300, "1.0·10³⁰⁰"),
        (-0.5, "−0.5000"),
        (-1e-7, "−1.0·10⁻⁷"),
        (float("nan"), "—"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
    ],
)
def test_a_figure_has_about_five_characters(value: float, words: str) -> None:
    assert figure(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0.00"),
        (-0.734, "−0.73"),
        (9.994, "9.99"),
        (9.996, "10.0"),
        (99.96, "100"),
        (-1234.0, "−1234"),
        (12345.0, "10⁴"),
        (-3e100, "−3·10¹⁰⁰"),
        (-0.004, "0.00"),
        (float("nan"), "—"),
        (float("inf"), "—"),
    ],
)
def test_a_cell_has_room_for_few_digits(value: float, words: str) -> None:
    assert short(value) == words


@pytest.mark.parametrize(
    ("share", "words"), [(0.984, "98.4 %"), (1.0, "100.0 %"), (None, "—"), (float("nan"), "—")]
)
def test_a_share_is_a_percentage(share: float | None, words: str) -> None:
    assert percent(share) == words


def test_a_layer_is_raised() -> None:
    assert superscript(12) == "¹²"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-1.0, "−1"),
        (0.25, "0.25"),
        (1200.0, "1,200"),
        (0.0001, "0.0001"),
        (0.00002, "2·10⁻⁵"),
        (1e-7, "10⁻⁷"),
        (-2.5e9, "−2.5·10⁹"),
        (float("nan"), "—"),
    ],
)
def test_a_tick_has_no_more_digits_than_it_needs(value: float, words: str) -> None:
    assert tick(value) == words


def test_a_tick_has_as_many_digits_as_tell_it_from_its_neighbour() -> None:
    assert tick(0.50000001, 8) == "0.50000001"


@given(st.floats(1e-12, 1e12))
def test_the_next_round_number_is_near_and_not_below(value: float) -> None:
    assert value * (1 - 1e-6) <= nice_above(value) <= 2.0 * value * (1 + 1e-6)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_of_nothing_the_next_round_number_is_one(value: float) -> None:
    assert nice_above(value) == 1.0


@pytest.mark.parametrize(
    ("value", "digits", "words"),
    [(1234.5, 3, "1,230"), (0.00012345, 2, "0.00012"), (2e-5, 3, "2·10⁻⁵")],
)
def test_few_digits_are_no_reason_for_an_exponent(value: float, digits: int, words: str) -> None:
    assert tick(value, digits) == words

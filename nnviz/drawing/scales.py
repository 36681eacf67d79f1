"""Axis ranges that seldom change, and their ticks."""

import math
from functools import lru_cache

from msgspec import Struct

from nnviz.numerals import superscript

_STEPS = {1.0: 0.2, 1.5: 0.5, 2.0: 0.5, 3.0: 1.0, 4.0: 1.0, 5.0: 1.0, 6.0: 2.0, 8.0: 2.0, 10.0: 2.0}
"""Round ends of an axis, and the distance of its ticks."""

_MOST_DECADES = 8


class Scale(Struct, frozen=True):
    """A range, its ticks with their labels, and whether it is logarithmic.

    Of a logarithmic scale everything is the logarithm to the base ten.
    """

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    logarithmic: bool = False


def nice_above(value: float) -> float:
    """The next round number."""
    if not value > 0.0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return min((step * power for step in _STEPS if step * power >= value * (1 - 1e-9)), default=10.0 * power)


def linear_scale(top: float, unit: str = "") -> Scale:
    """From 0 to the next round number; ``unit`` stands before the zero."""
    return _linear_scale(nice_above(top), unit)


@lru_cache
def _linear_scale(high: float, unit: str) -> Scale:
    power = 10.0 ** math.floor(math.log10(high) + 1e-9)
    step = _STEPS[round(high / power, 6)] * power
    values = [k * step for k in range(round(high / step - 0.5 + 1e-6) + 1) if k * step <= high * (1 + 1e-9)]
    labels = [f"{value:,.6g}" for value in values]
    labels[0] = f"{unit} {labels[0]}".strip()
    return Scale(0.0, high, tuple(zip(values, labels, strict=True)))


@lru_cache
def range_scale(low: float, high: float) -> Scale:
    """From one number to another, with ticks at round numbers between them."""
    step = _tick_distance(high - low)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [k * step for k in range(first, last + 1)]
    return Scale(low, high, tuple((value, f"{value:,.6g}".replace("-", "−")) for value in values))


def _tick_distance(span: float) -> float:
    """A round number of which there are five to twelve in a range."""
    power = 10.0 ** math.floor(math.log10(span))
    return next(part * power for part in (0.1, 0.2, 0.5, 1.0) if span <= 12.0 * part * power)


def percent_scale() -> Scale:
    """From 0 to 100 %."""
    return Scale(0.0, 100.0, tuple((float(v), f"{v} %") for v in (0, 25, 50, 75, 100)))


def log_scale(smallest: float, largest: float) -> Scale:
    """Whole decades around two positive numbers; of very many the upper ones."""
    high = math.ceil(math.log10(largest) - 1e-9)
    low = max(min(math.floor(math.log10(smallest)), high - 1), high - _MOST_DECADES)
    parts = (1, 2, 5) if high - low == 1 else (1,)
    ticks = [(k + math.log10(part), k, part) for k in range(low, high + 1) for part in parts]
    return Scale(low, high, tuple((at, _decade(k, part)) for at, k, part in ticks if at <= high), logarithmic=True)


@lru_cache
def symmetric_scale(reach: float, symbol: str) -> Scale:
    """From −reach to reach, with ``symbol`` at zero."""
    return Scale(-reach, reach, ((-reach, f"−{reach:,.6g}"), (0.0, f"{symbol} = 0"), (reach, f"{reach:,.6g}")))


@lru_cache
def span_scale(low: float, high: float, symbol: str) -> Scale:
    """From low ≤ 0 to high ≥ 0, with ``symbol`` at zero."""
    ends = [(value, f"{value:,.6g}".replace("-", "−")) for value in (low, high) if value != 0.0]
    ticks = sorted([(0.0, f"{symbol} = 0"), *ends])
    return Scale(low, high if high > low else low + 1.0, tuple(ticks))


def _decade(exponent: int, part: int) -> str:
    if -4 < exponent < 6:
        return f"{part * 10.0**exponent:,.6g}"
    return f"{part}·10{superscript(exponent)}".removeprefix("1·")

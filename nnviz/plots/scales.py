"""Axis ranges that seldom change, and their ticks."""

import math
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct, structs

from nnviz.numerals import nice_above, superscript, tick

_STEPS = {1.0: 0.2, 1.5: 0.5, 2.0: 0.5, 3.0: 1.0, 4.0: 1.0, 5.0: 1.0, 6.0: 2.0, 8.0: 2.0, 10.0: 2.0}
"""Round ends of an axis, and the distance between its ticks."""
_MOST_DECADES = 8


class Scale(Struct, frozen=True):
    """A range, its ticks with their labels, and whether it is logarithmic.

    On a logarithmic scale, all values are logarithms to base ten. ``unit`` follows every number. Labels that are
    ``names`` have no lines, and stay when the plot is zoomed.
    """

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    logarithmic: bool = False
    unit: str = ""
    names: bool = False

    @property
    def is_written(self) -> bool:
        """Whether any tick has a label."""
        return any(words for _, words in self.ticks)

    def without_words(self) -> "Scale":
        """The same scale without labels, for a plot aligned with another that has them."""
        return structs.replace(self, ticks=tuple((value, "") for value, _ in self.ticks))

    def within(self, low: float, high: float) -> "Scale":
        """A scale of the same kind over another range, for instance after zooming."""
        if (low, high) == (self.low, self.high):
            return self
        if not self.is_written and len(self.ticks) <= 2:  # none, or only those at the ends
            return Scale(low, high, tuple((end, "") for end in (low, high) if self.ticks))
        scale = self._within(low, high)
        return scale if self.is_written else scale.without_words()

    def _within(self, low: float, high: float) -> "Scale":
        if self.names:
            ticks = tuple((value, words) for value, words in self.ticks if low <= value <= high)
            return Scale(low, high, ticks, names=True)
        if self.logarithmic and high - low > 1.0:
            return Scale(low, high, _decades(low, high), logarithmic=True)
        if self.logarithmic:
            ticks = _parted(10.0**low, 10.0**high)
            return Scale(
                low, high, tuple((math.log10(v), words) for v, words in ticks if v > 0.0), logarithmic=True
            )
        ticks = tuple((value, words + self.unit) for value, words in _parted(low, high))
        return Scale(low, high, ticks, unit=self.unit)


def linear_scale(top: float) -> Scale:
    """A scale from 0 to the next round number above ``top``."""
    return _linear_scale(nice_above(top))


@lru_cache
def _linear_scale(high: float) -> Scale:
    power = 10.0 ** math.floor(math.log10(high) + 1e-9)
    step = _STEPS[round(high / power, 6)] * power
    values = [k * step for k in range(round(high / step - 0.5 + 1e-6) + 1) if k * step <= high * (1 + 1e-9)]
    return Scale(0.0, high, tuple((value, tick(value)) for value in values))


@lru_cache
def range_scale(low: float, high: float) -> Scale:
    """A scale from one number to another, with ticks at round numbers."""
    return Scale(low, high, _parted(low, high))


def _parted(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Five to twelve round numbers in a range, with as many digits as necessary to distinguish them."""
    step = _tick_distance(high - low)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    digits = max(6, 2 + math.ceil(math.log10(max(abs(low), abs(high), step) / step)))
    values = [k * step for k in range(first, last + 1)]
    return tuple((value, tick(value, digits)) for value in values)


def _tick_distance(span: float) -> float:
    """A round distance that gives five to twelve ticks in a range."""
    power = 10.0 ** math.floor(math.log10(span))
    return next(part * power for part in (0.1, 0.2, 0.5, 1.0) if span <= 12.0 * part * power)


def percent_scale() -> Scale:
    """A scale from 0 to 100 %."""
    return Scale(0.0, 100.0, tuple((float(v), f"{v} %") for v in (0, 25, 50, 75, 100)), unit=" %")


def log_scale(smallest: float, largest: float, most: int = _MOST_DECADES) -> Scale:
    """A logarithmic scale of whole decades around two positive numbers; at most the upper ``most`` decades."""
    high = math.ceil(math.log10(largest) - 1e-9)
    low = max(min(math.floor(math.log10(smallest)), high - 1), high - most)
    return Scale(low, high, _decades(low, high), logarithmic=True)


def _decades(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Powers of ten in a range of logarithms: if many, every second or third; if few, also 2 and 5 times them."""
    parts = (1, 2, 5) if high - low < 2.0 else (1,)
    every = max(1, math.ceil((high - low) / _MOST_DECADES))
    exponents = [k for k in range(math.floor(low), math.floor(high) + 1) if k % every == 0]
    ticks = [(k + math.log10(part), k, part) for k in exponents for part in parts]
    return tuple((at, _decade(k, part)) for at, k, part in ticks if low - 1e-9 <= at <= high + 1e-9)


def row_scale(names: Sequence[str]) -> Scale:
    """A scale of named rows of height 1, the first on top."""
    count = len(names)
    ticks = ((count - k - 0.5, name) for k, name in reversed(list(enumerate(names))))
    return Scale(0.0, max(1.0, count), tuple(ticks), names=True)


@lru_cache
def symmetric_scale(reach: float) -> Scale:
    """A scale from −reach to reach."""
    return Scale(-reach, reach, tuple((value, tick(value)) for value in (-reach, 0.0, reach)))


@lru_cache
def span_scale(low: float, high: float) -> Scale:
    """A scale from low ≤ 0 to high ≥ 0, with ticks at both and at zero."""
    values = sorted({low, 0.0, high})
    return Scale(low, high if high > low else low + 1.0, tuple((value, tick(value)) for value in values))


def _decade(exponent: int, part: int) -> str:
    if -4 < exponent < 6:
        return tick(part * 10.0**exponent)
    return f"{part}·10{superscript(exponent)}".removeprefix("1·")

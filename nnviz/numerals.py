"""How numbers are written where they are read from the last row."""

import math

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def superscript(number: int) -> str:
    """A small raised number, such as the layer of W²."""
    return str(number).translate(_SUPERSCRIPTS)


def nice_above(value: float) -> float:
    """The next round number."""
    if not value > 0.0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return min((step * power for step in _ROUND if step * power >= value * (1 - 1e-9)), default=10.0 * power)


def figure(value: float) -> str:
    """A number of four or five digits, of about the same width whatever its size."""
    if not math.isfinite(value):
        return "—" if math.isnan(value) else signed("∞", value)
    size = abs(value)
    if size >= 1e5 or 0.0 < size < 1e-4:
        return power(value)
    decimals = 4 if size < 1.0 else max(0, 4 - len(str(int(size))))
    return signed(f"{size:,.{decimals}f}", value)


def tick(value: float, digits: int = 6) -> str:
    """A number at an axis or under the pointer: no more digits than it has, at most so many."""
    size = abs(value)
    if size == 0.0 or not math.isfinite(value):
        return "0" if size == 0.0 else figure(value)
    if 1e-4 <= size < 1e6:
        rounded = float(f"{size:.{digits}g}")
        return signed(f"{rounded:,.{max(digits, 6)}g}", value)
    mantissa, exponent = f"{size:.{digits - 1}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    return signed(f"{mantissa}·10{superscript(int(exponent))}".removeprefix("1·"), value)


def power(value: float) -> str:
    """A number as a power of ten: 1.3·10⁻⁵."""
    mantissa, exponent = f"{value:.1e}".replace("-", "−", value < 0).split("e")
    return f"{mantissa}·10{superscript(int(exponent))}"


def short(value: float) -> str:
    """A number in at most four digits, for a cell."""
    size = abs(value)
    if not math.isfinite(value):
        return "—"
    if size >= 9999.5:
        mantissa, exponent = f"{size:.0e}".split("e")
        return signed(f"{mantissa}·10{superscript(int(exponent))}".removeprefix("1·"), value)
    words = f"{size:.{2 if size < 9.995 else 1 if size < 99.95 else 0}f}"
    return words if words == "0.00" else signed(words, value)


def percent(share: float | None) -> str:
    """A share of the whole: 98.4 %; a dash if there is none."""
    return "—" if share is None or math.isnan(share) else f"{100.0 * share:.1f} %"


def signed(size: str, value: float) -> str:
    """A size with the value's sign, a true minus."""
    return f"−{size}" if value < 0 else size


def number(value: float) -> str:
    """A number in three digits, and in fewer where they say the same."""
    text = f"{value:.3g}"
    return (
        short(value)
        if "e" in text or "n" in text
        else text.replace("-0", "0" if not value else "-0").replace("-", "−")
    )


def indexed(name: str, index: int) -> str:
    """A name with a small lowered number, such as w₁."""
    return f"{name}{str(index).translate(_SUBSCRIPTS)}"

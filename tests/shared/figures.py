"""The figures in a text, as a person reads them, and whether one number is another one rounded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_NUMBER = re.compile(
    r"(?<![\w.^_{])(?P<mantissa>[−-]?\d+(?:,\d{3})*(?:\.\d+)?)"
    r"(?:\s*(?:·|\\cdot)\s*10(?:\^\{?(?P<tex>-?\d+)\}?|(?P<up>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)))?"
    r"(?P<percent>\s?\\?%)?"
)


@dataclass(frozen=True)
class Figure:
    """A number as it is written: its value, the unit of its last digit, and its significant digits."""

    text: str
    value: float
    unit: float
    digits: int

    @property
    def says_much(self) -> bool:
        """Whether it can hardly be there by chance: more than a single digit."""
        return self.digits > 1 or "%" in self.text or "." in self.text

    def rounds(self, other: "Figure") -> bool:
        """Whether this is the other, or the other in fewer digits."""
        return other.unit <= 1.001 * self.unit and abs(self.value - other.value) <= 0.501 * self.unit


def figures_in(text: str) -> Iterator[Figure]:
    """The figures in a text, percentages as shares."""
    for match in _NUMBER.finditer(text.replace("\\,", "").replace("{,}", ",")):
        mantissa = match["mantissa"].replace(",", "").replace("−", "-")
        power = int(match["tex"] or (match["up"] or "0").translate(_SUPERSCRIPTS))
        scale = 10.0**power * (0.01 if match["percent"] else 1.0)
        decimals = len(mantissa.partition(".")[2])
        digits = len(mantissa.lstrip("-").replace(".", "").lstrip("0"))
        unit = scale * 10.0**-decimals
        yield Figure(match[0].strip(), float(mantissa) * scale, unit, digits)

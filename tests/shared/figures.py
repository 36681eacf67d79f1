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


_SMALL = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_WORDS = {word: number for number, word in enumerate(_SMALL, start=1)}
_WORDS |= {"sixteen": 16, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "eighty": 80}
_LARGE = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_A_NUMBER = rf"(?:{'|'.join(_WORDS)})"
_WRITTEN = re.compile(
    rf"\b(?P<some>{_A_NUMBER})\W+(?:in|of|out of)\W+(?P<all>{_A_NUMBER})\b"
    rf"|\b(?P<times>{_A_NUMBER})\W+(?P<parts>thirds?|quarters?|fifths?|tenths?)\b"
    rf"|\b(?P<part>half|a\W+quarter|a\W+(?:third|fifth|tenth)(?=\W+of\b))\b(?!-|\W+and)"
    rf"|\b(?:(?P<factor>{_A_NUMBER}|an?)\W+)?(?P<large>hundred|thousand|million)(?:\W+(?P<more>million))?\b"
    rf"|\b(?P<number>{_A_NUMBER})\b",
    re.IGNORECASE,
)


def figures_written_in(text: str) -> Iterator[Figure]:
    """The figures that are words: numbers from ten on, and shares such as half, two thirds, nine in ten.

    Shares of such words are rough: they are right to a twentieth.
    """
    for match in _WRITTEN.finditer(text):
        value, unit = _value(match)
        if value >= 10 or unit < 1.0:
            yield Figure(match[0], value, unit, 2)


def _value(match: re.Match[str]) -> tuple[float, float]:
    word = {name: (found or "").lower() for name, found in match.groupdict().items()}
    if word["some"]:
        return _WORDS[word["some"]] / _WORDS[word["all"]], 0.1
    if word["parts"]:
        return _WORDS[word["times"]] / _PARTS[word["parts"].removesuffix("s")], 0.1
    if word["part"]:
        return 1.0 / _PARTS[word["part"].split("*")[-1].split()[-1]], 0.1
    if word["large"]:
        size = _LARGE[word["large"]] * _LARGE.get(word["more"], 1)
        return float(_WORDS.get(word["factor"], 1) * size), float(size)
    return float(_WORDS[word["number"]]), 1.0

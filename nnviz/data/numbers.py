"""Numbers as people write them in tables: decimal marks, thousands, true minus signs, percent."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Literal

import numpy as np

from nnviz.data.dataset import FloatArray

Decimal = Literal[".", ","]
MAX_NUMBER = 1e30
"""Beyond it squares and single precision overflow."""
MISSING = frozenset({"", "na", "n/a", "nan", "?", "null", "-"})
"""In a column of numbers these say that a value is not known, in capitals or not."""
MISSING_TEXTS = MISSING - {"-"}
"""The same in a column of texts, where a minus is a name, as of a class + and a class −."""

_BLANKS = " \u00a0\u2009\u202f'’"
_PLAIN = r"[+-]?(?:[0-9]+{0}?[0-9]*|{0}[0-9]+)(?:[eE][+-]?[0-9]+)?"
_GROUPED = r"[+-]?[0-9]{{1,3}}(?:[{1}][0-9]{{3}})+(?:{0}[0-9]*)?"
_OTHER: dict[Decimal, Decimal] = {".": ",", ",": "."}


def _shapes(decimal: Decimal) -> tuple[re.Pattern[str], re.Pattern[str]]:
    mark, other = re.escape(decimal), re.escape(_OTHER[decimal])
    groups = "|".join(_GROUPED.format(mark, separator) for separator in (other, _BLANKS))
    return re.compile(_PLAIN.format(mark)), re.compile(groups)


_SHAPES: dict[Decimal, tuple[re.Pattern[str], re.Pattern[str]]] = {".": _shapes("."), ",": _shapes(",")}


def is_missing(field: str, marks: Iterable[str] = MISSING) -> bool:
    """Whether a field says that its value is not known."""
    return field.strip().lower() in marks


def number(field: str, decimal: Decimal) -> float | None:
    """The number in a field; None if there is none.

    A percent sign at the end is left out, so 5 % is 5. Infinite is what is written so, or too large for a float.
    """
    text = field.strip().replace("\u2212", "-").removesuffix("%").rstrip()
    plain, grouped = _SHAPES[decimal]
    if grouped.fullmatch(text):
        text = "".join(c for c in text if c not in _BLANKS and c != _OTHER[decimal])
    elif not plain.fullmatch(text):
        return float(text) if text.lower().lstrip("+-") in {"inf", "infinity"} else None
    return float(text.replace(decimal, "."))


def numbers(fields: Sequence[str], decimal: Decimal) -> FloatArray:
    """The numbers of many fields, NaN where there is none.

    First all at once; only where a field is no plain number each is looked at.
    """
    with suppress(ValueError):
        pointed = _pointed(fields, decimal)
        return np.fromiter(map(float, pointed), np.float64, len(fields))
    found = (number(field, decimal) for field in fields)
    return np.fromiter((np.nan if value is None else value for value in found), np.float64, len(fields))


def _pointed(fields: Sequence[str], decimal: Decimal) -> Sequence[str]:
    """Fields as Python reads numbers; `ValueError` if it would read one that is none."""
    whole = "\0".join(fields)
    if "_" in whole or (decimal == "," and "." in whole):
        raise ValueError(decimal)
    return whole.replace(",", ".").split("\0") if decimal == "," else fields


def decimal_of(fields: Iterable[str]) -> Decimal | None:
    """The decimal mark that most of those fields have that can be read with one mark only; None if there are none.

    1.250 could be either; 1.25, 0.125 and 1,5 could not.
    """
    counts = {".": 0, ",": 0}
    for field in fields:
        readable = [mark for mark in _SHAPES if number(field, mark) is not None]
        if len(readable) == 1 and readable[0] in field:
            counts[readable[0]] += 1
        elif len(readable) == 2 and (sure := _certain(field)):
            counts[sure] += 1
    if not any(counts.values()):
        return None
    return "," if counts[","] > counts["."] else "."


def _certain(field: str) -> Decimal | None:
    """The mark of a field that reads as a number either way, where thousands are out of the question: 0.125."""
    text = field.strip().lstrip("+-\u2212")
    return "." if text.startswith("0.") else "," if text.startswith("0,") else None

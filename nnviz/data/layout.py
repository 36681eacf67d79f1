"""How a table is laid out: what separates its fields, whether its first row names columns, what is a number."""

import csv
import io
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.data.messages import one_line
from nnviz.progress import go_on

MISSING = frozenset({"", "na", "n/a", "nan", "?", "null", "-"})
MAX_NUMBER = 1e30
"""Beyond it squares and single precision overflow."""
Fields = Sequence[str]
SAMPLE = 100
"""How many rows are looked at to judge the layout."""
MAX_COLUMNS = 1_000
"""Wider tables are refused, so no more fields of a row are looked at."""
_DELIMITERS = ("\t", ";", ",")
_PIECE = 2**20
"""Characters that are divided into lines at a time: as lines they take several times the memory."""


def is_missing(field: str) -> bool:
    """Whether a field says that its value is not known."""
    return field.strip().lower() in MISSING


def is_number(field: str, *, decimal_comma: bool) -> bool:
    """Whether a field holds a number; one that is missing does not."""
    try:
        return not np.isnan(to_number(field, decimal_comma=decimal_comma))
    except ValueError:
        return False


def to_number(field: str, *, decimal_comma: bool) -> float:
    """The number in a field, NaN if missing; `ValueError` on anything else."""
    if "_" in field:  # float() takes 1_000, a spreadsheet does not
        raise ValueError(field)
    try:
        return float(field.replace(",", ".") if decimal_comma else field)
    except ValueError:
        if is_missing(field):
            return np.nan
        raise


def to_numbers(column: Sequence[str], *, decimal_comma: bool) -> FloatArray:
    """The numbers of many fields, NaN where missing; `ValueError` if any is neither.

    First all at once; only a column with missing values is read field by field.
    """
    with suppress(ValueError):
        if "_" not in "".join(column):
            pointed = replaced(column, ",", ".") if decimal_comma else column
            return np.fromiter(map(float, pointed), np.float64, len(column))
    numbers = (to_number(field, decimal_comma=decimal_comma) for field in column)
    return np.fromiter(numbers, np.float64, len(column))


def replaced(fields: Sequence[str], old: str, new: str) -> list[str]:
    """Fields with one mark in place of another; none holds a NUL."""
    return "\0".join(fields).replace(old, new).split("\0")


@dataclass(frozen=True)
class TableLayout:
    """How to read a table.

    Parameters
    ----------
    delimiter : str
        Comma, semicolon or tab.
    names : tuple of str
        One a column.
    has_header : bool
        The names are those of the first row; otherwise they are x1, x2, ….
    """

    delimiter: str
    names: tuple[str, ...]
    has_header: bool

    @property
    def decimal_comma(self) -> bool:
        """Whether 1,5 is a number: only where commas do not separate."""
        return self.delimiter != ","


def detect_layout(text: str) -> TableLayout:
    """Judge the layout by the first rows; a text without rows has no names."""
    delimiter = max(_DELIMITERS, key=lambda candidate: _fit(text, candidate))
    rows = _sample(text, delimiter)
    has_header = _has_header(rows, decimal_comma=delimiter != ",")
    # A delimiter at the end of every row makes no column.
    width = max(map(_filled, rows), default=0)
    first = rows[0][:width] if rows else []
    return TableLayout(delimiter, _names(first, has_header=has_header), has_header)


def records(text: str, delimiter: str, *, strict: bool = True) -> Iterator[list[str]]:
    """All records as lists of fields, blank ones included, so that counting them gives row numbers."""
    return csv.reader(lines(text), delimiter=delimiter, skipinitialspace=True, strict=strict)


def lines(text: str, start: int = 0) -> Iterator[str]:
    """The lines from a place on, each with its end."""
    while start < len(text):
        go_on(share=start / len(text))
        end = text.find("\n", min(start + _PIECE, len(text))) + 1 or len(text)
        yield from io.StringIO(text[start:end])
        start = end


def is_blank(fields: Fields) -> bool:
    """Whether a record holds nothing, as an empty line or a spreadsheet's row of bare delimiters."""
    return not "".join(fields).strip()


def _filled(fields: Fields) -> int:
    """How many fields there are up to the last that holds something."""
    return next((i for i in range(len(fields), 0, -1) if fields[i - 1].strip()), 0)


def _sample(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    filled = (row[: MAX_COLUMNS + 1] for row in records(text, delimiter, strict=False) if not is_blank(row))
    with suppress(csv.Error):  # said where the whole table is read
        rows.extend(islice(filled, SAMPLE))
    return rows


def _fit(text: str, delimiter: str) -> tuple[bool, bool, float, int]:
    """How well a delimiter suits: quotation marks stand right, rows are equally long, fields are numbers."""
    rows = _sample(text, delimiter)
    width, equal = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    if width < 2:
        return False, False, 0.0, 0
    regular = equal / len(rows)
    kinds = [_kind(field, decimal_comma=delimiter != ",") for row in rows for field in row[:MAX_COLUMNS]]
    numeric = kinds.count("number") / len(kinds)
    return _is_well_formed(text, delimiter), regular == 1, regular * numeric, width


def _is_well_formed(text: str, delimiter: str) -> bool:
    try:
        deque(islice(records(text, delimiter), SAMPLE), maxlen=0)
    except csv.Error:
        return False
    return True


def _has_header(rows: list[list[str]], *, decimal_comma: bool) -> bool:
    """Row 1 names columns if it is all text, or if some text in it stands above nothing but numbers."""
    if not rows:
        return False
    kinds = [[_kind(field, decimal_comma=decimal_comma) for field in row[:MAX_COLUMNS]] for row in rows]
    if set(kinds[0]) == {"text"}:
        return True
    below = zip(*kinds[1:], strict=False)
    return any(
        first == "text" and "number" in column and "text" not in column
        for first, column in zip(kinds[0], below, strict=False)
    )


def _kind(field: str, *, decimal_comma: bool) -> str:
    if is_missing(field):
        return "missing"
    return "number" if is_number(field, decimal_comma=decimal_comma) else "text"


def _names(first: Fields, *, has_header: bool) -> tuple[str, ...]:
    plain = [f"x{i}" for i in range(1, len(first) + 1)]
    given = [one_line(field) for field in first] if has_header else plain
    return tuple(name or fallback for name, fallback in zip(given, plain, strict=True))

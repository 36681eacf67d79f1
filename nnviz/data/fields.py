"""Single fields of a table: which are missing, which are numbers."""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from nnviz.data.dataset import FloatArray

MISSING = frozenset({"", "na", "n/a", "nan", "?", "null", "-"})
MAX_NUMBER = 1e30
"""Beyond it squares and single precision overflow."""


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

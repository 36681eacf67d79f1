"""The column to predict: class names or numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import FloatArray
from nnviz.data.layout import MAX_NUMBER, is_missing, is_number, to_numbers
from nnviz.data.messages import one_line, place, shown
from nnviz.errors import InputError

TargetTask = Literal["auto", "classification", "regression"]
Targets = tuple[NDArray[np.int64] | FloatArray, tuple[str, ...]]
MAX_CLASSES = 100
MAX_NUMERIC_CLASSES = 10
"""A numeric target with at most so many different whole numbers is taken for classes."""


@dataclass(frozen=True)
class Column:
    """The fields of the target, and where they stand.

    Parameters
    ----------
    file, name : str
        For messages.
    rows : sequence of int
        Row numbers in the file, one a field.
    decimal_comma : bool
        Whether 1,5 is a number.
    """

    file: str
    name: str
    fields: Sequence[str]
    rows: Sequence[int]
    decimal_comma: bool

    @cached_property
    def numbers(self) -> FloatArray | None:
        """The fields as numbers, NaN where missing; None if any is neither."""
        try:
            return to_numbers(self.fields, decimal_comma=self.decimal_comma)
        except ValueError:
            return None

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Which fields say that their value is not known."""
        if self.numbers is not None:
            return np.isnan(self.numbers)
        marks = {field for field in set(self.fields) if is_missing(field)}
        if not marks:
            return np.zeros(len(self.fields), dtype=np.bool_)
        return np.fromiter(map(marks.__contains__, self.fields), np.bool_, len(self.fields))

    def only(self, chosen: NDArray[np.bool_]) -> Self:
        """The column with the chosen fields."""
        if chosen.all():
            return self
        places = np.flatnonzero(chosen).tolist()
        return replace(self, fields=[self.fields[i] for i in places], rows=[self.rows[i] for i in places])

    def place(self, index: int | None = None) -> str:
        """Where the column is, or one of its fields, as messages say it."""
        return place(self.file, self.name, None if index is None else self.rows[index])

    def first_text(self) -> int:
        """The index of the first field that is not a number."""
        numeric = (is_number(field, decimal_comma=self.decimal_comma) for field in self.fields)
        return next(index for index, is_numeric in enumerate(numeric) if not is_numeric)


def decide_target(column: Column, task: TargetTask) -> Targets:
    """Class indices and class names, or values (samples, 1) and no names; none may be missing."""
    numbers = column.numbers
    if numbers is not None:
        _check_size(column, numbers)
    if task == "regression" or (task == "auto" and numbers is not None and not _looks_like_classes(numbers)):
        return _values(column, numbers), ()
    return _named(column) if numbers is None else _numbered(column, numbers)


def _looks_like_classes(numbers: FloatArray) -> bool:
    return bool((numbers == np.floor(numbers)).all()) and len(np.unique(numbers)) <= MAX_NUMERIC_CLASSES


def _values(column: Column, numbers: FloatArray | None) -> FloatArray:
    if numbers is None:
        index = column.first_text()
        field = shown(column.fields[index])
        raise InputError(f"{column.place(index)}: {field!r} is not a number, as regression needs")
    return numbers[:, np.newaxis]


def _numbered(column: Column, numbers: FloatArray) -> Targets:
    """Classes called by numbers, in the order of numbers."""
    different, indices = np.unique(numbers, return_inverse=True)
    _check_count(column, len(different), "")
    names = (str(int(v)) if v == np.floor(v) else repr(float(v)) for v in different)
    return indices.astype(np.int64), tuple(names)


def _named(column: Column) -> Targets:
    """Classes called by texts, in alphabetical order."""
    names = {field: one_line(field) for field in set(column.fields)}
    order = {name: index for index, name in enumerate(sorted(set(names.values())))}
    indices = {field: order[name] for field, name in names.items()}
    first = column.first_text()
    hint = f" (row {column.rows[first]} holds {shown(column.fields[first])!r}, which is no number)"
    _check_count(column, len(order), hint)
    return np.fromiter(map(indices.__getitem__, column.fields), np.int64, len(column.fields)), tuple(order)


def _check_count(column: Column, count: int, hint: str) -> None:
    if count < 2:
        only = shown(column.fields[0])
        raise InputError(f"{column.place()}: {only!r} is the only class; at least 2 are needed")
    if count > MAX_CLASSES:
        raise InputError(f"{column.place()}: {count:,} classes; at most {MAX_CLASSES} are allowed{hint}")


def _check_size(column: Column, numbers: FloatArray) -> None:
    too_large = np.abs(numbers) > MAX_NUMBER
    if too_large.any():
        index = int(np.argmax(too_large))
        field = shown(column.fields[index])
        raise InputError(f"{column.place(index)}: {field!r} is too large; allowed is up to {MAX_NUMBER:g}")

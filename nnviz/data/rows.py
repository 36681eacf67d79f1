"""The rows of a table, read part by part into its columns."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from nnviz.data.columns import Fields
from nnviz.data.layout import (
    BLANKS,
    Record,
    TableLayout,
    filled,
    is_below_the_table,
    is_blank,
    lines_of,
    records,
)
from nnviz.errors import InputError
from nnviz.progress import go_on

MAX_ROWS = 100_000
BLOCK = 4_096
"""Rows turned into numbers at a time: as strings they take about ten times the memory."""
_FIELDS = 100_000
"""Fields at a time: of a wide table fewer rows, as NumPy lets nobody else have a turn until it has read them."""
_FIRST = 64
"""Rows that tell which columns hold numbers, so that all others can be read at once."""
_SHOWN = 50
"""Rows that a person is shown as they are in the file."""


class RowReader:
    """Reads the rows of a table into its columns.

    Attributes
    ----------
    columns : sequence of Fields
    numbers : list of int
        Of the rows that were read, as a spreadsheet counts them, from 1.
    top : list of rows
        The first of them as they are in the file.
    below : list of (int, row)
        Rows below the table that are no part of it.
    """

    def __init__(self, file: str, layout: TableLayout, columns: Sequence[Fields]) -> None:
        self._file, self._layout, self.columns = file, layout, columns
        self.numbers: list[int] = []
        self.top: list[Sequence[str]] = []
        self.below: list[Record] = []

    def read(self, text: str) -> None:
        """Read all rows."""
        most = min(1 + text.count("\n"), MAX_ROWS + BLOCK)
        for column in self.columns:
            column.make_room(most)
        for share in self._read_records(text) if '"' in text else self._read_lines(text):
            if len(self.numbers) > MAX_ROWS:
                raise InputError(f"{self._file} has too many rows; at most {MAX_ROWS:,} are allowed")
            go_on(f"Reading {self._file}", min(1.0, share))

    @property
    def _at_a_time(self) -> int:
        return min(BLOCK, max(_FIRST, _FIELDS // len(self.columns)))

    def _read_records(self, text: str) -> Iterator[float]:
        """Read rows that may go over several lines."""
        expected, rows = 1 + text.count("\n"), self._data(records(lines_of(text), self._layout.separator), 1)
        while block := list(islice(rows, self._at_a_time)):
            self._take(block)
            yield len(self.numbers) / expected

    def _read_lines(self, text: str) -> Iterator[float]:
        """Read lines, each of which is a row, many of them at once by NumPy where they are plain."""
        expected, lines, start = 1 + text.count("\n"), lines_of(text), 1
        while block := list(islice(lines, self._at_a_time if self.numbers else _FIRST)):
            if not self._take_at_once(block, start):
                self._take(list(self._data(records(block, self._layout.separator), start)))
            start += len(block)
            yield start / expected

    def _take(self, block: Sequence[Record]) -> None:
        self.numbers += [number for number, _ in block]
        self.top += [fields for _, fields in block[: _SHOWN - len(self.top)]]
        for fields, column in zip(self.columns, zip(*(row for _, row in block), strict=True), strict=block != []):
            fields.read(column)

    def _take_at_once(self, block: Sequence[str], start: int) -> bool:
        """Take lines whose columns of numbers hold nothing but plain numbers; False if they do not."""
        decimals = {field.decimal for field in self.columns if not field.texts}
        if not self.numbers or self.below or len(decimals) != 1 or start < self._layout.first:
            return False
        comma = decimals == {","}
        text = "".join(block)
        if comma and "." in text:
            return False
        types = [(str(k), object if field.texts else np.float64) for k, field in enumerate(self.columns)]
        lines = text.replace(",", ".").splitlines() if comma else block
        separator = None if self._layout.separator == BLANKS else self._layout.separator
        try:
            table = np.loadtxt(lines, np.dtype(types), comments=None, delimiter=separator, ndmin=1)
        except ValueError:
            return False
        if len(table) != len(block) or "_" in text or "%" in text:
            return False
        for index, field in enumerate(self.columns):
            if not field.texts:
                field.read_numbers(table[str(index)])
            else:
                texts = table[str(index)].tolist()
                field.read([entry.replace(".", ",") for entry in texts] if comma else texts)
        self.numbers += range(start, start + len(block))
        return True

    def _data(self, rows: Iterable[Sequence[str]], start: int) -> Iterator[Record]:
        """Numbered rows of data, none blank, all as long as the first; those below the table are kept apart."""
        width = len(self._layout.names)
        for number, fields in self._records(rows, start):
            is_odd = len(fields) != width or not fields[-1] or fields[0][:1] in {"#", "%"}
            if is_odd and is_below_the_table(fields, width):
                self.below.append((number, fields))
                continue
            for odd in (*self.below, (number, fields)):
                yield odd[0], self._fitted(*odd)
            self.below.clear()

    def _fitted(self, number: int, fields: Sequence[str]) -> Sequence[str]:
        """The fields of a row without empty ones beyond the last column."""
        width = len(self._layout.names)
        if len(fields) == width:
            return fields
        if filled(fields) > width or len(fields) < width:
            found = max(filled(fields), min(len(fields), width))
            raise InputError(f"{self._file}, row {number}: {found} fields found, the others have {width}")
        return fields[:width]

    def _records(self, rows: Iterable[Sequence[str]], start: int) -> Iterator[Record]:
        number = start - 1
        try:
            for number, fields in enumerate(rows, start):
                if number >= self._layout.first and not is_blank(fields):
                    yield number, fields
        except csv.Error as error:
            where = f"{self._file}, row {number + 1}"
            raise InputError(
                f"{where}: a quotation mark is misplaced or open, or a field is far too long"
            ) from error

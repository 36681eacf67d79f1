"""A user's table as it is understood, and as a data set: columns of numbers and categories, and one to predict."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from nnviz.data.columns import MOST_CATEGORIES, Column, Fields, Kind, Role
from nnviz.data.dataset import Dataset, FloatArray
from nnviz.data.decoding import MAX_BYTES, read_text
from nnviz.data.layout import (
    BLANKS,
    Record,
    TableLayout,
    filled,
    is_below_the_table,
    is_blank,
    lay_out,
    lines_of,
    records,
)
from nnviz.data.messages import one_line, shown
from nnviz.data.numbers import MISSING, MISSING_TEXTS
from nnviz.data.target import TargetTask, choose, decide, find
from nnviz.errors import InputError

Rows = NDArray[np.bool_]
MAX_ROWS = 100_000
BLOCK = 4_096
"""Rows turned into numbers at a time: as strings they take about ten times the memory."""
PREVIEW_BYTES = 2**20
_SHOWN = 50
"""Rows that a person is shown as they are in the file."""
_MOSTLY = 0.5
"""The part of a column that may be missing: beyond it the column is left out rather than its rows."""


class TableSettings(Struct, frozen=True, kw_only=True):
    """What is asked of a table; whatever is empty or None is found out.

    Parameters
    ----------
    separator : str
        One character; a blank for runs of blanks or tabs.
    decimal : "." or ","
    encoding : str
        As Python names it.
    header : bool or None
        Whether the first row names the columns.
    missing : tuple of str
        What says that a value is missing, in every column, beside an empty field.
    inputs, leave_out : tuple of str
        Columns that the network gets, or does not get.
    categories : tuple of str
        Columns whose numbers are categories, or that have more different texts than are taken for categories.
    target : str
        The column to predict; without a header also its number from 1.
    task : {"auto", "classification", "regression"}
        "auto" takes texts, and at most 10 different whole numbers, for classes.
    """

    separator: str = ""
    decimal: Literal["", ".", ","] = ""
    encoding: str = ""
    header: bool | None = None
    missing: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    target: str = ""
    task: TargetTask = "auto"


@dataclass(frozen=True, eq=False)
class Table:
    """A table as it was understood.

    Parameters
    ----------
    file : str
        Its name, for messages.
    found : TableSettings
        What was given or found out: with these it is read alike again.
    columns : tuple of Column
    top : sequence of rows
        The first rows of data as they are in the file.
    total : int
        Rows of data, those left out among them.
    notes : tuple of str
        What a person should be told.
    refusal : InputError or None
        Why it cannot be learned.
    """

    file: str
    found: TableSettings
    columns: tuple[Column, ...]
    top: Sequence[Sequence[str]]
    total: int
    notes: tuple[str, ...] = ()
    refusal: InputError | None = None
    learned: Dataset | None = None

    @property
    def dataset(self) -> Dataset:
        """What a network learns from.

        Raises
        ------
        InputError
            It cannot; one line names file, row and column.
        """
        if self.learned is None:
            raise self.refusal or InputError(f"{self.file} cannot be used")
        return self.learned

    @property
    def rows(self) -> int:
        """Rows without missing values, which are learned from."""
        return len(self.learned.inputs) if self.learned else 0

    @property
    def summary(self) -> str:
        """How it was understood, in one line."""
        found = self.found
        separator = {"\t": "tabs", " ": "blanks"}.get(found.separator, found.separator)
        parts = ["header" if found.header else "no header", f"separated by {separator}"]
        if found.decimal == ",":
            parts.append("decimal commas")
        if self.learned:
            classes = self.learned.class_names
            parts.append(f"{found.target}: {f'{len(classes)} classes' if classes else 'values'}")
            inputs = len(self.learned.input_names)
            parts += [f"{self.rows:,} rows", f"{inputs:,} input{'s' * (inputs > 1)}"]
        return " · ".join([*parts, *self.notes])


def read_table(path: str | Path, settings: TableSettings | None = None) -> Dataset:
    """Read a table, a row a sample, with one column to predict.

    Raises
    ------
    InputError
        The file cannot be used; one line says why, and names file, row and column.
    """
    return understand(path, settings).dataset


def understand(
    path: str | Path,
    settings: TableSettings | None = None,
    *,
    preview: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Table:
    """Read a table, and tell how.

    Parameters
    ----------
    path : path
        Any text, or text packed by gzip; at most 100,000 rows and 1,000 columns.
    preview : bool
        Read the first megabyte alone.
    progress : callable, optional
        Told now and then how much is read, from 0 to 1; what it raises ends the reading.

    Raises
    ------
    InputError
        It is no table. What is only wrong with columns and rows is the table's `refusal`.
    """
    path, settings = Path(path), settings or TableSettings()
    written = last_written(path)
    decoded = read_text(path, settings.encoding, PREVIEW_BYTES if preview else MAX_BYTES)
    layout = lay_out(shown(path.name), decoded.text, settings.separator, settings.decimal or None, settings.header)
    settings = structs.replace(
        settings,
        separator=layout.separator,
        decimal=layout.decimal,
        encoding=decoded.encoding,
        header=layout.has_header,
    )
    content = _Content(shown(path.name), layout, settings)
    content.read(decoded.text, progress or (lambda _share: None))
    return content.understood(written)


def last_written(path: Path) -> int:
    """When a file was last written, in nanoseconds; 0 if there is none."""
    try:
        return path.stat().st_mtime_ns
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return 0


class _Content:
    """The rows of a table, read part by part, and then judged as a whole."""

    def __init__(self, file: str, layout: TableLayout, settings: TableSettings) -> None:
        self._file, self._layout, self._settings = file, layout, settings
        marks = frozenset(mark.lower() for mark in settings.missing) | {""}
        numbers, texts = (marks, marks) if settings.missing else (MISSING, MISSING_TEXTS)
        self._fields = [
            Fields(file, name, decimal, numbers, texts, as_texts=name in settings.categories)
            for name, decimal in zip(layout.names, layout.decimals, strict=True)
        ]
        self._rows: list[int] = []
        self._top: list[Sequence[str]] = []
        self._below: list[Record] = []

    def read(self, text: str, progress: Callable[[float], None]) -> None:
        """Read all rows."""
        for share in self._read_rows(text) if '"' in text else self._read_lines(text):
            if len(self._rows) > MAX_ROWS:
                raise InputError(f"{self._file} has too many rows; at most {MAX_ROWS:,} are allowed")
            progress(min(1.0, share))

    def _read_rows(self, text: str) -> Iterator[float]:
        """Read rows that may go over several lines."""
        expected, rows = 1 + text.count("\n"), self._data(records(lines_of(text), self._layout.separator), 1)
        while block := list(islice(rows, BLOCK)):
            self._take(block)
            yield len(self._rows) / expected

    def _read_lines(self, text: str) -> Iterator[float]:
        """Read lines, each of which is a row, many of them at once by NumPy where they are plain."""
        expected, lines, start = 1 + text.count("\n"), lines_of(text), 1
        while block := list(islice(lines, BLOCK)):
            if not self._take_at_once(block, start):
                self._take(list(self._data(records(block, self._layout.separator), start)))
            start += len(block)
            yield start / expected

    def _take(self, block: Sequence[Record]) -> None:
        self._rows += [number for number, _ in block]
        self._top += [fields for _, fields in block[: _SHOWN - len(self._top)]]
        for fields, column in zip(self._fields, zip(*(row for _, row in block), strict=True), strict=block != []):
            fields.read(column)

    def _take_at_once(self, block: Sequence[str], start: int) -> bool:
        """Take lines whose columns of numbers hold nothing but plain numbers; False if they do not."""
        decimals = {field.decimal for field in self._fields if not field.texts}
        if not self._rows or self._below or len(decimals) != 1 or start < self._layout.first:
            return False
        comma = decimals == {","}
        text = "".join(block)
        if comma and "." in text:
            return False
        types = [(str(k), object if field.texts else np.float64) for k, field in enumerate(self._fields)]
        lines = text.replace(",", ".").splitlines() if comma else block
        separator = None if self._layout.separator == BLANKS else self._layout.separator
        try:
            table = np.loadtxt(lines, np.dtype(types), comments=None, delimiter=separator, ndmin=1)
        except ValueError:
            return False
        if len(table) != len(block) or "_" in text or "%" in text:
            return False
        for index, field in enumerate(self._fields):
            if not field.texts:
                field.read_numbers(table[str(index)].copy())
            else:
                texts = table[str(index)].tolist()
                field.read([entry.replace(".", ",") for entry in texts] if comma else texts)
        self._rows += range(start, start + len(block))
        return True

    def _data(self, rows: Iterable[Sequence[str]], start: int) -> Iterator[Record]:
        """Numbered rows of data, none blank, all as long as the first; those below the table are kept apart."""
        width = len(self._layout.names)
        for number, fields in self._records(rows, start):
            is_odd = len(fields) != width or not fields[-1] or fields[0][:1] in {"#", "%"}
            if is_odd and is_below_the_table(fields, width):
                self._below.append((number, fields))
                continue
            for odd in (*self._below, (number, fields)):
                yield odd[0], self._fitted(*odd)
            self._below.clear()

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
            raise InputError(
                f"{self._file}, row {number + 1}: a quotation mark is misplaced or open, or a field is far too long"
            ) from error

    def understood(self, written: int) -> Table:
        """All columns judged; what is learned from, or why nothing is."""
        layout, settings = self._layout, self._settings
        kinds = [
            field.kind(is_first=index == 0, is_unnamed=layout.is_first_unnamed)
            for index, field in enumerate(self._fields)
        ]
        if layout.has_row_names:
            kinds[0] = "names"
        try:
            self._check_names()
            target = self._target(kinds)
        except InputError as error:
            columns = tuple(self._column(index, kind, "left out") for index, kind in enumerate(kinds))
            return Table(self._file, settings, columns, self._top, len(self._rows), refusal=error)
        roles = self._roles(kinds, target)
        columns = tuple(map(self._column, range(len(kinds)), kinds, roles))
        found = structs.replace(settings, target=columns[target].name)
        table = Table(self._file, found, columns, self._top, len(self._rows))
        try:
            return self._learned(table, target, written)
        except InputError as error:
            return replace(table, notes=self._notes(table), refusal=error)

    def _check_names(self) -> None:
        """Refuse columns that are asked for and are not there."""
        asked = (*self._settings.inputs, *self._settings.leave_out, *self._settings.categories)
        for name in asked:
            find(self._file, self._layout.names, name, has_header=True)

    def _target(self, kinds: Sequence[Kind]) -> int:
        if self._settings.target:
            has_header = self._layout.has_header
            return find(self._file, self._layout.names, self._settings.target, has_header=has_header)
        outside = self._settings.leave_out
        allowed: list[Kind] = [
            "empty" if name in outside else kind for name, kind in zip(self._layout.names, kinds, strict=True)
        ]
        return choose(self._layout.names, allowed)

    def _roles(self, kinds: Sequence[Kind], target: int) -> list[Role]:
        roles: list[Role] = [
            "target" if index == target else "input" if self._is_input(index, kind) else "left out"
            for index, kind in enumerate(kinds)
        ]
        if "input" not in roles and not self._settings.inputs:  # then the row number is all there is
            roles = ["input" if kind == "row number" else role for kind, role in zip(kinds, roles, strict=True)]
        return roles

    def _is_input(self, index: int, kind: Kind) -> bool:
        name, settings = self._layout.names[index], self._settings
        if settings.inputs or name in settings.leave_out:
            return name in settings.inputs
        return kind in {"number", "category", "yes/no"} and not self._is_mostly_missing(index)

    def _is_mostly_missing(self, index: int) -> bool:
        return int(self._fields[index].missing.sum()) > _MOSTLY * len(self._rows)

    def _column(self, index: int, kind: Kind, role: Role) -> Column:
        fields = self._fields[index]
        values = fields.values[~np.isnan(fields.values)] if kind in {"number", "row number"} else np.empty(0)
        least, most = (float(values.min()), float(values.max())) if len(values) else (None, None)
        names = tuple(sorted(map(one_line, fields.names))) if kind in {"category", "yes/no"} else ()
        return Column(fields.name, kind, role, least, most, names, int(fields.missing.sum()))

    def _learned(self, table: Table, target: int, written: int) -> Table:
        """The table with what is learned from it."""
        if not self._rows:
            raise InputError(f"{self._file} has no usable row; a row without missing values is needed")
        predicted, task = self._fields[target], self._settings.task
        if task == "classification" and predicted.strays:
            predicted.take_as_texts()
        used = [index for index, column in enumerate(table.columns) if column.role == "input"]
        for index in sorted([*used, target]):
            self._fields[index].refuse_strays(self._rows)
        if not used:
            raise InputError(f"{self._file} has no column of numbers or categories to learn from")
        inputs = [named for index in used for named in self._inputs(index, table.columns[index].kind)]
        without = np.array([self._fields[index].missing for index in (*used, target)])
        complete = ~without.any(axis=0)
        self._check_rows(complete, without, [*used, target])
        targets, classes = decide(predicted, complete, self._rows, task)
        values = np.column_stack([column for _, column in inputs])
        values = values if complete.all() else values[complete]
        found = structs.replace(table.found, task="classification" if classes else "regression")
        notes = self._notes(table, complete, without, [*used, target])
        names = tuple(name for name, _ in inputs)
        learned = Dataset(values, targets, names, classes, notes, written=written)
        return replace(table, found=found, notes=notes, learned=learned)

    def _inputs(self, index: int, kind: Kind) -> list[tuple[str, FloatArray]]:
        fields = self._fields[index]
        if kind == "names":
            count = "too many" if fields.has_too_many_texts else f"{len(fields.names):,}"
            raise InputError(
                f"{self._file}, column {shown(fields.name)}: {count} different texts; an input has up to "
                f"{MOST_CATEGORIES}"
            )
        return fields.inputs(kind)

    def _check_rows(self, complete: Rows, without: Rows, used: Sequence[int]) -> None:
        if complete.any():
            return
        costs = without.sum(axis=1)
        worst = int(costs.argmax())
        name = shown(self._layout.names[used[worst]])
        raise InputError(
            f"{self._file} has no usable row: column {name} is missing in {int(costs[worst]):,} of {len(self._rows):,}"
        )

    def _notes(
        self, table: Table, complete: Rows | None = None, without: Rows | None = None, used: Sequence[int] = ()
    ) -> tuple[str, ...]:
        notes = list(self._layout.notes)
        if self._below:
            numbers = (
                f"row {self._below[0][0]}" if len(self._below) == 1 else f"{len(self._below)} rows at the end"
            )
            notes.append(f"{numbers} skipped ({shown(' '.join(self._below[0][1]), 24)!r})")
        for index, column in enumerate(table.columns):
            if (
                column.role == "left out"
                and column.name not in self._settings.leave_out
                and not self._settings.inputs
            ):
                why = "mostly missing" if column.kind in {"number", "category", "yes/no"} else column.kind
                notes.append(f"{shown(column.name)} left out ({why})")
        if complete is not None and without is not None and not complete.all():
            lost = int((~complete).sum())
            each = [
                f"{int(count):,} without {shown(self._layout.names[index])}"
                for index, count in zip(used, without.sum(axis=1), strict=True)
                if count
            ]
            notes.append(
                f"{lost:,} row{'s' * (lost > 1)} left out: {', '.join(each[:4])}{', …' * (len(each) > 4)}"
            )
        return tuple(notes)

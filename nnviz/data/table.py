"""A user's table as it is understood, and as a data set: columns of numbers and categories, and one to predict."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from nnviz.data.columns import MOST_CATEGORIES, Column, Fields, Kind, Role
from nnviz.data.dataset import Dataset, FloatArray, Task, in_parts
from nnviz.data.decoding import MAX_BYTES, Decoded, read_sheet, read_text
from nnviz.data.layout import TableLayout, lay_out
from nnviz.data.messages import one_line, place, shown
from nnviz.data.numbers import MISSING, MISSING_TEXTS
from nnviz.data.rows import RowReader
from nnviz.data.settings import TableSettings
from nnviz.data.spreadsheet import SEPARATOR, is_spreadsheet
from nnviz.data.target import MAX_CLASSES, choose, decide, find
from nnviz.errors import InputError
from nnviz.progress import go_on
from nnviz.storage import last_written

PREVIEW_BYTES = 2**18
"""So much is understood within a frame or two of waiting, about 1,500 rows of 20 columns."""
_MOSTLY = 0.5
"""The part of a column that may be missing: beyond it the column is left out rather than its rows."""
_MOST_TOLD = 4
"""Columns whose missing values are told one by one."""
_LEARNED = frozenset({"number", "category", "yes/no"})
"""Kinds of columns that a network can learn from."""
_SEPARATORS = {"\t": "tabs", " ": "blanks"}


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
    learned : Dataset or None
        What a network learns from; None if there is a refusal.
    refusal : InputError or None
        Why nothing can be learned.
    is_part : bool
        Only the first rows were read.
    marks : tuple of str
        What says in it that a value is missing, as it is written.
    sheets : tuple of str
        Those of the spreadsheet that it is in.
    """

    file: str
    found: TableSettings
    columns: tuple[Column, ...]
    top: Sequence[Sequence[str]]
    total: int
    notes: tuple[str, ...] = ()
    learned: Dataset | None = None
    refusal: InputError | None = None
    is_part: bool = False
    marks: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()

    @property
    def dataset(self) -> Dataset:
        """What a network learns from; raises the table's refusal."""
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
        separator = _SEPARATORS.get(found.separator, found.separator)
        how = f"sheet {found.sheet}" if found.sheet else f"separated by {separator}"
        parts = ["header" if found.header else "no header", how]
        if found.decimal == ",":
            parts.append("decimal commas")
        if self.learned:
            classes, inputs = self.learned.class_names, len(self.learned.input_names)
            parts.append(f"{found.target}: {f'{len(classes)} classes' if classes else 'values'}")
            rows = f"the first {self.rows:,} rows read" if self.is_part else f"{self.rows:,} rows"
            parts += [rows, f"{inputs:,} input{'s' * (inputs > 1)}"]
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
) -> Table:
    """Read a table, and tell how.

    Parameters
    ----------
    path : path
        Any text, or text packed by gzip; at most 100,000 rows and 1,000 columns.
    preview : bool
        Read only the first `PREVIEW_BYTES`, to whole lines.

    Raises
    ------
    InputError
        It is no table. What is only wrong with columns and values is the table's `refusal`.
    """
    path, settings = Path(path), settings or TableSettings()
    file, written = shown(path.name), last_written(path)
    go_on(f"Reading {file}")
    decoded = _decoded(path, settings, preview=preview)
    if decoded.sheet:
        settings = structs.replace(settings, separator=SEPARATOR, decimal=".")
    judge = _read(file, decoded, settings)
    decoded = replace(decoded, text="")  # which may be large, and numbers take their room now
    table = replace(judge.table(), is_part=decoded.is_part, sheets=decoded.sheets)
    if table.learned is None:
        return table
    return replace(
        table, learned=replace(table.learned, written=written, packed=decoded.packed, found=table.found)
    )


def _read(file: str, decoded: Decoded, settings: TableSettings) -> "_Judge":
    go_on(f"Reading {file}")
    layout = lay_out(file, decoded.text, settings.separator, settings.decimal or None, settings.header)
    found = structs.replace(
        settings,
        separator=layout.separator,
        decimal=layout.decimal,
        encoding=decoded.encoding,
        sheet=decoded.sheet,
        header=layout.has_header,
    )
    go_on()
    reader = RowReader(file, layout, _columns(file, layout, settings))
    reader.read(decoded.text)
    return _Judge(file, layout, found, reader)


def _decoded(path: Path, settings: TableSettings, *, preview: bool) -> Decoded:
    if is_spreadsheet(path):
        return read_sheet(path, settings.sheet, first=preview)
    return read_text(path, settings.encoding, PREVIEW_BYTES if preview else MAX_BYTES)


def _columns(file: str, layout: TableLayout, settings: TableSettings) -> list[Fields]:
    marks = frozenset(mark.lower() for mark in settings.missing) | {""}
    numbers, texts = (marks, marks) if settings.missing else (MISSING, MISSING_TEXTS)
    chosen = set(settings.categories)
    return [
        Fields(file, name, decimal, numbers, texts, name in chosen, name in chosen and not settings.missing)
        for name, decimal in zip(layout.names, layout.decimals, strict=True)
    ]


class _Judge:
    """Decides what each column is used for, once all rows are read."""

    def __init__(self, file: str, layout: TableLayout, found: TableSettings, reader: RowReader) -> None:
        self._file, self._layout, self._found, self._reader = file, layout, found, reader
        self._fields, self._rows = reader.columns, reader.numbers

    def _kinds_of(self) -> Iterator[Kind]:
        for index, fields in enumerate(self._fields):
            go_on(f"Looking through {self._file}", index / len(self._fields))
            is_named = index == 0 and self._layout.has_row_names
            kind = fields.kind(is_first=index == 0, is_unnamed=self._layout.is_first_unnamed)
            yield "names" if is_named else kind

    def table(self) -> Table:
        """The table, with what is learned from it or why nothing is."""
        self._kinds = list(self._kinds_of())
        roles: list[Role] = ["left out"] * len(self._kinds)
        found, learned, refusal = self._found, None, None
        try:
            target = self._target()
            roles = self._roles(target)
            learned = self._dataset(roles, target)
            found = self._settled(roles, target, learned.task)
        except InputError as error:
            refusal = error
        columns = tuple(map(self._column, range(len(roles)), roles))
        notes = (*self._skipped(), *self._left_out(columns), *self._lost(roles))
        learned = replace(learned, notes=notes) if learned else None
        marks = tuple(dict.fromkeys(mark for fields in self._fields for mark in fields.marks_found))
        top, total = self._reader.top, len(self._rows)
        return Table(self._file, found, columns, top, total, notes, learned, refusal, marks=marks)

    def _target(self) -> int:
        asked, names = self._found, self._layout.names
        for name in (*asked.inputs, *asked.leave_out, *asked.categories):
            find(self._file, names, name, has_header=True)
        if asked.target:
            return find(self._file, names, asked.target, has_header=self._layout.has_header)
        kinds: list[Kind] = [
            "empty" if name in asked.leave_out else kind for name, kind in zip(names, self._kinds, strict=True)
        ]
        return choose(names, kinds, [fields.recurs(MAX_CLASSES) for fields in self._fields])

    def _roles(self, target: int) -> list[Role]:
        roles: list[Role] = [
            "target" if index == target else "input" if self._is_input(index) else "left out"
            for index in range(len(self._kinds))
        ]
        if "input" not in roles and not self._found.inputs:  # then the row number is all there is
            pairs = zip(self._kinds, roles, strict=True)
            roles = ["input" if kind == "row number" and role != "target" else role for kind, role in pairs]
        return roles

    def _settled(self, roles: Sequence[Role], target: int, task: Task) -> TableSettings:
        """The settings with what was found out about the columns."""
        found, names = self._found, self._layout.names
        others = tuple(name for name, role in zip(names, roles, strict=True) if role == "left out")
        leave_out = () if found.inputs else others
        return structs.replace(found, target=names[target], task=task, leave_out=leave_out)

    def _is_input(self, index: int) -> bool:
        name, asked = self._layout.names[index], self._found
        if asked.inputs or name in asked.leave_out:
            return name in asked.inputs
        return self._kinds[index] in _LEARNED and not self._is_mostly_missing(index)

    def _is_mostly_missing(self, index: int) -> bool:
        return int(self._fields[index].missing.sum()) > _MOSTLY * len(self._rows)

    def _column(self, index: int, role: Role) -> Column:
        go_on()
        fields, kind = self._fields[index], self._kinds[index]
        numbers = fields.values[~np.isnan(fields.values)] if kind in {"number", "row number"} else np.empty(0)
        least, most = (float(numbers.min()), float(numbers.max())) if len(numbers) else (None, None)
        names = tuple(sorted(map(one_line, fields.names))) if kind in {"category", "yes/no"} else ()
        marks = tuple(fields.marks_found) if fields.holds_texts else ()
        return Column(fields.name, kind, role, least, most, names, int(fields.missing.sum()), marks)

    def _dataset(self, roles: Sequence[Role], target: int) -> Dataset:
        predicted, task = self._fields[target], self._found.task
        if task == "classification" and predicted.strays:
            predicted.take_as_texts()
        used = [index for index, role in enumerate(roles) if role != "left out"]
        self._check(used)
        inputs = [named for index in used if index != target for named in self._inputs(index)]
        complete = self._complete(used)
        targets, classes = decide(predicted, complete, self._rows, task)
        names = tuple(name for name, _ in inputs)
        return Dataset(_side_by_side([column for _, column in inputs], complete), targets, names, classes)

    def _check(self, used: Sequence[int]) -> None:
        if not self._rows:
            raise InputError(f"{self._file} has no usable row; a row without missing values is needed")
        for index in used:
            go_on()
            self._fields[index].refuse_strays(self._rows)
        if len(used) == 1:
            raise InputError(f"{self._file} has no column of numbers or categories to learn from")

    def _inputs(self, index: int) -> list[tuple[str, FloatArray]]:
        fields, kind = self._fields[index], self._kinds[index]
        if kind != "names":
            return fields.inputs(kind)
        count = "too many" if fields.has_too_many_texts else f"{len(fields.names):,}"
        where = place(self._file, fields.name)
        raise InputError(f"{where}: {count} different texts; an input has {MOST_CATEGORIES} at most")

    def _complete(self, used: Sequence[int]) -> NDArray[np.bool_]:
        """Rows in which nothing is missing."""
        complete: NDArray[np.bool_] = np.ones(len(self._rows), np.bool_)
        for index in used:
            complete &= ~self._fields[index].missing
        if complete.any():
            return complete
        lost = {self._fields[index].name: int(self._fields[index].missing.sum()) for index in used}
        worst = max(lost, key=lambda name: lost[name])
        raise InputError(
            f"{self._file} has no usable row: column {shown(worst)} is missing in {lost[worst]:,} of "
            f"{len(self._rows):,}"
        )

    def _skipped(self) -> Iterator[str]:
        yield from self._layout.notes
        if below := self._reader.below:
            rows = f"row {below[0][0]}" if len(below) == 1 else f"{len(below)} rows at the end"
            yield f"{rows} skipped ({shown(' '.join(below[0][1]), 24)!r})"

    def _left_out(self, columns: Sequence[Column]) -> Iterator[str]:
        for index, column in enumerate(columns):
            if column.role == "left out" and not self._found.inputs:
                why = f" ({self._reason(index)})" if self._reason(index) else ""
                yield f"{shown(column.name)} left out{why}"

    def _reason(self, index: int) -> str:
        """Why a column is left out that nobody left out; empty where somebody did."""
        if self._kinds[index] not in _LEARNED:
            return self._kinds[index]
        return "mostly missing" if self._is_mostly_missing(index) else ""

    def _lost(self, roles: Sequence[Role]) -> Iterator[str]:
        """How many rows are left out, and for want of which columns."""
        used = [fields for fields, role in zip(self._fields, roles, strict=True) if role != "left out"]
        lost = int(reduce(np.logical_or, [fields.missing for fields in used]).sum()) if used else 0
        if lost:
            each = [_lack(fields) for fields in used if fields.missing.any()]
            more = ", …" * (len(each) > _MOST_TOLD)
            yield f"{lost:,} row{'s' * (lost > 1)} left out: {', '.join(each[:_MOST_TOLD])}{more}"


def _lack(fields: Fields) -> str:
    """How many rows lack a value, and how the column says so where it holds texts, of which that may be one."""
    marks = ", ".join(map(shown, fields.marks_found)) if fields.holds_texts else ""
    return f"{int(fields.missing.sum()):,} without {shown(fields.name)}{f' ({marks})' if marks else ''}"


def _side_by_side(columns: Sequence[FloatArray], rows: NDArray[np.bool_]) -> FloatArray:
    """Columns as one array of which each row is a sample, of those rows alone; part by part."""
    kept = None if rows.all() else np.flatnonzero(rows)
    result = np.empty((int(rows.sum()), len(columns)))
    for part in in_parts(result):
        for index, column in enumerate(columns):
            result[part, index] = column[part] if kept is None else column[kept[part]]
    return result

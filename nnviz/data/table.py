"""A user's table (CSV) as a data set: columns of numbers, and one of numbers or class names to predict."""

import codecs
import csv
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from nnviz.data.dataset import Dataset, FloatArray
from nnviz.data.layout import (
    MAX_COLUMNS,
    MAX_NUMBER,
    Fields,
    TableLayout,
    detect_layout,
    is_blank,
    lines,
    records,
    replaced,
    to_number,
    to_numbers,
)
from nnviz.data.messages import place, shown
from nnviz.data.target import Column, TargetTask, decide_target
from nnviz.errors import InputError
from nnviz.progress import go_on
from nnviz.storage import read_bytes, through

MAX_BYTES = 512 * 2**20
MAX_LINE = 2**18
"""Characters of a line at most: 260 for each of 1,000 columns."""
MAX_LINES = 1_000_000
"""Lines at most, blank ones and those within quotation marks too."""
_PIECE = 2**20
_FILLED = re.compile(r"\S")

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

_ENCODINGS = ("utf-8", "cp1252")
"""Without a mark UTF-8 first: other encodings are seldom valid UTF-8, but anything might be cp1252."""

_CONTROL = "".join(map(chr, range(32)))
_ALLOWED_CONTROL = "\t\n\r\f"
_NO_CONTROL = str.maketrans("", "", "".join(set(_CONTROL) - set(_ALLOWED_CONTROL)))
MAX_ROWS = 100_000
BLOCK = 4_096
"""Rows turned into numbers at a time: as strings they take about ten times the memory."""
TableRow = tuple[int, Fields]
Columns = tuple[Sequence[int], list[str], FloatArray]
"""Row numbers, target fields, and inputs (rows, features)."""


def _text_of(path: Path, content: bytes) -> str:
    """The decoded text of a file, its lines ended by line feeds; an `InputError` says why there is none."""
    text = _decoded(path, content)
    if any("\0" in piece or len(piece.translate(_NO_CONTROL)) < len(piece) for piece in _pieces(text)):
        raise InputError(f"{shown(path.name)} is a binary file; a table as text (CSV) is needed")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    _check_lines(shown(path.name), text)
    return text


def _decoded(path: Path, content: bytes) -> str:
    for encoding in _encodings(content):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{shown(path.name)} is not a text file; a table (CSV) in UTF-8 is needed")


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text), _PIECE):
        go_on()
        yield text[start : start + _PIECE]


def _packed(content: bytes) -> bytes:
    packer, parts = zlib.compressobj(1), []
    for start in range(0, len(content), _PIECE):
        go_on("Keeping a copy of the table", start / len(content))
        parts.append(packer.compress(content[start : start + _PIECE]))
    return b"".join([*parts, packer.flush()])


def _check_lines(file: str, text: str) -> None:
    """Refuse what no table is, before any of it is divided into fields."""
    if text.count("\n") > MAX_LINES:
        raise InputError(f"{file} has more than {MAX_LINES:,} lines; at most {MAX_ROWS:,} rows are allowed")
    half = MAX_LINE // 2  # a line that is too long leaves no line end in one of these parts
    for start in range(0, len(text) - half + 1, half):
        if text.find("\n", start, start + half) < 0 and (length := _length_around(text, start)) > MAX_LINE:
            row = text.count("\n", 0, start) + 1
            raise InputError(f"{file}, row {row}: {length:,} characters; at most {MAX_LINE:,} are allowed")


def _length_around(text: str, place: int) -> int:
    """The length of the line at a place."""
    end = text.find("\n", place)
    return (len(text) if end < 0 else end) - text.rfind("\n", 0, place) - 1


def _encodings(content: bytes) -> tuple[str, ...]:
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return (encoding,)
    return _ENCODINGS


def _read_bytes(path: Path) -> bytes:
    if through(path)[1]:
        return read_bytes(path, MAX_BYTES)
    try:
        _check_file(path)
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"{shown(path.name)} cannot be read: {reason}") from error


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{shown(path.name)} is a directory; a table (CSV) is needed")
    if not path.exists():
        raise InputError(f"{shown(str(path), 200)} does not exist")
    if not path.is_file():
        raise InputError(f"{shown(path.name)} is not an ordinary file; a table (CSV) is needed")
    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"{shown(path.name)} is larger than {MAX_BYTES // 2**20} MB, the most allowed")


def read_table(path: str | Path, target: str | None = None, task: TargetTask = "auto") -> Dataset:
    """Read a table of numbers, a row a sample, with one column to predict.

    Comma, semicolon or tab separate; with the latter two 1,5 is a number. The first row may name the
    columns; else they are x1, x2, …. Rows with missing values are left out and counted in `notes`.

    Parameters
    ----------
    path : path
        UTF-8, UTF-16 with a byte order mark, or Windows-1252; at most 100,000 rows and 1,000 columns.
    target : str, optional
        Name of the column to predict; without a header also its number from 1. By default the last.
    task : {"auto", "classification", "regression"}
        "auto" takes texts, and at most 10 different whole numbers, for classes.

    Raises
    ------
    InputError
        The file cannot be used; one line says why, and names file, row and column.
    """
    path = Path(path)
    go_on(f"Reading {path.name}")
    written, content = last_written(path), _read_bytes(path)
    text = _text_of(path, content)
    dataset = _Table.lay_out(shown(path.name), detect_layout(text), target).read(text, task)
    return replace(dataset, written=written, packed=_packed(content))


def last_written(path: Path) -> int:
    """When a file, or the document that holds it, was last written, in nanoseconds; 0 if there is none."""
    try:
        return through(path)[0].stat().st_mtime_ns
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return 0


@dataclass(frozen=True)
class _Table:
    """A table about to be read: its file's name for messages, its layout, the index of its target."""

    file: str
    layout: TableLayout
    target: int

    @classmethod
    def lay_out(cls, file: str, layout: TableLayout, target: str | None) -> "_Table":
        _check_width(file, len(layout.names))
        return cls(file, layout, _target_index(file, layout, target))

    @property
    def input_columns(self) -> list[int]:
        return [i for i in range(len(self.layout.names)) if i != self.target]

    def read(self, text: str, task: TargetTask) -> Dataset:
        """The samples of all rows without missing values."""
        try:
            rows, fields, inputs = self._at_once(text)
        except ValueError:
            rows, fields, inputs = self._row_by_row(text)
        column = Column(self.file, self.layout.names[self.target], fields, rows, self.layout.decimal_comma)
        complete = ~(np.isnan(inputs).any(axis=1) | column.missing)
        if not complete.any():
            raise InputError(f"{self.file} has no usable row; a row without missing values is needed")
        targets, class_names = decide_target(column.only(complete), task)
        names = tuple(self.layout.names[i] for i in self.input_columns)
        inputs = inputs if complete.all() else inputs[complete]
        return Dataset(inputs, targets, names, class_names, _notes(len(fields) - int(complete.sum())))

    def _at_once(self, text: str) -> Columns:
        """Read all rows by NumPy, several times as fast, where nothing is quoted, blank, missing or wrong.

        Raises
        ------
        ValueError
            Something is, or may be.
        """
        start, delimiter = self._plain_from(text), self.layout.delimiter
        comma = self.layout.decimal_comma and text.find(",", start) >= 0
        if comma and text.find(".", start) >= 0:
            raise ValueError(self.file)
        names = [*map(str, range(len(self.layout.names)))]
        types = [(name, object if i == self.target else float) for i, name in enumerate(names)]
        rows = (line.replace(",", ".") for line in lines(text, start)) if comma else lines(text, start)
        table = np.loadtxt(rows, np.dtype(types), comments=None, delimiter=delimiter, ndmin=1)
        inputs = np.column_stack([table[names[i]] for i in self.input_columns])
        if len(table) < _count_lines(text, start) or _has_too_large(inputs):
            raise ValueError(self.file)
        fields = table[names[self.target]].tolist()
        first = 1 + self.layout.has_header
        return range(first, first + len(table)), replaced(fields, ".", ",") if comma else fields, inputs

    def _plain_from(self, text: str) -> int:
        """Where the rows begin below the header, if each is a line and that is all there is to them."""
        start = text.find("\n") + 1 if self.layout.has_header else 0
        header = text[:start] if self.layout.has_header else "none"
        is_plain = not is_blank(header.split(self.layout.delimiter)) and text.find('"', start) < 0
        if (
            not is_plain
            or not _FILLED.search(text, start)
            or _count_lines(text, start) > MAX_ROWS
            or _has_long_field(text)
        ):
            raise ValueError(self.file)
        return start

    def _row_by_row(self, text: str) -> Columns:
        numbers: list[int] = []
        fields: list[str] = []
        inputs = [np.empty((0, len(self.input_columns)))]
        rows = self._rows(text)
        while block := list(islice(rows, BLOCK)):
            numbers += [number for number, _ in block]
            fields += [row[self.target] for _, row in block]
            inputs.append(self._inputs(block))
        return numbers, fields, np.concatenate(inputs)

    def _rows(self, text: str) -> Iterator[TableRow]:
        """Numbered rows of data, none blank, all as long as the first."""
        filled = (row for row in self._records(text) if not is_blank(row[1]))
        for count, (number, fields) in enumerate(islice(filled, int(self.layout.has_header), None)):
            if count == MAX_ROWS:
                raise InputError(f"{self.file} has too many rows; at most {MAX_ROWS:,} are allowed")
            yield number, self._fitted(number, fields)

    def _fitted(self, number: int, fields: Fields) -> Fields:
        """The fields of a row without empty ones beyond the last column."""
        width = len(self.layout.names)
        if len(fields) == width:
            return fields
        if len(fields) < width or not is_blank(fields[width:]):
            raise InputError(f"{self.file}, row {number}: {len(fields)} fields found, {width} expected")
        return fields[:width]

    def _records(self, text: str) -> Iterator[TableRow]:
        number = 0
        try:
            for number, fields in enumerate(records(text, self.layout.delimiter), start=1):
                yield number, fields
        except csv.Error as error:
            raise InputError(
                f"{self.file}, row {number + 1}: a quotation mark is misplaced or open, or a field is far too long"
            ) from error

    def _inputs(self, block: list[TableRow]) -> FloatArray:
        """The inputs (rows, features) of some rows, NaN where missing."""
        columns = list(zip(*(fields for _, fields in block), strict=True))
        number = partial(to_number, decimal_comma=self.layout.decimal_comma)
        try:
            inputs = [to_numbers(columns[i], decimal_comma=self.layout.decimal_comma) for i in self.input_columns]
        except ValueError as error:
            raise self._refusal(
                block, "is not a number; inputs must be numbers", partial(_fails, number)
            ) from error
        if any((np.abs(column) > MAX_NUMBER).any() for column in inputs):
            what = f"is too large; allowed is up to {MAX_NUMBER:g}"
            raise self._refusal(block, what, lambda field: abs(number(field)) > MAX_NUMBER)
        return np.column_stack(inputs)

    def _refusal(self, block: list[TableRow], what: str, is_wrong: Callable[[str], bool]) -> InputError:
        """What is wrong with the first input of which it is true."""
        fields = ((row, column, fields[column]) for row, fields in block for column in self.input_columns)
        row, column, field = next(found for found in fields if is_wrong(found[2]))
        return InputError(f"{place(self.file, self.layout.names[column], row)}: {shown(field)!r} {what}")


def _fails(convert: Callable[[str], float], field: str) -> bool:
    try:
        convert(field)
    except ValueError:
        return True
    return False


def _check_width(file: str, width: int) -> None:
    if width == 0:
        raise InputError(f"{file} is empty; a table with at least 2 columns is needed")
    if width == 1:
        raise InputError(
            f"{file} has only one column; at least 2 are needed, separated by comma, semicolon or tab"
        )
    if width > MAX_COLUMNS:
        raise InputError(f"{file} has more than {MAX_COLUMNS:,} columns, the most allowed")


def _has_too_large(inputs: FloatArray) -> bool:
    """Whether any number is, those that are missing aside."""
    largest, smallest = (find.reduce(inputs, axis=None) for find in (np.fmax, np.fmin))
    return bool(max(largest, -smallest) > MAX_NUMBER)


def _count_lines(text: str, start: int) -> int:
    return text.count("\n", start) + (not text.endswith("\n"))


def _has_long_field(text: str) -> bool:
    """Whether the csv module may refuse a field: so long a one leaves no line end in one of these parts."""
    part = csv.field_size_limit() // 2
    return any(text.find("\n", at, at + part) < 0 for at in range(0, len(text) - part + 1, part))


def _target_index(file: str, layout: TableLayout, target: str | None) -> int:
    names = layout.names
    if target is None:
        return len(names) - 1
    if target in names:
        return names.index(target)
    numbers = [] if layout.has_header else [str(i) for i in range(1, len(names) + 1)]
    if target in numbers:
        return numbers.index(target)
    listed = ", ".join(map(shown, names[:10])) + (", …" if len(names) > 10 else "")
    raise InputError(f"{file} has no column {shown(target)!r}; its columns are {listed}")


def _notes(left_out: int) -> tuple[str, ...]:
    if left_out == 0:
        return ()
    rows = "1 row with missing values was" if left_out == 1 else f"{left_out:,} rows with missing values were"
    return (f"{rows} left out",)

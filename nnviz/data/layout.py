"""How a table is laid out: what separates its fields, which rows are no data, and which one names columns."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from nnviz.data.messages import one_line, shown
from nnviz.data.numbers import Decimal, decimal_of, is_missing, number
from nnviz.errors import InputError

Fields = Sequence[str]
Record = tuple[int, Fields]
"""The number of a row as a spreadsheet counts it, from 1, and its fields."""

SAMPLE = 100
"""How many rows the separator and the header are judged by."""
SAMPLED_FIELDS = 20_000
"""How many fields the decimal marks are judged by: all of a table that a class uses."""
MAX_COLUMNS = 1_000
"""Wider tables are refused, so no more fields of a row are looked at."""
_MOST_FIELDS = 250_000
"""Fields after which no more rows are looked at, blank ones among them."""
BLANKS = " "
"""The separator of columns that runs of blanks, or of tabs, keep apart."""
SEPARATORS = ("\t", ";", ",", "|", BLANKS)
_COMMENTS = ("#", "%")
_CENSUS = 10
"""Rows from which on their number in the first row is no chance."""
_TOP = 30
"""Rows at the top, or at the bottom, that may be no data."""
_YEARS = 3
"""How many names that count on, such as years, a header has at least."""


@dataclass(frozen=True)
class TableLayout:
    """How to read a table.

    Parameters
    ----------
    separator : str
        One character; a blank stands for runs of blanks and tabs.
    names : tuple of str
        One a column, all different.
    has_header : bool
        The names are those of a row; otherwise they are x1, x2, ….
    first : int
        The number of the first row of data, from 1.
    has_row_names : bool
        The header has a name less than the rows have fields: the first column names rows.
    is_first_unnamed : bool
        The header leaves the first column without a name.
    decimals : tuple of "." or ","
        The decimal mark of each column.
    decimal : "." or ","
        That of the table.
    notes : tuple of str
        What was skipped.
    """

    separator: str
    names: tuple[str, ...]
    has_header: bool
    first: int
    has_row_names: bool
    is_first_unnamed: bool
    decimals: tuple[Decimal, ...]
    decimal: Decimal
    notes: tuple[str, ...]


def records(lines: Iterable[str], separator: str, *, strict: bool = True) -> Iterator[list[str]]:
    """All rows as lists of fields, blank ones included, so that counting them gives row numbers."""
    plain = (line.replace("\t", " ") for line in lines) if separator == BLANKS else lines
    return csv.reader(plain, delimiter=separator, skipinitialspace=True, strict=strict)


def lines_of(text: str) -> Iterator[str]:
    """Lines with their ends; a stream of the text would take four times its memory."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start : end + 1]
        start = end + 1
    if start < len(text):
        yield text[start:]


def is_blank(fields: Fields) -> bool:
    """Whether a row holds nothing, as an empty line or a spreadsheet's row of bare separators."""
    return not "".join(fields).strip()


def filled(fields: Fields) -> int:
    """How many fields there are up to the last that holds something."""
    return next((i for i in range(len(fields), 0, -1) if fields[i - 1].strip()), 0)


def lay_out(
    file: str, text: str, separator: str = "", decimal: Decimal | None = None, header: bool | None = None
) -> TableLayout:
    """Judge the layout by the first rows; what is given is taken as it is.

    Raises
    ------
    InputError
        The table has no columns, or too many.
    """
    told = _told_separator(text)
    mark = separator or told or max(SEPARATORS, key=lambda candidate: _fit(text, candidate))
    rows = list(islice(_filled_rows(text, mark), 1 if told else 0, SAMPLE))
    width = _width(rows)
    _check_width(file, width, mark)
    start = _first_row(rows, width)
    start += bool(rows) and _counts_the_table(rows[start][1], text, width)
    notes = [_skipped_words(rows[:start], told)] if start or told else []
    rows = rows[start:]
    has_row_names = _names_are_short(rows, width)
    has_header = _has_header(rows, width) if header is None else header
    names = _names(rows[0][1] if rows and has_header else (), width, has_row_names=has_row_names and has_header)
    first = rows[has_header][0] if len(rows) > has_header else (rows[-1][0] + 1 if rows else 1)
    is_first_unnamed = bool(rows) and has_header and not rows[0][1][0].strip()
    decimals = _decimals(text, mark, first, width, decimal)
    return TableLayout(
        mark, names, has_header, first, has_row_names and has_header, is_first_unnamed, *decimals, tuple(notes)
    )


def _told_separator(text: str) -> str:
    """What a first line ``sep=;`` says, as some programs write it for spreadsheets."""
    line = text[: text.find("\n")] if "\n" in text else ""
    line = line.strip().strip('"')
    return line[4] if line.lower().startswith("sep=") and len(line) == 5 else ""


def _filled_rows(text: str, separator: str) -> Iterator[Record]:
    seen = 0
    with suppress(csv.Error):  # said where the whole table is read
        for row_number, fields in enumerate(records(lines_of(text), separator, strict=False), start=1):
            seen += len(fields)
            if seen > _MOST_FIELDS:
                return
            if not is_blank(fields):
                yield row_number, fields


def _sample(text: str, separator: str) -> list[Record]:
    return list(islice(_filled_rows(text, separator), SAMPLE))


def _width(rows: Sequence[Record]) -> int:
    """How many columns most rows have, without empty ones at the end of all: separators at the ends make none."""
    if not rows:
        return 0
    usual = Counter(len(fields) for _, fields in rows).most_common(1)[0][0]
    return max((filled(fields[:usual]) for _, fields in rows if len(fields) == usual), default=0)


def _fit(text: str, separator: str) -> tuple[bool, bool, float, int]:
    """How well a separator suits: quotation marks are right, rows are equally long, fields are numbers."""
    rows = _sample(text, separator)
    lengths = Counter(filled(fields) if separator == BLANKS else len(fields) for _, fields in rows)
    width, equal = lengths.most_common(1)[0] if rows else (0, 0)
    if width < 2:
        return False, False, 0.0, 0
    regular = equal / len(rows)
    kinds = [_kind(field, separator) for _, row in rows for field in row[:MAX_COLUMNS]]
    numeric = kinds.count("number") / len(kinds)
    if separator == BLANKS and not numeric:  # words have blanks between them
        return False, False, 0.0, 0
    return _is_well_formed(text, separator), regular == 1, regular * numeric, width


def _is_well_formed(text: str, separator: str) -> bool:
    try:
        for _ in islice(records(lines_of(text), separator), SAMPLE):
            pass
    except csv.Error:
        return False
    return True


def _kind(field: str, separator: str = "") -> str:
    if is_missing(field):
        return "missing"
    marks: tuple[Decimal, ...] = (".",) if separator == "," else (".", ",")
    return "number" if any(number(field, mark) is not None for mark in marks) else "text"


def _check_width(file: str, width: int, separator: str) -> None:
    if width == 0:
        raise InputError(f"{file} is empty; a table with at least 2 columns is needed")
    if width == 1:
        wanted = "comma, semicolon, tab, | or blanks" if separator in SEPARATORS else repr(separator)
        raise InputError(f"{file} has only one column; at least 2 are needed, separated by {wanted}")
    if width > MAX_COLUMNS:
        raise InputError(f"{file} has more than {MAX_COLUMNS:,} columns, the most allowed")


def _first_row(rows: Sequence[Record], width: int) -> int:
    """How many rows at the top are no part of the table: titles and comments."""
    start = 0
    while start < min(len(rows), _TOP) and _is_above_the_table(rows[start:], width):
        start += 1
    return start if start < len(rows) else 0


def _is_above_the_table(rows: Sequence[Record], width: int) -> bool:
    fields = rows[0][1]
    length, kinds = filled(fields), {_kind(field) for field in fields}
    if is_comment(fields):  # unless it names the columns, as NumPy writes it
        return length != width or (len(rows) > 1 and {_kind(field) for field in rows[1][1]} == {"text"})
    return length != width and "text" in kinds and not _names_are_short(rows, width)


def _counts_the_table(fields: Fields, text: str, width: int) -> bool:
    """Whether a row says how many rows and inputs follow, as in files of scikit-learn."""
    rows = text.count("\n") - 1
    return rows >= _CENSUS and list(fields[:2]) == [str(rows), str(width - 1)]


def is_comment(fields: Fields) -> bool:
    """Whether a row begins as comments do."""
    return fields[0].lstrip().startswith(_COMMENTS) and _kind(fields[0]) == "text"


def is_below_the_table(fields: Fields, width: int) -> bool:
    """Whether a row after the data is a comment, a source, or a total without numbers."""
    return is_comment(fields) or (filled(fields) != width and all(_kind(field) != "number" for field in fields))


def _skipped_words(rows: Sequence[Record], told: str) -> str:
    if not rows:
        return "the line sep= was obeyed"
    numbers = f"row {rows[0][0]}" if len(rows) == 1 else f"rows {rows[0][0]} to {rows[-1][0]}"
    more = ", the line sep= was obeyed" if told else ""
    return f"{numbers} skipped ({shown(' '.join(rows[0][1]), 24)!r}){more}"


def _names_are_short(rows: Sequence[Record], width: int) -> bool:
    """Whether the first row has a name less than all others have fields."""
    if len(rows) < 2:
        return False
    return filled(rows[0][1]) == width - 1 == len(rows[0][1]) and all(filled(f) == width for _, f in rows[1:])


def _has_header(rows: Sequence[Record], width: int) -> bool:
    """Whether the first row names columns.

    It is all text, above some numbers or above what does not repeat it; or some text in it stands above nothing
    but numbers; or it counts 0, 1, 2, … or on, such as years do, above what does not.
    """
    if not rows:
        return False
    first, *below = [[field.strip() for field in fields[:width]] for _, fields in rows]
    kinds = [_kind(field) for field in first]
    named = kinds[1:] if not first[0] else kinds
    columns = [list(column) for column in zip(*below, strict=False)]
    if named and set(named) == {"text"}:
        again = sum(field in column for field, column in zip(first, columns, strict=False))
        return 2 * again < len(named) or not below or any(map(_is_numeric, columns))
    if _counts(first, below):
        return True
    return any(kind == "text" and _is_numeric(column) for kind, column in zip(kinds, columns, strict=False))


def _is_numeric(column: Sequence[str]) -> bool:
    kinds = {_kind(field) for field in column}
    return "number" in kinds and "text" not in kinds


def _counts(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    names = list(first[1:] if not first[0] else first)
    if len(below) < 3 or first in below or not all(name.isdecimal() for name in names):
        return False
    start = int(names[0]) if names else 0
    if names != [str(start + k) for k in range(len(names))]:
        return False
    if start == 0:
        return True
    fractions = [any("." in field or "," in field for field in column) for column in zip(*below, strict=False)]
    return len(names) >= _YEARS and all(fractions)


def _names(first: Fields, width: int, *, has_row_names: bool) -> tuple[str, ...]:
    """Names of all columns: those of the header, x1, x2, … where it has none; the second of two alike is (2)."""
    given = [one_line(field) for field in first][:width]
    given[:1] = [name.lstrip("".join(_COMMENTS)).lstrip() for name in given[:1]]
    given = ["", *given] if has_row_names else given
    given += [""] * (width - len(given))
    names: list[str] = []
    for index, name in enumerate(given, start=1):
        plain = wanted = name or f"x{index}"
        again = 1
        while wanted in names:
            again += 1
            wanted = f"{plain} ({again})"
        names.append(wanted)
    return tuple(names)


def _decimals(
    text: str, separator: str, first: int, width: int, given: Decimal | None
) -> tuple[tuple[Decimal, ...], Decimal]:
    """The decimal mark of each column, and of the table; by its own fields, else as the other columns have it."""
    usual: Decimal = "."
    if given or "," not in text or (separator == "," and '"' not in text):
        return (given or usual,) * width, given or usual
    most = max(SAMPLE, SAMPLED_FIELDS // width)
    rows = (fields for row_number, fields in _filled_rows(text, separator) if row_number >= first)
    columns = list(zip(*(fields[:width] for fields in islice(rows, most) if len(fields) >= width), strict=False))
    found = [decimal_of(column) for column in columns] or [None] * width
    counts = Counter(mark for mark in found if mark)
    usual = "," if separator != "," and counts[","] > counts["."] else "."
    return tuple(mark or usual for mark in found), usual

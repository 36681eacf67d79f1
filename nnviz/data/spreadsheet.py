"""A sheet of a spreadsheet as the text of a table."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from nnviz.data.messages import shown
from nnviz.errors import InputError

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
SEPARATOR = ","
MAX_UNPACKED = 512 * 2**20
"""Bytes of all that a file packs; a sheet of 100,000 rows and 20 columns takes a tenth."""
Cell = int | float | str | bool | time | date | datetime | timedelta


def is_spreadsheet(path: Path) -> bool:
    """Whether a file is one, by its ending."""
    return path.suffix.lower() in SUFFIXES


@dataclass(frozen=True)
class Sheet:
    """A sheet's name, its cells with commas between them as their values are, and the names of all sheets."""

    name: str
    text: str
    names: tuple[str, ...]


def read_cells(path: Path, content: bytes, sheet: str = "", most: int = 10**9) -> Sheet:
    """A sheet of a spreadsheet.

    Parameters
    ----------
    content : bytes
        The file's.
    sheet : str
        Its name; the first that holds something if empty.
    most : int
        So many rows at most.

    Raises
    ------
    InputError
        There is no such sheet, or the file is damaged, locked or too large.
    """
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - see nnviz.late

    _check_size(path, content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = tuple(book.sheet_names)
        _check_name(path, sheet, names)
        wanted = (sheet,) if sheet else names
        tables = ((name, book.get_sheet_by_name(name).to_python(nrows=most)) for name in wanted)
        name, rows = next(((name, rows) for name, rows in tables if rows), ("", []))
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(f"{shown(path.name)} is no spreadsheet that can be read: {shown(str(error))}") from error
    return Sheet(name or wanted[0], _written(rows), names)


def _check_size(path: Path, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:  # .xls is no archive
        return
    if size > MAX_UNPACKED:
        raise InputError(
            f"{shown(path.name)} is larger than {MAX_UNPACKED // 2**20} MB unpacked, the most allowed"
        )


def _check_name(path: Path, sheet: str, names: Sequence[str]) -> None:
    if sheet and sheet not in names:
        raise InputError(
            f"{shown(path.name)} has no sheet {shown(sheet)!r}; allowed: {', '.join(map(shown, names))}"
        )


def _written(rows: Iterable[list[Cell]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_field(cell) for cell in row] for row in rows)
    return text.getvalue()


def _field(cell: Cell) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**15 else repr(cell)
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)

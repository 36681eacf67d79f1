"""A sheet of a spreadsheet as the text of a table."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from nnviz.data.messages import shown
from nnviz.errors import InputError
from nnviz.progress import go_on

if TYPE_CHECKING:  # see nnviz.late
    from python_calamine import CalamineSheet

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
SEPARATOR = ","
MAX_UNPACKED = 512 * 2**20
"""Bytes of all that a file packs; a sheet of 100,000 rows and 20 columns takes a tenth."""
_BLOCK = 1_000
"""Rows after which it is said how far it is."""
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
        texts = ((name, _text(book.get_sheet_by_name(name), most)) for name in wanted)
        name, text = next(((name, text) for name, text in texts if text), (wanted[0], ""))
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(f"{shown(path.name)} is no spreadsheet that can be read: {shown(str(error))}") from error
    return Sheet(name, text, names)


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


def _text(sheet: "CalamineSheet", most: int) -> str:
    """The first rows of a sheet from where it holds something, taken one by one so that others have their turn."""
    text = io.StringIO()
    writer, first = csv.writer(text, lineterminator="\n"), sheet.start[0] if sheet.start else 0
    for number, row in enumerate(islice(sheet.iter_rows(), first, first + most)):
        if number % _BLOCK == 0:
            go_on(share=number / sheet.height)
        writer.writerow([_field(cell) for cell in row])
    return text.getvalue()


def _field(cell: Cell) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**15 else repr(cell)
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)

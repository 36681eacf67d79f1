"""A table's file as text: which encoding it is in, and what is no table at all."""

import codecs
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nnviz.data.messages import shown
from nnviz.data.spreadsheet import read_cells
from nnviz.errors import InputError
from nnviz.progress import go_on
from nnviz.storage import read_bytes, through

MAX_BYTES = 512 * 2**20
MAX_LINE = 2**18
"""Characters of a line at most: 260 for each of 1,000 columns."""
MAX_LINES = 1_000_000
"""Lines at most, blank ones and those within quotation marks too."""
ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-32",
    "cp1252",
    "latin-1",
    "iso8859-2",
    "cp1250",
    "cp1251",
    "mac-roman",
    "shift-jis",
)
"""Those that can be asked for in the window; a file of an experiment may name any that Python knows."""

_MARKS = {  # UTF-32 first, whose mark begins with that of UTF-16
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_GUESSED = ("utf-8", "cp1252")
"""Without a mark UTF-8 first: other encodings are seldom valid UTF-8, but almost anything might be cp1252."""

_FIRST_ROWS = 1_000
"""Rows of a sheet that are looked at first."""
_HEAD = 4096
"""Bytes that an encoding without a mark is judged by."""
_GZIP, _PIECE = b"\x1f\x8b", 2**20
_KEPT = "\t\n\r\f"
_CONTROLS = "".join(chr(k) for k in range(32) if chr(k) not in _KEPT)
_NO_CONTROLS = str.maketrans("", "", _CONTROLS)
_LINES = 50
"""Lines at the top in which a file of another kind shows itself."""

_BINARY = {
    b"PK\x03\x04": "is a ZIP file: unpack it, and open the table that is in it",
    b"%PDF": "is a PDF file: copy the table into a spreadsheet, and save it as CSV",
    b"\x89HDF": "is an HDF5 file: save the table in it as CSV",
    b"PAR1": "is a Parquet file: save it as CSV (pandas: read_parquet, then to_csv(…, index=False))",
    b"SQLite format 3": "is a database (SQLite): save the table in it as CSV",
}


class NoTableError(InputError):
    """A file is no table, however it is read."""


@dataclass(frozen=True)
class Decoded:
    """The text of a file, its lines ended by line feeds, its encoding or sheet, and its content packed by zlib.

    ``sheets`` are those of a spreadsheet; ``is_part`` says that the file goes on.
    """

    text: str
    encoding: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    packed: bytes = b""
    is_part: bool = False


def read_sheet(path: Path, sheet: str = "", *, first: bool = False) -> Decoded:
    """A sheet of a spreadsheet, or the first of it, as text with commas between its fields."""
    content = _whole(path)
    packed = b"" if first else _packed(content)
    go_on(f"Reading {shown(path.name)}")
    found = read_cells(path, content, sheet, _FIRST_ROWS if first else MAX_LINES)
    is_part = first and found.text.count("\n") >= _FIRST_ROWS
    return Decoded(found.text, sheet=found.name, sheets=found.names, packed=packed, is_part=is_part)


def read_text(path: Path, encoding: str = "", most: int = MAX_BYTES) -> Decoded:
    """The decoded text of a file, which may be compressed by gzip, or the first of it.

    Parameters
    ----------
    encoding : str
        As Python names it; judged by the content if empty.
    most : int
        So many bytes are read at most, to whole lines.

    Raises
    ------
    InputError
        One line on why there is no text that could be a table.
    """
    content, packed, is_part = _content(path, most)
    for start, words in _BINARY.items():
        if content.startswith(start):
            raise NoTableError(f"{shown(path.name)} {words}")
    decoded = _decoded(path, content, encoding)
    text = _without_controls(path, decoded.text)
    if words := other_kind(text):
        raise NoTableError(f"{shown(path.name)} {words}")
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    _check_lines(shown(path.name), text)
    return Decoded(text, decoded.encoding, packed=packed, is_part=is_part)


def _content(path: Path, most: int) -> tuple[bytes, bytes, bool]:
    """What is in a file, or the first lines of it; the same packed if all was wanted; and whether it goes on."""
    content = _whole(path) if through(path)[1] else _bytes(path, most)
    packed = _packed(content) if most == MAX_BYTES else b""
    whole = content if not content.startswith(_GZIP) else _unpacked(path, content, most)
    if len(whole) < most or most == MAX_BYTES:
        return whole, packed, False
    return whole[: whole.rfind(b"\n", 0, most) + 1] or whole, packed, True


def _whole(path: Path) -> bytes:
    """The content of a file, which may be in a document."""
    return read_bytes(path, MAX_BYTES) if through(path)[1] else _bytes(path, MAX_BYTES)


def _packed(content: bytes) -> bytes:
    packer, parts = zlib.compressobj(1), []
    for start in range(0, len(content), _PIECE):
        go_on("Keeping a copy of the table", start / len(content))
        parts.append(packer.compress(content[start : start + _PIECE]))
    return b"".join([*parts, packer.flush()])


def _bytes(path: Path, most: int) -> bytes:
    try:
        _check_file(path)
        with path.open("rb") as file:
            return file.read(min(most, path.stat().st_size))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NoTableError(f"{shown(path.name)} cannot be read: {reason}") from error


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise NoTableError(f"{shown(path.name)} is a directory; a table (CSV) is needed")
    if not path.exists():
        raise NoTableError(f"{shown(str(path), 200)} does not exist")
    if not path.is_file():
        raise NoTableError(f"{shown(path.name)} is not an ordinary file; a table (CSV) is needed")
    if path.stat().st_size > MAX_BYTES:
        raise NoTableError(f"{shown(path.name)} is larger than {MAX_BYTES // 2**20} MB, the most allowed")


def _unpacked(path: Path, packed: bytes, most: int) -> bytes:
    """The first bytes of what gzip packed."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(packed, most)
    except zlib.error as error:
        raise NoTableError(f"{shown(path.name)} is damaged: gzip cannot unpack it") from error
    if unpacker.unconsumed_tail and most == MAX_BYTES:
        raise NoTableError(f"{shown(path.name)} is larger than {MAX_BYTES // 2**20} MB unpacked, the most allowed")
    return content


def _decoded(path: Path, content: bytes, encoding: str) -> Decoded:
    for name in (encoding,) if encoding else _encodings(content):
        try:
            return Decoded(_text(content, name).removeprefix("\ufeff"), name)
        except UnicodeError:
            continue
        except LookupError as error:
            raise InputError(
                f"encoding: {shown(encoding)!r} is unknown; allowed: {', '.join(ENCODINGS)}"
            ) from error
    wanted = encoding or "UTF-8"
    raise InputError(f"{shown(path.name)} is not a text file; a table (CSV) in {wanted} is needed")


def _text(content: bytes, encoding: str) -> str:
    """Decode; what may be large piece by piece, so that other threads have their turn."""
    if encoding not in _GUESSED:
        return content.decode(encoding)
    decoder, starts = codecs.getincrementaldecoder(encoding)(), range(0, len(content), _PIECE)
    parts = []
    for start in starts:
        go_on()
        parts.append(decoder.decode(content[start : start + _PIECE]))
    return "".join([*parts, decoder.decode(b"", final=True)])


def _encodings(content: bytes) -> tuple[str, ...]:
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return (encoding,)
    return (wide,) if (wide := _wide(content[:_HEAD])) else _GUESSED


def _wide(head: bytes) -> str:
    """The encoding of two or four bytes a character that zeros tell of; none if letters are single bytes."""
    zeros = [head[k::4].count(0) for k in range(4)]
    quarter = len(head) // 4
    if quarter and zeros[1:] == [quarter] * 3:
        return "utf-32-le"
    if quarter and zeros[:3] == [quarter] * 3:
        return "utf-32-be"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 and not even:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) // 4 and not odd else ""


def _check_lines(file: str, text: str) -> None:
    """Refuse what no table is, before any of it is divided into fields."""
    if text.count("\n") > MAX_LINES:
        raise InputError(f"{file} has more than {MAX_LINES:,} lines, the most allowed")
    half = MAX_LINE // 2  # a line that is too long leaves no line end in one of these parts
    for start in range(0, len(text) - half + 1, half):
        if text.find("\n", start, start + half) < 0 and (length := _length_around(text, start)) > MAX_LINE:
            row = text.count("\n", 0, start) + 1
            raise InputError(f"{file}, row {row}: {length:,} characters; at most {MAX_LINE:,} are allowed")


def _length_around(text: str, place: int) -> int:
    """The length of the line at a place."""
    end = text.find("\n", place)
    return (len(text) if end < 0 else end) - text.rfind("\n", 0, place) - 1


def _without_controls(path: Path, text: str) -> str:
    """The text without control characters at its end; elsewhere none is allowed."""
    if "\0" in text:
        raise NoTableError(f"{shown(path.name)} is a binary file; a table as text (CSV) is needed")
    if all(len(piece.translate(_NO_CONTROLS)) == len(piece) for piece in _pieces(text)):
        return text
    text = text.rstrip(_CONTROLS + " \r\n") + "\n"
    found = next(((at, c) for at, c in enumerate(text) if c in _CONTROLS), None)
    if found is None:
        return text
    row = 1 + text.count("\n", 0, found[0])
    raise InputError(f"{shown(path.name)}, row {row}: the control character U+{ord(found[1]):04X} is no text")


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text), _PIECE):
        go_on()
        yield text[start : start + _PIECE]


_OTHER_KINDS = (
    (("version https://git-lfs",), "is a pointer file of Git LFS, not the data: fetch them by 'git lfs pull'"),
    (
        ("/annex/objects", "../.git/annex"),
        "is a pointer file of git-annex, not the data: fetch them by 'git annex get'",
    ),
    (("<!doctype html", "<html", "<table", "<body", "<head"), "is a web page (HTML): download the table itself"),
    (("<?xml",), "is an XML file: save the table in it as CSV"),
    (("{", "[{", "[["), "is JSON: save it as CSV (pandas: read_json, then to_csv(…, index=False))"),
)
"""How files begin that are no tables, in lower case, and what to do instead."""


def other_kind(text: str) -> str:
    """What a text is that is no table, and what to do instead; nothing for what may be a table."""
    head = [line.strip() for line in text[: 4 * _HEAD].splitlines()[:_LINES] if line.strip()]
    if any(line.lower().startswith(("@relation", "@attribute")) for line in head):
        return "is an ARFF file (Weka): save it as CSV there, or put one line of names in place of all up to @data"
    first = "".join(head[:2]).lower()  # JSON has its brackets on a line of their own at times
    return next((words for starts, words in _OTHER_KINDS if first.startswith(starts)), "")

"""A user's table as text: found, small enough, and decoded."""

import codecs
from pathlib import Path

from nnviz.data.messages import shown
from nnviz.errors import InputError

MAX_BYTES = 512 * 2**20

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


def read_text(path: Path) -> str:
    """The decoded text of a file, its lines ended by line feeds; an `InputError` says why there is none."""
    content = _read_bytes(path)
    for encoding in _encodings(content):
        try:
            return _checked(path, content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise InputError(f"{shown(path.name)} is not a text file; a table (CSV) in UTF-8 is needed")


def _encodings(content: bytes) -> tuple[str, ...]:
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return (encoding,)
    return _ENCODINGS


def _checked(path: Path, text: str) -> str:
    if "\0" in text or len(text.translate(_NO_CONTROL)) < len(text):
        raise InputError(f"{shown(path.name)} is a binary file; a table as text (CSV) is needed")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _read_bytes(path: Path) -> bytes:
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

"""Files read and written so that nothing is lost: a limit on the way in, all or nothing on the way out; TOML.

A *document* is one file that holds others, a zip. What it holds is named by a path through it, as if it were a
folder, such as ``lecture.nnviz/files/iris.csv``, and is read like any other file, without ever being extracted.
"""

import errno
import io
import os
import re
import secrets
import stat
import struct
import tomllib
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time
from typing import Any, BinaryIO

from nnviz.errors import InputError

DOCUMENT = ".nnviz"
"""Ending of a document's name."""
LESSON, LESSON_TEXT = ".nnlesson", "lesson.toml"
"""Ending of a lesson that is one file, and the name of its text in it."""
_HOLDERS = frozenset({DOCUMENT, LESSON})
"""Endings of files that hold others."""

_TEMPORARY = ".nnviz-"
_LEFT_OVER = 600.0
"""Seconds without a change after which a temporary file is no longer in use."""
_END = struct.Struct("<4s8xL6x")
"""The end of a zip without a comment: its signature and the bytes of its directory."""
_NO_ZIP64 = b"PK\x06\x07"
_LARGEST_DIRECTORY = 2**16
"""Bytes, enough for some hundreds of files; larger directories would take long to read."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, struct.error)
"""Errors of a file that is no zip, is encrypted, or is compressed in an unknown way."""

LARGEST_TOML = 2**20
"""Bytes of a TOML file at most: many times what an experiment or a lesson holds, and read within a second."""
_DEEPEST_KEY = 16
_STRING_OR_COMMENT = (  # each taken in one go, also where its end is missing: no text takes more than one pass
    r'"""(?:[^"\\]|\\.|"(?!""))*+"{0,5}+',
    r"'''(?:[^']|'(?!''))*+'{0,5}+",
    r'"(?:[^"\\\n]|\\[^\n])*+"?',
    r"'[^'\n]*+'?",
    r"\#[^\n]*+",
)
STRINGS_AND_COMMENTS = re.compile("|".join(_STRING_OR_COMMENT), re.DOTALL)
"""Matches them in TOML text."""
_LONG_KEY = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{_DEEPEST_KEY}}}")

_IN_A_PATH = re.compile(r'"[A-Za-z]:\\[^"\n]*"')
_AGAIN = re.compile(r"^\[(\w+)\][^\n]*$(?=.*^\[\[?\1\])", re.MULTILINE | re.DOTALL)
"""A table that comes again, as one table or in a list."""
_BACKSLASH = "; a backslash in double quotes begins an escape: write the path in single quotes"

_BINARY = getattr(os, "O_BINARY", 0)
"""Windows alone has it."""


def read_bytes(path: Path, largest: int) -> bytes:
    """Content of a file of at most ``largest`` bytes, or an `InputError` that says why not."""
    with _reading(path):
        return _read(path, largest)


def through(path: Path) -> tuple[Path, str]:
    """The file on disk, and if the path leads into a document, the name in it; otherwise an empty name."""
    for parent in path.parents:
        if parent.suffix.lower() in _HOLDERS and parent.is_file():
            return parent, path.relative_to(parent).as_posix()
    return path, ""


def last_written(path: Path) -> int:
    """When a file, or the document that holds it, was last written, in nanoseconds; 0 if there is none."""
    try:
        return through(path)[0].stat().st_mtime_ns
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return 0


def exists(path: Path) -> bool:
    """Whether there is a file, on disk or in a document."""
    file, member = through(path)
    try:
        return file.is_file() if not member else member in members(file)
    except InputError:
        return False


def entries(document: Path) -> list[zipfile.ZipInfo]:
    """What a document says of the files in it; an `InputError` says why it cannot be read."""
    with _reading(document), _opened(document) as archive:
        return archive.infolist()


def members(document: Path) -> frozenset[str]:
    """Names of the files in a document; an `InputError` says why it cannot be read."""
    with _reading(document), _opened(document) as archive:
        return frozenset(archive.namelist())


def archive_of(files: Mapping[str, bytes]) -> bytes:
    """The content of a document; arrays are not compressed, as they would hardly become smaller.

    Raises
    ------
    InputError
        It would be too large.
    """
    content = io.BytesIO()
    try:
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, allowZip64=False) as archive:
            for name, data in files.items():
                info = zipfile.ZipInfo(name)  # without a date: equal content gives equal files
                info.compress_type = zipfile.ZIP_STORED if name.endswith(".npz") else zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                archive.writestr(info, data)
    except zipfile.LargeZipFile as error:
        raise InputError("too large for a document; allowed: up to 4 GiB") from error
    return content.getvalue()


@contextmanager
def open_bytes(path: Path, largest: int) -> Iterator[BinaryIO]:
    """A file of at most ``largest`` bytes, open for reading, or an `InputError` that says why not."""
    with _reading(path):
        file, member = through(path)
        if not member:
            _require_ordinary(file, largest)
        stream: BinaryIO = io.BytesIO(_read(path, largest)) if member else file.open("rb")
    try:
        with stream:
            yield stream
    except OSError as error:
        raise InputError(f"{_shown(path)}: cannot be read: {_reason(error)}") from error


def read_text(path: Path) -> str:
    """The text of a TOML file, or an `InputError` that says why there is none."""
    try:
        return read_bytes(path, LARGEST_TOML).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{_shown(path)}: not text in UTF-8 (byte {error.start}); allowed: a TOML file"
        raise InputError(message) from error


def parse_tables(text: str) -> dict[str, Any]:
    """Tables in TOML text, or an `InputError` on where it is no TOML."""
    if _LONG_KEY.search(STRINGS_AND_COMMENTS.sub("s", text)):  # the parser takes the square of a key's parts
        raise InputError(f"not TOML that can be read: a key of many parts; allowed: up to {_DEEPEST_KEY}")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise InputError("not TOML that can be read: lists or tables too deep in each other") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not TOML: {error}{_hint(str(error), text)}") from error
    except ValueError as error:  # Python's limit
        raise InputError("not TOML that can be read: a number of thousands of digits") from error


def _hint(error: str, text: str) -> str:
    """What a person probably meant where the parser refuses a text; empty if that cannot be told."""
    if _IN_A_PATH.search(text):
        return _BACKSLASH
    if "Unescaped" in error:
        return "; allowed: \\\\ for a backslash, or the text between ' or '''"
    if "Illegal character '\\n'" in error:
        return "; allowed: a quotation mark at the end of the text, or three at each end of several lines"
    if "Cannot" in error and (again := _AGAIN.search(text)):
        return f"; [{again[1]}] must be [[{again[1]}]] where there are several"
    return ""


def require_folder(path: Path) -> None:
    """Refuse a file that is to be written where there is no folder, before there is anything to lose."""
    if not path.absolute().parent.is_dir():
        raise InputError(f"{_shown(path)}: cannot be written: there is no folder {_shown(path.parent)}")


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file, all of it or nothing: what was there stays until the new content is safe on the disk."""
    try:
        target = Path(os.path.realpath(path))  # through a link, to the file it names
        if target.exists() and not target.is_file():
            target.write_bytes(content)  # a device or a pipe takes content but must not be replaced
        else:
            _replace(target, content)
    except (OSError, ValueError) as error:
        raise InputError(f"{_shown(path)}: cannot be written: {_reason(error)}") from error


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn any failure to read into an `InputError` of one line."""
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise InputError(f"{_shown(path)}: cannot be read: {_reason(error)}") from error
    except _DAMAGED as error:
        raise InputError(f"{_shown(path)}: cannot be read: it is damaged, or no document of nnviz") from error


def _read(path: Path, largest: int) -> bytes:
    file, member = through(path)
    _require_ordinary(file, None if member else largest)
    if not member:
        return file.read_bytes()
    with _opened(file) as archive:
        if member not in archive.namelist():
            raise FileNotFoundError(errno.ENOENT, f"there is no {member} in it")
        if archive.getinfo(member).file_size > largest:
            raise too_large(path, largest)
        return archive.read(member)


def _opened(document: Path) -> zipfile.ZipFile:
    """A document, opened if its directory is small enough to be read quickly."""
    _require_ordinary(document, None)
    with document.open("rb") as file:
        file.seek(max(0, document.stat().st_size - 20 - _END.size))
        tail = file.read()
    signature, size = _END.unpack(tail[-_END.size :])
    if signature != b"PK\x05\x06" or size > _LARGEST_DIRECTORY or tail.startswith(_NO_ZIP64):
        raise zipfile.BadZipFile
    return zipfile.ZipFile(document)


def _require_ordinary(path: Path, largest: int | None) -> None:
    """Refuse anything but a file of at most ``largest`` bytes."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):  # reading a pipe might never end
        kind = "a directory" if stat.S_ISDIR(status.st_mode) else "not an ordinary file"
        raise InputError(f"{_shown(path)}: cannot be read: it is {kind}")
    if largest is not None and status.st_size > largest:
        raise too_large(path, largest)


def too_large(path: Path, largest: int) -> InputError:
    """What to say of a file of more than ``largest`` bytes."""
    return InputError(f"{_shown(path)}: too large; allowed: up to {largest / 2**20:.3g} MiB")


def _replace(target: Path, content: bytes) -> None:
    if target.exists() and not os.access(target, os.W_OK):  # a file that is write-protected is meant to stay
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    clear_left_over(target.parent)
    new = _free_name(target.parent)
    kept = target.stat().st_mode & 0o777 if target.exists() else None
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666 if kept is None else 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if kept is not None:
            new.chmod(kept)
        new.replace(target)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def clear_left_over(folder: Path, age: float = _LEFT_OVER) -> None:
    """Remove temporary files left by a killed program: those unchanged for ``age`` seconds."""
    for path in folder.glob(f"{_TEMPORARY}*"):
        with suppress(OSError):  # gone already, or another user's
            if path.is_file() and not path.is_symlink() and time() - path.stat().st_mtime >= age:
                path.unlink()


def _free_name(folder: Path) -> Path:
    """A name that no file of a folder has, and nobody guesses."""
    return folder / f"{_TEMPORARY}{secrets.token_hex(8)}"


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "no file can be called so"


def _shown(path: Path) -> str:
    """The path on one line: a file's name may hold line ends."""
    return "".join(c if c.isprintable() else " " for c in str(path))

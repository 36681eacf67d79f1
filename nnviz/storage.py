"""Files read and written so that nothing is lost: a limit on the way in, all or nothing on the way out; TOML."""

import errno
import os
import re
import secrets
import stat
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from nnviz.errors import InputError

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
_STRINGS_AND_COMMENTS = re.compile("|".join(_STRING_OR_COMMENT), re.DOTALL)
_LONG_KEY = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{_DEEPEST_KEY}}}")

_BINARY = getattr(os, "O_BINARY", 0)
"""Windows alone has it."""


def read_bytes(path: Path, largest: int) -> bytes:
    """Content of a file of at most ``largest`` bytes, or an `InputError` that says why not."""
    with open_bytes(path, largest) as file:
        return file.read()


@contextmanager
def open_bytes(path: Path, largest: int) -> Iterator[BinaryIO]:
    """An ordinary file of at most ``largest`` bytes, open to be read, or an `InputError` that says why not."""
    try:
        _require_ordinary(path, largest)
        with path.open("rb") as file:
            yield file
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
    if _LONG_KEY.search(_STRINGS_AND_COMMENTS.sub("s", text)):  # the parser takes the square of a key's parts
        raise InputError(f"not TOML that can be read: a key of many parts; allowed: up to {_DEEPEST_KEY}")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise InputError("not TOML that can be read: lists or tables too deep in each other") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not TOML: {error}") from error
    except ValueError as error:  # Python's limit
        raise InputError("not TOML that can be read: a number of thousands of digits") from error


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


def _require_ordinary(path: Path, largest: int) -> None:
    try:
        status = path.stat()
    except ValueError as error:
        raise InputError(f"{_shown(path)}: cannot be read: {_reason(error)}") from error
    if not stat.S_ISREG(status.st_mode):  # reading a pipe might never end
        kind = "a directory" if stat.S_ISDIR(status.st_mode) else "not an ordinary file"
        raise InputError(f"{_shown(path)}: cannot be read: it is {kind}")
    if status.st_size > largest:
        raise InputError(f"{_shown(path)}: too large; allowed: up to {largest / 2**20:.3g} MiB")


def _replace(target: Path, content: bytes) -> None:
    if target.exists() and not os.access(target, os.W_OK):  # a file that is write-protected is meant to stay
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
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


def _free_name(folder: Path) -> Path:
    """A name that no file of a folder has, and nobody guesses."""
    return folder / f".nnviz-{secrets.token_hex(8)}"


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "no file can be called so"


def _shown(path: Path) -> str:
    """The path on one line: a file's name may hold line ends."""
    return "".join(c if c.isprintable() else " " for c in str(path))

"""Files read and written so that nothing is lost: a limit on the way in, all or nothing on the way out."""

import os
import tempfile
from pathlib import Path

from nnviz.errors import InputError


def read_bytes(path: Path, largest: int) -> bytes:
    """Content of a file of at most ``largest`` bytes, or an `InputError` that says why not."""
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {_reason(error)}") from error
    if len(content) > largest:
        raise InputError(f"{path}: too large; allowed: up to {largest / 2**20:g} MiB")
    return content


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file, all of it or nothing: what was there stays until the new content is safe on the disk."""
    try:
        _replace(path, content)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {_reason(error)}") from error


def _replace(path: Path, content: bytes) -> None:
    target = Path(os.path.realpath(path))  # through a link, to the file it names
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _copy_mode(target, Path(name))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _copy_mode(target: Path, new: Path) -> None:
    """Give a new file the permissions of the one it replaces, or those that any new file gets."""
    umask = os.umask(0)
    os.umask(umask)
    new.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~umask)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__

"""Lesson files as text."""

from pathlib import Path

from nnviz.data.messages import one_line
from nnviz.errors import InputError
from nnviz.experiment.files import parse_tables
from nnviz.storage import read_bytes

_LARGEST = 2**20


def is_lesson(path: Path) -> bool:
    """Whether a file is TOML with pages, so that it is meant as a lesson."""
    try:
        return "pages" in parse_tables(read_text(path))
    except InputError:
        return False


def read_text(path: Path) -> str:
    """The text of a lesson file, or an `InputError` that says why there is none."""
    try:
        return read_bytes(path, _LARGEST).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path.name}: not text in UTF-8 (byte {error.start}); allowed: a TOML file"
        raise InputError(one_line(message)) from error

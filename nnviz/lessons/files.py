"""Lesson files as text."""

from pathlib import Path

from nnviz.errors import InputError
from nnviz.experiment import files

_LARGEST = 2**20


def is_lesson(path: Path) -> bool:
    """Whether a file is TOML with pages, so that it is meant as a lesson."""
    try:
        return "pages" in files.parse_tables(read_text(path))
    except InputError:
        return False


def read_text(path: Path) -> str:
    """The text of a lesson file, or an `InputError` that says why there is none."""
    return files.read_text(path, _LARGEST)

"""A lesson as one file, ``.nnlesson``: a zip of its text and the files it uses, of which nothing is extracted."""

import stat
from pathlib import Path
from zipfile import ZipInfo

from nnviz.data.messages import one_line, shown
from nnviz.errors import InputError
from nnviz.lessons.local_files import is_plain
from nnviz.storage import LESSON_TEXT, entries

_MOST_FILES = 300
LARGEST_FILE, LARGEST = 2**26, 2**28
"""Bytes of one file in it, and of all of them, when they are unpacked."""
_ENCRYPTED = 1


def check(path: Path) -> None:
    """Refuse a zip that holds more than a lesson needs, before any of it is read.

    Raises
    ------
    InputError
        One line on what is not allowed in it.
    """
    inside = entries(path)
    for entry in inside:
        if complaint := _complaint(entry):
            raise InputError(one_line(f"{path}: {shown(repr(entry.filename))} {complaint}"))
    names = [entry.filename for entry in inside]
    if len(names) > _MOST_FILES or len(set(names)) < len(names):
        raise InputError(one_line(f"{path}: too many files, or a name twice; allowed: up to {_MOST_FILES} files"))
    if sum(entry.file_size for entry in inside) > LARGEST:
        raise InputError(one_line(f"{path}: too large unpacked; allowed: up to {LARGEST / 2**20:g} MiB"))
    if LESSON_TEXT not in names:
        raise InputError(
            one_line(f"{path}: there is no {LESSON_TEXT} in it; allowed: what nnviz lessons --pack writes")
        )


def _complaint(entry: ZipInfo) -> str:
    """What is wrong with a file in a zip; empty if nothing is."""
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        return "is a link or no file; allowed: ordinary files"
    if not is_plain(entry.filename) or entry.filename != entry.orig_filename:
        return "leads out of the lesson, or is no name everywhere; allowed: such as 'tables/iris.csv'"
    if entry.flag_bits & _ENCRYPTED:
        return "is encrypted; allowed: files that can be read"
    if entry.file_size > LARGEST_FILE:
        return f"is too large unpacked; allowed: up to {LARGEST_FILE / 2**20:g} MiB"
    return ""

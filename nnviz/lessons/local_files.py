"""The files that a lesson may use: those in its own folder."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nnviz.data.messages import shown, within
from nnviz.errors import InputError
from nnviz.experiment.kind import Kind
from nnviz.lessons.bitmaps import BITMAPS
from nnviz.paths import resource
from nnviz.storage import exists

FIGURES = (".svg", *BITMAPS)
"""Endings of the names of figures."""
_NOT_IN_NAMES = frozenset('\\:*?"<>|')
"""Characters with a special meaning in file names on some system."""


def inside(folder: Path, name: str) -> Path:
    """The path of a file in a lesson's folder or below; the file need not exist.

    Raises
    ------
    InputError
        The name, or a symbolic link, leads out of the folder.
    """
    allowed = "allowed: a file in the lesson's folder, such as 'iris.csv' or 'tables/iris.csv'"
    if not is_plain(name):
        raise InputError(f"{shown(repr(name))} is not allowed; {allowed}")
    path = Path(os.path.normpath(folder.absolute())) / name
    try:
        leads_out = not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # circular links, impossible names
        leads_out = True
    if leads_out:
        raise InputError(f"{shown(repr(name))} leads out of the lesson's folder; {allowed}")
    return path


def figure_in(folder: Path, name: str) -> Path:
    """The figure with this name in a lesson's folder; for bundled lessons, also in ``figures`` beside them.

    Raises
    ------
    InputError
        It is missing, or its name is not that of a picture.
    """
    path = inside(folder, name)
    if path.suffix.lower() not in FIGURES:
        raise InputError(
            f"{shown(repr(name))} is not allowed; allowed: a picture whose name ends in {', '.join(FIGURES)}"
        )
    if not exists(path) and folder.resolve() == bundled_folder().resolve():
        path = inside(folder, f"figures/{name}")
    if not exists(path):
        raise InputError(f"{shown(repr(name))} is not there; allowed: a picture in the lesson's folder")
    return path


def bundled_folder() -> Path:
    """The folder of the bundled lessons."""
    return resource("lessons")


def located(experiment: Kind, folder: Path, tables: Mapping[str, Any]) -> Kind:
    """The experiment with absolute file names; ``tables`` is its TOML source, for error messages.

    Raises
    ------
    InputError
        One line that names the key of a file outside the folder.
    """

    def absolute(name: str) -> str:
        with within(f"{key_of(name, tables)}: "):
            return str(inside(folder, name))

    return experiment.with_paths(absolute)


def key_of(value: Any, tables: Mapping[str, Any]) -> str:
    """The key of a value in tables, for error messages."""
    return next(_keys_of(value, tables), "file")


def _keys_of(value: Any, tables: Mapping[str, Any]) -> Iterator[str]:
    for key, item in tables.items():
        if item == value:
            yield key
        elif isinstance(item, Mapping):
            yield from (f"{key}.{inner}" for inner in _keys_of(value, item))
        elif isinstance(item, list | tuple):
            named = {f"{key}, item {number}": part for number, part in enumerate(item, start=1)}
            yield from _keys_of(value, named)


def is_plain(name: str) -> bool:
    """Whether a name means the same on every system, and lies within the folder."""
    parts = name.split("/")
    return name.isprintable() and not _NOT_IN_NAMES & set(name) and not {"", ".", ".."} & set(parts)

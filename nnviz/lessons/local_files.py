"""The files that a lesson may use: those in its own folder, and drawings without external references."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nnviz.data.messages import shown, within
from nnviz.errors import InputError
from nnviz.experiment.kind import Kind
from nnviz.paths import resource
from nnviz.storage import read_bytes

_LARGEST_FIGURE = 4 * 2**20
_NOT_IN_NAMES = frozenset('\\:*?"<>|')
"""Characters with a special meaning in file names on some system."""

_FORBIDDEN_IN_FIGURES = {
    r"<!ENTITY": "entities",
    r"<\?xml-stylesheet": "a style sheet",
    r"@import": "a style sheet",
    r"<(\w+:)?(script|foreignObject|iframe|audio|video|handler|listener)\b": "more than a drawing",
    r"[\s\"']on[a-z]+\s*=": "scripts",
    r"href\s*=\s*(?!\s|[\"'](#|data:image/(png|jpeg);))": "a link",
    r"url\s*\((?!\s*[\"']?\s*#)": "a link",
    r"encoding\s*=\s*[\"'](?!utf-8[\"'])": "another encoding than UTF-8",
}


def inside(folder: Path, name: str) -> Path:
    """The path of a file in a lesson's folder or below; the file need not exist.

    Raises
    ------
    InputError
        The name, or a symbolic link, leads out of the folder.
    """
    allowed = "allowed: a file in the lesson's folder, such as 'iris.csv' or 'tables/iris.csv'"
    if not _is_plain(name):
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
        It is missing, not an SVG, or contains more than a drawing.
    """
    path = inside(folder, name)
    if path.suffix.lower() != ".svg":
        raise InputError(f"{shown(repr(name))} is not allowed; allowed: a picture whose name ends in .svg")
    if not path.exists() and folder.resolve() == bundled_folder().resolve():
        path = inside(folder, f"figures/{name}")
    if not path.is_file():
        raise InputError(f"{shown(repr(name))} is not there; allowed: a picture in the lesson's folder")
    _require_drawing(path, name)
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


def files_of(experiment: Kind) -> tuple[str, ...]:
    """Names of the files that an experiment uses."""
    names: list[str] = []

    def note(name: str) -> str:
        names.append(name)
        return name

    experiment.with_paths(note)
    return tuple(names)


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


def _is_plain(name: str) -> bool:
    """Whether a name means the same on every system, and lies within the folder."""
    parts = name.split("/")
    return name.isprintable() and not _NOT_IN_NAMES & set(name) and not {"", ".", ".."} & set(parts)


def _require_drawing(path: Path, name: str) -> None:
    try:
        text = read_bytes(path, _LARGEST_FIGURE).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{shown(repr(name))} is not text in UTF-8; allowed: an SVG") from error
    if "<svg" not in text:
        raise InputError(f"{shown(repr(name))} is no picture; allowed: an SVG")
    for pattern, what in _FORBIDDEN_IN_FIGURES.items():
        if re.search(pattern, text, re.IGNORECASE):
            raise InputError(f"{shown(repr(name))} holds {what}; allowed: an SVG that is only a drawing")

"""Experiment files: TOML in, TOML out, and one clear line when something is wrong."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import tomli_w

from nnviz.data.messages import one_line, within
from nnviz.errors import InputError
from nnviz.experiment.kind import FORMAT, NETWORK, SCHEMAS, Kind, name_of, plain
from nnviz.experiment.validation import brief, check, converted
from nnviz.storage import parse_tables, read_text, write_atomically


def load_experiment(path: Path) -> Any:
    """Experiment of any kind in a TOML file, its file names made absolute.

    Raises
    ------
    InputError
        One line naming file, key and what is allowed.
    """
    return located(parse_experiment(read_text(path), str(path)), path)


def located(experiment: Kind, path: Path, inside: Collection[str] = ()) -> Any:
    """An experiment from a file, its file names made absolute: through it if ``inside``, else from its folder."""
    file = path.absolute()
    return experiment.with_paths(lambda n: str(file / n) if n in inside else os.path.normpath(file.parent / n))


def parse_experiment(text: str, name: str) -> Any:
    """Experiment in TOML text; ``name`` is what errors call it."""
    with within(f"{name}: "):
        return experiment_of(parse_tables(text))


def save_experiment(experiment: Kind, path: Path) -> None:
    """Write the experiment, its file names relative to the file's folder; all of it or nothing."""
    write_atomically(path, content_of(experiment, path))


def content_of(experiment: Kind, path: Path, inside: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """What a file of the experiment holds, its file names relative to the file's folder.

    ``inside`` says what those are called that the file itself holds, if it is a document.
    """
    folder = path.absolute().parent
    text = format_experiment(experiment.with_paths(lambda name: inside.get(name) or _relative(name, folder)))
    try:
        return text.encode()
    except UnicodeEncodeError as error:  # a file's name need not be text, TOML must be
        raise InputError(one_line(f"{path}: cannot be written: the name of a file in it is no text")) from error


def files_of(experiment: Kind) -> tuple[str, ...]:
    """Names of the files that an experiment uses."""
    names: list[str] = []

    def note(name: str) -> str:
        names.append(name)
        return name

    experiment.with_paths(note)
    return tuple(names)


def format_experiment(experiment: Kind) -> str:
    """The experiment as TOML: every key, but for options that are not used."""
    return tomli_w.dumps(tables_of(experiment))


def tables_of(experiment: Kind) -> dict[str, Any]:
    """The experiment as the tables of a file."""
    tables: dict[str, Any] = {"format": experiment.format}
    kind = name_of(experiment)
    if kind != NETWORK:
        tables["kind"] = kind
    tables |= _used(experiment)
    for name in ("data", "network", "training"):
        if isinstance(values := getattr(experiment, name, None), msgspec.Struct):
            tables[name] = _used(values)
    if tables.get("data", {}).get("file"):
        del tables["data"]["name"]
    return tables


_UNUSED: tuple[Any, ...] = "", ()


def _used(values: msgspec.Struct) -> dict[str, Any]:
    """The values as plain ones, without options that are empty."""
    defaults = dict(zip(values.__struct_fields__[::-1], values.__struct_defaults__[::-1], strict=False))
    unused = {key for key, default in defaults.items() if default in _UNUSED}
    given = _without_none(plain(values) if isinstance(values, Kind) else msgspec.to_builtins(values))
    return {key: value for key, value in given.items() if value not in _UNUSED or key not in unused}


def _without_none(value: Any) -> Any:
    """What TOML can hold, in which there is no None."""
    if isinstance(value, dict):
        return {key: _without_none(inside) for key, inside in value.items() if inside is not None}
    return type(value)(map(_without_none, value)) if isinstance(value, list | tuple) else value


def _relative(name: str, folder: Path) -> str:
    try:
        return Path(os.path.relpath(name, folder)).as_posix()
    except ValueError:  # another drive
        return name


def experiment_of(tables: dict[str, Any]) -> Any:
    """The experiment that the tables of a file describe.

    Raises
    ------
    InputError
        One line naming the key and what is allowed.
    """
    refuse_newer_format(tables, FORMAT)
    _refuse_ambiguous_data(tables)
    schema = _schema(tables)
    experiment = converted({key: value for key, value in tables.items() if key != "kind"}, schema)
    check(experiment)
    return experiment


def _schema(tables: dict[str, Any]) -> type[Kind]:
    kind = tables.get("kind", NETWORK)
    if not isinstance(kind, str) or kind not in SCHEMAS:
        raise InputError(f"kind: {brief(kind)} is not allowed; allowed: {', '.join(SCHEMAS)}")
    return SCHEMAS[kind]


def refuse_newer_format(tables: dict[str, Any], newest: int) -> None:
    """Refuse a file of a later nnviz, before anything else: its keys are not mistakes.

    Raises
    ------
    InputError
        One line on the key.
    """
    given = tables.get("format")
    if isinstance(given, int) and given > newest:
        raise InputError(f"format: {brief(given)} is newer than this nnviz reads; allowed: up to {newest}")


def _refuse_ambiguous_data(tables: dict[str, Any]) -> None:
    data = tables.get("data")
    if isinstance(data, dict) and "name" in data and "file" in data:
        raise InputError("data: both name and file are given; allowed: one of them")

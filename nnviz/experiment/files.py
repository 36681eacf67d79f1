"""Experiment files: TOML in, TOML out, and one clear line when something is wrong."""

import os
import re
import tomllib
import typing
from pathlib import Path
from typing import Any

import msgspec
import tomli_w
from msgspec.structs import replace

from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.sense import check
from nnviz.storage import read_bytes, write_atomically

_LARGEST = 8 * 2**20


def load_experiment(path: Path) -> Experiment:
    """Experiment in a TOML file, its file names made absolute.

    Raises
    ------
    InputError
        One line naming file, key and what is allowed.
    """
    experiment = parse_experiment(_read_text(path), str(path))
    return _with_paths(experiment, lambda name: os.path.normpath(path.absolute().parent / name))


def parse_experiment(text: str, name: str) -> Experiment:
    """Experiment in TOML text; ``name`` is what errors call it."""
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{name}: not TOML: {error}") from error
    try:
        _refuse_ambiguous_data(tables)
        experiment = msgspec.convert(tables, Experiment)
        check(experiment)
    except msgspec.ValidationError as error:
        raise InputError(f"{name}: {explain(error, tables, Experiment)}") from error
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    return experiment


def save_experiment(experiment: Experiment, path: Path) -> None:
    """Write the experiment, its file names relative to the file's folder; all of it or nothing."""
    folder = path.absolute().parent
    write_atomically(path, format_experiment(_with_paths(experiment, lambda n: _relative(n, folder))).encode())


def format_experiment(experiment: Experiment) -> str:
    """The experiment as TOML: every key, but for options that are not used."""
    tables: dict[str, Any] = {"format": experiment.format}
    for name in ("data", "network", "training"):
        tables[name] = _used(getattr(experiment, name))
    if experiment.data.file:
        del tables["data"]["name"]
    return tomli_w.dumps(tables)


def _used(values: msgspec.Struct) -> dict[str, Any]:
    unused = {key for key, default in msgspec.to_builtins(type(values)()).items() if default in ("", [])}
    given = msgspec.to_builtins(values)
    return {key: value for key, value in given.items() if value not in ("", []) or key not in unused}


def _relative(name: str, folder: Path) -> str:
    try:
        return Path(os.path.relpath(name, folder)).as_posix()
    except ValueError:  # another drive
        return name


def _with_paths(experiment: Experiment, convert: typing.Callable[[str], str]) -> Experiment:
    data, training = experiment.data, experiment.training
    return replace(
        experiment,
        data=replace(data, file=convert(data.file)) if data.file else data,
        training=replace(training, start=convert(training.start)) if training.start else training,
    )


def _read_text(path: Path) -> str:
    try:
        return read_bytes(path, _LARGEST).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not text in UTF-8 (byte {error.start}); allowed: a TOML file") from error


def _refuse_ambiguous_data(tables: dict[str, Any]) -> None:
    data = tables.get("data")
    if isinstance(data, dict) and "name" in data and "file" in data:
        raise InputError("data: both name and file are given; allowed: one of them")


def explain(error: msgspec.ValidationError, tables: Any, schema: type) -> str:
    """One line for a validation error: key, what is wrong, what is allowed."""
    message, _, where = str(error).partition(" - at `")
    key = where.strip("`$").lstrip(".")
    if unknown := re.search(r"unknown field `(.*)`", message):
        allowed = ", ".join(_struct_at(schema, key).__struct_fields__)
        return f"{f'{key}.' if key else ''}{unknown[1]}: unknown key; allowed: {allowed}"
    given = _value_at(tables, key)
    if message.startswith("Invalid enum value"):
        return f"{key}: {given!r} is not allowed; allowed: {', '.join(_choices_at(schema, key))}"
    wanted = message.replace("`", "").replace("Expected", "allowed:")
    return f"{key}: {_brief(given)} is not allowed; {wanted}"


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _keys(key: str) -> list[str]:
    return [part for part in re.split(r"\.|\[.*?\]", key) if part]


def _value_at(tables: Any, key: str) -> Any:
    for part in _keys(key):
        tables = tables.get(part) if isinstance(tables, dict) else tables
    return tables


def _struct_at(schema: type, key: str) -> Any:
    for part in _keys(key):
        schema = typing.get_type_hints(schema)[part]
    return schema


def _choices_at(schema: type, key: str) -> list[str]:
    return sorted(set(_literals(_struct_at(schema, key))))


def _literals(hint: Any) -> typing.Iterator[str]:
    for argument in typing.get_args(hint):
        if isinstance(argument, str):
            yield argument
        else:
            yield from _literals(argument)

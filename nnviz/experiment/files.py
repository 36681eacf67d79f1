"""Experiment files: TOML in, TOML out, and one clear line when something is wrong."""

import os
import tomllib
import typing
from pathlib import Path
from typing import Any

import msgspec
import tomli_w
from msgspec.structs import replace

from nnviz.data.messages import one_line
from nnviz.errors import InputError
from nnviz.experiment.experiment import FORMAT, Experiment
from nnviz.experiment.explain import brief, explain
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
        return _checked(_tables(text))
    except InputError as error:
        raise InputError(one_line(f"{name}: {error}")) from error


def save_experiment(experiment: Experiment, path: Path) -> None:
    """Write the experiment, its file names relative to the file's folder; all of it or nothing."""
    folder = path.absolute().parent
    text = format_experiment(_with_paths(experiment, lambda n: _relative(n, folder)))
    try:
        write_atomically(path, text.encode())
    except UnicodeEncodeError as error:  # a file's name need not be text, TOML must be
        raise InputError(one_line(f"{path}: cannot be written: the name of a file in it is no text")) from error


def format_experiment(experiment: Experiment) -> str:
    """The experiment as TOML: every key, but for options that are not used."""
    tables: dict[str, Any] = {"format": experiment.format}
    for name in ("data", "network", "training"):
        tables[name] = _used(getattr(experiment, name))
    if experiment.data.file:
        del tables["data"]["name"]
    return tomli_w.dumps(tables)


def _used(values: msgspec.Struct) -> dict[str, Any]:
    unused = {key for key, default in msgspec.to_builtins(type(values)()).items() if default in ("", ())}
    given = msgspec.to_builtins(values)
    return {key: value for key, value in given.items() if value not in ("", ()) or key not in unused}


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
        message = f"{path}: not text in UTF-8 (byte {error.start}); allowed: a TOML file"
        raise InputError(one_line(message)) from error


def _tables(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise InputError("not TOML that can be read: lists or tables too deep in each other") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not TOML: {error}") from error
    except ValueError as error:  # Python's limit
        raise InputError("not TOML that can be read: a number of thousands of digits") from error


def _checked(tables: dict[str, Any]) -> Experiment:
    _refuse_newer_format(tables)
    _refuse_ambiguous_data(tables)
    try:
        experiment = msgspec.convert(tables, Experiment)
    except (msgspec.ValidationError, RecursionError) as error:
        raise InputError(explain(tables, Experiment)) from error
    check(experiment)
    return experiment


def _refuse_newer_format(tables: dict[str, Any]) -> None:
    """Before anything else: a newer format's keys are not mistakes."""
    given = tables.get("format")
    if isinstance(given, int) and given > FORMAT:
        raise InputError(f"format: {brief(given)} is newer than this nnviz reads; allowed: up to {FORMAT}")


def _refuse_ambiguous_data(tables: dict[str, Any]) -> None:
    data = tables.get("data")
    if isinstance(data, dict) and "name" in data and "file" in data:
        raise InputError("data: both name and file are given; allowed: one of them")

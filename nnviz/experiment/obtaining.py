"""The samples that an experiment asks for: made or read, divided into those to learn and those for the test."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
from msgspec import structs

from nnviz.data.catalogue import CATALOGUE, Request
from nnviz.data.dataset import Dataset, split, stratified
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data
from nnviz.experiment.samples import Rows

Obtained = tuple[Dataset, np.random.Generator]
_OF_THE_SPLIT = ("samples", "seed", "test_samples", "test_noise", "random_labels")
"""What does not change what is read from a file."""


def obtain(data: Data) -> Obtained:
    """The samples that are asked for, and the generator to split them with.

    Raises
    ------
    InputError
        They cannot be had.
    """
    rng = np.random.default_rng(data.seed)
    dataset = _read_or_made(data, rng)
    return (dataset.onto_itself() if data.is_onto_itself else dataset), rng


def _read_or_made(data: Data, rng: np.random.Generator) -> Dataset:
    if data.file:
        from nnviz.data.table import read_table  # noqa: PLC0415 - see nnviz.late

        return read_table(Path(data.file), data.table)
    keys = {field.name: getattr(data, field.name) for field in fields(Request) if field.name != "rng"}
    return CATALOGUE[data.name].make(Request(rng, **keys | {"samples": _wanted(data)}))


def _wanted(data: Data) -> int:
    """Samples to make of generated data."""
    return data.samples + data.test_samples


def obtained_once(data: Data, obtained: Callable[[Data], Obtained]) -> Obtained:
    """Samples and generator; what is read from a file is the same with every seed, and read once."""
    is_read = bool(data.file) or (data.name in CATALOGUE and CATALOGUE[data.name].is_bundled)
    if is_read:
        same = structs.replace(data, **{key: getattr(Data(), key) for key in _OF_THE_SPLIT}, train_fraction=1.0)
        return obtained(same)[0], np.random.default_rng(data.seed)
    dataset, rng = obtained(data)
    return dataset, deepcopy(rng)


def without_noise(data: Data, dataset: Dataset, rows: Rows) -> Dataset:
    """The data with some rows as they are without noise; those of a table as they are."""
    if data.file or not data.noise:
        return dataset
    clean = obtain(structs.replace(data, noise=0.0))[0]
    inputs, targets = dataset.inputs.copy(), dataset.targets.copy()
    inputs[rows], targets[rows] = clean.inputs[rows], clean.targets[rows]
    return replace(dataset, inputs=inputs, targets=targets)


def divided(data: Data, dataset: Dataset, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Rows to train on and rows held out; of a table in the shares of its classes, or all in the file's order."""
    if data.test_samples:
        return _set_apart(data, len(dataset.inputs), rng, whole=dataset.whole)
    if not data.file:
        return split(len(dataset.inputs), data.train_fraction, rng, whole=dataset.whole)
    classes = dataset.targets.astype(np.int64) if dataset.class_names else np.zeros(len(dataset.inputs), np.int64)
    return stratified(classes, data.train_fraction, rng)


def _set_apart(data: Data, count: int, rng: np.random.Generator, *, whole: bool) -> tuple[Rows, Rows]:
    """So many rows to train on, and so many others."""
    if whole or _wanted(data) > count:
        most = 0 if whole else max(0, count - data.samples)
        raise InputError(
            f"data.test_samples: {data.test_samples:,} beside {data.samples:,} of {count:,}; "
            f"allowed: up to {most:,}"
        )
    order = rng.permutation(count).astype(np.int64)
    return order[: data.samples], order[data.samples : _wanted(data)]

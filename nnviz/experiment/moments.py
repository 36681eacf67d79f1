"""Parameters in files, and with them the place in the run they belong to.

A file is NumPy's npz with W1, b1, W2, b2, …, W of shape (m^l, m^(l-1)). A *moment* holds besides what is needed
to go on from there bit for bit: step, epoch, batch, the optimizer's memory, the state of the random generator.
Nothing in a file is executed: arrays of objects are refused.
"""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nnviz.engine.descent import Descent, Position
from nnviz.engine.network import Parameters
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.storage import read_bytes, write_atomically

_LARGEST = 4 * 2**30
_PLACE = ("step", "epoch", "batch", "memory", "shuffling")

Arrays = dict[str, Any]


def save_parameters(path: Path, parameters: Parameters) -> None:
    """Write W1, b1, W2, b2, and so on."""
    _save(path, _named(parameters))


def save_moment(path: Path, parameters: Parameters, position: Position) -> None:
    """Write the parameters and the place in the run."""
    place = {
        "step": position.step,
        "epoch": position.epoch,
        "batch": position.batch,
        "memory": position.memory,
        "shuffling": np.frombuffer(json.dumps(dict(position.shuffling)).encode(), np.uint8),
    }
    _save(path, _named(parameters) | place)


def load_parameters(path: Path, layer_sizes: tuple[int, ...]) -> Array:
    """The flat parameters of a file, for a network of these layer sizes.

    Raises
    ------
    InputError
        One line naming the file, the array and the shape that is wanted.
    """
    return _flat(path, _load(path), layer_sizes)


def resume(path: Path, descent: Descent) -> None:
    """Take a file's parameters, and its place in the run if it holds one."""
    arrays = _load(path)
    flat = _flat(path, arrays, descent.parameters.layer_sizes)
    position = replace(descent.position(), parameters=flat)
    if all(key in arrays for key in _PLACE):
        position = _position(path, arrays, position)
    _restore(path, descent, position)


def _named(parameters: Parameters) -> Arrays:
    arrays: Arrays = {}
    for l, (weights, biases) in enumerate(zip(parameters.weights, parameters.biases, strict=True), start=1):
        arrays[f"W{l}"], arrays[f"b{l}"] = weights, biases
    return arrays


def _save(path: Path, arrays: Arrays) -> None:
    content = io.BytesIO()
    np.savez(content, **arrays)
    write_atomically(path, content.getvalue())


def _load(path: Path) -> Arrays:
    content = read_bytes(path, _LARGEST)
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {key: file[key] for key in file.files}
    except (
        ValueError,
        OSError,
        EOFError,
        KeyError,
        AttributeError,
        NotImplementedError,
        zipfile.BadZipFile,
    ) as error:
        raise InputError(f"{path}: not a file of parameters; allowed: npz with W1, b1, W2, b2, …") from error


def _flat(path: Path, arrays: Arrays, layer_sizes: tuple[int, ...]) -> Array:
    parameters = Parameters(layer_sizes)
    for name, view in _named(parameters).items():
        view[:] = _checked(path, name, arrays.get(name), view.shape)
    extra = f"W{len(layer_sizes)}"
    if extra in arrays:
        raise InputError(f"{path}: {extra} is one layer too many; the network has {len(layer_sizes) - 1} of them")
    return parameters.flat


def _checked(path: Path, name: str, given: Any, shape: tuple[int, ...]) -> Array:
    if given is None:
        raise InputError(f"{path}: {name} is missing; allowed: an array of shape {shape}")
    array = np.asarray(given)
    if array.shape != shape or array.dtype.kind not in "fiu":
        raise InputError(
            f"{path}: {name} is {array.dtype} of shape {array.shape}; allowed: numbers of shape {shape}"
        )
    if not np.isfinite(array).all():
        raise InputError(f"{path}: {name} holds numbers that are not finite; allowed: finite numbers")
    return array


def _position(path: Path, arrays: Arrays, fresh: Position) -> Position:
    """The place in the run, if it fits the network and the optimizer."""
    memory = arrays["memory"]
    if memory.shape != fresh.memory.shape or memory.dtype.kind != "f":
        raise InputError(f"{path}: memory has shape {memory.shape}; allowed here: {fresh.memory.shape}")
    try:
        step, epoch, batch = (int(arrays[key]) for key in ("step", "epoch", "batch"))
        shuffling = json.loads(arrays["shuffling"].tobytes())
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: the place in the run cannot be read; allowed: as nnviz saves it") from error
    return replace(fresh, step=step, epoch=epoch, batch=batch, memory=memory, shuffling=shuffling)


def _restore(path: Path, descent: Descent, position: Position) -> None:
    if position.step < 0 or position.epoch < 0 or not 0 <= position.batch < descent.batches:
        raise InputError(f"{path}: step, epoch or batch is out of range; allowed: batch below {descent.batches}")
    try:
        descent.restore(position)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{path}: the state of the random generator cannot be read") from error

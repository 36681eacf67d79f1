"""Parameters in files, and with them the place in the run they belong to.

A file is NumPy's npz with W1, b1, W2, b2, …, W of shape (m^l, m^(l-1)). A *moment* holds besides what is needed
to go on from there bit for bit: step, epoch, batch, the optimizer's memory, the state of the random generator.
Nothing in a file is executed: arrays of objects are refused.
"""

import io
import json
import warnings
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nnviz.data.messages import one_line, shown
from nnviz.engine.descent import Descent, Position
from nnviz.engine.network import Parameters
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.storage import read_bytes, write_atomically

_LARGEST = 4 * 2**30
_PLACE = ("step", "epoch", "batch", "memory", "shuffling")
_UNREADABLE_STATE = "shuffling is no state of the random generator; allowed: as nnviz saves it"
Arrays = dict[str, Any]


def save_parameters(path: Path, parameters: Parameters) -> None:
    """Write W1, b1, W2, b2, and so on."""
    write_atomically(path, _packed(_named(parameters)))


def moment_content(parameters: Parameters, position: Position) -> bytes:
    """What a file of the parameters and the place in the run holds."""
    place = {
        "step": position.step,
        "epoch": position.epoch,
        "batch": position.batch,
        "memory": position.memory,
        "shuffling": np.frombuffer(json.dumps(dict(position.shuffling)).encode(), np.uint8),
    }
    return _packed(_named(parameters) | place)


def load_parameters(path: Path, layer_sizes: tuple[int, ...]) -> Array:
    """The flat parameters of a file, for a network of these layer sizes.

    Raises
    ------
    InputError
        One line naming the file, the array and the shape that is wanted.
    """
    return _flat(path, _load(path), Parameters(layer_sizes))


def resume(path: Path, descent: Descent) -> None:
    """Take a file's parameters, and its place in the run if it holds one."""
    arrays = _load(path)
    position = descent.position()
    blank = Parameters(descent.parameters.layer_sizes, dtype=position.parameters.dtype)
    position = replace(position, parameters=_flat(path, arrays, blank))
    if all(key in arrays for key in _PLACE):
        position = _position(path, arrays, position)
    _restore(path, descent, position)


def _named(parameters: Parameters) -> Arrays:
    arrays: Arrays = {}
    for l, (weights, biases) in enumerate(zip(parameters.weights, parameters.biases, strict=True), start=1):
        arrays[f"W{l}"], arrays[f"b{l}"] = weights, biases
    return arrays


def _packed(arrays: Arrays) -> bytes:
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def _load(path: Path) -> Arrays:
    content = read_bytes(path, _LARGEST)
    try:
        return _arrays(content)
    except Exception as error:  # a damaged file makes zipfile and NumPy raise almost anything
        raise _refusal(path, "not a file of parameters; allowed: npz with W1, b1, W2, b2, …") from error


def _arrays(content: bytes) -> Arrays:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > _LARGEST:
            raise ValueError("more inside than any network has")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy's, on files of other ages
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {key: np.asarray(file[key]) for key in file.files}


def _refusal(path: Path, reason: str) -> InputError:
    return InputError(one_line(f"{path}: {reason}"))


def _flat(path: Path, arrays: Arrays, parameters: Parameters) -> Array:
    """The file's parameters, put into ``parameters``."""
    for name, view in _named(parameters).items():
        view[:] = _checked(path, name, arrays.get(name), view)
    layers = len(parameters.layer_sizes) - 1
    extra = f"W{layers + 1}"
    if extra in arrays:
        raise _refusal(path, f"{extra} is one layer too many; allowed: {layers}, as the network has")
    return parameters.flat


def _checked(path: Path, name: str, given: Any, like: Array) -> Array:
    if given is None:
        raise _refusal(path, f"{name} is missing; allowed: an array of shape {like.shape}")
    if given.shape != like.shape or given.dtype.kind not in "fiu":
        kind = shown(str(given.dtype))
        raise _refusal(path, f"{name} is {kind} of shape {given.shape}; allowed: numbers of shape {like.shape}")
    with np.errstate(over="ignore"):
        array: Array = given.astype(like.dtype)
    if not np.isfinite(array).all():
        raise _refusal(path, f"{name} holds numbers that are not finite as {like.dtype}; allowed: finite numbers")
    return array


def _position(path: Path, arrays: Arrays, fresh: Position) -> Position:
    """The place in the run, if it fits the network and the optimizer."""
    memory = arrays["memory"]
    if memory.shape != fresh.memory.shape or memory.dtype.kind != "f":
        raise _refusal(
            path,
            f"memory, of shape {memory.shape}, is another optimizer's; "
            f"allowed: {fresh.memory.shape}, or a file of W1, b1, … alone",
        )
    with np.errstate(over="ignore"):
        memory = memory.astype(fresh.memory.dtype)
    step, epoch, batch = (_count(path, key, arrays[key]) for key in ("step", "epoch", "batch"))
    try:
        shuffling = json.loads(arrays["shuffling"].tobytes())
    except (ValueError, RecursionError) as error:
        raise _refusal(path, _UNREADABLE_STATE) from error
    return replace(fresh, step=step, epoch=epoch, batch=batch, memory=memory, shuffling=shuffling)


def _count(path: Path, key: str, array: Any) -> int:
    if array.shape or array.dtype.kind not in "iu" or array < 0:
        raise _refusal(path, f"{key} is {array.dtype} of shape {array.shape}; allowed: one whole number from 0")
    return int(array)


def _restore(path: Path, descent: Descent, position: Position) -> None:
    if position.batch >= descent.batches:
        raise _refusal(
            path, f"batch is {position.batch}; allowed: from 0 to {descent.batches - 1}, as the epoch has"
        )
    try:
        descent.restore(position)
    except (LookupError, AttributeError, TypeError, ValueError, OverflowError) as error:
        raise _refusal(path, _UNREADABLE_STATE) from error

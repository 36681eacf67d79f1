"""Parameters in files, and with them the place in the run they belong to.

A file is NumPy's npz or safetensors with W1, b1, W2, b2, …, W of shape (m^l, m^(l-1)), or with those of
PyTorch's modules. A *moment*, always npz, holds besides what is needed to go on from there bit for bit: step,
epoch, batch, the optimizer's memory, the state of the random generator. Nothing in a file is executed. What an
array is, its header says; its numbers are read only if they are those that the network wants, so that no file
takes more memory than its network.
"""

import io
import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nnviz.data.messages import one_line, shown
from nnviz.engine.descent import Descent, Position
from nnviz.engine.network import Parameters, Shapes
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.architecture import LARGEST_NETWORK
from nnviz.runs.array_files import ArrayFile, Header, open_arrays

_BESIDES, _PER_PARAMETER = 4 * 2**20, 32
"""Bytes that a file may have: besides its parameters, and for each with what an optimizer remembers of it."""
_LONGEST_STATE = 4096
_PLACE = ("step", "epoch", "batch", "memory", "shuffling")
_UNREADABLE_STATE = "shuffling is no state of the random generator; allowed: as nnviz saves it"
Arrays = dict[str, Any]


def parameters_content(parameters: Parameters) -> bytes:
    """What a file of the parameters holds: W1, b1, W2, b2, and so on."""
    return arrays_content(_named(parameters))


def moment_content(parameters: Parameters, position: Position) -> bytes:
    """What a file of the parameters and the place in the run holds."""
    place = {
        "step": position.step,
        "epoch": position.epoch,
        "batch": position.batch,
        "memory": position.memory,
        "shuffling": np.frombuffer(json.dumps(dict(position.shuffling)).encode(), np.uint8),
    }
    return arrays_content(_named(parameters) | place)


class _ParameterFile:
    """The arrays of a file, read one by one when asked for, by the names W1, b1, W2, b2 and so on.

    Files of PyTorch call those of each module ``….weight`` and ``….bias``.
    """

    def __init__(self, path: Path, file: ArrayFile) -> None:
        self.path, self._file = path, file
        self._own = {} if "W1" in file.names else self._of_modules()
        self.names = frozenset(self._own) or file.names

    def header(self, name: str) -> Header:
        """The shape and the type of an array."""
        return self._file.header(self._own.get(name, name))

    def read(self, name: str) -> Any:
        """An array whole."""
        return self._file.read(self._own.get(name, name))

    def refusal(self, reason: str) -> InputError:
        return InputError(one_line(f"{self.path}: {reason}"))

    def called(self, name: str) -> str:
        """What the file itself calls an array."""
        return shown(self._own.get(name, name))

    def _of_modules(self) -> dict[str, str]:
        """What the file calls each array, if its names are those of modules in their order."""
        modules = sorted({n.rpartition(".")[0] for n in self._file.names if n.endswith(_MODULES)}, key=_counted)
        others = [name for name in self._file.names if not name.endswith(_MODULES)]
        if modules and others:
            raise self.refusal(
                f"{shown(min(others))} is no layer that nnviz has; allowed: weights and biases alone"
            )
        own: dict[str, str] = {}
        for l, module in enumerate(modules, start=1):
            parts = {f"{letter}{l}": f"{module}{end}" for letter, end in zip("Wb", _MODULES, strict=True)}
            own |= {name: called for name, called in parts.items() if called in self._file.names}
        return own


_MODULES = (".weight", ".bias")


def _counted(name: str) -> list[tuple[int, str]]:
    """A key that sorts 10 after 2."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name)]


@contextmanager
def _opened(path: Path, parameters: int) -> Iterator[_ParameterFile]:
    """The file of a network with so many parameters; whatever its reading raises is refused in one line."""
    with open_arrays(path, _BESIDES + _PER_PARAMETER * parameters) as file:
        yield _ParameterFile(path, file)


def layer_sizes_in(path: Path) -> tuple[int, ...]:
    """Units of each layer of the network that a file's parameters are of, the inputs first; no number is read.

    Raises
    ------
    InputError
        One line naming the file, the array and what is allowed.
    """
    with _opened(path, LARGEST_NETWORK) as file:
        first = _matrix(file, 1)
        sizes = [first[1], first[0]]
        while f"W{len(sizes)}" in file.names:
            units, inputs = _matrix(file, len(sizes))
            if inputs != sizes[-1]:
                name, before = file.called(f"W{len(sizes)}"), sizes[-1]
                raise file.refusal(
                    f"{name} has {inputs} inputs; allowed: {before}, as the layer before it has units"
                )
            sizes.append(units)
    return tuple(sizes)


def _matrix(file: _ParameterFile, layer: int) -> tuple[int, int]:
    """Units and inputs of a layer, counted from 1."""
    name = f"W{layer}"
    if name not in file.names:
        raise file.refusal(f"{name} is missing; allowed: W1, b1, W2, b2, …, or those of PyTorch's Linear modules")
    shape = file.header(name).shape
    if len(shape) != 2 or 0 in shape:
        raise file.refusal(f"{file.called(name)} is of shape {shown(str(shape))}; allowed: (units, inputs)")
    return shape[0], shape[1]


def load_parameters(path: Path, shapes: Shapes) -> Array:
    """The flat parameters of a file, for a network whose layers have these shapes.

    Raises
    ------
    InputError
        One line naming the file, the array and the shape that is wanted.
    """
    blank = Parameters(shapes)
    with _opened(path, blank.flat.size) as file:
        return _flat(file, blank)


def resume(path: Path, descent: Descent) -> None:
    """Take a file's parameters, and its place in the run if it holds one."""
    position = descent.position()
    blank = Parameters(descent.parameters.shapes, dtype=position.parameters.dtype)
    with _opened(path, blank.flat.size) as file:
        has_place = file.names.issuperset(_PLACE)
        if has_place:
            _require_memory(file, position)
        position = replace(position, parameters=_flat(file, blank))
        if has_place:
            position = _position(file, position)
        _restore(file, descent, position)


def _named(parameters: Parameters) -> Arrays:
    arrays: Arrays = {}
    for l, (weights, biases) in enumerate(zip(parameters.weights, parameters.biases, strict=True), start=1):
        arrays[f"W{l}"], arrays[f"b{l}"] = weights, biases
    return arrays


def arrays_content(arrays: Arrays) -> bytes:
    """What a file of arrays holds, by their names."""
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def _flat(file: _ParameterFile, parameters: Parameters) -> Array:
    """The file's parameters, put into ``parameters``; none is read before all have the shape that is wanted."""
    views = _named(parameters)
    for name, view in views.items():
        _require_shape(file, name, view)
    layers = len(parameters.shapes)
    extra = f"W{layers + 1}"
    if extra in file.names:
        raise file.refusal(f"{extra} is one layer too many; allowed: {layers}, as the network has")
    for name, view in views.items():
        view[:] = _finite(file, name, view)
    return parameters.flat


def _require_shape(file: _ParameterFile, name: str, like: Array) -> None:
    if name not in file.names:
        raise file.refusal(f"{file.called(name)} is missing; allowed: an array of shape {like.shape}")
    given = file.header(name)
    if given.shape != like.shape or given.dtype.kind not in "fiu":
        what = f"{shown(str(given.dtype))} of shape {shown(str(given.shape))}"
        raise file.refusal(f"{file.called(name)} is {what}; allowed: numbers of shape {like.shape}")


def _finite(file: _ParameterFile, name: str, like: Array) -> Array:
    with np.errstate(over="ignore"):
        array: Array = file.read(name).astype(like.dtype)
    if not np.isfinite(array).all():
        raise file.refusal(
            f"{file.called(name)} holds numbers that are not finite as {like.dtype}; allowed: finite numbers"
        )
    return array


def _require_memory(file: _ParameterFile, fresh: Position) -> None:
    memory = file.header("memory")
    if memory.shape != fresh.memory.shape or memory.dtype.kind != "f":
        raise file.refusal(
            f"memory, of shape {shown(str(memory.shape))}, is another optimizer's; "
            f"allowed: {fresh.memory.shape}, or a file of W1, b1, … alone",
        )


def _position(file: _ParameterFile, fresh: Position) -> Position:
    """The place in the run, if it fits the network and the optimizer."""
    with np.errstate(over="ignore"):
        memory = file.read("memory").astype(fresh.memory.dtype)
    step, epoch, batch = (_count(file, key) for key in ("step", "epoch", "batch"))
    return replace(fresh, step=step, epoch=epoch, batch=batch, memory=memory, shuffling=_shuffling(file))


def _count(file: _ParameterFile, key: str) -> int:
    given = file.header(key)
    is_whole = not given.shape and given.dtype.kind in "iu"
    count = int(file.read(key)) if is_whole else -1
    if count < 0:
        kind, shape = shown(str(given.dtype)), shown(str(given.shape))
        raise file.refusal(f"{key} is {kind} of shape {shape}; allowed: one whole number from 0")
    return count


def _shuffling(file: _ParameterFile) -> Any:
    given = file.header("shuffling")
    if given.dtype.itemsize * math.prod(given.shape) > _LONGEST_STATE:
        raise file.refusal(_UNREADABLE_STATE)
    try:
        return json.loads(file.read("shuffling").tobytes())
    except (ValueError, RecursionError) as error:
        raise file.refusal(_UNREADABLE_STATE) from error


def _restore(file: _ParameterFile, descent: Descent, position: Position) -> None:
    if position.batch >= descent.batches:
        raise file.refusal(
            f"batch is {position.batch}; allowed: from 0 to {descent.batches - 1}, as the epoch has"
        )
    try:
        descent.restore(position)
    except (LookupError, AttributeError, TypeError, ValueError, OverflowError) as error:
        raise file.refusal(_UNREADABLE_STATE) from error

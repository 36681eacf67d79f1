"""Named arrays in files: NumPy's npz and safetensors, read one by one when asked for, and never executed.

What an array is, its header says before any of its numbers are read. Arrays of objects, which NumPy would
unpickle, are refused.
"""

import io
import json
import math
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
from numpy.lib import format as npy

from nnviz.data.messages import one_line
from nnviz.errors import InputError
from nnviz.storage import open_bytes

NPZ, SAFETENSORS = ".npz", ".safetensors"
PARAMETERS = (NPZ, SAFETENSORS)
"""Endings of the files that are read."""
_LONGEST_HEADER = 4096
_LONGEST_INDEX = 2**20
"""Bytes that safetensors' index of all arrays may have: many times what 33 layers take."""
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What NumPy writes; others give no single byte without unpacking megabytes."""
_KINDS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4"}
"""Kinds of numbers in safetensors; NumPy has no bfloat16, whose 16 bits are the upper half of a single's 32."""


@dataclass(frozen=True)
class Header:
    """What an array is, before any of it is read."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]


class ArrayFile(Protocol):
    """A file that is open."""

    @property
    def names(self) -> frozenset[str]:
        """Names of its arrays."""

    def header(self, name: str) -> Header:
        """The shape and the type of an array."""

    def read(self, name: str) -> Any:
        """An array whole."""


class _Npz:
    """A zip with a file for each array."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = frozenset(name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy"))

    def header(self, name: str) -> Header:
        with self._archive.open(self._member(name)) as member:
            head = io.BytesIO(member.read(_LONGEST_HEADER))
        version = npy.read_magic(head)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read(head)
        if dtype.hasobject:
            raise ValueError("an array of objects")
        return Header(shape, dtype)

    def read(self, name: str) -> Any:
        with self._archive.open(self._member(name)) as member:
            return npy.read_array(member, allow_pickle=False)

    def _member(self, name: str) -> zipfile.ZipInfo:
        member = self._archive.getinfo(f"{name}.npy")
        if member.compress_type not in _PACKINGS:
            raise ValueError("packed in another way")
        return member


class _Safetensors:
    """The length of an index in eight bytes, the index in JSON, the numbers."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        length = int.from_bytes(file.read(8), "little")
        if length > _LONGEST_INDEX:
            raise ValueError("an index that is too long")
        index = json.loads(file.read(length))
        self._begin = 8 + length
        self._size = file.seek(0, io.SEEK_END) - self._begin
        self._index = {name: self._entry(entry) for name, entry in index.items() if name != "__metadata__"}
        self.names = frozenset(self._index)

    def header(self, name: str) -> Header:
        kind, shape, _ = self._index[name]
        return Header(shape, np.dtype("<f4" if kind == "BF16" else _KINDS[kind]))

    def read(self, name: str) -> Any:
        kind, shape, begin = self._index[name]
        self._file.seek(self._begin + begin)
        dtype = np.dtype(_KINDS[kind])
        numbers = np.frombuffer(self._file.read(dtype.itemsize * math.prod(shape)), dtype).reshape(shape)
        return (numbers.astype("<u4") << 16).view("<f4") if kind == "BF16" else numbers

    def _entry(self, entry: Mapping[str, Any]) -> tuple[str, tuple[int, ...], int]:
        """Kind, shape and place of an array, if all of it is in the file."""
        kind, shape, (begin, end) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
        whole = all(type(number) is int and number >= 0 for number in (*shape, begin, end))
        if not whole or end > self._size or end - begin != np.dtype(_KINDS[kind]).itemsize * math.prod(shape):
            raise ValueError("an array that is not there")
        return kind, shape, begin


@contextmanager
def open_arrays(path: Path, largest: int) -> Iterator[ArrayFile]:
    """A file of at most ``largest`` bytes, open for reading.

    Raises
    ------
    InputError
        One line on why it cannot be read, whatever its reading raises within the context.
    """
    with open_bytes(path, largest) as content, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy's, on files of other ages
        try:
            if path.suffix.lower() == SAFETENSORS:
                yield _Safetensors(content)
            else:
                with zipfile.ZipFile(content) as archive:
                    yield _Npz(archive)
        except (InputError, MemoryError):
            raise
        except Exception as error:  # a damaged file makes zipfile, NumPy and json raise almost anything
            reason = "not a file of parameters; allowed: npz or safetensors with W1, b1, W2, b2, …"
            raise InputError(one_line(f"{path}: {reason}")) from error

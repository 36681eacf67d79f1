"""Pictures of lessons that are made of pixels: PNG and JPEG, judged by their first bytes and not decoded yet."""

import struct
from pathlib import Path
from typing import Literal

from msgspec import Struct

from nnviz.data.messages import shown
from nnviz.errors import InputError
from nnviz.storage import read_bytes

BITMAPS = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg"}
"""Endings of their names, and what they then are."""
_LARGEST = 2**23
_MOST_PIXELS, _LONGEST = 2**24, 2**14
"""Pixels in all, decoded 64 MB, and along a side."""
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_IHDR, _SEGMENT, _FRAME = struct.Struct(">I4sII"), struct.Struct(">BBH"), struct.Struct(">xHH")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Marks of a JPEG's segments that say how large it is; the others among them hold tables."""


class Bitmap(Struct, frozen=True):
    """A picture as it is in its file, not decoded yet; sizes in pixels."""

    content: bytes
    kind: Literal["png", "jpeg"]
    width: int
    height: int


def read_bitmap(path: Path) -> Bitmap:
    """The picture in a file that is PNG or JPEG, as its name says.

    Raises
    ------
    InputError
        It cannot be read, is too large, or is something else.
    """
    content = read_bytes(path, _LARGEST)
    named = BITMAPS[path.suffix.lower()]
    kind: Literal["png", "jpeg", ""] = (
        "png" if content.startswith(_PNG) else "jpeg" if content.startswith(_JPEG) else ""
    )
    if kind != named or not kind:
        found = f"a {kind.upper()}" if kind else "no picture"
        raise InputError(f"{shown(repr(path.name))} is {found} inside; allowed: a {named.upper()}")
    try:
        width, height = _size_of_png(content) if kind == "png" else _size_of_jpeg(content)
    except struct.error as error:
        raise InputError(f"{shown(repr(path.name))} is damaged; allowed: a whole {named.upper()}") from error
    if not (0 < width <= _LONGEST and 0 < height <= _LONGEST and width * height <= _MOST_PIXELS):
        raise InputError(
            f"{shown(repr(path.name))} has {width:,} × {height:,} pixels; "
            f"allowed: up to {_MOST_PIXELS // 1_000_000} million, {_LONGEST:,} along a side"
        )
    return Bitmap(content, kind, width, height)


def _size_of_png(content: bytes) -> tuple[int, int]:
    length, name, width, height = _IHDR.unpack_from(content, len(_PNG))
    if (length, name) != (13, b"IHDR"):
        raise struct.error
    return width, height


def _size_of_jpeg(content: bytes) -> tuple[int, int]:
    place = 2
    while True:
        sign, mark, length = _SEGMENT.unpack_from(content, place)
        if sign != 0xFF:
            raise struct.error
        if mark == 0xFF:  # filling
            place += 1
        elif mark in _FRAMES:
            height, width = _FRAME.unpack_from(content, place + _SEGMENT.size)
            return width, height
        else:
            place += 2 + max(2, length)

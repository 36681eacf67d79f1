"""Pictures for an associative memory: signs of cells, as text and as numbers."""

import tomllib
from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from nnviz.paths import resource

PatternRows = tuple[str, ...]
"""Rows of text, ``#`` for +1 and ``.`` for −1."""
INK, PAPER = "#", "."
SIDE = 10
"""Rows and columns of the pictures that nnviz ships."""


@cache
def pictures() -> Mapping[str, PatternRows]:
    """The pictures that nnviz ships, by name."""
    tables = tomllib.loads(resource("data", "patterns.toml").read_text(encoding="utf-8"))
    return {name: tuple(text.split()) for name, text in tables.items()}


def signs(picture: PatternRows) -> NDArray[np.int8]:
    """−1 or +1 for every cell, row by row."""
    return np.array([1 if cell == INK else -1 for row in picture for cell in row], np.int8)


def drawn(signs: NDArray[np.int8], columns: int) -> PatternRows:
    """Signs of cells as rows of text."""
    cells = "".join(INK if sign > 0 else PAPER for sign in signs.tolist())
    return tuple(cells[k : k + columns] for k in range(0, len(cells), columns))

"""A tape: array operations in the order they are to be done."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Operation = tuple[Callable[..., Any], tuple[Any, ...]]
Tape = list[Operation]


def constant(value: float, like: Array) -> Array:
    """A number as an operand: in the precision of a buffer, and half as dear as a Python number."""
    return np.array(value, like.dtype)


def play(tape: Tape) -> None:
    """Do every operation of the tape once."""
    for function, arguments in tape:
        function(*arguments)

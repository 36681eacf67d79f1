"""A tape: array operations in the order they are to be done."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Operation = tuple[Callable[..., Any], tuple[Any, ...]]
Tape = list[Operation]


def constant(value: float, like: Array) -> Array:
    """A number as an operand: in the precision of a buffer, and half as dear as a Python number."""
    return np.array(value, like.dtype)


def with_others(tape: Tape, others: Mapping[int, Any]) -> Tape:
    """The tape on other operands.

    Operations that have none of them are not copied: many tapes that differ in few stay in the processor's cache.

    Parameters
    ----------
    others : mapping of int to operand
        What stands in the place of the operand that has this `id`.
    """
    return [_with_others(operation, others) for operation in tape]


def _with_others(operation: Operation, others: Mapping[int, Any]) -> Operation:
    function, operands = operation
    if any(id(operand) in others for operand in operands):
        return function, tuple(others.get(id(operand), operand) for operand in operands)
    return operation


def play(tape: Tape) -> None:
    """Do every operation of the tape once."""
    for function, arguments in tape:
        function(*arguments)

"""Numbers on the command line: what is allowed, and one line where it is not."""

from argparse import ArgumentTypeError
from collections.abc import Callable

from nnviz.data.messages import shown


def whole(low: int, high: int) -> Callable[[str], int]:
    """What reads a whole number within bounds."""

    def read(text: str) -> int:
        if not text.isdecimal() or len(text) > len(str(high)) or not low <= int(text) <= high:
            raise ArgumentTypeError(
                f"{shown(repr(text))} is not allowed; allowed: whole numbers from {low:,} to {high:,}"
            )
        return int(text)

    return read


epochs = whole(0, 10_000_000)
"""A number of epochs."""

"""Numbers on the command line: what is allowed, and one line where it is not."""

from argparse import ArgumentTypeError
from collections.abc import Callable


def whole(low: int, high: int) -> Callable[[str], int]:
    """What reads a whole number within bounds."""

    def read(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise ArgumentTypeError(f"{text!r} is not allowed; allowed: whole numbers from {low:,} to {high:,}")
        return int(text)

    return read


epochs = whole(0, 10_000_000)
"""A number of epochs."""

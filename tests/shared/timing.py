"""How long a thing takes, however slow the machine is just now: beside a fixed piece of work, done with it.

A limit in seconds fails on a machine that is half as fast, or for a moment as fast as that.
"""

from collections.abc import Callable, Iterable
from time import thread_time

import numpy as np

_YARDSTICK = 0.002
"""Seconds that `_fixed_work` takes where the limits of the tests were set."""


def least_seconds(works: Iterable[Callable[[], object]]) -> float:
    """Seconds that the quickest of some works takes this thread, where the limits of the tests were set."""
    return min(_seconds(work) for work in works)


def _seconds(work: Callable[[], object]) -> float:
    before = _processor_seconds(_fixed_work)
    taken = _processor_seconds(work)
    return _YARDSTICK * taken / max(before, _processor_seconds(_fixed_work))


def _processor_seconds(work: Callable[[], object]) -> float:
    began = thread_time()
    work()
    return thread_time() - began


def _fixed_work() -> None:
    """Some Python, and some calls of NumPy on small arrays: what a frame is made of."""
    numbers = np.linspace(-1.0, 1.0, 200)
    counts: dict[int, int] = {}
    for n in range(400):
        counts[n % 7] = counts.get(n % 7, 0) + len(f"{n:x}")
        np.multiply(np.tanh(numbers), numbers, numbers)

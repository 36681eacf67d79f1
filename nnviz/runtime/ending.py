"""How threads end: at once, or where a computation cannot be broken off, with the program, which does not wait."""

import os
import sys

from PySide6.QtCore import QThread

_PATIENCE = 100
"""Milliseconds that a person who closes the window may be kept waiting."""

_LEFT: list[QThread] = []
"""Threads that were still at work; a thread must not be destroyed before it has ended."""


def end(thread: QThread) -> None:
    """Wait until a thread ends that has been told to, but not for long."""
    if not thread.wait(_PATIENCE):
        _LEFT.append(thread)


def end_process(code: int) -> int:
    """Return the code to exit with; exit at once with it if a thread is still at work, for Python would wait."""
    if any(thread.isRunning() for thread in _LEFT):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code

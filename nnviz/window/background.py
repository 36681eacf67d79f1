"""Reading files while the window lives on."""

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QMetaObject, Qt

T = TypeVar("T")


def in_background(read: Callable[[], T]) -> T:
    """What ``read`` gives or raises, called in a thread: frames go on meanwhile, and keys and clicks wait for it.

    A file of text may take a second to be parsed, and nobody could press anything sensible before it is.
    """
    loop = QEventLoop()
    queued = Qt.ConnectionType.QueuedConnection
    with _no_collection(), ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(read)
        outcome.add_done_callback(lambda _: QMetaObject.invokeMethod(loop, "quit", queued))
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    return outcome.result()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from destroying what was a widget in the other thread, which crashes; later it may."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()

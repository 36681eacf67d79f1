"""What a process does that opens the window as ``nnviz`` does, says when it was painted, and closes it again.

It must not import more than the program has imported by the time that something is seen.
"""

import json
from collections.abc import Callable, Sequence
from time import perf_counter

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QMainWindow, QWidget

from nnviz.start import application

_QUIET = 500
"""Milliseconds in which nothing is painted any more: what was last was all."""
_AT_ONCE = Qt.EventPriority.HighEventPriority.value


class Opening(QObject):
    """Sees windows being painted, and closes the main one when all of it is.

    Attributes
    ----------
    first : float
        When a window of any kind began to be painted.
    window, last : float
        When the painting of the main window was first and last over.
    """

    def __init__(self) -> None:
        super().__init__()
        self.first = self.window = self.last = 0.0
        self.resident: float | None = None
        self._over = QEvent.Type(QEvent.registerEventType())
        self._main: QMainWindow | None = None
        self._quiet = QTimer(self, interval=_QUIET, singleShot=True)
        self._quiet.timeout.connect(self._close)

    def watch(self, window: QWidget) -> None:
        """See this window being painted."""
        self._main = window if isinstance(window, QMainWindow) else self._main
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that a window is about to be painted."""
        if event.type() in {QEvent.Type.Paint, QEvent.Type.UpdateRequest}:
            self.first = self.first or perf_counter()
            if watched is self._main:
                QCoreApplication.postEvent(self, QEvent(self._over), _AT_ONCE)
        return False

    def event(self, event: QEvent) -> bool:
        """Note that the main window has been painted."""
        if event.type() == self._over:
            self.last = perf_counter()
            self.window = self.window or self.last
            self._quiet.start()
        return super().event(event)

    def _close(self) -> None:
        session = getattr(self._main, "session", None)
        if self._main is None or session is None or session.snapshot is None:
            self._quiet.start()  # there is nothing to see yet
            return
        from nnviz.bench.timing import resident  # noqa: PLC0415 - not while the start is timed

        self.resident = resident()
        self._main.close()


def see(main: Callable[[Sequence[str]], int]) -> int:
    """Run the program until its window is painted; print a line of JSON.

    It has, on the clock that all processes share, when anything was painted, when the main window first was and
    when all views were, and the megabytes that the process then holds.
    """
    application()
    opening, show = Opening(), QWidget.show

    def show_and_see(widget: QWidget) -> None:
        if widget.isWindow():
            opening.watch(widget)
        show(widget)

    # a filter on the whole application would see windows too, and thousands of events besides
    setattr(QWidget, "show", show_and_see)  # noqa: B010 - it is a method to the type checker
    code = main([])
    told = {"first": opening.first, "window": opening.window, "all": opening.last, "resident_mb": opening.resident}
    print(json.dumps(told))  # noqa: T201
    return code

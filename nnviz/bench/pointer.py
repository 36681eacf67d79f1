"""How long an event of the pointer waits until it is heard."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from threading import Event, Thread
from time import perf_counter

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QInputEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

_SHORTEST, _LONGEST = 0.01, 0.05
_PLACE = QPointF(2.0, 2.0)


class MovingPointer(QObject):
    """Moves a pointer that is not there over a widget, at any moment, and times until each move is handled.

    Attributes
    ----------
    waits : list of float
        Seconds.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._widget = widget
        self._sent: dict[int, float] = {}

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note that a move has come."""
        if isinstance(event, QInputEvent) and (sent := self._sent.pop(event.timestamp(), None)):
            self.waits.append(perf_counter() - sent)
        return False

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Move the pointer meanwhile, from a thread of its own: what draws cannot choose the moment."""
        self._widget.installEventFilter(self)
        over = Event()
        thread = Thread(target=self._move, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            self._widget.removeEventFilter(self)

    def _move(self, over: Event) -> None:
        random, number = Random(0), 1 + len(self.waits)
        while not over.wait(random.uniform(_SHORTEST, _LONGEST)):
            number += 1
            move = QMouseEvent(
                QEvent.Type.MouseMove,
                _PLACE,
                self._widget.mapToGlobal(_PLACE),
                Qt.MouseButton.NoButton,
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
            )
            move.setTimestamp(number)
            self._sent[number] = perf_counter()
            QCoreApplication.postEvent(self._widget, move)

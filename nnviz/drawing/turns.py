"""Layouts of views one after another, so that the window answers between two of them."""

from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

_BETWEEN = 1
"""Milliseconds between two turns; a timer of 0 would wait until no frame is due, which beside training is long."""
_AT_ONCE = 0.008
"""Seconds after which the next layout waits for a turn of its own."""


class Turns(QObject):
    """Lays out the views of a window, each once, however often its size, font and theme change before its turn.

    Attributes
    ----------
    spread : bool
        Layouts wait for their turns. At first they do not: in a window that nobody works in, as it is drawn or
        printed, nobody waits for an answer either.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.spread = False
        self._waiting: dict[QWidget, Callable[[], object]] = {}
        self._timer = QTimer(self, interval=_BETWEEN, singleShot=True)
        self._timer.timeout.connect(self._take_turn)

    def ask(self, view: QWidget, lay_out: Callable[[], object]) -> None:
        """Lay a view out in its turn."""
        if not self.spread:
            lay_out()
            return
        self._waiting[view] = lay_out
        if not self._timer.isActive():
            self._timer.start()

    def waits(self, view: QWidget) -> bool:
        """Whether a view is still to be laid out."""
        return view in self._waiting

    def finish(self) -> None:
        """Lay out now whatever waits."""
        while self._waiting:
            self._lay_out_next()

    def _take_turn(self) -> None:
        end = perf_counter() + _AT_ONCE
        while self._waiting:
            self._lay_out_next()
            if perf_counter() > end:
                break
        if self._waiting:
            self._timer.start()

    def _lay_out_next(self) -> None:
        view = next(iter(self._waiting))
        lay_out = self._waiting.pop(view)
        if isValid(view):
            lay_out()


class TakesTurns:
    """A window that has its views laid out in turns; elsewhere they are at once."""

    turns: Turns


def lay_out_soon(view: QWidget, lay_out: Callable[[], object]) -> None:
    """Lay a view out in its turn, or at once where its window takes none."""
    window = view.window()
    if isinstance(window, TakesTurns):
        window.turns.ask(view, lay_out)
    else:
        lay_out()


def finish_layouts(widget: QWidget) -> None:
    """Lay out now whatever waits in a widget's window, as for a picture of it."""
    window = widget.window()
    if isinstance(window, TakesTurns):
        window.turns.finish()


def waits(view: QWidget) -> bool:
    """Whether a view is still to be laid out."""
    window = view.window()
    return isinstance(window, TakesTurns) and window.turns.waits(view)

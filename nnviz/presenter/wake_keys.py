"""The keys while the screen is blank: some wake it, the others do nothing."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from nnviz.presenter.blank import Blank

WAKING = {Qt.Key.Key_B, Qt.Key.Key_Period, Qt.Key.Key_W, Qt.Key.Key_Escape}


class Waking(QObject):
    """Covers the screen, and takes every key from then on until one wakes it."""

    def __init__(self, blank: Blank) -> None:
        super().__init__(blank)
        self._blank = blank

    def cover(self, color: str) -> None:
        """Show nothing but a colour, ``black`` or ``white``."""
        self._blank.show_color(color)
        if application := QCoreApplication.instance():
            application.installEventFilter(self)

    @property
    def color(self) -> str:
        """``black`` or ``white``; empty while awake."""
        return self._blank.color

    def wake(self) -> None:
        """Show everything again."""
        self._blank.wake()
        if application := QCoreApplication.instance():
            application.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take a key, before it can be a shortcut."""
        if not isinstance(event, QKeyEvent):
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress and event.key() in WAKING:
            self.wake()
        return True

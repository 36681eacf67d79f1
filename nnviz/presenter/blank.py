"""A blank screen: black or white, and nothing else."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget


class Blank(QWidget):
    """Covers its parent with one colour and lets no click through; hidden until it is told a colour."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._color, self._covered = "", parent
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setAccessibleName("blank screen")
        self.hide()

    @property
    def color(self) -> str:
        """``black`` or ``white``; empty while awake."""
        return self._color

    def show_color(self, color: str) -> None:
        """Cover all with ``black`` or ``white``."""
        self._color = color
        self._covered.installEventFilter(self)  # no sooner: it costs something at every event there
        self.setGeometry(self._covered.rect())
        self.raise_()
        self.show()
        self.update()

    def wake(self) -> None:
        """Uncover it."""
        self._color = ""
        self._covered.removeEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the parent whatever its size, and whatever comes to stand in it."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.ChildAdded}:
            self.setGeometry(self._covered.rect())
            self.raise_()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._color or "black"))
        painter.end()


_KEY = Qt.Key
_WAKE_KEYS = {_KEY.Key_B, _KEY.Key_Period, _KEY.Key_W, _KEY.Key_Escape, _KEY.Key_PageUp, _KEY.Key_PageDown}


class BlankScreen(QObject):
    """Covers the screen, and takes every key from then on until one wakes it.

    Signals
    -------
    changed
        It has been covered, or is awake.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._blank: Blank | None = None

    def cover(self, blank: Blank, color: str) -> None:
        """Show nothing but a colour, ``black`` or ``white``, where ``blank`` lies."""
        self.wake()
        self._blank = blank
        blank.show_color(color)
        if application := QCoreApplication.instance():
            application.installEventFilter(self)
        self.changed.emit()

    @property
    def color(self) -> str:
        """``black`` or ``white``; empty while awake."""
        return self._blank.color if self._blank else ""

    def wake(self) -> None:
        """Show everything again."""
        if self._blank is None:
            return
        self._blank.wake()
        self._blank = None
        if application := QCoreApplication.instance():
            application.removeEventFilter(self)
        self.changed.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take a key, before it can be a shortcut."""
        if not isinstance(event, QKeyEvent):
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress and event.key() in _WAKE_KEYS:
            self.wake()
        return True

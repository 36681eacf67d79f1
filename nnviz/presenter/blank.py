"""A blank screen, black or white, or with a code to be scanned."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nnviz.presenter.code import paint_code


class Blank(QWidget):
    """Covers its parent with one colour, or a code on it, and blocks clicks; hidden until a colour is set."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._color, self._covered = "", parent
        self._code: tuple[QImage, str] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.hide()

    @property
    def color(self) -> str:
        """``black`` or ``white``; empty while hidden."""
        return self._color

    def show_code(self, code: QImage, words: str) -> None:
        """Cover the parent with a code on white, and words beneath it."""
        self.show_color("white")
        self._code = code, words
        self.setAccessibleName(f"QR code: {words}")

    def show_color(self, color: str) -> None:
        """Cover the parent with ``black`` or ``white``."""
        self._color, self._code = color, None
        self.setAccessibleName("blank screen")
        self._covered.installEventFilter(self)  # only now, as it slows every event there
        self.setGeometry(self._covered.rect())
        self.raise_()
        self.show()
        self.update()

    def uncover(self) -> None:
        """Uncover the parent."""
        self._color = ""
        self._covered.removeEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the parent covered when it is resized or gets new children."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.ChildAdded}:
            self.setGeometry(self._covered.rect())
            self.raise_()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._color or "black"))
        if self._code:
            paint_code(painter, self.rect(), *self._code)
        painter.end()


_KEY = Qt.Key
_WAKE_KEYS = {_KEY.Key_B, _KEY.Key_Period, _KEY.Key_W, _KEY.Key_Escape, _KEY.Key_PageUp, _KEY.Key_PageDown}


class BlankScreen(QObject):
    """Covers the only screen, and takes every key until one uncovers it, as nobody would see what a key does.

    Signals
    -------
    woken
        A key has uncovered it.
    """

    woken = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._blank: Blank | None = None

    def cover(self, blank: Blank, color: str) -> None:
        """Cover the parent of ``blank`` with ``black`` or ``white``."""
        self.uncover()
        blank.show_color(color)
        self._take(blank)

    def cover_with_code(self, blank: Blank, code: QImage, words: str) -> None:
        """Cover the parent of ``blank`` with a code, and words beneath it."""
        self.uncover()
        blank.show_code(code, words)
        self._take(blank)

    def _take(self, blank: Blank) -> None:
        """Take every key from now on."""
        self._blank = blank
        if application := QCoreApplication.instance():
            application.installEventFilter(self)

    @property
    def color(self) -> str:
        """``black`` or ``white``; empty while awake."""
        return self._blank.color if self._blank else ""

    def uncover(self) -> None:
        """Uncover the screen."""
        if self._blank is None:
            return
        self._blank.uncover()
        self._blank = None
        if application := QCoreApplication.instance():
            application.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take a key before it becomes a shortcut."""
        if not isinstance(event, QKeyEvent):
            return False
        event.accept()
        is_pressed = event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat()
        if is_pressed and event.key() in _WAKE_KEYS:
            self.uncover()
            self.woken.emit()
        return True

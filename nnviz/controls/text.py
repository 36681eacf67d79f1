"""A field for a text of one line or of several, which grows with it."""

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

_MOST_LINES = 14
"""Lines that a field grows to; longer text is scrolled."""
_FRAME = 12
"""Pixels of a field above and below its text."""
_OF_THE_WINDOW = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
_MARKS = {QKeySequence.StandardKey.Bold: "**", QKeySequence.StandardKey.Italic: "*"}
"""What stands around words in Markdown, by its keys."""


class TextField(QPlainTextEdit):
    """A text of one line, which may wrap, or of several; Tab leads on, and so does Enter in one of one line.

    Undo and redo are the window's: they take back what has been saved, in whatever field.

    Signals
    -------
    editingFinished
        The keyboard has gone elsewhere.
    """

    editingFinished = Signal()  # noqa: N815 - as Qt's fields call it

    def __init__(self, name: str, *, lines: int = 1) -> None:
        super().__init__()
        self._lines, self._grows = lines, False
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._grow)

    @property
    def text(self) -> str:
        """What is written, without blanks around it; of several lines, with an end to the last."""
        text = self.toPlainText().strip()
        if self._lines == 1:
            return " ".join(text.split("\n"))
        return f"{text}\n" if "\n" in text else text

    def show_text(self, text: str) -> None:
        """Show a text, unless it is what is written already; the cursor stays where it is."""
        if text == self.text:
            return
        place = self.textCursor().position()
        self.blockSignals(True)
        self.setPlainText(text.rstrip("\n"))
        self.blockSignals(False)
        cursor = self.textCursor()
        cursor.setPosition(min(place, len(self.toPlainText())))
        self.setTextCursor(cursor)
        self._grow()

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window, and keep from it what makes words bold or italic."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if any(map(event.matches, _OF_THE_WINDOW)):
                event.ignore()
                return False
            if any(map(event.matches, _MARKS)):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if mark := next((_MARKS[key] for key in _MARKS if event.matches(key)), ""):
            self.textCursor().insertText(f"{mark}{self.textCursor().selectedText()}{mark}")
        elif self._lines == 1 and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.editingFinished.emit()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text; into a field of one line, on one line."""
        text = source.text().replace("\r\n", "\n").replace("\r", "\n")
        self.textCursor().insertText(text if self._lines > 1 else " ".join(text.split("\n")))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._grow()

    def minimumSizeHint(self) -> QSize:
        return QSize(8 * self.fontMetrics().height(), self.height())

    def _grow(self) -> None:
        """Be as high as the text, which a bar makes longer: without an end, if each change of size began anew."""
        if self._grows:
            return
        self._grows = True
        for _ in range(2):  # with the bar as it was, then as it is
            lines = max(self._lines, round(self.document().size().height()))
            policy = Qt.ScrollBarPolicy
            bar = policy.ScrollBarAsNeeded if lines > _MOST_LINES else policy.ScrollBarAlwaysOff
            self.setVerticalScrollBarPolicy(bar)
            self.setFixedHeight(round(min(lines, _MOST_LINES) * self.fontMetrics().lineSpacing()) + _FRAME)
        self._grows = False

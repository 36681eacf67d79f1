"""A sheet of paper over a view that cannot show what there is, with a line that says why."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget


class Cover(QLabel):
    """Covers its parent, whatever size that has."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, wordWrap=True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAutoFillBackground(True)
        self.setMargin(12)
        parent.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the size of the parent."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def show_words(self, words: str) -> None:
        """Cover the parent with these words; uncover it if they are empty."""
        self.setText(words)
        self.setVisible(bool(words))
        self._fit()
        self.raise_()

    def _fit(self) -> None:
        if parent := self.parentWidget():
            self.setGeometry(parent.rect())


def cover(view: QWidget, words: str) -> None:
    """Cover a view with words, or uncover it if they are empty."""
    found = view.findChild(Cover, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if found or words:
        (found or Cover(view)).show_words(words)

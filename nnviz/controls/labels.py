"""Labels that keep their place whatever they say."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget


class FixedLabel(QLabel):
    """A label with room for its widest text.

    Its size being fixed, a new text repaints it and moves nothing; Qt would lay out the whole window anew.
    Should a text need more after all, it grows once and stays so.
    """

    def __init__(self, widest: str) -> None:
        super().__init__()
        self._widest = widest
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._fit()

    def show_text(self, text: str) -> None:
        """Say this from now on."""
        if text != self.text():
            if self.fontMetrics().horizontalAdvance(text) > self.width() - 2:
                self._widest = text
                self._fit()
            self.setText(text)

    def changeEvent(self, event: QEvent) -> None:
        """Keep room in another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        self.setFixedSize(metrics.horizontalAdvance(self._widest) + 2, metrics.height())


class Figure(QWidget):
    """A number to be read from the last row, with a word above that says what it is."""

    def __init__(self, caption: str, widest: str, tip: str) -> None:
        super().__init__()
        self.setToolTip(tip)
        self.caption = QLabel(caption)
        self.caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.number = FixedLabel(widest)
        self.number.setAccessibleName(caption)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addWidget(self.number)
        self._enlarge()

    def show_figure(self, caption: str, number: str) -> None:
        """Say a number, and what it is."""
        if caption != self.caption.text():
            self.caption.setText(caption)
            self.number.setAccessibleName(caption)
        self.number.show_text(number)

    def changeEvent(self, event: QEvent) -> None:
        """Stay larger than the text around."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._enlarge()

    def _enlarge(self) -> None:
        font = self.font()
        font.setPixelSize(round(1.45 * self.fontInfo().pixelSize()))
        font.setBold(True)
        self.number.setFont(font)

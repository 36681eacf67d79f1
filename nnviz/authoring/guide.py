"""A guide in Markdown, to read in the program without a network."""

import re
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QTextBlock, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

_WIDTH, _HEIGHT = 52, 44
"""Size in lines of text."""
_MOST_OF_THE_WINDOW = 0.92


class Guide(QDialog):
    """Shows a Markdown file. A link inside it scrolls there; the address of one that leads out is shown first."""

    def __init__(self, path: Path, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFont(parent.font())  # a dialog does not inherit its parent's font
        self.setWindowTitle(title)
        self.text, self.address = QTextBrowser(), QLabel()
        self.text.setOpenLinks(False)
        self.text.setMarkdown(path.read_text(encoding="utf-8"))
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self.text.anchorClicked.connect(self.follow)
        self.address.setTextFormat(Qt.TextFormat.PlainText)
        self.address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._outside = QWidget()
        self.copy, self.browse = QPushButton("&Copy address"), QPushButton("Open in &browser")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.address.text()))
        self.browse.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self.address.text())))
        self._lay_out(parent.window().size() * _MOST_OF_THE_WINDOW)

    @property
    def headings(self) -> dict[str, int]:
        """Where each heading stands in the text, by its name in links."""
        block, found = self.text.document().begin(), dict[str, int]()
        while block.isValid():
            if block.blockFormat().headingLevel():
                found[_name(block)] = block.position()
            block = block.next()
        return found

    def follow(self, link: QUrl) -> None:
        """Scroll to a heading, or show an address."""
        place = self.headings.get(link.fragment()) if link.isRelative() else None
        if place is not None:
            cursor = QTextCursor(self.text.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            self.text.setTextCursor(cursor)  # from below, the heading comes to the top
            cursor.setPosition(place)
            self.text.setTextCursor(cursor)
        self._outside.setVisible(place is None)
        self.address.setText("" if place is not None else link.toString())

    def _lay_out(self, most: QSize) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        row, column = QHBoxLayout(self._outside), QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.address, 1)
        row.addWidget(self.copy)
        row.addWidget(self.browse)
        self._outside.hide()
        for widget in (self.text, self._outside, buttons):
            column.addWidget(widget)
        line = self.fontMetrics().height()
        self.resize(QSize(_WIDTH * line, _HEIGHT * line).boundedTo(most))


def show_guide(path: Path, parent: QWidget) -> Guide:
    """Open a guide; it may stay open while the window is used."""
    guide = Guide(path, "Guide to writing lessons", parent)
    guide.show()
    return guide


def _name(heading: QTextBlock) -> str:
    """A heading's name in links: its words in small letters, with hyphens between them."""
    return re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", heading.text().lower()).strip())

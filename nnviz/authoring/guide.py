"""The guide: pages in Markdown, to read in the program without a network."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage, QTextBlock, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from nnviz.paths import documentation, resource

_WIDTH, _HEIGHT, _CONTENTS = 76, 46, 12
"""Size of the dialog and width of its contents, in lines of text."""
_MARGIN = 40
"""Pixels beside a picture."""
AUTHORS = "writing-lessons.md"
_PAGES = (
    *("index.md", "guide.md", "own-data.md", "lessons.md", AUTHORS, "keys.md", "studies.md", "files.md"),
    *("command-line.md", "python.md", "speed.md", "architecture.md"),
)
_MOST_OF_THE_WINDOW = 0.92


def pages() -> dict[str, Path]:
    """The guide's pages by the names that links to them have, in the order of its contents."""
    elsewhere = {AUTHORS: resource("lessons", "AUTHORS.md")}
    return {name: elsewhere.get(name, documentation() / name) for name in _PAGES}


class _Reader(QTextBrowser):
    """Text whose pictures are no wider than it."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        found = super().loadResource(kind, name)
        image = QImage(str(documentation() / QUrl(name).path()))
        if kind != QTextDocument.ResourceType.ImageResource.value or image.isNull():
            return found
        width = min(image.width(), self.viewport().width() - _MARGIN)
        return image.scaledToWidth(max(1, width), Qt.TransformationMode.SmoothTransformation)


class Guide(QDialog):
    """Shows Markdown files. A link among them is followed; the address of one that leads out is shown first.

    Parameters
    ----------
    pages : mapping of str to Path
        The files by the names that links to them have.
    """

    def __init__(self, pages: Mapping[str, Path], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFont(parent.font())  # a dialog does not inherit its parent's font
        self.setWindowTitle("Guide")
        self._texts = {name: path.read_text(encoding="utf-8") for name, path in pages.items()}
        self.contents, self.text, self.address = QListWidget(), _Reader(), QLabel()
        self.contents.addItems([_title(text) for text in self._texts.values()])
        self.contents.currentRowChanged.connect(self._show_row)
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(self.follow)
        self.address.setTextFormat(Qt.TextFormat.PlainText)
        self.address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._outside = QWidget()
        self.copy, self.browse = QPushButton("&Copy address"), QPushButton("Open in &browser")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.address.text()))
        self.browse.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self.address.text())))
        self._lay_out(parent.window().size() * _MOST_OF_THE_WINDOW)

    def open_page(self, name: str) -> None:
        """Show a page from its beginning."""
        self.contents.setCurrentRow(list(self._texts).index(name))

    def _show_row(self, row: int) -> None:
        self.text.setMarkdown(list(self._texts.values())[row])
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

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
        """Go to a page or a heading, or show an address."""
        if link.path() in self._texts and link.isRelative():
            self.open_page(link.path())
        place = self.headings.get(link.fragment() or next(iter(self.headings))) if link.isRelative() else None
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
        row, column, reading = QHBoxLayout(self._outside), QVBoxLayout(self), QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.address, 1)
        row.addWidget(self.copy)
        row.addWidget(self.browse)
        self._outside.hide()
        line = self.fontMetrics().height()
        self.contents.setFixedWidth(_CONTENTS * line)
        self.contents.setAccessibleName("Contents")
        self.contents.setVisible(len(self._texts) > 1)
        reading.addWidget(self.contents)
        reading.addWidget(self.text, 1)
        column.addLayout(reading)
        for widget in (self._outside, buttons):
            column.addWidget(widget)
        self.resize(QSize(_WIDTH * line, _HEIGHT * line).boundedTo(most))


def show_guide(parent: QWidget, page: str = _PAGES[0]) -> Guide:
    """Open the one guide at a page; it may stay open while the window is used."""
    opened = (guide for guide in parent.findChildren(Guide) if guide.isVisible())
    guide = next(opened, None) or Guide(pages(), parent)
    guide.show()
    guide.raise_()
    guide.open_page(page)
    return guide


def _title(text: str) -> str:
    """What a page is called: its first heading."""
    return text.split("\n", 1)[0].removeprefix("# ")


def _name(heading: QTextBlock) -> str:
    """A heading's name in links: its words in small letters, with hyphens between them."""
    return re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", heading.text().lower()).strip())

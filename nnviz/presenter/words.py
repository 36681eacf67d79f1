"""Text on a page: short Markdown with typeset formulas."""

import re
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAbstractTextDocumentLayout, QFont, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from nnviz.theme import Theme, theme

if TYPE_CHECKING:  # imported with the first words, so that the window starts faster
    from nnviz.presenter.document import Document

_NARROWEST, _USUAL = 6, 16
"""Least and usual width of a text, in heights of the font."""

_BEGINNING = re.compile(r"^\s*(?=[-+*#>|~=_`](?:\s|$)|#{2,6}\s|(?:---|\*\*\*|___|```|~~~))")
_NUMBER = re.compile(r"^(\s*\d{1,9})(?=[.)](?:\s|$))")


class RichText(QWidget):
    """Text that wraps at the widget's width, in the widget's font and the theme's colours.

    It ignores clicks and keys.
    """

    def __init__(self, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme("light")
        self._markdown, self._color = words, ""
        self._made: Document | None = None
        self._heights: dict[int, int] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._read()

    @property
    def plain(self) -> str:
        """The text without formatting."""
        if not self._markdown:
            return ""
        return self._document.toPlainText().replace("\ufffc", "")

    def show_words(self, words: str) -> None:
        """Show Markdown."""
        if words != self._markdown:
            self._markdown = words
            self._read()

    def show_line(self, line: str) -> None:
        """Show one line of Markdown, never as a list or a heading."""
        line = " ".join(line.split())
        line = _NUMBER.sub(r"\1\\", line)
        begins = _BEGINNING.match(line)
        self.show_words(f"\\{line}" if begins else line)

    def set_theme(self, theme: Theme, color: str = "") -> None:
        """Use the theme's text colour, or another."""
        if (theme, color) != (self._theme, self._color):
            self._theme, self._color = theme, color
            self._read()

    def heightForWidth(self, width: int) -> int:
        if not self._markdown:
            return self.fontMetrics().height()
        if width not in self._heights:  # a layout asks often
            self._document.fit(max(1.0, width))
            self._heights[width] = ceil(self._document.size().height())
            self._document.fit(max(1.0, self.width()))
        return self._heights[width]

    def sizeHint(self) -> QSize:
        width = _USUAL * self.fontMetrics().height()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST * self.fontMetrics().height(), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._made:
            self._made.fit(max(1.0, self.width()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._read()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        context = QAbstractTextDocumentLayout.PaintContext()
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Text, self._color or self._theme.text)
        context.palette = palette
        self._document.documentLayout().draw(painter, context)
        painter.end()

    @property
    def _document(self) -> "Document":
        """The laid-out document, made when first needed."""
        if self._made is None:
            from nnviz.presenter.document import Document  # noqa: PLC0415

            color = self._color or self._theme.text
            self._made = Document(self._markdown, QFont(self.font()), color, self._theme.accent)
            self._made.fit(max(1.0, self.width()))
        return self._made

    def _read(self) -> None:
        self._made = None
        self._heights.clear()
        self.setAccessibleName(self.plain)
        self.updateGeometry()
        self.update()


class Scroll(QScrollArea):
    """A scroll area for long text, which never takes the keyboard focus."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setWidget(inside)
        for widget in (self.viewport(), inside):
            widget.setAutoFillBackground(False)
        self._laid_out = QSize()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.size() != self._laid_out:  # not only the part inside, of which Qt tells the same way
            self._laid_out = self.size()
            self._drop_bar()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        stopped = super().eventFilter(watched, event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._drop_bar()
        return stopped

    def _drop_bar(self) -> None:
        """Do without the scroll bar where the text fits without it.

        Qt keeps a bar as long as the text needs one beside it: in the shorter lines that the bar leaves.
        """
        if self.verticalScrollBar().maximum():
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def set_theme(self, theme: Theme) -> None:
        """Show a slim scroll bar in a theme's colours."""
        self.verticalScrollBar().setStyleSheet(
            "QScrollBar { width: 8px; background: transparent; }"
            f" QScrollBar::handle {{ background: {theme.muted}; border-radius: 4px; min-height: 24px; }}"
            " QScrollBar::add-line, QScrollBar::sub-line { height: 0px; }"
        )

    @property
    def hidden_height(self) -> int:
        """Height of the hidden part of the content, in pixels."""
        return self.verticalScrollBar().maximum()

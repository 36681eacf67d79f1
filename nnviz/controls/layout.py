"""A layout that wraps lines, columns that scroll, and labels of fixed size."""

from collections.abc import Iterable

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QLayoutItem, QScrollArea, QVBoxLayout, QWidget

from nnviz.theme import FontFollower

_LARGE, _COMPACT = 1.45, 1.2
"""Sizes of a large number, as multiples of the text size."""


class Flow(QLayout):
    """A layout with widgets side by side, in as many lines as necessary.

    It sets its widget's height itself, because Qt's height-for-width gets lost in nested layouts.

    Parameters
    ----------
    even : bool
        All columns are as wide as the widest widget.
    fill : bool
        Even columns share the whole width.
    """

    def __init__(self, parent: QWidget, spacing: int = 6, *, even: bool = False, fill: bool = False) -> None:
        super().__init__(parent)
        self._around = parent
        self._even, self._fill = even or fill, fill
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)
        self._items: list[QLayoutItem] = []

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem:
        return self._items[index] if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def takeAt(self, index: int) -> QLayoutItem:
        return self._items.pop(index) if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def setGeometry(self, rect: QRect) -> None:
        """Place the items, and give the widget the height that they need."""
        super().setGeometry(rect)
        self._around.setFixedHeight(self._arrange(rect))

    def sizeHint(self) -> QSize:
        """All items in one line."""
        sizes = [size for _, size in self._sized(0)]
        gaps = self.spacing() * max(0, len(sizes) - 1)
        return QSize(sum(s.width() for s in sizes) + gaps, max((s.height() for s in sizes), default=0))

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in _visible(self._items):
            size = size.expandedTo(item.minimumSize())
        return size

    def _sized(self, width: int) -> list[tuple[QLayoutItem, QSize]]:
        """The items and their sizes, in lines of a width; in one line if it is 0."""
        sized = [(item, item.sizeHint()) for item in _visible(self._items)]
        cell = max((size.width() for _, size in sized), default=0)
        if self._fill and width and sized:
            columns = min(len(sized), max(1, (width + self.spacing()) // (cell + self.spacing())))
            cell = (width + self.spacing()) // columns - self.spacing()
        if self._even:
            sized = [(item, QSize(cell, size.height())) for item, size in sized]
        return [(item, QSize(min(size.width(), width or size.width()), size.height())) for item, size in sized]

    def _arrange(self, rect: QRect) -> int:
        """Place the items line by line; return their height."""
        place, line = rect.topLeft(), 0
        for item, size in self._sized(rect.width()):
            if place.x() > rect.left() and place.x() + size.width() > rect.left() + rect.width():
                place, line = QPoint(rect.left(), place.y() + line + self.spacing()), 0
            item.setGeometry(QRect(place, size))
            place.setX(place.x() + size.width() + self.spacing())
            line = max(line, size.height())
        return place.y() + line - rect.top()


def _visible(items: list[QLayoutItem]) -> list[QLayoutItem]:
    return [item for item in items if not item.isEmpty()]


class FixedLabel(FontFollower, QLabel):
    """A label with space for its widest text.

    As its size is fixed, a new text only repaints it; otherwise Qt would lay out the whole window again. If a text
    is wider after all, the label grows once and stays so.
    """

    def __init__(self, widest: str) -> None:
        super().__init__()
        self._usual = self._widest = widest
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._use_font()

    def show_text(self, text: str) -> None:
        """Set the text."""
        if text != self.text():
            if self.fontMetrics().horizontalAdvance(text) > self.width() - 2:
                self._widest = text
                self._use_font()
            self.setText(text)

    def start_anew(self) -> None:
        """Have no more space than at first: what comes now is of another kind."""
        self.clear()
        self._widest = self._usual
        self._use_font()

    def reserve(self, widest: str) -> None:
        """Have space for this text, and for the one that is shown."""
        self._usual = self._widest = widest
        self._use_font()

    def _use_font(self) -> None:
        metrics = self.fontMetrics()
        width = max(map(metrics.horizontalAdvance, (self._widest, self.text())))
        self.setFixedSize(width + 2, metrics.height())
        self.setIndent(self.indent())  # else the size hint would stay as wide as the label was before


class LargeNumber(FontFollower, QWidget):
    """A large number with a caption above it.

    Parameters
    ----------
    widest, usual : str
        The number for which there is space, and the one where space is short.
    """

    def __init__(self, caption: str, widest: str, usual: str, tip: str) -> None:
        super().__init__()
        self.setToolTip(tip)
        self._widest, self._usual, self._is_compact = widest, usual, False
        self.caption = FixedLabel(caption)
        self.caption.setText(caption)
        self.caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.number = FixedLabel(widest)
        self.number.setAccessibleName(caption)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addWidget(self.number)
        self._use_font()

    def show_number(self, caption: str, number: str) -> None:
        """Set the caption and the number."""
        if caption != self.caption.text():
            self.caption.start_anew()
            self.number.start_anew()
            self.caption.show_text(caption)
            self.number.setAccessibleName(caption)
        self.number.show_text(number)

    def set_compact(self, compact: bool) -> None:
        """Take less space, or as much as the widest number needs."""
        if compact != self._is_compact:
            self._is_compact = compact
            self._use_font()
            self._column.activate()  # else its size would be the old one until it is laid out

    def _use_font(self) -> None:
        font = self.font()
        font.setPixelSize(round((_COMPACT if self._is_compact else _LARGE) * self.fontInfo().pixelSize()))
        font.setBold(True)
        self.number.setFont(font)
        self.number.reserve(self._usual if self._is_compact else self._widest)


def scrolled(parts: Iterable[QWidget], spacing: int, margins: QMargins | None = None) -> QScrollArea:
    """A scroll area with parts below each other; ``margins`` are those of the style if none are given."""
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setSpacing(spacing)
    if margins is not None:
        column.setContentsMargins(margins)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area

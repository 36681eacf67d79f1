"""A layout that wraps lines, and labels that keep their place whatever they say."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QLayout, QLayoutItem, QVBoxLayout, QWidget

from nnviz.theme import FontFollower


class Flow(QLayout):
    """Widgets side by side, in as many lines as they need: the layout of a widget of its own.

    Qt's own way, a height for each width, is lost on the way through nested layouts.

    Parameters
    ----------
    even : bool
        In columns, each as wide as the widest widget.
    fill : bool
        Even columns that share all of the width.
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
        """Put the items into their places, and make the widget around them just as high as they need."""
        super().setGeometry(rect)
        self._around.setFixedHeight(self._arrange(rect))

    def sizeHint(self) -> QSize:
        """All in one line."""
        sizes = [size for _, size in self._sized(0)]
        gaps = self.spacing() * max(0, len(sizes) - 1)
        return QSize(sum(s.width() for s in sizes) + gaps, max((s.height() for s in sizes), default=0))

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in _visible(self._items):
            size = size.expandedTo(item.minimumSize())
        return size

    def _sized(self, width: int) -> list[tuple[QLayoutItem, QSize]]:
        """The items and their sizes, in lines of a width, or of any if it is 0."""
        sized = [(item, item.sizeHint()) for item in _visible(self._items)]
        cell = max((size.width() for _, size in sized), default=0)
        if self._fill and width and sized:
            columns = min(len(sized), max(1, (width + self.spacing()) // (cell + self.spacing())))
            cell = (width + self.spacing()) // columns - self.spacing()
        if self._even:
            sized = [(item, QSize(cell, size.height())) for item, size in sized]
        return [(item, QSize(min(size.width(), width or size.width()), size.height())) for item, size in sized]

    def _arrange(self, rect: QRect) -> int:
        """Fill line after line; the height they take."""
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
    """A label with room for its widest text.

    Its size being fixed, a new text repaints it and moves nothing; Qt would lay out the whole window anew.
    Should a text need more after all, it grows once and stays so.
    """

    def __init__(self, widest: str) -> None:
        super().__init__()
        self._widest = widest
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._use_font()

    def show_text(self, text: str) -> None:
        """Say this from now on."""
        if text != self.text():
            if self.fontMetrics().horizontalAdvance(text) > self.width() - 2:
                self._widest = text
                self._use_font()
            self.setText(text)

    def _use_font(self) -> None:
        metrics = self.fontMetrics()
        self.setFixedSize(metrics.horizontalAdvance(self._widest) + 2, metrics.height())


class Figure(FontFollower, QWidget):
    """A large number with a caption above it."""

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
        self._use_font()

    def show_figure(self, caption: str, number: str) -> None:
        """Say a number, and what it is."""
        if caption != self.caption.text():
            self.caption.setText(caption)
            self.number.setAccessibleName(caption)
        self.number.show_text(number)

    def _use_font(self) -> None:
        font = self.font()
        font.setPixelSize(round(1.45 * self.fontInfo().pixelSize()))
        font.setBold(True)
        self.number.setFont(font)

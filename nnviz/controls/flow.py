"""A layout that goes on in the next line where the width ends."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flow(QLayout):
    """Widgets side by side, in as many lines as they need: the layout of a widget of its own.

    Qt's own way, a height for each width, is lost on the way through nested layouts.

    Parameters
    ----------
    parent : QWidget
    spacing : int
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
        """Add at the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem:
        """One item; None beyond the last, as Qt asks for."""
        return self._items[index] if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def takeAt(self, index: int) -> QLayoutItem:
        """Remove an item; None beyond the last, as Qt asks for."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def expandingDirections(self) -> Qt.Orientation:
        """It needs no more room than its items."""
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
        """The largest item's."""
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

"""Where in the lesson one is: a dot for each page."""

from collections.abc import Collection

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from nnviz.presenter.style import QuietButton, tint
from nnviz.theme import Theme, theme

_RADIUS, _SPACING = 0.28, 1.15
"""In heights of the font."""


class Dots(QWidget):
    """Dots of pages: filled when done, ringed where one is, a click goes there.

    Signals
    -------
    chosen : int
        A page, counted from 0.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._theme = theme("light")
        self._titles: tuple[str, ...] = ()
        self._index, self._done = 0, frozenset[int]()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_pages(self, titles: tuple[str, ...], index: int, done: Collection[int]) -> None:
        """Show where one is, and what is done."""
        self._titles, self._index, self._done = titles, index, frozenset(done)
        self.setAccessibleName(f"page {index + 1} of {len(titles)}")
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._theme = theme
        self.update()

    def place(self, page: int) -> QPointF:
        """Middle of a page's dot."""
        row, column = divmod(page, self._columns(self.width()))
        beside = self._columns(self.width()) * row
        length = min(len(self._titles) - beside, self._columns(self.width()))
        left = (self.width() - (length - 1) * self._step) / 2
        return QPointF(left + column * self._step, (row + 0.5) * self._step)

    def heightForWidth(self, width: int) -> int:
        """Height of all rows."""
        return int(-(-len(self._titles) // self._columns(width)) * self._step) + 1

    def sizeHint(self) -> QSize:
        """One row, as far as there is room."""
        return QSize(round(5 * self._step), self.heightForWidth(max(self.width(), round(5 * self._step))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dots."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius, color = _RADIUS * self.fontMetrics().height(), QColor(self._theme.accent)
        for page in range(len(self._titles)):
            here, middle = page == self._index, self.place(page)
            done = page in self._done
            painter.setPen(QPen(color if done or here else QColor(self._theme.muted), 1.6))
            painter.setBrush(color if done else QColor(self._theme.background))
            size = 0.72 * radius if here else 0.85 * radius
            painter.drawEllipse(middle, size, size)
            if here:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(color, 2.2))
                painter.drawEllipse(middle, 1.45 * radius, 1.45 * radius)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the page whose dot was clicked."""
        page = self._page_at(event.position())
        if page is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(page)

    def event(self, event: QEvent) -> bool:
        """Say a page's title while the pointer rests on its dot."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            page = self._page_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if page is None else f"{page + 1}  {self._titles[page]}", self)
            return True
        return super().event(event)

    @property
    def _step(self) -> float:
        return _SPACING * self.fontMetrics().height()

    def _columns(self, width: int) -> int:
        return max(1, int(width / self._step))

    def _page_at(self, place: QPointF) -> int | None:
        half = self._step / 2
        for page in range(len(self._titles)):
            middle = self.place(page)
            if QRectF(middle.x() - half, middle.y() - half, 2 * half, 2 * half).contains(place):
                return page
        return None


class Navigation(QWidget):
    """The way through the lesson: a dot a page, back and next."""

    def __init__(self) -> None:
        super().__init__()
        self.dots = Dots()
        self.back = QuietButton("← Back", "the page before: PgUp", "Back")
        self.count = QLabel()
        self.next = QuietButton("Next →", "the next page: PgDn", "Next", strong=True)
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 6, 0)
        column.addWidget(self.dots)
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget, stretch in ((self.back, 0), (self.count, 1), (self.next, 0)):
            row.addWidget(widget, stretch)
        column.addLayout(row)

    def show_page(self, titles: tuple[str, ...], index: int, done: Collection[int]) -> None:
        """Show where one is."""
        self.dots.show_pages(titles, index, done)
        self.count.setText(f"{index + 1} / {len(titles)}")
        self.back.setEnabled(index > 0)
        self.next.setEnabled(index < len(titles) - 1)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self.dots.set_theme(theme)
        tint(self.count, theme.muted)
        for button in (self.back, self.next):
            button.set_theme(theme)

"""The library by year: a time line of events, each opening its lesson, with the winters shaded."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from nnviz.lessons.history import Event, Winter, history
from nnviz.lessons.lesson import Course
from nnviz.presenter.library_rows import ENTRY, Index
from nnviz.presenter.style import scaled
from nnviz.theme import Theme, mix, theme

_GAP = 8
_DOT = 6
_WRAP = Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignTop.value
_SHADE = 0.16
"""How much of the text's colour is in the ground of a winter."""


@dataclass(frozen=True, eq=False)
class Line:
    """A row of the time line.

    ``course`` is the lesson that it opens, if there is one; ``in_winter`` says whether the row is shaded.
    """

    what: Event | Winter
    course: Course | None = None
    in_winter: bool = False

    @property
    def texts(self) -> tuple[str, str, str]:
        """Title, words, and the lesson."""
        opens = f"Lesson: {self.course.lesson.title}" if self.course else ""
        if isinstance(self.what, Winter):
            return self.what.name, self.what.words, opens
        return f"{self.what.title}, {self.what.people}", self.what.words, opens

    @property
    def years(self) -> str:
        """The year, or the first and last one."""
        return f"{self.what.first}–{self.what.last}" if isinstance(self.what, Winter) else f"{self.what.year}"


def lines_of(courses: Sequence[Course]) -> list[Line]:
    """The rows of the time line, with the lessons that are among these courses."""
    known = {course.lesson.id: course for course in courses}
    winters = history().winters
    return [
        Line(what, None, in_winter=True)
        if isinstance(what, Winter)
        else Line(what, known.get(what.lesson), any(w.first <= what.year <= w.last for w in winters))
        for what in history().course
    ]


class YearRow(QStyledItemDelegate):
    """Paints a row: its year, a dot on the line, the words; filled dots open a lesson."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._theme: Theme = theme("light")

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._view.viewport().update()

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.viewport().width()
        line: Line = index.data(ENTRY)
        return QSize(width, sum(self._heights(line, width)) + 2 * _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: Line = index.data(ENTRY)
        rect: QRect = option.rect
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.in_winter:
            painter.fillRect(rect, mix(self._theme.field, self._theme.text, _SHADE))
        if is_chosen:
            painter.fillRect(rect, QColor(self._theme.accent))
        self._paint_year(painter, rect, line, is_chosen=is_chosen)
        self._paint_words(painter, rect, line, is_chosen=is_chosen)
        painter.restore()

    def _paint_year(self, painter: QPainter, rect: QRect, line: Line, *, is_chosen: bool) -> None:
        ink = QColor(self._theme.accent_text if is_chosen else self._theme.text)
        height = self._view.fontMetrics().height()
        x, y = rect.left() + self._stem, rect.top() + _GAP + height // 2
        painter.setFont(scaled(self._view.font(), 1.0, bold=True))
        painter.setPen(ink)
        column = QRect(rect.left(), rect.top() + _GAP, self._stem - 2 * _GAP, height)
        painter.drawText(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, line.years)
        painter.setPen(QPen(QColor(self._theme.accent_text if is_chosen else self._theme.muted), 2.0))
        painter.drawLine(x, rect.top(), x, rect.bottom() + 1)
        if isinstance(line.what, Event):
            ground = self._theme.accent if is_chosen else self._theme.field
            painter.setPen(QPen(ink, 2.0))
            painter.setBrush(ink if line.course else QColor(ground))
            painter.drawEllipse(QPoint(x, y), _DOT, _DOT)

    def _paint_words(self, painter: QPainter, rect: QRect, line: Line, *, is_chosen: bool) -> None:
        left, top = rect.left() + self._indent, rect.top() + _GAP
        colors = (self._theme.text, self._theme.text, self._theme.accent)
        heights = self._heights(line, rect.width())
        for words, height, color, bold in zip(line.texts, heights, colors, (True, False, False), strict=True):
            painter.setFont(scaled(self._view.font(), 1.0, bold=bold))
            painter.setPen(QColor(self._theme.accent_text if is_chosen else color))
            painter.drawText(QRect(left, top, rect.width() - self._indent - _GAP, height), _WRAP, words)
            top += height

    def _heights(self, line: Line, width: int) -> list[int]:
        """Of each text, wrapped."""
        room = QRect(0, 0, max(1, width - self._indent - _GAP), 10_000)
        metrics = (QFontMetrics(scaled(self._view.font(), 1.0, bold=bold)) for bold in (True, False, False))
        pairs = zip(metrics, line.texts, strict=True)
        return [each.boundingRect(room, _WRAP, words).height() if words else 0 for each, words in pairs]

    @property
    def _stem(self) -> int:
        """Where the line is, from the left."""
        return QFontMetrics(scaled(self._view.font(), 1.0, bold=True)).horizontalAdvance("1987–1993") + 4 * _GAP

    @property
    def _indent(self) -> int:
        return self._stem + 3 * _GAP


class YearList(QListView):
    """The time line as a list; only what has a lesson can be chosen.

    Signals
    -------
    opened : Course
        A row was double-clicked.
    """

    opened = Signal(object)

    def __init__(self, courses: Sequence[Course], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row, model = YearRow(self), QStandardItemModel(self)
        for line in lines_of(courses):
            item = QStandardItem()
            item.setData(line, ENTRY)
            item.setData(f"{line.years} {'. '.join(filter(None, line.texts))}", Qt.ItemDataRole.AccessibleTextRole)
            if line.course is None:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            model.appendRow(item)
        self.setModel(model)
        self.setItemDelegate(self._row)
        self.setAccessibleName("lessons by year")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.doubleClicked.connect(self._open)
        self.choose_first()

    @property
    def current(self) -> Course | None:
        """The lesson of the row that is chosen."""
        index = self.currentIndex()
        line: Line | None = index.data(ENTRY) if index.isValid() else None
        return line.course if line else None

    def choose_first(self) -> None:
        """Choose the earliest event that has a lesson."""
        model = self.model()
        rows = (model.index(row, 0) for row in range(model.rowCount()))
        self.setCurrentIndex(next((row for row in rows if row.data(ENTRY).course), QModelIndex()))
        self.scrollToTop()

    def set_theme(self, theme: Theme) -> None:
        self._row.set_theme(theme)

    def _open(self, _index: QModelIndex) -> None:
        if self.current:
            self.opened.emit(self.current)

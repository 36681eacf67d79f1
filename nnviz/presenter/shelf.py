"""The lessons as a list that is searched: what stands in it, and how a row is painted."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nnviz.lessons.course import Course
from nnviz.lessons.library import speaks_of
from nnviz.presenter.style import scaled
from nnviz.presenter.tiles import PictureOf, framed, part_title, tile
from nnviz.theme import Theme, theme

ENTRY = Qt.ItemDataRole.UserRole.value
_GAP = 8
_WRAP = Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignTop.value

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, eq=False)
class Entry:
    """A lesson in the list, with its number in its part; without a lesson it is the heading of a part."""

    part: int
    course: Course | None = None
    number: int = 0


def entries(courses: Sequence[Course], wanted: str = "") -> list[Entry]:
    """Headings and lessons in their order; only lessons that have every word that is wanted."""
    found: list[Entry] = []
    part, number = 0, 0
    for course in sorted(courses, key=lambda course: (course.lesson.part, course.lesson.order, course.lesson.id)):
        lesson = course.lesson
        number = number + 1 if lesson.part == part else 1
        part = lesson.part
        if speaks_of(course, wanted):
            if not found or found[-1].part != part:
                found.append(Entry(part))
            found.append(Entry(part, course, number))
    return found


class LessonRow(QStyledItemDelegate):
    """Paints a lesson: picture, title, summary, source; or the heading of a part."""

    def __init__(self, view: QListView, picture: PictureOf) -> None:
        super().__init__(view)
        self._view, self._picture = view, picture
        self._theme: Theme = theme("light")

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._theme = theme
        self._view.viewport().update()

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """As high as its words need to be."""
        width, line = self._view.viewport().width(), self._view.fontMetrics().height()
        entry: Entry = index.data(ENTRY)
        if entry.course is None:
            return QSize(width, round(2.2 * line))
        words = sum(height for _, height in self._heights(entry.course, width - self._indent))
        return QSize(width, max(words, self._tile_size.height()) + 2 * _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row."""
        entry: Entry = index.data(ENTRY)
        rect: QRect = option.rect
        painter.save()
        if entry.course is None:
            painter.setFont(scaled(self._view.font(), 1.0, bold=True))
            painter.setPen(QColor(self._theme.muted))
            bottom = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
            painter.drawText(rect.adjusted(_GAP, 0, -_GAP, -4), bottom, part_title(entry.part))
        else:
            is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            self._paint_lesson(painter, rect, entry, entry.course, is_chosen=is_chosen)
        painter.restore()

    def _paint_lesson(
        self, painter: QPainter, rect: QRect, entry: Entry, course: Course, *, is_chosen: bool
    ) -> None:
        if is_chosen:
            painter.fillRect(rect, QColor(self._theme.accent))
        painter.drawPixmap(rect.left() + _GAP, rect.top() + _GAP, self._drawn(entry, course))
        left, top = rect.left() + self._indent, rect.top() + _GAP
        width = rect.width() - self._indent
        title, summary, source = _lines(course)
        source = self._view.fontMetrics().elidedText(source, Qt.TextElideMode.ElideRight, width - _GAP)
        colors = (self._theme.text, self._theme.text, self._theme.muted)
        for words, (font_bold, height), color in zip(
            (title, summary, source), self._heights(course, width), colors, strict=True
        ):
            painter.setFont(scaled(self._view.font(), 1.0, bold=font_bold))
            painter.setPen(QColor(self._theme.accent_text if is_chosen else color))
            painter.drawText(QRect(left, top, width - _GAP, height), _WRAP, words)
            top += height

    def _heights(self, course: Course, width: int) -> list[tuple[bool, int]]:
        """Whether a line is bold, and how high it is."""
        heights = []
        for words, bold in zip(_lines(course), (True, False, False), strict=True):
            metrics = QFontMetrics(scaled(self._view.font(), 1.0, bold=bold))
            box = metrics.boundingRect(QRect(0, 0, max(1, width - _GAP), 10_000), _WRAP, words)
            heights.append((bold, box.height() if words else 0))
        last_bold, height = heights[-1]
        heights[-1] = last_bold, min(height, self._view.fontMetrics().height())
        return heights

    def _drawn(self, entry: Entry, course: Course) -> QPixmap:
        ratio = self._view.devicePixelRatioF()
        own = self._picture(course)
        if own is not None:
            return framed(own, self._tile_size, ratio)
        return tile(course.lesson, entry.number, self._tile_size, ratio, self._theme, self._view.font())

    @property
    def _tile_size(self) -> QSize:
        line = self._view.fontMetrics().height()
        return QSize(round(7.2 * line), round(4.5 * line))

    @property
    def _indent(self) -> int:
        return self._tile_size.width() + 3 * _GAP


def _lines(course: Course) -> tuple[str, str, str]:
    lesson = course.lesson
    return lesson.title, lesson.summary, "; ".join(lesson.source)

"""The rows of the library's list: lessons with their pictures, and the headings of the parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nnviz.lessons.lesson import Course, Lesson
from nnviz.paths import resource
from nnviz.presenter.style import scaled
from nnviz.theme import Theme, mix, theme

PictureOf = Callable[[Course], QPixmap | None]
"""Returns a lesson's picture, or None."""
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_OTHERS = 99
_PARTS = {
    1: "From a neuron to a network",
    2: "Activation, depth, approximation",
    3: "Learning",
    4: "The zoo",
    _OTHERS: "More lessons",
}
ENTRY = Qt.ItemDataRole.UserRole.value
_GAP = 8
_WRAP = Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignTop.value
Index = QModelIndex | QPersistentModelIndex


def part_title(part: int) -> str:
    """The heading of a part."""
    title = _PARTS.get(part, "")
    if part == _OTHERS:
        return title
    return f"Part {part_number(part)}" + (f"   {title}" if title else "")


def part_number(part: int) -> str:
    """A part's number, in Roman numerals if they are short."""
    return _ROMAN[part] if part < len(_ROMAN) else str(part)


def shipped_picture(course: Course) -> QPixmap | None:
    """The bundled picture of a lesson."""
    path: Path = resource("lessons", "pictures", f"{course.lesson.id}.png")
    picture = QPixmap(str(path)) if path.is_file() else QPixmap()
    return None if picture.isNull() else picture


def tile(lesson: Lesson, number: int, size: QSize, ratio: float, theme: Theme, font: QFont) -> QPixmap:
    """A picture with the lesson's part and number, for lessons without their own."""
    others = theme.classes[2:]  # the first two colours stand for signs
    color = others[(lesson.part - 1) % len(others)]
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(0.5, 0.5, size.width() - 1.0, size.height() - 1.0)
    painter.setPen(QPen(QColor(color), 1.0))
    painter.setBrush(mix(theme.background, color, 0.14))
    painter.drawRoundedRect(box, 5.0, 5.0)
    large = QFont(font)
    large.setPixelSize(round(0.55 * size.height()))
    large.setBold(True)
    painter.setFont(large)
    words = str(number) if lesson.part == _OTHERS else f"{part_number(lesson.part)}·{number}"
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return picture


def framed(picture: QPixmap, size: QSize, ratio: float) -> QPixmap:
    """A picture scaled to fill a size."""
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    fitting = picture.scaled(size * ratio, keep, smooth)
    fitting.setDevicePixelRatio(ratio)
    return fitting


@dataclass(frozen=True, eq=False)
class Entry:
    """A lesson in the list and its number in its part; without a lesson, the heading of a part.

    ``page`` is the one on which a search has found it, counted from 0; None for the lesson as a whole.
    """

    part: int
    course: Course | None = None
    number: int = 0
    page: int | None = None


def entries(courses: Sequence[Course]) -> list[Entry]:
    """Headings and lessons in order."""
    found: list[Entry] = []
    part, number = 0, 0
    for course in sorted(courses, key=lambda course: (course.lesson.part, course.lesson.order, course.lesson.id)):
        lesson = course.lesson
        number = number + 1 if lesson.part == part else 1
        part = lesson.part
        if not found or found[-1].part != part:
            found.append(Entry(part))
        found.append(Entry(part, course, number))
    return found


class LessonRow(QStyledItemDelegate):
    """Paints a lesson (picture, title, summary, source) or the heading of a part."""

    def __init__(self, view: QListView, picture: PictureOf) -> None:
        super().__init__(view)
        self._view, self._picture = view, picture
        self._theme: Theme = theme("light")

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._view.viewport().update()

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        width, line = self._view.viewport().width(), self._view.fontMetrics().height()
        entry: Entry = index.data(ENTRY)
        if entry.course is None:
            return QSize(width, round(2.2 * line))
        words = sum(height for _, height in self._heights(entry, width - self._indent))
        return QSize(width, max(words, self._tile_size.height()) + 2 * _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
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
        title, summary, source = _lines(entry)
        source = self._view.fontMetrics().elidedText(source, Qt.TextElideMode.ElideRight, width - _GAP)
        colors = (self._theme.text, self._theme.text, self._theme.muted)
        for words, (font_bold, height), color in zip(
            (title, summary, source), self._heights(entry, width), colors, strict=True
        ):
            painter.setFont(scaled(self._view.font(), 1.0, bold=font_bold))
            painter.setPen(QColor(self._theme.accent_text if is_chosen else color))
            painter.drawText(QRect(left, top, width - _GAP, height), _WRAP, words)
            top += height

    def _heights(self, entry: Entry, width: int) -> list[tuple[bool, int]]:
        """For each line whether it is bold, and its height."""
        heights = []
        for words, bold in zip(_lines(entry), (True, False, False), strict=True):
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


def _lines(entry: Entry) -> tuple[str, str, str]:
    """Title, summary, and the page where it was found or else the source."""
    if entry.course is None:
        return "", "", ""
    lesson = entry.course.lesson
    if entry.page is not None:
        return lesson.title, lesson.summary, f"page {entry.page + 1}: {lesson.pages[entry.page].title}"
    return lesson.title, lesson.summary, "; ".join(lesson.source)

"""A small picture for every lesson: its own, or its number in its part as in a book."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap

from nnviz.lessons.course import Course
from nnviz.lessons.lesson import Lesson
from nnviz.paths import resource
from nnviz.theme import Theme, mix

PictureOf = Callable[[Course], QPixmap | None]
"""Gives a lesson's picture, or None."""

_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_OTHERS = 99
_PARTS = {
    1: "From a neuron to a network",
    2: "Activation, depth, approximation",
    3: "Learning",
    _OTHERS: "More lessons",
}


def part_title(part: int) -> str:
    """The heading of a part."""
    title = _PARTS.get(part, "")
    if part == _OTHERS:
        return title
    return f"Part {part_number(part)}" + (f"   {title}" if title else "")


def part_number(part: int) -> str:
    """A part's number, Roman as long as that is short."""
    return _ROMAN[part] if part < len(_ROMAN) else str(part)


def shipped_picture(course: Course) -> QPixmap | None:
    """The picture that nnviz ships for a lesson."""
    path: Path = resource("lessons", "pictures", f"{course.lesson.id}.png")
    picture = QPixmap(str(path)) if path.is_file() else QPixmap()
    return None if picture.isNull() else picture


def tile(lesson: Lesson, number: int, size: QSize, ratio: float, theme: Theme, font: QFont) -> QPixmap:
    """A picture that says which lesson of which part it is."""
    others = theme.classes[2:]  # the first two stand for signs
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
    """A picture as large as there is room."""
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    fitting = picture.scaled(size * ratio, keep, smooth)
    fitting.setDevicePixelRatio(ratio)
    return fitting

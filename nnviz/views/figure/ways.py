"""Parts of a figure that lead to lessons: a button over each, seen under the pointer and with the keyboard."""

import re

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QWidget

from nnviz.theme import Theme
from nnviz.theme import theme as theme_named

_NAMED = re.compile(r"""\bid\s*=\s*["'](lesson-([a-z0-9-]{1,64})(?:\.\w+)?)["']""")
_MARK, _ROUND = 0.07, 0.06
"""Of its button's width, how large the arrow is that says that it leads away, and how round its corners are."""


def lessons_in(drawing: str) -> dict[str, str]:
    """The lessons that parts of a drawing lead to, by the parts' ids: ``lesson-`` and a lesson's id.

    Where several lead to one lesson, a dot and a word after it tell them apart.
    """
    return dict(_NAMED.findall(drawing))


def place_in(renderer: QSvgRenderer, element: str, place: QRectF) -> QRectF:
    """Where a part is of a figure that is drawn at a place."""
    box = renderer.viewBoxF()
    part = renderer.transformForElement(element).mapRect(renderer.boundsOnElement(element))
    scale = place.width() / max(1e-9, box.width())
    corner = place.topLeft() + (part.topLeft() - box.topLeft()) * scale
    return QRectF(corner, part.size() * scale)


class Way(QAbstractButton):
    """A way from a part of a figure to a lesson."""

    def __init__(self, part: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.part, self.name = part, name
        self._theme = theme_named("light")
        self.setAccessibleName(f"open the lesson {name}")
        self.setToolTip("Open the lesson")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, color = QPainter(self), QColor(self._theme.accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = _MARK * self.width()
        wide = max(2.0, size / 5.0)
        painter.setPen(
            QPen(color, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        x, y = self.width() - 1.3 * size, self.height() - size
        arrow = QPainterPath()
        arrow.moveTo(x, y - size / 2.0)
        arrow.lineTo(x + size / 2.0, y)
        arrow.lineTo(x, y + size / 2.0)
        painter.drawPath(arrow)
        if self.underMouse() or self.hasFocus():
            corner = _ROUND * self.width()
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(wide, wide, -wide, -wide), corner, corner)
        painter.end()

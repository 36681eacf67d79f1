"""What is read under the pointer: two thin lines and a few words."""

from collections.abc import Callable

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGraphicsLineItem

from nnviz.drawing.canvas import Canvas
from nnviz.drawing.paths import line_pen
from nnviz.drawing.words import Tag
from nnviz.plots.plane import Plane
from nnviz.theme import Theme, mix

_LAYER = 90.0
_AWAY = 10.0
"""Pixels between the pointer and the words."""


class Readout:
    """Lines through the pointer and words beside it, in the plane that it is over, which ``plane_at`` finds."""

    def __init__(self, canvas: Canvas, plane_at: Callable[[QPointF], Plane | None]) -> None:
        self._canvas, self._plane_at = canvas, plane_at
        self.tag = Tag(canvas.scene(), _LAYER)
        self._lines = QGraphicsLineItem(), QGraphicsLineItem()
        for line in self._lines:
            line.setZValue(_LAYER - 1.0)
            canvas.scene().addItem(line)
        self._place: QPointF | None = None
        self._hide()

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Draw in the theme's colours, write in this font."""
        self.tag.set_style(theme, font, framed=True)
        for line in self._lines:
            line.setPen(line_pen(mix(theme.background, theme.text, 0.55), 1.0))

    def point_at(self, place: QPointF) -> None:
        """Say what is at a place of the canvas."""
        self._place = place
        self.refresh()
        self._canvas.repaint_soon()

    def clear(self) -> None:
        """Say nothing."""
        self._place = None
        self._hide()
        self._canvas.repaint_soon()

    def refresh(self) -> None:
        """Say it anew, as another moment may be shown."""
        plane = self._plane_at(self._place) if self._place else None
        words = plane.reading(*plane.point_at(self._place)) if plane and plane.reading and self._place else ()
        if plane and words and self._place:
            self._say("\n".join(words), self._place, plane)
        elif self.tag.is_visible:
            self._hide()

    def _say(self, words: str, place: QPointF, plane: Plane) -> None:
        frame, area = plane.frame, self._canvas.area
        across, up = self._lines
        across.setLine(frame.left(), place.y(), frame.right(), place.y())
        up.setLine(place.x(), frame.top(), place.x(), frame.bottom())
        self.tag.words.set_words(words)
        size = self.tag.words.boundingRect()
        right, down = place.x() + _AWAY + size.width() / 2, place.y() - _AWAY - size.height() / 2
        if right + size.width() / 2 > area.right():
            right = place.x() - _AWAY - size.width() / 2
        if down - size.height() / 2 < area.top():
            down = place.y() + 2.0 * _AWAY + size.height() / 2
        self.tag.say(words, right, down)
        for line in self._lines:
            line.setVisible(True)

    def _hide(self) -> None:
        self.tag.set_visible(False)
        for line in self._lines:
            line.setVisible(False)

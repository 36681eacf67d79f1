"""A square on the pad: strokes as they were drawn, or a picture."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.analysis.filters import INK
from nnviz.analysis.probe import Stroke
from nnviz.data.dataset import FloatArray
from nnviz.data.pictures import Shape
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.sample_pictures import SamplePicture
from nnviz.drawing.words import say
from nnviz.theme import Theme
from nnviz.views.pad.strokes import stroke_path

TITLE = 1.3
"""Height of a title, in lines of text."""
_PEN = 0.085
"""Width of a stroke, as a share of the square's side."""


class Frame:
    """A titled frame around strokes or a picture; its title has several wordings, the longest first."""

    def __init__(self, scene: QGraphicsScene, *titles: str) -> None:
        self.rect = QRectF()
        self.title, self._picture = Text(scene), SamplePicture(scene)
        self._edge, self._strokes = add_path(scene, 2.0), add_path(scene, 1.0)
        self._titles = titles

    def arrange(self, room: QRectF, shape: Shape, theme: Theme, font: QFont, *, is_lit: bool = False) -> None:
        """Fill the upper left of a rectangle; ``is_lit`` marks the frame that the keyboard moves."""
        self._theme = theme
        self.title.set_style(bold(font), theme.muted)
        say(self.title, self._titles, room.width())
        self.title.place(room.left(), room.top())
        below = room.adjusted(0.0, TITLE * QFontMetricsF(font).height(), 0.0, 0.0)
        cell = max(0.5, min(below.width() / shape[1], below.height() / shape[0]))
        self.rect = QRectF(round(below.left()), round(below.top()), cell * shape[1], cell * shape[0])
        edge = QPainterPath()
        edge.addRect(self.rect)
        self._edge.setPen(line_pen(theme.accent, 4.0) if is_lit else line_pen(theme.muted, 1.5))
        self._edge.setPath(edge)
        pen = line_pen(theme.text, max(2.0, _PEN * min(self.rect.width(), self.rect.height())))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self._strokes.setPen(pen)

    def show_strokes(self, strokes: Sequence[Stroke]) -> None:
        """Show strokes, and no picture."""
        path = QPainterPath()
        for stroke in strokes:
            path.addPath(stroke_path(stroke, self.rect))
        self._strokes.setPath(path)
        self._picture.setVisible(False)

    def show_picture(self, shares: FloatArray) -> None:
        """Show a picture's ink, from 0 to 1, shape (rows, columns), and no strokes."""
        self._strokes.setPath(QPainterPath())
        self._picture.show_picture((shares * INK + 0.5).astype(np.uint8), self._theme, self.rect)

    def share_at(self, point: QPointF) -> tuple[float, float]:
        """Where a point is in the frame, from (0, 0) to (1, 1); outside of it, the nearest place in it."""
        x = (point.x() - self.rect.left()) / self.rect.width()
        y = (point.y() - self.rect.top()) / self.rect.height()
        return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)

    def set_visible(self, visible: bool) -> None:
        for item in (self.title, self._edge, self._strokes, self._picture):
            item.setVisible(visible)

"""The way that a run came: a line, a ring where it started, a dot where it is now."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.tag import Tag
from nnviz.theme import Theme

_GAP = 3.0


class Trail:
    """A line through pixels of a scene, with its two ends marked and named.

    Parameters
    ----------
    scene : QGraphicsScene
    window : QGraphicsItem, optional
        What cuts the line off.
    """

    def __init__(self, scene: QGraphicsScene, window: QGraphicsItem | None = None) -> None:
        self._halo, self.line = add_path(scene, 5.0), add_path(scene, 6.0)
        self.start, self.now = add_path(scene, 7.0), add_path(scene, 8.0)
        self.start_name, self.now_name = Tag(scene, 9.0), Tag(scene, 10.0)
        if window:
            for item in (self._halo, self.line):
                item.setParentItem(window)

    def set_style(self, theme: Theme, font: QFont) -> None:
        """Draw in the theme's colours, write in this font."""
        self._size = 0.32 * QFontMetricsF(font).height()
        self._halo.setPen(line_pen(theme.background, 5.0))
        self.line.setPen(line_pen(theme.text, 2.5))
        self.start.setPen(line_pen(theme.text, 2.5))
        self.start.setBrush(QColor(theme.background))
        self.now.setPen(line_pen(theme.background, 1.5))
        self.now.setBrush(QColor(theme.text))
        for name in (self.start_name, self.now_name):
            name.set_style(theme, bold(font))

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        for item in (self._halo, self.line, self.start, self.now):
            item.setVisible(visible)
        for name in (self.start_name, self.now_name):
            name.set_visible(visible and bool(name.text))

    def show(self, points: FloatArray, frame: QRectF) -> None:
        """Go through points, shape (moments, 2); NaN where it is not seen."""
        for line in (self._halo, self.line):
            line.set_points(points[:, 0].copy(), points[:, 1].copy())
        start, now = (QPointF(*point.tolist()) for point in points[[0, -1]])
        inside = frame.adjusted(-1.0, -1.0, 1.0, 1.0)
        begun = bool(np.isfinite(points[0]).all()) and inside.contains(start)
        apart = (start - now).manhattanLength() > 4.0 * self._size
        self.start.setVisible(begun and apart)
        self.start.setPath(_circle(start, self._size) if begun else QPainterPath())
        seen = bool(np.isfinite(points[-1]).all())
        self.now.setVisible(seen)
        self.now.setPath(_circle(now, 1.15 * self._size) if seen else QPainterPath())
        self._name(self.start_name, "start", points, frame, shown=begun and apart)
        self._name(self.now_name, "now", points[::-1], frame, shown=seen)

    def _name(self, tag: Tag, words: str, points: FloatArray, frame: QRectF, *, shown: bool) -> None:
        """Write at the first of some points, on the side where the line does not go, within the frame."""
        tag.words.set_words(words if shown else "")
        tag.set_visible(shown)
        if not shown:
            return
        box, (at_x, at_y) = tag.words.boundingRect(), points[0].tolist()
        far = self._size + box.height() / 2 + _GAP
        gone = points[np.hypot(*(points - points[0]).T) > far]
        y = at_y + (far if len(gone) and gone[0, 1] < at_y else -far)
        if not frame.top() < y - box.height() / 2 or not y + box.height() / 2 < frame.bottom():
            y = 2.0 * at_y - y
        x = min(max(at_x, frame.left() + box.width() / 2 + _GAP), frame.right() - box.width() / 2 - _GAP)
        tag.say(words, x, y)


def _circle(middle: QPointF, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(middle, radius, radius)
    return path

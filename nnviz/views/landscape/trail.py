"""The way that a run came: a line, a ring where it started, a dot where it is now."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import bold
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.drawing.words import Tag
from nnviz.plots.plane import Plane
from nnviz.theme import Theme

_GAP = 3.0


class Trail:
    """A line, and its two ends marked and named in pixels of a scene.

    Parameters
    ----------
    scene : QGraphicsScene
    plane : Plane, optional
        In whose coordinates the line is drawn, and where all is cut off; without it that is in pixels too.
    """

    def __init__(self, scene: QGraphicsScene, plane: Plane | None = None) -> None:
        self._halo, self.line, self.start, self.now = items = [PathItem() for _ in range(4)]
        self.start_name, self.now_name = Tag(scene, 9.0), Tag(scene, 10.0)
        for layer, item in enumerate(items, 5):
            item.setZValue(layer)
            if plane is None:
                scene.addItem(item)
            elif layer < 7:
                plane.add(item, "path" if item is self.line else "")
            else:
                plane.add_in_pixels(item)

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

    def draw(self, points: FloatArray) -> None:
        """Go through points, shape (moments, 2); NaN where it is not seen."""
        for line in (self._halo, self.line):
            line.set_points(points[:, 0], points[:, 1])

    def mark(self, points: FloatArray, frame: QRectF) -> None:
        """Mark and name the ends of the line, which goes through these pixels, as far as they are in a frame."""
        inside = frame.adjusted(-1.0, -1.0, 1.0, 1.0)
        (begun, is_begun), (now, is_seen) = (
            (p, bool(inside.contains(QPointF(*p.tolist())))) for p in points[[0, -1]]
        )
        is_begun = is_begun and bool(np.abs(begun - now).sum() > 4.0 * self._size)
        self.start.setPath(circles(points[: int(is_begun)], self._size))
        self.now.setPath(circles(points[len(points) - int(is_seen) :], 1.15 * self._size))
        self._name(self.start_name, "start", points, frame, shown=is_begun)
        self._name(self.now_name, "now", points[::-1], frame, shown=is_seen)

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

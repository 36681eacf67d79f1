"""The loss on a plane from straight above: shades, contours, and the way that the run came."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPen, QTransform
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import Text, add_path
from nnviz.drawing.paths import line_pen
from nnviz.drawing.scales import range_scale
from nnviz.drawing.tag import Tag
from nnviz.theme import Theme, mix
from nnviz.views.landscape.relief import Relief
from nnviz.views.landscape.trail import Trail

ToPixels = Callable[[FloatArray], FloatArray]

_LABELS = 5
_WIDEST = 1.9
"""Width of the map, in its heights, at most."""


class ContourMap:
    """A map between two axes.

    Parameters
    ----------
    scene : QGraphicsScene
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.axes = Axes(scene, range_scale(-1.0, 1.0), range_scale(-1.0, 1.0))
        self.names = Text(scene), Text(scene)
        self.names[1].setRotation(-90.0)
        self._window, self._ground = QGraphicsRectItem(), QGraphicsPixmapItem()
        self._window.setFlag(QGraphicsRectItem.GraphicsItemFlag.ItemClipsChildrenToShape)
        self._window.setPen(QPen(Qt.PenStyle.NoPen))
        scene.addItem(self._window)
        self.contours = add_path(scene, 1.0)
        self._ground.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        for item in (self._ground, self.contours):
            item.setParentItem(self._window)
        self.labels = [Tag(scene, 4.0) for _ in range(_LABELS)]
        self.trail = Trail(scene, self._window)
        self._relief: Relief | None = None

    def set_style(self, theme: Theme, font: QFont) -> None:
        """Draw in the theme's colours, write in this font."""
        self._theme, self._font = theme, font
        self.axes.set_theme(theme)
        self.contours.setPen(line_pen(mix(theme.zero, theme.text, 0.55), 1.2))
        for name in self.names:
            name.set_style(font, theme.muted)
        for label in self.labels:
            label.set_style(theme, font)
        self.trail.set_style(theme, font)
        self._relief = None

    def arrange(self, room: QRectF, font: QFont) -> None:
        """Fill a rectangle, or of a wide one the middle."""
        line = QFontMetricsF(font).height()
        spare = max(0.0, room.width() - _WIDEST * room.height()) / 2
        outer = room.adjusted(spare + 1.1 * line, 0.0, -spare, -1.1 * line)
        self.axes.arrange(outer, font)
        self._window.setRect(self.axes.frame)
        self._relief = None

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        self.axes.set_visible(visible)
        self._window.setVisible(visible)
        for name in self.names:
            name.setVisible(visible)
        for label in self.labels:
            label.set_visible(visible and bool(label.text))
        self.trail.set_visible(visible)

    def show(self, relief: Relief, words: tuple[str, str]) -> None:
        """Draw this relief, with words at the axes."""
        if relief is self._relief:
            return
        self._relief = relief
        x, y = relief.plane.x, relief.plane.y
        self.axes.set_scales(range_scale(float(x[0]), float(x[-1])), range_scale(float(y[0]), float(y[-1])))
        self._window.setRect(self.axes.frame)
        self._paint_ground(relief)
        lines = self._pixels(relief.contours())
        self.contours.set_points(lines[:, 0], lines[:, 1])
        self._write(words)
        self.trail.show(self._pixels(relief.plane.path), self.axes.frame)
        self._label(relief)

    def _pixels(self, points: FloatArray) -> FloatArray:
        frame, x, y = self.axes.frame, self.axes.x, self.axes.y
        across = frame.left() + (points[:, 0] - x.low) * (frame.width() / (x.high - x.low))
        return np.stack([across, frame.bottom() - (points[:, 1] - y.low) * (frame.height() / (y.high - y.low))], 1)

    def _paint_ground(self, relief: Relief) -> None:
        picture, frame = relief.picture(self._theme), self.axes.frame
        across, down = frame.width() / picture.width(), frame.height() / picture.height()
        self._ground.setPixmap(picture)
        self._ground.setTransform(QTransform(across, 0, 0, down, frame.left(), frame.top()))

    def _write(self, words: tuple[str, str]) -> None:
        frame, line = self.axes.frame, QFontMetricsF(self._font).height()
        below, beside = self.names
        metrics = QFontMetricsF(self._font)
        for name, text, room in zip(self.names, words, (frame.width(), frame.height()), strict=True):
            name.set_words(metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))
        below.place(frame.center().x(), self.axes.bottom + 1.0, 0.5)
        beside.setPos(
            round(self.axes.left - 1.0 - line), round(frame.center().y() + beside.boundingRect().width() / 2)
        )

    def _label(self, relief: Relief) -> None:
        """Write losses where their contours cross a line from the centre to the farthest corner."""
        places = _crossings(relief, self.axes.frame, QFontMetricsF(self._font), self._pixels)
        for label in self.labels:
            label.words.set_words("")
            label.set_visible(False)
        for label, (words, x, y) in zip(self.labels, places, strict=False):
            label.say(words, x, y)


def _crossings(
    relief: Relief, frame: QRectF, metrics: QFontMetricsF, pixels: ToPixels
) -> list[tuple[str, float, float]]:
    """Words and places along the line, apart from each other, the centre and the frame."""
    x, y = relief.plane.x, relief.plane.y
    corner = np.array([x[0] if -x[0] > x[-1] else x[-1], y[-1] if y[-1] >= -y[0] else y[0]])
    steps = np.linspace(0.0, 0.98, 400)[:, None] * corner
    heights, at = relief.at(steps), pixels(steps)
    found: list[tuple[str, float, float]] = []
    taken = at[0]
    for level in sorted(relief.levels):
        across = np.flatnonzero(np.diff(heights > relief.height(level)))
        if not len(across):
            continue
        place, words = at[across[-1]], f"{level:.3g}"
        wide, high = metrics.horizontalAdvance(words), metrics.height()
        margin = frame.adjusted(wide, high, -wide, -high)
        if np.hypot(*(place - taken)) > 1.6 * max(wide, high) and margin.contains(*place.tolist()):
            found.append((words, float(place[0]), float(place[1])))
            taken = place
    return found

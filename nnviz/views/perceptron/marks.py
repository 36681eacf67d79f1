"""What the markers of two classes stand for, in a line of a canvas."""

from collections.abc import Sequence

from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsScene

from nnviz.drawing.canvas import Text
from nnviz.drawing.points import class_style, stamp_of
from nnviz.theme import Theme

_GAP = 5.0
_CLASSES = 2


class ClassMarks:
    """Markers and names of classes, from left to right."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.names = [Text(scene) for _ in range(_CLASSES)]
        self._marks = [QGraphicsPixmapItem() for _ in range(_CLASSES)]
        self._height = self._size = 1.0
        for mark in self._marks:
            scene.addItem(mark)

    def arrange(self, font: QFont, theme: Theme, names: Sequence[str]) -> None:
        """Be as high as a line of text, and use these names."""
        self._height = QFontMetricsF(font).height()
        self._size = 0.8 * self._height
        for k, (text, mark, name) in enumerate(zip(self.names, self._marks, names, strict=True)):
            style = class_style(k, len(names), theme, filled=True)
            mark.setPixmap(stamp_of(style, self._size, 2.0, theme))
            text.set_style(font, theme.text)
            text.set_words(name)

    def show(self, right: float, top: float, room: float) -> None:
        """Stand to the left of ``right`` in so many pixels; nothing is shown if they do not suffice."""
        lengths = [1.5 * self._size + _GAP + text.boundingRect().width() for text in self.names]
        width = sum(lengths) + 2 * _GAP * (len(lengths) - 1)
        fits, x = width <= room, right - width
        for text, mark, length in zip(self.names, self._marks, lengths, strict=True):
            for item in (text, mark):
                item.setVisible(fits)
            mark.setPos(x, top + (self._height - 1.5 * self._size) / 2)
            text.place(x + 1.5 * self._size + _GAP, top)
            x += length + 2 * _GAP

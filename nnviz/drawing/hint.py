"""What can be done in a view, in as few lines as its width allows."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text
from nnviz.drawing.fit import wrapped


class Hint(Text):
    """Phrases at the foot of a view."""

    def __init__(self, scene: QGraphicsScene, phrases: Sequence[str]) -> None:
        super().__init__(scene)
        self._phrases = tuple(phrases)
        self._instead: tuple[str, str] | None = None

    def say(self, words: str, color: str) -> None:
        """Say something else from the next time on that it is arranged."""
        self._instead = words, color

    def take_back(self) -> None:
        """Say from the next time on what can be done."""
        self._instead = None

    def arrange(self, area: QRectF, font: QFont, color: str | QColor) -> float:
        """Stand at the foot of an area; the height that is taken."""
        words, shade = ((self._instead[0],), self._instead[1]) if self._instead else (self._phrases, color)
        self.set_style(font, shade)
        self.set_words("\n".join(wrapped(words, area.width(), font)))
        self.place(area.left(), area.bottom(), 0.0, 1.0)
        return self.boundingRect().height()

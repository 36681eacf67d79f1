"""Lines that say in numbers what happened, at length where there is room."""

from collections.abc import Sequence

from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text
from nnviz.drawing.fit import say
from nnviz.theme import Theme

Wordings = tuple[str, ...]
"""The same said in several ways, the longest first."""

_PITCH = 1.2
"""From one line to the next, in heights of the text."""


class Account:
    """A few lines, one below the other.

    Attributes
    ----------
    lines : list of Text
    """

    def __init__(self, scene: QGraphicsScene, lines: int) -> None:
        self.lines = [Text(scene) for _ in range(lines)]
        self._width = 1.0

    def height(self, font: QFont) -> float:
        """Height of all lines."""
        return _PITCH * len(self.lines) * QFontMetricsF(font).height()

    def arrange(self, left: float, top: float, width: float, font: QFont, theme: Theme) -> None:
        """Stand there, no wider than ``width``."""
        self._width = width
        for k, text in enumerate(self.lines):
            text.set_style(font, theme.text)
            text.place(left, top + k * _PITCH * QFontMetricsF(font).height())

    def show(self, said: Sequence[Wordings]) -> None:
        """Say all at length, or all in short."""
        metrics = QFontMetricsF(self.lines[0].font())
        fits = all(metrics.horizontalAdvance(wordings[0]) <= self._width for wordings in said)
        for k, text in enumerate(self.lines):
            wordings = said[k] if k < len(said) else ("",)
            say(text, wordings if fits else wordings[1:] or wordings, self._width)

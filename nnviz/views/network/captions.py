"""Texts and buttons, and how words are made to fit."""

from collections.abc import Callable

from msgspec import Struct
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene, QGraphicsSimpleTextItem

from nnviz.drawing.fit import Span
from nnviz.drawing.paths import keep_painted
from nnviz.theme import Theme


class DiagramButton(Struct, frozen=True, eq=False):
    """A small square to click, with a sign on it.

    ``action`` is what clicking does; ``tip`` says it.
    """

    rect: QRectF
    sign: str
    tip: str
    action: Callable[[], None]


class Captions:
    """The texts and buttons of a diagram."""

    def __init__(self, scene: QGraphicsScene, font: QFont, theme: Theme) -> None:
        self.font = font
        self._scene, self._theme = scene, theme
        self._metrics = QFontMetricsF(font)
        self.buttons: list[DiagramButton] = []

    @property
    def line(self) -> float:
        """Height of a line of text."""
        return self._metrics.height()

    @property
    def button_side(self) -> float:
        """Side of a button."""
        return max(18.0, 1.15 * self.line)

    def text(self, words: str, x: float, y: float, align: str = "center", *, muted: bool = False) -> None:
        """Put words with the middle of their height at y, and their centre, left or right at x."""
        item = QGraphicsSimpleTextItem(words)
        item.setFont(self.font)
        item.setBrush(QBrush(QColor(self._theme.muted if muted else self._theme.text)))
        width = item.boundingRect().width()
        item.setPos(x - {"left": 0.0, "center": width / 2, "right": width}[align], y - self.line / 2)
        keep_painted(item)
        self._scene.addItem(item)

    def fitting(self, words: str, x: float, y: float, span: Span, *, muted: bool = False) -> None:
        """Put words with their centre at x, or as near as a span lets them; nothing where there are none."""
        half = self._metrics.horizontalAdvance(words) / 2
        if words:
            self.text(words, min(max(x, span[0] + half), span[1] - half), y, muted=muted)

    def button(self, sign: str, x: float, y: float, tip: str, action: Callable[[], None]) -> None:
        """Put a button with its centre at (x, y)."""
        side = self.button_side
        rect = QRectF(x - side / 2, y - side / 2, side, side)
        item = QGraphicsRectItem(rect)
        item.setPen(QPen(QColor(self._theme.border), 1.0))
        item.setBrush(QBrush(QColor(self._theme.panel)))
        item.setCursor(Qt.CursorShape.PointingHandCursor)
        item.setToolTip(tip)
        keep_painted(item)
        self._scene.addItem(item)
        self.text(sign, x, y)
        self.buttons.append(DiagramButton(rect, sign, tip, action))

    def button_at(self, x: float, y: float) -> DiagramButton | None:
        """The button under a point."""
        return next((button for button in self.buttons if button.rect.contains(x, y)), None)

"""What stands around the neurons: names of inputs and classes, size and kind of each layer, and its buttons."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene, QGraphicsSimpleTextItem

from nnviz.theme import Theme


@dataclass(frozen=True, eq=False)
class Button:
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
        self.buttons: list[Button] = []

    @property
    def line(self) -> float:
        """Height of a line of text."""
        return self._metrics.height()

    def width(self, words: str) -> float:
        """Width of a line of text."""
        return self._metrics.horizontalAdvance(words)

    def text(self, words: str, x: float, y: float, align: str = "center", color: str = "") -> None:
        """Put words with the middle of their height at y, and their centre, left or right at x."""
        item = QGraphicsSimpleTextItem(words)
        item.setFont(self.font)
        item.setBrush(QBrush(QColor(color or self._theme.text)))
        width = item.boundingRect().width()
        item.setPos(x - {"left": 0.0, "center": width / 2, "right": width}[align], y - self.line / 2)
        self._scene.addItem(item)

    def button(self, sign: str, x: float, y: float, tip: str, action: Callable[[], None]) -> None:
        """Put a button with its centre at (x, y)."""
        side = max(18.0, self.line * 1.15)
        rect = QRectF(x - side / 2, y - side / 2, side, side)
        item = QGraphicsRectItem(rect)
        item.setPen(QPen(QColor(self._theme.border), 1.0))
        item.setBrush(QBrush(QColor(self._theme.panel)))
        item.setCursor(Qt.CursorShape.PointingHandCursor)
        item.setToolTip(tip)
        self._scene.addItem(item)
        self.text(sign, x, y)
        self.buttons.append(Button(rect, sign, tip, action))

    def button_at(self, x: float, y: float) -> Button | None:
        """The button under a point."""
        return next((button for button in self.buttons if button.rect.contains(x, y)), None)


def elided(words: str, font: QFont, width: float) -> str:
    """Words cut to a width, with an ellipsis."""
    return QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, width)

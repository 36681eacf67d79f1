"""A few words on a plate, to be read over whatever is behind them."""

from PySide6.QtGui import QBrush, QColor, QFont
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QGraphicsScene

from nnviz.drawing.canvas import Text
from nnviz.drawing.paths import line_pen
from nnviz.theme import Theme

_MARGIN = 2.0


class Tag:
    """Words and the plate that they stand on."""

    def __init__(self, scene: QGraphicsScene, layer: float) -> None:
        self.words, self._plate = Text(scene, layer + 0.5), QGraphicsRectItem()
        self._plate.setZValue(layer)
        scene.addItem(self._plate)

    @property
    def items(self) -> tuple[QGraphicsItem, QGraphicsItem]:
        """The plate and the words on it, to be put into something that they are to be clipped to."""
        return self._plate, self.words

    @property
    def text(self) -> str:
        """What it says."""
        return self.words.text()

    @property
    def is_visible(self) -> bool:
        """Whether it is shown."""
        return self.words.isVisible()

    def set_style(self, theme: Theme, font: QFont, *, framed: bool = False) -> None:
        """Write in this font, on a plate in the ground's colour."""
        self.words.set_style(font, theme.text)
        self._plate.setPen(line_pen(theme.border if framed else theme.background, 1.0))
        self._plate.setBrush(QBrush(QColor(theme.background)))

    def say(self, words: str, x: float, y: float) -> None:
        """Say something around a point, and be seen."""
        self.words.set_words(words)
        self.words.place(x, y, 0.5, 0.5)
        self._plate.setRect(self.words.sceneBoundingRect().adjusted(-_MARGIN, 0.0, _MARGIN, 0.0))
        self.set_visible(True)

    def set_visible(self, visible: bool) -> None:
        """Show or hide it."""
        self.words.setVisible(visible)
        self._plate.setVisible(visible)

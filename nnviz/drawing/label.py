"""A text on a plate, above whatever is drawn."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QGraphicsScene, QGraphicsSimpleTextItem

from nnviz.theme import Theme

LABEL_MARGIN = 8.0
"""Pixels between a text and the plate's sides."""


class Label:
    """A text on a plate, near a point and inside the scene."""

    def __init__(self, scene: QGraphicsScene, margin: float = LABEL_MARGIN, layer: float = 10.0) -> None:
        self._margin = margin
        self.ground = QGraphicsRectItem()
        self.ground.setZValue(layer)
        self.ground.setVisible(False)
        self._words = QGraphicsSimpleTextItem(self.ground)
        let_through(self.ground, self._words)
        scene.addItem(self.ground)

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def set_theme(self, theme: Theme, font: QFont) -> None:
        self.ground.setBrush(QBrush(QColor(theme.background)))
        self.ground.setPen(QPen(QColor(theme.text), 1.0))
        self._words.setBrush(QBrush(QColor(theme.text)))
        self._words.setFont(font)

    def show(self, words: str, near: QPointF, room: QRectF) -> None:
        """Show a text at the upper right of a point, moved to stay inside."""
        box = self._write(words)
        self.ground.setPos(inside(box, near + QPointF(12, -12 - box.height()), room))
        self.ground.setVisible(True)

    def show_in_corner(self, words: str, rect: QRectF) -> None:
        """Show a text in the upper right corner of a rectangle; centred if the rectangle is narrower."""
        if words != self.words or not self.ground.isVisible():
            box = self._write(words)
            spare = max(rect.width() - box.width(), (rect.width() - box.width()) / 2)
            self.ground.setPos(rect.left() + spare, rect.top())
            self.ground.setVisible(True)

    def _write(self, words: str) -> QRectF:
        self._words.setText(words)
        self._words.setPos(self._margin, self._margin / 2)
        box = self._words.boundingRect().adjusted(0, 0, 2 * self._margin, self._margin)
        self.ground.setRect(box)
        return box

    def hide(self) -> None:
        """Take it away."""
        self.ground.setVisible(False)


def let_through(*items: QGraphicsItem) -> None:
    """Have the pointer reach what lies under these items."""
    for item in items:
        item.setAcceptedMouseButtons(Qt.MouseButton.NoButton)


def inside(box: QRectF, place: QPointF, room: QRectF) -> QPointF:
    """The position nearest to a place at which a box is within a room."""
    x = min(max(place.x(), room.left()), max(room.left(), room.right() - box.width()))
    y = min(max(place.y(), room.top()), max(room.top(), room.bottom() - box.height()))
    return QPointF(x, y)

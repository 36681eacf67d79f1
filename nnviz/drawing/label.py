"""A text on a plate, above whatever is drawn."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QGraphicsScene, QGraphicsSimpleTextItem

from nnviz.theme import Theme

LABEL_MARGIN = 8.0
"""Pixels between a text and the plate's sides."""


class Label:
    """A text on a plate, near a point and inside the scene."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.ground = QGraphicsRectItem()
        self.ground.setZValue(10)
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
        self._words.setText(words)
        box = self._words.boundingRect().adjusted(0, 0, 2 * LABEL_MARGIN, LABEL_MARGIN)
        self._words.setPos(LABEL_MARGIN, LABEL_MARGIN / 2)
        self.ground.setRect(box)
        self.ground.setPos(inside(box, near + QPointF(12, -12 - box.height()), room))
        self.ground.setVisible(True)

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

"""What appears over the diagram: a neuron enlarged, a number beside the pointer."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPen, QPixmap
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPixmapItem,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsSimpleTextItem,
)

from nnviz.drawing.pictures import pixmap
from nnviz.runs.maps import Bytes
from nnviz.theme import Theme

_MARGIN = 8.0


class Label:
    """Words on a ground of their own, near a point and inside the scene."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.ground = QGraphicsRectItem()
        self.ground.setZValue(10)
        self.ground.setVisible(False)
        self._words = QGraphicsSimpleTextItem(self.ground)
        _let_through(self.ground, self._words)
        scene.addItem(self.ground)

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Take the theme's colours and a font."""
        self.ground.setBrush(QBrush(QColor(theme.background)))
        self.ground.setPen(QPen(QColor(theme.text), 1.0))
        self._words.setBrush(QBrush(QColor(theme.text)))
        self._words.setFont(font)

    def show(self, words: str, near: QPointF, room: QRectF) -> None:
        """Put words above and right of a point, as far as there is room."""
        self._words.setText(words)
        box = self._words.boundingRect().adjusted(0, 0, 2 * _MARGIN, _MARGIN)
        self._words.setPos(_MARGIN, _MARGIN / 2)
        self.ground.setRect(box)
        self.ground.setPos(_inside(box, near + QPointF(12, -12 - box.height()), room))
        self.ground.setVisible(True)

    def hide(self) -> None:
        """Take it away."""
        self.ground.setVisible(False)


class Magnifier:
    """A neuron's map enlarged, with what it computes written under it."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._ground = QGraphicsRectItem()
        self._ground.setZValue(9)
        self._ground.setVisible(False)
        self._map = QGraphicsPixmapItem(self._ground)
        self._map.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._words = QGraphicsSimpleTextItem(self._ground)
        _let_through(self._ground, self._map, self._words)
        scene.addItem(self._ground)

    @property
    def visible(self) -> bool:
        """Whether it shows anything."""
        return self._ground.isVisible()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    @property
    def picture(self) -> QPixmap:
        """The map it shows."""
        return self._map.pixmap()

    @property
    def box(self) -> QRectF:
        """Where it is."""
        return self._ground.sceneBoundingRect()

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Take the theme's colours and a font."""
        self._ground.setBrush(QBrush(QColor(theme.background)))
        self._ground.setPen(QPen(QColor(theme.accent), 2.0))
        self._words.setBrush(QBrush(QColor(theme.text)))
        self._words.setFont(font)

    def show(self, values: Bytes, words: str, theme: Theme, beside: QRectF, room: QRectF) -> None:
        """Show a map beside a neuron, with a line of words."""
        self._words.setText(words)
        least, line = min(room.width(), room.height()), self._words.boundingRect().height()
        side = min(max(120.0, 0.45 * least), max(16.0, least - line - 4 * _MARGIN))
        picture = pixmap(values, theme.signed_table)
        self._map.setPixmap(picture)
        self._map.setScale(side / picture.width())
        self._map.setPos(_MARGIN, _MARGIN)
        self._words.setPos(_MARGIN, side + 1.5 * _MARGIN)
        text = self._words.boundingRect()
        box = QRectF(0, 0, max(side, text.width()) + 2 * _MARGIN, side + text.height() + 3 * _MARGIN)
        self._ground.setRect(box)
        self._ground.setPos(_beside(box, beside, room))
        self._ground.setVisible(True)

    def hide(self) -> None:
        """Take it away."""
        self._ground.setVisible(False)


def _let_through(*items: QGraphicsItem) -> None:
    for item in items:
        item.setAcceptedMouseButtons(Qt.MouseButton.NoButton)


def _beside(box: QRectF, neuron: QRectF, room: QRectF) -> QPointF:
    """Right of the neuron, or left of it where there is no room."""
    x = neuron.right() + _MARGIN
    if x + box.width() > room.right():
        x = neuron.left() - _MARGIN - box.width()
    return _inside(box, QPointF(x, neuron.center().y() - box.height() / 2), room)


def _inside(box: QRectF, place: QPointF, room: QRectF) -> QPointF:
    x = min(max(place.x(), room.left()), max(room.left(), room.right() - box.width()))
    y = min(max(place.y(), room.top()), max(room.top(), room.bottom() - box.height()))
    return QPointF(x, y)

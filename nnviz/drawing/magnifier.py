"""A part of a picture enlarged: the map of a neuron, the function of a node, a picture among small ones."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QGuiApplication, QPainter, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene, QGraphicsSimpleTextItem

from nnviz.drawing.label import LABEL_MARGIN, inside, let_through
from nnviz.engine.tape import Array
from nnviz.theme import Theme


class Magnifier:
    """What is under the pointer, enlarged beside it in a frame above all else, with words below.

    Parameters
    ----------
    is_smooth : bool
        Whether pixels run into each other; else each stays a square.
    """

    def __init__(self, scene: QGraphicsScene, *, is_smooth: bool = True) -> None:
        self._ground = QGraphicsRectItem()
        self._ground.setZValue(9)
        self._ground.setVisible(False)
        self._map = QGraphicsPixmapItem(self._ground)
        if is_smooth:
            self._map.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._words = QGraphicsSimpleTextItem(self._ground)
        let_through(self._ground, self._map, self._words)
        scene.addItem(self._ground)

    @property
    def visible(self) -> bool:
        """Whether it is shown."""
        return self._ground.isVisible()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    @property
    def picture(self) -> QPixmap:
        """The enlarged picture."""
        return self._map.pixmap()

    @property
    def box(self) -> QRectF:
        """Its rectangle."""
        return self._ground.sceneBoundingRect()

    def set_theme(self, theme: Theme, font: QFont) -> None:
        self._ground.setBrush(QBrush(QColor(theme.background)))
        self._ground.setPen(QPen(QColor(theme.accent), 2.0))
        self._words.setBrush(QBrush(QColor(theme.text)))
        self._words.setFont(font)

    def show(self, picture: QPixmap, words: str, beside: QRectF, room: QRectF, share: float = 1.0) -> None:
        """Show a picture beside a rectangle, with words below it, in a share of the usual height."""
        self._words.setText(words)
        text = self._words.boundingRect()
        high = share * height_of(room, text.height())
        size = picture.deviceIndependentSize()
        wide = high * size.width() / size.height()
        box = QRectF(0, 0, max(wide, text.width()) + 2 * LABEL_MARGIN, high + text.height() + 3 * LABEL_MARGIN)
        self._map.setPixmap(picture)
        self._map.setScale(high / size.height())
        self._map.setPos(LABEL_MARGIN, LABEL_MARGIN)
        self._words.setPos(LABEL_MARGIN, high + 1.5 * LABEL_MARGIN)
        self._ground.setRect(box)
        self._ground.setPos(_beside(box, beside, room.adjusted(1.0, 1.0, -1.0, -1.0)))  # with its frame
        self._ground.setVisible(True)

    def hide(self) -> None:
        """Take it away."""
        self._ground.setVisible(False)


def height_of(room: QRectF, words: float) -> float:
    """How high an enlarged picture is in a room, with words of a height below it."""
    least = min(room.width(), room.height())
    return min(max(120.0, 0.45 * least), max(16.0, least - words - 4 * LABEL_MARGIN))


def _beside(box: QRectF, part: QRectF, room: QRectF) -> QPointF:
    """Position at the right of a part, else at its left, else below it or above."""
    right, left = part.right() + LABEL_MARGIN, part.left() - LABEL_MARGIN - box.width()
    below, above = part.bottom() + LABEL_MARGIN, part.top() - LABEL_MARGIN - box.height()
    middle = QPointF(part.center().x() - box.width() / 2, part.center().y() - box.height() / 2)
    if right + box.width() <= room.right() or left >= room.left():
        across = right if right + box.width() <= room.right() else left
        return inside(box, QPointF(across, middle.y()), room)
    down = below if below + box.height() <= room.bottom() or above < room.top() else above
    return inside(box, QPointF(middle.x(), down), room)


def painted(size: QSizeF, theme: Theme, font: QFont, paint: Callable[[QPainter], None]) -> QPixmap:
    """A picture of a size on the screen, painted on the theme's background."""
    application = QGuiApplication.instance()
    ratio = application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0
    picture = QPixmap((size * ratio).toSize())
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(theme.background))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    painter.setPen(QColor(theme.text))
    paint(painter)
    painter.end()
    return picture


@dataclass(frozen=True, eq=False)
class Curve:
    """A curve through points, and the point on it that is looked at.

    Parameters
    ----------
    x, y : array, shape (points,)
    at : (x, y) or None
    slope : float or None
        Of the tangent there, if one is drawn.
    """

    x: Array
    y: Array
    at: tuple[float, float] | None = None
    slope: float | None = None

    def picture(self, size: QSizeF, theme: Theme, font: QFont) -> QPixmap:
        """It is drawn over its axes; from the point dashed lines lead to them."""
        return painted(size, theme, font, lambda painter: self._paint(painter, size, theme))

    def _paint(self, painter: QPainter, size: QSizeF, theme: Theme) -> None:
        to = self._scale(size)
        painter.setPen(QPen(QColor(theme.muted), 1.0))
        (left, right), (low, high) = self._ranges
        painter.drawLine(to.map(QPointF(left, 0.0)), to.map(QPointF(right, 0.0)))
        painter.drawLine(to.map(QPointF(0.0, low)), to.map(QPointF(0.0, high)))
        painter.setPen(QPen(QColor(theme.text), 3.0))
        points = [QPointF(x, y) for x, y in zip(self.x.tolist(), self.y.tolist(), strict=True)]
        painter.drawPolyline([to.map(point) for point in points])
        if self.at is None:
            return
        x, y = self.at
        painter.setPen(QPen(QColor(theme.accent), 1.5, Qt.PenStyle.DashLine))
        painter.drawPolyline([to.map(QPointF(x, 0.0)), to.map(QPointF(x, y)), to.map(QPointF(0.0, y))])
        if self.slope is not None:
            reach = 0.25 * (right - left)
            painter.setPen(QPen(QColor(theme.warning), 2.5))
            ends = (QPointF(x - reach, y - reach * self.slope), QPointF(x + reach, y + reach * self.slope))
            painter.drawLine(*(to.map(end) for end in ends))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        painter.drawEllipse(to.map(QPointF(x, y)), 6.0, 6.0)

    @property
    def _ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """What is seen of x, and of y with a margin; both with 0."""
        low, high = min(0.0, float(self.y.min())), max(0.0, float(self.y.max()))
        margin = 0.08 * (high - low) or 1.0
        return (min(0.0, float(self.x[0])), max(0.0, float(self.x[-1]))), (low - margin, high + margin)

    def _scale(self, size: QSizeF) -> QTransform:
        (left, right), (low, high) = self._ranges
        across, down = size.width() / (right - left), size.height() / (high - low)
        return QTransform(across, 0.0, 0.0, -down, -left * across, high * down)

"""A canvas: a scene in pixels on which a view draws, painted by Qt without Python."""

from typing import TypeVar

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsSimpleTextItem,
    QGraphicsView,
    QWidget,
)

from nnviz.drawing.paths import PathItem
from nnviz.theme import Theme

Numbers = list[tuple[str | float, ...]]
"""Rows of a table; the first holds the column names."""
Item = TypeVar("Item", bound=QGraphicsItem)
_VERDICT = 1
"""Key under which Qt keeps of an item that it is a verdict."""


class Canvas(QGraphicsView):
    """A scene whose coordinates are the widget's pixels.

    It reports its size and the mouse. Content wider or higher than the widget can be scrolled.

    By default Qt repaints the items that have changed. Where all items change with every frame, `paint_when_told`
    makes the canvas repaint as a whole, only after `repaint_soon`; Qt then paints a window's canvases together.
    """

    resized = Signal()
    hovered = Signal(QPointF)
    pressed = Signal(QPointF)
    left = Signal()
    mouse_used = Signal(object)
    """A button was pressed, double-clicked or released, or the mouse moved; carries Qt's event."""

    wheel_turned = Signal(object)
    """Carries Qt's event; once accepted, it goes no further."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least_width = self._least_height = 0.0
        self.keeps_secret, self.is_operated = False, True
        self.setViewport(QWidget())  # PySide loads every module to find the class of Qt's own viewport
        scene = self.make_scene()
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)  # items change with every frame
        self.setScene(scene)
        self.setSceneRect(0.0, 0.0, 1.0, 1.0)  # without it, axes not arranged yet would show a scroll bar
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(1, 1)

    def make_scene(self) -> QGraphicsScene:
        """The scene that holds all items."""
        return QGraphicsScene(self)

    @property
    def area(self) -> QRectF:
        """The rectangle available for drawing."""
        return self.sceneRect()

    def set_style(self, theme: Theme, _font: QFont) -> None:
        """Use the theme's background; a plot canvas also uses the font."""
        self.setBackgroundBrush(QColor(theme.background))

    def keep_secret(self, secret: bool) -> None:
        """Paint no verdict, or all of them again."""
        self.keeps_secret = secret
        for item in self.scene().items():
            if item.data(_VERDICT):
                item.setOpacity(0.0 if secret else 1.0)
        self.repaint_soon()

    def set_least_width(self, width: float) -> None:
        """Scroll sideways when the widget is narrower."""
        self._least_width = width
        self._fit()

    def set_least_height(self, height: float) -> None:
        """Scroll up and down when the widget is lower.

        A layout that asks for this must follow the widget's size and leave `bar_width` free, with the bar and
        without: the viewport's size would make the bar come and go.
        """
        self._least_height = height
        self._fit()

    @property
    def bar_width(self) -> float:
        """Width of the bar that scrolls up and down."""
        return self.verticalScrollBar().sizeHint().width()

    def paint_when_told(self) -> None:
        """Paint the canvas as a whole, and only when it is told `repaint_soon`."""
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)

    def repaint_soon(self, part: QRectF | None = None) -> None:
        """Repaint with the next frame, all or only a part."""
        seen = self.viewport().rect()
        self.viewport().update(seen if part is None else self.mapFromScene(part).boundingRect() & seen)

    def show_all(self) -> None:
        """Reset the zoom of every plot; a plain canvas has none."""

    def numbers(self) -> Numbers:
        """The numbers drawn, as a table; empty without plots."""
        return []

    def use_vectors(self, vectors: bool) -> None:
        """Draw everything as paths and text, for a vector file, or again as pixmaps, which paint faster."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self.resized.emit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Repaint after scrolling, as Qt does not when its automatic updates are off."""
        super().scrollContentsBy(dx, dy)
        self.repaint_soon()

    # an event filter on the viewport would also run at every repaint, and wait for the training's interpreter lock

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.mouse_used.emit(event)
        self.hovered.emit(self.mapToScene(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.mouse_used.emit(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(self.mapToScene(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.mouse_used.emit(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.mouse_used.emit(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Offer the event to receivers of `wheel_turned` first."""
        event.ignore()
        self.wheel_turned.emit(event)
        if not event.isAccepted():
            super().wheelEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def _fit(self) -> None:
        always, never = Qt.ScrollBarPolicy.ScrollBarAlwaysOn, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(always if self._least_height > self.height() else never)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded if self._least_width else never)
        size = self.viewport().size()
        self.setSceneRect(0, 0, max(size.width(), self._least_width), max(size.height(), self._least_height))


class Text(QGraphicsSimpleTextItem):
    """A text in a scene."""

    def __init__(self, scene: QGraphicsScene, layer: float = 2.0) -> None:
        super().__init__()
        self.setZValue(layer)
        scene.addItem(self)

    def set_words(self, words: str) -> None:
        """Set the text, if it differs."""
        if words != self.text():
            self.setText(words)

    def set_style(self, font: QFont, color: str | QColor) -> None:
        """Use this font and colour."""
        self.setFont(font)
        self.setBrush(QColor(color))

    def place(self, x: float, y: float, across: float = 0.0, down: float = 0.0) -> None:
        """Place the text at (x, y); ``across`` and ``down`` (0 … 1) say which point of it lies there."""
        box = self.boundingRect()
        self.setPos(round(x - across * box.width()), round(y - down * box.height()))

    def write(self, words: str, x: float, y: float, across: float = 0.0, down: float = 0.0) -> None:
        """Set the text and place it."""
        self.set_words(words)
        self.place(x, y, across, down)


def as_verdict(item: Item, is_verdict: bool = True) -> Item:
    """Mark an item that says how a run stands or turns out: it is not painted while a question waits."""
    item.setData(_VERDICT, is_verdict)
    return item


def add_path(scene: QGraphicsScene, layer: float = 0.0) -> PathItem:
    """Add a path to a scene; higher layers cover lower ones."""
    item = PathItem()
    item.setZValue(layer)
    scene.addItem(item)
    return item


def bold(font: QFont) -> QFont:
    """The same font, bold."""
    heavier = QFont(font)
    heavier.setBold(True)
    return heavier

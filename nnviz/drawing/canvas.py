"""A scene in pixels: what a view is laid out on, painted by Qt alone."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsSimpleTextItem, QGraphicsView, QWidget

from nnviz.drawing.paths import PathItem
from nnviz.theme import Theme

Numbers = list[tuple[str | float, ...]]
"""Rows of a table, the first their names."""


class Canvas(QGraphicsView):
    """A scene whose coordinates are the widget's pixels.

    It says when it has another size and where the mouse is. Wider content than the widget can be scrolled.

    Qt finds out by itself what has changed and paints it, scene by scene. Where items change with every frame,
    and all together, the canvas is better painted as a whole and only when it is told `repaint_soon`: all canvases
    of a window that are told in one go are painted in one go. `paint_when_told` has it so.
    """

    resized = Signal()
    hovered = Signal(QPointF)
    pressed = Signal(QPointF)
    left = Signal()
    mouse_used = Signal(object)
    """A button was pressed, clicked twice or let go, or the mouse was moved; carries Qt's event."""

    wheel_turned = Signal(object)
    """Carries Qt's event: who accepts it is the only one to get it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least_width = 0.0
        self.setViewport(QWidget())  # for Qt's own, of a class that it does not know, PySide loads all there are
        scene = self.make_scene()
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)  # items change with every frame
        self.setScene(scene)
        self.setSceneRect(0.0, 0.0, 1.0, 1.0)  # or axes that are not arranged yet would bring a scroll bar
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(1, 1)

    def make_scene(self) -> QGraphicsScene:
        """What everything is drawn in."""
        return QGraphicsScene(self)

    @property
    def area(self) -> QRectF:
        """All there is to lay out on."""
        return self.sceneRect()

    def dress(self, theme: Theme, _font: QFont) -> None:
        """Have the theme's ground; a plot's axes and readings are in its colours and this font."""
        self.setBackgroundBrush(QColor(theme.background))

    def set_least_width(self, width: float) -> None:
        """Scroll sideways when the widget is narrower."""
        self._least_width = width
        self._fit()

    def paint_when_told(self) -> None:
        """Paint the canvas as a whole, and only when it is told `repaint_soon`."""
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)

    def repaint_soon(self) -> None:
        """Have what has changed painted, with the next frame."""
        self.viewport().update()

    def show_all(self) -> None:
        """Show the whole in every plot, of which there is none."""

    def numbers(self) -> Numbers:
        """What is drawn, as a table; nothing where there is no plot."""
        return []

    def draw_itself(self, itself: bool) -> None:
        """Have all drawn in lines and words, for a file of vectors, or as pictures that are quick to paint."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self.resized.emit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Show another part: Qt does not paint it by itself where it is not to paint changes."""
        super().scrollContentsBy(dx, dy)
        self.repaint_soon()

    # an event filter at the viewport would be called at every painting too, and wait for the training to let it

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
        """Offer it to what has a use of its own for it."""
        event.ignore()
        self.wheel_turned.emit(event)
        if not event.isAccepted():
            super().wheelEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def _fit(self) -> None:
        size = self.viewport().size()
        self.setSceneRect(0, 0, max(size.width(), self._least_width), size.height())


class Text(QGraphicsSimpleTextItem):
    """A few words in a scene."""

    def __init__(self, scene: QGraphicsScene, layer: float = 2.0) -> None:
        super().__init__()
        self.setZValue(layer)
        scene.addItem(self)

    def set_words(self, words: str) -> None:
        """Say something else, if it is something else."""
        if words != self.text():
            self.setText(words)

    def set_style(self, font: QFont, color: str | QColor) -> None:
        """Write in this font and colour."""
        self.setFont(font)
        self.setBrush(QColor(color))

    def place(self, x: float, y: float, across: float = 0.0, down: float = 0.0) -> None:
        """Put the point that lies so far across and down the words (0 … 1) at (x, y)."""
        box = self.boundingRect()
        self.setPos(round(x - across * box.width()), round(y - down * box.height()))

    def write(self, words: str, x: float, y: float, across: float = 0.0, down: float = 0.0) -> None:
        """Say something, and place it."""
        self.set_words(words)
        self.place(x, y, across, down)


def add_path(scene: QGraphicsScene, layer: float = 0.0) -> PathItem:
    """A path in a scene; higher layers lie above."""
    item = PathItem()
    item.setZValue(layer)
    scene.addItem(item)
    return item


def bold(font: QFont) -> QFont:
    """The same font, bold."""
    heavier = QFont(font)
    heavier.setBold(True)
    return heavier

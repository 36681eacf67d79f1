"""A canvas filled by one plane, and the pen that draws on it."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPen
from PySide6.QtWidgets import QGraphicsEllipseItem, QWidget

from nnviz.data.dataset import Extent
from nnviz.drawing.turns import lay_out_soon
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.scales import Scale, range_scale
from nnviz.theme import Theme

_PAD = 2.0
_SPACING = 9.0
"""Distance between two points of a stroke, in pixels."""
_PRESSED_OR_MOVED = {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseMove}


class PlaneCanvas(PlotCanvas):
    """A canvas with one plane and its axes.

    Signals
    -------
    arranged
        The frame or its visible part has changed: items in pixels must be placed again.
    """

    arranged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.extent: Extent = (0.0, 1.0, 0.0, 1.0)
        self._is_bare = False
        self.main = self.plane()
        self.main.moved.connect(self.arranged)
        self.resized.connect(self._arrange_soon)

    def set_theme(self, theme: Theme) -> None:
        self.set_style(theme, self.font())
        self._arrange_soon()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange_soon()

    def show_extent(
        self, extent: Extent, words: tuple[str, str], *, square: bool = False, logic: bool = False
    ) -> None:
        """Set the whole and the axes' names.

        ``square`` gives a unit the same length in both directions; with ``logic`` the axes say 0 and 1 only.
        """
        self.extent = extent
        self.main.box.is_square = square
        self.main.name_axes(*("", "") if self._is_bare else words)
        scale = _logic_scale if logic and not self._is_bare else self._scale
        self.main.show(scale(*extent[:2]), scale(*extent[2:]))
        self._arrange()

    def hide_axes(self) -> None:
        """Show no numbers and names at the axes."""
        self._is_bare = True
        self.show_extent(self.extent, ("", ""), square=self.main.box.is_square)

    def _scale(self, low: float, high: float) -> Scale:
        return Scale(low, high, ()) if self._is_bare else range_scale(low, high)

    def _arrange_soon(self) -> None:
        lay_out_soon(self, self._arrange)

    def _arrange(self) -> None:
        """Fill the canvas, once its size is known."""
        if not self.viewport().testAttribute(Qt.WidgetAttribute.WA_PendingResizeEvent):
            self.main.arrange(self.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), self.font())
            self.repaint_soon()


def _logic_scale(low: float, high: float) -> Scale:
    return Scale(low, high, ((0.0, "0"), (1.0, "1")))


class Pen(QObject):
    """Follows the pointer over a plot while drawing is on, and marks its path.

    Attributes
    ----------
    reach : float
        How far around the path it takes effect, as a fraction of the plane's width: 0 to draw, more to erase.

    Signals
    -------
    stroke_drawn : array, shape (points, 2)
        The stroke in the plot's coordinates, when the button is released.
    """

    stroke_drawn = Signal(object)

    def __init__(self, plot: PlaneCanvas) -> None:
        super().__init__(plot)
        self._plot = plot
        self._draws = False
        self._color, self._size = QColor("black"), 8.0
        self.reach = 0.0
        self._stroke: list[QPointF] = []
        self._marks: list[QGraphicsEllipseItem] = []

    def set_mark(self, color: str, size: float) -> None:
        """Mark the stroke in a colour, with dots of a size in pixels."""
        self._color, self._size = QColor(color), size

    def set_drawing(self, draws: bool) -> None:
        """Turn drawing on or off."""
        if draws == self._draws:
            return
        self._draws = draws
        self._take_stroke()
        viewport = self._plot.viewport()
        viewport.setCursor(Qt.CursorShape.CrossCursor if draws else Qt.CursorShape.ArrowCursor)
        if draws:
            viewport.installEventFilter(self)
        else:
            viewport.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent) or _pans(event):
            return super().eventFilter(watched, event)
        if event.type() in _PRESSED_OR_MOVED:
            if event.buttons() & Qt.MouseButton.LeftButton:
                self._extend(event.position())
            return True
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._finish()
            return True
        return super().eventFilter(watched, event)

    def _extend(self, place: QPointF) -> None:
        near = self._stroke and (place - self._stroke[-1]).manhattanLength() < _SPACING
        if near or not self._plot.main.frame.contains(place):
            return
        self._stroke.append(place)
        size = 2 * self.reach * self._plot.main.frame.width() or self._size
        mark = QGraphicsEllipseItem(place.x() - size / 2, place.y() - size / 2, size, size)
        mark.setPen(QPen(self._color, 1.0))
        mark.setBrush(QColor(0, 0, 0, 0) if self.reach else self._color)
        mark.setZValue(30)
        self._marks.append(mark)
        self._plot.scene().addItem(mark)
        self._plot.repaint_soon()

    def _finish(self) -> None:
        points = [self._plot.main.point_at(place) for place in self._take_stroke()]
        if points:
            self.stroke_drawn.emit(np.array(points))

    def _take_stroke(self) -> list[QPointF]:
        """Return the stroke so far and begin a new one."""
        for mark in self._marks:
            self._plot.scene().removeItem(mark)
        self._plot.repaint_soon()
        stroke, self._stroke, self._marks = self._stroke, [], []
        return stroke


def _pans(event: QMouseEvent) -> bool:
    """Whether an event belongs to a drag that pans the plane."""
    buttons = event.buttons() | event.button()
    middle = buttons & Qt.MouseButton.MiddleButton
    return bool(middle or event.modifiers() & Qt.KeyboardModifier.ShiftModifier)

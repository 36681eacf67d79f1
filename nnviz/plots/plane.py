"""A part of the plane between two axes, on a canvas: all that has axes stands on it."""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import SIGNAL, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QToolButton

from nnviz.data.dataset import Extent, FloatArray
from nnviz.drawing.canvas import Canvas
from nnviz.drawing.paths import keep_painted
from nnviz.drawing.view import dress_button, small_button
from nnviz.plots.axes import Axes, Box, Range
from nnviz.plots.scales import Scale, range_scale
from nnviz.theme import Theme
from nnviz.theme import theme as theme_named

_FLAG = QGraphicsItem.GraphicsItemFlag
NAME = 0
"""Where an item keeps its name, among what Qt lets items keep."""
Reading = Callable[[float, float], Sequence[str]]
"""What is to be read at a point of the plane, a line each; nothing if there is nothing."""


class Plane(QObject):
    """A frame with axes; what is drawn in it moves with it when it is zoomed or panned.

    It shows the whole, which `show` says, until it is zoomed or panned by hand. Then it stays there, whatever
    the whole becomes, until `show_all`.

    Attributes
    ----------
    x, y : Scale
        The whole.
    frame : QRectF
        Where it is drawn, in pixels.
    reading : callable, optional
        What is to be read under the pointer.
    is_filled : bool
        Of a square plane more than the whole is seen where the room for it has another shape.

    Signals
    -------
    moved
        The frame, or what is seen in it, has changed: what is drawn in pixels has to be drawn anew.
    zoomed
        It was zoomed or panned by hand, or shows all again.
    """

    moved = Signal()
    zoomed = Signal()

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.x = self.y = range_scale(0.0, 1.0)
        self.frame = QRectF(0.0, 0.0, 1.0, 1.0)
        self.reading: Reading | None = None
        self.held = self.is_filled = False
        self._is_arranged = self._is_moving = False
        self._kept: tuple[QGraphicsItem, ...] = ()
        self._together: tuple[Plane, ...] = ()
        self._theme, self._font = theme_named("light"), QFont()
        self._back: QToolButton | None = None
        self.box = Box(self.show_all)
        self.axes = Axes(canvas, self.box)
        self._windows = _window(0.0), _window(-150.0)  # the box is at -100
        for item in (self.box, *self._windows):
            canvas.scene().addItem(item)
        self.box.sigRangeChangedManually.connect(self._hold)
        self.box.set_range((0.0, 1.0), (0.0, 1.0))

    def add(self, item: QGraphicsItem, name: str = "", *, is_kept: bool = False) -> None:
        """Draw an item in the frame, in coordinates of the plane; one with a name is among the plane's numbers.

        Of one that seldom changes a picture may be kept, but while the plane is zoomed and panned: every step
        would have another made.
        """
        self._kept += (item,) * is_kept
        self.box.addItem(item, ignoreBounds=True)
        item.setData(NAME, name)

    def add_in_pixels(self, *items: QGraphicsItem, below: bool = False) -> None:
        """Draw items in the frame, in pixels of the canvas: markers, arrows and words, whose size stays.

        They stand above all that is in coordinates of the plane, or below it.
        """
        for item in items:
            item.setParentItem(self._windows[below])

    def set_theme(self, theme: Theme) -> None:
        """Draw axes and their words in the theme's colours."""
        self._theme = theme
        self.axes.set_theme(theme)
        if self._back:
            dress_button(self._back, theme)

    def name_axes(self, x: str, y: str = "") -> None:
        """Say what the axes stand for."""
        before, self.axes.words = self.axes.words, (x, y)
        if self._is_arranged and before != self.axes.words:
            if list(map(bool, before)) == [bool(x), bool(y)]:
                self.axes.write_names(self.frame, *self.seen)
            else:
                self._lay_out()

    def arrange(self, outer: QRectF, font: QFont, left: float = 0.0, right: float = 0.0) -> None:
        """Fill ``outer``, with at least so much left free at the sides."""
        self._is_arranged = True
        self.axes.arrange(outer, font, (left, right))
        self._font = font
        self._lay_out()

    def show(self, x: Scale, y: Scale) -> bool:
        """Have another whole; False if it is the same. It is seen at once, unless a part is held by hand.

        None is held any longer where an axis becomes logarithmic, or is so no more.
        """
        if (x, y) == (self.x, self.y):
            return False
        self.held &= (x.logarithmic, y.logarithmic) == (self.x.logarithmic, self.y.logarithmic)
        self.x, self.y = x, y
        self.box.whole = x.high - x.low, y.high - y.low
        if not self.held:
            self.box.set_range((x.low, x.high), (y.low, y.high))
            self._lay_out()
        return True

    def show_all(self) -> None:
        """Show the whole again."""
        if self.held:
            self._take((self.x.low, self.x.high), (self.y.low, self.y.high), held=False)
            self._lead()

    def zoom(self, extent: Extent) -> None:
        """Show a part of the plane, and stay there."""
        self._take(extent[:2], extent[2:], held=True)
        self._lead()

    def zoom_by(self, factor: float) -> None:
        """Show so many times as large a part, its middle where it is."""
        if not self.box.is_at_end(factor < 1.0):
            low, high = np.reshape(self.extent, (2, 2)).T
            grown = (factor - 1.0) / 2 * (high - low)
            x, y = np.stack([low - grown, high + grown], axis=1).tolist()
            self.zoom((*x, *y))

    @property
    def extent(self) -> Extent:
        """What is seen: x_min, x_max, y_min, y_max; of a logarithmic axis the logarithms."""
        (x_min, x_max), (y_min, y_max) = self.box.viewRange()
        return x_min, x_max, y_min, y_max

    @property
    def unit(self) -> tuple[float, float]:
        """Pixels of one unit sideways and upwards."""
        x_min, x_max, y_min, y_max = self.extent
        return self.frame.width() / (x_max - x_min), self.frame.height() / (y_max - y_min)

    @property
    def seen(self) -> tuple[Scale, Scale]:
        """The scales of what is seen."""
        if not (self.held or self.is_filled):
            return self.x, self.y
        x_min, x_max, y_min, y_max = self.extent
        return self.x.within(x_min, x_max), self.y.within(y_min, y_max)

    def pixels(self, points: FloatArray) -> FloatArray:
        """Where points of the plane, shape (..., 2), are on the canvas."""
        x_min, _, y_min, _ = self.extent
        right, up = self.unit
        return np.asarray([self.frame.left(), self.frame.bottom()] + (points - [x_min, y_min]) * [right, -up])

    def points(self, pixels: FloatArray) -> FloatArray:
        """The points of the plane at pixels of the canvas, shape (..., 2)."""
        x_min, _, y_min, _ = self.extent
        right, up = self.unit
        return np.asarray([x_min, y_min] + (pixels - [self.frame.left(), self.frame.bottom()]) / [right, -up])

    def point_at(self, place: QPointF) -> tuple[float, float]:
        """The point of the plane at a place of the canvas."""
        x, y = self.points(np.array([place.x(), place.y()])).tolist()
        return x, y

    @property
    def is_visible(self) -> bool:
        return bool(self.box.isVisible())

    def set_visible(self, visible: bool) -> None:
        """Show or hide it with all that is in it."""
        for item in (self.box, *self._windows):
            item.setVisible(visible)
        self.axes.set_visible(visible)
        self._offer_way_back()

    def show_grid(self, shown: bool) -> None:
        """Draw lines across it at the numbers, or none."""
        self.axes.show_grid(shown)
        self._lay_out()

    def move_with(self, *others: "Plane") -> None:
        """Zoom and pan all these planes with each other; upwards only those with the same whole."""
        planes = (self, *others)
        for plane in planes:
            plane._together = tuple(other for other in planes if other is not plane)  # noqa: SLF001 - of its class

    def prepare(self) -> None:
        """Bring all that is painted up to date, before Qt paints."""
        keep_painted(*self._kept, kept=not self._is_moving)
        if self.is_visible and self.axes.prepare():
            self.box.prepareForPaint()

    def empty(self) -> None:
        """Hide it, and let go what is in it."""
        self.set_visible(False)
        for item in (i for holder in (self.box.childGroup, *self._windows) for i in holder.childItems()):
            self._canvas.scene().removeItem(item)
        self._together, self._kept, self.reading, self.held = (), (), None, False
        for signal in ("moved()", "zoomed()"):
            QObject.disconnect(self, SIGNAL(signal), None, None)  # type: ignore[call-overload]

    def value_of(self, x: float, y: float) -> tuple[float, float]:
        """The numbers that stand for a point, of logarithmic axes not their logarithms."""
        return 10.0**x if self.x.logarithmic else x, 10.0**y if self.y.logarithmic else y

    def named_items(self) -> Sequence[tuple[str, QGraphicsItem]]:
        """Items that are drawn in it, with their names."""
        items = reversed(self.box.childGroup.childItems())  # those on top first
        return [(item.data(NAME), item) for item in items if item.data(NAME) and item.isVisible()]

    def _hold(self, *_mask: object) -> None:
        self._is_moving = True
        self.held, before, (right, up), (x_min, _, y_min, _) = True, self.frame, self.unit, self.extent
        self._lay_out()
        if self.frame != before:  # its numbers are wider: what is seen stays where it is under the pointer
            x = x_min + (self.frame.left() - before.left()) / right
            y = y_min + (before.bottom() - self.frame.bottom()) / up
            self._take((x, x + self.frame.width() / right), (y, y + self.frame.height() / up), held=True)
        self._lead()
        self._canvas.repaint_soon()
        self._is_moving = False

    def _take(self, x: Range, y: Range, *, held: bool) -> None:
        self.held = held
        self.box.set_range(x, y)
        self._lay_out()
        self._canvas.repaint_soon()

    def _lead(self) -> None:
        """Let planes that move together with this one do so."""
        for other in self._together:
            other.follow(self)
        self.zoomed.emit()

    def follow(self, leader: "Plane") -> None:
        """Show what another plane shows, or all as it does."""
        if leader.held:
            self._take(leader.extent[:2], (leader if leader.y == self.y else self).extent[2:], held=True)
        else:
            self._take((self.x.low, self.x.high), (self.y.low, self.y.high), held=False)
        self.zoomed.emit()

    def _lay_out(self) -> None:
        """Put frame, axes and names into their places."""
        self.frame = self.axes.frame(*self.seen, held=self.held)
        if self.box.is_square:
            if self.is_filled:
                self._fill()
            else:
                self.frame = self._squared(self.frame)
        self.box.setGeometry(self.frame)
        for window in self._windows:
            window.setRect(self.frame)
        self.axes.place(self.frame, *self.seen)
        self._offer_way_back()
        self.moved.emit()

    def _offer_way_back(self) -> None:
        """Have a button in the frame while not all is shown: the wheel is soon touched by accident."""
        offered = self.held and self.is_visible
        if offered and self._back is None:
            self._back = small_button("show all", "Show the whole plot again (double click, Home).")
            self._back.setParent(self._canvas.viewport())
            self._back.clicked.connect(self.show_all)
            dress_button(self._back, self._theme)
        if self._back:
            self._back.setVisible(offered)
            self._back.setFont(self._font)
            self._back.adjustSize()
            corner = self._canvas.mapFromScene(self.frame.bottomRight())
            self._back.move(corner.x() - self._back.width() - 4, corner.y() - self._back.height() - 4)

    def _squared(self, frame: QRectF) -> QRectF:
        """The part of a frame, in its middle, in which a unit is as long both ways."""
        width, height = self.box.whole
        unit = min(frame.width() / width, frame.height() / height)
        spare = frame.width() - unit * width, frame.height() - unit * height
        return frame.adjusted(spare[0] / 2, spare[1] / 2, -spare[0] / 2, -spare[1] / 2)

    def _fill(self) -> None:
        """See as much of the plane as there is room for; while it is held, as much sideways as before."""
        whole = self.x.low, self.x.high, self.y.low, self.y.high
        x_min, x_max, y_min, y_max = self.extent if self.held else whole
        width, height = self.frame.width(), self.frame.height()
        unit = (x_max - x_min) / width  # of the plane a pixel
        unit = unit if self.held else max(unit, (y_max - y_min) / height)
        x, y, right, up = (x_min + x_max) / 2, (y_min + y_max) / 2, unit * width / 2, unit * height / 2
        self.box.set_range((x - right, x + right), (y - up, y + up))


def _window(layer: float) -> QGraphicsRectItem:
    """What cuts off what is drawn in it where it ends."""
    item = QGraphicsRectItem()
    item.setZValue(layer)
    item.setPen(QPen(Qt.PenStyle.NoPen))
    for flag in (_FLAG.ItemClipsChildrenToShape, _FLAG.ItemHasNoContents):
        item.setFlag(flag)
    return item

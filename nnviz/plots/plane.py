"""A plane with two axes on a canvas: the base of every plot."""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import SIGNAL, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QToolButton

from nnviz.data.dataset import Extent, FloatArray
from nnviz.drawing.canvas import Canvas
from nnviz.drawing.paths import cache_painting
from nnviz.drawing.view import small_button, style_button
from nnviz.plots.axes import Axes
from nnviz.plots.box import Box, Range
from nnviz.plots.scales import Scale, range_scale
from nnviz.theme import Theme
from nnviz.theme import theme as theme_named

_FLAG = QGraphicsItem.GraphicsItemFlag
NAME = 0
"""Key under which an item stores its name, in Qt's item data."""
Reading = Callable[[float, float], Sequence[str]]
"""Returns the lines to read at a point of the plane; empty if there is nothing."""


class Plane(QObject):
    """A frame with axes; items in it move with the plane when it is zoomed or panned.

    It shows the whole, set by `show`, until it is zoomed or panned by hand. Then it keeps that part (``held``),
    even if the whole changes, until `show_all`.

    Attributes
    ----------
    x, y : Scale
        The whole.
    frame : QRectF
        The frame, in pixels.
    reading : callable, optional
        Returns the lines to read under the pointer.
    is_filled : bool
        A square plane fills a frame of another shape by showing more than the whole.

    Signals
    -------
    moved
        The frame or its visible part has changed: items in pixels must be placed again.
    zoomed
        The plane was zoomed or panned by hand, or shows all again.
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
        self._cached: tuple[QGraphicsItem, ...] = ()
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

    def add(self, item: QGraphicsItem, name: str = "", *, is_cached: bool = False) -> None:
        """Add an item in coordinates of the plane; an item with a name is listed in `named_items`.

        One that seldom changes can be cached as a pixmap. It is not while the user zooms or pans, when each step
        would need another pixmap.
        """
        self._cached += (item,) * is_cached
        self.box.addItem(item, ignoreBounds=True)
        item.setData(NAME, name)

    def add_in_pixels(self, *items: QGraphicsItem, below: bool = False) -> None:
        """Add items in pixels of the canvas: markers, arrows and words, which keep their size.

        They lie above all items in coordinates of the plane, or below them.
        """
        for item in items:
            item.setParentItem(self._windows[below])

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.axes.set_theme(theme)
        if self._back:
            style_button(self._back, theme)

    def name_axes(self, x: str, y: str = "") -> None:
        """Name the axes."""
        before, self.axes.words = self.axes.words, (x, y)
        if self._is_arranged and before != self.axes.words:
            if list(map(bool, before)) == [bool(x), bool(y)]:
                self.axes.write_names(self.frame, *self.seen)
            else:
                self._lay_out()

    def arrange(self, outer: QRectF, font: QFont, left: float = 0.0, right: float = 0.0) -> None:
        """Fill ``outer``; ``left`` and ``right`` are the least margins."""
        self._is_arranged = True
        self.axes.arrange(outer, font, (left, right))
        self._font = font
        self._lay_out()

    def show(self, x: Scale, y: Scale) -> bool:
        """Set the whole; return False if it is the same. It is visible at once unless a part is held by hand.

        A held part is given up if an axis changes between linear and logarithmic.
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
        """Show a part of the plane, and hold it."""
        self._take(extent[:2], extent[2:], held=True)
        self._lead()

    def zoom_by(self, factor: float) -> None:
        """Show a part ``factor`` times as large, with the same centre."""
        if not self.box.is_at_end(factor < 1.0):
            low, high = np.reshape(self.extent, (2, 2)).T
            grown = (factor - 1.0) / 2 * (high - low)
            x, y = np.stack([low - grown, high + grown], axis=1).tolist()
            self.zoom((*x, *y))

    @property
    def extent(self) -> Extent:
        """The visible part: x_min, x_max, y_min, y_max; logarithms on a logarithmic axis."""
        (x_min, x_max), (y_min, y_max) = self.box.viewRange()
        return x_min, x_max, y_min, y_max

    @property
    def unit(self) -> tuple[float, float]:
        """Pixels per unit, horizontally and vertically."""
        x_min, x_max, y_min, y_max = self.extent
        return self.frame.width() / (x_max - x_min), self.frame.height() / (y_max - y_min)

    @property
    def seen(self) -> tuple[Scale, Scale]:
        """The scales of the visible part."""
        if not (self.held or self.is_filled):
            return self.x, self.y
        x_min, x_max, y_min, y_max = self.extent
        return self.x.within(x_min, x_max), self.y.within(y_min, y_max)

    def pixels(self, points: FloatArray) -> FloatArray:
        """Canvas positions of points of the plane, shape (..., 2)."""
        x_min, _, y_min, _ = self.extent
        right, up = self.unit
        return np.asarray([self.frame.left(), self.frame.bottom()] + (points - [x_min, y_min]) * [right, -up])

    def points(self, pixels: FloatArray) -> FloatArray:
        """Points of the plane at canvas positions, shape (..., 2)."""
        x_min, _, y_min, _ = self.extent
        right, up = self.unit
        return np.asarray([x_min, y_min] + (pixels - [self.frame.left(), self.frame.bottom()]) / [right, -up])

    def point_at(self, place: QPointF) -> tuple[float, float]:
        """The point of the plane at a place on the canvas."""
        x, y = self.points(np.array([place.x(), place.y()])).tolist()
        return x, y

    @property
    def is_visible(self) -> bool:
        return bool(self.box.isVisible())

    def set_visible(self, visible: bool) -> None:
        for item in (self.box, *self._windows):
            item.setVisible(visible)
        self.axes.set_visible(visible)
        self._offer_way_back()

    def show_grid(self, shown: bool) -> None:
        """Draw lines at the numbers, or none."""
        self.axes.show_grid(shown)
        self._lay_out()

    def move_with(self, *others: "Plane") -> None:
        """Link these planes: they zoom and pan together, vertically only those with the same whole."""
        planes = (self, *others)
        for plane in planes:
            plane._together = tuple(other for other in planes if other is not plane)  # noqa: SLF001 - of its class

    def prepare(self) -> bool:
        """Update everything before Qt paints; return whether the axes have changed."""
        cache_painting(*self._cached, cached=not self._is_moving)
        if not (self.is_visible and self.axes.prepare()):
            return False
        self.box.prepareForPaint()
        return True

    def empty(self) -> None:
        """Hide the plane and remove its items."""
        self.set_visible(False)
        for item in (i for holder in (self.box.childGroup, *self._windows) for i in holder.childItems()):
            self._canvas.scene().removeItem(item)
        self._together, self._cached, self.reading, self.held = (), (), None, False
        for signal in ("moved()", "zoomed()"):
            QObject.disconnect(self, SIGNAL(signal), None, None)  # type: ignore[call-overload]

    def value_of(self, x: float, y: float) -> tuple[float, float]:
        """The values at a point: on a logarithmic axis the number, not its logarithm."""
        return 10.0**x if self.x.logarithmic else x, 10.0**y if self.y.logarithmic else y

    def named_items(self) -> Sequence[tuple[str, QGraphicsItem]]:
        """The items with a name, and their names."""
        items = reversed(self.box.childGroup.childItems())  # those on top first
        return [(item.data(NAME), item) for item in items if item.data(NAME) and item.isVisible()]

    def _hold(self, *_mask: object) -> None:
        self._is_moving = self.held = True
        before, after, (right, up), (x_min, _, y_min, _) = self.frame, self._framed(), self.unit, self.extent
        if after != before:  # the numbers are wider: keep what is under the pointer in its place
            x = x_min + (after.left() - before.left()) / right
            y = y_min + (before.bottom() - after.bottom()) / up
            self.box.set_range((x, x + after.width() / right), (y, y + after.height() / up))
        self._lay_out()
        self._lead()
        self._canvas.repaint_soon(self.axes.outer)
        self._is_moving = False

    def _take(self, x: Range, y: Range, *, held: bool) -> None:
        self.held = held
        self.box.set_range(x, y)
        self._lay_out()
        self._canvas.repaint_soon()

    def _lead(self) -> None:
        """Move the linked planes along."""
        for other in self._together:
            other.follow(self)
        self.zoomed.emit()

    def follow(self, leader: "Plane") -> None:
        """Show the same part as another plane, or all if it does."""
        if leader.held:
            self._take(leader.extent[:2], (leader if leader.y == self.y else self).extent[2:], held=True)
        else:
            self._take((self.x.low, self.x.high), (self.y.low, self.y.high), held=False)
        self.zoomed.emit()

    def _lay_out(self) -> None:
        """Place frame, axes and names."""
        self.frame = self._framed()
        if self.box.is_square and self.is_filled:
            self._fill()
        self.box.setGeometry(self.frame)
        for window in self._windows:
            window.setRect(self.frame)
        self.axes.place(self.frame, *self.seen)
        self._offer_way_back()
        self.moved.emit()

    def _framed(self) -> QRectF:
        """The frame that numbers and names leave."""
        frame = self.axes.frame(*self.seen, held=self.held)
        return self._squared(frame) if self.box.is_square and not self.is_filled else frame

    def _offer_way_back(self) -> None:
        """Show a button to show all while a part is held: the wheel is easily touched by accident."""
        offered = self.held and self.is_visible and self._canvas.is_operated
        if offered and self._back is None:
            self._back = small_button("show all", "Show the whole plot again (double click, Home).")
            self._back.setParent(self._canvas.viewport())
            self._back.clicked.connect(self.show_all)
            style_button(self._back, self._theme)
        if self._back:
            self._back.setVisible(offered)
            self._back.setFont(self._font)
            self._back.adjustSize()
            corner = self._canvas.mapFromScene(self.frame.bottomRight())
            self._back.move(corner.x() - self._back.width() - 4, corner.y() - self._back.height() - 4)

    def _squared(self, frame: QRectF) -> QRectF:
        """The central part of a frame in which a unit has the same length in both directions."""
        width, height = self.box.whole
        unit = min(frame.width() / width, frame.height() / height)
        spare = frame.width() - unit * width, frame.height() - unit * height
        return frame.adjusted(spare[0] / 2, spare[1] / 2, -spare[0] / 2, -spare[1] / 2)

    def _fill(self) -> None:
        """Show as much of the plane as the frame has space for; while held, keep the visible width."""
        whole = self.x.low, self.x.high, self.y.low, self.y.high
        x_min, x_max, y_min, y_max = self.extent if self.held else whole
        width, height = self.frame.width(), self.frame.height()
        unit = (x_max - x_min) / width  # of the plane a pixel
        unit = unit if self.held else max(unit, (y_max - y_min) / height)
        x, y, right, up = (x_min + x_max) / 2, (y_min + y_max) / 2, unit * width / 2, unit * height / 2
        self.box.set_range((x - right, x + right), (y - up, y + up))


def _window(layer: float) -> QGraphicsRectItem:
    """An item that clips its children."""
    item = QGraphicsRectItem()
    item.setZValue(layer)
    item.setPen(QPen(Qt.PenStyle.NoPen))
    for flag in (_FLAG.ItemClipsChildrenToShape, _FLAG.ItemHasNoContents):
        item.setFlag(flag)
    return item

"""pyqtgraph's view box and axis, of which Qt paints a frame without Python.

What Python does inside Qt's painting holds the interpreter while a network trains. A repaint of fourteen small
plots makes 2,214 calls into Python with pyqtgraph as it comes, and takes 3.3 times as long; here it makes none:

- a method that a Python class overrides is called at each painting. `boundingRect`, `shape` and `paint` of the box
  are assigned anew from Qt's own class, and Python's are no longer found;
- an axis has no contents in Qt's eyes. `Plane` has it painted into a picture when it says that it is stale;
- pyqtgraph's menu takes longer to make than a whole plot, and ours says other things: there is none.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsWidget

_FLAG = QGraphicsItem.GraphicsItemFlag
Range = tuple[float, float]
Marks = Sequence[tuple[float, str]]
"""Values along an axis, and what is written there."""
_CLOSEST, _FARTHEST = 1e-7, 20.0
"""How much of the whole is seen at the least and at the most."""
_BEYOND = 60
"""Pixels that a number may reach beyond its axis."""


class Box(pg.ViewBox):  # type: ignore[misc] # pyqtgraph has no types
    """What a plot shows of the plane: the wheel zooms, a drag pans, a double click shows all.

    Parameters
    ----------
    show_all : callable
        What a double click does.

    Attributes
    ----------
    is_square : bool
        One unit is to stay as long both ways.
    is_drawn_on : bool
        The left button draws: the middle one pans, or the left one with Shift.
    whole : (float, float)
        Width and height of all there is to see: how far one can zoom is counted from them.
    """

    boundingRect = QGraphicsWidget.boundingRect  # noqa: N815 - Qt's name
    shape = QGraphicsWidget.shape
    paint = QGraphicsWidget.paint

    def __init__(self, show_all: Callable[[], None]) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self._show_all = show_all
        self.is_square = self.is_drawn_on = False
        self.whole = (1.0, 1.0)
        self.setFlag(_FLAG.ItemHasNoContents)
        self.borderRect.hide()  # it has no pen
        self.setFlag(_FLAG.ItemIsFocusable, enabled=False)  # keys are the window's

    def set_range(self, x: Range, y: Range) -> None:
        """Show this part of the plane."""
        self.setRange(xRange=x, yRange=y, padding=0.0)

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        """Zoom about the pointer; in front of an audience only with Ctrl, for a wheel is soon touched."""
        self.updateMatrix()  # pyqtgraph does so when it paints, and else finds the pointer elsewhere
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if (event.widget().window().isFullScreen() and not held) or self.is_at_end(event.delta() > 0):
            event.ignore()
        else:
            super().wheelEvent(event, None if self.is_square else axis)

    def is_at_end(self, zooms_in: bool) -> bool:
        """Whether one cannot come any closer, or go any farther away."""
        spans = [high - low for low, high in self.viewRange()]
        shares = [span / whole for span, whole in zip(spans, self.whole, strict=True)]
        return bool(min(shares) < _CLOSEST if zooms_in else max(shares) > _FARTHEST)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        """Pan with the left or the middle button."""
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        pans = event.button() == Qt.MouseButton.MiddleButton or (
            event.button() == Qt.MouseButton.LeftButton and (shift or not self.is_drawn_on)
        )
        if pans:
            self.updateMatrix()
            super().mouseDragEvent(event, axis)
        else:
            event.ignore()

    def mouseClickEvent(self, event: Any) -> None:
        """Show all at a double click."""
        if event.double() and event.button() == Qt.MouseButton.LeftButton and not self.is_drawn_on:
            event.accept()
            self._show_all()


class Axis(pg.AxisItem):  # type: ignore[misc]
    """An axis that is painted when `repaint` is called; its numbers and where they stand are given."""

    def __init__(self, side: str, box: Box) -> None:
        super().__init__(side, maxTickLength=0)
        self.setFlag(_FLAG.ItemHasNoContents)
        self.enableAutoSIPrefix(False)  # or an axis reads 500 and says "x0.001" elsewhere
        self.setStyle(autoExpandTextSpace=False, tickAlpha=255, tickTextOffset=5)
        self.linkToView(box)
        self.setZValue(-160.0)  # below the box, that a file of vectors has its lines below all else

    def boundingRect(self) -> QRectF:
        """Where it paints; pyqtgraph leaves out numbers that reach beyond, such as those at the ends."""
        return QRectF(super().boundingRect()).adjusted(-_BEYOND, -_BEYOND, _BEYOND, _BEYOND)

    def place(self, rect: QRectF) -> None:
        """Stand in a rectangle; pyqtgraph's own ideas of its size are overruled."""
        if self.orientation == "left":
            self.setWidth(rect.width())
        else:
            self.setHeight(rect.height())
        self.setGeometry(rect)

    def set_colors(self, line: QColor, text: QColor) -> None:
        """Draw lines and numbers in these colours."""
        self.setPen(QPen(Qt.PenStyle.NoPen))
        self.setTickPen(QPen(line))
        self.setTextPen(QPen(text))

    def set_font(self, font: QFont) -> None:
        """Write in this font."""
        if self.style["tickFont"] != font:
            self.setTickFont(font)

    def set_marks(self, marks: Marks, *, lines: bool = True) -> None:
        """Have these words at these values, with lines across the plane."""
        self.setGrid(255 if lines else False)
        self.setTicks([list(marks)])

    def repaint(self, painter: QPainter) -> None:
        """Paint it, in the coordinates of the scene."""
        painter.save()
        painter.setTransform(self.sceneTransform(), combine=True)
        pg.AxisItem.paint(self, painter, None, None)
        painter.restore()

    def draw_itself(self, itself: bool) -> None:
        """Let Qt call it to be painted, as it must for a file of vectors."""
        self.setFlag(_FLAG.ItemHasNoContents, enabled=not itself)

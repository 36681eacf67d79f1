"""The visible part of a plane, and what the mouse does with it; why it paints nothing, `nnviz.plots.axes` says."""

from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsItem, QGraphicsWidget

_FLAG = QGraphicsItem.GraphicsItemFlag
_CLOSEST, _FARTHEST = 1e-7, 20.0
"""Smallest and largest visible part, as a fraction of the whole."""

Range = tuple[float, float]


class Box(pg.ViewBox):  # type: ignore[misc] # pyqtgraph has no types
    """The visible part of a plane: the wheel zooms, a drag pans, a double click shows all.

    Parameters
    ----------
    show_all : callable
        Called on a double click.

    Attributes
    ----------
    is_square : bool
        One unit has the same length in both directions.
    is_drawn_on : bool
        The left button draws, so the middle button pans, or the left one with Shift.
    whole : (float, float)
        Width and height of the whole; the zoom limits are relative to them.
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
        self.setFlag(_FLAG.ItemIsFocusable, enabled=False)  # keys belong to the window

    def set_range(self, x: Range, y: Range) -> None:
        """Show this part of the plane."""
        self.setRange(xRange=x, yRange=y, padding=0.0)

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        """Zoom about the pointer; while presenting only with Ctrl, as a wheel is easily touched by accident."""
        self.updateMatrix()  # pyqtgraph does this only when it paints; without it the pointer's position is wrong
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if (event.widget().window().isFullScreen() and not held) or self.is_at_end(event.delta() > 0):
            event.ignore()
        else:
            super().wheelEvent(event, None if self.is_square else axis)

    def is_at_end(self, zooms_in: bool) -> bool:
        """Whether the limit of zooming in, or out, is reached."""
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

"""Where a guess can be drawn: from pixels of a view to the coordinates of its plot, and back."""

from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QWidget

from nnviz.data.dataset import FloatArray
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.plane import Plane


class Ground(Protocol):
    """The area between a view's axes; pixels are the view's, points have shape (points, 2)."""

    @property
    def area(self) -> QRectF:
        """Where it is, in pixels."""
        ...

    def points(self, pixels: FloatArray) -> FloatArray:
        """What lies at pixels."""
        ...

    def pixels(self, points: FloatArray) -> FloatArray:
        """Where points lie."""
        ...


class PlaneGround:
    """The frame of a plane that is in front in a view; another may come to the front with other data."""

    def __init__(self, view: QWidget) -> None:
        self._view, self._front = view, _canvas_in(view)

    @property
    def area(self) -> QRectF:
        """Where it is, in pixels."""
        return self._plane.frame.translated(*self._corner().tolist())

    def points(self, pixels: FloatArray) -> FloatArray:
        """What lies at pixels."""
        x, y = self._plane.points(pixels - self._corner()).T
        return np.column_stack([x, np.power(10.0, y) if self._plane.y.logarithmic else y])

    def pixels(self, points: FloatArray) -> FloatArray:
        """Where points lie; below the least of a logarithmic scale is on its edge."""
        x, y = points.T
        if self._plane.y.logarithmic:
            y = np.log10(np.maximum(y, 10.0**self._plane.y.low))
        return np.asarray(self._plane.pixels(np.column_stack([x, y])) + self._corner())

    @property
    def _plane(self) -> Plane:
        if not self._front.isVisibleTo(self._view):
            self._front = _canvas_in(self._view)
        return self._front.planes[0]

    def _corner(self) -> FloatArray:
        """Where in the view the canvas's coordinates begin."""
        corner = self._front.viewport().mapTo(self._view, self._front.mapFromScene(QPointF(0.0, 0.0)))
        return np.array([corner.x(), corner.y()], dtype=np.float64)


def ground_of(view: QWidget) -> Ground:
    """Where one draws on a view: in the first plane of what is in front in it."""
    return PlaneGround(view)


def _canvas_in(view: QWidget) -> PlotCanvas:
    canvases = [canvas for canvas in view.findChildren(PlotCanvas) if canvas.planes]
    if not canvases:
        raise TypeError(f"{type(view).__name__} has no axes to draw between")
    return next((canvas for canvas in canvases if canvas.isVisibleTo(view)), canvases[0])

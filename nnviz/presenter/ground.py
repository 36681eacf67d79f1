"""Where a guess can be drawn: from pixels of a view to the coordinates of its plot, and back."""

from typing import Protocol

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtWidgets import QWidget

from nnviz.data.dataset import FloatArray
from nnviz.drawing.plot import Plot
from nnviz.plots.plane import Plane
from nnviz.views.loss.view import LossView

_CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])


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


class PlotGround:
    """The area of the plot that is in front in a view; another may come to the front with other data."""

    def __init__(self, view: QWidget) -> None:
        self._view, self._front = view, _plot_in(view)

    @property
    def _plot(self) -> Plot:
        if not self._front.isVisibleTo(self._view):
            self._front = _plot_in(self._view)
        return self._front

    @property
    def area(self) -> QRectF:
        """Where it is, in pixels."""
        return self._plot.frame.translated(QPointF(self._plot.viewport().mapTo(self._view, QPoint(0, 0))))

    def points(self, pixels: FloatArray) -> FloatArray:
        """What lies at pixels."""
        origin, axes = self._frame()
        return np.asarray((pixels - origin) @ np.linalg.inv(axes))

    def pixels(self, points: FloatArray) -> FloatArray:
        """Where points lie."""
        origin, axes = self._frame()
        return np.asarray(origin + points @ axes)

    def _frame(self) -> tuple[FloatArray, FloatArray]:
        """Pixels of the plot's origin, and how far one unit to the right and one upwards reach."""
        corner = self._plot.viewport().mapTo(self._view, QPoint(0, 0))
        places = self._plot.pixels(_CORNERS) + np.array([corner.x(), corner.y()])
        origin, right, up = places
        return origin, np.array([right - origin, up - origin])


class LossGround:
    """The frame of the losses, linear or logarithmic upwards."""

    def __init__(self, view: LossView) -> None:
        self._view = view

    @property
    def area(self) -> QRectF:
        """Where it is, in pixels."""
        return self._plane.frame.translated(self._corner)

    def points(self, pixels: FloatArray) -> FloatArray:
        """What lies at pixels."""
        x, y = self._plane.points(pixels - self._corner_point()).T
        return np.column_stack([x, np.power(10.0, y) if self._plane.y.logarithmic else y])

    def pixels(self, points: FloatArray) -> FloatArray:
        """Where points lie; below the least of a logarithmic scale is on its edge."""
        x, y = points.T
        if self._plane.y.logarithmic:
            y = np.log10(np.maximum(y, 10.0**self._plane.y.low))
        return np.asarray(self._plane.pixels(np.column_stack([x, y])) + self._corner_point())

    def _corner_point(self) -> FloatArray:
        return np.array([self._corner.x(), self._corner.y()])

    @property
    def _plane(self) -> Plane:
        return self._view.loss.plane

    @property
    def _corner(self) -> QPointF:
        canvas = self._view.canvas
        corner = canvas.viewport().mapTo(self._view, QPoint(0, 0))
        return QPointF(corner) + QPointF(canvas.mapFromScene(QPointF(0.0, 0.0)))


def ground_of(view: QWidget) -> Ground:
    """Where one draws on a view: between the axes of its losses, or of the plot that is in front in it."""
    if isinstance(view, LossView):
        return LossGround(view)
    return PlotGround(view)


def _plot_in(view: QWidget) -> Plot:
    plots = view.findChildren(Plot)
    if not plots:
        raise TypeError(f"{type(view).__name__} has no axes to draw between")
    return next((plot for plot in plots if plot.isVisibleTo(view)), plots[0])

"""The plane of a problem in the pixels of a canvas: axes with their names, and where points are."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.scales import Scale, linear_scale
from nnviz.experiment.problem import Problem
from nnviz.theme import Theme

_MARGIN = 0.25
"""Room around the samples, in sides of the box that they fill."""
_GAP = 5.0


class PlaneFrame:
    """A frame with scales around a problem's samples, a square where one unit is as long both ways.

    Attributes
    ----------
    axes : Axes
    names : (Text, Text)
        Of the horizontal and the vertical axis.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.axes = Axes(scene, linear_scale(1.0), linear_scale(1.0))
        self.names = Text(scene, 6.0), Text(scene, 6.0)
        self._extent = (0.0, 1.0, 0.0, 1.0)

    @property
    def rect(self) -> QRectF:
        """Where the plane is, in pixels."""
        return self.axes.frame

    @property
    def unit(self) -> float:
        """Pixels of a unit of the plane."""
        return self.rect.width() / (self._extent[1] - self._extent[0])

    @property
    def middle(self) -> FloatArray:
        """The middle of the plane, in pixels."""
        return np.array([self.rect.center().x(), self.rect.center().y()])

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, problem: Problem, names: tuple[str, str]) -> None:
        """Fill a rectangle with a problem's plane, from the upper left on."""
        self._extent = problem.projection.extent(
            np.concatenate([problem.train.points, problem.test.points]), _MARGIN
        )
        x_min, x_max, y_min, y_max = self._extent
        self.axes.set_theme(theme)
        self.axes.set_scales(_ticked(x_min, x_max), _ticked(y_min, y_max))
        left = QFontMetricsF(font).horizontalAdvance("−0.5") + 6.0
        self.axes.arrange(rect, font, left)
        if abs((x_max - x_min) / (y_max - y_min) - 1.0) < 1e-6:
            spare = self.rect.width() - self.rect.height()
            self.axes.arrange(rect.adjusted(0.0, 0.0, -max(0.0, spare), min(0.0, spare)), font, left)
        widths = (0.4 * self.rect.width(), self.rect.left() - rect.left())
        for text, name, width in zip(self.names, names, widths, strict=True):
            text.set_style(bold(font), theme.text)
            text.set_words(QFontMetricsF(bold(font)).elidedText(name, Qt.TextElideMode.ElideRight, width))
        self.names[0].place(self.rect.right(), self.rect.bottom() + _GAP, 1.0, 0.0)
        self.names[1].place(self.rect.left() - _GAP, self.rect.top(), 1.0, 0.0)

    def pixels(self, points: FloatArray) -> FloatArray:
        """Where points of the plane are, shape (points, 2)."""
        corner, size = self._corner_and_size()
        return np.asarray((self.rect.left(), self.rect.top()) + (points - corner) / size * self._sides())

    def points(self, pixels: FloatArray) -> FloatArray:
        """The points of the plane that are at pixels, shape (pixels, 2)."""
        corner, size = self._corner_and_size()
        return np.asarray(corner + (pixels - (self.rect.left(), self.rect.top())) / self._sides() * size)

    def _corner_and_size(self) -> tuple[FloatArray, FloatArray]:
        """The upper left corner, and how far it is from there to the lower right."""
        x_min, x_max, y_min, y_max = self._extent
        return np.array([x_min, y_max]), np.array([x_max - x_min, y_min - y_max])

    def _sides(self) -> FloatArray:
        return np.array([self.rect.width(), self.rect.height()])


def _ticked(low: float, high: float) -> Scale:
    """A scale with a few round ticks, none so near to its end that it would run into the axis's name."""
    power = 10.0 ** np.floor(np.log10((high - low) / 5.0))
    step = power * min(part for part in (1, 2, 5, 10) if part * power >= (high - low) / 5.0)
    last = high - 0.09 * (high - low)
    values = [k * step for k in range(int(np.ceil(low / step)), int(np.floor(last / step)) + 1)]
    return Scale(low, high, tuple((value, f"{value:,.6g}".replace("-", "−")) for value in values))

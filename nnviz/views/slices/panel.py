"""One loss against one weight: the curve, the tangent where the weight is, and what they say in numbers."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.analysis.slices import ZERO_ONE, Slice, SliceCurve
from nnviz.data.dataset import FloatArray
from nnviz.drawing.axes import Axes
from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.scales import Scale, linear_scale, percent_scale, range_scale
from nnviz.numerals import figure
from nnviz.theme import Theme

_GAP = 5.0
_TANGENT = 0.16
"""Half the tangent's length, in widths of the frame."""

_TITLES = {
    ZERO_ONE: ("misclassified (0-1 loss)", "misclassified"),
    "squared_error": ("squared error ½‖o − t‖²", "squared error"),
    "cross_entropy": ("cross-entropy", "cross-entropy", "cross-ent."),
}
_CERTAIN = (
    "cross-entropy = KL divergence (certain targets have no entropy)",
    "cross-entropy = KL divergence",
    "cross-entropy = KL",
)
MINIMISED = "↓"
"""Before the name of the loss that the run follows downhill."""


class SlicePanel:
    """A frame with a loss's curve, a heading above it.

    Attributes
    ----------
    title, number : Text
        Which loss; its value and its slope.
    axes : Axes
    curve, tangent, dot : PathItem
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.title, self.number = Text(scene), Text(scene)
        self.axes = Axes(scene, range_scale(-1.0, 1.0), linear_scale(1.0))
        self.curve, self.tangent, self.dot = (add_path(scene, layer) for layer in (3.0, 4.0, 6.0))
        self._last = False

    def arrange(self, rect: QRectF, font: QFont, theme: Theme, *, last: bool) -> None:
        """Fill a rectangle; below the ``last`` one the axis has numbers."""
        self._rect, self._last, self._font = rect, last, font
        metrics = QFontMetricsF(font)
        self.axes.set_theme(theme)
        line = metrics.height()
        labels = 0.0 if last else line + _GAP  # the next heading stands where numbers would
        outer = rect.adjusted(0.0, line, 0.0, labels)
        self.axes.arrange(
            outer, font, metrics.horizontalAdvance("0.0000") + _GAP, metrics.horizontalAdvance("0.0")
        )
        self.title.set_style(bold(font), theme.text)
        self.number.set_style(bold(font), theme.text)
        self.curve.setPen(line_pen(theme.text, 2.5))
        self.tangent.setPen(line_pen(theme.accent, 3.0))
        self.dot.setPen(line_pen(theme.background, 1.5))
        self.dot.setBrush(QBrush(QColor(theme.accent)))
        self._radius = 0.3 * line

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        for item in (self.title, self.number, self.curve, self.tangent, self.dot):
            item.setVisible(visible)
        self.axes.set_visible(visible)

    def show_curve(self, picture: Slice, curve: SliceCurve) -> None:
        """Draw a loss, and its tangent at the present weight."""
        self._scale(picture, curve)
        self._say(picture, curve)
        factor = 100.0 if curve.name == ZERO_ONE else 1.0
        at, values = np.asarray(picture.at, np.float64), np.asarray(curve.values, np.float64)
        if curve.name == ZERO_ONE:
            at, values = steps(at, values)
        shown = np.isfinite(values)
        self.curve.set_points(self.axes.across(at[shown]), self.axes.up(factor * values[shown]), "all")
        self._touch(picture.weight, factor * curve.value, factor * curve.slope)

    def _scale(self, picture: Slice, curve: SliceCurve) -> None:
        x = range_scale(float(picture.at[0]), float(picture.at[-1]))
        if not self._last:
            x = Scale(x.low, x.high, tuple((value, "") for value, _ in x.ticks))
        largest = float(curve.values[np.isfinite(curve.values)].max(initial=0.0))
        self.axes.set_scales(x, percent_scale() if curve.name == ZERO_ONE else linear_scale(largest))

    def _say(self, picture: Slice, curve: SliceCurve) -> None:
        """Which loss, and its numbers, as far as there is room."""
        value = f"{100.0 * curve.value:.1f} %" if curve.name == ZERO_ONE else figure(curve.value)
        slope = "0" if curve.name == ZERO_ONE else figure(curve.slope)
        metrics = QFontMetricsF(bold(self._font))
        shortest = metrics.horizontalAdvance(f"↓ {_TITLES[curve.name][-1]}")
        both = f"{value}   slope {slope}"
        has_room = metrics.horizontalAdvance(both) + shortest + _GAP <= self._rect.width()
        self.number.set_words(both if has_room else f"slope {slope}")
        self.number.place(self._rect.right(), self._rect.top(), 1.0)
        room = self.number.x() - self._rect.left() - _GAP
        titles = _TITLES[curve.name]
        if curve.name == "cross_entropy" and picture.entropy == 0.0:
            titles = (*_CERTAIN, *titles)
        minimised = curve.name == picture.minimised
        self.title.set_words(_fitting(titles, room, QFontMetricsF(bold(self._font)), minimised=minimised))
        self.title.place(self._rect.left(), self._rect.top())

    def _touch(self, weight: float, value: float, slope: float) -> None:
        """A dot on the curve, and a piece of the tangent there."""
        dot, at = QPainterPath(), np.array([weight, value])
        self.tangent.setPath(QPainterPath())
        if np.isfinite([weight, value, slope]).all():
            x, y = float(self.axes.across(at[:1])[0]), float(self.axes.up(at[1:])[0])
            dot.addEllipse(QPointF(x, y), self._radius, self._radius)
            self._lay_tangent(x, y, slope)
        self.dot.setPath(dot)

    def _lay_tangent(self, x: float, y: float, slope: float) -> None:
        """Both ways from a pixel, no farther than the frame goes up and down."""
        frame, across, up = self.axes.frame, self.axes.x, self.axes.y
        right = frame.width() / (across.high - across.low)
        ahead = np.array([right, -slope * frame.height() / (up.high - up.low)])
        ahead /= np.hypot(*ahead)
        above, below = y - frame.top(), frame.bottom() - y
        steep = max(abs(float(ahead[1])), 1e-9)
        sides = (above, below) if ahead[1] < 0.0 else (below, above)
        forth, back = (min(_TANGENT * frame.width(), side / steep) for side in sides)
        ends = np.array([x, y]) + np.outer([-back, forth], ahead)
        self.tangent.set_points(ends[:, 0], ends[:, 1], "all")


def steps(at: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """A curve that is flat around each of its places and jumps in the middle between them."""
    middles = (at[1:] + at[:-1]) / 2.0
    return np.concatenate([at[:1], np.repeat(middles, 2), at[-1:]]), np.repeat(values, 2)


def _fitting(titles: Sequence[str], room: float, metrics: QFontMetricsF, *, minimised: bool) -> str:
    """The first of titles that fits, that of the loss that the run minimises with its sign."""
    said = [f"{MINIMISED} {title}" for title in titles] if minimised else titles
    return next((title for title in said if metrics.horizontalAdvance(title) <= room), said[-1])

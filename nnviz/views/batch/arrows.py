"""Gradients as arrows from one point: of all samples, of one batch, and the mean of the batches so far."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainterPath

from nnviz.analysis.batch_lens import BatchPicture
from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path, as_verdict, bold
from nnviz.drawing.paths import PathItem, arrow_head, circles, line_pen
from nnviz.drawing.words import Tag
from nnviz.numerals import figure, nice_above, tick
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.scales import Scale
from nnviz.theme import Theme, mix

FULL, BATCH, MEAN = range(3)
_DASHES: tuple[tuple[float, ...], ...] = ((), (3.0, 1.6), (1.0, 1.0))
"""Dash patterns, in widths of the line."""
_WIDTHS = (4.0, 3.5, 3.5)
_NAMES = ("gradient of", "all samples", "this batch", "mean so far"), ("gradient", "all", "batch", "mean")
"""Titles of the column and of its three rows, long and short."""
_GAP = 8.0
_ARC = 0.34
"""Radius of the angle's arc, as a fraction of the circle's."""
_MARGIN = 0.06
"""Space for arrow heads, as a fraction of the radius."""
_FAR = 100.0
"""Farthest point of the mean that is drawn, in radii."""
_MOST_TIPS = 0.8
"""Fraction of the batches that fit into the circle."""


class BatchArrows:
    """A table of the three gradients' lengths and angles, and the gradients as arrows in a circle of known radius.

    Attributes
    ----------
    rows : three lists of three Text
        Name, length and angle of the full gradient, the batch's and the mean.
    tips, trail : PathItem
        End points of other batches' gradients, and the path of the mean.
    angle, outside : Tag, Text
        The angle of the batch's gradient; the number of gradients that are too long for the circle.
    radius : float
        Gradient length at the circle.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        scene = canvas.scene()
        self.titles = [Text(scene) for _ in range(3)]
        self.rows = [[as_verdict(Text(scene), column > 0) for column in range(3)] for _ in range(3)]
        self.swatches = [add_path(scene) for _ in range(3)]
        self.plane = canvas.plane(is_square=True, is_filled=True)
        self.plane.reading = self._read
        self.circle, self.trail, self.arc = PathItem(), PathItem(), PathItem()
        self.plane.add(self.circle)
        canvas.tables.append(lambda: [("end of an arrow", *end) for end in self._ends])
        self.plane.add(self.trail, "mean so far")
        self.plane.add(self.arc)
        self.tips, self._label, self.angle = PathItem(), Text(scene), Tag(scene, 6.0)
        for item in self.angle.items:
            as_verdict(item)
        self.shafts, self.heads = ([PathItem() for _ in range(3)] for _ in range(2))
        arrows = [item for k in (MEAN, BATCH, FULL) for item in (self.shafts[k], self.heads[k])]  # the last on top
        for layer, item in enumerate((self._label, self.tips, *arrows)):
            item.setZValue(0.5 * layer)
        self.plane.add_in_pixels(self._label, self.tips, *arrows, *self.angle.items)
        self.outside = Text(scene, 1.5)
        self.radius = 0.0
        self._ends: list[tuple[float, float]] = []

    def arrange(self, rect: QRectF, font: QFont, theme: Theme) -> None:
        """Fill a rectangle: the table above the circle, or beside it if that makes the circle larger."""
        self._style(theme, font)
        line = self._line = QFontMetricsF(font).height()
        wide = self._place_rows(rect, line, QFontMetricsF(bold(font)))
        foot = rect.adjusted(0.0, 0.0, 0.0, -line)
        below, beside = foot.adjusted(0.0, 4.0 * line + _GAP, 0.0, 0.0), foot.adjusted(wide + _GAP, 0.0, 0.0, 0.0)
        room = max(below, beside, key=lambda room: min(room.width(), room.height()))
        self.plane.arrange(room, font)
        self._foot = QPointF(room.center().x(), rect.bottom())

    def show_picture(self, picture: BatchPicture) -> None:
        """Draw a batch's gradient and the others."""
        self._ends = picture.arrows.tolist()
        self._say(picture)
        self._scale(picture)
        for k, end in enumerate(self.plane.pixels(np.asarray(picture.arrows, np.float64))):
            self._draw(k, end)
        inside = np.hypot(*picture.tips.T) <= self.radius
        self.tips.setPath(circles(self.plane.pixels(picture.tips[inside]), 0.14 * self._line))
        x, y = np.clip(picture.trail[np.isfinite(picture.trail).all(axis=1)], -self._far, self._far).T
        self.trail.set_points(x, y, "all")
        self._draw_angle(picture)

    def set_visible(self, visible: bool) -> None:
        if visible != self.plane.is_visible:
            self.plane.set_visible(visible)
            for item in (*self.titles, *self.swatches, *(text for row in self.rows for text in row), self.outside):
                item.setVisible(visible)
        if not visible:
            self._ends = []

    def _style(self, theme: Theme, font: QFont) -> None:
        colors = (theme.text, theme.accent, theme.class_color(2))
        for k, color in enumerate(colors):
            pen = line_pen(color, _WIDTHS[k])
            if _DASHES[k]:
                pen.setDashPattern(_DASHES[k])
            self.shafts[k].setPen(pen)
            self.swatches[k].setPen(pen)
            self.heads[k].setPen(line_pen(color, 1.0))
            self.heads[k].setBrush(QBrush(QColor(color)))
            for text in self.rows[k]:
                text.set_style(bold(font), theme.text)
        for text in (*self.titles, self._label, self.outside):
            text.set_style(font, theme.muted)
        self.circle.setPen(line_pen(mix(theme.background, theme.muted, 0.35), 1.0))
        self.trail.setPen(line_pen(colors[MEAN], 1.5))
        self.arc.setPen(line_pen(theme.muted, 1.5))
        self.tips.setPen(line_pen(theme.muted, 1.2))
        self.angle.set_style(theme, bold(font))

    def _place_rows(self, rect: QRectF, line: float, metrics: QFontMetricsF) -> float:
        """Place names, lengths and angles in columns; return the total width."""
        swatch = 2.2 * line + _GAP
        wide = [metrics.horizontalAdvance(words) + _GAP for words in ("0.00000", "angle")]
        most = rect.width() - swatch - sum(wide)
        names = next((names for names in _NAMES if _widest(names, metrics) <= most), _NAMES[-1])
        ends = swatch, swatch + _widest(names, metrics) + wide[0], swatch + _widest(names, metrics) + sum(wide)
        self._columns, self._rows_from = [rect.left() + end for end in ends], rect.top() + line
        for k, title in enumerate(self.titles):
            title.write((names[0], "length", "angle")[k], self._columns[k], rect.top(), float(k > 0))
        for k, name in enumerate(names[1:]):
            self.rows[k][0].set_words(name)
            y = rect.top() + (k + 1.5) * line
            self.swatches[k].set_points(np.array([0.0, 2.2 * line]) + rect.left(), np.array([y, y]), "all")
        self._place_figures(line)
        return ends[-1]

    def _place_figures(self, line: float) -> None:
        for k, row in enumerate(self.rows):
            for column, text in enumerate(row):
                text.place(self._columns[column], self._rows_from + k * line, float(column > 0))

    def _say(self, picture: BatchPicture) -> None:
        angles = "", degrees(picture.angle), degrees(picture.mean_angle)
        for row, norm, words in zip(self.rows, picture.norms, angles, strict=True):
            row[1].set_words(figure(norm))
            row[2].set_words(words)
        self._place_figures(self._line)

    def _scale(self, picture: BatchPicture) -> None:
        """Choose a round radius, so that the arrows and most batches fit into the circle."""
        tips, arrows = (np.hypot(*ends.T) for ends in (picture.tips, picture.arrows))
        lengths = np.array([*arrows, np.quantile(tips, _MOST_TIPS)])
        radius = nice_above(float(lengths[np.isfinite(lengths)].max(initial=0.0)))
        if radius != self.radius:
            self.radius = radius
            self._draw_circle()
        place = self.plane.pixels(math.sqrt(0.5) * radius * np.array([1.0, -1.0]))
        self._label.write(tick(radius), place[0] + 3.0, place[1])
        outside = int((tips > radius).sum())
        self.outside.set_words(f"{outside} of {len(tips)} batches lie outside" if outside else "")
        self.outside.place(self._foot.x(), self._foot.y(), 0.5, 1.0)

    @property
    def _far(self) -> float:
        """Farthest point of the mean that is drawn."""
        return _FAR * self.radius

    def _draw_circle(self) -> None:
        """Draw the circle and two lines through its centre."""
        far, radius, path = (1.0 + _MARGIN) * self.radius, self.radius, QPainterPath()
        path.addEllipse(QPointF(), radius, radius)
        for across, up in ((radius, 0.0), (0.0, radius)):
            path.moveTo(-across, -up)
            path.lineTo(across, up)
        self.circle.setPath(path)
        self.plane.show(Scale(-far, far, ()), Scale(-far, far, ()))

    def _draw(self, k: int, end: FloatArray) -> None:
        """Draw an arrow from the centre to a point; none if the point is zero or NaN."""
        start = self.plane.pixels(np.zeros(2))
        length = float(np.hypot(*(end - start)))
        if not length > 0.5:
            self.shafts[k].setPath(QPainterPath())
            self.heads[k].setPath(QPainterPath())
            return
        ahead, size = (end - start) / length, min(max(9.0, 0.7 * self._line), length)
        neck = end - 0.9 * size * ahead
        self.shafts[k].set_points(np.array([start[0], neck[0]]), np.array([start[1], neck[1]]), "all")
        corners = arrow_head(end, ahead, size)
        self.heads[k].set_points(corners[:, 0], corners[:, 1], "all")

    def _draw_angle(self, picture: BatchPicture) -> None:
        """Draw the arc from the full gradient to the batch's, and write the angle."""
        seen = not math.isnan(picture.angle) and picture.batches > 1
        self.angle.set_visible(seen)
        path = QPainterPath()
        if seen:
            side = 1.0 if picture.arrows[BATCH, 1] >= 0.0 else -1.0
            radius = _ARC * self.radius
            box = QRectF(-radius, -radius, 2 * radius, 2 * radius)
            path.arcMoveTo(box, 0.0)
            path.arcTo(box, 0.0, -side * picture.angle)  # the y axis points up, so Qt's angles are reversed
            # a small angle is written above the wedge, not in it
            middle = math.radians(max(picture.angle / 2.0, 35.0) if picture.angle < 60.0 else picture.angle / 2.0)
            away = radius * self.plane.unit[0] + 1.1 * self._line
            x, y = self.plane.pixels(np.zeros(2)) + away * np.array([math.cos(middle), -side * math.sin(middle)])
            self.angle.say(degrees(picture.angle), x, y)
        self.arc.setPath(path)

    def _read(self, x: float, y: float) -> Sequence[str]:
        """Length of an arrow to a point, and its angle to the full gradient."""
        angle = degrees(abs(math.degrees(math.atan2(y, x))))
        return [f"length {tick(math.hypot(x, y), 4)}", f"angle {angle}"] if self._ends else []


def degrees(angle: float) -> str:
    """An angle in whole degrees, a tenth where it is small; a dash if there is none."""
    if math.isnan(angle):
        return "—"
    return f"{angle:.0f}°" if angle >= 9.95 else f"{angle:.1f}°"


def _widest(names: Sequence[str], metrics: QFontMetricsF) -> float:
    return max(map(metrics.horizontalAdvance, names))

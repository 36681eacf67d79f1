"""One plane of codes: its samples, the walk between two of them, and the pictures on the way."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath

from nnviz.analysis.codes import STEPS, Coding
from nnviz.analysis.filters import pictures
from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, add_path, as_verdict, bold
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.drawing.sample_pictures import SamplePicture, tiles
from nnviz.drawing.words import say
from nnviz.experiment.problem import Problem
from nnviz.experiment.samples import Samples
from nnviz.numerals import tick
from nnviz.plots.canvas import PlotCanvas
from nnviz.plots.markers import SampleMarkers
from nnviz.plots.scales import Scale, range_scale
from nnviz.theme import Theme

MOST_SHOWN = 300
"""Samples that have a marker at most."""
_QUANTILES = (0.02, 0.98)
_MARGIN = 0.15
"""Margin beyond these quantiles of the samples, as a share of the axis: a few lie far outside."""
_NEAR = 14.0
"""Distance in pixels within which the pointer finds a sample."""
_STRIP = 0.26
"""Share of the height for the pictures below the plane."""
_LOW = 1.6
"""Ratio of width to height from which on the pictures stand beside the plane."""
_GAP = 6.0


class CodePane:
    """A plane with a heading above it and the pictures of a walk below it.

    Attributes
    ----------
    title, figures : Text
    pictures : list of SamplePicture
        On the way from one sample to the other.
    decoded : SamplePicture
        What the chosen point comes back as.
    """

    def __init__(self, canvas: PlotCanvas) -> None:
        self._canvas, scene = canvas, canvas.scene()
        self.plane = canvas.plane()
        self.plane.box.is_drawn_on = True  # a drag walks; with Shift it pans
        self.markers = SampleMarkers(self.plane)
        self.title, self.figures = Text(scene), as_verdict(Text(scene))
        self._line, self._ends, self._cross = PathItem(), PathItem(), PathItem()
        self._frames = as_verdict(add_path(scene, 1.0))
        for item, layer in ((self._line, 1.0), (self._ends, 2.0), (self._cross, 3.0)):
            item.setZValue(layer)
            self.plane.add_in_pixels(item)
        self.pictures = [as_verdict(SamplePicture(scene)) for _ in range(STEPS)]
        self.decoded = as_verdict(SamplePicture(scene, 2.0))
        self._places = np.empty((0, 2))
        self._room = QRectF()
        self._tiles: list[QRectF] = []
        self._span: tuple[Scale, Scale] | None = None

    def arrange(self, room: QRectF, font: QFont, theme: Theme) -> None:
        """Fill a rectangle."""
        line = QFontMetricsF(font).height()
        self._room, self._theme, self._tiles = room, theme, []
        for text, color in ((self.title, theme.text), (self.figures, theme.muted)):
            text.set_style(bold(font) if text is self.title else font, color)
        self.title.place(room.left(), room.top())
        self.figures.place(room.left(), room.top() + 1.2 * line)
        self.plane.set_theme(theme)
        outer, self._strip = _parts(room.adjusted(0.0, 2.6 * line, 0.0, 0.0))
        self.plane.arrange(outer, font)
        self.markers.arrange(theme)
        self._line.setPen(line_pen(theme.text, 2.5))
        self._ends.setPen(line_pen(theme.accent, 3.0))
        self._cross.setPen(line_pen(theme.text, 3.0))
        self._frames.setPen(line_pen(theme.muted, 1.0))

    def set_visible(self, visible: bool) -> None:
        self.plane.set_visible(visible)
        for item in (self.title, self.figures, self._frames, self.decoded, *self.pictures):
            item.setVisible(visible)

    def say(self, title: str, figures: Sequence[str]) -> None:
        """Write the heading, and the first of several wordings below it that fits."""
        say(self.title, (title,), self._room.width())
        say(self.figures, figures, self._room.width())

    def show(
        self,
        coding: Coding,
        problem: Problem,
        samples: Samples,
        pair: tuple[int, int],
        point: tuple[float, float] | None,
    ) -> None:
        """Show samples at their codes, the line between a pair of them, and a point that is decoded."""
        shown = coding.points[:MOST_SHOWN]
        self.markers.take(problem, samples, len(shown))
        self._span = span_of(coding.points, self._span)
        self.plane.show(*self._span)
        self._places = self.plane.pixels(shown)
        self.markers.place(np.nan_to_num(self._places, nan=-1e4, posinf=1e4, neginf=-1e4))
        ends = self.plane.pixels(coding.points[list(pair)])
        self._line.set_points(*ends.T.copy())
        self._ends.setPath(circles(ends, 9.0))
        cross = self.plane.pixels(np.array([point])) + _CROSS if point else _CROSS[:0]
        self._cross.set_points(cross[:, 0].copy(), cross[:, 1].copy(), "pairs")
        self._show_pictures(coding, problem)

    def sample_at(self, place: QPointF) -> int | None:
        """The sample nearest to a place of the canvas, if it is close."""
        if not len(self._places) or not self.plane.frame.contains(place):
            return None
        away = np.hypot(*(self._places - [place.x(), place.y()]).T)
        nearest = int(np.nan_to_num(away, nan=np.inf).argmin())
        return nearest if away[nearest] <= _NEAR else None

    def _show_pictures(self, coding: Coding, problem: Problem) -> None:
        """Show the walk, and to its right the decoded point, as pictures where the data are pictures."""
        form = problem.picture
        if form is None:
            for item in (self.decoded, *self.pictures):
                item.setVisible(False)
            self._frames.setPath(QPainterPath())
            return
        if not self._tiles:
            self._tiles = tiles(self._strip, STEPS + 1, form.shape, QSizeF(0.0, 0.0), self._strip.height())
        for item, picture, place in zip(self.pictures, pictures(problem, coding.walk), self._tiles, strict=False):
            item.show_picture(picture, self._theme, place)
        self._show_decoded(coding, problem)
        self._frame()

    def _show_decoded(self, coding: Coding, problem: Problem) -> None:
        is_shown = coding.decoded is not None and len(self._tiles) > STEPS
        self.decoded.setVisible(is_shown)
        if is_shown and coding.decoded is not None:
            picture = pictures(problem, coding.decoded[None])[0]
            self.decoded.show_picture(picture, self._theme, self._tiles[STEPS])

    def _frame(self) -> None:
        """Frames around the pictures; that of the decoded point is apart."""
        path = QPainterPath()
        for place in self._tiles[: STEPS + self.decoded.isVisible()]:
            path.addRect(place)
        self._frames.setPath(path)


_CROSS = np.array([[-9.0, 0.0], [9.0, 0.0], [0.0, -9.0], [0.0, 9.0]])


def span_of(points: FloatArray, before: tuple[Scale, Scale] | None) -> tuple[Scale, Scale]:
    """The axes that show nearly all points; those from before, as long as they still fit."""
    finite = points[np.isfinite(points).all(axis=1)]
    if not len(finite):
        return before or (range_scale(-1.0, 1.0), range_scale(-1.0, 1.0))
    low, high = np.quantile(finite, _QUANTILES, axis=0)
    margin = _MARGIN * np.maximum(high - low, 1e-6)
    ends = np.stack([low - margin, high + margin], axis=1).tolist()
    if before and all(_fits(scale, *pair) for scale, pair in zip(before, ends, strict=True)):
        return before
    across, up = (range_scale(least - 0.1 * (most - least), most + 0.1 * (most - least)) for least, most in ends)
    return across, up


def _fits(scale: Scale, low: float, high: float) -> bool:
    """Whether points from ``low`` to ``high`` are inside a scale, and fill at least half of it."""
    return scale.low <= low and high <= scale.high and high - low >= 0.5 * (scale.high - scale.low)


def _parts(room: QRectF) -> tuple[QRectF, QRectF]:
    """Rectangles for the plane and for the pictures, below it or, where the room is low, beside it."""
    if room.width() > _LOW * room.height():
        middle = room.left() + 0.6 * room.width()
        return room.adjusted(0.0, 0.0, middle - room.right(), 0.0), room.adjusted(
            middle - room.left() + _GAP, 0.0, 0.0, 0.0
        )
    middle = room.bottom() - _STRIP * room.height()
    return room.adjusted(0.0, 0.0, 0.0, middle - room.bottom() - _GAP), room.adjusted(
        0.0, middle - room.top(), 0.0, 0.0
    )


def figures_of(coding: Coding) -> Sequence[str]:
    """How well samples come back, and how often neighbours are alike."""
    error = f"mean squared error {tick(coding.error, 3)}"
    if coding.agreement is None:
        return error, f"error {tick(coding.error, 3)}"
    alike = f"{100.0 * coding.agreement:.0f} %"
    return f"{error} · neighbours agree: {alike}", f"error {tick(coding.error, 3)} · {alike} agree"

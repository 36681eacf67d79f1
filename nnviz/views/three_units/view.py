"""Three threshold units: every pair of lines in turn, gradient descent beside it, and what the search costs."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from nnviz.drawing.canvas import Text, as_verdict, bold
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.drawing.words import Wordings, say
from nnviz.engine.dichotomies import in_the_plane, pairs_of
from nnviz.kinds.three_units.rule import ThreeUnitsMoment, ThreeUnitsState
from nnviz.plots.canvas import PlotView
from nnviz.plots.curves import Curves, Line, curve_pen
from nnviz.plots.scales import linear_scale, log_scale
from nnviz.theme import Theme
from nnviz.views.three_units.planes import DescentPlane, SearchPlane

_PAD = 8.0
_MOST = 30
"""Points up to which the costs are drawn."""
_DECADES = 18
_COSTS = 0.34
"""Share of the height that the costs have."""
_LEAST = 7.0
"""Lines of text from which on there is room for the costs."""
_DOT = 4.0


class ThreeUnitsView(PlotView[ThreeUnitsMoment]):
    """The search at the left, the descent at the right, below them pairs to try against the number of points."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.search, self.descent = SearchPlane(self.canvas), DescentPlane(self.canvas)
        self.titles = Text(scene, 5.0), Text(scene, 5.0)
        self.verdicts = as_verdict(Text(scene, 5.0)), as_verdict(Text(scene, 5.0))
        self.costs, self.counted = Curves(self.canvas, "points", "pairs to try"), PathItem()
        self.costs.plane.add_in_pixels(self.counted)
        self.costs.plane.moved.connect(self._place_counted)
        self._problem: object = None
        self.setAccessibleName("three threshold units")

    def set_theme(self, theme: Theme) -> None:
        self.counted.setPen(line_pen(theme.background, 1.0))
        self.counted.setBrush(QColor(theme.text))
        super().set_theme(theme)

    def _lay_out(self) -> None:
        if self._snapshot is None:
            return
        state = self._snapshot.state
        self._problem = state.problem
        area, line = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), self.fontMetrics().height()
        has_costs = _COSTS * area.height() > _LEAST * line
        above = QRectF(area)
        above.setHeight(area.height() * (1.0 - _COSTS) - _PAD if has_costs else area.height())
        width = (above.width() - 2 * _PAD) / 2
        planes = zip((self.search, self.descent), self.titles, self.verdicts, strict=True)
        for k, (plane, title, verdict) in enumerate(planes):
            left = above.left() + k * (width + 2 * _PAD)
            title.set_style(bold(self.font()), self._theme.text)
            verdict.set_style(self.font(), self._theme.text)
            title.place(left, above.top())
            verdict.place(left, above.top() + 1.15 * line)
            room = QRectF(left, above.top() + 2.5 * line, width, above.height() - 2.5 * line)
            plane.arrange(room, self.font(), self._theme, state.problem)
        self._width = width
        self.costs.set_visible(has_costs)
        self.counted.setVisible(has_costs)
        if has_costs:
            below = QRectF(area.left(), above.bottom() + _PAD, area.width(), area.bottom() - above.bottom() - _PAD)
            entries = [
                Line(name, curve_pen(self._theme, k))
                for k, name in enumerate(("lines in a plane", "n − 1 dimensions"))
            ]
            self.costs.set_style(self._theme, self.font(), entries)
            self.costs.arrange(below, self.font())
            self._show_costs()

    def _show_costs(self) -> None:
        """Draw how many pairs there are, by lines in the plane, and where n points have n − 1 inputs."""
        n = np.arange(2, _MOST + 1)
        plane = np.array([float(pairs_of(in_the_plane(k))) for k in n.tolist()])
        other = np.array([float(pairs_of(2**k)) for k in n.tolist()])
        scales = linear_scale(float(_MOST)), log_scale(1.0, float(other[-1]), _DECADES)
        self.costs.show([(n.astype(np.float64), plane), (n.astype(np.float64), other)], *scales)

    def _place_counted(self) -> None:
        """Place the numbers of pairs that were counted, for the first 3, 4 … of these points."""
        if self._snapshot and self.costs.plane.y.logarithmic:
            counts = np.array(self._snapshot.state.search.counted, dtype=np.float64)
            x, y = self.costs.in_plane(counts[:, 0], counts[:, 1])
            self.counted.setPath(circles(self.costs.plane.pixels(np.column_stack([x, y])), _DOT))

    def _paint(self, snapshot: ThreeUnitsMoment) -> None:
        state = snapshot.state
        if state.problem is not self._problem:
            self._lay_out()
        self.search.show(state)
        self.descent.show(state)
        holding = snapshot.experiment.holding
        titles: tuple[Wordings, Wordings] = (
            ("search: pairs that hold all of class 1", "search, class 1 held")
            if holding
            else ("search: every pair of lines", "search"),
            ("gradient descent: two sigmoids, an AND", "gradient descent", "descent"),
        )
        verdicts = search_words(state), descent_words(state)
        for text, wordings in zip((*self.titles, *self.verdicts), (*titles, *verdicts), strict=True):
            say(text, wordings, self._width)
        self._place_counted()


def search_words(state: ThreeUnitsState) -> Wordings:
    """How far the search is."""
    total = len(state.search.pairs)
    if not state.tried:
        return f"{len(state.search.ways):,} ways, {total:,} pairs to try", f"{total:,} pairs to try"
    points = len(state.search.wanted)
    place = f"pair {state.tried:,} of {total:,}"
    if state.solved:
        return f"{place}: a solution", f"{state.tried:,}: a solution"
    right = state.search.right(state.pair)
    return f"{place}: {right} of {points} right", f"{place}: {right} right", place


def descent_words(state: ThreeUnitsState) -> Wordings:
    """What descent has come to."""
    points, right = len(state.search.wanted), state.descent_right
    return f"epoch {state.tried:,}: {right} of {points} right", f"{right} of {points} right"

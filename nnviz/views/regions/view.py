"""The linear pieces of a ReLU network: regions of the plane in tints of their own, or pieces of a curve."""

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QWidget

from nnviz.analysis.linear_regions import TINTS, LinearRegions, Pieces, Regions, has_pieces, outline
from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import as_verdict
from nnviz.drawing.label import Label
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.drawing.room import Room
from nnviz.experiment.problem import Problem
from nnviz.plots.network_plane import NetworkPlane
from nnviz.plots.sample_words import axis_words
from nnviz.plots.samples import curve_extent
from nnviz.runs.scene import Aspect
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Theme, mix

NONE = "Linear pieces are those of ReLU and leaky ReLU, on inputs as they are."
_LAYERS = 4
"""Hidden layers whose lines differ; those above are drawn as the last of these."""
_STRENGTH = 0.34
"""Share of a tint in a region's colour."""
_MOST_MARKED = 300
"""Pieces of a curve whose ends are marked: more would be one bar."""
_DOT = 4.0


class LinearRegionsView(NetworkPlane):
    """Every linear region over the plane, and where units switch layer by layer; or the pieces of a curve."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = LinearRegions()
        self.picture: Regions | Pieces | None = None
        self._tints = [PathItem() for _ in range(TINTS)]
        self._borders = [PathItem() for _ in range(_LAYERS)]
        self._boundary, self._curve, self._kinks = PathItem(), PathItem(), PathItem()
        self.count = Label(self.plot.scene())
        as_verdict(self.count.ground)
        for item in self._tints:
            self.plane.add(item)
        for layer, item in reversed(list(enumerate(self._borders, 1))):
            self.plane.add(item, f"layer {layer}")
        self.plane.add(self._boundary, "boundary")
        self.plane.add_in_pixels(self._curve, self._kinks)
        self._curve.setZValue(21.0)  # above the samples, which lie on it
        self._kinks.setZValue(22.0)
        self.set_test_shown(False)
        self.plot.arranged.connect(self._place)
        self.plot.setAccessibleName("linear regions")

    @property
    def aspects(self) -> Iterable[Aspect]:
        return (self._wanted,)

    def connect_to(self, room: Room) -> None:
        self.stroke_drawn.connect(room.draw_stroke)
        self.pointed.connect(room.show_point)
        self.probe_moved.connect(room.probe)
        self.looked_at.connect(room.look_at_extent)

    def show_problem(self, problem: Problem) -> None:
        self.count.set_theme(self.theme, self.font())
        x_min, x_max, y_min, y_max = extent = curve_extent(problem) if problem.flat else problem.extent
        square = not problem.flat and abs((x_max - x_min) / (y_max - y_min) - 1.0) < 1e-6
        self.plot.show_extent(extent, axis_words(problem), square=square)
        self._set_pens()
        self.title.setText(_title(problem))
        super().show_problem(problem)

    def show_scene(self, snapshot: Snapshot) -> None:
        if snapshot.scene is None or self._wanted not in snapshot.scene.aspects:
            return
        picture = snapshot.scene.aspects[self._wanted]
        if picture is not self.picture or picture is None:
            self.picture = picture
            self._draw_regions(picture if isinstance(picture, Regions) else None)
            self._draw_pieces(picture if isinstance(picture, Pieces) else None)
            self._place()

    def read(self, x: float, y: float) -> Sequence[str]:
        """The same, and of a curve the slope of the piece."""
        lines = super().read(x, y)
        pieces = self.picture
        if not isinstance(pieces, Pieces) or not pieces.edges[0] <= x <= pieces.edges[-1]:
            return lines
        k = min(int(np.searchsorted(pieces.edges, x, "right")), pieces.count) - 1
        return [*lines, f"piece {k + 1} of {pieces.count:,}"]

    def _draw_regions(self, regions: Regions | None) -> None:
        for tint, item in enumerate(self._tints):
            chosen = np.flatnonzero(regions.tints == tint).tolist() if regions else []
            points = outline([regions.polygons[k] for k in chosen]) if regions else np.empty((0, 2))
            item.set_points(points[:, 0], points[:, 1])
        borders = regions.borders if regions else ()
        grouped = [borders[k : k + 1] if k < _LAYERS - 1 else borders[k:] for k in range(_LAYERS)]
        for item, layers in zip(self._borders, grouped, strict=True):
            _draw_pairs(item, np.concatenate([np.empty((0, 2, 2)), *layers]))
        _draw_pairs(self._boundary, regions.boundary if regions else np.empty((0, 2, 2)))

    def _draw_pieces(self, pieces: Pieces | None) -> None:
        """Draw every second piece of a curve on another ground."""
        if pieces is None or not _is_marked(pieces):
            return
        _, _, low, high = self.plane.extent
        for item, first in zip(self._tints, (0, 1), strict=False):
            left, right = pieces.edges[first:-1:2], pieces.edges[first + 1 :: 2]
            bars = [_bar(a, b, low, high) for a, b in zip(left.tolist(), right.tolist(), strict=False)]
            item.set_points(*outline(bars).T)

    def _place(self) -> None:
        """Place what is in pixels: the number, a curve and the ends of its pieces."""
        picture = self.picture
        ends = np.empty((0, 2))
        if isinstance(picture, Pieces) and picture.is_whole:
            ends = self.plane.pixels(np.column_stack([picture.edges, picture.values]))
        pieces = np.repeat(ends, 2, axis=0)[1:-1]  # Qt takes a second for sixty steep pieces in one line
        self._curve.set_points(pieces[:, 0], pieces[:, 1], "pairs")
        self._kinks.setPath(circles(ends[1:-1] if len(ends) <= _MOST_MARKED else ends[:0], _DOT))
        if words := self._words(picture):
            self.count.hide()
            self.count.show_in_corner(words, self.plane.frame.adjusted(4.0, 4.0, -4.0, -4.0))
        else:
            self.count.hide()

    def _words(self, picture: Regions | Pieces | None) -> str:
        if picture is None:
            return ""
        what = "piece" if isinstance(picture, Pieces) else "region"
        if not picture.is_whole:
            return f"more than {picture.count - 1:,} {what}s"
        return f"{picture.count:,} {what}{'s' if picture.count != 1 else ''}"

    def _set_pens(self) -> None:
        theme = self.theme
        for tint, item in enumerate(self._tints):
            item.setPen(line_pen(theme.background, 0.0, Qt.PenStyle.NoPen))
            item.setBrush(QBrush(mix(theme.background, _tint(theme, tint), _STRENGTH)))
        for layer, item in enumerate(self._borders):
            item.setPen(line_pen(*_line(theme, layer)))
        self._boundary.setPen(line_pen(theme.text, 4.0))
        self._curve.setPen(line_pen(theme.positive, 3.0))
        self._kinks.setPen(line_pen(theme.background, 1.0))
        self._kinks.setBrush(QBrush(QColor(theme.text)))


def _is_marked(pieces: Pieces) -> bool:
    return pieces.is_whole and pieces.count <= _MOST_MARKED


def _tint(theme: Theme, tint: int) -> str:
    """The colour that a region's is mixed with; the first is that of no unit on."""
    return (theme.muted, *theme.classes[2:])[tint]


def _line(theme: Theme, layer: int) -> tuple[str, float]:
    """Colour and width of the lines of a layer, counted from 0: the deeper the thinner."""
    return (theme.muted, theme.accent, theme.warning, theme.text)[layer], (2.6, 1.8, 1.4, 1.0)[layer]


def _draw_pairs(item: PathItem, lines: FloatArray) -> None:
    points = lines.reshape(-1, 2)
    item.set_points(points[:, 0], points[:, 1], "pairs")


def _bar(left: float, right: float, low: float, high: float) -> FloatArray:
    return np.array([[left, low], [right, low], [right, high], [left, high]])


def _title(problem: Problem) -> str:
    """The caption."""
    if not has_pieces(problem):
        return NONE
    if problem.flat:
        return "dots: where the output bends"
    deeper = ": layer 1 thick, deeper ones thinner" if len(problem.network.layer_sizes) > 3 else ""
    return f"lines: where neurons switch{deeper}"

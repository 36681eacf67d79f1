"""Filters: the first layer's weights as pictures, during training."""

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from nnviz.analysis.filters import FilterPicture, Filters, filter_shape
from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.filter_tiles import FilterTiles
from nnviz.drawing.room import Room
from nnviz.drawing.sample_pictures import SampleStrip, name_of
from nnviz.drawing.view import CanvasView
from nnviz.drawing.words import first_fitting, say
from nnviz.engine.tape import Array
from nnviz.experiment.problem import Problem
from nnviz.numerals import nice_above, short, tick
from nnviz.runs.maps import ZERO, Bytes, signed_bytes
from nnviz.runs.network_parts import NOTHING_LIT, Lit
from nnviz.runs.scene import Aspect
from nnviz.runs.snapshot import Snapshot

MOST_SHOWN = 64
"""Most units that are shown: those used most."""
_PAD = 8.0
_FULL = 2.0
"""Weight of full colour, in root mean squares of all."""
_WIDE = 1.8
"""Ratio of width to height above which the samples are beside the filters, not below."""


class FilterView(CanvasView[Snapshot]):
    """A picture of each unit's weights, all on the same scale, the most used unit first.

    A click highlights a unit and shows the samples that excite it most.

    Signals
    -------
    path_lit : Lit
        The chosen unit, to highlight in the diagram; or nothing.
    aspects_changed
        Another unit was chosen.
    """

    path_lit = Signal(object)
    aspects_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.caption, self.foot, self.scale, self.title = (Text(scene) for _ in range(4))
        self.tiles, self.strip = FilterTiles(scene), SampleStrip(scene)
        self._wanted = Filters()
        self._problem: Problem | None = None
        self._picture: FilterPicture | None = None
        self._pointed: int | None = None
        self.canvas.paint_when_told()
        self.canvas.setMouseTracking(True)
        self.canvas.hovered.connect(self._point)
        self.canvas.left.connect(self._point)
        self.canvas.pressed.connect(self._press)

    def connect_to(self, room: Room) -> None:
        self.path_lit.connect(room.light)
        self.aspects_changed.connect(room.look_again)

    @property
    def aspects(self) -> Iterable[Aspect]:
        return (self._wanted,)

    def choose(self, unit: int | None) -> None:
        """Choose a unit, counted from 0, or none."""
        if unit != self._wanted.unit:
            self._wanted = Filters(unit)
            self._refresh()
            self.path_lit.emit(NOTHING_LIT if unit is None else Lit(neurons=((1, unit),)))
            self.aspects_changed.emit()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the moment; a chosen unit that no longer exists is dropped."""
        unit, units = self._wanted.unit, snapshot.problem.network.node_sizes[1]
        if unit is not None and unit >= units:
            self.choose(None)
        super().show_snapshot(snapshot)

    def _lay_out(self) -> None:
        area, metrics = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), QFontMetricsF(self.font())
        self.caption.set_style(bold(self.font()), self._theme.text)
        self.title.set_style(bold(self.font()), self._theme.text)
        for text in (self.foot, self.scale):
            text.set_style(self.font(), self._theme.muted)
        self.caption.place(area.left(), area.top())
        room = area.adjusted(0.0, 1.4 * metrics.height(), 0.0, -1.3 * metrics.height())
        pictures, samples = _parts(room, split=self._wanted.unit is not None)
        self.title.place(samples.left(), samples.top() - (1.4 * metrics.height() if _is_wide(room) else 0.0))
        top = 0.0 if _is_wide(room) else 1.4 * metrics.height()
        self.strip.arrange(samples.adjusted(0.0, top, 0.0, 0.0), self.font(), self._theme)
        if self._problem:
            shown = min(MOST_SHOWN, self._problem.network.node_sizes[1])
            self.tiles.arrange(pictures, self.font(), self._theme, shown, filter_shape(self._problem))

    def _paint(self, snapshot: Snapshot) -> None:
        if snapshot.problem is not self._problem:
            self._problem, self._picture = snapshot.problem, None
            self._lay_out()
        aspects = snapshot.scene.aspects if snapshot.scene else {}
        self._picture = aspects.get(self._wanted, self._picture)
        if self._picture is not None:
            self._show_filters(self._picture, snapshot.problem)
            self._show_strongest(self._picture, snapshot.problem)

    def _show_filters(self, picture: FilterPicture, problem: Problem) -> None:
        shown = picture.order[: len(self.tiles.places)]
        full = full_colour(picture.weights)
        drawn, units = _pictures(picture.weights[shown], full, filter_shape(problem)), shown.tolist()
        self.tiles.show(drawn, units, picture.uses[shown].astype(np.float64))
        self.tiles.ring(units.index(self._wanted.unit) if self._wanted.unit in units else None)
        count, of = len(shown), len(picture.order)
        node = _node(problem)
        of_all = (
            f"{of} {node}{'s' if of > 1 else ''}" if count == of else f"the {count} most used of {of:,} {node}s"
        )
        captions = f"first layer: {of_all}, by use", f"first layer: {of_all}", of_all
        say(self.caption, captions, self.canvas.area.width() - 2 * _PAD)
        self._say(self._hint(picture, problem), f"full colour from ±{tick(full)} on")

    def _show_strongest(self, picture: FilterPicture, problem: Problem) -> None:
        unit = self._wanted.unit
        if unit is None or picture.unit != unit:
            self.title.set_words("")
            self.strip.clear()
            return
        self.title.set_words(f"{_node(problem)} {unit + 1} is most active for")
        indices = picture.strongest.tolist()
        captions = [
            f"{name_of(problem, problem.train, index)}: {short(value)}"
            for index, value in zip(indices, picture.activations.tolist(), strict=True)
        ]
        self.strip.show(problem, problem.train, indices, captions)

    def _hint(self, picture: FilterPicture, problem: Problem) -> tuple[str, ...]:
        if self._pointed is not None and self._pointed < len(self.tiles.places):
            unit = int(picture.order[self._pointed])
            return (f"{_node(problem)} {unit + 1}: use {short(float(picture.uses[unit]))}",)
        if problem.network.convolutions:
            return "a weight for each pixel of the window; click a map to see what excites it", "click a map"
        if problem.picture:
            return "a weight for each pixel; click a neuron to see what excites it", "click a neuron"
        return f"a cell for each input: {', '.join(problem.input_labels)}", "a cell for each input"

    def _say(self, hints: tuple[str, ...], scale: str) -> None:
        area = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        self.scale.write(scale, area.right(), area.bottom(), 1.0, 1.0)
        right = area.right() - self.scale.boundingRect().width() - 2 * _PAD
        self.foot.set_words(first_fitting(list(hints), self.font(), (area.left(), right)))
        self.foot.place(area.left(), area.bottom(), 0.0, 1.0)

    def _point(self, point: QPointF | None = None) -> None:
        pointed = self.tiles.index_at(point) if point else None
        if pointed != self._pointed:
            self._pointed = pointed
            shape = Qt.CursorShape.ArrowCursor if pointed is None else Qt.CursorShape.PointingHandCursor
            self.canvas.viewport().setCursor(shape)
            self._show()

    def _press(self, point: QPointF) -> None:
        """Choose the unit under the pointer, or none if it was chosen already."""
        index = self.tiles.index_at(point)
        if index is not None and self._picture is not None:
            unit = int(self._picture.order[index])
            self.choose(None if unit == self._wanted.unit else unit)


def full_colour(weights: Array) -> float:
    """The weight from which on a picture has full colour: twice the root mean square, as a round number.

    With the largest weight instead, a single one would make all the others pale.
    """
    return nice_above(_FULL * float(np.sqrt(np.mean(np.square(np.nan_to_num(weights))))))


def _node(problem: Problem) -> str:
    """What the units of the first layer are called."""
    return "map" if problem.network.convolutions else "neuron"


def _is_wide(room: QRectF) -> bool:
    return room.width() > _WIDE * room.height()


def _parts(room: QRectF, *, split: bool) -> tuple[QRectF, QRectF]:
    """Rectangles for the filters and, beside or below them, the samples if there are any."""
    if not split:
        return room, QRectF(room.right(), room.bottom(), 0.0, 0.0)
    if _is_wide(room):
        middle = room.left() + 0.55 * room.width()
        return room.adjusted(0.0, 0.0, middle - room.right() - _PAD, 0.0), room.adjusted(
            middle - room.left() + _PAD, 0.0, 0.0, 0.0
        )
    middle = room.top() + 0.58 * room.height()
    return room.adjusted(0.0, 0.0, 0.0, middle - room.bottom()), room.adjusted(0.0, middle - room.top(), 0.0, 0.0)


def _pictures(weights: Array, full: float, shape: tuple[int, int]) -> Bytes:
    """Weights, shape (units, inputs), as bytes with full colour at ±full; cells without an input are zero."""
    rows, columns = shape
    shades = np.full((len(weights), rows * columns), ZERO, np.uint8)
    amplitude = np.array([full], np.float32)
    shades[:, : weights.shape[1]] = signed_bytes(weights[None].astype(np.float32), amplitude)[0]
    return shades.reshape(-1, rows, columns)

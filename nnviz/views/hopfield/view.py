"""A Hopfield net: what it is now, what it remembers, its energy and its weights."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QRectF, Signal
from PySide6.QtWidgets import QWidget

from nnviz.data.patterns import drawn
from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.view import small_button
from nnviz.drawing.words import Hint
from nnviz.engine.hopfield import Spins
from nnviz.kinds.hopfield.rule import (
    HopfieldMoment,
    HopfieldState,
    further_damaged,
    half_blanked,
    noise,
)
from nnviz.kinds.hopfield.schema import Hopfield
from nnviz.numerals import short
from nnviz.plots.view import PlotView
from nnviz.views.hopfield.energy import EnergyCurve
from nnviz.views.hopfield.memories import MemoryHit, MemoryRow
from nnviz.views.hopfield.pen import SpinPen
from nnviz.views.hopfield.spins import CellRing, SpinGrid
from nnviz.views.hopfield.weights import WeightPicture

HINTS = ("draw in any picture to change it", "click a memory's number to begin with it")

_DAMAGES: dict[str, tuple[str, Callable[[HopfieldMoment], Hopfield]]] = {
    "flip 10 %": ("begin with this state, a tenth of it flipped", partial(further_damaged, share=0.1)),
    "flip 30 %": ("begin with this state, three tenths of it flipped", partial(further_damaged, share=0.3)),
    "lower half": ("begin with this state, its lower half blank", half_blanked),
    "noise": ("begin with spins at random", noise),
}
"""For each button what it does, in words, and the experiment that it makes."""

_PAD, _GAP = 8.0, 16.0


class HopfieldView(PlotView):
    """The present state, the memories with how much the state is like each, the energy, and the weights.

    Signals
    -------
    changed : Hopfield
        The experiment as it was edited here.
    parameter_set : int, int, object, float
        A spin set by hand: layer 0, unit, None, value.
    """

    changed = Signal(object)
    parameter_set = Signal(int, int, object, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self._moment: HopfieldMoment | None = None
        self._arranged = self._shape
        self.present, self.ring = SpinGrid(scene), CellRing(scene)
        self.memories, self.curve, self.weights = MemoryRow(scene), EnergyCurve(self.canvas), WeightPicture(scene)
        self.caption, self.hint = Text(scene), Hint(scene, HINTS)
        self.titles = [Text(scene) for _ in range(3)]
        self._pen = SpinPen(self.canvas, self.present, self.memories)
        self._pen.spin_drawn.connect(self._set_spin)
        self._pen.pattern_drawn.connect(self._draw_pattern)
        self._pen.picked.connect(self._pick)
        for words, (tip, damage) in _DAMAGES.items():
            button = small_button(words, tip)
            button.clicked.connect(partial(self._damage, damage))
            self.add_controls(button)

    @property
    def _shape(self) -> tuple[int, int, int]:
        """Rows, columns and how many memories."""
        if self._moment is None:
            return 10, 10, 0
        experiment = self._moment.experiment
        return experiment.rows, experiment.columns, experiment.stored

    def _lay_out(self) -> None:
        area, line = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), float(self.fontMetrics().height())
        self._style()
        self.caption.place(area.left(), area.top())
        hint = self.hint.arrange(area, self.font(), self._theme.muted)
        area.adjust(0.0, 1.8 * line, 0.0, -hint - 0.4 * line)
        self._arranged = rows, columns, count = self._shape
        present, rest = _halves(area)
        self.present.arrange(present, (rows, columns))
        below = self._under_title(0, rest, line)
        below.setHeight(0.5 * below.height())
        end = self.memories.arrange(below, count, (rows, columns), self._theme, self.font())
        rest.setTop(end + 0.8 * line)
        below = self._under_title(1, rest, line)
        side = max(1.0, min(below.height(), 0.4 * below.width()))
        self.titles[2].place(below.right() - side, rest.top())
        self.weights.arrange(QRectF(below.right() - side, below.top(), side, side), self._theme)
        self.curve.arrange(below.adjusted(0.0, 0.0, -side - _GAP, 0.0), self.font())

    def _under_title(self, number: int, room: QRectF, line: float) -> QRectF:
        self.titles[number].place(room.left(), room.top())
        return room.adjusted(0.0, 1.2 * line, 0.0, 0.0)

    def _style(self) -> None:
        self.caption.set_style(bold(self.font()), self._theme.text)
        for title, words in zip(self.titles, ("memories", "energy", "weights"), strict=True):
            title.set_style(bold(self.font()), self._theme.muted)
            title.set_words(words)
        for part in (self.present, self.ring, self.curve):
            part.set_theme(self._theme)

    def _paint(self, snapshot: Any) -> None:
        self._moment = moment = snapshot
        state: HopfieldState = moment.state
        self._pen.show_moment(moment)
        if self._shape != self._arranged:
            self._lay_out()
        self.present.show_spins(state.spins)
        self.ring.show_at(self.present.cell(state.last) if state.last >= 0 else None)
        self.curve.show_state(state)
        self.weights.show_memory(state.memory)
        self._show_memories(moment)
        self.titles[1].set_words(f"energy {short(state.energy)}")
        self._say(_phrases(state))

    def _show_memories(self, moment: HopfieldMoment) -> None:
        state, experiment = moment.state, moment.experiment
        cue = -1 if experiment.start else experiment.cue - 1
        for k, (tile, overlap) in enumerate(zip(self.memories.tiles, state.overlaps.tolist(), strict=False)):
            under_way = self._pen.drawing_of(k)
            tile.show_memory(state.memory.patterns[k] if under_way is None else under_way, overlap, cued=k == cue)

    def _say(self, phrases: list[str]) -> None:
        """As many of the phrases as there is room for beside what stands in the corner."""
        room = self.canvas.area.width() - self._corner.sizeHint().width() - 3 * _PAD
        for count in range(len(phrases), 0, -1):
            self.caption.set_words("   ".join(phrases[:count]))
            if self.caption.boundingRect().width() <= room:
                return
        self.caption.set_words("")

    def _set_spin(self, unit: int, spin: int) -> None:
        self.parameter_set.emit(0, unit, None, float(spin))

    def _draw_pattern(self, memory: int, spins: Spins) -> None:
        if self._moment:
            experiment = self._moment.experiment
            self.changed.emit(experiment.with_pattern(memory, drawn(spins, experiment.columns)))

    def _pick(self, hit: MemoryHit) -> None:
        if self._moment is None:
            return
        experiment = self._moment.experiment
        match hit.part:
            case "new":
                self.changed.emit(experiment.with_another())
            case "cross":
                self.changed.emit(experiment.without_pattern(hit.memory))
            case _:
                pattern = drawn(self._moment.state.memory.patterns[hit.memory], experiment.columns)
                self.changed.emit(experiment.recalling(hit.memory, pattern))

    def _damage(self, damage: Callable[[HopfieldMoment], Hopfield]) -> None:
        if self._moment:
            self.changed.emit(damage(self._moment))


def _halves(area: QRectF) -> tuple[QRectF, QRectF]:
    """The state's share of an area and the rest: side by side, or one above the other where it is narrow."""
    if area.width() > 1.1 * area.height():
        side = max(1.0, min(area.height(), 0.5 * area.width()))
        return QRectF(area.topLeft(), area.bottomLeft()).adjusted(0, 0, side, 0), area.adjusted(
            side + _GAP, 0, 0, 0
        )
    side = max(1.0, min(area.width(), 0.46 * area.height()))
    return QRectF(area.left(), area.top(), area.width(), side), area.adjusted(0, side + _GAP, 0, 0)


def _phrases(state: HopfieldState) -> list[str]:
    """What to say of a state, the most important first."""
    count = len(state.memory.patterns)
    load = f"load {count}/{state.spins.size} = {short(state.load)}"
    return [f"most like memory {int(state.overlaps.argmax()) + 1}", load] if count else [load]

"""A Hopfield network: its state, its memories, its energy and its weights."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from msgspec import structs
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QGraphicsScene, QWidget

from nnviz.data.patterns import drawn
from nnviz.drawing.canvas import Text, add_path, as_verdict, bold
from nnviz.drawing.paths import PathItem, circles, line_pen
from nnviz.drawing.pictures import MapItem
from nnviz.drawing.room import Room
from nnviz.drawing.slider import SettingSlider
from nnviz.drawing.view import small_button
from nnviz.drawing.words import Hint, say
from nnviz.engine.rules import Spins
from nnviz.kinds.hopfield.rule import HopfieldMoment, HopfieldState, Memory, further_damaged, half_blanked, noise
from nnviz.kinds.hopfield.schema import Hopfield
from nnviz.numerals import nice_above, short, tick
from nnviz.plots.canvas import PlotCanvas, PlotView
from nnviz.plots.scales import Scale, linear_scale, span_scale
from nnviz.runs.maps import signed_bytes
from nnviz.theme import Theme
from nnviz.views.hopfield.pen import SpinPen
from nnviz.views.hopfield.spins import CellRing, MemoryHit, MemoryRow, SpinGrid
from nnviz.views.hopfield.states import StateBars, said_of

_DOT = 4.5
HINTS = ("draw in any picture to change it", "click a memory's number to begin with it")

_DAMAGES: dict[str, tuple[str, Callable[[HopfieldMoment], Hopfield]]] = {
    "flip 10 %": ("begin with this state, a tenth of it flipped", partial(further_damaged, share=0.1)),
    "flip 30 %": ("begin with this state, three tenths of it flipped", partial(further_damaged, share=0.3)),
    "lower half": ("begin with this state, its lower half blank", half_blanked),
    "noise": ("begin with spins at random", noise),
}
"""For each button its tip, and the experiment that it makes."""

_PAD, _GAP = 8.0, 16.0
_HOTTEST, _HEATED, _COOLING = 2.0, 1.0, 0.93
"""End of the slider; the temperature that heating sets; what each sweep leaves of it while it cools."""
_ABOVE = 0.4
"""Share of the height that is above the states, where these are shown."""


class EnergyCurve:
    """The energy as a staircase, interrupted where spins were set by hand, with a dot at its end."""

    def __init__(self, canvas: PlotCanvas) -> None:
        self.plane, self.line, self.dot = canvas.plane(), PathItem(), PathItem()
        self.plane.name_axes("update", "E")
        self.plane.reading = self._read
        self.plane.add(self.line, "energy")
        self.plane.add_in_pixels(self.dot)
        self._memory: Memory | None = None
        self._deepest = 0.0
        self._course = np.empty((0, 2))

    def set_theme(self, theme: Theme) -> None:
        self.line.setPen(line_pen(theme.text, 2.5))
        self.dot.setPen(line_pen(theme.text, 1.0))
        self.dot.setBrush(QColor(theme.text))

    def arrange(self, rect: QRectF, font: QFont) -> None:
        """Fill a rectangle."""
        self.plane.arrange(rect, font)

    def show_state(self, state: HopfieldState) -> None:
        """Draw the history of the state."""
        if state.memory is not self._memory:
            self._memory, self._deepest = state.memory, _deepest(state.memory)
        self.plane.show(linear_scale(float(max(state.step, state.spins.size))), self._scale(state))
        self._course = np.vstack([state.course, [state.step, state.energy]])
        steps, energies = self._course.T
        self.line.set_points(np.repeat(steps, 2)[1:], np.repeat(energies, 2)[:-1])
        self.dot.setPath(circles(self.plane.pixels(self._course[-1:]), _DOT))

    def _scale(self, state: HopfieldState) -> Scale:
        """A scale from below the deepest memory to the highest energy so far, which seldom changes."""
        lowest = min(self._deepest, float(np.nanmin(state.course[:, 1])))
        highest = float(np.nanmax(state.course[:, 1]))
        return span_scale(-nice_above(-lowest), nice_above(highest) if highest > 0.0 else 0.0)

    def _read(self, update: float, _up: float) -> Sequence[str]:
        steps, energies = self._course.T
        if not len(steps) or not steps[0] <= update <= steps[-1]:
            return []
        energy = float(energies[np.searchsorted(steps, update, "right") - 1])
        return [f"update {int(update)}", f"E {tick(energy, 4)}"]


def _deepest(memory: Memory) -> float:
    """The lowest energy of any pattern."""
    energies = -0.5 * np.sum(memory.patterns @ memory.weights * memory.patterns, axis=1)
    return float(energies.min(initial=0.0))


class WeightPicture:
    """Weights, blue above zero and orange below, painted only when they change."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.picture, self._frame = MapItem(), add_path(scene, 1.0)
        scene.addItem(self.picture)
        self._memory: Memory | None = None
        self.rect = QRectF()

    def arrange(self, rect: QRectF, theme: Theme) -> None:
        """Fill a rectangle, in the theme's colours."""
        self.rect, self._table, self._memory = rect, theme.signed_table, None
        self._frame.setPen(line_pen(theme.muted, 1.0))
        x, y = np.array([rect.left(), rect.right()])[[0, 1, 1, 0, 0]], np.array([rect.top(), rect.bottom()])
        self._frame.set_points(x, y[[0, 0, 1, 1, 0]])

    def set_visible(self, visible: bool) -> None:
        self.picture.setVisible(visible)
        self._frame.setVisible(visible)

    def show_memory(self, memory: Memory) -> None:
        """Show the weights that store these patterns; full colour is the largest weight."""
        if memory is self._memory:
            return
        self._memory, rect = memory, self.rect
        full = float(np.abs(memory.weights).max()) or 1.0
        shades = signed_bytes(memory.weights.astype(np.float32)[None], np.array([full], np.float32))[0]
        magnified = rect.width() > len(memory.weights)
        mode = (
            Qt.TransformationMode.FastTransformation if magnified else Qt.TransformationMode.SmoothTransformation
        )
        self.picture.setTransformationMode(mode)
        self.picture.set_map(shades, self._table, (rect.left(), rect.right(), rect.bottom(), rect.top()))


class HopfieldView(PlotView[HopfieldMoment]):
    """The current state, the memories and their overlap with it, the energy, and the weights.

    Of a net with replicas its states are shown in place of energy and weights.

    Signals
    -------
    changed : Hopfield
        The edited experiment.
    parameter_set : int, int, object, float
        A spin set by hand: layer 0, unit, None, value.
    """

    changed = Signal(object)
    parameter_set = Signal(int, int, object, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self._arranged = self._shape
        self.present, self.ring = SpinGrid(scene), CellRing(scene)
        self.memories, self.curve, self.weights = MemoryRow(scene), EnergyCurve(self.canvas), WeightPicture(scene)
        self.states = StateBars(self.canvas)
        self.caption, self.hint = as_verdict(Text(scene)), Hint(scene, HINTS)
        self.titles = [as_verdict(Text(scene), title == 1) for title in range(3)]
        self._pen = SpinPen(self.canvas, self.present, self.memories)
        self._pen.spin_drawn.connect(self._set_spin)
        self._pen.pattern_drawn.connect(self._draw_pattern)
        self._pen.picked.connect(self._pick)
        for words, (tip, damage) in _DAMAGES.items():
            button = small_button(words, tip)
            button.clicked.connect(partial(self._damage, damage))
            self.add_controls(button)
        self._add_temperature()

    def _add_temperature(self) -> None:
        """A slider for the temperature, with buttons to heat and to cool, which a button in the corner shows."""
        self.temperature = SettingSlider("temperature T", _HOTTEST, 0.05, lambda value: f"{value:.2f}")
        self.heat = small_button("heat", f"to T = {_HEATED:g} at once")
        self.cool = small_button("cool", "each sweep leaves 93 % of T, until it is 0; at T = 0 it is heated first")
        self.warmth = small_button("T", "show the temperature", checkable=True)
        self.add_controls(self.warmth)
        self.add_below(self.temperature, self.heat, self.cool)
        self.warmth.toggled.connect(self._offer_temperature)
        self.temperature.moved.connect(self._set_temperature)
        self.heat.clicked.connect(lambda: self._set_temperature(_HEATED))
        self.cool.clicked.connect(self._cool)
        self._offer_temperature()

    def _offer_temperature(self) -> None:
        for control in (self.temperature, self.heat, self.cool):
            control.setVisible(self.warmth.isChecked())

    def set_theme(self, theme: Theme) -> None:
        self.temperature.set_theme(theme)
        super().set_theme(theme)

    def connect_to(self, room: Room) -> None:
        self.changed.connect(room.change)
        self.parameter_set.connect(room.set_parameter)

    @property
    def _shape(self) -> tuple[int, int, int, bool]:
        """Rows, columns, number of memories, and whether states are counted."""
        if self._snapshot is None:
            return 10, 10, 0, False
        experiment = self._snapshot.experiment
        return experiment.rows, experiment.columns, experiment.stored, bool(experiment.replicas)

    def _lay_out(self) -> None:
        area, line = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), float(self.fontMetrics().height())
        self._style()
        self.caption.place(area.left(), area.top())
        hint = self.hint.arrange(area, self.font(), self._theme.muted)
        area.adjust(0.0, 1.8 * line, 0.0, -hint - 0.4 * line)
        self._arranged = rows, columns, count, counted = self._shape
        lower = area.adjusted(0.0, _ABOVE * area.height(), 0.0, 0.0)
        present, rest = _halves(area.adjusted(0.0, 0.0, 0.0, -lower.height() - line) if counted else area)
        self.present.arrange(present, (rows, columns))
        below = self._under_title(0, rest, line)
        below.setHeight((1.0 if counted else 0.5) * below.height())
        end = self.memories.arrange(below, count, (rows, columns), self._theme, self.font())
        rest = lower if counted else rest.adjusted(0.0, end + 0.8 * line - rest.top(), 0.0, 0.0)
        below = self._under_title(1, rest, line)
        self._width = below.width()
        self._show_panels(counted=counted)
        if counted:
            self.states.arrange(below, self.font())
            return
        side = max(1.0, min(below.height(), 0.4 * below.width()))
        self.titles[2].place(below.right() - side, rest.top())
        self.weights.arrange(QRectF(below.right() - side, below.top(), side, side), self._theme)
        self.curve.arrange(below.adjusted(0.0, 0.0, -side - _GAP, 0.0), self.font())

    def _show_panels(self, *, counted: bool) -> None:
        self.states.plane.set_visible(counted)
        self.curve.plane.set_visible(not counted)
        self.weights.set_visible(not counted)
        self.titles[2].setVisible(not counted)

    def _under_title(self, number: int, room: QRectF, line: float) -> QRectF:
        self.titles[number].place(room.left(), room.top())
        return room.adjusted(0.0, 1.2 * line, 0.0, 0.0)

    def _style(self) -> None:
        self.caption.set_style(bold(self.font()), self._theme.text)
        for title, words in zip(self.titles, ("memories", "energy", "weights"), strict=True):
            title.set_style(bold(self.font()), self._theme.muted)
            title.set_words(words)
        for part in (self.present, self.ring, self.curve, self.states):
            part.set_theme(self._theme)

    def show_snapshot(self, snapshot: HopfieldMoment) -> None:
        """Show the moment; the temperature with the first of a run that has one."""
        before = self._snapshot.experiment if self._snapshot else None
        super().show_snapshot(snapshot)
        if snapshot.experiment.is_warm and not (before and before.is_warm):
            self.warmth.setChecked(True)

    def _paint(self, snapshot: HopfieldMoment) -> None:
        state = snapshot.state
        self._pen.show_moment(snapshot)
        if self._shape != self._arranged:
            self._lay_out()
        self.present.show_spins(state.spins)
        self.ring.show_at(self.present.cell(state.last) if state.last >= 0 else None)
        self.temperature.show_value(state.temperature)
        self._show_memories(snapshot)
        if snapshot.experiment.replicas:
            self.states.show_state(state)
            say(self.titles[1], said_of(state), self._width)
        else:
            self.curve.show_state(state)
            self.weights.show_memory(state.memory)
            self.titles[1].set_words(f"energy {short(state.energy)}")
        self._say(_phrases(state))

    def _show_memories(self, moment: HopfieldMoment) -> None:
        state, experiment = moment.state, moment.experiment
        cue = -1 if experiment.start else experiment.cue - 1
        for k, (tile, overlap) in enumerate(zip(self.memories.tiles, state.overlaps.tolist(), strict=False)):
            under_way = self._pen.drawing_of(k)
            tile.show_memory(state.memory.patterns[k] if under_way is None else under_way, overlap, cued=k == cue)

    def _say(self, phrases: list[str]) -> None:
        """Show as many of the phrases as fit beside the buttons."""
        room = self.canvas.area.width() - self._corner.sizeHint().width() - 3 * _PAD
        for count in range(len(phrases), 0, -1):
            self.caption.set_words("   ".join(phrases[:count]))
            if self.caption.boundingRect().width() <= room:
                return
        self.caption.set_words("")

    def _set_spin(self, unit: int, spin: int) -> None:
        self.parameter_set.emit(0, unit, None, float(spin))

    def _draw_pattern(self, memory: int, spins: Spins) -> None:
        if self._snapshot:
            experiment = self._snapshot.experiment
            self.changed.emit(experiment.with_pattern(memory, drawn(spins, experiment.columns)))

    def _pick(self, hit: MemoryHit) -> None:
        if self._snapshot is None:
            return
        experiment = self._snapshot.experiment
        match hit.part:
            case "new":
                self.changed.emit(experiment.with_another())
            case "cross":
                self.changed.emit(experiment.without_pattern(hit.memory))
            case _:
                pattern = drawn(self._snapshot.state.memory.patterns[hit.memory], experiment.columns)
                self.changed.emit(experiment.recalling(hit.memory, pattern))

    def _set_temperature(self, temperature: float) -> None:
        """Set a temperature that stays."""
        if self._snapshot:
            experiment = self._snapshot.experiment
            self.changed.emit(structs.replace(experiment, temperature=temperature, cooling=1.0))

    def _cool(self) -> None:
        """Cool down from here, from T = 0 heated first."""
        if self._snapshot is None:
            return
        temperature = self._snapshot.state.temperature
        if not temperature:
            self._set_temperature(_HEATED)
        warm = temperature or _HEATED
        self.changed.emit(structs.replace(self._snapshot.experiment, temperature=warm, cooling=_COOLING))

    def _damage(self, damage: Callable[[HopfieldMoment], Hopfield]) -> None:
        if self._snapshot:
            self.changed.emit(damage(self._snapshot))


def _halves(area: QRectF) -> tuple[QRectF, QRectF]:
    """Rectangles for the state and for the rest: side by side, or below each other in a narrow area."""
    if area.width() > 1.1 * area.height():
        side = max(1.0, min(area.height(), 0.5 * area.width()))
        return QRectF(area.topLeft(), area.bottomLeft()).adjusted(0, 0, side, 0), area.adjusted(
            side + _GAP, 0, 0, 0
        )
    side = max(1.0, min(area.width(), 0.46 * area.height()))
    return QRectF(area.left(), area.top(), area.width(), side), area.adjusted(0, side + _GAP, 0, 0)


def _phrases(state: HopfieldState) -> list[str]:
    """Phrases about a state, the most important first."""
    count = len(state.memory.patterns)
    load = f"load {count}/{state.spins.size} = {short(state.load)}"
    return [f"most like memory {int(state.overlaps.argmax()) + 1}", load] if count else [load]

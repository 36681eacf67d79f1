"""Drawing spins with the mouse: the state changes at once, a memory when the button is released."""

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QPointF, Signal

from nnviz.drawing.canvas import Canvas
from nnviz.drawing.pointer import Pointer
from nnviz.engine.rules import Spins
from nnviz.kinds.hopfield.rule import HopfieldMoment
from nnviz.views.hopfield.spins import MemoryRow, SpinGrid, cells_between

PRESENT = -1
"""Stands for the current state in place of a memory's number."""


@dataclass
class CellStroke:
    """The current stroke: all its cells get the opposite of the first cell's value.

    Parameters
    ----------
    memory : int
        Number of the memory being drawn, or `PRESENT`.
    spins : array
        Its spins after the stroke.
    last : QPointF
        Last position of the mouse.
    """

    memory: int
    grid: SpinGrid
    spins: Spins
    value: int
    last: QPointF
    fresh: list[int] = field(default_factory=list)

    def extend(self, units: list[int]) -> None:
        """Add cells to the stroke; ``fresh`` are those that change."""
        self.fresh = [unit for unit in units if self.spins[unit] != self.value]
        self.spins = self.spins.copy()
        self.spins[self.fresh] = self.value


class SpinPen(QObject):
    """Turns mouse actions on the state and the memories into edits.

    Signals
    -------
    spin_drawn : int, int
        A unit of the current state, and its value.
    pattern_drawn : int, array
        A memory and all its spins.
    picked : Hit
        Another part of the memories was clicked.
    """

    spin_drawn = Signal(int, int)
    pattern_drawn = Signal(int, object)
    picked = Signal(object)

    def __init__(self, canvas: Canvas, present: SpinGrid, memories: MemoryRow) -> None:
        super().__init__(canvas)
        self._canvas, self._present, self._memories = canvas, present, memories
        self._moment: HopfieldMoment | None = None
        self._stroke: CellStroke | None = None
        pointer = Pointer(canvas)
        pointer.pressed.connect(self._press)
        pointer.dragged.connect(self._drag)
        pointer.released.connect(self._release)

    def show_moment(self, moment: HopfieldMoment) -> None:
        """Draw on this moment; a stroke on other memories is cancelled."""
        if self._moment and moment.state.memory is not self._moment.state.memory:
            self._stroke = None
        self._moment = moment

    def drawing_of(self, memory: int) -> Spins | None:
        """The spins of a memory being drawn; None for the others."""
        return self._stroke.spins if self._stroke and self._stroke.memory == memory else None

    def _press(self, point: QPointF) -> None:
        if self._moment is None:
            return
        unit, hit = self._present.unit_at(point), self._memories.hit(point)
        if unit is not None:
            self._begin(PRESENT, self._present, self._moment.state.spins, unit, point)
        elif hit and hit.part == "cell" and hit.memory < len(self._moment.experiment.pictures):
            grid, pattern = self._memories.tiles[hit.memory].grid, self._moment.state.memory.patterns[hit.memory]
            self._begin(hit.memory, grid, pattern, hit.unit, point)
        elif hit:
            self.picked.emit(hit)

    def _begin(self, memory: int, grid: SpinGrid, spins: Spins, unit: int, point: QPointF) -> None:
        self._stroke = CellStroke(memory, grid, spins, -int(spins[unit]), point)
        self._extend(self._stroke, [unit])

    def _drag(self, point: QPointF) -> None:
        if self._stroke:
            self._extend(self._stroke, cells_between(self._stroke.grid, self._stroke.last, point))
            self._stroke.last = point

    def _extend(self, stroke: CellStroke, units: list[int]) -> None:
        stroke.extend(units)
        if stroke.memory != PRESENT:
            stroke.grid.show_spins(stroke.spins)
            self._canvas.repaint_soon()
            return
        for unit in stroke.fresh:
            self.spin_drawn.emit(unit, stroke.value)

    def _release(self) -> None:
        stroke, self._stroke = self._stroke, None
        if stroke and stroke.memory != PRESENT:
            self.pattern_drawn.emit(stroke.memory, stroke.spins)

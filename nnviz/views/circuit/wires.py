"""The wires of a circuit: excitatory ones end in an arrow, inhibitory ones are dashed and end in a circle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import add_path
from nnviz.drawing.network_layout import distances
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.kinds.circuit.schema import Circuit
from nnviz.theme import Theme, mix

_REACH = 9.0
"""Distance in pixels within which a click hits a wire."""
_LIT, _UNLIT = 4.5, 2.0
"""Widths of wires that carry a 1, and of the others."""


@dataclass(frozen=True)
class Wire:
    """A wire from a node to a unit; without a target, it marks an output."""

    source: str
    target: str = ""
    inhibitory: bool = False


def wires_of(circuit: Circuit) -> list[Wire]:
    """All wires, including those of outputs."""
    wires = [Wire(source, unit.name) for unit in circuit.units for source in unit.excitatory]
    wires += [Wire(source, unit.name, inhibitory=True) for unit in circuit.units for source in unit.inhibitory]
    return wires + [Wire(name) for name in circuit.read]


class Wires:
    """All wires, drawn as one path for each kind and state."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._kinds = list(product((False, True), (False, True)))
        self._lines = {kind: add_path(scene, 1.0 + kind[1]) for kind in self._kinds}
        self._ends = {kind: add_path(scene, 2.0) for kind in self._kinds}
        self._stressed = add_path(scene, 0.0)
        self._drawn: list[tuple[Wire, QLineF]] = []
        self._size = 8.0

    @property
    def items(self) -> tuple[PathItem, ...]:
        """All paths."""
        return (*self._lines.values(), *self._ends.values(), self._stressed)

    def set_theme(self, theme: Theme) -> None:
        self._stressed.setPen(line_pen(mix(theme.background, theme.muted, 0.4), 12.0))
        for inhibitory, lit in self._kinds:
            sign = theme.negative if inhibitory else theme.positive
            color, width = mix(theme.background, sign, 1.0 if lit else 0.5), _LIT if lit else _UNLIT
            pen = line_pen(color, width)
            if inhibitory:
                pen.setDashPattern([9.0 / width, 4.0 / width])
            self._lines[inhibitory, lit].setPen(pen)
            self._ends[inhibitory, lit].setPen(line_pen(color, 2.0))
            self._ends[inhibitory, lit].setBrush(mix(theme.background, sign, 0.0) if inhibitory else color)

    def arrange(self, wires: Sequence[Wire], centers: Mapping[str, QPointF], radius: float, size: float) -> None:
        """Draw wires between circles around these points, with ends of a size."""
        self._size, self._drawn = size, []
        self.highlight(None)
        for wire in wires:
            start = centers[wire.source]
            end = centers[wire.target] if wire.target else start + QPointF(radius + 2.2 * size, 0.0)
            away = radius + size if wire.target else size
            self._drawn.append((wire, _trimmed(QLineF(start, end), radius, away)))

    def show_values(self, values: Mapping[str, int]) -> None:
        """Highlight the wires whose source is on."""
        for kind in self._kinds:
            lines, ends = QPainterPath(), QPainterPath()
            for wire, line in self._drawn:
                if (wire.inhibitory, values.get(wire.source) == 1) == kind:
                    lines.moveTo(line.p1())
                    lines.lineTo(line.p2())
                    _add_end(ends, line, self._size, inhibitory=wire.inhibitory)
            self._lines[kind].setPath(lines)
            self._ends[kind].setPath(ends)

    def wire_at(self, point: QPointF) -> Wire | None:
        """The wire near a point, if it leads to a unit."""
        drawn = [(wire, line) for wire, line in self._drawn if wire.target]
        if not drawn:
            return None
        starts = np.array([line.p1().toTuple() for _, line in drawn])
        ends = np.array([_tip(line, self._size).toTuple() for _, line in drawn])
        away = distances((point.x(), point.y()), starts, ends)
        nearest = int(np.argmin(away))
        return drawn[nearest][0] if away[nearest] <= _REACH else None

    def highlight(self, wire: Wire | None) -> None:
        """Highlight a wire, or none."""
        path = QPainterPath()
        for other, line in self._drawn:
            if other == wire:
                path.moveTo(line.p1())
                path.lineTo(_tip(line, self._size))
        self._stressed.setPath(path)


def _trimmed(line: QLineF, before: float, after: float) -> QLineF:
    """The line shortened at both ends."""
    length = max(1.0, line.length())
    if before + after >= length:
        return QLineF(line.center(), line.center())
    return QLineF(line.pointAt(before / length), line.pointAt(1.0 - after / length))


def _tip(line: QLineF, size: float) -> QPointF:
    """The point where the wire meets its unit."""
    return line.p2() + _direction(line) * size


def _direction(line: QLineF) -> QPointF:
    return (line.p2() - line.p1()) / max(1e-6, line.length())


def _add_end(path: QPainterPath, line: QLineF, size: float, *, inhibitory: bool) -> None:
    along = _direction(line)
    if inhibitory:
        path.addEllipse(line.p2() + along * (0.5 * size), 0.5 * size, 0.5 * size)
        return
    across = QPointF(-along.y(), along.x()) * (0.55 * size)
    path.addPolygon(QPolygonF([line.p2() + across, line.p2() + along * size, line.p2() - across]))
    path.closeSubpath()

"""A node of a circuit: an input with its value, or a threshold unit with its threshold."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from nnviz.drawing.canvas import Text, add_path, bold
from nnviz.drawing.paths import line_pen
from nnviz.kinds.circuit.rule import UNKNOWN, CircuitState
from nnviz.theme import Theme

_RING = 5.0
"""Pixels from a node to the ring around it."""


class CircuitNode:
    """A circle: full when the node is on, hollow when it is off, dashed while nothing is computed.

    Parameters
    ----------
    scene : QGraphicsScene
    name : str
    threshold : int or None
        None for inputs.
    """

    def __init__(self, scene: QGraphicsScene, name: str, threshold: int | None) -> None:
        self.name, self.threshold = name, threshold
        self.circle, self.inside, self.above = add_path(scene, 3.0), Text(scene, 4.0), Text(scene, 4.0)
        self.ring = add_path(scene, 3.0)
        self.center, self.radius = QPointF(), 1.0

    @property
    def is_input(self) -> bool:
        """Whether nothing computes it."""
        return self.threshold is None

    def arrange(self, center: QPointF, radius: float, theme: Theme, font: QFont) -> None:
        """Stand around a point, in the theme's colours and this font."""
        self.center, self.radius, self._theme = center, radius, theme
        self.circle.setPath(_circle(center, radius))
        self.above.set_style(bold(font), theme.text)
        self.inside.set_style(bold(font), theme.text)

    def show_value(self, value: int, *, computed_now: bool, chosen: bool) -> None:
        """Show 0, 1 or nothing yet, and rings around what was computed just now or is chosen."""
        theme, known = self._theme, value != UNKNOWN
        style = Qt.PenStyle.SolidLine if known else Qt.PenStyle.DashLine
        self.circle.setPen(line_pen(theme.text if known else theme.muted, 2.0, style))
        self.circle.setBrush(QColor(theme.positive if value == 1 else theme.background))
        self.inside.setBrush(QColor(theme.background if value == 1 else theme.text))
        self.inside.set_words(f"{value}" if self.is_input else f"θ = {self.threshold}")
        self.inside.place(self.center.x(), self.center.y(), 0.5, 0.5)
        self.above.set_words(self.name if self.is_input else node_words(self.name, value))
        self.above.place(self.center.x(), self.center.y() - self.radius - _RING - 2.0, 0.5, 1.0)
        self._show_ring(computed_now=computed_now, chosen=chosen)

    def remove(self) -> None:
        """Take it out of the scene."""
        for item in (self.circle, self.inside, self.above, self.ring):
            item.scene().removeItem(item)

    def _show_ring(self, *, computed_now: bool, chosen: bool) -> None:
        ringed = computed_now or chosen
        self.ring.setPen(line_pen(self._theme.text if computed_now else self._theme.accent, 3.5))
        self.ring.setPath(_circle(self.center, self.radius + _RING) if ringed else QPainterPath())


def _circle(center: QPointF, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(center, radius, radius)
    return path


def node_words(name: str, value: int) -> str:
    """A unit's name, and its value once it is computed."""
    return name if value == UNKNOWN else f"{name} = {value}"


def sum_words(state: CircuitState, node: int) -> str:
    """How a unit came to its value: 1 + 1 = 2 ≥ 2 → 1."""
    wiring = state.wiring
    unit, values = wiring.units[node - wiring.inputs], state.values.tolist()
    excitation = unit.excitation(values)
    terms = " + ".join(str(values[source]) for source in unit.excitatory)
    total = f"{terms} = {excitation}" if len(unit.excitatory) > 1 else f"{excitation}"
    reached = f"{total} {'≥' if excitation >= unit.threshold else '<'} {unit.threshold}"
    silent = [wiring.names[source] for source in unit.inhibitory if values[source] == 1]
    silenced = f", {silent[0]} inhibits" if silent else ""
    return f"{reached}{silenced} → {values[node]}"

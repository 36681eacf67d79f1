"""What someone looks at in the diagram."""

from msgspec import Struct, field
from PySide6.QtCore import QPointF

from nnviz.runs.network_parts import ParameterIndex


class Hover(Struct, frozen=True):
    """Where someone looks, and what is there: a neuron, a parameter, or neither.

    Parameters
    ----------
    point : QPointF
        In the diagram, in pixels.
    neuron : (layer, unit) or None
        Layer 0 holds the inputs.
    parameter : ParameterIndex or None
    """

    point: QPointF = field(default_factory=QPointF)
    neuron: tuple[int, int] | None = None
    parameter: ParameterIndex | None = None


NOTHING = Hover()

"""Which neuron or parameter of a diagram is beside the hovered one."""

from nnviz.drawing.network_layout import DiagramLayout
from nnviz.runs.network_parts import ParameterIndex
from nnviz.views.network.diagram import Hover


def next_neuron(layout: DiagramLayout, hover: Hover, step: tuple[int, int]) -> tuple[int, int]:
    """The neuron beside the hovered one, drawn or not; the first input drawn at the start."""
    now = _owner(hover)
    if now is None:
        return 0, layout.shown[0].start
    across, down = step
    layer = min(max(now[0] + across, 0), len(layout.sizes) - 1)
    units = layout.shown[layer] if across else range(layout.sizes[layer])
    return layer, min(max(now[1] + down, units.start), units.stop - 1)


def next_parameter(layout: DiagramLayout, hover: Hover, step: int) -> ParameterIndex | None:
    """The next or previous parameter of a neuron: its bias, then its weights; None for an input."""
    now = _owner(hover)
    if now is None or now[0] == 0:
        return None
    sources = (None, *layout.shown[now[0] - 1])
    at = sources.index(hover.parameter[2]) if hover.parameter else -1
    source = sources[min(max(at + step, 0), len(sources) - 1)]
    return now[0] - 1, now[1], source


def _owner(hover: Hover) -> tuple[int, int] | None:
    return (hover.parameter[0] + 1, hover.parameter[1]) if hover.parameter else hover.neuron

"""What views can ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnviz.data.dataset import Extent, FloatArray
from nnviz.experiment.kind import Kind
from nnviz.runs.network_parts import Lit

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.analysis.loss_plane import SurveyRequest


@dataclass(frozen=True)
class Room:
    """What a view can have done; each view connects its own signals to it.

    Parameters
    ----------
    look_again : callable
        The view's aspects have changed.
    look_at_neuron, look_at_units, look_at_extent : callable
        Have a neuron (layer, unit) enlarged or none, so many units of each layer, a part of the plane or all.
    light : callable
        Light a part of the diagram.
    show_parameter, open_card, show_point : callable
        Have other views show more of a parameter, offer it to be set by hand, show more of a point of the plane.
    set_parameter : callable
        Set a parameter by hand: layer, unit and source, from 0, the source None for a bias; and the value.
    change, load : callable
        Edit the experiment, or begin another one.
    resize_hidden, choose_activation, draw_stroke : callable
        Have hidden layers of these sizes, this function for all of them, data by this stroke, shape (points, 2).
    advance, seek : callable
        Take one step, or go to the kept moment at a step.
    survey : callable
        Have the loss around a moment looked at, and nothing that was asked for before; nothing any more if None.
    """

    look_again: Callable[[], object]
    look_at_neuron: Callable[[tuple[int, int] | None], object]
    look_at_units: Callable[[int], object]
    look_at_extent: Callable[[Extent | None], object]
    light: Callable[[Lit], object]
    show_parameter: Callable[[int, int, int | None], object]
    open_card: Callable[[int, int, int | None], object]
    show_point: Callable[[float, float], object]
    set_parameter: Callable[[int, int, int | None, float], object]
    change: Callable[[Kind], object]
    load: Callable[[Kind], object]
    resize_hidden: Callable[[tuple[int, ...]], object]
    choose_activation: Callable[[str], object]
    draw_stroke: Callable[[FloatArray], object]
    advance: Callable[[], object]
    seek: Callable[[int], object]
    survey: "Callable[[SurveyRequest | None], object]"

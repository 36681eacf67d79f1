"""The actions that views can ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnviz.analysis.probe import Drawing
from nnviz.data.dataset import Extent, FloatArray
from nnviz.experiment.kind import Kind
from nnviz.runs.network_parts import Lit
from nnviz.runs.run import Run
from nnviz.runs.timeline import Timeline

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.analysis.loss_plane import SurveyRequest


@dataclass(frozen=True)
class Room:
    """Actions of the window for its views; each view connects its own signals to them.

    Parameters
    ----------
    look_again : callable
        Have the view's changed aspects computed.
    look_at_neuron, look_at_units, scroll_units, look_at_extent : callable
        Have computed: a neuron (layer, unit) at a larger size or none; this many units of each layer; each layer's
        units from these on; a part of the plane, or all of it if None.
    probe : callable
        Have what every neuron computes for a point of the plane shown, or for none.
    draw_picture : callable
        Have the network answer a picture in every view; None for no picture.
    light : callable
        Highlight a part of the diagram.
        show_neuron, show_parameter, show_point : callable
        Have other views show more of a neuron, its layer counted from 1; of a parameter; of a point.
    mark_sample : callable
        Have other views mark a training sample, counted from 0, or none.
        set_parameter : callable
        Set a parameter: layer, unit and source, counted from 0 (source None for a bias), and the value.
    change, revisit : callable
        Edit the experiment; begin another one and take its run to a moment, with what does so.
    resize_hidden, choose_activation, draw_stroke : callable
        Set the sizes of the hidden layers; set the function of all of them; draw data, shape (points, 2).
    advance, seek : callable
        Take one step; go to the kept moment at a step.
    survey : callable
        Have the loss around a moment surveyed, in place of the survey before; None only cancels that.
    has_lesson, open_lesson : callable
        Whether nnviz ships a lesson of this id; open it, with a way back.
    """

    look_again: Callable[[], object]
    look_at_neuron: Callable[[tuple[int, int] | None], object]
    look_at_units: Callable[[int], object]
    scroll_units: Callable[[tuple[int, ...]], object]
    look_at_extent: Callable[[Extent | None], object]
    probe: Callable[[tuple[float, float] | None], object]
    draw_picture: Callable[[Drawing | None], object]
    light: Callable[[Lit], object]
    show_neuron: Callable[[int, int], object]
    show_parameter: Callable[[int, int, int | None], object]
    show_point: Callable[[float, float], object]
    mark_sample: Callable[[int | None], object]
    set_parameter: Callable[[int, int, int | None, float], object]
    change: Callable[[Kind], object]
    revisit: Callable[[Kind, Callable[[Run], Timeline]], object]
    resize_hidden: Callable[[tuple[int, ...]], object]
    choose_activation: Callable[[str], object]
    draw_stroke: Callable[[FloatArray], object]
    advance: Callable[[], object]
    seek: Callable[[int], object]
    survey: "Callable[[SurveyRequest | None], object]"
    has_lesson: Callable[[str], bool]
    open_lesson: Callable[[str], object]

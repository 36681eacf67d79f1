"""How points roll down a surface, one for each optimizer."""

from typing import TypeAlias

from msgspec import structs

from nnviz.errors import InputError
from nnviz.kinds.surface.schema import Surface, complaints_of_length, landscape_of
from nnviz.kinds.surface.state import SurfaceState, begun, moved, stepped
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runs.rule import Rule, RuleSnapshot

SurfaceMoment: TypeAlias = RuleSnapshot[Surface, SurfaceState]
"""Racers on a surface at one step."""


class SurfaceRule(Rule[Surface, SurfaceState]):
    """How the racers roll."""

    def begin(self, experiment: Surface) -> SurfaceState:
        """All at the start."""
        if experiment.data.file:  # it may have been written anew
            landscape_of.cache_clear()
        surface = experiment.landscape
        for complaint in complaints_of_length(experiment, surface.parameters):
            raise InputError(complaint)
        return begun(surface, experiment.starts, noisy=experiment.noise > 0.0)

    def advance(self, experiment: Surface, state: SurfaceState) -> SurfaceState:
        """One step of every racer that has not diverged."""
        return state if state.settled else stepped(experiment, state)

    def set(self, experiment: Surface, state: SurfaceState, place: ParameterIndex, value: float) -> SurfaceState:
        """The state with a coordinate of one racer set by hand; it forgets how fast it was."""
        del experiment
        return moved(state, place[0], place[1], value)

    def parameter(self, state: SurfaceState, place: ParameterIndex) -> float:
        """A coordinate of a racer: its number in place of the layer's, the coordinate's in place of the unit's."""
        return float(state.positions[place[0], place[1]])

    def resumed(self, experiment: Surface, state: SurfaceState) -> Surface:
        """The experiment that begins where the racers are; it does not say how fast they were."""
        racers = (
            structs.replace(racer, start=tuple(position))
            for racer, position in zip(experiment.racers, state.positions.tolist(), strict=True)
        )
        return structs.replace(experiment, racers=tuple(racers))

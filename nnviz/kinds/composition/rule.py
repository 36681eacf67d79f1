"""A graph of units at work: values go forward unit by unit, then gradients back, each wire handing on its part."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self, TypeAlias

import numpy as np

from nnviz.engine.activations import activation_function
from nnviz.engine.composition import GraphUnit, Layered, difference, forward, gradients, handed_back, layered
from nnviz.engine.tape import Array
from nnviz.kinds.composition.schema import Composition
from nnviz.numerals import tick
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runs.rule import Rule, RuleSnapshot, State, read_only

Wire = tuple[int, int]
"""Source and target, both nodes."""


@dataclass(frozen=True, eq=False)
class Graph:
    """A composition with its nodes numbered, inputs first, and all that it comes to.

    Parameters
    ----------
    names : tuple of str
        Of all nodes.
    inputs, output : int
        How many inputs there are; the node that is y.
    values, gradients : array, shape (nodes,)
    sums : array, shape (units,)
        Pre-activations.
    handed : dict of (int, int) to float
        What each wire hands back to its source.
    difference : float
        The largest between it and its layered form, on 1,000 random inputs.
    """

    names: tuple[str, ...]
    inputs: int
    units: tuple[GraphUnit, ...]
    output: int
    values: Array
    sums: Array
    gradients: Array
    handed: Mapping[Wire, float]
    layered: Layered
    difference: float

    @classmethod
    def of(cls, experiment: Composition) -> Self:
        """Number the nodes and compute all."""
        ordered, inputs = experiment.ordered, len(experiment.inputs)
        names = (*experiment.inputs, *(unit.name for unit in ordered))
        number = {name: k for k, name in enumerate(names)}
        units = tuple(
            GraphUnit(
                activation_function(unit.function),
                tuple(number[source] for source in unit.sources),
                unit.weighted,
                unit.bias,
            )
            for unit in ordered
        )
        output = number[experiment.read]
        with np.errstate(over="ignore", invalid="ignore"):  # cubes of cubes
            done = forward(units, np.array(experiment.values))
            slopes = gradients(units, done.sums, inputs, output)
            apart = difference(units, inputs, output)
        handed = {
            (source, inputs + k): part
            for k, unit in enumerate(units)
            for source, part in zip(
                unit.sources, handed_back(unit, float(done.sums[k]), float(slopes[inputs + k])), strict=True
            )
        }
        return cls(
            names,
            inputs,
            units,
            output,
            read_only(done.values),
            read_only(done.sums),
            read_only(slopes),
            handed,
            layered(units, inputs, output),
            apart,
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class CompositionState(State):
    """How far values have come, and gradients back.

    Parameters
    ----------
    graph : Graph
        With all that is computed; what of it is known depends on the step.
    """

    graph: Graph

    @property
    def turns(self) -> int:
        """Steps forward, and as many back."""
        return len(self.graph.units)

    @property
    def settled(self) -> bool:
        return self.step >= 2 * self.turns

    @property
    def is_back(self) -> bool:
        """Whether gradients are on their way."""
        return self.step > self.turns

    @property
    def last(self) -> int:
        """The node that was computed, or has handed back, last; -1 if none."""
        if not self.step:
            return -1
        if not self.is_back:
            return self.graph.inputs + self.step - 1
        return self.graph.inputs + 2 * self.turns - self.step

    def value(self, node: int) -> float | None:
        """A node's value, if it is known."""
        known = node < self.graph.inputs + self.step
        return float(self.graph.values[node]) if known else None

    def handed(self, wire: Wire) -> float | None:
        """What a wire has handed back, if it has."""
        return self.graph.handed[wire] if self.has_handed_back(wire[1]) else None

    def has_handed_back(self, node: int) -> bool:
        """Whether a unit has handed its gradient back."""
        return self.step > self.turns and node >= self.graph.inputs + 2 * self.turns - self.step

    def collected(self, node: int) -> float | None:
        """The gradient that a node has collected so far; None before there is any."""
        if node == self.graph.output and self.step >= self.turns:
            return 1.0
        parts = [part for wire in self.graph.handed if wire[0] == node and (part := self.handed(wire)) is not None]
        return sum(parts) if parts else None

    @property
    def finite(self) -> bool:
        return bool(np.isfinite(self.graph.values).all() and np.isfinite(self.graph.gradients).all())

    @property
    def measures(self) -> Mapping[str, float]:
        """The output."""
        return {"output": float(self.graph.values[self.graph.output])}

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """Units computed, units that have handed back, the output once it is known."""
        forward_done, turns = min(self.step, self.turns), self.turns
        output = self.value(self.graph.output)
        said = ("forward", f"{forward_done} of {turns}"), ("back", f"{max(0, self.step - turns)} of {turns}")
        return (*said, ("y", tick(output, 4))) if output is not None else said


CompositionMoment: TypeAlias = RuleSnapshot[Composition, CompositionState]
"""A graph of units at one step."""


class CompositionRule(Rule[Composition, CompositionState]):
    """A step computes one unit; when all are, a step hands one unit's gradient back."""

    def begin(self, experiment: Composition) -> CompositionState:
        """The inputs' values, nothing computed."""
        return CompositionState(graph=Graph.of(experiment))

    def advance(self, experiment: Composition, state: CompositionState) -> CompositionState:
        """One more unit."""
        del experiment
        return state if state.settled else replace(state, step=state.step + 1)

    def steps_an_epoch(self, experiment: Composition, state: CompositionState) -> int:
        """All units once, forward or back."""
        del state
        return len(experiment.units)

    def tuned(self, experiment: Composition, state: CompositionState) -> CompositionState:
        """As far as it was, with other numbers."""
        return replace(state, graph=Graph.of(experiment))

    def parameter(self, state: CompositionState, place: ParameterIndex) -> float:
        """A weight, or the bias of a unit, in the order of computation."""
        _, unit, source = place
        return state.graph.units[unit].bias if source is None else state.graph.units[unit].weights[source]

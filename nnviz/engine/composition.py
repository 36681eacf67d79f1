"""Functions of functions: units that compute with real numbers, wired into any graph without circles.

Nodes are numbered, inputs first, and every unit after those that it listens to. A value that is used twice
collects both gradients: ∂y/∂o = Σ ∂y/∂p w over all units that listen to it. In layers a wire may only lead to the
next one, so a value that is wanted later is copied by identity units: the layered form computes the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nnviz.engine.activations import IDENTITY, ActivationFunction
from nnviz.engine.tape import Array


@dataclass(frozen=True)
class GraphUnit:
    """A unit that computes o = σ(Σ w o_source + b).

    Parameters
    ----------
    sources : tuple of int
        The nodes that it listens to.
    weights : tuple of float
        One for each of them.
    """

    function: ActivationFunction
    sources: tuple[int, ...]
    weights: tuple[float, ...]
    bias: float = 0.0


@dataclass(frozen=True, eq=False)
class Forward:
    """What a graph computes: of every node the value, of every unit the pre-activation.

    Parameters
    ----------
    values : array, shape (nodes,) or (nodes, samples)
    sums : array, shape (units,) or (units, samples)
    """

    values: Array
    sums: Array


def forward(units: Sequence[GraphUnit], inputs: Array) -> Forward:
    """Compute every unit once, for inputs of shape (inputs,) or (inputs, samples)."""
    values = np.zeros((len(inputs) + len(units), *inputs.shape[1:]))
    sums = np.zeros((len(units), *inputs.shape[1:]))
    values[: len(inputs)] = inputs
    for number, unit in enumerate(units):
        sums[number] = unit.bias
        for source, weight in zip(unit.sources, unit.weights, strict=True):
            sums[number] += weight * values[source]
        values[len(inputs) + number] = unit.function(sums[number])
    return Forward(values, sums)


def handed_back(unit: GraphUnit, sum_of_unit: float, gradient: float) -> tuple[float, ...]:
    """What a unit hands back to each of its sources of its own gradient: ∂y/∂o σ′(p) w."""
    slope = float(unit.function.derivative(np.array(sum_of_unit)))
    return tuple(gradient * slope * weight for weight in unit.weights)


def gradients(units: Sequence[GraphUnit], sums: Array, inputs: int, output: int) -> Array:
    """The gradient of the output node's value for every node, shape (nodes,)."""
    collected = np.zeros(inputs + len(units))
    collected[output] = 1.0
    for number in range(len(units) - 1, -1, -1):
        unit = units[number]
        back = handed_back(unit, float(sums[number]), float(collected[inputs + number]))
        for source, part in zip(unit.sources, back, strict=True):
            collected[source] += part
    return collected


@dataclass(frozen=True)
class Layered:
    """A graph in layers, in which every wire leads to the next one.

    Parameters
    ----------
    units : tuple of GraphUnit
        Numbered as a graph's, copies among them.
    stands_for : tuple of int
        For each node the graph's node whose value it has.
    layers : tuple of int
        For each node its layer; inputs are layer 0.
    output : int
        The node that has the value of the graph's output.
    """

    units: tuple[GraphUnit, ...]
    stands_for: tuple[int, ...]
    layers: tuple[int, ...]
    output: int

    @property
    def copies(self) -> int:
        """Units that only copy."""
        return len(self.stands_for) - len(set(self.stands_for))


def depths(units: Sequence[GraphUnit], inputs: int) -> list[int]:
    """For each node the number of units on the longest way to it, itself included; 0 for inputs."""
    found = [0] * inputs
    for unit in units:
        found.append(1 + max((found[source] for source in unit.sources), default=0))
    return found


def layered(units: Sequence[GraphUnit], inputs: int, output: int) -> Layered:
    """The layered form of a graph: a value that is wanted in a later layer is copied from layer to layer."""
    depth = depths(units, inputs)
    last = [*depth]
    for number, listener in enumerate(units):
        for source in listener.sources:
            last[source] = max(last[source], depth[inputs + number] - 1)
    last[output] = max(depth)
    made: list[GraphUnit] = []
    stands_for, layers = list(range(inputs)), [0] * inputs
    places = {(0, node): node for node in range(inputs)}
    for layer in range(1, max(depth) + 1):
        for node in (n for n in range(len(depth)) if depth[n] <= layer <= last[n]):
            unit = units[node - inputs] if depth[node] == layer else GraphUnit(IDENTITY, (node,), (1.0,))
            made.append(replace(unit, sources=tuple(places[layer - 1, source] for source in unit.sources)))
            places[layer, node] = len(stands_for)
            stands_for.append(node)
            layers.append(layer)
    return Layered(tuple(made), tuple(stands_for), tuple(layers), places[max(depth), output])


def difference(units: Sequence[GraphUnit], inputs: int, output: int, samples: int = 1000) -> float:
    """The largest difference between a graph and its layered form, on inputs drawn from a normal distribution."""
    drawn = 2.0 * np.random.default_rng(0).standard_normal((inputs, samples))
    form = layered(units, inputs, output)
    there = forward(form.units, drawn).values[form.output]
    return float(np.abs(forward(units, drawn).values[output] - there).max(initial=0.0))

"""Experiments with a graph of units that compute with real numbers; and the graph after an edit by hand."""

import math
from collections.abc import Iterator, Mapping
from graphlib import CycleError
from typing import Annotated, ClassVar, Literal, TypeAlias

from msgspec import Meta, Struct, structs

from nnviz.data.messages import shown
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.circuit import forward_order
from nnviz.experiment.kind import Kind
from nnviz.kinds.circuit.schema import Spot
from nnviz.kinds.composition.formula import Formula

MOST_INPUTS, MOST_UNITS, LARGEST = 6, 32, 1000.0
NodeName = Annotated[str, Meta(min_length=1, max_length=12)]
Real = Annotated[float, Meta(ge=-LARGEST, le=LARGEST)]
Function: TypeAlias = Literal[tuple(ACTIVATIONS)]  # type: ignore[valid-type]


class Neuron(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A unit: what it is a function of, a weight for each, 1 where none is given, its bias and its function.

    ``place`` is (x, y), both from 0 to 1, from the left and from the top; where it is empty one is found.
    """

    name: NodeName
    sources: Annotated[tuple[NodeName, ...], Meta(max_length=MOST_INPUTS + MOST_UNITS)] = ()
    weights: Annotated[tuple[Real, ...], Meta(max_length=MOST_INPUTS + MOST_UNITS)] = ()
    bias: Real = 0.0
    function: Function = "identity"
    place: Annotated[tuple[Annotated[float, Meta(ge=0.0, le=1.0)], ...], Meta(max_length=2)] = ()

    @property
    def weighted(self) -> tuple[float, ...]:
        """A weight for each source."""
        return self.weights or (1.0,) * len(self.sources)


def _neuron(name: str, sources: str, weights: tuple[float, ...], bias: float, function: str) -> Neuron:
    return Neuron(name=name, sources=tuple(sources.split()), weights=weights, bias=bias, function=function)


_DECK = (
    _neuron("f1", "x1", (3.0,), -2.0, "relu"),
    _neuron("f2", "x2", (2.0,), 1.0, "relu"),
    _neuron("f3", "x3", (-1.0,), 1.0, "relu"),
    _neuron("f4", "f1 f2", (1.0, -1.0), 0.0, "relu"),
    _neuron("f5", "f4 f2 f3", (2.0, -2.0, 2.0), 0.0, "sigmoid"),
)


class Composition(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A graph of units. ``values`` are those of the ``inputs``; the first unit that no other listens to is y."""

    LIVE: ClassVar[frozenset[str]] = frozenset({"values", "units"})

    inputs: Annotated[tuple[NodeName, ...], Meta(min_length=1, max_length=MOST_INPUTS)] = ("x1", "x2", "x3")
    values: Annotated[tuple[Real, ...], Meta(max_length=MOST_INPUTS)] = (2.0, 1.0, -1.0)
    units: Annotated[tuple[Neuron, ...], Meta(min_length=1, max_length=MOST_UNITS)] = _DECK

    @property
    def read(self) -> str:
        """The unit that is y: the first that no other listens to."""
        heard = {name for unit in self.units for name in unit.sources}
        return next((unit.name for unit in self.units if unit.name not in heard), self.units[-1].name)

    @property
    def ordered(self) -> tuple[Neuron, ...]:
        """The units, each after those that it is a function of."""
        units = {unit.name: unit for unit in self.units}
        order = forward_order({name: unit.sources for name, unit in units.items()})
        return tuple(units[name] for name in order if name in units)

    def continues(self, before: Kind) -> bool:
        """True if the wires are the same, so that a run of ``before`` need not start anew."""
        return isinstance(before, Composition) and _wired(self) == _wired(before)

    def complaints(self) -> Iterator[str]:
        if len(self.values) != len(self.inputs):
            yield f"values: {len(self.values)} numbers; allowed: {len(self.inputs)}, one for each input"
        names = [*self.inputs, *(unit.name for unit in self.units)]
        for name in names:
            if names.count(name) > 1:
                yield f"units: {shown(repr(name))} is there twice; allowed: a name of its own for each"
                return
            if not name.isprintable() or not name.strip():
                yield f"units: {shown(repr(name))} is not allowed; allowed: names of printable characters"
        if not all(map(math.isfinite, self.values)):
            yield "values: holds a number that is not finite; allowed: finite numbers"
        for unit in self.units:
            yield from _complaints_of_unit(unit, [name for name in names if name != unit.name])
        if circle := _circle(self):
            way = shown(" → ".join(circle), 80)
            yield f"unit {shown(repr(circle[0]))}: it is a function of itself ({way}); allowed: no circles"


def _complaints_of_unit(unit: Neuron, known: list[str]) -> Iterator[str]:
    at = f"unit {shown(repr(unit.name))}"
    for name in unit.sources:
        if name not in known:
            yield f"{at}, sources: {shown(repr(name))} is not known; allowed: {shown(', '.join(known), 160)}"
    if len(set(unit.sources)) != len(unit.sources):
        yield f"{at}, sources: one is named twice; allowed: each once"
    if len(unit.weights) not in {0, len(unit.sources)}:
        yield f"{at}, weights: {len(unit.weights)} numbers; allowed: {len(unit.sources)}, one a source, or none"
    if not all(map(math.isfinite, (*unit.weights, unit.bias))):
        yield f"{at}: holds a number that is not finite; allowed: finite numbers"
    if len(unit.place) == 1 or not all(map(math.isfinite, unit.place)):
        yield f"{at}, place: {list(unit.place)} is not allowed; allowed: two numbers from 0 to 1, or none"


def _circle(graph: Composition) -> list[str]:
    try:
        forward_order({unit.name: unit.sources for unit in graph.units})
    except CycleError as error:
        return [str(name) for name in error.args[1]]
    return []


def _wired(graph: Composition) -> object:
    return graph.inputs, {unit.name: set(unit.sources) for unit in graph.units}


def from_formula(formula: Formula, before: Composition) -> Composition:
    """The graph of a formula; units and inputs that were there before keep their numbers, others have usual ones.

    A unit whose sources are others has weights of 1.
    """
    values = dict(zip(before.inputs, before.values, strict=True))
    units = {unit.name: unit for unit in before.units}
    made = []
    for call in formula.calls:
        known = units.get(call.name, Neuron(name=call.name, function="tanh"))
        weights = known.weights if known.sources == call.sources else ()
        made.append(structs.replace(known, sources=call.sources, weights=weights, place=()))
    inputs = tuple(values.get(name, 1.0) for name in formula.inputs)
    return structs.replace(before, inputs=formula.inputs, values=inputs, units=tuple(made))


def placed(graph: Composition, places: Mapping[str, Spot]) -> Composition:
    """The graph with its units at these places."""
    units = [structs.replace(unit, place=_rounded(places.get(unit.name, unit.place))) for unit in graph.units]
    return structs.replace(graph, units=tuple(units))


def with_unit(graph: Composition, place: Spot) -> Composition:
    """With one more unit, not yet connected; as it is if there are too many."""
    if len(graph.units) >= MOST_UNITS:
        return graph
    unit = Neuron(name=_free_name(graph, "f"), function="tanh", place=_rounded(place))
    return structs.replace(graph, units=(*graph.units, unit))


def with_input(graph: Composition) -> Composition:
    """With one more input, of value 1; as it is if there are too many."""
    if len(graph.inputs) >= MOST_INPUTS:
        return graph
    return structs.replace(graph, inputs=(*graph.inputs, _free_name(graph, "x")), values=(*graph.values, 1.0))


def without(graph: Composition, name: str) -> Composition:
    """Without a unit or an input, and without its wires; the last of either stays."""
    kept = [k for k, other in enumerate(graph.inputs) if other != name]
    units = tuple(_deaf_to(unit, name) for unit in graph.units if unit.name != name)
    if not kept or not units:
        return graph
    inputs, values = tuple(graph.inputs[k] for k in kept), tuple(graph.values[k] for k in kept)
    return structs.replace(graph, inputs=inputs, values=values, units=units)


def with_wire(graph: Composition, source: str, target: str) -> Composition:
    """With a wire of weight 1 from a node to a unit; as it is if they are connected."""
    unit = unit_of(graph, target)
    if source in unit.sources:
        return graph
    return with_unit_changed(
        graph, structs.replace(unit, sources=(*unit.sources, source), weights=(*unit.weighted, 1.0))
    )


def without_wire(graph: Composition, source: str, target: str) -> Composition:
    """Without a wire."""
    return with_unit_changed(graph, _deaf_to(unit_of(graph, target), source))


def with_more(graph: Composition, name: str, notches: int) -> Composition:
    """With the bias of a unit, or the value of an input, higher by half of so many notches."""
    if name in graph.inputs:
        values = list(graph.values)
        values[graph.inputs.index(name)] = _raised(values[graph.inputs.index(name)], notches)
        return structs.replace(graph, values=tuple(values))
    unit = unit_of(graph, name)
    return with_unit_changed(graph, structs.replace(unit, bias=_raised(unit.bias, notches)))


def with_weight(graph: Composition, source: str, target: str, notches: int) -> Composition:
    """With the weight of a wire higher by half of so many notches."""
    unit = unit_of(graph, target)
    weights = list(unit.weighted)
    place = unit.sources.index(source)
    weights[place] = _raised(weights[place], notches)
    return with_unit_changed(graph, structs.replace(unit, weights=tuple(weights)))


def with_function(graph: Composition, name: str, function: str) -> Composition:
    """With another function of a unit."""
    return with_unit_changed(graph, structs.replace(unit_of(graph, name), function=function))


def unit_of(graph: Composition, name: str) -> Neuron:
    """The unit of a name."""
    return next(unit for unit in graph.units if unit.name == name)


def with_unit_changed(graph: Composition, changed: Neuron) -> Composition:
    """With a unit in place of the one of its name."""
    return structs.replace(graph, units=tuple(changed if u.name == changed.name else u for u in graph.units))


def _deaf_to(unit: Neuron, name: str) -> Neuron:
    kept = [k for k, source in enumerate(unit.sources) if source != name]
    weights = unit.weighted
    return structs.replace(
        unit, sources=tuple(unit.sources[k] for k in kept), weights=tuple(weights[k] for k in kept)
    )


def _raised(number: float, notches: int) -> float:
    return min(max(-LARGEST, round(number + 0.5 * notches, 6)), LARGEST)


def _free_name(graph: Composition, letter: str) -> str:
    taken = {*graph.inputs, *(unit.name for unit in graph.units)}
    return next(name for k in range(1, len(taken) + 2) if (name := f"{letter}{k}") not in taken)


def _rounded(place: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(min(max(0.0, share), 1.0), 3) for share in place)

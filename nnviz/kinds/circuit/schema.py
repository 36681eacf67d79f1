"""Experiments with a circuit of threshold units, neurons as logic; and the circuit after an edit by hand."""

import math
from collections.abc import Iterator, Mapping
from graphlib import CycleError
from typing import Annotated, Any

from msgspec import Meta, Struct, structs
from msgspec.structs import replace

from nnviz.data.messages import shown
from nnviz.engine.circuit import forward_order
from nnviz.experiment.kind import Kind

MOST_INPUTS, MOST_UNITS, HIGHEST_THRESHOLD = 4, 32, 99
UnitName = Annotated[str, Meta(min_length=1, max_length=12)]
UnitNames = Annotated[tuple[UnitName, ...], Meta(max_length=MOST_INPUTS + MOST_UNITS)]
Bit = Annotated[int, Meta(ge=0, le=1)]
Spot = tuple[float, float]
"""Where a unit is drawn, from the left and from the top, both from 0 to 1."""


class Unit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A threshold unit: the nodes that excite it, those that inhibit it, and where it is drawn.

    ``place`` is (x, y), both from 0 to 1, from the left and from the top; where it is empty one is found.
    """

    name: UnitName
    threshold: Annotated[int, Meta(ge=0, le=HIGHEST_THRESHOLD)]
    excitatory: UnitNames = ()
    inhibitory: UnitNames = ()
    place: Annotated[tuple[Annotated[float, Meta(ge=0.0, le=1.0)], ...], Meta(max_length=2)] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """All nodes that it listens to."""
        return self.excitatory + self.inhibitory


_TWO = ("x1", "x2")


class Circuit(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A feed-forward circuit of threshold units.

    ``given`` names one that is ready made: and, or, not, xor. Else ``units`` make it up. ``outputs`` are units; if
    none is named, those that no other unit listens to. ``wanted`` is what the first output should be, row by row.
    """

    given: str = ""
    inputs: Annotated[tuple[UnitName, ...], Meta(min_length=1, max_length=MOST_INPUTS)] = _TWO
    units: Annotated[tuple[Unit, ...], Meta(max_length=MOST_UNITS)] = ()
    outputs: UnitNames = ()
    wanted: Annotated[tuple[Bit, ...], Meta(max_length=2**MOST_INPUTS)] = ()

    @property
    def drawn(self) -> "Circuit":
        """The same, a ready-made circuit written out."""
        return structs.replace(GIVEN[self.given], wanted=self.wanted) if self.given else self

    @property
    def read(self) -> tuple[str, ...]:
        """The units whose values are read as outputs."""
        heard = {name for unit in self.units for name in unit.sources}
        return self.outputs or tuple(unit.name for unit in self.units if unit.name not in heard)

    def continues(self, before: Kind) -> bool:
        """True if only the units' places differ, so that a run of ``before`` need not start anew."""
        return isinstance(before, Circuit) and _logic(self) == _logic(before)

    def complaints(self) -> Iterator[str]:
        if self.given and self.given not in GIVEN:
            yield f"given: {shown(repr(self.given))} is not known; allowed: {', '.join(GIVEN)}"
            return
        if self.given and (self.units or self.outputs or self.inputs != _TWO):
            yield f"units: {self.given!r} is given besides; allowed: given, or inputs, units and outputs"
            return
        yield from _complaints_of_names(self)
        for unit in self.units:
            yield from _complaints_of_unit(unit, self)
        yield from _complaints_of_outputs(self)


def _complaints_of_names(circuit: Circuit) -> Iterator[str]:
    taken: set[str] = set()
    for key, name in [("inputs", name) for name in circuit.inputs] + [("units", u.name) for u in circuit.units]:
        if name in taken:
            yield f"{key}: {shown(repr(name))} is there twice; allowed: a name of its own for every input and unit"
        if not name.isprintable() or not name.strip():
            yield f"{key}: {shown(repr(name))} is not allowed; allowed: names of printable characters"
        taken.add(name)


def _complaints_of_unit(unit: Unit, circuit: Circuit) -> Iterator[str]:
    at = f"unit {shown(repr(unit.name))}"
    known = [*circuit.inputs, *(other.name for other in circuit.units if other is not unit)]
    for key in ("excitatory", "inhibitory"):
        for name in getattr(unit, key):
            if name not in known:
                yield f"{at}, {key}: {shown(repr(name))} is not known; allowed: {shown(', '.join(known), 160)}"
    if len(set(unit.sources)) != len(unit.sources):
        name = next(name for name in unit.sources if unit.sources.count(name) > 1)
        yield f"{at}: {shown(repr(name))} is connected twice; allowed: once, excitatory or inhibitory"
    if len(unit.place) == 1 or not all(math.isfinite(share) for share in unit.place):
        yield f"{at}, place: {list(unit.place)} is not allowed; allowed: two numbers from 0 to 1, or none"


def _complaints_of_outputs(circuit: Circuit) -> Iterator[str]:
    names = [unit.name for unit in circuit.units]
    for name in circuit.outputs:
        if name not in names:
            allowed = shown(", ".join(names), 160) or "none, as there are no units"
            yield f"outputs: {shown(repr(name))} is no unit; allowed: {allowed}"
    if len(set(circuit.outputs)) != len(circuit.outputs):
        yield "outputs: one is named twice; allowed: each unit once"
    rows = 2 ** len(circuit.drawn.inputs)
    if len(circuit.wanted) not in {0, rows}:
        yield f"wanted: {len(circuit.wanted)} values; allowed: {rows}, one for each row of the truth table"
    if circle := _circle(circuit):
        way = shown(" → ".join(circle), 80)
        yield f"unit {shown(repr(circle[0]))}: it listens to itself ({way}); allowed: no circles"


def _circle(circuit: Circuit) -> list[str]:
    try:
        forward_order({unit.name: unit.sources for unit in circuit.units})
    except CycleError as error:
        return [str(name) for name in error.args[1]]
    return []


def _logic(circuit: Circuit) -> Any:
    """What a circuit computes with, wherever it is drawn."""
    circuit = circuit.drawn
    units = [structs.replace(unit, place=()) for unit in circuit.units]
    return circuit.inputs, units, circuit.outputs, circuit.wanted


def _unit(name: str, threshold: int, excitatory: str = "", inhibitory: str = "") -> Unit:
    return Unit(
        name=name,
        threshold=threshold,
        excitatory=tuple(excitatory.split()),
        inhibitory=tuple(inhibitory.split()),
    )


GIVEN: Mapping[str, Circuit] = {
    "and": Circuit(units=(_unit("and", 2, "x1 x2"),)),
    "or": Circuit(units=(_unit("or", 1, "x1 x2"),)),
    "not": Circuit(inputs=("x1",), units=(_unit("not", 0, "", "x1"),)),
    "xor": Circuit(
        units=(_unit("x1∧¬x2", 1, "x1", "x2"), _unit("x2∧¬x1", 1, "x2", "x1"), _unit("xor", 1, "x1∧¬x2 x2∧¬x1")),
    ),
}
"""Circuits that are ready made."""


def placed(circuit: Circuit, places: Mapping[str, Spot]) -> Circuit:
    """The circuit with its units at these places."""
    circuit = circuit.drawn
    units = [replace(unit, place=_rounded(places.get(unit.name, unit.place))) for unit in circuit.units]
    return replace(circuit, units=tuple(units))


def with_unit(circuit: Circuit, place: Spot) -> Circuit:
    """With one more unit, not yet connected; as it is if there are too many."""
    circuit = circuit.drawn
    if len(circuit.units) >= MOST_UNITS:
        return circuit
    unit = Unit(name=_free_name(circuit, "u"), threshold=1, place=_rounded(place))
    return replace(circuit, units=(*circuit.units, unit))


def with_input(circuit: Circuit) -> Circuit:
    """With one more input; as it is if there are too many. What was wanted row by row is forgotten."""
    circuit = circuit.drawn
    if len(circuit.inputs) >= MOST_INPUTS:
        return circuit
    return replace(circuit, inputs=(*circuit.inputs, _free_name(circuit, "x")), wanted=())


def without(circuit: Circuit, name: str) -> Circuit:
    """Without a unit or an input, and without its wires; the last input stays."""
    circuit = circuit.drawn
    inputs = tuple(other for other in circuit.inputs if other != name)
    if not inputs:
        return circuit
    units = tuple(_deaf_to(unit, name) for unit in circuit.units if unit.name != name)
    outputs = tuple(other for other in circuit.outputs if other != name)
    wanted = circuit.wanted if inputs == circuit.inputs else ()
    return replace(circuit, inputs=inputs, units=units, outputs=outputs, wanted=wanted)


def with_wire(circuit: Circuit, source: str, target: str) -> Circuit:
    """With an excitatory wire from a node to a unit; as it is if they are connected."""
    unit = _unit_of(circuit, target)
    if source in unit.sources:
        return circuit.drawn
    return _with(circuit, replace(unit, excitatory=(*unit.excitatory, source)))


def with_wire_turned(circuit: Circuit, source: str, target: str) -> Circuit:
    """With a wire made inhibitory if it was excitatory, and gone if it was inhibitory."""
    unit = _unit_of(circuit, target)
    turned = _deaf_to(unit, source)
    if source in unit.excitatory:
        turned = replace(turned, inhibitory=(*unit.inhibitory, source))
    return _with(circuit, turned)


def with_threshold(circuit: Circuit, name: str, more: int) -> Circuit:
    """With a unit's threshold higher by so much."""
    unit = _unit_of(circuit, name)
    return _with(circuit, replace(unit, threshold=min(max(0, unit.threshold + more), HIGHEST_THRESHOLD)))


def _unit_of(circuit: Circuit, name: str) -> Unit:
    return next(unit for unit in circuit.drawn.units if unit.name == name)


def _with(circuit: Circuit, changed: Unit) -> Circuit:
    """With a unit in place of the one of its name."""
    circuit = circuit.drawn
    return replace(circuit, units=tuple(changed if u.name == changed.name else u for u in circuit.units))


def _deaf_to(unit: Unit, name: str) -> Unit:
    """The unit without a source."""
    return replace(
        unit,
        excitatory=tuple(source for source in unit.excitatory if source != name),
        inhibitory=tuple(source for source in unit.inhibitory if source != name),
    )


def _free_name(circuit: Circuit, letter: str) -> str:
    taken = {*circuit.inputs, *(unit.name for unit in circuit.units)}
    return next(name for k in range(1, len(taken) + 2) if (name := f"{letter}{k}") not in taken)


def _rounded(place: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(min(max(0.0, share), 1.0), 3) for share in place)

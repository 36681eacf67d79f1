"""Experiments with a circuit of threshold units: neurons as logic."""

import math
from collections.abc import Iterator, Mapping
from graphlib import CycleError
from typing import Annotated, Any

from msgspec import Meta, Struct, structs

from nnviz.data.messages import shown
from nnviz.engine.circuit import forward_order
from nnviz.experiment.kind import Kind

MOST_INPUTS, MOST_UNITS, HIGHEST_THRESHOLD = 4, 32, 99

UnitName = Annotated[str, Meta(min_length=1, max_length=12)]
UnitNames = Annotated[tuple[UnitName, ...], Meta(max_length=MOST_INPUTS + MOST_UNITS)]
Bit = Annotated[int, Meta(ge=0, le=1)]


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
        """Whether a run of ``before`` can go on as one of this: only places differ."""
        return isinstance(before, Circuit) and _logic(self) == _logic(before)

    def complaints(self) -> Iterator[str]:
        """Everything that makes no sense though the schema allows it."""
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

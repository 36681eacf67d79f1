"""A circuit after an edit by hand; a ready-made one is written out."""

from collections.abc import Mapping

from msgspec.structs import replace

from nnviz.kinds.circuit.schema import HIGHEST_THRESHOLD, MOST_INPUTS, MOST_UNITS, Circuit, Unit

Spot = tuple[float, float]
"""Where a unit is drawn, from the left and from the top, both from 0 to 1."""


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
    unit = _unit(circuit, target)
    if source in unit.sources:
        return circuit.drawn
    return _with(circuit, replace(unit, excitatory=(*unit.excitatory, source)))


def with_wire_turned(circuit: Circuit, source: str, target: str) -> Circuit:
    """With a wire made inhibitory if it was excitatory, and gone if it was inhibitory."""
    unit = _unit(circuit, target)
    turned = _deaf_to(unit, source)
    if source in unit.excitatory:
        turned = replace(turned, inhibitory=(*unit.inhibitory, source))
    return _with(circuit, turned)


def with_threshold(circuit: Circuit, name: str, more: int) -> Circuit:
    """With a unit's threshold higher by so much."""
    unit = _unit(circuit, name)
    return _with(circuit, replace(unit, threshold=min(max(0, unit.threshold + more), HIGHEST_THRESHOLD)))


def _unit(circuit: Circuit, name: str) -> Unit:
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

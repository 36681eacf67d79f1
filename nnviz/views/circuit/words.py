"""What is said of a circuit's units."""

from nnviz.kinds.circuit.rule import UNKNOWN, CircuitState


def node_words(name: str, value: int) -> str:
    """A unit's name, and its value once it is computed."""
    return name if value == UNKNOWN else f"{name} = {value}"


def sum_words(state: CircuitState, node: int) -> str:
    """How a unit came to its value: 1 + 1 = 2 ≥ 2 → 1."""
    wiring = state.wiring
    unit, values = wiring.units[node - wiring.inputs], state.values.tolist()
    excitation = unit.excitation(values)
    terms = " + ".join(str(values[source]) for source in unit.excitatory)
    total = f"{terms} = {excitation}" if len(unit.excitatory) > 1 else f"{excitation}"
    reached = f"{total} {'≥' if excitation >= unit.threshold else '<'} {unit.threshold}"
    silent = [wiring.names[source] for source in unit.inhibitory if values[source] == 1]
    silenced = f", {silent[0]} inhibits" if silent else ""
    return f"{reached}{silenced} → {values[node]}"

"""A circuit at work: signals move through it unit by unit, and fill its truth table row by row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np

from nnviz.engine.circuit import Bits, ThresholdUnit, forward_order, truth_table
from nnviz.kinds.circuit.schema import Circuit
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runs.rule import Rule, RuleSnapshot, State, read_only

UNKNOWN = -1
"""In place of 0 or 1 where nothing has been computed yet."""


@dataclass(frozen=True, eq=False)
class Wiring:
    """A circuit with its nodes numbered, inputs first and every unit after those that it listens to.

    Parameters
    ----------
    names : tuple of str
        Of all nodes.
    outputs : tuple of int
        Nodes that are read.
    rows : array, shape (rows, inputs)
        Every combination of the inputs.
    wanted : tuple of int
        What the first output should be in each row; empty if nothing is wanted.
    """

    names: tuple[str, ...]
    units: tuple[ThresholdUnit, ...]
    outputs: tuple[int, ...]
    rows: Bits
    wanted: tuple[int, ...]

    @property
    def turns(self) -> int:
        """Steps for a row: one for each unit, and one if there is none."""
        return max(1, len(self.units))

    @property
    def inputs(self) -> int:
        """How many inputs there are."""
        return int(self.rows.shape[1])

    @cached_property
    def whole_table(self) -> Bits:
        """What every node is in every row, shape (rows, nodes)."""
        whole = np.hstack([self.rows, np.zeros((len(self.rows), len(self.units)), np.int8)])
        for node, unit in enumerate(self.units, self.inputs):
            whole[:, node] = [unit.output(row) for row in whole]
        return read_only(whole)


@dataclass(frozen=True, eq=False, kw_only=True)
class CircuitState(State):
    """How far the signals have come.

    Parameters
    ----------
    wiring : Wiring
        The same at every step.
    values : array, shape (nodes,)
        0 or 1, or `UNKNOWN`.
    table : array, shape (rows, outputs)
        What the outputs were, or `UNKNOWN`.
    """

    wiring: Wiring
    values: Bits
    table: Bits

    @property
    def row(self) -> int:
        """The row of the truth table whose signals are in the circuit."""
        return max(0, self.step - 1) // self.wiring.turns

    @property
    def rows_done(self) -> int:
        """Rows that are complete."""
        return self.step // self.wiring.turns

    @property
    def last(self) -> int:
        """The node computed last; -1 if none was."""
        if not self.step or not self.wiring.units:
            return -1
        return self.wiring.inputs + (self.step - 1) % self.wiring.turns

    @property
    def settled(self) -> bool:
        """Whether the table is complete."""
        return self.rows_done >= len(self.wiring.rows)

    @property
    def wrong(self) -> tuple[int, ...]:
        """Rows done whose first output is not what is wanted."""
        if not self.wiring.wanted or not self.wiring.outputs:
            return ()
        return tuple(k for k in range(self.rows_done) if self.table[k, 0] != self.wiring.wanted[k])

    @property
    def measures(self) -> Mapping[str, float]:
        """Rows done; if something is wanted, the share of all rows that are done and right."""
        done = {"rows": float(self.rows_done)}
        return done | {"accuracy": self._right / len(self.wiring.rows)} if self.wiring.wanted else done

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """Rows done, and those of them that are right."""
        rows = len(self.wiring.rows)
        done = (("rows", f"{self.rows_done} of {rows}"),)
        return (*done, ("right", f"{self._right} of {rows}")) if self.wiring.wanted else done

    @property
    def _right(self) -> int:
        return self.rows_done - len(self.wrong) if self.wiring.outputs else 0


CircuitMoment: TypeAlias = RuleSnapshot[Circuit, CircuitState]
"""A circuit at one step."""


class CircuitRule(Rule[Circuit, CircuitState]):
    """One unit after another is computed, row after row of the truth table."""

    def begin(self, experiment: Circuit) -> CircuitState:
        """The first row's inputs, nothing computed."""
        wiring = wire(experiment)
        table = np.full((len(wiring.rows), len(wiring.outputs)), UNKNOWN, np.int8)
        return CircuitState(wiring=wiring, values=_inputs_of(wiring, 0), table=table)

    def advance(self, experiment: Circuit, state: CircuitState) -> CircuitState:
        """One more unit computed."""
        del experiment
        if state.settled:
            return state
        wiring = state.wiring
        row, turn = divmod(state.step, wiring.turns)
        values = (state.values if turn else _inputs_of(wiring, row)).copy()
        if wiring.units:
            values[wiring.inputs + turn] = wiring.units[turn].output(values)
        done = turn == wiring.turns - 1
        table = _filled(state.table, row, values[list(wiring.outputs)]) if done else state.table
        return replace(state, step=state.step + 1, values=read_only(values), table=table)

    def steps_an_epoch(self, experiment: Circuit, state: CircuitState) -> int:
        """A row: every unit has its turn once."""
        del state
        return max(1, len(experiment.drawn.units))

    def parameter(self, state: CircuitState, place: ParameterIndex) -> float:
        """The threshold of a unit, in the order of computation."""
        return float(state.wiring.units[place[1]].threshold)


def wire(experiment: Circuit) -> Wiring:
    """The circuit with its nodes numbered."""
    circuit = experiment.drawn
    units = {unit.name: unit for unit in circuit.units}
    order = [name for name in forward_order({name: unit.sources for name, unit in units.items()}) if name in units]
    names = (*circuit.inputs, *order)
    number = {name: k for k, name in enumerate(names)}
    numbered = tuple(
        ThresholdUnit(
            units[name].threshold,
            tuple(number[source] for source in units[name].excitatory),
            tuple(number[source] for source in units[name].inhibitory),
        )
        for name in order
    )
    outputs = tuple(number[name] for name in circuit.read)
    return Wiring(names, numbered, outputs, read_only(truth_table(len(circuit.inputs))), circuit.wanted)


def _inputs_of(wiring: Wiring, row: int) -> Bits:
    """Values at the beginning of a row: only the inputs are known."""
    values = np.full(len(wiring.names), UNKNOWN, np.int8)
    values[: wiring.inputs] = wiring.rows[row]
    return read_only(values)


def _filled(table: Bits, row: int, outputs: Bits) -> Bits:
    filled = table.copy()
    filled[row] = outputs
    return read_only(filled)

"""A Hopfield net at work: patterns stored by Hebb's rule, and recalled one unit at a time, at any temperature."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias
from zlib import crc32

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from nnviz.data.patterns import drawn
from nnviz.engine.boltzmann import all_states, energies, numbers_of, probability_up, shares, swept
from nnviz.engine.rules import Spins, Weights, aligned, energy, local_field, overlaps, store
from nnviz.engine.tape import Array
from nnviz.kinds.hopfield.schema import COLD, Hopfield
from nnviz.kinds.hopfield.start import Chance, damaged, masked, patterns_of, random_spins, start_of
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runs.rule import Rule, RuleSnapshot, State, read_only

_MOST_CHANGES = 4096


@dataclass(frozen=True, eq=False)
class Memory:
    """What a net has learned: patterns, shape (patterns, units), and the weights that store them."""

    patterns: Spins
    weights: Weights


@dataclass(frozen=True, eq=False, kw_only=True)
class HopfieldState(State):
    """The spins, and how they came to be so.

    Parameters
    ----------
    memory : Memory
        The same at every step.
    spins : array, shape (units,)
    course : array, shape (changes, 2)
        Step and energy after each of the last changes; NaN for the energy where spins were set by hand.
    flips : int
        Units that have changed in their turn.
    last : int
        The unit updated last; −1 if none was.
    flipped : bool
        Whether that unit changed.
    restless : bool
        Whether anything has changed, or could have by chance, since the sweep began.
    temperature : float
        Now, as it may have fallen.
    replicas : array, shape (replicas, units)
        Spins of nets that run beside it.
    visits : array, shape (2^units,)
        How often a sweep has left this net in each state since the temperature was set; empty without replicas.
    """

    memory: Memory
    spins: Spins
    energy: float
    course: NDArray[np.float64]
    flips: int = 0
    last: int = -1
    flipped: bool = False
    restless: bool = True
    temperature: float = 0.0
    replicas: Spins
    visits: NDArray[np.int64]

    @property
    def finite(self) -> bool:
        """True: spins do not grow."""
        return True

    @property
    def settled(self) -> bool:
        """Whether a whole sweep has changed nothing."""
        return self.step % self.spins.size == 0 and not self.restless

    @property
    def overlaps(self) -> NDArray[np.float64]:
        """How much the spins are like each pattern, −1 to 1."""
        return overlaps(self.memory.patterns, self.spins)

    @property
    def load(self) -> float:
        """Patterns for each unit."""
        return len(self.memory.patterns) / self.spins.size

    @property
    def counted(self) -> Array:
        """The share of the replicas that are in each state, shape (2^units,)."""
        numbers = np.bincount(numbers_of(self.replicas), minlength=len(self.visits))
        return numbers / max(1, len(self.replicas))

    @property
    def expected(self) -> Array:
        """What that share should come to: e^(−E/T) over its sum."""
        return shares(self.energies, self.temperature)

    @property
    def energies(self) -> Array:
        """The energy of each state, shape (2^units,)."""
        return energies(self.memory.weights, all_states(self.spins.size))

    @property
    def measures(self) -> Mapping[str, float]:
        """Energy, overlap with the pattern that is most alike, load, temperature."""
        best = float(self.overlaps.max(initial=-1.0)) if len(self.memory.patterns) else 0.0
        return {"energy": self.energy, "overlap": best, "load": self.load, "temperature": self.temperature}

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """Energy, overlap, flips, load; where there is a temperature this in place of the load."""
        measures = {name: _number(value) for name, value in self.measures.items()}
        last = "temperature" if self.temperature else "load"
        return (
            ("energy", measures["energy"]),
            ("overlap", measures["overlap"]),
            ("flips", f"{self.flips:,}"),
            (last, measures[last]),
        )


HopfieldMoment: TypeAlias = RuleSnapshot[Hopfield, HopfieldState]
"""A Hopfield net at one step."""


class HopfieldRule(Rule[Hopfield, HopfieldState]):
    """One unit after another takes the sign of its field, or at a temperature is drawn."""

    def begin(self, experiment: Hopfield) -> HopfieldState:
        """The patterns stored, and the spins to begin with."""
        patterns = patterns_of(experiment)
        memory = Memory(read_only(patterns), read_only(store(patterns)))
        spins = read_only(start_of(experiment, patterns))
        now = energy(memory.weights, spins)
        rng = np.random.default_rng((experiment.seed, Chance.REPLICAS))
        return HopfieldState(
            memory=memory,
            spins=spins,
            energy=now,
            course=_added(np.empty((0, 2)), 0, now),
            temperature=experiment.temperature,
            replicas=read_only(random_spins(rng, experiment.replicas, experiment.units)),
            visits=_unvisited(experiment),
        )

    def advance(self, experiment: Hopfield, state: HopfieldState) -> HopfieldState:
        """One unit updated."""
        if state.settled:
            return state
        sweep, turn = divmod(state.step, experiment.units)
        unit = (
            turn if experiment.order == "in turn" else int(_turns(experiment.seed, sweep, experiment.units)[turn])
        )
        field, spin = local_field(state.memory.weights, state.spins, unit), int(state.spins[unit])
        warm = state.temperature > 0.0
        luck = _luck(experiment.seed, sweep, experiment.units)[turn] if warm else 0.0
        if _drawn(spin, field, state.temperature, luck) == spin:
            restless = (state.restless and turn > 0) or warm
            after = replace(state, step=state.step + 1, last=unit, flipped=False, restless=restless)
        else:
            after = _flipped(state, unit, field)
        return _swept(experiment, after, sweep) if turn + 1 == experiment.units else after

    def tuned(self, experiment: Hopfield, state: HopfieldState) -> HopfieldState:
        """At the experiment's temperature again, however far it has fallen; visits are counted from there."""
        if experiment.temperature == state.temperature:
            return state
        visits = _unvisited(experiment)
        return replace(state, temperature=experiment.temperature, restless=True, visits=visits)

    def steps_an_epoch(self, experiment: Hopfield, state: HopfieldState) -> int:
        """A sweep: every unit has its turn once."""
        del state
        return experiment.units

    def set(
        self, experiment: Hopfield, state: HopfieldState, place: ParameterIndex, value: float
    ) -> HopfieldState:
        """A spin set by hand: +1 above zero, −1 otherwise."""
        _, unit, source = place
        spin = 1 if value > 0.0 else -1
        if source is not None or not 0 <= unit < experiment.units or state.spins[unit] == spin:
            return state
        spins = _with_spin(state.spins, unit, spin)
        now = energy(state.memory.weights, spins)
        course = _added(_added(state.course, state.step, np.nan), state.step, now)
        return replace(state, spins=spins, energy=now, course=course, restless=True)

    def parameter(self, state: HopfieldState, place: ParameterIndex) -> float:
        """A spin, or with a source the weight from there."""
        _, unit, source = place
        return float(state.spins[unit] if source is None else state.memory.weights[unit, source])

    def resumed(self, experiment: Hopfield, state: HopfieldState) -> Hopfield:
        """The same, beginning with the spins as they are."""
        start = drawn(state.spins, experiment.columns)
        return structs.replace(experiment, start=start, damage=0.0, mask="none", temperature=state.temperature)


def further_damaged(moment: HopfieldMoment, share: float) -> Hopfield:
    """The experiment that begins with a moment's spins, a share of them flipped."""
    return _beginning(moment, damaged(moment.state.spins, share, _rng_of(moment)))


def half_blanked(moment: HopfieldMoment) -> Hopfield:
    """The experiment that begins with a moment's spins, the lower half blank.

    If it does so already it says so in another way, for a run to begin anew.
    """
    blanked = _beginning(moment, masked(moment.state.spins, moment.experiment))
    return blanked if blanked != moment.experiment else structs.replace(blanked, mask="lower")


def noise(moment: HopfieldMoment) -> Hopfield:
    """The experiment that begins with spins at random."""
    return _beginning(moment, random_spins(_rng_of(moment), moment.experiment.units))


def _beginning(moment: HopfieldMoment, spins: Spins) -> Hopfield:
    start = drawn(spins, moment.experiment.columns)
    return structs.replace(moment.experiment, start=start, damage=0.0, mask="none")


def _rng_of(moment: HopfieldMoment) -> np.random.Generator:
    """Chance for damage to a moment: another with every step, and with every start."""
    start = crc32("".join(moment.experiment.start).encode())
    return np.random.default_rng((moment.experiment.seed, Chance.FURTHER_DAMAGE, moment.step, start))


def _drawn(spin: int, field: float, temperature: float, luck: float) -> int:
    """What a unit becomes in its turn."""
    if temperature > 0.0:
        return 1 if luck < probability_up(field, temperature) else -1
    return aligned(spin, field)


def _flipped(state: HopfieldState, unit: int, field: float) -> HopfieldState:
    """The state after a step that has changed a unit."""
    spin = int(state.spins[unit])
    then = state.energy + 2.0 * spin * field
    return replace(
        state,
        step=state.step + 1,
        spins=_with_spin(state.spins, unit, -spin),
        energy=then,
        course=_added(state.course, state.step + 1, then),
        flips=state.flips + 1,
        last=unit,
        flipped=True,
        restless=True,
    )


def _swept(experiment: Hopfield, state: HopfieldState, sweep: int) -> HopfieldState:
    """The state at the end of a sweep: replicas have had theirs, and the temperature falls."""
    if experiment.replicas:
        visits = state.visits.copy()
        visits[numbers_of(state.spins)] += 1
        rng = np.random.default_rng((experiment.seed, Chance.REPLICAS, sweep))
        luck = rng.random((experiment.units, experiment.replicas))
        replicas = swept(state.memory.weights, state.replicas, state.temperature, luck)
        state = replace(state, replicas=read_only(replicas), visits=read_only(visits))
    if experiment.cooling == 1.0 or not state.temperature:
        return state
    cooler = experiment.cooling * state.temperature
    return replace(state, temperature=cooler if cooler >= COLD else 0.0)


def _unvisited(experiment: Hopfield) -> NDArray[np.int64]:
    return read_only(np.zeros(2**experiment.units if experiment.replicas else 0, np.int64))


@lru_cache(maxsize=4)
def _luck(seed: int, sweep: int, units: int) -> Array:
    """Chance for the units of one sweep."""
    return np.random.default_rng((seed, Chance.HEAT, sweep)).random(units)


@lru_cache(maxsize=4)
def _turns(seed: int, sweep: int, units: int) -> NDArray[np.intp]:
    """The order of one sweep."""
    return np.random.default_rng((seed, Chance.SWEEP, sweep)).permutation(units)


def _with_spin(spins: Spins, unit: int, spin: int) -> Spins:
    changed = spins.copy()
    changed[unit] = spin
    return read_only(changed)


def _added(course: NDArray[np.float64], step: int, energy: float) -> NDArray[np.float64]:
    return read_only(np.vstack([course[-_MOST_CHANGES + 1 :], [[step, energy]]]))


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")

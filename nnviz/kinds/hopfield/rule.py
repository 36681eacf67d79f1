"""A Hopfield net at work: patterns stored by Hebb's rule, and recalled one unit at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, auto
from functools import lru_cache
from typing import TypeAlias
from zlib import crc32

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from nnviz.data.patterns import drawn, signs
from nnviz.engine.rules import Spins, Weights, aligned, energy, local_field, overlaps, store
from nnviz.kinds.hopfield.schema import Hopfield
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runs.rule import Rule, RuleSnapshot, State, read_only

_MOST_CHANGES = 4096


class Chance(IntEnum):
    """What chance is needed for: each has its own generator."""

    SWEEP = auto()
    PATTERNS = auto()
    DAMAGE = auto()
    FURTHER_DAMAGE = auto()


def patterns_of(experiment: Hopfield) -> Spins:
    """The patterns to remember, shape (patterns, units): given, drawn, left to chance."""
    given = [signs(picture) for picture in experiment.pictures]
    rng = np.random.default_rng((experiment.seed, Chance.PATTERNS))
    chance = random_spins(rng, experiment.random, experiment.units)
    return np.vstack([*given, chance]) if given else chance


def start_of(experiment: Hopfield, patterns: Spins) -> Spins:
    """The spins to begin with, damaged as the experiment says."""
    rng = np.random.default_rng((experiment.seed, Chance.DAMAGE))
    spins = damaged(_undamaged(experiment, patterns, rng), experiment.damage, rng)
    return masked(spins, experiment) if experiment.mask == "lower" else spins


def _undamaged(experiment: Hopfield, patterns: Spins, rng: np.random.Generator) -> Spins:
    if experiment.start:
        return signs(experiment.start)
    if experiment.cue == 0:
        return random_spins(rng, experiment.units)
    return patterns[experiment.cue - 1] if len(patterns) else np.full(experiment.units, -1, np.int8)


def damaged(spins: Spins, share: float, rng: np.random.Generator) -> Spins:
    """Spins with a share of them flipped."""
    spins = spins.copy()
    spins[rng.permutation(spins.size)[: round(share * spins.size)]] *= -1
    return spins


def masked(spins: Spins, experiment: Hopfield) -> Spins:
    """Spins with the lower half blank."""
    spins = spins.copy()
    spins[experiment.units - experiment.rows // 2 * experiment.columns :] = -1
    return spins


def random_spins(rng: np.random.Generator, *shape: int) -> Spins:
    """Spins at random: an array of this shape."""
    return rng.choice(np.array([-1, 1], np.int8), shape)


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
        Whether anything has changed since the sweep began.
    """

    memory: Memory
    spins: Spins
    energy: float
    course: NDArray[np.float64]
    flips: int = 0
    last: int = -1
    flipped: bool = False
    restless: bool = True

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
    def measures(self) -> Mapping[str, float]:
        """Energy, overlap with the pattern that is most alike, load."""
        best = float(self.overlaps.max(initial=-1.0)) if len(self.memory.patterns) else 0.0
        return {"energy": self.energy, "overlap": best, "load": self.load}

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """Energy, overlap, flips, load."""
        measures = {name: _number(value) for name, value in self.measures.items()}
        return (
            ("energy", measures["energy"]),
            ("overlap", measures["overlap"]),
            ("flips", f"{self.flips:,}"),
            ("load", measures["load"]),
        )


HopfieldMoment: TypeAlias = RuleSnapshot[Hopfield, HopfieldState]
"""A Hopfield net at one step."""


class HopfieldRule(Rule[Hopfield, HopfieldState]):
    """One unit after another takes the sign of its field."""

    def begin(self, experiment: Hopfield) -> HopfieldState:
        """The patterns stored, and the spins to begin with."""
        patterns = patterns_of(experiment)
        memory = Memory(read_only(patterns), read_only(store(patterns)))
        spins = read_only(start_of(experiment, patterns))
        now = energy(memory.weights, spins)
        return HopfieldState(memory=memory, spins=spins, energy=now, course=_added(np.empty((0, 2)), 0, now))

    def advance(self, experiment: Hopfield, state: HopfieldState) -> HopfieldState:
        """One unit updated."""
        if state.settled:
            return state
        sweep, turn = divmod(state.step, experiment.units)
        unit = (
            turn if experiment.order == "in turn" else int(_turns(experiment.seed, sweep, experiment.units)[turn])
        )
        field, spin = local_field(state.memory.weights, state.spins, unit), int(state.spins[unit])
        restless = state.restless and turn > 0
        if aligned(spin, field) == spin:
            return replace(state, step=state.step + 1, last=unit, flipped=False, restless=restless)
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
        return structs.replace(experiment, start=start, damage=0.0, mask="none")


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

"""What a Hopfield net begins with: the patterns to remember, and spins, damaged or at random."""

from enum import IntEnum, auto

import numpy as np

from nnviz.data.patterns import signs
from nnviz.engine.rules import Spins
from nnviz.kinds.hopfield.schema import Hopfield


class Chance(IntEnum):
    """What chance is needed for: each has its own generator."""

    SWEEP = auto()
    PATTERNS = auto()
    DAMAGE = auto()
    FURTHER_DAMAGE = auto()
    HEAT = auto()
    REPLICAS = auto()


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

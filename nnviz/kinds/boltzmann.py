"""A restricted Boltzmann machine at work: it learns the handwritten digits, and dreams new ones."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, auto
from functools import lru_cache
from typing import Annotated, ClassVar, TypeAlias

import numpy as np
from msgspec import Meta, structs
from numpy.typing import NDArray

from nnviz.engine.boltzmann import RestrictedMachine, drawn
from nnviz.engine.tape import Array
from nnviz.experiment.experiment import Data
from nnviz.experiment.kind import Kind, Seed
from nnviz.experiment.obtaining import obtain
from nnviz.progress import go_on
from nnviz.runs.rule import Rule, RuleSnapshot, State, read_only

SHAPE = (8, 8)
"""Rows and columns of a digit."""
DREAMS = 24
"""Pictures that are dreamt at once."""
MOST_TRAINED = 200
"""Epochs that it can have learned before it begins."""
_TRAIN = 0.7
_HALF = 0.5
"""Ink from which a pixel is on, as a share of full ink."""


class Chance(IntEnum):
    """What chance is needed for: each has its own generator."""

    SPLIT = auto()
    START = auto()
    ORDER = auto()
    LEARNING = auto()
    DREAMING = auto()


class Boltzmann(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A restricted Boltzmann machine with ``hidden`` units, which learns digits of black and white pixels.

    It learns by contrastive divergence with a ``learning_rate``, ``batch_size`` digits at a step; ``trained`` says
    for how many epochs it has done so before it begins. While it is ``dreaming`` it learns nothing: each step is
    one of Gibbs sampling, beginning with pixels at random.
    """

    LIVE: ClassVar[frozenset[str]] = frozenset({"learning_rate", "dreaming"})

    hidden: Annotated[int, Meta(ge=1, le=256)] = 64
    learning_rate: Annotated[float, Meta(gt=0.0, le=10.0)] = 0.1
    batch_size: Annotated[int, Meta(ge=1, le=1000)] = 20
    trained: Annotated[int, Meta(ge=0, le=MOST_TRAINED)] = 0
    dreaming: bool = False
    seed: Seed = 0

    def complaints(self) -> Iterator[str]:
        if not math.isfinite(self.learning_rate):
            yield "learning_rate: is not finite; allowed: finite numbers"


@dataclass(frozen=True, eq=False)
class Digits:
    """Digits of pixels that are 0 or 1: those to learn from, and those to test with; shape (digits, 64) each."""

    train: Array
    test: Array


@lru_cache(maxsize=4)
def digits(seed: int) -> Digits:
    """The handwritten digits that nnviz ships, black and white, split by a seed."""
    dataset, _ = obtain(Data(name="digits"))
    ink = dataset.inputs / dataset.inputs.max()
    pixels = (ink >= _HALF).astype(np.float64)
    order = np.random.default_rng((seed, Chance.SPLIT)).permutation(len(pixels))
    first = round(_TRAIN * len(pixels))
    return Digits(read_only(pixels[order[:first]]), read_only(pixels[order[first:]]))


@dataclass(frozen=True, eq=False, kw_only=True)
class BoltzmannState(State):
    """A restricted machine after some steps.

    Parameters
    ----------
    weights : array, shape (hidden, 64)
    visible, hidden : arrays
        The biases.
    learned : int
        Steps in which it learned.
    errors : array, shape (epochs, 2)
        Epoch, and the error on the test part then.
    dreams, shades : array, shape (DREAMS, 64)
        Pixels on or off, and how probable it was that they are on.
    dreamt : int
        Steps of Gibbs sampling since it began with pixels at random.
    """

    weights: Array
    visible: Array
    hidden: Array
    learned: int = 0
    errors: Array
    dreams: Array
    shades: Array
    dreamt: int = 0

    @property
    def machine(self) -> RestrictedMachine:
        """Its weights and biases."""
        return RestrictedMachine(self.weights, self.visible, self.hidden)

    @property
    def error(self) -> float:
        """The error of a pixel on the test part at the end of the last epoch."""
        return float(self.errors[-1, 1])

    @property
    def measures(self) -> Mapping[str, float]:
        """The error on the test part, and steps of Gibbs sampling."""
        return {"error": self.error, "dreamt": float(self.dreamt)}

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """Error, steps of dreaming."""
        return ("error", f"{self.error:.4f}"), ("dreamt", f"{self.dreamt:,}")


BoltzmannMoment: TypeAlias = RuleSnapshot[Boltzmann, BoltzmannState]
"""A restricted Boltzmann machine at one step."""


class BoltzmannRule(Rule[Boltzmann, BoltzmannState]):
    """A step learns from a batch, or dreams."""

    def begin(self, experiment: Boltzmann) -> BoltzmannState:
        """Small random weights, and all that it has learned before."""
        data = digits(experiment.seed)
        rng = np.random.default_rng((experiment.seed, Chance.START))
        machine = RestrictedMachine.begin(data.train, experiment.hidden, rng)
        noise = _noise(experiment, 0)
        state = _with(
            BoltzmannState(
                weights=machine.weights,
                visible=machine.visible,
                hidden=machine.hidden,
                errors=read_only(np.array([[0.0, machine.error(data.test)]])),
                dreams=noise,
                shades=noise,
            ),
            machine,
        )
        for epoch in range(experiment.trained):
            go_on("Learning the digits", epoch / experiment.trained)
            for _ in range(self.steps_an_epoch(experiment, state)):
                state = _learned(experiment, state)
        return state

    def advance(self, experiment: Boltzmann, state: BoltzmannState) -> BoltzmannState:
        """One more step."""
        after = _dreamt(experiment, state) if experiment.dreaming else _learned(experiment, state)
        return replace(after, step=state.step + 1)

    def steps_an_epoch(self, experiment: Boltzmann, state: BoltzmannState) -> int:
        """Steps in which every digit has been learned from once."""
        del state
        return -(-len(digits(experiment.seed).train) // experiment.batch_size)

    def tuned(self, experiment: Boltzmann, state: BoltzmannState) -> BoltzmannState:
        """With dreams that begin with pixels at random."""
        noise = _noise(experiment, state.step)
        return replace(state, dreams=noise, shades=noise, dreamt=0)

    def resumed(self, experiment: Boltzmann, state: BoltzmannState) -> Boltzmann:
        """The same, having learned for as many whole epochs before it begins."""
        epochs = state.learned // self.steps_an_epoch(experiment, state)
        return structs.replace(experiment, trained=min(epochs, MOST_TRAINED))

    def parameter(self, state: BoltzmannState, place: tuple[int, int, int | None]) -> float:
        """A weight, or the bias of a hidden unit."""
        _, unit, source = place
        return float(state.hidden[unit] if source is None else state.weights[unit, source])


def _learned(experiment: Boltzmann, state: BoltzmannState) -> BoltzmannState:
    data, size = digits(experiment.seed), experiment.batch_size
    steps = -(-len(data.train) // size)
    epoch, turn = divmod(state.learned, steps)
    batch = data.train[_order(experiment.seed, epoch, len(data.train))[turn * size : (turn + 1) * size]]
    rng = np.random.default_rng((experiment.seed, Chance.LEARNING, state.learned))
    machine = state.machine.learned(batch, experiment.learning_rate, rng)
    after = replace(_with(state, machine), learned=state.learned + 1)
    if turn + 1 < steps:
        return after
    errors = np.vstack([state.errors, [[epoch + 1.0, machine.error(data.test)]]])
    return replace(after, errors=read_only(errors))


def _dreamt(experiment: Boltzmann, state: BoltzmannState) -> BoltzmannState:
    rng = np.random.default_rng((experiment.seed, Chance.DREAMING, state.step))
    dreams, shades = state.machine.gibbs(state.dreams, rng)
    return replace(state, dreams=read_only(dreams), shades=read_only(shades), dreamt=state.dreamt + 1)


def _with(state: BoltzmannState, machine: RestrictedMachine) -> BoltzmannState:
    return replace(
        state,
        weights=read_only(machine.weights),
        visible=read_only(machine.visible),
        hidden=read_only(machine.hidden),
    )


def _noise(experiment: Boltzmann, step: int) -> Array:
    """Pixels at random, as many on as off."""
    rng = np.random.default_rng((experiment.seed, Chance.DREAMING, step, 0))
    return read_only(drawn(np.full((DREAMS, math.prod(SHAPE)), 0.5), rng))


@lru_cache(maxsize=4)
def _order(seed: int, epoch: int, count: int) -> NDArray[np.intp]:
    return np.random.default_rng((seed, Chance.ORDER, epoch)).permutation(count)

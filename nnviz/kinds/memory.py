"""A network with a memory at work: it reads sequences step by step, and has to say what came first."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, auto
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

import numpy as np
from msgspec import Meta, structs

from nnviz.engine.optimizers import OPTIMIZERS, Hyperparameters
from nnviz.engine.recurrent import Course, Lstm, Recurrent, loss_slopes, losses
from nnviz.engine.tape import Array, play
from nnviz.experiment.kind import Kind, Seed
from nnviz.progress import go_on
from nnviz.runs.rule import Rule, RuleSnapshot, State, read_only

TESTED = 400
"""Sequences, drawn afresh each time, on which it is tested."""
EVERY = 10
"""Steps from one test to the next."""
MOST_STEPS, MOST_GATED = 500, 100
"""The longest sequences, and those of an LSTM, which takes longer."""
MOST_TRAINED = 5000
_PLUS, _MINUS = "+", "-"
_ADAM = OPTIMIZERS["adam"]


class Chance(IntEnum):
    """What chance is needed for: each has its own generator."""

    START = auto()
    BATCH = auto()
    TEST = auto()
    SHOWN = auto()


class Memory(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A network that reads sequences of ±1, drawn afresh for each step, and learns from their answers by Adam.

    The ``task`` is to say at the end what came ``first``, or after each input whether the number of −1 so far is
    even: ``parity``. The ``cell`` is ``recurrent``, tanh units that feed back on themselves, or an ``lstm``, whose
    forget gates begin with a ``forget_bias``. A net ``built`` by hand, a ``latch``, is one unit, and learns
    nothing. ``trained`` says for how many steps it has learned before it begins. The ``sequence`` that is shown
    is written as + and -; the seed draws what is left out of it.
    """

    LIVE: ClassVar[frozenset[str]] = frozenset({"learning_rate", "sequence"})

    cell: Literal["recurrent", "lstm"] = "recurrent"
    units: Annotated[int, Meta(ge=1, le=64)] = 8
    length: Annotated[int, Meta(ge=2, le=MOST_STEPS)] = 10
    task: Literal["first", "parity"] = "first"
    forget_bias: Annotated[float, Meta(ge=-10.0, le=10.0)] = 5.0
    learning_rate: Annotated[float, Meta(gt=0.0, le=10.0)] = 0.01
    batch_size: Annotated[int, Meta(ge=1, le=1000)] = 32
    built: Literal["", "latch"] = ""
    trained: Annotated[int, Meta(ge=0, le=MOST_TRAINED)] = 0
    sequence: Annotated[str, Meta(max_length=MOST_STEPS, pattern=r"^[+-]*$")] = ""
    seed: Seed = 0

    @property
    def net(self) -> Recurrent:
        """The network."""
        if self.built:
            return Recurrent.latch()[0]
        return Lstm(self.units, self.forget_bias) if self.cell == "lstm" else Recurrent(self.units)

    @property
    def has_gates(self) -> bool:
        """Whether it is an LSTM."""
        return self.cell == "lstm" and not self.built

    @property
    def shown(self) -> str:
        """The sequence that is shown, in + and -."""
        drawn = _written(_drawn(self, Chance.SHOWN, 0, 1)[:, 0])
        return self.sequence[: self.length] + drawn[len(self.sequence) :]

    def flipped(self, step: int) -> Self:
        """The same with an input of the sequence shown, counted from 0, turned into the other."""
        other = _MINUS if self.shown[step] == _PLUS else _PLUS
        return structs.replace(self, sequence=self.shown[:step] + other + self.shown[step + 1 :])

    def another(self) -> Self:
        """The same with another sequence shown, drawn by the one shown now."""
        rng = np.random.default_rng([Chance.SHOWN, *(symbol == _PLUS for symbol in self.shown)])
        return structs.replace(self, sequence=_written(2.0 * rng.integers(0, 2, self.length) - 1.0))

    def complaints(self) -> Iterator[str]:
        for key in ("learning_rate", "forget_bias"):
            if not math.isfinite(getattr(self, key)):
                yield f"{key}: is not finite; allowed: finite numbers"
        if self.has_gates and self.length > MOST_GATED:
            yield f"length: is {self.length} for an LSTM; allowed: 2 to {MOST_GATED}"


@dataclass(frozen=True, eq=False, kw_only=True)
class MemoryState(State):
    """A network with a memory after some steps.

    Parameters
    ----------
    parameters : array, shape (size,)
    adam : array, shape (4, size)
        What the optimizer remembers.
    learned : int
        Steps in which it learned.
    norms : array, shape (length,)
        The gradient of the last batch at each step of the sequences.
    tests : array, shape (tests, 3)
        Steps learned, the share right, and the loss then, on fresh sequences.
    """

    parameters: Array
    adam: Array
    learned: int = 0
    norms: Array
    tests: Array

    @property
    def right(self) -> float:
        """The share of answers that are right, in the last test."""
        return float(self.tests[-1, 1])

    @property
    def factor(self) -> float:
        """What one step back in time multiplies the gradient with, on average, as far back as it is a number."""
        there = np.flatnonzero(self.norms)
        if len(there) < 2:
            return 0.0
        first, last = float(self.norms[there[0]]), float(self.norms[there[-1]])
        return float(np.exp((np.log(first) - np.log(last)) / (there[-1] - there[0])))

    @property
    def measures(self) -> Mapping[str, float]:
        """Of the last test: the share right, and the loss."""
        return {"accuracy": self.right, "sequence_loss": float(self.tests[-1, 2])}

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """The share right, and the loss."""
        return ("right", f"{100.0 * self.right:.1f} %"), ("loss", f"{self.tests[-1, 2]:.4f}")


MemoryMoment: TypeAlias = RuleSnapshot[Memory, MemoryState]
"""A network with a memory at one step."""


class MemoryRule(Rule[Memory, MemoryState]):
    """A step learns from a batch of fresh sequences."""

    def begin(self, experiment: Memory) -> MemoryState:
        """Weights at random, and all that it has learned before; or those set by hand."""
        net, rng = experiment.net, np.random.default_rng((experiment.seed, Chance.START))
        parameters = Recurrent.latch()[1] if experiment.built else net.begin(rng)
        state = MemoryState(
            parameters=read_only(parameters),
            adam=read_only(np.zeros((_ADAM.slots + 1, net.size))),
            norms=read_only(_gradient(experiment, parameters, 0)[1]),
            tests=read_only(_tested(experiment, parameters, 0)),
        )
        for step in range(experiment.trained):
            if step % EVERY == 0:
                go_on("Learning from sequences", step / experiment.trained)
            state = _learned(experiment, state)
        return state

    def advance(self, experiment: Memory, state: MemoryState) -> MemoryState:
        """One more step."""
        return replace(_learned(experiment, state), step=state.step + 1)

    def steps_an_epoch(self, experiment: Memory, state: MemoryState) -> int:
        """From one test to the next."""
        del experiment, state
        return EVERY

    def resumed(self, experiment: Memory, state: MemoryState) -> Memory:
        """The same, having learned for as many steps before it begins."""
        return structs.replace(experiment, trained=min(state.learned, MOST_TRAINED))

    def parameter(self, state: MemoryState, place: tuple[int, int, int | None]) -> float:
        """A parameter by its number."""
        return float(state.parameters[place[1]])


def _learned(experiment: Memory, state: MemoryState) -> MemoryState:
    gradient, norms = _gradient(experiment, state.parameters, state.learned)
    parameters, adam = state.parameters.copy(), state.adam.copy()
    if not experiment.built:
        play(_ADAM.update(parameters, gradient, adam, Hyperparameters("adam", experiment.learning_rate)))
    after = replace(
        state,
        parameters=read_only(parameters),
        adam=read_only(adam),
        norms=read_only(norms),
        learned=state.learned + 1,
    )
    if after.learned % EVERY:
        return after
    return replace(
        after, tests=read_only(np.vstack([state.tests, _tested(experiment, parameters, after.learned)]))
    )


def _gradient(experiment: Memory, parameters: Array, step: int) -> tuple[Array, Array]:
    """The gradient of the mean loss of a fresh batch, and its norms at each step of the sequences."""
    inputs = _drawn(experiment, Chance.BATCH, step, experiment.batch_size)
    course = experiment.net.forward(parameters, inputs)
    wanted = answers(experiment, inputs)
    asked = slice(len(inputs) - len(wanted), None)
    slopes = np.zeros_like(inputs)
    slopes[asked] = loss_slopes(course.outputs[asked], wanted) / wanted.size
    backward = experiment.net.backward(parameters, course, slopes)
    return backward.parameters, backward.norms


def _tested(experiment: Memory, parameters: Array, step: int) -> Array:
    """Steps, share right and mean loss on fresh sequences, shape (1, 3)."""
    inputs = _drawn(experiment, Chance.TEST, step, TESTED)
    wanted = answers(experiment, inputs)
    outputs = experiment.net.forward(parameters, inputs).outputs[-len(wanted) :]
    return np.array([[step, (outputs * wanted > 0.0).mean(), losses(outputs, wanted).mean()]])


def answers(experiment: Memory, inputs: Array) -> Array:
    """The right answers ±1 at the steps that are asked about: the last, or all; shape (asked, sequences)."""
    return np.cumprod(inputs, axis=0) if experiment.task == "parity" else inputs[:1]


def shown_course(experiment: Memory, state: MemoryState) -> Course:
    """What the network does with the sequence that is shown."""
    inputs = np.array([1.0 if symbol == _PLUS else -1.0 for symbol in experiment.shown])
    return experiment.net.forward(state.parameters, inputs[:, None])


def _drawn(experiment: Memory, chance: Chance, step: int, count: int) -> Array:
    """Fresh sequences of ±1, shape (length, count)."""
    rng = np.random.default_rng((experiment.seed, chance, step))
    return 2.0 * rng.integers(0, 2, (experiment.length, count)) - 1.0


def _written(inputs: Array) -> str:
    return "".join(_PLUS if value > 0.0 else _MINUS for value in inputs)

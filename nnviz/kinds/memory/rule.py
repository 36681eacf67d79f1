"""A network with a memory at work: it reads sequences step by step, and is asked about them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from msgspec import structs

from nnviz.engine.optimizers import OPTIMIZERS, Hyperparameters
from nnviz.engine.recurrent import Course, Recurrent
from nnviz.engine.tape import Array, play
from nnviz.kinds.memory.schema import MOST_TRAINED, Chance, Memory
from nnviz.progress import go_on
from nnviz.runs.rule import Rule, RuleSnapshot, State, read_only

TESTED = 400
"""Sequences, drawn afresh each time, on which it is tested."""
_ADAM = OPTIMIZERS["adam"]


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
    def loss(self) -> float:
        """The mean loss in the last test."""
        return float(self.tests[-1, 2])

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
        return {"accuracy": self.right, "sequence_loss": self.loss}

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """The share right, and the loss."""
        return ("right", f"{100.0 * self.right:.1f} %"), ("loss", f"{self.loss:.4f}")


MemoryMoment: TypeAlias = RuleSnapshot[Memory, MemoryState]
"""A network with a memory at one step."""


class MemoryRule(Rule[Memory, MemoryState]):
    """A step learns from a batch of fresh sequences."""

    def begin(self, experiment: Memory) -> MemoryState:
        """Weights at random, and all that it has learned before; or those that are given, or set by hand."""
        net, rng = experiment.net, np.random.default_rng((experiment.seed, Chance.START))
        parameters = Recurrent.latch()[1] if experiment.built else net.begin(rng)
        learned = experiment.trained if experiment.weights else 0
        if experiment.weights:
            parameters = np.array(experiment.weights)
        state = MemoryState(
            parameters=read_only(parameters),
            adam=read_only(np.zeros((_ADAM.slots + 1, net.size))),
            learned=learned,
            norms=read_only(_gradient(experiment, parameters, max(0, learned - 1))[1]),
            tests=read_only(_tested(experiment, parameters, learned)),
        )
        for step in range(learned, experiment.trained):
            if step % experiment.STEPS_AN_EPOCH == 0:
                go_on("Learning from sequences", step / experiment.trained)
            state = _learned(experiment, state)
        return state

    def advance(self, experiment: Memory, state: MemoryState) -> MemoryState:
        """One more step."""
        return replace(_learned(experiment, state), step=state.step + 1)

    def steps_an_epoch(self, experiment: Memory, state: MemoryState) -> int:
        """From one test to the next."""
        del state
        return experiment.STEPS_AN_EPOCH

    def resumed(self, experiment: Memory, state: MemoryState) -> Memory:
        """The same from these weights on; what Adam remembers begins anew."""
        if experiment.built:
            return structs.replace(experiment, trained=min(state.learned, MOST_TRAINED))
        return structs.replace(experiment, trained=state.learned, weights=tuple(state.parameters.tolist()))

    def parameter(self, state: MemoryState, place: tuple[int, int, int | None]) -> float:
        """A parameter by its number."""
        return float(state.parameters[place[1]])


def arrays_of(moment: MemoryMoment) -> dict[str, Array]:
    """W and v by these names: W has a row for each unit, or gate of one, and columns for state, inputs and 1."""
    return dict(zip("Wv", moment.experiment.net.parted(moment.state.parameters), strict=True))


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
    if after.learned % experiment.STEPS_AN_EPOCH:
        return after
    return replace(
        after, tests=read_only(np.vstack([state.tests, _tested(experiment, parameters, after.learned)]))
    )


def _gradient(experiment: Memory, parameters: Array, step: int) -> tuple[Array, Array]:
    """The gradient of the mean loss of a fresh batch, and its norms at each step of the sequences."""
    inputs, task = experiment.drawn(Chance.BATCH, step, experiment.batch_size), experiment.asked
    course = experiment.net.forward(parameters, inputs)
    wanted = task.answers(inputs)
    asked = slice(len(inputs) - len(wanted), None)
    slopes = np.zeros_like(course.outputs)
    slopes[asked] = task.slopes(course.outputs[asked], wanted) / wanted.size
    backward = experiment.net.backward(parameters, course, slopes)
    return backward.parameters, backward.norms


def _tested(experiment: Memory, parameters: Array, step: int) -> Array:
    """Steps, share right and mean loss on fresh sequences, shape (1, 3)."""
    inputs, task = experiment.drawn(Chance.TEST, step, TESTED), experiment.asked
    wanted = task.answers(inputs)
    outputs = experiment.net.said(parameters, inputs)[-len(wanted) :]
    return np.array([[step, task.is_right(outputs, wanted).mean(), task.losses(outputs, wanted).mean()]])


def shown_course(experiment: Memory, state: MemoryState) -> Course:
    """What the network does with the sequence that is shown."""
    return experiment.net.forward(state.parameters, experiment.shown_inputs[:, :, None])

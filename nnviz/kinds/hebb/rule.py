"""Hebb's rule and Oja's: a linked response, and a cloud of inputs whose main direction is found."""

import math
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from msgspec import structs

from nnviz.engine.rules import hebb, oja
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.kinds.hebb.schema import Hebb, Presentation
from nnviz.kinds.hebb.state import HebbState
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runs.rule import Rule, RuleSnapshot, read_only

_RULES = {"hebb": hebb, "oja": oja}
_STILL = 1e-6
"""Oja's weights have settled when an epoch changes each by less."""

_FIRST_LENGTH = 0.3
"""|w| that a cloud's weights start with."""

HebbMoment: TypeAlias = RuleSnapshot[Hebb, HebbState]
"""Hebb's or Oja's rule at one step."""


class HebbRule(Rule[Hebb, HebbState]):
    """How weights grow together with what they connect."""

    def begin(self, experiment: Hebb) -> HebbState:
        """The weights to start from, before anything was presented."""
        weights = read_only(np.array(experiment.weights or _first_weights(experiment), dtype=np.float64))
        if len(weights) != experiment.inputs:
            raise InputError(f"weights: {len(weights)} numbers for {experiment.inputs} inputs")
        return HebbState(
            weights=weights,
            inputs=read_only(np.zeros(len(weights))),
            trace=read_only(weights[np.newaxis].copy()),
            marked=weights,
        )

    def advance(self, experiment: Hebb, state: HebbState) -> HebbState:
        """Present what is next, and learn from it."""
        if state.still:
            return state
        total = self.steps_an_epoch(experiment, state)
        place = state.step % total
        inputs, forced = presented(experiment)[0][place], presented(experiment)[1][place]
        with np.errstate(over="ignore", invalid="ignore"):  # to grow beyond all bounds is Hebb's way
            output = 1.0 if forced else _response(experiment, state.weights, inputs)
            weights = _RULES[experiment.rule](state.weights, inputs, output, experiment.learning_rate)
        after = replace(
            state,
            step=state.step + 1,
            weights=read_only(weights),
            inputs=inputs,
            output=output,
            responses=_remembered(experiment, state.responses if place else (), output),
        )
        after = after.traced()
        return _epoch_over(experiment, after) if place + 1 == total else after

    def steps_an_epoch(self, experiment: Hebb, state: HebbState) -> int:
        """Presentations in one round."""
        del state
        return len(presented(experiment)[0])

    def tuned(self, experiment: Hebb, state: HebbState) -> HebbState:
        """Another rule or rate moves a cloud's weights again."""
        return replace(state, still=False) if experiment.source == "cloud" else state

    def set(self, experiment: Hebb, state: HebbState, place: ParameterIndex, value: float) -> HebbState:
        """The state with a weight set by hand."""
        del experiment
        weights = state.weights.copy()
        if place[2] is not None:
            weights[place[2]] = value
        weights = read_only(weights)
        return replace(state.retraced(weights), weights=weights, still=False)

    def parameter(self, state: HebbState, place: ParameterIndex) -> float:
        """A weight; there is no bias."""
        return 0.0 if place[2] is None else float(state.weights[place[2]])

    def resumed(self, experiment: Hebb, state: HebbState) -> Hebb:
        """The experiment that begins with the state's weights."""
        return structs.replace(experiment, weights=tuple(state.weights.tolist())) if state.finite else experiment


def presented(experiment: Hebb) -> tuple[Array, tuple[bool, ...]]:
    """All presentations of a round: inputs, shape (presentations, inputs), and for each whether it is forced."""
    if experiment.source == "cloud":
        return _cloud(experiment.samples, experiment.correlation, experiment.seed)
    return _conditioning(experiment.stimuli, experiment.protocol)


@lru_cache(maxsize=8)
def _conditioning(stimuli: tuple[str, ...], protocol: tuple[Presentation, ...]) -> tuple[Array, tuple[bool, ...]]:
    rows = [presentation for presentation in protocol for _ in range(presentation.times)]
    inputs = np.array([[float(name in row.shown) for name in stimuli] for row in rows])
    return read_only(inputs), tuple(row.forced for row in rows)


@lru_cache(maxsize=8)
def _cloud(samples: int, correlation: float, seed: int) -> tuple[Array, tuple[bool, ...]]:
    first, second = np.random.default_rng(seed).standard_normal((2, samples))
    inputs = np.column_stack([first, correlation * first + math.sqrt(1.0 - correlation**2) * second])
    return read_only(inputs), (False,) * samples


def _first_weights(experiment: Hebb) -> tuple[float, ...]:
    if experiment.source == "association":
        return (1.0, *(0.0 for _ in experiment.stimuli[1:]))
    angle = np.random.default_rng((experiment.seed, 1)).uniform(0.0, 2.0 * np.pi)
    return _FIRST_LENGTH * math.cos(angle), _FIRST_LENGTH * math.sin(angle)


def _response(experiment: Hebb, weights: Array, inputs: Array) -> float:
    response = float(inputs.dot(weights))
    return response if experiment.source == "cloud" else float(response >= experiment.threshold)


def _remembered(experiment: Hebb, responses: tuple[float, ...], output: float) -> tuple[float, ...]:
    return (*responses, output) if experiment.source == "association" else ()


def _epoch_over(experiment: Hebb, state: HebbState) -> HebbState:
    """Whether that was all: a protocol that is not repeated, or weights of Oja's that moved no more."""
    if experiment.source == "association" and not experiment.repeat:
        still = True
    else:
        with np.errstate(invalid="ignore"):
            still = experiment.rule == "oja" and bool(np.abs(state.weights - state.marked).max() < _STILL)
    return replace(state, marked=state.weights, still=still)

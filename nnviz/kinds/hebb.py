"""Hebb's rule and Oja's: a linked response, and a cloud of inputs whose main direction is found."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

import numpy as np
from msgspec import Meta, Struct, structs

from nnviz.data.messages import shown
from nnviz.engine.rules import hebb, length, oja
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.kind import Kind, Seed
from nnviz.numerals import tick
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runs.rule import Rule, RuleSnapshot, State, read_only

StimulusName = Annotated[str, Meta(min_length=1, max_length=40)]
LONGEST_TRACE = 128
"""Moments of the weights' course that a state remembers."""
_RULES = {"hebb": hebb, "oja": oja}
_STILL = 1e-6
"""Oja's weights have settled when an epoch changes each by less."""
_FIRST_LENGTH = 0.3
"""|w| that a cloud's weights start with."""


class Presentation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Stimuli ``shown`` together, so many ``times`` in a row; if it is ``forced``, the response comes anyway."""

    shown: tuple[StimulusName, ...] = ()
    forced: bool = False
    times: Annotated[int, Meta(ge=1, le=1000)] = 1


_PROTOCOL = (
    Presentation(shown=("food",)),
    Presentation(shown=("bell",)),
    Presentation(shown=("food", "bell"), times=6),
    Presentation(shown=("bell",), times=2),
)


class Hebb(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit whose weights grow where input and output are active together.

    With ``source`` association, ``stimuli`` are presented as the ``protocol`` says, again and again if it is to
    ``repeat``; the ``response`` comes, y = 1, when it is forced or when w·x reaches the ``threshold``, else y = 0.
    With ``source`` cloud, so many ``samples`` are drawn from a normal distribution in the plane with variances 1
    and the ``correlation``, and y = w·x. ``weights`` are those to start from; if none are given, the first
    stimulus evokes the response by itself and the others do not, or a cloud's weights are a short arrow at random.
    """

    LIVE: ClassVar[frozenset[str]] = frozenset({"rule", "learning_rate"})

    rule: Literal["hebb", "oja"] = "hebb"
    learning_rate: Annotated[float, Meta(gt=0.0, le=10.0)] = 0.1
    source: Literal["association", "cloud"] = "association"
    weights: tuple[float, ...] = ()
    stimuli: Annotated[tuple[StimulusName, ...], Meta(min_length=1, max_length=6)] = ("food", "bell")
    response: StimulusName = "salivation"
    threshold: float = 0.5
    protocol: Annotated[tuple[Presentation, ...], Meta(min_length=1, max_length=40)] = _PROTOCOL
    repeat: bool = False
    samples: Annotated[int, Meta(ge=2, le=10_000)] = 200
    correlation: Annotated[float, Meta(ge=-1.0, le=1.0)] = 0.8
    seed: Seed = 0

    @property
    def inputs(self) -> int:
        """How many inputs the unit has."""
        return len(self.stimuli) if self.source == "association" else 2

    def complaints(self) -> Iterator[str]:
        for key in ("learning_rate", "threshold", "correlation"):
            if not math.isfinite(getattr(self, key)):
                yield f"{key}: is not finite; allowed: finite numbers"
        if not all(map(math.isfinite, self.weights)):
            yield "weights: holds a number that is not finite; allowed: finite numbers"
        if len(self.weights) not in {0, self.inputs}:
            yield (
                f"weights: {len(self.weights)} numbers for {self.inputs} inputs; allowed: {self.inputs}, or none"
            )
        if len(set(self.stimuli)) < len(self.stimuli):
            yield "stimuli: two have the same name; allowed: different names"
        yield from self._strangers()

    def _strangers(self) -> Iterator[str]:
        """What is presented though it is no stimulus."""
        for number, presentation in enumerate(self.protocol, start=1):
            for name in presentation.shown:
                if self.source == "association" and name not in self.stimuli:
                    yield (
                        f"protocol, item {number}: {shown(repr(name))} is no stimulus; "
                        f"allowed: {', '.join(map(shown, self.stimuli))}"
                    )


@dataclass(frozen=True, eq=False, kw_only=True)
class HebbState(State):
    """A unit that learns by Hebb's or Oja's rule, after some steps.

    Parameters
    ----------
    weights : array, shape (inputs,)
    inputs : array, shape (inputs,)
        What was presented last; zeros before anything was.
    output : float
        The response to it.
    responses : tuple of float
        Responses of the epoch under way; of the last one when it is just over.
    trace : array, shape (moments, inputs)
        The weights' course from the start on, at most `LONGEST_TRACE` moments of it.
    stride : int
        Steps from one moment of the trace to the next.
    marked : array, shape (inputs,)
        The weights at the start of the epoch under way.
    still : bool
        More steps would change nothing, or there are no more.
    """

    weights: Array
    inputs: Array
    output: float = 0.0
    responses: tuple[float, ...] = ()
    trace: Array
    stride: int = 1
    marked: Array
    still: bool = False

    @property
    def settled(self) -> bool:
        return self.still

    @property
    def norms(self) -> Array:
        """|w| at each moment of the trace."""
        return np.array([length(weights) for weights in self.trace])

    @property
    def measures(self) -> Mapping[str, float]:
        return {"norm": length(self.weights), "output": self.output}

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        return (
            ("|w|", tick(length(self.weights), 4)),
            ("y", tick(self.output, 3)),
            ("weights", "still" if self.still else "changing"),
        )

    def traced(self) -> Self:
        """With the weights added to the trace when it is time; a full trace is thinned."""
        if self.step % self.stride:
            return self
        trace = np.vstack([self.trace, self.weights])
        if len(trace) <= LONGEST_TRACE:
            return replace(self, trace=read_only(trace))
        return replace(self, trace=read_only(trace[::2].copy()), stride=2 * self.stride)

    def retraced(self, weights: Array) -> Self:
        """With other weights at the end of the trace, if that is at this step."""
        if self.step % self.stride:
            return self
        return replace(self, trace=read_only(np.vstack([self.trace[:-1], weights])))


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

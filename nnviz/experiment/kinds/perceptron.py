"""The perceptron: one threshold unit that learns from its mistakes (Rosenblatt 1958)."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from msgspec import Meta, structs

from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment
from nnviz.experiment.kind import Kind, Seed
from nnviz.experiment.kinds.perceptronstate import PerceptronState
from nnviz.experiment.kinds.twoclasses import two_classes
from nnviz.experiment.rule import Place, Rule, read_only
from nnviz.experiment.sense import complaints


class Perceptron(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A threshold unit that learns two classes.

    ``weights`` and ``bias`` are those to start from; without weights they are zero. Samples have their turn in the
    order of the data, a truth table's in counting order, or are ``shuffled`` anew for every epoch. A step goes on
    to the next mistake, or with ``mistakes_only`` off it looks at one sample.
    """

    LIVE: ClassVar[frozenset[str]] = frozenset({"learning_rate", "mistakes_only"})

    data: Data = Data(name="or")
    learning_rate: Annotated[float, Meta(gt=0.0, le=1000.0)] = 0.5
    order: Literal["in_turn", "shuffled"] = "in_turn"
    mistakes_only: bool = True
    weights: tuple[float, ...] = ()
    bias: float = 0.0
    seed: Seed = 0

    def with_paths(self, convert: Callable[[str], str]) -> Self:
        """The same with the name of its table converted."""
        return structs.replace(self, data=self.data.with_path(convert))

    def complaints(self) -> Iterator[str]:
        """Everything that makes no sense though the schema allows it, a line each."""
        yield from complaints(Experiment(data=self.data))
        for key, values in (
            ("learning_rate", (self.learning_rate,)),
            ("weights", self.weights),
            ("bias", (self.bias,)),
        ):
            if not all(map(math.isfinite, values)):
                yield f"{key}: holds a number that is not finite; allowed: finite numbers"


class PerceptronRule(Rule[Perceptron, PerceptronState]):
    """How a perceptron learns."""

    def begin(self, experiment: Perceptron) -> PerceptronState:
        """Weights to start from, or zeros, before any sample was shown."""
        if experiment.data.file:  # it may have been written anew
            two_classes.cache_clear()
        problem = two_classes(experiment.data)
        weights = read_only(_first_weights(experiment, problem.train.inputs.shape[1]))
        bias = experiment.bias
        return PerceptronState(
            problem=problem, weights=weights, bias=bias, weights_before=weights, bias_before=bias
        )

    def advance(self, experiment: Perceptron, state: PerceptronState) -> PerceptronState:
        """One sample more, or as many as it takes to come to the next mistake."""
        if state.settled:
            return state
        after = replace(
            state,
            step=state.step + 1,
            weights_before=state.weights,
            bias_before=state.bias,
            sample=-1,
        )
        if not experiment.mistakes_only:
            return after.corrected(int(_rest_of_epoch(experiment, after)[0]), experiment.learning_rate)
        return _to_next_mistake(experiment, after)

    def epoch(self, experiment: Perceptron, state: PerceptronState) -> tuple[int, int]:
        """Rounds done; a step may be a part of one of any length, so that only whole ones are told."""
        del experiment
        return state.epochs, 0

    def steps_an_epoch(self, experiment: Perceptron) -> int:
        """As many as there are samples; fewer are enough when each step is a mistake."""
        return len(two_classes(experiment.data).train)

    def set(self, experiment: Perceptron, state: PerceptronState, place: Place, value: float) -> PerceptronState:
        """The state with a weight or the bias set by hand."""
        del experiment
        weights, bias, source = state.weights.copy(), state.bias, place[2]
        if source is None:
            bias = value
        else:
            weights[source] = value
        weights = read_only(weights)
        return replace(
            state, weights=weights, bias=bias, weights_before=weights, bias_before=bias, sample=-1, streak=0
        )

    def parameter(self, state: PerceptronState, place: Place) -> float:
        """A weight, or the bias."""
        return state.bias if place[2] is None else float(state.weights[place[2]])

    def resumed(self, experiment: Perceptron, state: PerceptronState) -> Perceptron:
        """The experiment that begins with the state's weights."""
        return structs.replace(experiment, weights=tuple(state.weights.tolist()), bias=float(state.bias))


def _to_next_mistake(experiment: Perceptron, state: PerceptronState) -> PerceptronState:
    while not state.settled:
        rest = _rest_of_epoch(experiment, state)
        wrong = np.flatnonzero(state.wrong[rest])
        if len(wrong):
            first = int(wrong[0])
            return state.counted(first).corrected(int(rest[first]), experiment.learning_rate)
        state = state.counted(len(rest))
    return state


def _rest_of_epoch(experiment: Perceptron, state: PerceptronState) -> Array:
    """Samples that are still to have their turn in the epoch under way, in their order."""
    samples = len(state.targets)
    if experiment.order == "shuffled":
        order = np.random.default_rng((experiment.seed, state.epochs)).permutation(samples)
    elif state.problem.dataset.whole:  # a truth table: counting
        order = np.lexsort(np.rint(state.inputs).T[::-1])
    else:
        order = np.arange(samples)
    return np.asarray(order[state.shown % samples :])


def _first_weights(experiment: Perceptron, features: int) -> Array:
    if not experiment.weights:
        return np.zeros(features)
    if len(experiment.weights) != features:
        raise InputError(
            f"weights: {len(experiment.weights)} numbers for {features} inputs; "
            f"allowed: {features}, or none for zeros"
        )
    return np.array(experiment.weights)

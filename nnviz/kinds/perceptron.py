"""The perceptron: one threshold unit that learns from its mistakes (Rosenblatt 1958)."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

import numpy as np
from msgspec import Meta, structs

from nnviz.engine.rules import fires, perceptron
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign
from nnviz.experiment.kind import Kind, Seed
from nnviz.experiment.problem import Problem, prepare
from nnviz.experiment.validation import complaints
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runs.rule import Rule, RuleSnapshot, State, read_only

_MOST_EPOCHS = 400
"""Epochs whose mistakes are remembered."""


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
        return structs.replace(self, data=self.data.with_path(convert))

    def complaints(self) -> Iterator[str]:
        yield from complaints(Experiment(data=self.data))
        for key, values in (
            ("learning_rate", (self.learning_rate,)),
            ("weights", self.weights),
            ("bias", (self.bias,)),
        ):
            if not all(map(math.isfinite, values)):
                yield f"{key}: holds a number that is not finite; allowed: finite numbers"


@dataclass(frozen=True, eq=False, kw_only=True)
class PerceptronState(State):
    """A perceptron after some steps, and what the last one did.

    Parameters
    ----------
    problem : Problem
        What is to be learned; targets are 0 and 1.
    weights, weights_before : array, shape (features,)
        Now, and before the last step.
    bias, bias_before : float
        Minus the threshold.
    shown : int
        Samples looked at so far.
    streak : int
        Samples in a row that were right, since the weights last changed.
    sample : int
        The training sample looked at last; −1 if there is none.
    output : int
        What the unit said of it, before it learned.
    mistakes, errors : int
        In all, and in the epoch under way.
    errors_by_epoch : tuple of int
        Mistakes in each of the last epochs.
    """

    problem: Problem
    weights: Array
    bias: float
    weights_before: Array
    bias_before: float
    shown: int = 0
    streak: int = 0
    sample: int = -1
    output: int = 0
    mistakes: int = 0
    errors: int = 0
    errors_by_epoch: tuple[int, ...] = ()

    @property
    def inputs(self) -> Array:
        """The training samples' inputs, shape (samples, features)."""
        return self.problem.train.inputs

    @cached_property
    def targets(self) -> Array:
        """The training samples' targets, 0 or 1, shape (samples,)."""
        return self.problem.train.targets[:, 0]

    @cached_property
    def wrong(self) -> Array:
        """Which training samples are misclassified now, shape (samples,)."""
        return np.asarray(fires(self.inputs, self.weights, self.bias) != (self.targets > 0))

    @property
    def mistaken(self) -> bool:
        """Whether the sample looked at last was a mistake."""
        return self.sample >= 0 and self.output != self.targets[self.sample]

    @property
    def epochs(self) -> int:
        """Times that all samples had their turn."""
        return self.shown // len(self.targets)

    @property
    def settled(self) -> bool:
        """Whether a whole epoch had no mistake."""
        return self.streak >= len(self.targets) and self.shown % len(self.targets) == 0

    @property
    def measures(self) -> Mapping[str, float]:
        wrong = int(self.wrong.sum())
        return {
            "epoch": self.epochs,
            "accuracy": 1.0 - wrong / len(self.targets),
            "mistakes": self.mistakes,
            "errors": wrong,
        }

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        wrong, samples = int(self.wrong.sum()), len(self.targets)
        return (
            ("mistakes", f"{self.mistakes:,}"),
            ("wrong now", f"{wrong:,}"),
            ("train accuracy", f"{100.0 * (1.0 - wrong / samples):.1f} %"),
            self._on_new_samples or self._last_sample,
        )

    @property
    def _on_new_samples(self) -> tuple[str, str] | None:
        """The accuracy on test samples, if there are any."""
        test = self.problem.test
        if not len(test):
            return None
        right = fires(test.inputs, self.weights, self.bias) == (test.targets[:, 0] > 0)
        return "test accuracy", f"{100.0 * float(right.mean()):.1f} %"

    @property
    def _last_sample(self) -> tuple[str, str]:
        return "sample", f"{self.sample + 1:,} of {len(self.targets):,}" if self.sample >= 0 else "—"

    def corrected(self, sample: int, rate: float) -> Self:
        """After one more sample, and what is learned from it if it is a mistake."""
        inputs, target = self.inputs[sample], float(self.targets[sample])
        output = int(fires(inputs, self.weights, self.bias))
        weights, bias = perceptron(self.weights, self.bias, inputs, target, output, rate)
        learned = replace(self, weights=read_only(weights), bias=bias, sample=sample, output=output)
        return learned.counted(1, errors=int(output != target))

    def counted(self, samples: int, errors: int = 0) -> Self:
        """After so many more samples, which reach to the end of the epoch at most, with so many errors."""
        shown, errors_now = self.shown + samples, self.errors + errors
        history = self.errors_by_epoch
        if samples and shown % len(self.targets) == 0:
            history, errors_now = (*history, errors_now)[-_MOST_EPOCHS:], 0
        return replace(
            self,
            shown=shown,
            streak=0 if errors else self.streak + samples,
            mistakes=self.mistakes + errors,
            errors=errors_now,
            errors_by_epoch=history,
        )


PerceptronMoment: TypeAlias = RuleSnapshot[Perceptron, PerceptronState]
"""A perceptron at one step."""


class PerceptronRule(Rule[Perceptron, PerceptronState]):
    """How a perceptron learns."""

    def begin(self, experiment: Perceptron) -> PerceptronState:
        """Weights to start from, or zeros, before any sample was shown."""
        problem = _two_classes(experiment.data)
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

    def steps_an_epoch(self, experiment: Perceptron, state: PerceptronState) -> int:
        """As many as there are samples; fewer are enough when each step is a mistake."""
        del experiment
        return len(state.targets)

    def set(
        self, experiment: Perceptron, state: PerceptronState, place: ParameterIndex, value: float
    ) -> PerceptronState:
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

    def parameter(self, state: PerceptronState, place: ParameterIndex) -> float:
        """A weight, or the bias."""
        return state.bias if place[2] is None else float(state.weights[place[2]])

    def as_read(self, experiment: Perceptron, state: PerceptronState) -> Perceptron:
        return structs.replace(experiment, data=state.problem.as_read(experiment.data))

    def resumed(self, experiment: Perceptron, state: PerceptronState) -> Perceptron:
        weights = tuple(state.weights.tolist())
        return structs.replace(experiment, weights=weights, bias=float(state.bias))


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


def _two_classes(data: Data) -> Problem:
    """Data of two classes, with targets 0 and 1 of shape (samples, 1).

    Raises
    ------
    InputError
        The data cannot be had, or has not two classes, or is to be given as engineered features.
    """
    problem = prepare(Experiment(data=data, network=NetworkDesign(hidden=(), output="sigmoid")))
    if len(problem.classes) != 2:
        has = f"{len(problem.classes)} classes" if problem.classes else "values, no classes"
        key, name = ("data.file", data.file) if data.file else ("data.name", data.name)
        raise InputError(f"{key}: {name!r} has {has}; a perceptron is for data of two classes")
    if problem.features:
        raise InputError("data.features: a perceptron takes the data's own inputs; allowed: none")
    return problem

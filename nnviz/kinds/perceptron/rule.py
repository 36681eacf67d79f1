"""The perceptron: one threshold unit that learns from its mistakes (Rosenblatt 1958)."""

from dataclasses import replace
from typing import TypeAlias

import numpy as np
from msgspec import structs

from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign
from nnviz.experiment.problem import Problem, prepare
from nnviz.kinds.perceptron.schema import Perceptron
from nnviz.kinds.perceptron.state import PerceptronState
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runs.rule import Rule, RuleSnapshot, read_only

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

    def parameter(self, state: PerceptronState, place: ParameterIndex) -> float:
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

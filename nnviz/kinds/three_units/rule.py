"""Pairs of dichotomies tried one by one, and gradient descent on the same points."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from nnviz.data.dataset import FloatArray
from nnviz.engine.dichotomies import Sides, dichotomies, pairs_of, separator
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign
from nnviz.experiment.problem import Problem, prepare
from nnviz.kinds.three_units.schema import MOST_POINTS, ThreeUnits
from nnviz.runs.rule import Rule, RuleSnapshot, State, read_only

AND = 10.0, -15.0
"""Weights and bias of the third unit of the descent: an AND of what two sigmoids say."""
_UNITS = 2
_FEWEST = 3
"""Points from which on the ways to part the first so many are counted."""


class Search:
    """All pairs of ways to part a problem's points, in their order, and which of them are solutions.

    Attributes
    ----------
    ways : array of bool, shape (ways, points)
        Those that are tried.
    every : int
        Ways there are, whether tried or not.
    pairs : array of int, shape (pairs, 2)
        Which two ways, the second not before the first.
    solutions : array of int, shape (solutions,)
        Pairs, counted from 0, that have exactly class 1 where both say yes.
    counted : tuple of (int, int)
        For the first 3, 4, … of the points, how many these are and how many pairs of ways to part them.
    """

    def __init__(self, problem: Problem, *, holding: bool) -> None:
        self.points, self.wanted = problem.train.inputs, problem.train.targets[:, 0] > 0.5
        ways = dichotomies(self.points)
        self.every = len(ways)
        self.ways: Sides = ways[(ways | ~self.wanted).all(axis=1)] if holding else ways
        self.pairs: NDArray[np.intp] = np.column_stack(np.triu_indices(len(self.ways)))
        first, second = self.pairs.T
        right = ((self.ways[first] & self.ways[second]) == self.wanted).all(axis=1)
        self.solutions = np.flatnonzero(right)
        counts = range(_FEWEST, len(self.points) + 1)
        self.counted = tuple((n, pairs_of(len(dichotomies(self.points[:n])))) for n in counts)

    def lines(self, pair: int) -> tuple[tuple[Array, float], ...]:
        """The lines of a pair, counted from 0: w and b of each."""
        return tuple(separator(self.points, self.ways[way]) for way in self.pairs[pair])

    def right(self, pair: int) -> int:
        """Points that a pair gets right."""
        first, second = self.ways[self.pairs[pair]]
        return int(((first & second) == self.wanted).sum())


@dataclass(frozen=True, eq=False, kw_only=True)
class ThreeUnitsState(State):
    """So many pairs tried, and two sigmoids after as many epochs.

    Parameters
    ----------
    tried_before : int
        Pairs that were tried before the first step.
    goes_on : bool
        The search goes on after a solution.
    weights, biases : array, shape (2, 2) and (2,)
        Of the two sigmoids.
    """

    problem: Problem
    search: Search
    tried_before: int
    goes_on: bool
    weights: FloatArray
    biases: FloatArray

    @property
    def tried(self) -> int:
        """Pairs tried."""
        return self.tried_before + self.step

    @property
    def pair(self) -> int:
        """The pair tried last, counted from 0; −1 for none."""
        return self.tried - 1

    @property
    def found(self) -> int:
        """Solutions among the pairs tried."""
        return int((self.search.solutions < self.tried).sum())

    @property
    def solved(self) -> bool:
        """Whether the pair tried last is a solution."""
        return bool((self.search.solutions == self.pair).any())

    @property
    def settled(self) -> bool:
        """Whether the search is over."""
        return self.tried >= len(self.search.pairs) or (self.found > 0 and not self.goes_on)

    @property
    def descent_right(self) -> int:
        """Points that the two sigmoids and the AND get right."""
        return int(((self.outputs(self.search.points) > 0.5) == self.search.wanted).sum())

    def outputs(self, points: FloatArray) -> FloatArray:
        """What the two sigmoids and the AND answer at points, shape (points, 2)."""
        return _forward(self.weights, self.biases, points)[1]

    @property
    def measures(self) -> Mapping[str, float]:
        points = len(self.search.wanted)
        right = self.search.right(self.pair) if self.tried else 0
        return {
            "accuracy": right / points,
            "solutions": float(self.found),
            "descent": self.descent_right / points,
        }

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        points = len(self.search.wanted)
        return (
            ("solutions", f"{self.found:,}"),
            ("descent", f"{self.descent_right} of {points} right"),
        )


ThreeUnitsMoment: TypeAlias = RuleSnapshot[ThreeUnits, ThreeUnitsState]
"""Search and descent at one step."""


class ThreeUnitsRule(Rule[ThreeUnits, ThreeUnitsState]):
    """One pair more, and one epoch more."""

    def begin(self, experiment: ThreeUnits) -> ThreeUnitsState:
        """Weights as drawn: normal, of variance 2 / (inputs + units), and no biases; or those to begin with."""
        problem = _two_classes(experiment.data)
        search = Search(problem, holding=experiment.holding)
        rng = np.random.default_rng(experiment.seed)
        weights, biases = rng.normal(0.0, np.sqrt(2.0 / (2 + _UNITS)), (_UNITS, 2)), np.zeros(_UNITS)
        if experiment.weights:
            weights, biases = np.array(experiment.weights), np.array(experiment.biases)
        return ThreeUnitsState(
            problem=problem,
            search=search,
            tried_before=min(experiment.tried, len(search.pairs)),
            goes_on=experiment.all_pairs,
            weights=read_only(weights),
            biases=read_only(biases),
        )

    def advance(self, experiment: ThreeUnits, state: ThreeUnitsState) -> ThreeUnitsState:
        """Try the next pair, and go one epoch downhill."""
        if state.settled:
            return state
        search, rate = state.search, experiment.learning_rate
        of_weights, of_biases = gradient(state.weights, state.biases, search.points, search.wanted)
        return replace(
            state,
            step=state.step + 1,
            weights=read_only(state.weights - rate * of_weights),
            biases=read_only(state.biases - rate * of_biases),
        )

    def resumed(self, experiment: ThreeUnits, state: ThreeUnitsState) -> ThreeUnits:
        (one, two), biases = state.weights.tolist(), tuple(state.biases.tolist())
        return structs.replace(experiment, tried=state.tried, weights=(tuple(one), tuple(two)), biases=biases)

    def steps_an_epoch(self, experiment: ThreeUnits, state: ThreeUnitsState) -> int:
        """As many as there are pairs."""
        del experiment
        return len(state.search.pairs)


def gradient(
    weights: FloatArray, biases: FloatArray, points: FloatArray, wanted: Sides
) -> tuple[FloatArray, FloatArray]:
    """∂/∂W and ∂/∂b of the mean of ½ (y − t)² over the points, of two sigmoids below the fixed AND."""
    hidden, outputs = _forward(weights, biases, points)
    delta = (outputs - wanted) * outputs * (1.0 - outputs)
    below = delta[:, np.newaxis] * AND[0] * hidden * (1.0 - hidden)
    return np.asarray(below.T @ points / len(points)), np.asarray(below.mean(axis=0))


def _forward(weights: FloatArray, biases: FloatArray, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What the two sigmoids say, shape (points, 2), and the AND of it."""
    hidden = _sigmoid(points @ weights.T + biases)
    return hidden, _sigmoid(AND[0] * hidden.sum(axis=1) + AND[1])


def _sigmoid(p: FloatArray) -> FloatArray:
    return np.asarray(0.5 * np.tanh(0.5 * p) + 0.5)


def _two_classes(data: Data) -> Problem:
    """Few points of the plane in two classes.

    Raises
    ------
    InputError
        The data cannot be had, or are others.
    """
    problem = prepare(Experiment(data=data, network=NetworkDesign(hidden=(), output="sigmoid")))
    key, name = ("data.file", data.file) if data.file else ("data.name", data.name)
    if len(problem.classes) != 2 or problem.train.inputs.shape[1] != 2:
        raise InputError(f"{key}: {name!r} is not allowed; allowed: data of two inputs and two classes")
    if not _FEWEST <= len(problem.train) <= MOST_POINTS:
        raise InputError(
            f"{key}: {len(problem.train):,} training samples; allowed: {_FEWEST} to {MOST_POINTS}, for every pair "
            "of ways to part them is tried"
        )
    return problem

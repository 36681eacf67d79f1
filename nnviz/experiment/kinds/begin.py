"""Every kind of experiment, and how each is begun."""

from collections.abc import Callable, Mapping
from typing import Any

from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind
from nnviz.experiment.kinds.circuit import Circuit
from nnviz.experiment.kinds.hebb import Hebb, HebbRule
from nnviz.experiment.kinds.hopfield import Hopfield
from nnviz.experiment.kinds.perceptron import Perceptron, PerceptronRule
from nnviz.experiment.kinds.race import Race
from nnviz.experiment.kinds.racerun import RaceRun
from nnviz.experiment.kinds.recall import HopfieldRule
from nnviz.experiment.kinds.signals import CircuitRule
from nnviz.experiment.kinds.study import Study
from nnviz.experiment.kinds.studyrun import StudyRun
from nnviz.experiment.kinds.surface import Surface, SurfaceRule
from nnviz.experiment.problem import Problem, prepare_fitted
from nnviz.experiment.rule import Rule
from nnviz.experiment.rulerun import RuleRun
from nnviz.experiment.run import NetworkRun, Run
from nnviz.experiment.sense import check

RULES: Mapping[type[Kind], Rule[Any, Any]] = {
    Hopfield: HopfieldRule(),
    Circuit: CircuitRule(),
    Hebb: HebbRule(),
    Perceptron: PerceptronRule(),
    Surface: SurfaceRule(),
}
"""What learns by a rule."""

RUNS: Mapping[type[Kind], Callable[[Any], Run]] = {
    Race: RaceRun,
    Study: StudyRun,
}
"""What has a run of its own."""


def begin(experiment: Kind, before: Run | None = None, *, fit: bool = False) -> Run:
    """A run of an experiment of any kind.

    Parameters
    ----------
    experiment : Kind
    before : Run, optional
        The one before it: what was prepared for it is not prepared again.
    fit : bool
        Let output and loss follow the data where they do not suit them.

    Raises
    ------
    InputError
        The experiment cannot be carried out.
    """
    if isinstance(experiment, Experiment):
        return _begin_network(experiment, before if isinstance(before, NetworkRun) else None, fit=fit)
    if own := RUNS.get(type(experiment)):
        return own(experiment)
    check(experiment)
    return RuleRun(RULES[type(experiment)], experiment)


def _begin_network(experiment: Experiment, before: NetworkRun | None, *, fit: bool) -> NetworkRun:
    problem = _same_problem(before, experiment)
    if fit and problem is None:
        experiment, problem = prepare_fitted(experiment, before.problem if before else None)
    return NetworkRun(experiment, problem)


def _same_problem(run: NetworkRun | None, then: Experiment) -> Problem | None:
    """The run's problem, if the experiment to begin has the same data and network: it need not be made again."""
    if run is None:
        return None
    now = run.experiment
    same = (now.data, now.network, now.training.loss) == (then.data, then.network, then.training.loss)
    return run.problem if same else None

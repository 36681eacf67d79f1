"""Every kind of experiment, and how each is begun."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from nnviz.data.dataset import Dataset
from nnviz.experiment.change import USUAL_GOAL, DataGoal
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind, name_of
from nnviz.experiment.problem import Problem, prepare, prepare_fitted
from nnviz.experiment.validation import check
from nnviz.late import Late
from nnviz.runs.past import OUTLINE
from nnviz.runs.rule import Rule, RuleRun
from nnviz.runs.run import NetworkRun, Run
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline
from nnviz.storage import last_written

RULES: Late[Callable[[], Rule[Any, Any]]] = Late(
    "nnviz.kinds",
    {
        "hopfield": "hopfield.rule:HopfieldRule",
        "boltzmann": "boltzmann:BoltzmannRule",
        "circuit": "circuit.rule:CircuitRule",
        "composition": "composition.rule:CompositionRule",
        "hebb": "hebb:HebbRule",
        "memory": "memory.rule:MemoryRule",
        "perceptron": "perceptron:PerceptronRule",
        "spikes": "spikes:SpikesRule",
        "surface": "surface.rule:SurfaceRule",
        "three_units": "three_units.rule:ThreeUnitsRule",
    },
)
"""What learns by a rule."""

RUNS: Late[Callable[[Any], Run]] = Late(
    "nnviz.kinds",
    {
        "race": "race.run:RaceRun",
        "study": "study.run:StudyRun",
    },
)
"""What has a run of its own."""

PASTS: Late[Callable[[Path, Run], Timeline]] = Late(
    "nnviz", {OUTLINE: "runs.past:take_up", "results.csv": "kinds.study.run:take_up"}
)
"""What moves a new run to where a document says it was, by the name of the file that says so."""


def begin(experiment: Kind, before: Run | None = None, *, fit: bool = False) -> Run:
    """A run of an experiment of any kind.

    Parameters
    ----------
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
        network = before if isinstance(before, NetworkRun) else None
        return NetworkRun(*prepared(experiment, network, fit=fit))
    kind = name_of(experiment)
    if kind in RUNS:
        return RUNS[kind](experiment)
    check(experiment)
    return RuleRun(RULES[kind](), experiment)


def returned(moment: Any, experiment: Kind) -> Run:
    """A run of an experiment that stands at a moment of it, on the data that it had then: no table is read again.

    Parameters
    ----------
    moment : Moment
        Of a run of the experiment, or of one with other live settings.
    """
    if isinstance(moment, Snapshot):
        run: Run = NetworkRun(moment.experiment, moment.problem, moment.position.parameters)
    else:
        run = begin(moment.experiment)
    run.restore(moment)
    if experiment != moment.experiment:
        run.tune(experiment)
    return run


def prepared(
    experiment: Experiment, before: NetworkRun | None = None, *, fit: bool = False
) -> tuple[Experiment, Problem]:
    """An experiment of a network with its problem, as `begin` takes them."""
    if problem := _same_problem(before, experiment):
        return experiment, problem
    if not fit:
        check(experiment)
        return experiment, prepare(experiment)
    goal = DataGoal(before.problem.dataset.task, len(before.problem.classes)) if before else USUAL_GOAL
    return prepare_fitted(experiment, goal)


def _same_problem(run: NetworkRun | None, then: Experiment) -> Problem | None:
    """The run's problem, if the experiment to begin has the same data and network: it need not be made again."""
    if run is None:
        return None
    now = run.experiment
    same = (now.data, now.network, now.training.loss) == (then.data, then.network, then.training.loss)
    return run.problem if same and not _is_rewritten(then.data.file, run.problem.dataset) else None


def _is_rewritten(file: str, dataset: Dataset) -> bool:
    """Whether a table has been written anew since it was read; one that is gone has not."""
    return bool(file) and last_written(Path(file)) not in {0, dataset.written}

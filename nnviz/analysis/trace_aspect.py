"""One example through the network, as an aspect: the sample that the run takes next, one picked, or one typed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.engine.optimizers import Hyperparameters
from nnviz.engine.tape import Array
from nnviz.engine.trace import Checked, Trace, Traced
from nnviz.experiment.problem import Problem
from nnviz.runs.beginning import hyperparameters, mask
from nnviz.runs.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class Example:
    """A sample, what it makes of the network, and the step it would be.

    Parameters
    ----------
    traced : Traced
    checked : Checked or None
        If asked for, and the network is small.
    sample : int or None
        Which of the training samples it is; None if typed.
    hyperparameters : Hyperparameters
        The run's.
    is_next : bool
        Whether the run's next step is this very one: it takes this sample, alone, by SGD.
    """

    traced: Traced
    checked: Checked | None
    sample: int | None
    hyperparameters: Hyperparameters
    is_next: bool


@dataclass(frozen=True)
class TraceOf:
    """Which sample goes through the network.

    Parameters
    ----------
    sample : int or None
        A training sample; None for the one that the run takes next, if it takes them one by one and in order,
        and otherwise the first.
    inputs, target : tuple of float
        Typed ones instead, as the network gets them; each counts only if it has the network's size.
    check : bool
        Whether central differences are wanted.
    """

    sample: int | None = None
    inputs: tuple[float, ...] = ()
    target: tuple[float, ...] = ()
    check: bool = False

    def prepare(self, problem: Problem) -> Callable[[Snapshot], Example]:
        """What turns a `Snapshot` into an `Example`."""
        return _Examples(self, problem)


class _Examples:
    def __init__(self, wanted: TraceOf, problem: Problem) -> None:
        sizes = problem.network.layer_sizes
        self._wanted, self._problem = wanted, problem
        self._inputs = _typed(wanted.inputs, sizes[0])
        self._target = _typed(wanted.target, sizes[-1])
        self._prepared: tuple[Hyperparameters, Trace] | None = None

    def __call__(self, snapshot: Snapshot) -> Example:
        trace, parameters = self._trace(snapshot), snapshot.parameters
        following = _next(snapshot)
        wanted = following if self._wanted.sample is None else self._wanted.sample
        sample = wanted if wanted is not None and wanted < len(self._problem.train) else 0
        inputs = self._problem.train.inputs[sample] if self._inputs is None else self._inputs
        target = self._problem.train.targets[sample] if self._target is None else self._target
        typed = self._inputs is not None or self._target is not None
        return Example(
            trace(parameters, inputs, target),
            trace.check(parameters, inputs, target) if self._wanted.check else None,
            None if typed else sample,
            hyperparameters(snapshot.experiment.training),
            not typed and sample == following and snapshot.experiment.training.optimizer == "sgd",
        )

    def _trace(self, snapshot: Snapshot) -> Trace:
        """Made anew when η or a penalty changes."""
        experiment = snapshot.experiment
        wanted = hyperparameters(experiment.training, experiment.network.frozen)
        if self._prepared is None or self._prepared[0] != wanted:
            there = mask(snapshot.experiment, self._problem.network.layer_sizes)
            self._prepared = wanted, Trace(self._problem.network, wanted, there)
        return self._prepared[1]


def _next(snapshot: Snapshot) -> int | None:
    """The sample of the run's next step, if there is one alone and it is known."""
    training = snapshot.experiment.training
    return snapshot.position.batch if training.batch_size == 1 and not training.shuffle else None


def _typed(numbers: tuple[float, ...], size: int) -> Array | None:
    return np.array(numbers) if len(numbers) == size else None

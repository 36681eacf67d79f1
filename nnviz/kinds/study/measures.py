"""What counts of a network in a study: all that is true of each measure, in one record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf, nan, sqrt
from typing import Any, Literal, Protocol

import numpy as np

from nnviz.data.dataset import FloatArray, Task
from nnviz.data.waves import Waves
from nnviz.engine.network import forward
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import NETWORK, Kind, name_of
from nnviz.experiment.problem import Problem
from nnviz.kinds.memory.rule import MemoryState
from nnviz.kinds.study.half_times import HalfTimes, ModeOrder
from nnviz.numerals import figure, percent
from nnviz.runs.modes import has_modes
from nnviz.runs.moment import Moment
from nnviz.runs.rule import RuleSnapshot
from nnviz.runs.snapshot import Snapshot

GOOD = 0.95
"""The share right from which a network with a memory counts as having learned."""
_MODES = 4
"""Modes that have a measure each, the largest first."""
_AT_ONCE = 256
"""Test samples whose nearest neighbours are sought at once."""


class Follower(Protocol):
    """Follows networks that are trained together, epoch by epoch, from before the first one."""

    def follow(self, epoch: int, outputs: FloatArray) -> None:
        """Take what they say of their training samples, shape (networks, outputs, samples)."""

    def values(self) -> FloatArray:
        """The measure of each, shape (networks,)."""


def _nothing(_moment: Snapshot) -> float:
    """NaN: what is measured on the way has nothing of the end."""
    return nan


def _any(_problem: Problem) -> bool:
    """Every problem fits."""
    return True


@dataclass(frozen=True)
class Measure:
    """One thing that can be measured of a trained network.

    Parameters
    ----------
    name : str
        As in files.
    title : str
        What stands at the axis.
    of : callable (Moment) -> float
        Of what has not diverged; infinite if it never came so far.
    scale : {"share", "positive", "any"}
        From 0 to 1, written in per cent; from 0 on, written as a number; or of either sign.
    task : Task or None
        What the data must ask for, if that matters.
    needs_test : bool
        It is of samples that were held out.
    needs_stop : bool
        It makes sense only where training ends by itself.
    is_counted : bool
        Seeds count that reach what `Study.success` says, not their median.
    trains : bool
        Whether the network is trained for it; otherwise it is of the first weights and the data alone.
    fits : callable (Problem) -> bool
        What else must be so.
    kinds : tuple of str
        What kinds of experiments it is of; the rest is asked of networks only.
    followed_by : callable (sequence of Problem) -> Follower, or None
        If it is not of the end but of the way there: what follows networks that are trained together.
    """

    name: str
    title: str
    of: Callable[[Any], float] = _nothing
    scale: Literal["share", "positive", "any"] = "positive"
    task: Task | None = None
    needs_test: bool = False
    needs_stop: bool = False
    is_counted: bool = False
    trains: bool = True
    fits: Callable[[Problem], bool] = _any
    kinds: tuple[str, ...] = (NETWORK,)
    followed_by: Callable[[Sequence[Problem]], Follower] | None = None

    @property
    def is_share(self) -> bool:
        """Whether it is shown in per cent."""
        return self.scale == "share"

    def value(self, moment: Moment) -> float:
        """What it is of a moment, NaN of one that has diverged."""
        return self.of(moment) if moment.finite else nan

    def text(self, value: float) -> str:
        """A value to be read."""
        if np.isnan(value):
            return "diverged"
        if np.isinf(value):
            return "not reached"
        return percent(value) if self.is_share else figure(value)

    def suits(self, experiment: Kind, problem: Problem | None) -> bool:
        """Whether it can be measured of such an experiment; the problem is that of a network."""
        if not isinstance(experiment, Experiment) or problem is None:
            return name_of(experiment) in self.kinds
        stops = experiment.training.stops
        return (
            NETWORK in self.kinds
            and (self.task is None or self.task == problem.dataset.task)
            and (len(problem.test) > 0 or not self.needs_test)
            and (stops or not self.needs_stop)
            and self.fits(problem)
        )


def _accuracy(moment: Moment) -> float:
    if not isinstance(moment, Snapshot):
        return moment.measures.get("accuracy", nan)
    accuracy = moment.metrics.train.accuracy
    return nan if accuracy is None else accuracy


def _test_accuracy(moment: Moment) -> float:
    if not isinstance(moment, Snapshot):  # it is tested on fresh samples
        return _accuracy(moment)
    accuracy = moment.metrics.test.accuracy if moment.metrics.test else None
    return nan if accuracy is None else accuracy


def _test_loss(moment: Moment) -> float:
    if not isinstance(moment, Snapshot):
        return moment.loss
    return moment.metrics.test.loss if moment.metrics.test else nan


def _root(loss: float, moment: Snapshot) -> float:
    """Root of the mean square over samples and outputs, of a loss of ½‖o − t‖²."""
    return sqrt(2.0 * loss / moment.problem.network.layer_sizes[-1])


def _epochs(moment: Snapshot) -> float:
    return float(moment.epoch) if moment.settled else inf


def _norm(moment: Snapshot) -> float:
    return float(np.linalg.norm(moment.position.parameters))


def _loss_error(moment: Snapshot) -> float:
    return abs(moment.metrics.train.loss - _test_loss(moment))


def _steps_until_good(moment: RuleSnapshot[Any, MemoryState]) -> float:
    """Steps until a test was the first in which nearly all was right; infinite if none was."""
    good = moment.state.tests[moment.state.tests[:, 1] >= GOOD]
    return float(good[0, 0]) if len(good) else inf


def _nearest_rmse(moment: Snapshot) -> float:
    """Root mean square error if every test sample is taken for the nearest training sample."""
    train, test = moment.problem.train, moment.problem.test
    squares, lengths = [], (train.inputs**2).sum(axis=1)
    for start in range(0, len(test), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        nearest = (lengths - 2.0 * test.inputs[part] @ train.inputs.T).argmin(axis=1)
        squares.append((train.targets[nearest] - test.targets[part]) ** 2)
    return float(np.sqrt(np.concatenate(squares).mean()))


def _last_layer_rmse(moment: Snapshot) -> float:
    """Root mean square error on the test samples, the last layer fitted by least squares, all others as drawn."""
    train, test = (_before_last(moment, samples.inputs) for samples in (moment.problem.train, moment.problem.test))
    weights = np.linalg.lstsq(train, moment.problem.train.targets, rcond=None)[0]
    return float(np.sqrt(((test @ weights - moment.problem.test.targets) ** 2).mean()))


def _before_last(moment: Snapshot, inputs: FloatArray) -> FloatArray:
    """Activations of the last hidden layer and a column of ones, shape (samples, units + 1)."""
    network = moment.problem.network
    *_, (_, hidden), _ = forward(network, moment.parameters, inputs.T)
    return np.column_stack([hidden.T, np.ones(len(inputs))])


def _sampled_rmse(moment: Snapshot) -> float:
    """Root mean square error of the mean of so many of the target's waves as there are hidden units, drawn."""
    problem, target = moment.problem, moment.problem.dataset.made_by
    if not isinstance(target, Waves):
        return nan
    rng = np.random.default_rng((moment.experiment.training.seed, problem.network.layer_sizes[-2]))
    inputs = problem.dataset.inputs.take(problem.test.rows, 0)
    sampled = target.sampled(problem.network.layer_sizes[-2], rng)
    return float(np.sqrt(((sampled(inputs) - target(inputs)) ** 2).mean()))


def _is_of_values(problem: Problem) -> bool:
    return problem.network.output.name == "identity" and len(problem.network.layer_sizes) > 2


def _is_of_waves(problem: Problem) -> bool:
    is_as_made = problem.standardization is None and not problem.features
    return _is_of_values(problem) and is_as_made and isinstance(problem.dataset.made_by, Waves)


_ALL = (
    Measure(
        "success",
        "seeds that succeed",
        _accuracy,
        "share",
        "classification",
        is_counted=True,
        kinds=(NETWORK, "memory"),
    ),
    Measure("accuracy", "training accuracy", _accuracy, "share", "classification"),
    Measure(
        "test_accuracy",
        "test accuracy",
        _test_accuracy,
        "share",
        "classification",
        needs_test=True,
        kinds=(NETWORK, "memory"),
    ),
    Measure(
        "gap",
        "training accuracy − test accuracy",
        lambda moment: _accuracy(moment) - _test_accuracy(moment),
        "any",
        "classification",
        needs_test=True,
    ),
    Measure("loss", "training loss", lambda moment: moment.metrics.train.loss),
    Measure("test_loss", "test loss", _test_loss, needs_test=True, kinds=(NETWORK, "memory")),
    Measure("steps", f"steps until {100 * GOOD:g} % are right", _steps_until_good, kinds=("memory",)),
    Measure(
        "rmse",
        "root mean square error",
        lambda moment: _root(moment.metrics.train.loss, moment),
        task="regression",
    ),
    Measure(
        "test_rmse",
        "root mean square error, test samples",
        lambda moment: _root(_test_loss(moment), moment),
        task="regression",
        needs_test=True,
    ),
    Measure("epochs", "epochs until training ends", _epochs, needs_stop=True),
    Measure("norm", "length of the vector of all parameters", _norm),
    Measure("loss_error", "|loss on the training samples − on the test samples|", _loss_error, needs_test=True),
    Measure(
        "nearest_rmse",
        "root mean square error of the nearest neighbour",
        _nearest_rmse,
        task="regression",
        needs_test=True,
        trains=False,
    ),
    Measure(
        "last_layer_rmse",
        "root mean square error, only the last layer fitted",
        _last_layer_rmse,
        task="regression",
        needs_test=True,
        trains=False,
        fits=_is_of_values,
    ),
    Measure(
        "sampled_rmse",
        "root mean square error of sampled waves",
        _sampled_rmse,
        task="regression",
        needs_test=True,
        trains=False,
        fits=_is_of_waves,
    ),
    Measure(
        "in_order",
        "seeds that learn the modes in order of size",
        scale="share",
        task="regression",
        is_counted=True,
        fits=has_modes,
        followed_by=ModeOrder,
    ),
    *(
        Measure(
            f"half_time_{number}",
            "epochs until a mode is half learned",
            task="regression",
            fits=has_modes,
            followed_by=partial(HalfTimes, number=number),
        )
        for number in range(1, _MODES + 1)
    ),
)

MEASURES = {measure.name: measure for measure in _ALL}
"""Every measure by name, in the order to offer them."""

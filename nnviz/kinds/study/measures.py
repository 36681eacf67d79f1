"""What counts of a network in a study: all that is true of each measure, in one record."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, nan, sqrt
from typing import Literal

import numpy as np

from nnviz.data.dataset import Task
from nnviz.experiment.problem import Problem
from nnviz.numerals import figure, percent
from nnviz.runs.snapshot import Snapshot


@dataclass(frozen=True)
class Measure:
    """One thing that can be measured of a trained network.

    Parameters
    ----------
    name : str
        As in files.
    title : str
        What stands at the axis.
    of : callable (Snapshot) -> float
        Of a network that has not diverged; infinite if it never came so far.
    scale : {"share", "positive", "any"}
        From 0 to 1, written in per cent; from 0 on, written as a number; or of either sign.
    task : Task or None
        What the data must ask for, if that matters.
    needs_test : bool
        It is of samples that were held out.
    needs_stop : bool
        It makes sense only where training ends by itself.
    """

    name: str
    title: str
    of: Callable[[Snapshot], float]
    scale: Literal["share", "positive", "any"] = "positive"
    task: Task | None = None
    needs_test: bool = False
    needs_stop: bool = False

    @property
    def is_share(self) -> bool:
        """Whether it is shown in per cent."""
        return self.scale == "share"

    def value(self, moment: Snapshot) -> float:
        """What it is of a network, NaN for one that has diverged."""
        return self.of(moment) if moment.finite else nan

    def text(self, value: float) -> str:
        """A value to be read."""
        if np.isnan(value):
            return "diverged"
        if np.isinf(value):
            return "not reached"
        return percent(value) if self.is_share else figure(value)

    def suits(self, problem: Problem, *, stops: bool) -> bool:
        """Whether it can be measured with such data, and where training ends by itself or does not."""
        return (
            (self.task is None or self.task == problem.dataset.task)
            and (len(problem.test) > 0 or not self.needs_test)
            and (stops or not self.needs_stop)
        )


def _accuracy(moment: Snapshot) -> float:
    accuracy = moment.metrics.train.accuracy
    return nan if accuracy is None else accuracy


def _test_accuracy(moment: Snapshot) -> float:
    accuracy = moment.metrics.test.accuracy if moment.metrics.test else None
    return nan if accuracy is None else accuracy


def _test_loss(moment: Snapshot) -> float:
    return moment.metrics.test.loss if moment.metrics.test else nan


def _root(loss: float, moment: Snapshot) -> float:
    """Root of the mean square over samples and outputs, of a loss of ½‖o − t‖²."""
    return sqrt(2.0 * loss / moment.problem.network.layer_sizes[-1])


def _epochs(moment: Snapshot) -> float:
    return float(moment.epoch) if moment.settled else inf


def _norm(moment: Snapshot) -> float:
    return float(np.linalg.norm(moment.position.parameters))


_ALL = (
    Measure("success", "seeds that succeed", _accuracy, "share", "classification"),
    Measure("accuracy", "training accuracy", _accuracy, "share", "classification"),
    Measure("test_accuracy", "test accuracy", _test_accuracy, "share", "classification", needs_test=True),
    Measure(
        "gap",
        "training accuracy − test accuracy",
        lambda moment: _accuracy(moment) - _test_accuracy(moment),
        "any",
        "classification",
        needs_test=True,
    ),
    Measure("loss", "training loss", lambda moment: moment.metrics.train.loss),
    Measure("test_loss", "test loss", _test_loss, needs_test=True),
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
)

MEASURES = {measure.name: measure for measure in _ALL}
"""Every measure by name, in the order to offer them."""

"""When the modes of a task are half learned, of networks that are trained together."""

from collections.abc import Sequence
from math import inf

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.experiment.problem import Problem
from nnviz.runs.modes import Modes


class HalfTimes:
    """Epochs until networks have half of a mode, between epochs by the straight line; infinite if never.

    Modes of one singular value, as far as digits tell, are one: the mean of them counts.

    Parameters
    ----------
    problems : sequence of Problem
        Of every network.
    number : int
        Which of the singular values, the largest being 1.
    """

    def __init__(self, problems: Sequence[Problem], number: int = 1) -> None:
        self._number = number
        each = {id(problem): Modes(problem.train) for problem in problems}
        self._modes = [each[id(problem)] for problem in problems]
        count = max(len(modes.levels) for modes in self._modes)
        self._probes = np.stack([_probes(modes, count) for modes in self._modes])
        self.times = np.full((len(problems), count), inf)
        self._before = np.zeros_like(self.times)

    def follow(self, epoch: int, outputs: FloatArray) -> None:
        """Take what they say of their training samples, shape (networks, outputs, samples)."""
        known = outputs[:, :, : self._probes.shape[-1]].reshape(len(outputs), 1, -1)
        shares = (self._probes.reshape(*self._probes.shape[:2], -1) * known).sum(axis=2)
        news = (shares >= 0.5) & np.isinf(self.times)
        if news.any():
            late = (shares[news] - 0.5) / (shares - self._before)[news] if epoch else 0.0
            self.times[news] = epoch - late
        self._before = shares

    def values(self) -> FloatArray:
        """The time of each; infinite too where there are not so many singular values."""
        if self._number > self.times.shape[1]:
            return np.full(len(self.times), inf)
        return self.times[:, self._number - 1].copy()


def _probes(modes: Modes, count: int) -> FloatArray:
    """What gives of outputs (outputs, samples) the learned share of each singular value; 0 for a missing one.

    Returns
    -------
    array, shape (count, outputs, samples)
    """
    found = [modes.probes[which].mean(axis=0) / strength for strength, which in modes.levels]
    return np.stack([*found, *[0.0 * found[0]] * (count - len(found))])


class ModeOrder(HalfTimes):
    """Whether networks come to half of every mode in the order of their size: 1 or 0."""

    def values(self) -> FloatArray:
        return np.asarray(
            (np.diff(self.times, axis=1) > 0.0).all(axis=1) & np.isfinite(self.times).all(axis=1), float
        )

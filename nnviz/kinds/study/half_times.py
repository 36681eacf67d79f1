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
        self._samples = min(len(modes.inputs) for modes in self._modes)
        counts = max(len(modes.levels) for modes in self._modes)
        self.times = np.full((len(problems), counts), inf)
        self._before = np.zeros_like(self.times)

    def follow(self, epoch: int, outputs: FloatArray) -> None:
        """Take what they say of their training samples, shape (networks, outputs, samples)."""
        for network, modes in enumerate(self._modes):
            learned = modes.learned(outputs[network, :, : self._samples])
            for level, (strength, which) in enumerate(modes.levels):
                share = float(learned[which].mean()) / strength
                self._take(network, level, epoch, share)

    def _take(self, network: int, level: int, epoch: int, share: float) -> None:
        before = self._before[network, level]
        if share >= 0.5 and np.isinf(self.times[network, level]):
            late = (share - 0.5) / (share - before) if epoch else 0.0
            self.times[network, level] = epoch - late
        self._before[network, level] = share

    def values(self) -> FloatArray:
        """The time of each; infinite too where there are not so many singular values."""
        if self._number > self.times.shape[1]:
            return np.full(len(self.times), inf)
        return self.times[:, self._number - 1].copy()


class ModeOrder(HalfTimes):
    """Whether networks come to half of every mode in the order of their size: 1 or 0."""

    def values(self) -> FloatArray:
        return np.asarray(
            (np.diff(self.times, axis=1) > 0.0).all(axis=1) & np.isfinite(self.times).all(axis=1), float
        )

"""What a study trains that is no network: each seed is a run of its own."""

from collections.abc import Callable, Iterator, Sequence

from nnviz.experiment.kind import Kind
from nnviz.kinds.memory.schema import Memory
from nnviz.runs.begin import begin
from nnviz.runs.moment import Moment

_FIRST, _CALLS, _NUMBER = 1e-4, {False: 5e-6, True: 20e-6}, 4e-10
"""Seconds of a step, whatever the sequences; for each time step, without gates and with them; for each product."""
_TESTED = 1.4
"""How many times as long a step takes with its share of the tests."""


class RunGroup:
    """Runs of experiments that differ in their seeds only, an epoch of each at a time."""

    problems = ()

    def __init__(self, experiments: Sequence[Kind]) -> None:
        self._runs = [begin(experiment) for experiment in experiments]

    def train(self, epochs: int, tell: Callable[[int], bool] = lambda _epoch: True) -> bool:
        """Train until the epochs are done; False if told to stop."""
        for epoch in range(1, epochs + 1):
            for run in self._runs:
                run.advance(run.steps_to_epoch_end)
            if not tell(epoch):
                return False
        return True

    def snapshots(self) -> Iterator[Moment]:
        """Where each run stands."""
        return map(self.snapshot, range(len(self._runs)))

    def snapshot(self, number: int) -> Moment:
        """Where one of the runs stands, counted from 0."""
        moment: Moment = self._runs[number].snapshot()
        return moment


def steps_an_epoch(experiment: Kind) -> int:
    """Steps from one test to the next."""
    return experiment.STEPS_AN_EPOCH if isinstance(experiment, Memory) else 1


def seconds_a_step(experiment: Kind) -> float:
    """What a step of one run takes, roughly."""
    if not isinstance(experiment, Memory):
        return _FIRST
    gates = 4 if experiment.has_gates else 1
    products = 3 * gates * experiment.units * (experiment.units + 2) * experiment.batch_size
    return _TESTED * (_FIRST + experiment.length * (_CALLS[experiment.has_gates] + _NUMBER * products))

"""A study being carried out, a task at a time, here or by processes."""

from collections.abc import Callable, Mapping
from itertools import islice, takewhile
from pathlib import Path
from time import perf_counter

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.errors import InputError
from nnviz.experiment.validation import check
from nnviz.kinds.study.results import RESULTS, Found, read_results
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.kinds.study.tasks import Part, Plan, Task, Values, epochs_of
from nnviz.kinds.study.workers import Processes, ProcessesEndedError, cores, is_long
from nnviz.progress import go_on
from nnviz.runs.moment import Moment
from nnviz.runs.rule import read_only
from nnviz.runs.run import Run, Shareable
from nnviz.runs.scene import Lens
from nnviz.runs.timeline import Timeline

_STOPS = 60
"""Moments kept, at least, of a network that is trained again to be looked at."""
_PATIENCE = 0.02
"""Seconds that a step waits for processes, at most."""
_SOON = 0.3
"""Seconds that a task may take which is carried out here while processes begin."""
_AHEAD = 2
"""Parts that each process has before it, so that none waits for the next."""


class StudyRun(Shareable):
    """Seeds of every variant being trained: a `Run`.

    A step carries out one task of the study's plan: a group of seeds of one variant, for all its epochs.

    Raises
    ------
    InputError
        A variant cannot be carried out, or the measure makes no sense for its data.
    """

    def __init__(self, experiment: Study) -> None:
        self.plan = Plan(experiment)
        self.experiment = experiment
        self._values = tuple(read_only(np.empty(0)) for _ in experiment.cells)
        self._known: dict[Task, Values] = {}
        self._prices = {task: self.plan.seconds(task) for task in self.plan.tasks}
        self._effort = int(1e9 * max(self._prices.values()))
        self._left = sum(self._prices.values())
        self._spent = self._worth = 0.0
        self._processes: Processes | None = None
        self._is_shared_out = self._have_begun = False
        self.step = 0

    @property
    def finite(self) -> bool:
        """True: that a seed diverges is a result."""
        return True

    @property
    def settled(self) -> bool:
        """Whether all tasks are done."""
        return self.step == len(self.plan.tasks)

    @property
    def steps_an_epoch(self) -> int:
        """1: a task is a whole training."""
        return 1

    @property
    def steps_to_epoch_end(self) -> int:
        return 1

    def advance(self, steps: int) -> None:
        """Carry out so many tasks, or fewer if all are done, or processes are still at work on the next one."""
        for task in self.plan.tasks[self.step : self.step + steps]:
            if task not in self._known:
                self._find(task)
            if task not in self._known:
                return
            self._take(task)
        if self.settled:
            self.end_processes()

    def share_out(self) -> None:
        """Leave what takes long to processes from now on."""
        self._is_shared_out = True

    def end_processes(self) -> None:
        """End them, if there are any; what they have found is kept."""
        if self._processes:
            self._processes.end()
            self._processes = None

    def measure(self) -> None:
        """Nothing: each task is measured when it is done."""

    def measure_on(self) -> bool:
        """True: there is nothing to measure."""
        return True

    def snapshot(self) -> StudySnapshot:
        found = [problem.dataset.found if problem else None for problem in self.plan.problems]
        effort, left = self._effort, self._seconds_left
        return StudySnapshot(self.experiment, self._values, self.step, effort, left, found=found)

    def picture(self, lens: Lens, *, is_partial: bool = False) -> StudySnapshot:
        """The same: figures are all there is to look at."""
        del lens, is_partial
        return self.snapshot()

    def restore(self, snapshot: StudySnapshot) -> None:
        self.experiment = snapshot.experiment
        self.adopt(snapshot)

    def can_adopt(self, snapshot: Moment) -> bool:
        """Whether a moment's figures are this study's too."""
        return isinstance(snapshot, StudySnapshot) and self.experiment.continues(snapshot.experiment)

    def adopt(self, snapshot: StudySnapshot) -> None:
        self._values, self.step = snapshot.values, snapshot.step
        for task in self.plan.tasks[: self.step]:
            self._note(task, snapshot.values[task.variant][task.first : task.first + task.seeds].tolist())

    def take_up(self, found: Found) -> Timeline:
        """Go on from what was found before, for each variant by seed; the timeline begins there."""
        for task in self.plan.tasks:
            column = found[task.variant]
            values = [column[seed] for seed in range(task.first, task.first + task.seeds) if seed in column]
            if len(values) == task.seeds:
                self._note(task, values)
        for task in self.plan.tasks:
            if task not in self._known:
                break
            self._take(task)
        timeline = Timeline()
        timeline.add(self.snapshot())
        return timeline

    def tune(self, experiment: Study) -> None:
        """Go on under other names, or with another threshold of success."""
        check(experiment)
        self.experiment = experiment

    def set_parameter(self, layer: int, unit: int, source: int | None, value: float) -> None:
        """Nothing: a study keeps no weights."""

    @property
    def _seconds_left(self) -> float:
        """As the plan says, corrected by how long the tasks done have taken."""
        usual = 1.0 / cores() if self._is_shared_out and is_long(self._left) else 1.0
        return self._left * (self._spent / self._worth if self._worth else usual)

    def _find(self, task: Task) -> None:
        """Have a task carried out; processes may not be done with it yet, but with others."""
        began, left = perf_counter(), self._left
        processes = self._helping()
        found = self._found_by(processes, task) if processes else self._found_here(task)
        for each, values in found.items():
            self._note(each, values)
        self._spent += perf_counter() - began
        self._worth += left - self._left

    def _helping(self) -> Processes | None:
        """Processes that do the work, if it is worth them."""
        if not self._processes and self._is_shared_out and is_long(self._left):
            self._processes, self._have_begun = Processes(self.plan.study, cores(), yielding=True), False
        return self._processes

    def _found_here(self, task: Task) -> Mapping[Task, Values]:
        return self.plan.carried_out(self._part_of(task))

    def _found_by(self, processes: Processes, task: Task) -> Mapping[Task, Values]:
        """What processes have found; while they begin, a task that none of them was given is carried out here."""
        try:
            self._give(processes)
            is_given = any(task in part for part in processes.under_way)
            found = processes.take(_PATIENCE if is_given else 0.0)
        except (ProcessesEndedError, OSError):  # something forbids them: it goes on without
            self.end_processes()
            self._is_shared_out = False
            return {}
        self._have_begun = self._have_begun or bool(found)
        return found if found or is_given else self._found_here(task)

    def _give(self, processes: Processes) -> None:
        """Let no process wait, but give none of them much at a time: it would be done though it is paused.

        Until they have begun, the next tasks are left to this thread, unless these are long.
        """
        given = {task for part in processes.under_way for task in part}
        first = self.step if self._have_begun else self.step + self._left_here(processes.count)
        given.update(each for task in self.plan.tasks[self.step : first] for each in self.plan.part_of(task))
        for task in islice(self.plan.tasks, first, None):
            if len(processes.under_way) >= _AHEAD * processes.count:
                break
            if task not in self._known and task not in given:
                part = self._part_of(task)
                processes.give(part)
                given.update(part)

    def _left_here(self, most: int) -> int:
        """How many of the next tasks are quickly carried out."""
        next_ones = self.plan.tasks[self.step : self.step + most]
        return sum(1 for _ in takewhile(lambda task: self._prices[task] <= _SOON, next_ones))

    def _part_of(self, task: Task) -> Part:
        return tuple(each for each in self.plan.part_of(task) if each not in self._known)

    def _note(self, task: Task, values: Values) -> None:
        """Keep what was found of a task, also while another moment is shown."""
        if task not in self._known:
            self._known[task] = values
            self._left -= self._prices[task]

    def _take(self, task: Task) -> None:
        before, variant = self._values, task.variant
        values: FloatArray = read_only(np.append(before[variant], self._known[task]))
        self._values = (*before[:variant], values, *before[variant + 1 :])
        self.step += 1


def take_up(document: Path, run: Run) -> Timeline:
    """Move a study's run to what a document holds of it, and begin its timeline there.

    Raises
    ------
    InputError
        One line on what is wrong in the document.
    """
    if not isinstance(run, StudyRun):
        raise InputError(f"{document}: {RESULTS}: only a study has results; allowed: kind study, or no results")
    return run.take_up(read_results(run.experiment, document / RESULTS))


def trained_again(study: Study, variant: int, seed: int) -> Callable[[Run], Timeline]:
    """What takes a run of one of the study's networks, both counted from 0, to where the study measured it.

    It is trained as it was then, together with the others of its task, so it is the same to the last bit; the
    timeline holds moments of its way.
    """

    def take_up(run: Run) -> Timeline:
        plan = Plan(study)
        task = plan.task_of(variant, seed)
        group, timeline = plan.group(task), Timeline()
        number, epochs = (
            seed - task.first,
            epochs_of(study, variant, plan.experiments[variant], plan.problems[variant]),
        )

        def keep(epoch: int) -> bool:
            if epoch & (epoch - 1) == 0 or epoch % max(1, epochs // _STOPS) == 0:
                go_on("Training it again", epoch / max(1, epochs))
                timeline.add(group.snapshot(number))
            return True

        keep(0)
        group.train(epochs, keep)
        timeline.add(group.snapshot(number))
        run.restore(timeline.line.moments[-1])
        return timeline

    return take_up

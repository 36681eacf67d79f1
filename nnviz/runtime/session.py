"""The run as the window sees it: commands as methods, what comes back as signals."""

from collections import deque
from dataclasses import replace
from queue import SimpleQueue

from msgspec import structs
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.scene import Lens
from nnviz.experiment.snapshot import Snapshot
from nnviz.experiment.timeline import Line, Timeline
from nnviz.runtime.commands import (
    Advance,
    Command,
    Load,
    Look,
    Pace,
    Pause,
    Play,
    Quit,
    Seek,
    SetParameter,
    Tune,
)
from nnviz.runtime.worker import Report, TrainingThread

_FRAME = 16
"""Milliseconds between two looks into the mailbox."""


class Session(QObject):
    """Owns the training thread and the timeline.

    Everything is asked for by a method and answered by a signal. A report of what is no longer wanted is
    dropped. When nothing is under way no timer runs.
    """

    snapshot_changed = Signal(object)
    experiment_changed = Signal(object)
    playing_changed = Signal(bool)
    timeline_changed = Signal()
    refused = Signal(str)
    broke = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.experiment = Experiment()
        self.snapshot: Snapshot | None = None
        self.playing = False
        self.timeline = Timeline()
        self._accepted = self.experiment
        self._at = 0
        self._loading = False
        self._loaded = 0
        self._serial = self._answered = self._barrier = self._edited = 0
        self._inbox: SimpleQueue[tuple[int, Command]] = SimpleQueue()
        self._mailbox: deque[Report] = deque(maxlen=1)
        self._failures: deque[tuple[int, Exception]] = deque()
        self._thread = TrainingThread(self._inbox, self._mailbox, self._failures)
        self._frames = QTimer(self, interval=_FRAME, timerType=Qt.TimerType.PreciseTimer)
        self._frames.timeout.connect(self._tick)
        self._thread.start()

    @property
    def in_past(self) -> bool:
        """Whether the run is, or has been sent, before the last moment of the present line."""
        moments = self.timeline.line.moments
        return bool(moments) and self._at < moments[-1].step and not self._loading

    @property
    def idle(self) -> bool:
        """Whether nothing plays and all that was asked for has been answered; no timer runs then."""
        return not self._frames.isActive()

    def load(self, experiment: Experiment, moment: Snapshot | None = None, *, fit: bool = False) -> None:
        """Begin an experiment; with the weights of a moment, if one is given and they fit.

        ``fit`` lets output and loss follow the data where they do not suit them.
        """
        self._loading = True
        self._edit(experiment, Load(experiment, moment, fit))
        self._barrier = self._serial

    def update(self, experiment: Experiment, moment: Snapshot | None = None, *, fit: bool = False) -> None:
        """Change the experiment: training settings live, all else begins anew, as `load` does."""
        if experiment == self.experiment:
            return
        # while loading nobody knows yet whether there will be a run to tune
        if not self._loading and _changes_only_training(self.experiment, experiment):
            self._branch_if_in_past()
            self._edit(experiment, Tune(experiment))
        else:
            self.load(experiment, moment, fit=fit)

    def reset(self) -> None:
        """Begin the experiment anew."""
        self.load(self.experiment)

    def new_seed(self) -> None:
        """Begin anew from other parameters."""
        training = self.experiment.training
        training = structs.replace(training, seed=(training.seed + 1) % 2**63, start="")
        self.load(structs.replace(self.experiment, training=training))

    def play(self) -> None:
        """Train until paused; from a moment in the past, what came after it is forgotten."""
        self._go_on(Play())

    def toggle(self) -> None:
        """Play if paused, pause if playing."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def pause(self) -> None:
        """Stop training."""
        self._send(Pause())

    def advance(self, steps: int = 0, epochs: int = 0) -> None:
        """Take so many steps, or finish so many epochs."""
        self._go_on(Advance(steps, epochs))

    def pace(self, steps_per_second: float | None) -> None:
        """Train at so many steps a second; as fast as it goes if None."""
        self._send(Pace(steps_per_second))

    def seek(self, step: int) -> None:
        """Show the kept moment at, or last before, a step, and pause there."""
        if self.timeline.line.moments and not self._loading:
            self._go_to(self.timeline.line.at(step))

    def step_back(self) -> None:
        """Show the kept moment before this one."""
        self.seek(self._at - 1)

    def epoch_back(self) -> None:
        """Show the last kept moment that is an epoch or more before this one."""
        if self.snapshot:
            self.seek(self._at - self.snapshot.problem.steps_an_epoch(self.experiment.training.batch_size))

    def seek_last_finite(self) -> None:
        """Show the last kept moment before the run diverged."""
        if moment := self.timeline.line.last_finite():
            self.seek(moment.step)

    def branch(self) -> None:
        """Go on from where the run is in a new line; the old one is kept."""
        if self.timeline.line.moments and not self._loading:
            self.timeline.branch(self._at)
            self.timeline_changed.emit()

    def switch(self, line: Line) -> None:
        """Go to the end of another line, if it is still there."""
        if self._loading or line not in self.timeline.lines:
            return
        self.timeline.switch(line)
        self.timeline_changed.emit()
        self._go_to(line.moments[-1])

    def set_parameter(self, layer: int, unit: int, source: int | None, value: float) -> None:
        """Set a weight, or with ``source`` None a bias, by hand."""
        self._branch_if_in_past()
        self._send(SetParameter(layer, unit, source, value))
        self._barrier = self._serial

    def look(self, lens: Lens) -> None:
        """Say what is looked at."""
        self._send(Look(lens))

    def close(self) -> None:
        """End the thread and wait for it."""
        self._frames.stop()
        self._send(Quit())
        self._frames.stop()
        self._thread.wait()

    def _go_on(self, command: Play | Advance) -> None:
        if self.in_past:
            self.timeline.resume(self._at)
            self.timeline_changed.emit()
        self._send(command)

    def _go_to(self, moment: Snapshot) -> None:
        self._at = moment.step
        self._edit(moment.experiment, Seek(moment))
        self._barrier = self._serial

    def _branch_if_in_past(self) -> None:
        if self.in_past:
            self.branch()

    def _edit(self, experiment: Experiment, command: Command) -> None:
        """Send what changes the experiment; reports from before it no longer say what the experiment is."""
        self._send(command)
        self._edited = self._serial
        self._set_experiment(experiment)

    def _send(self, command: Command) -> None:
        self._serial += 1
        self._inbox.put((self._serial, command))
        if self._thread.isRunning():  # nothing answers any more once closed
            self._frames.start()

    def _set_experiment(self, experiment: Experiment) -> None:
        if experiment != self.experiment:
            self.experiment = experiment
            self.experiment_changed.emit(experiment)

    def _tick(self) -> None:
        if self._mailbox:
            self._take(self._mailbox.pop())
        self._tell_failures()
        idle = self._answered >= self._serial and not (self._mailbox or self._failures)
        if idle and not self.playing:
            self._frames.stop()

    def _take(self, report: Report) -> None:
        self._answered = max(self._answered, report.serial)
        if report.serial < self._barrier:
            return
        self._loading = False
        if report.snapshot:
            self._show(report.snapshot, report)
        elif report.serial >= self._edited:
            self._set_experiment(self._accepted)
        if report.playing != self.playing:
            self.playing = report.playing
            self.playing_changed.emit(self.playing)

    def _show(self, snapshot: Snapshot, report: Report) -> None:
        self._follow(report.loaded)
        self.snapshot, self._at = snapshot, snapshot.step
        if not report.revisited:
            self.timeline.resume(snapshot.step)  # a refused load may leave the run playing in the past
            self.timeline.add(replace(snapshot, scene=None))
        if report.serial >= self._edited:
            self._accepted = snapshot.experiment
            self._set_experiment(snapshot.experiment)
        self.snapshot_changed.emit(snapshot)

    def _follow(self, loaded: int) -> None:
        """Begin the timeline anew with a run that was begun anew."""
        if loaded != self._loaded:
            self._loaded = loaded
            self.timeline.clear()

    def _tell_failures(self) -> None:
        """Tell what went wrong once the report after it has been taken, so that all is as it will stay."""
        while self._failures and self._failures[0][0] <= self._answered:
            _, error = self._failures.popleft()
            if isinstance(error, InputError):
                self.refused.emit(str(error))
            else:
                self.broke.emit(error)


def _changes_only_training(before: Experiment, after: Experiment) -> bool:
    return (before.data, before.network) == (after.data, after.network) and all(
        getattr(before.training, key) == getattr(after.training, key) for key in ("seed", "precision", "start")
    )

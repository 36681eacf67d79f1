"""The run as the window sees it: commands as methods, what comes back as signals."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind
from nnviz.progress import GivenUpError, Work
from nnviz.runs.moment import Moment
from nnviz.runs.run import Run
from nnviz.runs.scene import Lens
from nnviz.runs.timeline import Branch, Timeline
from nnviz.runtime.commands import Advance, Load, Look, Pace, Pause, Play, Seek, SessionCommand, SetParameter, Tune
from nnviz.runtime.link import Link
from nnviz.runtime.requests import Answer, Requests
from nnviz.runtime.state import SessionState
from nnviz.runtime.worker import Report

_LONG = 0.2
"""Seconds of loading after which it is said."""
_SOON, _MOST_STEPS = 5_000_000, 10_000
"""Steps times parameters, and steps, taken anew at most to show a step between two kept moments: about 0.2 s."""


class Session(QObject):
    """Owns the experiment, the moment shown and the timeline.

    Everything is asked for by a method and answered by a signal. A report of what is no longer wanted is
    dropped.

    Attributes
    ----------
    experiment : Kind
        What is carried out, or is about to be.
    snapshot : Moment or None
        The moment shown, of the kind that the experiment's runs have.

    Signals
    -------
    snapshot_changed : Moment
    stood_still
        A frame went by, while something was to be expected, that brought no other moment.
    begun : float
        An experiment has begun, or been changed, that was asked for at this time, as `time.monotonic` counts.
    training_asked
        To play or to take some steps was asked for.
    loading_changed : Work or None
        How far an experiment is that takes long to load; None when it is there, refused or given up.
    """

    snapshot_changed = Signal(object)
    stood_still = Signal()
    begun = Signal(float)
    training_asked = Signal()
    loading_changed = Signal(object)
    experiment_changed = Signal(object)
    playing_changed = Signal(bool)
    timeline_changed = Signal()
    refused = Signal(str)
    broke = Signal(object)
    closed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.experiment: Any = Experiment()
        self.snapshot: Any = None
        self.playing = False
        self.timeline = Timeline()
        self._accepted: Kind = self.experiment
        self._at = 0
        self._loading = False
        self._asked = SessionState(self.experiment, None, 0)
        self._states: dict[int, SessionState] = {0: self._asked}
        self._loaded = self._run = self._barrier = self._edited = self._paused = 0
        self._requests = Requests()
        self._works: list[Work] = []
        self._link = Link(self, self._take, self._stand_still)

    @property
    def in_past(self) -> bool:
        """Whether the run is, or has been sent, before the last moment of the present line."""
        moments = self.timeline.line.moments
        return bool(moments) and self._at < moments[-1].step and not self._loading

    @property
    def state(self) -> SessionState:
        """What it is at, or while an experiment is being loaded, what it will then be at."""
        if self._loading:
            return self._asked
        if self.snapshot is None:
            return SessionState(self.experiment, None, self._run)
        lines, size = tuple(self.timeline.lines), self.timeline.size
        return SessionState(self.experiment, self.snapshot.bare(), self._run, True, lines, size)

    @property
    def is_loading(self) -> bool:
        """Whether what is shown is of an experiment that another is to take the place of."""
        return self._loading

    @property
    def idle(self) -> bool:
        """Whether nothing plays and all that was asked for has been answered."""
        return self._link.idle

    def load(
        self,
        experiment: Kind,
        moment: Moment | None = None,
        *,
        fit: bool = False,
        run: Run | None = None,
        past: Callable[[Run], Timeline] | None = None,
        answer: Answer | None = None,
    ) -> None:
        """Begin an experiment; with the weights of a moment, if one is given and they fit.

        ``fit`` lets output and loss follow the data where they do not suit them. A ``run`` of the experiment that
        has been begun already is gone on with; nobody else may touch it any more. ``past`` moves it to the moment
        saved in a document, and returns the saved timeline.
        """
        state = SessionState(experiment, moment, self._link.serial + 1)
        self._load(state, Load(experiment, moment, fit, run, past), answer)

    def return_to(self, state: SessionState) -> None:
        """Go back, or forward again, to what it was at: the moment, and the timeline with its branches.

        A run that is under way only under other settings goes on under those of then.
        """
        if state.run == self.state.run:
            self.update(state.experiment, answer=lambda begun: begun)
            return
        if state.lines and state.moment and state.moment.step < state.lines[-1].moments[-1].step:
            self.pause()  # going on from the past would cut off what came after it
        self._load(state, Load(state.experiment, state.moment, fit=not state.begun, returns=state.begun))

    def update(
        self, experiment: Kind, moment: Moment | None = None, *, fit: bool = False, answer: Answer | None = None
    ) -> None:
        """Change the experiment: training settings live, all else begins anew, as `load` does."""
        if experiment == self.experiment:
            return
        # while a new one is loaded nobody knows yet whether there will be a run to tune
        if self.state.begun and experiment.continues(self.experiment):
            self._branch_if_in_past()
            self._asked = replace(self._asked, experiment=experiment)
            self._edit(experiment, Tune(experiment), answer)
        else:
            self.load(experiment, moment, fit=fit, answer=answer)

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
        """Stop training; said at once, though a step that is under way may take a moment longer."""
        self._paused = self._link.send(Pause())
        self._set_playing(False)

    def give_up(self) -> None:
        """Load none of what is being loaded."""
        for work in self._works:
            work.give_up()

    def advance(self, steps: int = 0, epochs: int = 0) -> None:
        """Take so many steps, or finish so many epochs."""
        self._go_on(Advance(steps, epochs))

    def pace(self, steps_per_second: float | None) -> None:
        """Train at so many steps a second; as fast as it goes if None."""
        self._link.send(Pace(steps_per_second))

    def seek(self, step: int) -> None:
        """Show the kept moment at, or last before, a step, and pause there."""
        if self.timeline.line.moments and not self._loading:
            self._go_to(self.timeline.line.at(step))

    def step_back(self) -> None:
        """Show the step before this one, taken anew from the kept moment before it."""
        self._go_to_step(self._at - 1)

    def epoch_back(self) -> None:
        """Show the beginning of the epoch under way, or if this is one, of the epoch before."""
        if self.snapshot:
            # what is shown may lag behind where the run has been sent, which was to the beginning of an epoch
            begun = self.snapshot.step_in_epoch if self.snapshot.step == self._at else 0
            self._go_to_step(self._at - (begun or self.snapshot.steps_an_epoch))

    def seek_last_sound(self) -> None:
        """Show the last kept moment before the run began to diverge."""
        if moment := self.timeline.line.last_sound():
            self.seek(moment.step)

    def branch(self) -> None:
        """Go on from where the run is in a new line; the old one is kept."""
        if self.timeline.line.moments and not self._loading:
            self.timeline.branch(self._at)
            self.timeline_changed.emit()

    def switch(self, line: Branch) -> None:
        """Go to the end of another line, if it is still there."""
        if self._loading or line not in self.timeline.lines:
            return
        self.timeline.switch(line)
        self.timeline_changed.emit()
        self._go_to(line.moments[-1])

    def set_parameter(self, layer: int, unit: int, source: int | None, value: float) -> None:
        """Set a weight, or with ``source`` None a bias, by hand."""
        self._branch_if_in_past()
        self._link.send(SetParameter(layer, unit, source, value))
        self._barrier = self._link.serial

    def look(self, lens: Lens) -> None:
        """Say what the visible views need."""
        self._link.send(Look(lens))

    def close(self) -> None:
        """End the threads, whatever they are doing."""
        self.give_up()
        self.closed.emit()
        self._link.close()

    def _load(self, state: SessionState, command: Load, answer: Answer | None = None) -> None:
        self._loading, self._asked = True, state
        self._works.append(command.work)
        self._edit(state.experiment, command, answer)
        self._barrier = self._edited
        self._states[self._edited] = state

    def _go_on(self, command: Play | Advance) -> None:
        self.training_asked.emit()
        if self.in_past:
            self.timeline.resume(self._at)
            self.timeline_changed.emit()
        self._link.send(command)

    def _go_to_step(self, step: int) -> None:
        line = self.timeline.line
        if step < 0 or self._loading or not line.moments:
            return
        moment = line.at(step)
        steps = step - moment.step
        soon = steps <= _MOST_STEPS and steps * moment.effort <= _SOON
        self._go_to(moment, step if soon and line.repeats(step) else moment.step)

    def _go_to(self, moment: Moment, step: int | None = None) -> None:
        self._at = moment.step if step is None else max(step, moment.step)
        self._edit(moment.experiment, Seek(moment, self._at))
        self._barrier = self._link.serial

    def _branch_if_in_past(self) -> None:
        if self.in_past:
            self.branch()

    def _edit(self, experiment: Kind, command: SessionCommand, answer: Answer | None = None) -> None:
        """Send what changes the experiment; reports from before it no longer say what the experiment is."""
        self._edited = self._link.send(command)
        self._requests.add(self._edited, answer)
        self._set_experiment(experiment)

    def _set_experiment(self, experiment: Kind) -> None:
        if experiment != self.experiment:
            self.experiment = experiment
            self.experiment_changed.emit(experiment)

    def _take(
        self, report: Report, passed: list[tuple[int, Moment]], failures: list[tuple[int, Exception]]
    ) -> None:
        self._requests.fail([serial for serial, _ in failures])
        if report.serial >= self._barrier:
            self._take_up(report, passed)
            for asked_at in self._requests.answer(report.serial, report.loaded):
                self.begun.emit(asked_at)
        for _, error in failures:
            self._tell(error)

    def _stand_still(self) -> None:
        self.stood_still.emit()
        if self._works and monotonic() - self._works[0].began > _LONG:
            self.loading_changed.emit(self._works[0])

    def _end_loading(self) -> None:
        self._loading = False
        if self._works:
            self._works.clear()
            self.loading_changed.emit(None)

    def _set_playing(self, playing: bool) -> None:
        if playing != self.playing:
            self.playing = playing
            self.playing_changed.emit(playing)

    def _take_up(self, report: Report, passed: list[tuple[int, Moment]]) -> None:
        self._end_loading()
        if report.snapshot:
            self._keep(report, report.snapshot, [moment for serial, moment in passed if serial >= self._barrier])
            self._show(report.snapshot, report)
        elif report.serial >= self._edited:
            self._set_experiment(self._accepted)
        self._set_playing(report.playing and report.serial >= self._paused)

    def _keep(self, report: Report, snapshot: Moment, passed: list[Moment]) -> None:
        self._follow(report)
        if report.revisited and self.timeline.line.moments:
            return
        moments = [*passed, snapshot.bare()]
        self.timeline.resume(moments[0].step)  # a refused load may leave the run playing in the past
        for moment in moments:
            self.timeline.add(moment)

    def _show(self, snapshot: Moment, report: Report) -> None:
        self.snapshot, self._at = snapshot, snapshot.step
        if report.serial >= self._edited:
            self._accepted = snapshot.experiment
            self._set_experiment(snapshot.experiment)
        self.snapshot_changed.emit(snapshot)

    def _follow(self, report: Report) -> None:
        """Take the timeline of a run that was begun anew, that came with one, or that was gone back to."""
        if report.loaded != self._loaded:
            self._loaded = report.loaded
            self.begun.emit(self._requests.asked_at(report.loaded))
            state = self._states[report.loaded]
            self._run = state.run
            self.timeline.take(report.past.lines if report.past else state.lines)
            self._states = {serial: state for serial, state in self._states.items() if serial > report.serial}

    def _tell(self, error: Exception) -> None:
        if isinstance(error, GivenUpError):
            return
        if isinstance(error, InputError):
            self.refused.emit(str(error))
        else:
            self.broke.emit(error)

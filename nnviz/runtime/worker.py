"""The training thread, the sole owner of the run, and the clock that says when to train and when to measure."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from time import perf_counter

from msgspec import Struct
from PySide6.QtCore import QThread

from nnviz.progress import go_on
from nnviz.runs.begin import begin, returned
from nnviz.runs.moment import Moment
from nnviz.runs.run import Run, hand_over
from nnviz.runs.scene import Lens
from nnviz.runs.timeline import Timeline
from nnviz.runtime.commands import (
    Advance,
    Load,
    Look,
    Pace,
    Pause,
    Play,
    Quit,
    Seek,
    SessionCommand,
    SetParameter,
    Tune,
)

_SLICE = 0.004
"""Seconds of training between two looks at the queue."""
_MEASURING_SHARE = 20.0
"""While training goes on, metrics are measured when so many times as long as measuring takes has passed since."""
_CLOSE_LOOK, _APART, _FAR_APART, _GROWTH = 1 / 24, 0.08, 0.1, 1.2
"""Seconds from one close look to the next, as from one picture of a film; seconds after which metrics are measured
with a picture; seconds, and the growth in steps, after which they are measured though no picture was made."""
_MOST_PASSED = 1000
"""Moments that wait for a window that does not take them."""


class Clock:
    """Keeps the pace of training.

    Parameters
    ----------
    steps_per_second : float or None
        As fast as it goes if None.
    """

    def __init__(self, steps_per_second: float | None = None) -> None:
        self._pace = steps_per_second
        self._steps_in_slice = 1.0
        self._measured = self._next_measuring = self._next_look = -1.0
        self.restart()

    def restart(self) -> None:
        """Count from now on; the first step is due at once."""
        self._next = perf_counter()

    def wait(self, *, playing: bool) -> float | None:
        """Seconds until the next step is due; None if there is none to wait for."""
        if not playing:
            return None
        return max(0.0, self._next - perf_counter()) if self._pace else 0.0

    def due(self) -> int:
        """Steps to take now."""
        if self._pace is None:
            return max(1, int(self._steps_in_slice))
        late = perf_counter() - self._next
        if late < 0.0:
            return 0
        steps = min(1 + int(late * self._pace), max(1, int(self._steps_in_slice)))
        self._next = max(self._next + steps / self._pace, perf_counter() - 1.0 / self._pace)
        return steps

    @contextmanager
    def training(self, steps: int) -> Iterator[None]:
        """Time some steps, to know how many fill a slice."""
        began = perf_counter()
        yield
        taken = max(perf_counter() - began, 1e-6)
        # at most doubled, so that one quick slice does not make the next one long
        self._steps_in_slice = min(steps * _SLICE / taken, 2.0 * self._steps_in_slice)

    def is_due(self) -> bool:
        """Whether to measure with a picture: now and then, and only if that hardly delays training."""
        return perf_counter() >= max(self._next_measuring, self._measured + _APART)

    def look_closely(self) -> bool:
        """Begin a close look, which shows all that is wanted as it is now; False if the last is still fresh."""
        now = perf_counter()
        if now < self._next_look:
            return False
        # one that comes late, as pictures fall, does not put off the next ones
        self._next_look = max(self._next_look, now - _CLOSE_LOOK / 2) + _CLOSE_LOOK
        return True

    def is_wanted(self, growth: float) -> bool:
        """Whether to measure between two pictures, steps being so many times as many as when it was last done."""
        now = perf_counter()
        apart = growth >= _GROWTH or now >= self._measured + _FAR_APART
        return apart and now >= self._next_measuring

    @contextmanager
    def measuring(self) -> Iterator[None]:
        """Time a measurement, or a part of one."""
        began = perf_counter()
        yield
        ended = perf_counter()
        self._next_measuring = ended + _MEASURING_SHARE * (ended - began)

    def end_measuring(self) -> None:
        """Begin no other measurement for a while; between the parts of one there is no such rest."""
        self._measured = perf_counter()


class Report(Struct, frozen=True, eq=False):
    """What the thread says of itself.

    Parameters
    ----------
    serial : int
        The last command that was carried out.
    snapshot : Moment or None
        None before anything is loaded, and when no picture could be made.
    revisited : bool
        The snapshot is a kept moment that was gone to, nothing new.
    loaded : int
        Serial number of the command that began the run; 0 before there is one.
    past : Timeline or None
        The timeline that the run was loaded with; the receiver owns it.
    """

    serial: int
    snapshot: Moment | None
    playing: bool
    revisited: bool
    loaded: int
    past: Timeline | None


class Outbox:
    """What the thread hands to the window; deques need no locks.

    Attributes
    ----------
    reports : deque of Report, at most 1
        The newest report, until it is taken. While training goes on the next one is made only then, so that
        pictures are computed when a frame wants them.
    passed : deque of (int, Moment)
        Moments between the reports, with the serial number of the last command before each.
    failures : deque of (int, Exception)
        What went wrong, with the serial number of the command at fault. A report that goes on from there follows.
    """

    def __init__(self) -> None:
        self.reports: deque[Report] = deque(maxlen=1)
        self.passed: deque[tuple[int, Moment]] = deque(maxlen=_MOST_PASSED)
        self.failures: deque[tuple[int, Exception]] = deque()


class TrainingThread(QThread):
    """Carries out commands and trains.

    Parameters
    ----------
    inbox : SimpleQueue of (int, Command)
        Commands with their serial numbers.
    """

    def __init__(self, inbox: "SimpleQueue[tuple[int, SessionCommand]]", outbox: Outbox) -> None:
        super().__init__()
        self._inbox, self._outbox = inbox, outbox
        self._serial = self._loaded = 0
        self._alive = True
        self._run: Run | None = None
        self._past: Timeline | None = None
        self._lens = Lens()
        self._remaining: float = 0
        self._passed = 0
        self._clock = Clock()
        self._revisited = self._unseen = False

    def run(self) -> None:
        """Carry out commands until told to quit."""
        while self._alive:
            try:
                self._turn()
            except Exception as error:  # noqa: BLE001 - not even a picture can be made
                self._fail(error)
                self._unseen = False
                self._report(None)
        hand_over(self._run, None)

    def _turn(self) -> None:
        news = self._carry_out_commands()
        if self._run and self._remaining:
            with self._telling():
                self._unseen |= self._train(self._run)
        if news or (self._unseen and not (self._outbox.reports and self._remaining)):
            self._publish()

    def _carry_out_commands(self) -> bool:
        """Carry out all that is in the queue; wait for something if there is nothing else to do."""
        any_done = False
        while self._alive:
            try:
                self._serial, command = self._next(may_wait=not any_done)
            except Empty:
                break
            any_done = True
            with self._telling():
                self._carry_out(command)
        return any_done and self._alive

    def _next(self, *, may_wait: bool) -> tuple[int, SessionCommand]:
        return self._inbox.get(may_wait, self._clock.wait(playing=bool(self._remaining)))

    def _carry_out(self, command: SessionCommand) -> None:
        match command:
            case Load(work=work):
                with work.under_way():
                    self._load(command)
            case Pause():
                self._remaining = 0
            case Pace(steps_per_second):
                self._clock = Clock(steps_per_second)
            case Look(lens):
                self._lens = lens
            case Quit():
                self._alive = False
            case _ if self._run:
                self._change(self._run, command)

    def _load(self, command: Load) -> None:
        playing, self._remaining = self._remaining, 0
        go_on()
        if command.moment and command.returns:
            run = returned(command.moment, command.experiment)
            self._remaining = playing
        else:
            run = command.run or begin(command.experiment, self._run, fit=command.fit)
            if command.moment and run.can_adopt(command.moment):
                run.adopt(command.moment)
                self._remaining = playing
        past = command.past(run) if command.past else None
        go_on("Drawing")
        run.picture(self._lens)  # what cannot be drawn is not taken up
        hand_over(self._run, run)
        self._run, self._past, self._loaded = run, past, self._serial
        self._revisited = command.returns or bool(past)
        self._passed = run.step

    def _change(self, run: Run, command: SessionCommand) -> None:
        match command:
            case Tune(experiment):
                run.tune(experiment)
                self._mark(run)
            case Play():
                self._begin_training(float("inf"))
            case Advance(steps, epochs):
                self._begin_training(steps or run.steps_to_epoch_end + (epochs - 1) * run.steps_an_epoch)
            case Seek(moment, step):
                self._remaining = 0
                run.restore(moment)
                run.advance(step - moment.step)
                self._revisited, self._passed = True, run.step
            case SetParameter(layer, unit, source, value):
                run.set_parameter(layer, unit, source, value)
                self._mark(run)

    def _mark(self, run: Run) -> None:
        """Put a moment into the outbox that is marked as changed by hand."""
        self._revisited = False
        self._outbox.passed.append((self._serial, run.snapshot().as_edited()))

    def _begin_training(self, steps: float) -> None:
        self._remaining = max(0, steps)
        self._clock.restart()

    def _train(self, run: Run) -> bool:
        """Take the steps that are due; False if none is."""
        steps = int(min(self._clock.due(), self._remaining))
        if not steps:
            return False
        before = run.step
        with self._clock.training(steps):
            run.advance(steps)
        goes_on = run.finite and not run.settled
        if goes_on and run.step == before:  # it waits for processes
            return False
        self._revisited = False
        self._remaining = self._remaining - (run.step - before) if goes_on else 0
        self._pass(run)
        return True

    def _pass(self, run: Run) -> None:
        """Leave a moment for the timeline: where that costs little, and at steps 1, 3, 7, 15 … at any cost."""
        due = run.step >= 2 * self._passed or self._clock.is_wanted(run.step / max(1, self._passed))
        if due and self._measured_on(run):
            self._outbox.passed.append((self._serial, run.snapshot()))
            self._passed = run.step

    def _measured_on(self, run: Run) -> bool:
        with self._clock.measuring():
            whole = run.measure_on()
        if whole:
            self._clock.end_measuring()
        return whole

    def _publish(self) -> None:
        self._unseen = False
        self._report(self._picture(self._run) if self._run else None)

    def _report(self, snapshot: Moment | None) -> None:
        playing = bool(self._remaining)
        report = Report(self._serial, snapshot, playing, self._revisited, self._loaded, self._past)
        self._outbox.reports.append(report)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Report any error and pause; what was done before it is kept and shown."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is, the window is to know, and goes on
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._remaining, self._unseen = 0, True
        self._outbox.failures.append((self._serial, error))

    def _picture(self, run: Run) -> Moment:
        if not self._remaining:
            run.measure()
        elif self._clock.is_due():
            self._measured_on(run)
        is_partial = bool(self._remaining) and not self._clock.look_closely()
        moment: Moment = run.picture(self._lens, is_partial=is_partial)
        return moment

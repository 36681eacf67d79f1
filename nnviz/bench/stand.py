"""The real window on a test stand, and what a frame costs the thread that draws, seen from outside.

A frame begins with the tick of the window's timer, in which Python hands a snapshot to the views, and ends when
Qt has painted the last of what changed, scene by scene. Both are timed by events: a filter sees each begin, and
an event that it posts comes round as soon as it is over. Waiting for the interpreter's lock is in these times,
as the person at the screen has to wait for it too; time on the processor is told beside it.

A filter in Python takes the interpreter's lock from training at every event that it sees. So there is one only
while frames are timed, and how fast training goes is measured when none are.
"""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from random import Random
from threading import Event, Thread
from time import perf_counter, process_time, thread_time

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QInputEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from nnviz.app import collect_here
from nnviz.bench.timing import Figures, percentiles, rounded
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind
from nnviz.offscreen_window import temporary_window
from nnviz.runs.moment import Moment
from nnviz.window.window import MainWindow

_LATE = 0.024
"""Seconds from one picture to the next; at 60 Hz they are 0.017."""
_AT_ONCE = Qt.EventPriority.HighEventPriority.value
_SHORTEST, _LONGEST = 0.01, 0.05
_PLACE = QPointF(2.0, 2.0)
_FRAME = 16
_WARM_UP, _LOOK = 0.5, 0.02
_PATIENCE = 600.0


@dataclass
class Timings:
    """Seconds, and how many, of the frames of one or several stretches of time.

    Parameters
    ----------
    ticks : list of float
        Python's part: of every tick, also of those that brought nothing new.
    pythons : list of float
        Of the thread on the processor in every tick: without waiting for the interpreter's lock.
    works : list of float
        Of every frame, until the last of it was painted.
    processor : list of float
        Of the thread on the processor, from one frame to the next.
    gaps : list of float
        From one picture to the next.
    paints : list of float
        How often each frame was painted in.
    """

    ticks: list[float] = field(default_factory=list)
    pythons: list[float] = field(default_factory=list)
    works: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    paints: list[float] = field(default_factory=list)

    @classmethod
    def pooled(cls, parts: Iterable["Timings"]) -> "Timings":
        """All of several stretches."""
        whole = cls()
        for part in parts:
            for each in fields(cls):
                getattr(whole, each.name).extend(getattr(part, each.name))
        return whole

    @property
    def late(self) -> float:
        """How many of 100 pictures came late."""
        return rounded(100.0 * sum(gap > _LATE for gap in self.gaps) / max(1, len(self.gaps)))

    def figures(self) -> Figures:
        """What frames took, in milliseconds."""
        return {
            "work_ms": _milliseconds(self.works),
            "tick_ms": _milliseconds(self.ticks),
            "tick_processor_ms": _milliseconds(self.pythons),
            "processor_ms": _milliseconds(self.processor),
            "interval_ms": _milliseconds(self.gaps),
            "late_percent": self.late,
            "frames": len(self.works),
            "paints_a_frame": rounded(sum(self.paints) / max(1, len(self.paints))),
        }


class Stopwatch(QObject):
    """Times the frames of a window.

    Parameters
    ----------
    window : QWidget
        What is painted.
    sources : objects
        Every tick of a timer of theirs begins a frame.

    Attributes
    ----------
    paintings : int
        How often anything of the window was painted while frames were timed.
    """

    def __init__(self, window: QWidget, sources: list[QObject]) -> None:
        super().__init__()
        self.paintings = 0
        self._window, self._sources = window, sources
        self._tick_over = QEvent.Type(QEvent.registerEventType())
        self._paint_over = QEvent.Type(QEvent.registerEventType())
        self._timings: Timings | None = None

    def start(self) -> None:
        """Time from now on."""
        for watched in (self._window, *self._sources):
            watched.installEventFilter(self)
        self._timings = Timings()
        self._began = self._painted = self._shown = 0.0
        self._paints = 0
        self._processor = thread_time()

    def stop(self) -> Timings:
        """Time no more; what was timed."""
        for watched in (self._window, *self._sources):
            watched.removeEventFilter(self)
        timings, self._timings = self._timings, None
        return timings or Timings()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that a tick or a painting begins."""
        kind = event.type()
        if kind == QEvent.Type.UpdateRequest and watched is self._window:
            QCoreApplication.postEvent(self, QEvent(self._paint_over), _AT_ONCE)
        elif kind == QEvent.Type.Timer and self._timings and watched is not self._window:
            self._end_frame(self._timings)
            QCoreApplication.postEvent(self, QEvent(self._tick_over), _AT_ONCE)
            self._began = perf_counter()
        return False

    def event(self, event: QEvent) -> bool:
        """Note that it is over."""
        now = perf_counter()
        if event.type() == self._paint_over:
            self.paintings += 1
            if self._timings:
                self._painted = now
                self._paints += 1
        elif event.type() == self._tick_over and self._timings:
            self._timings.ticks.append(now - self._began)
            self._timings.pythons.append(thread_time() - self._processor)
        return super().event(event)

    def _end_frame(self, timings: Timings) -> None:
        processor = thread_time()
        if self._began and self._painted > self._began:  # a tick that brought nothing new is no frame
            timings.works.append(self._painted - self._began)
            timings.processor.append(processor - self._processor)
            timings.paints.append(self._paints)
            if self._shown:
                timings.gaps.append(self._painted - self._shown)
            self._shown = self._painted
        self._processor, self._paints = processor, 0


def _milliseconds(values: list[float]) -> Figures:
    return percentiles([1000.0 * value for value in values])


class MovingPointer(QObject):
    """Moves a pointer that is not there over a widget, at any moment, and times until each move is handled.

    Attributes
    ----------
    waits : list of float
        Seconds.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._widget = widget
        self._sent: dict[int, float] = {}

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note that a move has come."""
        if isinstance(event, QInputEvent) and (sent := self._sent.pop(event.timestamp(), None)):
            self.waits.append(perf_counter() - sent)
        return False

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Move the pointer meanwhile, from a thread of its own: what draws cannot choose the moment."""
        self._widget.installEventFilter(self)
        over = Event()
        thread = Thread(target=self._move, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            QCoreApplication.sendPostedEvents(self._widget, QEvent.Type.MouseMove.value)  # the last
            self._widget.removeEventFilter(self)

    def _move(self, over: Event) -> None:
        random, number = Random(0), 1 + len(self.waits)
        while not over.wait(random.uniform(_SHORTEST, _LONGEST)):
            number += 1
            move = QMouseEvent(
                QEvent.Type.MouseMove,
                _PLACE,
                self._widget.mapToGlobal(_PLACE),
                Qt.MouseButton.NoButton,
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
            )
            move.setTimestamp(number)
            self._sent[number] = perf_counter()
            QCoreApplication.postEvent(self._widget, move)


class BenchWindow:
    """A window with all its views open, a stopwatch at its frames, a pointer over the network."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.session = window, window.session
        self.warm_up = _WARM_UP
        self._recent: list[Moment] = []
        self._frames = QTimer(interval=_FRAME, timerType=Qt.TimerType.PreciseTimer)
        self._frames.timeout.connect(self._show_again)
        self._watch = Stopwatch(window, [*self.session.findChildren(QObject), self._frames])
        self.pointer = MovingPointer(window)

    def begin(self, experiment: Kind) -> None:
        """Show an experiment from its first step, and of a network the plots in the drawer."""
        desk = self.window.desk
        self.window.begin(experiment)
        self._settle()
        if isinstance(experiment, Experiment):
            desk.stage.drawer.open("activations")
            self._settle()
        main = desk.views[desk.stage.shown[0]].as_widget
        canvas = main if isinstance(main, QAbstractScrollArea) else main.findChild(QAbstractScrollArea)
        if isinstance(canvas, QAbstractScrollArea):
            self.pointer = MovingPointer(canvas.viewport())

    def finish(self, epochs: int) -> None:
        """Train so many epochs, however long it takes."""
        self.session.advance(epochs=epochs)
        self._settle()

    def train(self, seconds: float) -> tuple[Timings, float]:
        """Train in the window: the frames, and epochs a second while nobody times frames.

        After that the pointer moves, while training goes on: to handle it takes time too.
        """
        self.session.play()
        live(self.warm_up)
        before, began = self.snapshot, perf_counter()
        live(seconds)
        after, took = self.snapshot, perf_counter() - began
        self._recent = [before, after]
        timings = self._timed(seconds)
        with self.pointer.moving():
            live(max(self.warm_up, seconds / 2))
        self.session.pause()
        self._settle()
        if not after.finite:
            raise ArithmeticError("the run diverged")
        return timings, (after.step - before.step) / after.steps_an_epoch / took

    def show(self, seconds: float) -> Timings:
        """Show two snapshots of the training by turns, at the pace of its frames, without training."""
        self._frames.start()
        live(self.warm_up)
        timings = self._timed(seconds)
        self._frames.stop()
        return timings

    def rest(self, seconds: float) -> Figures:
        """Do nothing, paused: how busy the processor is with that, and how often something is painted."""
        live(self.warm_up)  # what waited meanwhile is done now
        paintings, busy, began = self._watch.paintings, process_time(), perf_counter()
        self._timed(seconds)
        share = (process_time() - busy) / (perf_counter() - began)
        return {"processor_percent": rounded(100.0 * share), "paintings": self._watch.paintings - paintings}

    def _timed(self, seconds: float) -> Timings:
        self._watch.start()
        live(seconds)
        return self._watch.stop()

    @property
    def snapshot(self) -> Moment:
        """The moment that is shown."""
        moment: Moment | None = self.session.snapshot
        if moment is None:
            raise RuntimeError(f"there is nothing to see: {self.window.desk.notice.words}")
        return moment

    def _settle(self) -> None:
        """Wait until all that was asked for is done and drawn."""
        began = perf_counter()
        while not self.session.idle and perf_counter() < began + _PATIENCE:
            live(_LOOK)
        live(self.warm_up)

    def other_snapshot(self) -> Moment:
        """One of two moments of the training, by turns."""
        self._recent.reverse()
        return self._recent[0]

    def _show_again(self) -> None:
        self.session.snapshot_changed.emit(self.other_snapshot())


@contextmanager
def stand() -> Iterator[BenchWindow]:
    """A window as the program opens it, and afterwards none."""
    was_enabled = gc.isenabled()
    with temporary_window() as window:
        collect_here(window)
        window.turns.spread = True
        try:
            yield BenchWindow(window)
        finally:
            window.deleteLater()
            if was_enabled:
                gc.enable()
            gc.unfreeze()


def live(seconds: float) -> None:
    """Let the window live."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000.0 * seconds), loop.quit)
    loop.exec()

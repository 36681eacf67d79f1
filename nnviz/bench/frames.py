"""What a frame costs the thread that draws, seen from outside: the program itself knows nothing of it.

A frame begins with the tick of the window's timer, in which Python hands a snapshot to the views, and ends when
Qt has painted the last of what changed, scene by scene. Both are timed by events: a filter sees each begin, and
an event that it posts comes round as soon as it is over. Waiting for the interpreter's lock is in these times,
as the person at the screen has to wait for it too; time on the processor is told beside it.

A filter in Python takes the interpreter's lock from training at every event that it sees. So there is one only
while frames are timed, and how fast training goes is measured when none are.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from time import perf_counter, thread_time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from nnviz.bench.timing import Figures, percentiles, rounded

_LATE = 0.024
"""Seconds from one picture to the next; at 60 Hz they are 0.017."""
_AT_ONCE = Qt.EventPriority.HighEventPriority.value


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

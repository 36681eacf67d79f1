"""The link to the training thread: commands go in, reports come out, and once a frame the mailbox is read."""

from collections import deque
from collections.abc import Callable
from queue import SimpleQueue

from PySide6.QtCore import QObject, Qt, QTimer

from nnviz.runs.moment import Moment
from nnviz.runtime.commands import Quit, SessionCommand
from nnviz.runtime.ending import end
from nnviz.runtime.worker import Outbox, Report, TrainingThread

_FRAME = 16
"""Milliseconds between two looks into the mailbox."""


class Link(QObject):
    """Owns the training thread.

    It reports by plain calls: to emit a signal lets go of the interpreter's lock, which the training thread
    takes then, and to get it back takes a tenth of a millisecond.

    Parameters
    ----------
    report : callable (Report, list of (int, Moment), list of (int, Exception))
        Told the newest report, and since the last one the moments passed on the way to it and what went wrong,
        each with the number of the command that it came after.
    stand_still : callable ()
        Told that a frame went by without a report.
    """

    def __init__(
        self,
        parent: QObject,
        report: Callable[[Report, list[tuple[int, Moment]], list[tuple[int, Exception]]], object],
        stand_still: Callable[[], object],
    ) -> None:
        super().__init__(parent)
        self._report, self._stand_still = report, stand_still
        self.serial = self._answered = 0
        self._inbox: SimpleQueue[tuple[int, SessionCommand]] = SimpleQueue()
        self._outbox = Outbox()
        self._thread = TrainingThread(self._inbox, self._outbox)
        self._frames = QTimer(self, interval=_FRAME, timerType=Qt.TimerType.PreciseTimer)
        self._frames.timeout.connect(self._tick)
        self._playing = False
        self._thread.start()

    @property
    def idle(self) -> bool:
        """Whether nothing plays and all that was asked for has been answered; no timer runs then."""
        return not self._frames.isActive()

    def send(self, command: SessionCommand) -> int:
        """Send a command; its serial number comes back with the reports that follow it."""
        self.serial += 1
        self._inbox.put((self.serial, command))
        if self._thread.isRunning():  # nothing answers any more once closed
            self._frames.start()
        return self.serial

    def close(self) -> None:
        """End the thread; one that cannot end at once is left to itself."""
        self.send(Quit())
        self._frames.stop()
        end(self._thread)

    def _tick(self) -> None:
        if self._outbox.reports:
            report = self._outbox.reports.pop()
            self._answered, self._playing = max(self._answered, report.serial), report.playing
            self._report(report, self._passed(report), self._failed())
        else:
            self._stand_still()
        idle = self._answered >= self.serial and not (self._outbox.reports or self._outbox.failures)
        if idle and not self._playing:
            self._frames.stop()

    def _passed(self, report: Report) -> list[tuple[int, Moment]]:
        """Moments from before the report, with the number of the command that each came after."""
        waiting: deque[tuple[int, Moment]] = self._outbox.passed
        moments = []
        while waiting and _is_before(waiting[0], report):
            moments.append(waiting.popleft())
        return moments

    def _failed(self) -> list[tuple[int, Exception]]:
        """What went wrong before the report: later failures have one of their own to follow."""
        waiting, failures = self._outbox.failures, []
        while waiting and waiting[0][0] <= self._answered:
            failures.append(waiting.popleft())
        return failures


def _is_before(passed: tuple[int, Moment], report: Report) -> bool:
    serial, moment = passed
    if serial != report.serial or report.snapshot is None:
        return serial <= report.serial
    return moment.step <= report.snapshot.step

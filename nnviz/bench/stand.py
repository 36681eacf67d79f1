"""The real window on a test stand: it trains, or shows without training, or does nothing at all."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from threading import Event, Thread
from time import perf_counter, process_time

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QInputEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from nnviz.app import collect_here
from nnviz.bench.frames import Stopwatch, Timings
from nnviz.bench.timing import Figures, rounded
from nnviz.experiment.experiment import Experiment
from nnviz.offscreen_window import passing_window
from nnviz.runs.snapshot import Snapshot
from nnviz.window.window import MainWindow

_SHORTEST, _LONGEST = 0.01, 0.05
_PLACE = QPointF(2.0, 2.0)
_FRAME = 16
_WARM_UP, _LOOK = 0.5, 0.02
_PATIENCE = 600.0


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
        self._recent: list[Snapshot] = []
        self._frames = QTimer(interval=_FRAME, timerType=Qt.TimerType.PreciseTimer)
        self._frames.timeout.connect(self._show_again)
        self._watch = Stopwatch(window, [*self.session.findChildren(QObject), self._frames])
        self.pointer = MovingPointer(window.desk.views.network.viewport())

    def begin(self, experiment: Experiment) -> None:
        """Show an experiment from its first step, and the plots in the drawer."""
        self.window.begin(experiment)
        self.window.desk.stage.drawer.open("activations")
        self._settle()

    def finish(self, epochs: int) -> None:
        """Train so many epochs, however long it takes."""
        self.session.advance(epochs=epochs)
        self._settle()

    def train(self, seconds: float) -> tuple[Timings, float]:
        """Train in the window: the frames, and epochs a second while nobody times frames.

        After that the pointer moves, while training goes on: to handle it takes time too.
        """
        self.session.play()
        live(_WARM_UP)
        before, began = self.snapshot, perf_counter()
        live(seconds)
        after, took = self.snapshot, perf_counter() - began
        self._recent = [before, after]
        timings = self._timed(seconds)
        with self.pointer.moving():
            live(max(_WARM_UP, seconds / 2))
        self.session.pause()
        self._settle()
        if not after.finite:
            raise ArithmeticError("the run diverged")
        steps = after.problem.steps_an_epoch(after.experiment.training.batch_size)
        return timings, (after.step - before.step) / steps / took

    def show(self, seconds: float) -> Timings:
        """Show two snapshots of the training by turns, at the pace of its frames, without training."""
        self._frames.start()
        live(_WARM_UP)
        timings = self._timed(seconds)
        self._frames.stop()
        return timings

    def rest(self, seconds: float) -> Figures:
        """Do nothing, paused: how busy the processor is with that, and how often something is painted."""
        live(_WARM_UP)  # what waited meanwhile is done now
        paintings, busy, began = self._watch.paintings, process_time(), perf_counter()
        self._timed(seconds)
        share = (process_time() - busy) / (perf_counter() - began)
        return {"processor_percent": rounded(100.0 * share), "paintings": self._watch.paintings - paintings}

    def _timed(self, seconds: float) -> Timings:
        self._watch.start()
        live(seconds)
        return self._watch.stop()

    @property
    def snapshot(self) -> Snapshot:
        """The moment that is shown."""
        if not isinstance(self.session.snapshot, Snapshot):
            raise RuntimeError(f"there is nothing to see: {self.window.desk.notice.words}")  # noqa: TRY004 - no type error
        return self.session.snapshot

    def _settle(self) -> None:
        """Wait until all that was asked for is done and drawn."""
        began = perf_counter()
        while not self.session.idle and perf_counter() < began + _PATIENCE:
            live(_LOOK)
        live(_WARM_UP)

    def other_snapshot(self) -> Snapshot:
        """One of two moments of the training, by turns."""
        self._recent.reverse()
        return self._recent[0]

    def _show_again(self) -> None:
        self.session.snapshot_changed.emit(self.other_snapshot())


@contextmanager
def stand() -> Iterator[BenchWindow]:
    """A window as the program opens it, and afterwards none."""
    with passing_window() as window:
        collect_here(window)
        try:
            yield BenchWindow(window)
        finally:
            window.deleteLater()
            gc.enable()
            gc.unfreeze()


def live(seconds: float) -> None:
    """Let the window live."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000.0 * seconds), loop.quit)
    loop.exec()

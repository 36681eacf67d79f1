"""A second thread for what takes longer than a frame: it computes the loss around a moment, beside the training.

It never touches the run: a snapshot is all that it is given.
"""

from collections import deque
from queue import SimpleQueue
from time import perf_counter, sleep

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from nnviz.analysis.loss_plane import LossPlane, SurveyRequest, survey
from nnviz.runtime.ending import end

_FRAME = 30
"""Milliseconds between two looks into the mailbox."""

_TURN, _LONGEST = 0.002, 0.02
"""Seconds of work after which training has its turn, and that are counted at most where one piece takes longer."""
_REST = 5.0
"""How long training then is left alone, in turns: both want the interpreter lock."""


NumberedWish = tuple[int, SurveyRequest]


class Mail:
    """What goes between the threads besides wishes; its parts need no locks.

    Attributes
    ----------
    wanted : int
        Number of the wish whose pictures are still wanted; what has another is dropped.
    pictures : deque of (int, LossPlane), at most 1
        The finest picture so far, until it is taken, with the number of its wish.
    failures : deque of (int, Exception)
        What went wrong.
    training : bool
        Whether a run trains meanwhile, which is to be left most of the time.
    """

    def __init__(self) -> None:
        self.wanted, self.training = 0, False
        self.pictures: deque[tuple[int, LossPlane]] = deque(maxlen=1)
        self.failures: deque[tuple[int, Exception]] = deque()


class SurveyThread(QThread):
    """Computes one plane after another; each is given up as soon as another is wanted.

    Parameters
    ----------
    inbox : SimpleQueue of (int, Wish) or None
        Numbered wishes; None ends the thread.
    mail : Mail
    """

    def __init__(self, inbox: "SimpleQueue[NumberedWish | None]", mail: Mail) -> None:
        super().__init__()
        self._inbox, self._mail = inbox, mail

    def run(self) -> None:
        while wish := self._inbox.get():
            number, wanted = wish
            try:
                self._fulfil(number, wanted)
            except Exception as error:  # noqa: BLE001 - whatever it is, the window is to know, and goes on
                self._mail.failures.append((number, error))

    def _fulfil(self, number: int, wish: SurveyRequest) -> None:
        begun = perf_counter()
        for picture in survey(wish) if number == self._mail.wanted else ():
            if number != self._mail.wanted:
                return
            if picture:
                self._mail.pictures.append((number, picture))
            if (worked := perf_counter() - begun) > _TURN:
                sleep(_REST * min(worked, _LONGEST) * self._mail.training)
                begun = perf_counter()


class Survey(QObject):
    """Has planes of the loss computed, and reports them on finer and finer grids.

    The thread begins with the first wish.

    Signals
    -------
    surveyed : LossPlane
        A picture of what was asked for last.
    failed : Exception
        What was asked for last cannot be seen.
    """

    surveyed = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._inbox: SimpleQueue[NumberedWish | None] = SimpleQueue()
        self._mail = Mail()
        self._thread = SurveyThread(self._inbox, self._mail)
        self._frames = QTimer(self, interval=_FRAME)
        self._frames.timeout.connect(self._tick)
        self._closed = False

    @property
    def idle(self) -> bool:
        """Whether nothing is under way; no timer runs then."""
        return not self._frames.isActive()

    def ask(self, wish: SurveyRequest) -> None:
        """Compute this plane, and nothing that was asked for before."""
        if self._closed:
            return
        self._mail.wanted += 1
        self._inbox.put((self._mail.wanted, wish))
        self._thread.start()
        self._frames.start()

    def cancel(self) -> None:
        """Compute nothing any more."""
        self._mail.wanted += 1
        self._frames.stop()

    def make_way(self, training: bool) -> None:
        """Leave most of the processor to a run that trains, or take all of it."""
        self._mail.training = training

    def close(self) -> None:
        """End the thread; one that cannot end at once is left to itself."""
        self.cancel()
        self._closed = True
        self._inbox.put(None)
        end(self._thread)

    def _tick(self) -> None:
        wanted, mail = self._mail.wanted, self._mail
        while mail.failures:
            number, error = mail.failures.popleft()
            if number == wanted:
                self._frames.stop()
                self.failed.emit(error)
        if mail.pictures:
            number, picture = mail.pictures.pop()
            if number == wanted:
                self._take(picture)

    def _take(self, picture: LossPlane) -> None:
        if picture.finished:
            self._frames.stop()
        self.surveyed.emit(picture)

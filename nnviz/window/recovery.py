"""What is under way, kept in case of a crash, and what crashes left: it stays until somebody answers for it."""

from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QThreadPool, QTimer

from nnviz.errors import InputError
from nnviz.runs.document import Work
from nnviz.runs.moment import Moment
from nnviz.runtime.session import Session
from nnviz.storage import DOCUMENT, clear_left_over
from nnviz.window.files import Files
from nnviz.window.notice import Notice

_INTERVAL = 20_000
"""Milliseconds from a change until it is kept, at most."""


class Recovery(QObject):
    """Keeps the last state in a folder; the first of several running programs only.

    Where the folder cannot be written, nothing is kept and nothing is said: it is a safety net, not a task.

    Parameters
    ----------
    folder : Path
        Where it is kept, as ``recovery.nnviz``. What a crash left is set aside there, as ``left-1.nnviz`` and so
        on, until it is taken up or forgotten.
    """

    def __init__(self, folder: Path, session: Session, files: Files, notice: Notice) -> None:
        super().__init__(session)
        self._folder, self._session, self._files, self._notice = folder, session, files, notice
        self._path = folder / f"recovery{DOCUMENT}"
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._timer = QTimer(self, singleShot=True, interval=_INTERVAL)
        self._timer.timeout.connect(self.keep)
        self._is_noted = False
        self._lock = _locked(folder)
        if self._lock:
            with suppress(OSError):
                clear_left_over(folder, 0.0)
                self._set_aside()

    @property
    def left_behind(self) -> Path | None:
        """The newest of what crashes left, if there is any and it is nobody else's."""
        left = sorted(self._folder.glob(f"left-*{DOCUMENT}"), key=_age) if self._lock else ()
        return next(iter(left), None)

    def note(self) -> None:
        """Take note that there is something to keep, soon."""
        self._is_noted = True
        if not self._timer.isActive():
            self._timer.start()

    def keep(self) -> None:
        """Write down what is under way, in the background."""
        if work := self._work():
            self._pool.start(partial(self._write, work))

    def keep_at_once(self) -> None:
        """Write down what is under way before anything else happens."""
        self.flush()
        if work := self._work():
            self._write(work)

    def flush(self) -> None:
        """Wait until what is being written is written."""
        self._pool.waitForDone()

    def offer(self) -> None:
        """Offer what a crash left, if it is not answered for."""
        if left := self.left_behind:
            self._notice.say(
                "nnviz did not end in order the last time. What was under way has been kept.",
                ("Take it up", partial(self._files.recover, left, partial(self._follow, left))),
                ("Forget it", partial(self._forget, left)),
            )

    def close(self) -> None:
        """End in order: nothing is left behind but what nobody has answered for."""
        self._timer.stop()
        self.flush()
        if self._lock:
            self._path.unlink(missing_ok=True)
            self._lock.unlock()
            self._lock = None

    def _work(self) -> Work | None:
        """What is under way and has not been kept; a run that has diverged is not worth it."""
        moment: Moment | None = self._session.snapshot
        if not (self._lock and self._is_noted and moment and moment.finite):
            return None
        self._is_noted = False
        return Work.of(moment.experiment, moment, self._session.timeline)

    def _write(self, work: Work) -> None:
        try:
            work.save(self._path, with_table=False)
        except InputError:
            self._is_noted = True

    def _set_aside(self) -> None:
        """Give what the last crash left a name that nothing is written to."""
        names = (self._folder / f"left-{number}{DOCUMENT}" for number in count(1))
        if self._path.exists():
            self._path.rename(next(name for name in names if not name.exists()))

    def _follow(self, left: Path) -> None:
        """Let what was left be what is under way, now that it has begun; offer what else there is."""
        self.flush()
        with suppress(OSError):
            left.replace(self._path)
        self.offer()

    def _forget(self, left: Path) -> None:
        with suppress(OSError):
            left.unlink(missing_ok=True)
        self.offer()


def _locked(folder: Path) -> QLockFile | None:
    """The lock of the folder, if it can be had."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    lock = QLockFile(str(folder / "recovery.lock"))
    lock.setStaleLockTime(0)
    return lock if lock.tryLock(0) else None


def _age(path: Path) -> float:
    return -path.stat().st_mtime

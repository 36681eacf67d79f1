"""A copy of the run for recovery after a crash, which is kept until the user restores or discards it."""

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

_OFFER = "nnviz was not closed properly last time. Your experiment has been kept."
_INTERVAL = 20_000
"""Milliseconds from a change until it is saved, at most."""


class Recovery(QObject):
    """Keeps a copy of the last state in a folder; of several running programs only the first does.

    If the folder cannot be written, nothing is kept and no message appears: recovery is only a safety net.

    Parameters
    ----------
    folder : Path
        The copy is ``recovery.nnviz`` in it. A copy left by a crash is renamed to ``left-1.nnviz`` and so on at
        the next start, and stays until it is restored or discarded.
    """

    def __init__(self, folder: Path, session: Session, files: Files, notice: Notice) -> None:
        super().__init__(session)
        self._folder, self._session, self._files, self._notice = folder, session, files, notice
        self._path = folder / f"recovery{DOCUMENT}"
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._timer = QTimer(self, singleShot=True, interval=_INTERVAL)
        self._timer.timeout.connect(self.keep)
        self._is_noted = self._is_put_off = False
        self._lock = _locked(folder)
        if self._lock:
            with suppress(OSError):
                clear_left_over(folder, 0.0)
                self._set_aside()

    @property
    def left_behind(self) -> Path | None:
        """The newest copy that a crash left, if there is one and no other program uses the folder."""
        left = sorted(self._folder.glob(f"left-*{DOCUMENT}"), key=_age) if self._lock else ()
        return next(iter(left), None)

    def note(self) -> None:
        """Save a copy soon: something has changed."""
        self._is_noted = True
        if not self._timer.isActive():
            self._timer.start()

    def keep(self) -> None:
        """Save a copy in the background."""
        if work := self._work():
            self._pool.start(partial(self._write, work))

    def keep_at_once(self) -> None:
        """Save a copy before returning."""
        self.flush()
        if work := self._work():
            self._write(work)

    def flush(self) -> None:
        """Wait until all writing is done."""
        self._pool.waitForDone()

    def offer(self) -> None:
        """Offer to restore a copy that a crash left."""
        if left := self.left_behind:
            self._notice.say(
                _OFFER,
                ("Restore it", partial(self._files.recover, left, partial(self._adopt, left))),
                ("Discard it", partial(self._discard, left)),
            )

    def put_off(self, put_off: bool) -> None:
        """Hide the offer during a full-screen lecture, which is about something else; show it again after that."""
        if put_off:
            self._is_put_off |= self._notice.words == _OFFER
            self._notice.take_back(_OFFER)
        elif self._is_put_off:
            self._is_put_off = False
            self.offer()

    def close(self) -> None:
        """Delete the copy and release the folder, at a normal end; copies left by crashes stay."""
        self._timer.stop()
        self.flush()
        if self._lock:
            self._path.unlink(missing_ok=True)
            self._lock.unlock()
            self._lock = None

    def _work(self) -> Work | None:
        """The run if it has changed since it was last saved and has not diverged."""
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
        """Rename the copy that the last crash left, so that nothing overwrites it."""
        names = (self._folder / f"left-{number}{DOCUMENT}" for number in count(1))
        if self._path.exists():
            self._path.rename(next(name for name in names if not name.exists()))

    def _adopt(self, left: Path) -> None:
        """Make a restored copy the copy of the present run, and offer the next one."""
        self.flush()
        with suppress(OSError):
            left.replace(self._path)
        self.offer()

    def _discard(self, left: Path) -> None:
        with suppress(OSError):
            left.unlink(missing_ok=True)
        self.offer()


def _locked(folder: Path) -> QLockFile | None:
    """The lock of the folder, if no other program holds it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    lock = QLockFile(str(folder / "recovery.lock"))
    lock.setStaleLockTime(0)
    return lock if lock.tryLock(0) else None


def _age(path: Path) -> float:
    return -path.stat().st_mtime

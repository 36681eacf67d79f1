"""What was under way is written down now and then, so that a crash loses little."""

from pathlib import Path
from time import monotonic

from PySide6.QtCore import QLockFile, QStandardPaths, QThreadPool

from nnviz.errors import InputError
from nnviz.experiment.kind import Kind
from nnviz.runs.moment import Moment
from nnviz.window.documents import write

_INTERVAL = 20.0
"""Seconds between two writings while training goes on."""


def data_folder() -> Path:
    """The platform's folder for what nnviz keeps."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation))


class Recovery:
    """Keeps the last state in a folder; the first of several running programs only.

    Where the folder cannot be written, nothing is kept and nothing is said: it is a safety net, not a task.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "recovery.toml"
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(1)
        self._written = monotonic()
        self._last: tuple[Kind, int] | None = None
        self._lock: QLockFile | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return
        lock = QLockFile(str(folder / "recovery.lock"))
        lock.setStaleLockTime(0)
        self._lock = lock if lock.tryLock(0) else None

    @property
    def left_behind(self) -> Path | None:
        """The file of a run that was not closed, if there is one and it is nobody else's."""
        return self._path if self._lock and self._path.exists() else None

    def keep(self, snapshot: Moment, *, now: bool = False) -> None:
        """Write the state down in the background, if some time has passed or ``now``."""
        state = (snapshot.experiment, snapshot.step)
        if self._lock is None or state == self._last or not snapshot.finite:
            return
        if now or monotonic() - self._written > _INTERVAL:
            self._written, self._last = monotonic(), state
            self._pool.start(lambda: self._write(snapshot))

    def flush(self) -> None:
        """Wait until what is being written is written."""
        self._pool.waitForDone()

    def discard(self) -> None:
        """Forget what was kept: it is not needed, or has been taken up."""
        self.flush()
        if self._lock:
            for path in (self._path, self._path.with_suffix(".npz")):
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """End in order: nothing is left behind."""
        self.discard()
        if self._lock:
            self._lock.unlock()
            self._lock = None

    def _write(self, snapshot: Moment) -> None:
        try:
            write(self._path, snapshot.experiment, snapshot)
        except InputError:
            self._last = None

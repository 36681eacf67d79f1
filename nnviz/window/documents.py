"""The file of the window's experiment, and a copy of its state for recovery after a crash."""

from pathlib import Path
from time import monotonic

from msgspec.structs import replace
from PySide6.QtCore import QLockFile, QObject, QSettings, QStandardPaths, QThreadPool, Signal

from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.files import save_experiment
from nnviz.experiment.kind import Kind
from nnviz.lessons.opening import SUFFIX
from nnviz.runs.moment import Moment
from nnviz.runs.parameter_files import save_moment
from nnviz.runs.snapshot import Snapshot

NEW_SUFFIX = ".nnviz.toml"
"""Ending of a new experiment's file: ``.nnviz`` lets the desktop open it with nnviz."""
_MOST_RECENT = 8
_INTERVAL = 20.0
"""Seconds between two recovery copies while training runs."""


class Documents(QObject):
    """Saves experiments, and remembers the files opened or saved last.

    Signals
    -------
    changed
        The path or the list of recent files has changed.
    """

    changed = Signal()

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.path: Path | None = None

    @property
    def recent(self) -> list[Path]:
        """Files opened or saved last, the newest first."""
        kept = self._settings.value("recent")
        names = [kept] if isinstance(kept, str) else kept if isinstance(kept, list) else []
        return [Path(name) for name in names]

    def take(self, path: Path | None) -> None:
        """Remember the file that is open; a table is not one to save to."""
        self.path = path if path and path.suffix.lower() == SUFFIX else None
        if path:
            self._remember(path)
        else:
            self.changed.emit()

    def save(self, path: Path, experiment: Kind, snapshot: Moment | None) -> None:
        """Write the experiment, and the trained weights in a file beside it.

        Raises
        ------
        InputError
            It cannot be written; what was there is as it was.
        """
        write(path, experiment, snapshot)
        self.path = path
        self._remember(path)

    def _remember(self, path: Path) -> None:
        names = [str(p) for p in (path.absolute(), *(p for p in self.recent if p != path.absolute()))]
        self._settings.setValue("recent", names[:_MOST_RECENT])
        self.changed.emit()


def write(path: Path, experiment: Kind, snapshot: Moment | None) -> None:
    """Write an experiment so that it resumes from the snapshot: a network's weights go to a file beside it."""
    if not isinstance(snapshot, Snapshot):
        experiment = snapshot.as_resumed() if snapshot and snapshot.finite else experiment
    elif isinstance(experiment, Experiment) and snapshot.finite and snapshot.step > 0:
        moment = path.with_suffix(".npz")
        save_moment(moment, snapshot.parameters, snapshot.position)
        experiment = replace(experiment, training=replace(experiment.training, start=str(moment.absolute())))
    save_experiment(experiment, path)


def data_folder() -> Path:
    """The platform's folder for nnviz's own files."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation))


class Recovery:
    """Keeps a copy of the last state in a folder; of several running programs only the first does.

    If the folder cannot be written, nothing is kept and no message appears: recovery is only a safety net.
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
        """The file of a run that was not closed, if there is one and no other program is using it."""
        return self._path if self._lock and self._path.exists() else None

    def keep(self, snapshot: Moment, *, now: bool = False) -> None:
        """Write the state in the background, if the interval has passed or ``now`` is True."""
        state = (snapshot.experiment, snapshot.step)
        if self._lock is None or state == self._last or not snapshot.finite:
            return
        if now or monotonic() - self._written > _INTERVAL:
            self._written, self._last = monotonic(), state
            self._pool.start(lambda: self._write(snapshot))

    def flush(self) -> None:
        """Wait until all writing is done."""
        self._pool.waitForDone()

    def discard(self) -> None:
        """Delete the copy: it is not needed, or has been restored."""
        self.flush()
        if self._lock:
            for path in (self._path, self._path.with_suffix(".npz")):
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Delete the copy and release the folder, at a normal end."""
        self.discard()
        if self._lock:
            self._lock.unlock()
            self._lock = None

    def _write(self, snapshot: Moment) -> None:
        try:
            write(self._path, snapshot.experiment, snapshot)
        except InputError:
            self._last = None

"""The file that the window's experiment comes from and goes to."""

from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QObject, QSettings, Signal

from nnviz.experiment.experiment import Experiment
from nnviz.experiment.files import save_experiment
from nnviz.experiment.kind import Kind
from nnviz.lessons.opening import SUFFIX
from nnviz.runs.moment import Moment
from nnviz.runs.parameter_files import save_moment
from nnviz.runs.snapshot import Snapshot

NEW_SUFFIX = ".nnviz.toml"
"""What a new experiment is called by: the part before .toml tells desktops whose it is, so that it opens here."""
_MOST_RECENT = 8


class Documents(QObject):
    """Saves experiments, and remembers which were opened or saved.

    Signals
    -------
    changed
        The path or the list of recent files is another.
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
    """Write an experiment as it has come to be: a network's moment to go on from in a file beside it."""
    if not isinstance(snapshot, Snapshot):
        experiment = snapshot.as_resumed() if snapshot and snapshot.finite else experiment
    elif isinstance(experiment, Experiment) and snapshot.finite and snapshot.step > 0:
        moment = path.with_suffix(".npz")
        save_moment(moment, snapshot.parameters, snapshot.position)
        experiment = replace(experiment, training=replace(experiment.training, start=str(moment.absolute())))
    save_experiment(experiment, path)

"""The file of the window's experiment."""

from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QStandardPaths, Signal

from nnviz.experiment.kind import Kind
from nnviz.lessons.opening import DOCUMENT_SUFFIXES
from nnviz.runs.document import Work, table_outside
from nnviz.storage import DOCUMENT

_MOST_RECENT = 8


class Documents(QObject):
    """Saves experiments, and remembers the files opened or saved last.

    Attributes
    ----------
    path : Path or None
        The open file.
    with_table : bool
        Whether a document is saved with the network's table.

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
        self.with_table = True

    @property
    def recent(self) -> list[Path]:
        """Files opened or saved last, the newest first."""
        kept = self._settings.value("recent")
        names = [kept] if isinstance(kept, str) else kept if isinstance(kept, list) else []
        return [Path(name) for name in names]

    @property
    def folder(self) -> str:
        """Where a dialog looks first: the open file, or the folder of the one opened last; empty for anywhere."""
        if self.path:
            return str(self.path)
        recent = self.recent
        return str(recent[0].parent) if recent else ""

    def take(self, path: Path | None, experiment: Kind) -> None:
        """Remember the file that is open; a table is not one to save to."""
        suffix = path.suffix.lower() if path else ""
        self.path = path if suffix in DOCUMENT_SUFFIXES else None
        self.with_table = suffix != DOCUMENT or not table_outside(experiment)
        if path:
            self._remember(path)
        else:
            self.changed.emit()

    def save(self, path: Path, work: Work, *, with_table: bool) -> None:
        """Save as a document, with or without its table, or as text.

        Raises
        ------
        InputError
            It cannot be written; what was there is as it was.
        """
        work.save(path, with_table=with_table)
        self.path, self.with_table = path, with_table
        self._remember(path)

    def _remember(self, path: Path) -> None:
        names = [str(p) for p in (path.absolute(), *(p for p in self.recent if p != path.absolute()))]
        self._settings.setValue("recent", names[:_MOST_RECENT])
        self.changed.emit()


def data_folder() -> Path:
    """The platform's folder for nnviz's own files."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation))

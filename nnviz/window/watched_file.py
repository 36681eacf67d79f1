"""A file that other programs may write while the window shows what is in it."""

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal

from nnviz.errors import InputError
from nnviz.storage import LARGEST_TOML, read_bytes


class WatchedFile(QObject):
    """Watches a file, also when an editor replaces it.

    Attributes
    ----------
    path : Path or None

    Signals
    -------
    written : Path
        Another program has saved it.
    """

    written = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.path: Path | None = None
        self._own: bytes | None = None
        self.watcher = QFileSystemWatcher(self)
        self.watcher.fileChanged.connect(self._file_changed)
        self.watcher.directoryChanged.connect(self._folder_changed)

    def watch(self, path: Path | None) -> None:
        """Watch a file and its folder: an editor may remove the file before it writes a new one."""
        self.path = path
        if watched := [*self.watcher.files(), *self.watcher.directories()]:
            self.watcher.removePaths(watched)
        if there := [str(p) for p in (path.parent, path) if p.exists()] if path else []:
            self.watcher.addPaths(there)

    def have_written(self, content: bytes | None) -> bytes | None:
        """Know what this window itself writes: of that nothing is said; what it wrote before."""
        former, self._own = self._own, content
        return former

    def _file_changed(self) -> None:
        self.watch(self.path)  # an editor that replaces the file ends the watch
        if self.path and self.path.exists() and not self._is_own(self.path):
            self.written.emit(self.path)

    def _is_own(self, path: Path) -> bool:
        try:
            return read_bytes(path, LARGEST_TOML) == self._own
        except InputError:  # whoever reads it will say so
            return False

    def _folder_changed(self) -> None:
        """Read the file if it was removed and has been written again."""
        if self.path and self.path.exists() and not self.watcher.files():
            self._file_changed()

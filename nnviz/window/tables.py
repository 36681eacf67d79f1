"""The user's tables: their sheet, their changes on the disk, and cells that are pasted."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment
from nnviz.lessons.opening import Opened, opened
from nnviz.runs.snapshot import Snapshot
from nnviz.runtime.session import Session
from nnviz.storage import last_written, write_atomically
from nnviz.theme import Theme
from nnviz.window.edits import Edits
from nnviz.window.notice import Notice
from nnviz.window.watched_file import WatchedFile

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.controls.sheet import TableSheet

_NO_TABLE = "No table is open: open one with Ctrl+O, or paste the cells of a spreadsheet with Ctrl+V."
_NO_CELLS = "The clipboard holds no cells: copy some in a spreadsheet first, the names of the columns with them."


class Tables(QObject):
    """Asks how a table is to be taken, and keeps the one in use up to date.

    Parameters
    ----------
    window : QWidget
        Parent of the sheet.
    take : callable
        Shows an experiment on a table that was opened.
    change : callable
        Changes the data of the experiment.
    theme : callable
        The theme in use.
    folder : Path
        Folder for cells that were pasted.
    """

    def __init__(
        self,
        window: QWidget,
        edits: Edits,
        notice: Notice,
        take: Callable[[Opened], object],
        change: Callable[[Data], object],
        theme: Callable[[], Theme],
        folder: Path,
    ) -> None:
        super().__init__(window)
        self._window, self._edits, self._notice = window, edits, notice
        self._take, self._change, self._theme, self._folder = take, change, theme, folder
        self.sheet: TableSheet | None = None
        self._offered = ""
        self.file = WatchedFile(self)
        self.file.written.connect(self.check)
        edits.session.experiment_changed.connect(self._watch)

    @property
    def _session(self) -> Session:
        return self._edits.session

    @property
    def _data(self) -> Data | None:
        """The data of the experiment, if they are a table."""
        experiment = self._session.experiment
        return experiment.data if isinstance(experiment, Experiment) and experiment.data.file else None

    @property
    def _is_outdated(self) -> bool:
        """Whether the file in use was written after it was read."""
        data, snapshot = self._data, self._session.snapshot
        if data is None or not isinstance(snapshot, Snapshot):
            return False
        path = Path(data.file)  # inside a document there is no file, and nothing but the program writes to it
        return path.exists() and last_written(path) != snapshot.problem.dataset.written

    def offer(self, found: Opened) -> None:
        """Show the sheet of a table that was opened, which is then taken as the sheet says."""
        experiment = found.experiment
        if isinstance(experiment, Experiment):
            self._open(
                experiment.data,
                lambda data: self._take(replace(found, experiment=replace(experiment, data=data))),
            )

    def change(self) -> None:
        """Show the sheet of the table in use, to change how it is read and what is learned from it."""
        data = self._data
        if data is None:
            self._notice.say(_NO_TABLE)
        else:
            self._open(data, partial(self._take_change, data))

    def paste(self) -> None:
        """Write the cells on the clipboard to a file of their own, and open it."""
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            self._notice.say(_NO_CELLS)
            return
        try:
            path = self._new_file()
            write_atomically(path, text.encode(errors="replace"))
        except (InputError, OSError) as error:
            self._notice.refuse(str(error))
            return
        self.offer(opened(path, self._session.experiment))
        if self.sheet:
            self.sheet.rejected.connect(lambda: path.unlink(missing_ok=True))

    def check(self) -> None:
        """Offer to read the table again if its file has changed since; withdraw the offer if it has not."""
        self._notice.take_back(self._offered)
        if self._data and self._is_outdated:
            self._offered = f"{Path(self._data.file).name} has changed."
            self._notice.say(self._offered, ("Read again", self._read_again), ("Table…", self.change))

    def _open(self, data: Data, take: Callable[[Data], object]) -> None:
        """Open the sheet of a table; what is taken is the data with the settings that it then shows."""
        from nnviz.controls.sheet import TableSheet  # noqa: PLC0415 - see nnviz.late
        from nnviz.data.decoding import NoTableError  # noqa: PLC0415 - as above

        path = Path(data.file)
        sheet = TableSheet(path.name, data.table, self._window)
        sheet.set_theme(self._theme())
        if isinstance(error := self._show(sheet, path), NoTableError):
            self._notice.refuse(str(error))
            sheet.deleteLater()
            return
        self._notice.forget_refusal()
        sheet.changed.connect(lambda: self._show(sheet, path))
        sheet.accepted.connect(lambda: take(data.with_table(sheet.settings)))
        sheet.finished.connect(self._close)
        self.sheet = sheet
        sheet.open()

    def _show(self, sheet: "TableSheet", path: Path) -> InputError | None:
        """Show the first rows as the sheet asks for; return what is wrong if they are no table."""
        from nnviz.data.table import understand  # noqa: PLC0415 - see nnviz.late

        try:
            sheet.show_table(understand(path, sheet.asked, preview=True))
        except InputError as error:
            sheet.refuse(str(error))
            return error
        return None

    def _close(self) -> None:
        if self.sheet:
            self.sheet.deleteLater()
            self.sheet = None
            self._window.activateWindow()  # without a window manager nobody else gives it the keys back

    def _take_change(self, before: Data, after: Data) -> None:
        assert self.sheet  # noqa: S101 - it is what is accepted
        if self.sheet.asked != before.table:
            self._change(replace(after, axes=(), features=()))
        elif self._is_outdated:
            self._read_again()

    def _watch(self) -> None:
        path = Path(self._data.file) if self._data else None
        if path != self.file.path:
            self.file.watch(path)

    def _read_again(self) -> None:
        if self._data:
            self._edits.read_again(Path(self._data.file).name)

    def _new_file(self) -> Path:
        """A name for pasted cells that no file has."""
        folder = self._folder / "pasted"
        folder.mkdir(parents=True, exist_ok=True)
        numbers = [stem[7:] for stem in (path.stem for path in folder.glob("pasted-*.csv"))]
        last = max((int(number) for number in numbers if number.isdecimal()), default=0)
        return folder / f"pasted-{last + 1}.csv"

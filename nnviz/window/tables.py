"""The user's tables: their sheet, their changes on the disk, and cells that are pasted."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment
from nnviz.lessons.opening import Opened, opened
from nnviz.progress import Work
from nnviz.runs.snapshot import Snapshot
from nnviz.runtime.session import Session
from nnviz.storage import last_written, write_atomically
from nnviz.theme import Theme
from nnviz.window.background import in_background
from nnviz.window.edits import Edits
from nnviz.window.first_rows import FirstRows
from nnviz.window.layout import Desk
from nnviz.window.watched_file import WatchedFile

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.controls.sheet import TableSheet
    from nnviz.data.table import Table

_NO_TABLE = "No table is open: open one with Ctrl+O, or paste the cells of a spreadsheet with Ctrl+V."
_NO_CELLS = "The clipboard holds no cells: copy some in a spreadsheet first, the names of the columns with them."


class _Asked(Struct, frozen=True, eq=False):
    """A table whose sheet is wanted.

    Parameters
    ----------
    data : Data
        Names its file, and says how it is read to begin with.
    take : callable (Data)
        Takes it as the sheet shows it.
    leave : callable ()
        Called if it is not taken.
    """

    data: Data
    take: Callable[[Data], object]
    leave: Callable[[], object] = lambda: None

    @property
    def path(self) -> Path:
        """Its file."""
        return Path(self.data.file)


class Tables(QObject):
    """Asks how a table is to be taken, and keeps the one in use up to date.

    Parameters
    ----------
    desk : Desk
        Where it is said what goes on; its window is the parent of the sheet.
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
        desk: Desk,
        edits: Edits,
        take: Callable[[Opened], object],
        change: Callable[[Data], object],
        theme: Callable[[], Theme],
        folder: Path,
    ) -> None:
        super().__init__(desk)
        self._desk, self._notice, self._edits = desk, desk.notice, edits
        self._take, self._change, self._theme, self._folder = take, change, theme, folder
        self.sheet: TableSheet | None = None
        self.first_rows = FirstRows(self)
        self.first_rows.working_changed.connect(self._show_work)
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

    def offer(self, found: Opened, leave: Callable[[], object] = lambda: None) -> None:
        """Show the sheet of a table that was opened, which is then taken as the sheet says; or left."""
        experiment = found.experiment
        if not isinstance(experiment, Experiment):
            return
        asked = _Asked(
            experiment.data,
            lambda data: self._take(replace(found, experiment=replace(experiment, data=data))),
            leave,
        )
        if found.first_rows:
            self._open(asked, found.first_rows)
        else:
            self._read(asked)

    def change(self) -> None:
        """Show the sheet of the table in use, to change how it is read and what is learned from it."""
        data = self._data
        if data is None:
            self._notice.say(_NO_TABLE)
        else:
            self._read(_Asked(data, partial(self._take_change, data)))

    def paste(self) -> None:
        """Write the cells on the clipboard to a file of their own, and open it."""
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            self._notice.say(_NO_CELLS)
            return

        def written() -> tuple[Path, Opened]:
            path = self._new_file()
            write_atomically(path, text.encode(errors="replace"))
            return path, opened(path, self._session.experiment)

        try:
            path, found = in_background(written)
        except (InputError, OSError) as error:
            self._notice.refuse(str(error))
            return
        self.offer(found, leave=lambda: path.unlink(missing_ok=True))

    def check(self) -> None:
        """Offer to read the table again if its file has changed since; withdraw the offer if it has not."""
        self._notice.take_back(self._offered)
        if self._data and self._is_outdated:
            self._offered = f"{Path(self._data.file).name} has changed."
            self._notice.say(self._offered, ("Read again", self._read_again), ("Table…", self.change))

    def close(self) -> None:
        """End all reading."""
        self.first_rows.close()

    def _read(self, asked: _Asked) -> None:
        self.first_rows.read(asked.path, asked.data.table, partial(self._open, asked))

    def _open(self, asked: _Asked, found: "Table | Exception") -> None:
        """Open the sheet of a table; what is taken is the data with the settings that it then shows."""
        from nnviz.controls.sheet import TableSheet  # noqa: PLC0415 - see nnviz.late
        from nnviz.data.decoding import NoTableError  # noqa: PLC0415 - as above

        if isinstance(found, NoTableError):
            self._notice.refuse(str(found))
            asked.leave()
            return
        self._notice.forget_refusal()
        sheet = TableSheet(asked.path.name, asked.data.table, self._desk.window())
        sheet.set_theme(self._theme())
        _show(sheet, found)
        sheet.changed.connect(lambda: self.first_rows.read(asked.path, sheet.asked, partial(_show, sheet)))
        sheet.accepted.connect(lambda: asked.take(asked.data.with_table(sheet.settings)))
        sheet.rejected.connect(asked.leave)
        sheet.finished.connect(self._close)
        self.sheet = sheet
        sheet.open()

    def _show_work(self, work: Work | None) -> None:
        """Say what takes long: on the sheet, or where there is none yet, above the views."""
        if self.sheet and work:
            self.sheet.show_work(work)
        elif not self.sheet:
            self._desk.loading.show_work(work)

    def _close(self) -> None:
        self.first_rows.give_up()
        if self.sheet:
            self.sheet.deleteLater()
            self.sheet = None
            self._desk.window().activateWindow()  # without a window manager nobody else gives it the keys back

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


def _show(sheet: "TableSheet", found: "Table | Exception") -> None:
    """Show the first rows on a sheet, or what is wrong if they are read so."""
    if isinstance(found, InputError):
        sheet.refuse(str(found))
    elif isinstance(found, Exception):
        raise found
    else:
        sheet.show_table(found)

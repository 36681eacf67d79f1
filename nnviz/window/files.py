"""Opening and saving from the window: file dialogs, dropped files, pictures, error messages."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnviz.drawing.saving import numbers_of, save_numbers, save_picture
from nnviz.errors import InputError
from nnviz.lessons.lesson import Course
from nnviz.lessons.opening import DOCUMENT_SUFFIXES, TABLE_SUFFIXES, Opened, opened
from nnviz.runs.document import Work, table_outside
from nnviz.runtime.session import Session
from nnviz.storage import DOCUMENT, write_atomically
from nnviz.window.documents import Documents
from nnviz.window.edits import Edits
from nnviz.window.notice import Notice

_PATTERNS = " ".join(f"*{suffix}" for suffix in (*DOCUMENT_SUFFIXES, *TABLE_SUFFIXES))
_OPENED = f"Experiments, tables and lessons ({_PATTERNS})"
_TEXT = ".nnviz.toml"
"""Ending of a new experiment as text: ``.nnviz`` lets the desktop open it with nnviz."""
_PICTURE = ".png"
_PICTURES = "PNG (*.png);;SVG (*.svg);;PDF (*.pdf)"


def write_picture(widget: QWidget, path: Path) -> None:
    """Write a picture of a widget to a PNG file, all of it or nothing.

    Raises
    ------
    InputError
        The file cannot be written; an existing file is unchanged.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    write_atomically(path, bytes(buffer.data().data()))


class Files:
    """Carries out the File menu.

    Parameters
    ----------
    parent : QWidget
        The window: parent of the dialogs and subject of the pictures.
    notice : Notice
        Shows the error messages.
    play : callable
        Plays a lesson, starting at a page.

    Attributes
    ----------
    offer : callable
        Asks how a table that was opened is to be taken.
    """

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        edits: Edits,
        documents: Documents,
        notice: Notice,
        play: Callable[[Course, int], None],
    ) -> None:
        self._parent, self._session, self._edits = parent, session, edits
        self._documents, self._notice, self._play = documents, notice, play
        self.offer: Callable[[Opened], object] = self.take

    def open(self, path: Path) -> None:
        """Open an experiment, a table or a lesson."""
        try:
            found = opened(path, self._session.experiment)
        except InputError as error:
            self._notice.refuse(str(error))
            return
        if found.is_table:
            self.offer(found)
        elif found.course or self.may_close():
            self.take(found)

    def take(self, found: Opened, page: int = 0) -> None:
        """Show what was opened, a lesson from the given page; its file becomes the document once begun."""
        if found.course:
            self._notice.forget_refusal()
            self._play(found.course, page)
        elif found.is_table and found.run is None:
            self._edits.open_table(found.experiment, lambda: self._take_document(found))
        else:
            self._load(found, lambda: self._take_document(found))

    def recover(self, left: Path, had: Callable[[], object]) -> None:
        """Restore a copy that a crash left, as unsaved work; ``had`` is called once it has begun."""
        try:
            found = opened(left)
        except InputError as error:
            self._notice.refuse(str(error))
            return
        if self.may_close():
            self._load(found, lambda: self._have_recovered(found, had))

    def _load(self, found: Opened, had: Callable[[], object]) -> None:
        self._session.load(
            found.experiment, run=found.run, past=found.past, answer=lambda begun: had() if begun else None
        )

    def _have_recovered(self, found: Opened, had: Callable[[], object]) -> None:
        self._documents.take(None, found.experiment)
        self._edits.clear()
        self._edits.resetClean()
        had()

    def _take_document(self, found: Opened) -> None:
        self._notice.forget_refusal()
        self._documents.take(found.path, found.experiment)
        if not found.is_table:
            self._edits.clear()

    def choose(self) -> None:
        """Ask for a file and open it."""
        name, _ = QFileDialog.getOpenFileName(self._parent, "Open", self._folder(), _OPENED)
        if name:
            self.open(Path(name))

    def save(self) -> bool:
        """Save to the experiment's file; ask for a file if it has none. False if it was not saved."""
        return self.save_to(self._documents.path) if self._documents.path else self.save_as()

    def save_as(self) -> bool:
        """Ask for a file and what to include, and save. False if it was not saved."""
        table = table_outside(self._session.experiment)
        offers, proposed = _offers(table), Path(self._folder())
        if not self._documents.path:
            proposed /= f"{Path(table).stem or 'untitled'}{DOCUMENT}"
        name, chosen = QFileDialog.getSaveFileName(self._parent, "Save", str(proposed), ";;".join(offers))
        suffix, with_table = offers.get(chosen, (DOCUMENT, True))
        path = Path(name)
        if name and path.suffix.lower() not in DOCUMENT_SUFFIXES:
            path = path.with_name(path.name + suffix)
            name = name if not path.exists() or self._may_replace(path) else ""
        return bool(name) and self.save_to(path, with_table=with_table)

    def save_to(self, path: Path, *, with_table: bool | None = None) -> bool:
        """Save to a file, with or without its table, by default as before. False if it was not saved."""
        session, documents = self._session, self._documents
        work = Work.of(session.experiment, session.snapshot, session.timeline)
        try:
            documents.save(path, work, with_table=documents.with_table if with_table is None else with_table)
        except InputError as error:
            self._notice.refuse(str(error))
            return False
        self._edits.setClean()
        return True

    def _may_replace(self, path: Path) -> bool:
        """Ask whether to replace a file: the dialog did not, as the name got its ending afterwards."""
        question = f"{path.name} already exists. Replace it?"
        return QMessageBox.question(self._parent, "Replace?", question) == QMessageBox.StandardButton.Yes

    def export_picture(self) -> None:
        """Ask for a file and write a picture of the window to it."""
        name, _ = QFileDialog.getSaveFileName(self._parent, "Export a picture", self._folder(), "PNG (*.png)")
        if name:
            self.export_picture_to(Path(name))

    def export_picture_to(self, path: Path) -> None:
        """Write a picture of the window to a file; .png is added to its name if missing."""
        named = path if path.suffix.lower() == _PICTURE else path.with_name(path.name + _PICTURE)
        self._try_to(partial(write_picture, self._parent), named)

    def picture(self, view: QWidget) -> None:
        """Ask for a file and write a picture of a view to it."""
        name, kind = QFileDialog.getSaveFileName(self._parent, "Save a picture", self._folder(), _PICTURES)
        if name:
            path = Path(name)
            named = path if path.suffix else path.with_suffix(f".{kind[:3].lower()}")
            self._try_to(partial(save_picture, view), named)

    def numbers(self, view: QWidget) -> None:
        """Ask for a file and write the numbers in a view's plots to it, as a table."""
        name, _ = QFileDialog.getSaveFileName(self._parent, "Save numbers", self._folder(), "CSV (*.csv)")
        if name:
            self._try_to(partial(save_numbers, numbers_of(view)), Path(name).with_suffix(".csv"))

    def _try_to(self, save: Callable[[Path], None], path: Path) -> None:
        try:
            save(path)
        except InputError as error:
            self._notice.refuse(str(error))

    def may_close(self) -> bool:
        """Whether the experiment may be closed; asks first if the edits of a file are not saved."""
        if self._edits.isClean() or self._documents.path is None:
            return True
        button = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self._parent,
            "Save?",
            f"Save the changes to {self._documents.path.name}?",
            button.Save | button.Discard | button.Cancel,
        )
        return self.save() if answer == button.Save else answer == button.Discard

    def _folder(self) -> str:
        if self._documents.path:
            return str(self._documents.path)
        recent = self._documents.recent
        return str(recent[0].parent) if recent else ""


def dropped_file(data: QMimeData) -> Path | None:
    """The dropped file, if exactly one was dropped."""
    urls = data.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None


def _offers(table: str) -> dict[str, tuple[str, bool]]:
    """The dialog's choices, each with the ending and whether the table is included."""
    text = {f"Settings as text, weights beside it (*{_TEXT} *.toml)": (_TEXT, False)}
    if not table:
        return {f"Everything in one file (*{DOCUMENT})": (DOCUMENT, True)} | text
    return {
        f"Everything in one file, with the table (*{DOCUMENT})": (DOCUMENT, True),
        f"Everything in one file, without the table (*{DOCUMENT})": (DOCUMENT, False),
    } | text

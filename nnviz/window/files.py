"""Opening and saving from the window: file dialogs, dropped files, pictures, error messages."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnviz.drawing.saving import numbers_of, save_numbers, save_picture
from nnviz.errors import InputError
from nnviz.experiment.kind import Kind
from nnviz.lessons.lesson import Course
from nnviz.lessons.opening import SUFFIX, TABLE_SUFFIXES, Opened, opened
from nnviz.runtime.session import Session
from nnviz.storage import write_atomically
from nnviz.window.documents import NEW_SUFFIX, Documents
from nnviz.window.edits import Edits
from nnviz.window.notice import Notice

_PATTERNS = " ".join(f"*{suffix}" for suffix in (SUFFIX, *TABLE_SUFFIXES))
_OPENED = f"Experiments, tables and lessons ({_PATTERNS})"
_SAVED = f"Experiments (*{SUFFIX})"
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

    def open(self, path: Path) -> None:
        """Open an experiment, a table or a lesson."""
        try:
            found = opened(path, self._session.experiment)
        except InputError as error:
            self._notice.refuse(str(error))
            return
        if found.course or found.is_table or self.may_close():
            self.take(found)

    def take(self, found: Opened, page: int = 0) -> None:
        """Show what was opened, a lesson from the given page; its file becomes the document once begun."""
        if found.course:
            self._notice.forget_refusal()
            self._play(found.course, page)
        elif found.is_table and found.run is None:
            self._edits.open_table(found.experiment, lambda: self._take_document(found))
        else:
            self._session.load(
                found.experiment, run=found.run, answer=lambda begun: self._take_document(found) if begun else None
            )

    def _take_document(self, found: Opened) -> None:
        self._notice.forget_refusal()
        self._documents.take(found.path)
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
        """Ask for a file and save to it. False if it was not saved."""
        name, _ = QFileDialog.getSaveFileName(self._parent, "Save", self._folder(), _SAVED)
        if not name:
            return False
        path = Path(name)
        return self.save_to(path if path.suffix else path.with_suffix(NEW_SUFFIX))

    def save_to(self, path: Path) -> bool:
        """Save to a file. False if it was not saved."""
        experiment: Kind = self._session.experiment
        try:
            self._documents.save(path, experiment, self._session.snapshot)
        except InputError as error:
            self._notice.refuse(str(error))
            return False
        self._edits.setClean()
        return True

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

"""Opening and saving from the window: file dialogs, dropped files, pictures, error messages."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnviz.drawing.saving import numbers_of, save_numbers, save_picture
from nnviz.errors import InputError
from nnviz.experiment.kind import Kind
from nnviz.lessons.lesson import Course, PageScene
from nnviz.lessons.opening import SUFFIX, TABLE_SUFFIXES, Opened, opened
from nnviz.runs.run import Run
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
    play, close_lesson : callable
        Play a lesson, starting at a page; close it.

    Attributes
    ----------
    asks : bool
        Whether to ask before unsaved work is lost.
    """

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        edits: Edits,
        documents: Documents,
        notice: Notice,
        play: Callable[[Course, int], None],
        close_lesson: Callable[[], None],
    ) -> None:
        self._parent, self._session, self._edits = parent, session, edits
        self._documents, self._notice = documents, notice
        self._play, self._close_lesson = play, close_lesson
        self.asks = True
        self._saved: int | None = 0

    @property
    def unsaved(self) -> bool:
        """Whether anything was edited, or trained further, since the experiment was opened or saved.

        The training of a lesson's page does not count.
        """
        return not self._edits.isClean() or self._saved not in {None, self._reached}

    @property
    def _reached(self) -> int:
        """The last step of the run, even while an earlier one is shown."""
        moments = self._session.timeline.line.moments
        return moments[-1].step if moments else 0

    def open(self, path: Path) -> None:
        """Open an experiment, a table or a lesson."""
        try:
            found = opened(path, self._session.experiment)
        except InputError as error:
            self._notice.refuse(str(error))
            return
        if found.is_table or self.may_leave():
            self.take(found)

    def begin(self, experiment: Kind) -> None:
        """Replace the experiment by one that comes from no file."""
        if self.may_leave():
            self.take(Opened(experiment=experiment))

    def play(self, course: Course) -> None:
        """Replace the experiment by a lesson."""
        if self.may_leave():
            self.take(Opened(course=course))

    def take(self, found: Opened, page: int = 0) -> None:
        """Show what was opened, a lesson from the given page; its file becomes the document once begun."""
        if found.course:
            self._notice.forget_refusal()
            self._play(found.course, page)
        elif found.path and found.is_table and found.run is None:
            take = self._documents.take
            begun, undone = partial(take, found.path), partial(take, self._documents.path)
            self._edits.open_table(found.experiment, found.path.name, begun, undone)
        else:
            self._load(found.experiment, partial(self._have, found), found.run)

    def recover(self, experiment: Kind) -> None:
        """Continue with an experiment that a crash left behind, and that is saved nowhere else."""
        if self.may_leave():
            self._load(experiment, self._have_recovered)

    def follow_lesson(self, scene: PageScene | None) -> None:
        """Have no document while a lesson is played; afterwards, what still runs is an untitled experiment."""
        if scene:
            self._documents.take(None)
            self._edits.clear()
        self._saved = None if scene else self._reached

    def _load(self, experiment: Kind, have: Callable[[], object], run: Run | None = None) -> None:
        """Load the experiment of another document, which takes over once that has begun."""
        self._edits.leaving += 1
        self._session.load(experiment, run=run, answer=lambda begun: self._take_answer(have, begun=begun))

    def _take_answer(self, have: Callable[[], object], *, begun: bool) -> None:
        self._edits.leaving -= 1
        if begun:
            have()

    def _have(self, found: Opened) -> None:
        self._close_lesson()
        self._documents.take(found.path)
        self._edits.clear()
        self._saved = self._reached

    def _have_recovered(self) -> None:
        self._have(Opened())
        self._edits.resetClean()

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
        self._notice.forget_refusal()
        self._edits.setClean()
        self._saved = self._reached
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
        else:
            self._notice.forget_refusal()

    def may_leave(self) -> bool:
        """Whether the experiment may be replaced or closed; asks first if anything is not saved."""
        if not self.asks or not self.unsaved:
            return True
        path, button = self._documents.path, QMessageBox.StandardButton
        question = f"Save the changes to {path.name}?" if path else "Save this experiment?"
        box = QMessageBox(QMessageBox.Icon.Question, "Save?", question, parent=self._parent)
        box.setInformativeText(f"{self._lost()} would be lost otherwise.")
        box.setStandardButtons(button.Save | button.Discard | button.Cancel)
        box.setDefaultButton(button.Save)
        answer = box.exec()
        box.deleteLater()
        return self.save() if answer == button.Save else answer == button.Discard

    def _lost(self) -> str:
        """What is not saved."""
        if self._edits.isClean():
            return f"Its training up to step {self._reached:,}"
        return "Its edits" if self._saved in {None, self._reached} else "Its edits and its training"

    def _folder(self) -> str:
        if self._documents.path:
            return str(self._documents.path)
        recent = self._documents.recent
        return str(recent[0].parent) if recent else ""


def dropped_file(data: QMimeData) -> Path | None:
    """The dropped file, if exactly one was dropped."""
    urls = data.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None

"""Opening and saving from the window: file dialogs, dropped files, error messages."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnviz.errors import InputError
from nnviz.experiment.kind import Kind
from nnviz.lessons.lesson import Course, PageScene
from nnviz.lessons.opening import DOCUMENT_SUFFIXES, TABLE_SUFFIXES, Opened, opened
from nnviz.runs.array_files import PARAMETERS
from nnviz.runs.document import Work, table_outside
from nnviz.runtime.session import Session
from nnviz.storage import DOCUMENT, LESSON
from nnviz.window.background import in_background
from nnviz.window.documents import Documents
from nnviz.window.edits import Edits
from nnviz.window.notice import Notice

_PATTERNS = " ".join(f"*{suffix}" for suffix in (*DOCUMENT_SUFFIXES, LESSON, *TABLE_SUFFIXES, *PARAMETERS))
_OPENED = f"Experiments, tables, lessons and weights ({_PATTERNS})"
_TEXT = ".nnviz.toml"
"""Ending of a new experiment as text: ``.nnviz`` lets the desktop open it with nnviz."""


class Files:
    """Carries out the File menu.

    Parameters
    ----------
    parent : QWidget
        The window: parent of the dialogs.
    notice : Notice
        Shows the error messages.
    play, close_lesson : callable
        Play a lesson, starting at a page; close it.

    Attributes
    ----------
    asks : bool
        Whether to ask before unsaved work is lost.
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
        close_lesson: Callable[[], None],
    ) -> None:
        self._parent, self._session, self._edits = parent, session, edits
        self._documents, self._notice = documents, notice
        self._play, self._close_lesson = play, close_lesson
        self.asks = True
        self.offer: Callable[[Opened], object] = self.take
        self._saved: int | None = 0
        self._in_lesson = False
        session.training_asked.connect(self._count_training)

    @property
    def unsaved(self) -> bool:
        """Whether anything was edited, or trained further, since the experiment was opened or saved.

        The training of a lesson's page does not count, up to where it stopped when the lesson was closed.
        """
        return not self._edits.isClean() or self._saved not in {None, self._reached}

    @property
    def _reached(self) -> int:
        """The last step of the run, even while an earlier one is shown."""
        moments = self._session.timeline.line.moments
        return moments[-1].step if moments else 0

    def open(self, path: Path | str) -> None:
        """Open an experiment, a table, a lesson, weights, or as text a link."""
        try:
            found = in_background(partial(opened, path, self._session.experiment))
        except InputError as error:
            self._notice.refuse(str(error))
            return
        if found.is_table:
            self.offer(found)
        elif self.may_leave():
            self.take(found)

    def begin(self, experiment: Kind) -> None:
        """Replace the experiment by one that comes from no file."""
        if self.may_leave():
            self.take(Opened(experiment=experiment))

    def play(self, course: Course, page: int = 0) -> None:
        """Replace the experiment by a lesson, at a page counted from 0."""
        if self.may_leave():
            self.take(Opened(course=course), page)

    def take(self, found: Opened, page: int = 0) -> None:
        """Show what was opened, a lesson from the given page; its file becomes the document once begun."""
        if found.course:
            self._notice.forget_refusal()
            self._play(found.course, page)
        elif found.path and found.is_table and found.run is None:
            take = self._documents.take
            begun = partial(take, found.path, found.experiment)
            undone = partial(take, self._documents.path, self._session.experiment)
            self._edits.open_table(found.experiment, found.path.name, begun, undone)
        else:
            self._load(found, partial(self._have, found))

    def recover(self, left: Path, had: Callable[[], object]) -> None:
        """Restore a copy that a crash left, as unsaved work; ``had`` is called once it has begun."""
        try:
            found = in_background(partial(opened, left))
        except InputError as error:
            self._notice.refuse(str(error))
            return
        if self.may_leave():
            self._load(found, lambda: self._have_recovered(found, had))

    def follow_lesson(self, scene: PageScene | None) -> None:
        """Have no document while a lesson is played; afterwards, what it has left is an untitled experiment."""
        if scene:
            self._documents.take(None, self._session.experiment)
            self._edits.clear()
        self._in_lesson, self._saved = scene is not None, None

    def _count_training(self) -> None:
        """After a lesson, count what is trained from where its run has stopped, soon after it was closed."""
        if self._saved is None and not self._in_lesson:
            self._saved = self._reached

    def _load(self, found: Opened, have: Callable[[], object]) -> None:
        """Load the experiment of another document, which takes over once that has begun."""
        self._edits.leaving += 1
        answer = partial(self._take_answer, have)
        self._session.load(found.experiment, run=found.run, past=found.past, answer=answer)

    def _take_answer(self, have: Callable[[], object], begun: bool) -> None:
        self._edits.leaving -= 1
        if begun:
            have()

    def _have(self, found: Opened) -> None:
        self._close_lesson()
        self._documents.take(found.path, found.experiment)
        self._edits.clear()
        self._saved = self._reached
        if found.note:
            self._notice.say(found.note)

    def _have_recovered(self, found: Opened, had: Callable[[], object]) -> None:
        self._have(Opened(experiment=found.experiment))
        self._edits.resetClean()
        had()

    def choose(self) -> None:
        """Ask for a file and open it."""
        name, _ = QFileDialog.getOpenFileName(self._parent, "Open", self._documents.folder, _OPENED)
        if name:
            self.open(Path(name))

    def save(self) -> bool:
        """Save to the experiment's file; ask for a file if it has none. False if it was not saved."""
        return self.save_to(self._documents.path) if self._documents.path else self.save_as()

    def save_as(self) -> bool:
        """Ask for a file and what to include, and save. False if it was not saved."""
        table = table_outside(self._session.experiment)
        offers, proposed = _offers(table), Path(self._documents.folder)
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
        self._notice.forget_refusal()
        self._edits.setClean()
        self._saved = self._reached
        return True

    def _may_replace(self, path: Path) -> bool:
        """Ask whether to replace a file: the dialog did not, as the name got its ending afterwards."""
        question = f"{path.name} already exists. Replace it?"
        return QMessageBox.question(self._parent, "Replace?", question) == QMessageBox.StandardButton.Yes

    def may_leave(self) -> bool:
        """Whether the experiment may be replaced or closed; asks first if anything is not saved."""
        if not self.asks or not self.unsaved:
            return True
        path, button = self._documents.path, QMessageBox.StandardButton
        question = f"Save the changes to {path.name}?" if path else "Save this experiment?"
        box = QMessageBox(QMessageBox.Icon.Question, "Save?", question, parent=self._parent)
        box.setInformativeText(f"{self._lost()} would be lost otherwise.")
        box.setStandardButtons(button.Save | button.Discard | button.Cancel)
        for choice, words in ((button.Save, "&Save"), (button.Discard, "&Discard"), (button.Cancel, "&Cancel")):
            box.button(choice).setText(words)  # Qt's own answer to no key
        box.setDefaultButton(button.Save)
        answer = box.exec()
        box.deleteLater()
        return self.save() if answer == button.Save else answer == button.Discard

    def _lost(self) -> str:
        """What is not saved."""
        if self._edits.isClean():
            return f"Its training up to step {self._reached:,}"
        return "Its edits" if self._saved in {None, self._reached} else "Its edits and its training"


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

"""The file of the lesson that is open, as it is edited in the window: saved at once, with undo."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from nnviz.errors import InputError
from nnviz.paths import resource
from nnviz.storage import LESSON, read_text
from nnviz.window.background import in_background
from nnviz.window.lecture import Lecture

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.lessons.editing import LessonText
    from nnviz.lessons.lesson import Lesson

Change = Callable[["LessonText"], "LessonText"]
_NO_FILES: Mapping[str, str] = MappingProxyType({})
_SHIPPED = "This lesson comes with nnviz and stays as it is."
_ONE_FILE = "This lesson is one file, to be mailed, and stays as it is."


class EditLesson(QUndoCommand):
    """An edit of a lesson's file, which has been made when it is pushed.

    ``before`` and ``after`` are each the file's text and the page that is shown with it, counted from 0.
    """

    def __init__(
        self, words: str, take: Callable[[str, int], object], before: tuple[str, int], after: tuple[str, int]
    ) -> None:
        super().__init__(words)
        self._take, self._before, self._after = take, before, after
        self._is_made = True

    def redo(self) -> None:
        """Make the edit again; Qt calls this also when it is pushed."""
        if not self._is_made:
            self._take(*self._after)
        self._is_made = False

    def undo(self) -> None:
        self._take(*self._before)


class Manuscript(QObject):
    """The open lesson's file.

    Signals
    -------
    changed
        Undo or redo has brought another text back, or another program has written one.
    refused : str
        Such a text could not be taken.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, lecture: Lecture) -> None:
        super().__init__(lecture)
        self._lecture = lecture
        self.stack = QUndoStack(self)
        self.path: Path | None = None
        lecture.file.written.connect(self._forget)

    @property
    def fixed(self) -> str:
        """Why the lesson cannot be written; empty if it can."""
        if self.path is None or self.path.is_relative_to(resource("lessons")):
            return _SHIPPED
        return _ONE_FILE if LESSON in {parent.suffix.lower() for parent in (self.path, *self.path.parents)} else ""

    def follow(self) -> None:
        """Have the file of the lesson that is open now; what was edited in another cannot be undone any more."""
        course = self._lecture.player.course
        path = course.path if course else None
        if path != self.path:
            self.path = path
            self.stack.clear()

    def edit(
        self, words: str, change: Change, index: int, files: Mapping[str, str] = _NO_FILES
    ) -> "Lesson | None":
        """Edit the file, and show the page of an index; ``files`` are copied to names beside it.

        Returns
        -------
        lesson : Lesson or None
            As it is written now; None if nothing has changed.

        Raises
        ------
        InputError
            One line with page and key; then nothing is written.
        """
        assert self.path  # noqa: S101 - there is a lesson to edit
        before, after = in_background(partial(_changed, self.path, change))
        if after == before:
            return None
        former = self._lecture.player.index
        lesson = self._save(after, index, files)
        self.stack.push(EditLesson(words, self._take, (before, former), (after, index)))
        return lesson

    def _take(self, text: str, index: int) -> None:
        try:
            self._save(text, index)
        except InputError as error:
            self.refused.emit(str(error))
        self.changed.emit()

    def _save(self, text: str, index: int, files: Mapping[str, str] = _NO_FILES) -> "Lesson":
        """Write a text beside the window; what watches the file knows of it before."""
        from nnviz.lessons.writing import save_text  # noqa: PLC0415 - see nnviz.late

        assert self.path  # noqa: S101 - as above
        path, file = self.path, self._lecture.file
        former = file.have_written(text.encode())
        try:
            course = in_background(partial(save_text, text, path, files))
        except InputError:
            file.have_written(former)
            raise
        if (shown := self._lecture.player.course) and shown.path == path:
            self._lecture.player.revise(course, index)
        return course.lesson

    def _forget(self) -> None:
        """Undo nothing across what another program has written."""
        self.stack.clear()
        self.changed.emit()


def _changed(path: Path, change: Change) -> tuple[str, str]:
    """The text of a file, and what an edit makes of it."""
    from nnviz.lessons.editing import LessonText  # noqa: PLC0415 - see nnviz.late

    before = read_text(path)
    return before, change(LessonText.of(before)).text

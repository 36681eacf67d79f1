"""Choosing a lesson, and writing one from the current state without a text editor."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from nnviz.errors import InputError
from nnviz.paths import resource
from nnviz.runtime.session import Session
from nnviz.storage import read_text
from nnviz.window.background import in_background
from nnviz.window.lecture import Lecture
from nnviz.window.stages import Stages

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.lessons.lesson import Course
    from nnviz.lessons.library import Library

LESSON_SUFFIX = ".lesson.toml"
_SAVED = f"Lessons (*{LESSON_SUFFIX})"


class Lessons:
    """The bundled lessons and the user's own.

    Parameters
    ----------
    parent : QWidget
        Parent of the dialogs.
    session, lecture, stages
        What runs, what plays a lesson, and what arranges the views.
    folder : Path
        Folder of the user's own lessons.
    play : callable
        Plays a lesson that was chosen, from a page, unless the user cancels to keep unsaved work.
    say : callable
        Shows a message.
    """

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        lecture: Lecture,
        stages: Stages,
        folder: Path,
        play: Callable[["Course", int], None],
        say: Callable[[str], None],
    ) -> None:
        self._parent, self._session, self._lecture = parent, session, lecture
        self._stages, self._choose, self._say = stages, play, say
        self.folder = folder

    @property
    def library(self) -> "Library":
        """All lessons, read anew so that a lesson just written is among them."""
        from nnviz.lessons.library import Library  # noqa: PLC0415 - see nnviz.late

        return in_background(lambda: Library((resource("lessons"), self.folder)))

    def choose(self) -> None:
        """Ask for a lesson and play it."""
        from nnviz.presenter.library import LibraryDialog  # noqa: PLC0415 - see nnviz.late

        library = self.library
        dialog = LibraryDialog(library.courses, library.errors, self._parent)
        dialog.set_theme(self._stages.theme)
        dialog.chosen.connect(self._choose)
        dialog.exec()
        dialog.deleteLater()

    def write_new(self) -> None:
        """Ask for a file, write a lesson of one page with the current state to it, and open it."""
        self._try(lambda: self.folder.mkdir(parents=True, exist_ok=True))
        name, _ = QFileDialog.getSaveFileName(self._parent, "New lesson", str(self.folder), _SAVED)
        if name:
            self.write(named(Path(name)))

    def write(self, path: Path) -> None:
        """Write a lesson of one page with the current state, and open it."""
        from nnviz.lessons.writing import lesson_from, save_lesson  # noqa: PLC0415 - see nnviz.late

        title = path.name.removesuffix(LESSON_SUFFIX).replace("-", " ").replace("_", " ").strip().capitalize()
        taken = [course.lesson.id for course in self.library.courses]
        moment, layout = self._session.snapshot, self._stages.layout
        self._try(lambda: save_lesson(lesson_from(moment, title, layout, taken), path))
        if path.exists():
            self._try(lambda: self._play(path))

    def add_page(self) -> None:
        """Add a page with the current state to the open lesson, and show it; the file stays as it is otherwise."""
        from nnviz.lessons.editing import LessonText  # noqa: PLC0415 - see nnviz.late
        from nnviz.lessons.writing import beside, page_from, page_tables, save_text  # noqa: PLC0415

        course = self._lecture.player.course
        if course is None or course.path is None or course.path.is_relative_to(resource("lessons")):
            self._say(
                "There is no lesson of yours open to add a page to: begin one with New lesson from this state."
            )
            return
        path, number = course.path, len(course.lesson.pages) + 1
        made = page_from(self._session.snapshot, f"Page {number}", self._stages.layout)
        (page,), files = beside([made], path)
        self._try(lambda: save_text(LessonText.of(read_text(path)).added(page_tables(page)).text, path, files))
        self._try(lambda: self._play(path, number - 1))

    def _play(self, path: Path, index: int = 0) -> None:
        from nnviz.lessons.reading import read_lesson  # noqa: PLC0415 - see nnviz.late

        self._lecture.open(in_background(lambda: read_lesson(path)), index)

    def _try(self, do: Callable[[], object]) -> None:
        try:
            do()
        except (InputError, OSError) as error:
            self._say(str(error))


def named(path: Path) -> Path:
    """The path with the ending of a lesson file."""
    return path if path.name.endswith(LESSON_SUFFIX) else path.with_name(path.name + LESSON_SUFFIX)

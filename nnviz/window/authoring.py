"""Writing lessons from what is on the screen: nobody needs an editor for a first lesson."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from nnviz.errors import InputError
from nnviz.lessons.lesson import ViewLayout
from nnviz.paths import resource
from nnviz.runtime.session import Session
from nnviz.window.lecture import Lecture

LESSON_SUFFIX = ".lesson.toml"
_SAVED = f"Lessons (*{LESSON_SUFFIX})"


class Authoring:
    """What the File menu does with lessons.

    Parameters
    ----------
    parent : QWidget
        The window that dialogs belong to.
    stand : callable
        Tells where views stand now.
    say : callable
        Says what was done, or could not be.
    """

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        lecture: Lecture,
        layout: Callable[[], ViewLayout],
        say: Callable[[str], None],
    ) -> None:
        self._parent, self._session, self._lecture = parent, session, lecture
        self._layout, self._say = layout, say

    def new_lesson(self) -> None:
        """Ask where, write a lesson of one page with the present state there, and open it."""
        folder = self._lecture.folder
        self._try(lambda: folder.mkdir(parents=True, exist_ok=True))
        name, _ = QFileDialog.getSaveFileName(self._parent, "New lesson", str(folder), _SAVED)
        if name:
            self.write_lesson(named(Path(name)))

    def write_lesson(self, path: Path) -> None:
        """Write a lesson of one page with the present state, and open it."""
        from nnviz.lessons.writing import lesson_from, save_lesson  # noqa: PLC0415 - see nnviz.late

        title = path.name.removesuffix(LESSON_SUFFIX).replace("-", " ").replace("_", " ").strip().capitalize()
        taken = [course.lesson.id for course in self._lecture.library.courses]
        self._try(lambda: save_lesson(lesson_from(self._session.snapshot, title, self._layout(), taken), path))
        if path.exists():
            self._try(lambda: self._lecture.open_file(path))

    def add_page(self) -> None:
        """Add a page with the present state to the lesson that is open, and turn to it."""
        from nnviz.lessons.writing import page_from, save_lesson, with_page  # noqa: PLC0415 - see nnviz.late

        course = self._lecture.player.course
        if course is None or course.path is None or course.path.is_relative_to(resource("lessons")):
            self._say(
                "There is no lesson of yours open to add a page to: begin one with New lesson from this state."
            )
            return
        path, number = course.path, len(course.lesson.pages) + 1
        page = page_from(self._session.snapshot, f"Page {number}", self._layout())
        self._try(lambda: save_lesson(with_page(course.lesson, page), path))
        self._try(lambda: self._lecture.open_file(path, number - 1))

    def _try(self, do: Callable[[], object]) -> None:
        try:
            do()
        except (InputError, OSError) as error:
            self._say(str(error))


def named(path: Path) -> Path:
    """The path with a lesson's ending."""
    return path if path.name.endswith(LESSON_SUFFIX) else path.with_name(path.name + LESSON_SUFFIX)

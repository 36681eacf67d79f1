"""The library of lessons, and the files that lessons are kept in."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from nnviz.errors import InputError
from nnviz.paths import resource
from nnviz.storage import LESSON
from nnviz.window.background import in_background
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
    stages : Stages
        They have the theme.
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
        stages: Stages,
        folder: Path,
        play: Callable[["Course", int], None],
        say: Callable[[str], None],
    ) -> None:
        self._parent, self._stages, self._play, self._say = parent, stages, play, say
        self.folder = folder

    @property
    def library(self) -> "Library":
        """All lessons, read anew so that a lesson just written is among them."""
        from nnviz.lessons.library import Library  # noqa: PLC0415 - see nnviz.late

        return in_background(lambda: Library((resource("lessons"), self.folder)))

    @property
    def ids(self) -> list[str]:
        """The ids of all lessons."""
        return [course.lesson.id for course in self.library.courses]

    def choose(self) -> None:
        """Ask for a lesson and play it."""
        from nnviz.presenter.library import LibraryDialog  # noqa: PLC0415 - see nnviz.late

        library = self.library
        dialog = LibraryDialog(library.courses, library.errors, self._parent)
        dialog.set_theme(self._stages.theme)
        dialog.chosen.connect(self._play)
        dialog.exec()
        dialog.deleteLater()

    def open(self, name: str) -> None:
        """Play the shipped lesson of this id."""
        from nnviz.lessons.reading import read_lesson  # noqa: PLC0415 - see nnviz.late

        self._play(in_background(partial(read_lesson, bundled(name))), 0)

    def ask_for_new(self) -> Path | None:
        """Ask for the file of a new lesson."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._say(f"{self.folder}: {error.strerror}")
        name, _ = QFileDialog.getSaveFileName(self._parent, "New lesson", str(self.folder), _SAVED)
        return named(Path(name)) if name else None

    def save_as_one_file(self, course: "Course | None") -> None:
        """Ask for a file, and write a lesson with all that it uses to it."""
        from nnviz.lessons.copying import pack  # noqa: PLC0415 - see nnviz.late

        if course is None or course.path is None:
            self._say("No lesson is open: one file is made of a lesson.")
            return
        proposed = str(course.path.parent / f"{course.lesson.id}{LESSON}")
        name, _ = QFileDialog.getSaveFileName(self._parent, "Lesson as one file", proposed, f"Lesson (*{LESSON})")
        path = Path(name)
        try:
            if name:
                named = path if path.suffix.lower() == LESSON else path.with_name(path.name + LESSON)
                in_background(partial(pack, course, named))
        except InputError as error:
            self._say(str(error))

    def show_guide(self) -> None:
        """Open the guide where it tells how lessons are written."""
        from nnviz.authoring.guide import AUTHORS, show_guide  # noqa: PLC0415 - see nnviz.late

        show_guide(self._parent, AUTHORS)


def bundled(name: str) -> Path:
    """Where the shipped lesson of an id is, if there is one."""
    return resource("lessons", f"{name}.toml")


def title_of(path: Path) -> str:
    """The title of a new lesson: the name of its file, in words."""
    return path.name.removesuffix(LESSON_SUFFIX).replace("-", " ").replace("_", " ").strip().capitalize()


def named(path: Path) -> Path:
    """The path with the ending of a lesson file."""
    return path if path.name.endswith(LESSON_SUFFIX) else path.with_name(path.name + LESSON_SUFFIX)

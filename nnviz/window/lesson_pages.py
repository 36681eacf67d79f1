"""Lessons and their pages as such: begun, copied, added from the state on screen, moved and removed."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from nnviz.errors import InputError
from nnviz.runtime.session import Session
from nnviz.window.background import in_background
from nnviz.window.layout import Desk
from nnviz.window.lessons import Lessons, title_of
from nnviz.window.manuscript import Change
from nnviz.window.stages import Stages
from nnviz.window.writing import NONE_OPEN, Writing

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.authoring.form import LessonForm
    from nnviz.lessons.lesson import Course


class LessonPages:
    """The pages of the lesson that is written."""

    def __init__(self, desk: Desk, session: Session, stages: Stages, lessons: Lessons, writing: Writing) -> None:
        self._desk, self._session, self._stages = desk, session, stages
        self._lessons, self._writing, self._lecture = lessons, writing, writing.lecture
        desk.form_made.connect(self._connect_form)

    def begin_new(self) -> None:
        """Ask for a file, and begin a lesson in it."""
        if path := self._lessons.ask_for_new():
            self.begin(path)

    def begin(self, path: Path) -> None:
        """Write a lesson of one page with the current state, and open it to be written on."""
        from nnviz.lessons.writing import lesson_from, save_lesson  # noqa: PLC0415 - see nnviz.late

        lesson = lesson_from(self._session.snapshot, title_of(path), self._stages.layout, self._lessons.ids)
        self._try(lambda: self._open_new(in_background(partial(save_lesson, lesson, path)), "Your lesson"))

    def own(self) -> None:
        """Copy the lesson to the user's own, and open the copy at the same page."""
        from nnviz.lessons.copying import copied  # noqa: PLC0415 - see nnviz.late

        course, index = self._lecture.player.course, self._lecture.player.index
        if course:
            copy = partial(copied, course, self._lessons.folder, self._lessons.ids)
            self._try(lambda: self._open_new(in_background(copy), "Your copy", index))

    def add(self) -> None:
        """Add a page with the current state behind the others, and show it."""
        from nnviz.lessons.writing import beside, page_from, page_tables  # noqa: PLC0415 - see nnviz.late

        course, path = self._lecture.player.course, self._writing.manuscript.path
        if course is None or path is None or self._writing.manuscript.fixed:
            self._desk.notice.refuse(NONE_OPEN)
            return
        number = len(course.scenes) + 1
        made = page_from(self._session.snapshot, f"Page {number}", self._stages.layout)
        (page,), files = beside([made], path)
        self._edit("add a page", lambda text: text.added(page_tables(page)), number - 1, files)

    def move(self, by: int) -> None:
        """Move the page up or down by so many."""
        course, index = self._lecture.player.course, self._lecture.player.index
        if course and 0 <= index + by < len(course.scenes):
            self._edit("move a page", lambda text: text.moved(index, index + by), index + by)

    def copy(self) -> None:
        """Put a copy of the page behind it, and show that."""
        index = self._lecture.player.index
        self._edit("copy a page", lambda text: text.copied(index), index + 1)

    def remove(self) -> None:
        """Remove the page, and show the one that was behind it, or before the last."""
        course, index = self._lecture.player.course, self._lecture.player.index
        shown = min(index, len(course.scenes) - 2) if course else 0
        self._edit("remove a page", lambda text: text.removed(index), max(0, shown))

    def open_folder(self) -> None:
        """Show the folder of the lesson's file."""
        if path := self._writing.manuscript.path:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    def _edit(self, words: str, change: Change, index: int, files: Mapping[str, str] | None = None) -> None:
        """Edit the pages as such, with the form open: there it is undone."""
        writing = self._writing
        if not writing.is_open:
            writing.toggle()
        writing.finish()
        if writing.is_open and not writing.manuscript.fixed:
            self._try(lambda: writing.manuscript.edit(words, change, index, files or {}))
            writing.show_page()

    def _open_new(self, course: "Course", what: str, index: int = 0) -> None:
        self._lecture.open(course, index)
        self._writing.open()
        self._desk.notice.say(f"{what}: {course.path}", ("Open its folder", self.open_folder))

    def _try(self, do: Callable[[], object]) -> None:
        try:
            do()
        except (InputError, OSError) as error:
            self._desk.notice.refuse(str(error))

    def _connect_form(self, form: "LessonForm") -> None:
        for signal, do in (
            (form.moved, self.move),
            (form.copied, self.copy),
            (form.removed, self.remove),
            (form.added, self.add),
            (form.owned, self.own),
            (form.folder_opened, self.open_folder),
            (form.guide_opened, self._lessons.show_guide),
        ):
            signal.connect(do)

"""The form beside a lesson's page: what is written in it is saved, or where that cannot be, kept."""

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox

from nnviz.errors import InputError
from nnviz.window.layout import Desk
from nnviz.window.lecture import Lecture
from nnviz.window.manuscript import Manuscript

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.authoring.form import LessonForm, Written
    from nnviz.lessons.editing import LessonText
    from nnviz.lessons.lesson import Lesson, Page

NONE_OPEN = "There is no lesson of yours open: begin one with New lesson from this state."
_NAMES = {"look": "look at", "next": "try next"}
"""What fields are called otherwise than their keys."""


class Draft(Struct, frozen=True, eq=False):
    """What was written and cannot be saved as it is, and where: on a page, or without one, about the lesson."""

    path: Path
    page: "Page | None"
    written: "Written"


class Writing(QObject):
    """Writes the open lesson in its form.

    Signals
    -------
    toggled
        The form was opened or closed.
    """

    toggled = Signal()

    def __init__(self, desk: Desk, lecture: Lecture) -> None:
        super().__init__(lecture)
        self._desk, self.lecture = desk, lecture
        self.manuscript = Manuscript(lecture)
        self._page = 0
        """The page that the form shows."""
        self._lesson: Lesson | None = None
        self._path: Path | None = None
        """The lesson that it shows, as it is written, and its file."""
        self._drafts: list[Draft] = []
        self._is_saving = False
        desk.form_made.connect(self._connect_form)
        lecture.player.scene_changed.connect(self._follow)
        self.manuscript.changed.connect(self.show_page)
        self.manuscript.refused.connect(desk.notice.refuse)

    @property
    def is_open(self) -> bool:
        """Whether the form is open."""
        return self._desk.writes

    def toggle(self) -> None:
        """Open the form on the lesson's page, or close it."""
        if self.is_open:
            self.close()
        elif self.lecture.player.course is None:
            self._desk.notice.refuse(NONE_OPEN)
        else:
            self.open()

    def open(self) -> None:
        """Open the form."""
        self._desk.show_form(shown=True)
        self.show_page()
        self.toggled.emit()
        self._desk.form.focus(("title",))

    def close(self) -> None:
        """Close the form; what is written is saved, or where that cannot be, kept."""
        if self.is_open:
            self.finish()
            self._keep_drafts()
            self._path = None
            self._desk.show_form(shown=False)
            self.toggled.emit()

    def finish(self) -> None:
        """Have what is being written saved at once."""
        if self.is_open:
            self._desk.form.finish()

    def may_leave(self) -> bool:
        """Whether what cannot be saved may be lost; asks first if there is anything."""
        self.finish()
        waiting = [
            *self._drafts,
            *(self._desk.form.changes() if self.is_open and not self.manuscript.fixed else ()),
        ]
        if not waiting:
            return True
        button = QMessageBox.StandardButton
        question = "What you wrote on a page of the lesson cannot be saved as it is. Close all the same?"
        answer = QMessageBox.question(self._desk, "Close?", question, button.Yes | button.No, button.No)
        return answer == button.Yes

    def _take_form(self) -> None:
        """Save what has been written, each field by itself, and say at a field why it cannot be saved."""
        form, path = self._desk.form, self.manuscript.path
        refused: list[Written] = []
        errors: list[str] = []
        self._is_saving = True
        for written in form.changes():
            try:
                self._write(written)
            except InputError as error:
                refused.append(written)
                errors.append(str(error).removeprefix(f"{path.name}: " if path else ""))
            else:
                form.have_saved(written)
        self._is_saving = False
        for written in refused:  # the page may have been shown anew meanwhile
            if written not in form.changes():
                form.put_back(written)
        form.complain_of(errors)

    def _write(self, written: "Written") -> None:
        page, name = self._page, _NAMES.get(written.name, written.name)

        def change(text: "LessonText") -> "LessonText":
            return text.with_page(page, written.values) if written.of_page else text.with_head(written.values)

        self._lesson = self.manuscript.edit(f"write {name}", change, self.lecture.player.index) or self._lesson

    def show_page(self) -> None:
        """Show the lesson's page in the form, if that is open."""
        course, former = self.lecture.player.course, self._page
        self._page = self.lecture.player.index
        if course and self.is_open:
            path, form = self.manuscript.path, self._desk.form
            left = form.changes() if (path, self._page) == (self._path, former) and not self._is_saving else []
            self._lesson, self._path = course.lesson, path
            form.show_page(course.lesson, self._page, str(path or ""), self.manuscript.fixed)
            self._put_back(left)

    def _keep_drafts(self) -> None:
        """Keep what could not be saved with its page, and say so."""
        path, lesson, left = self.manuscript.path, self._lesson, self._desk.form.changes()
        if not (left and path and lesson) or self.manuscript.fixed:
            return
        page = lesson.pages[self._page]
        self._drafts += [Draft(path, page if written.of_page else None, written) for written in left]
        names = ", ".join(_NAMES.get(written.name, written.name) for written in left)
        self._desk.notice.say(
            f"Page {self._page + 1}: {names} could not be saved as you wrote it, and is kept in the page's form."
        )

    def _put_back(self, left: "list[Written]") -> None:
        """Put what was left in the fields back into them, and the page's drafts, with what is wrong with it."""
        mine = [] if self._is_saving else [draft for draft in self._drafts if self._is_shown(draft)]
        self._drafts = [draft for draft in self._drafts if draft not in mine]
        for written in (*left, *(draft.written for draft in mine)):
            self._desk.form.put_back(written)
        if left or mine:
            self._take_form()

    def _is_shown(self, draft: Draft) -> bool:
        """Whether the form shows the page of a draft, or its lesson."""
        page = self._lesson.pages[self._page] if self._lesson else None
        return draft.path == self._path and draft.page in (None, page)

    def _follow(self) -> None:
        """Have the page in the form that is shown; without a lesson, close it.

        What is being written belongs to the page before, and perhaps to another lesson: it is saved first.
        """
        if self._is_saving:  # it is the page that is written
            self.show_page()
            return
        self.finish()
        if self.is_open:
            self._keep_drafts()
        self.manuscript.follow()
        if self.lecture.player.course is None:
            self.close()
        self.show_page()

    def _connect_form(self, form: "LessonForm") -> None:
        form.edited.connect(self._take_form)
        form.closed.connect(self.close)

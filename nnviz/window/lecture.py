"""The lesson in the window: its page, what runs on it, what the keys of a clicker do, the audience's side."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject
from PySide6.QtWidgets import QMainWindow

from nnviz.errors import InputError
from nnviz.lessons.course import Course, PageScene
from nnviz.lessons.lesson import Going
from nnviz.paths import resource
from nnviz.presenter.blank import Blank, BlankScreen
from nnviz.presenter.guess import GuessLayer
from nnviz.presenter.player import Player, QuestionState, waits
from nnviz.runtime.session import Session
from nnviz.window.display import Display
from nnviz.window.layout import Desk
from nnviz.window.second_screen import SecondScreen

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.lessons.library import Library
    from nnviz.window.lesson_pane import LessonPane

_DRAWN_ON = {"plane": "output", "curve": "loss"}
_WAITS = "The page asks first: guess with A to F or a click, or go on without a guess with S."


class Lecture(QObject):
    """Plays lessons on a desk.

    Parameters
    ----------
    window : QMainWindow
    desk, display, session
        Where it is shown, by what, and what runs.
    folder : Path
        Where a person's own lessons are.
    present : callable
        Shows the window for a room (True) or for a desk (False).
    """

    def __init__(
        self,
        window: QMainWindow,
        desk: Desk,
        display: Display,
        session: Session,
        folder: Path,
        present: Callable[[bool], None],
    ) -> None:
        super().__init__(window)
        self._window, self._desk, self._display, self._session = window, desk, display, session
        self._present = present
        self.folder = folder
        self.player = Player(self)
        self.blank, self._own_blank = BlankScreen(window), Blank(window)
        self.guesses = GuessLayer(self)
        self.second_screen = SecondScreen(window, display, self.player)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(lambda name: self._reload(Path(name)))
        self._watcher.directoryChanged.connect(lambda _name: self._look_for_file())
        self._connect()

    @property
    def library(self) -> "Library":
        """All lessons as they are now: one that has just been written is among them."""
        from nnviz.lessons.library import Library  # noqa: PLC0415 - see nnviz.late

        return Library((resource("lessons"), self.folder))

    def choose(self) -> None:
        """Let a person choose a lesson."""
        from nnviz.presenter.library import LibraryDialog  # noqa: PLC0415 - see nnviz.late

        library = self.library
        dialog = LibraryDialog(library.courses, library.errors, self._window)
        dialog.set_theme(self._display.theme)
        dialog.chosen.connect(self.open)
        dialog.exec()
        dialog.deleteLater()

    def open_file(self, path: Path, index: int = 0) -> None:
        """Play the lesson in a file, from a page on.

        Raises
        ------
        InputError
            It cannot be read.
        """
        self.open(_read(path), index)

    def open(self, course: Course, index: int = 0) -> None:
        """Play a lesson."""
        self._watch(course.path)
        self.player.open(course, index)

    def close(self) -> None:
        """Put the lesson away, and the audience's window."""
        self._watch(None)
        self.player.close()

    def start(self) -> None:
        """Show the lecture: full screen, on the second screen where there is one."""
        if not self.second_screen.open():
            self._present(True)

    def stop(self) -> None:
        """Back from full screen; nothing is put away or lost."""
        self.blank.wake()
        self.second_screen.close()
        self._present(False)

    def guess(self, choice: int) -> None:
        """Take a choice, counted from 0; B is black while nothing is asked."""
        if self.player.holds:
            self.player.guess(choice)
        elif choice == 1:
            self.black()

    def black(self) -> None:
        """Make the room's screen black; any waking key brings it back."""
        self._cover("black")

    def white(self) -> None:
        """Make the room's screen white."""
        self._cover("white")

    def _cover(self, color: str) -> None:
        """Blank the audience's window, where there is one: the lecturer keeps the notes."""
        audience = self.second_screen.window
        self.blank.cover(audience.blank if audience else self._own_blank, color)

    def may_run(self) -> bool:
        """Whether the run may go on; says why not where a question is waiting."""
        if self.player.holds:
            self._desk.notice.say(_WAITS)
        return not self.player.holds

    def if_free(self, do: Callable[[], object]) -> Callable[[], object]:
        """The same, unless a question holds the run."""
        return lambda: do() if self.may_run() else None

    def toggle_panels(self) -> None:
        """Fold the controls away, or have them back: in place of a lesson's page, where one is open."""
        left = self._desk.left
        if self.player.course:
            left.setCurrentIndex(1 - left.currentIndex())
        else:
            left.setVisible(left.isHidden())

    def toggle_notes(self) -> None:
        """Show the notes, or hide them."""
        notes = self._desk.lesson.notes
        notes.setVisible(notes.isHidden())

    def _connect(self) -> None:
        player, session = self.player, self._session
        player.scene_changed.connect(self._show_scene)
        player.question_changed.connect(self._show_question)
        player.progressed.connect(self._show_page)
        player.begun.connect(session.load)
        player.continued.connect(session.update)
        player.held.connect(session.pause)
        player.going.connect(self._go)
        self._desk.lesson_made.connect(self._connect_lesson)

    def _connect_lesson(self, lesson: "LessonPane") -> None:
        """Connect the place for lessons, which has just been made."""
        player, page, notes = self.player, lesson.page, lesson.notes
        page.next_requested.connect(player.next)
        page.back_requested.connect(player.back)
        page.page_chosen.connect(player.go)
        page.guessed.connect(player.guess)
        page.counted.connect(player.count)
        page.skipped.connect(player.skip)
        page.drawn.connect(lambda: player.guess_drawn(self.guesses.finish()))
        page.closed.connect(self.close)
        notes.freeze_toggled.connect(self.second_screen.freeze)
        notes.blank_toggled.connect(self.second_screen.darken)
        self.second_screen.opened_changed.connect(notes.setVisible)
        self.blank.changed.connect(self.second_screen.tell)
        self.second_screen.side_changed.connect(
            lambda frozen, dark: notes.show_audience(frozen=frozen, blank=dark)
        )

    def _go(self, going: Going) -> None:
        """Let the run go as a page says."""
        self._desk.controls.playback.show_pace(going.pace or None)
        self._session.pace(going.pace or None)
        if waits(going):
            return
        if going.play:
            self._session.play()
        else:
            self._session.advance(going.steps, going.epochs)

    def _show_scene(self, scene: PageScene | None) -> None:
        """Show a page, and the views where it wants them; without a lesson, the desk as it was."""
        self.guesses.clear()
        self._desk.views.loss.set_horizon(0)
        self._desk.show_page(shown=scene is not None)
        self._display.arrange(scene.layout if scene else None)
        lit, figure = (scene.page.light, scene.figure) if scene else ((), None)
        self._display.light(lit, figure, asked=self.player.holds)
        self._show_page()
        if scene and scene.page.question and scene.page.question.draw:
            self._let_guess(scene.page.question.draw, scene.page.run)

    def _let_guess(self, draw: str, going: Going) -> None:
        """Let the room's guess be drawn, over as many epochs as the page is about to run."""
        view = self._desk.views[_DRAWN_ON[draw]]
        if draw == "curve":
            view.set_horizon(going.epochs)
        self.guesses.begin(view)

    def _show_page(self) -> None:
        player = self.player
        if player.course:
            self._desk.lesson.page.show_scene(player.course, player.index, player.done)
            self._desk.lesson.notes.show_scene(player.course, player.index)
        self.second_screen.show()

    def _show_question(self, state: QuestionState | None) -> None:
        self._desk.lesson.page.show_question(state)
        if state and state.revealed and (scene := self.player.scene):
            self._display.light(scene.page.light, scene.figure)
            if state.drawn is None:
                self.guesses.clear()
            else:
                self.guesses.show(state.drawn)
        self.second_screen.show()

    def _watch(self, path: Path | None) -> None:
        """See a file being written, and its folder: an editor may put the file away before it writes a new one."""
        if watched := [*self._watcher.files(), *self._watcher.directories()]:
            self._watcher.removePaths(watched)
        if path:
            self._watcher.addPaths([str(p) for p in (path.parent, path) if p.exists()])

    def _look_for_file(self) -> None:
        """Take the lesson's file if it was away and is there again."""
        course = self.player.course
        if course and course.path and course.path.exists() and not self._watcher.files():
            self._reload(course.path)

    def _reload(self, path: Path) -> None:
        """Take the lesson as it has been saved by another program."""
        self._watch(path)  # an editor that replaces the file ends the watch
        if not path.exists():
            return
        self._desk.notice.forget_refusal()
        try:
            self.player.replace(_read(path))
        except InputError as error:
            self._desk.notice.refuse(str(error))


def _read(path: Path) -> Course:
    from nnviz.lessons.reading import read_lesson  # noqa: PLC0415 - see nnviz.late

    return read_lesson(path)

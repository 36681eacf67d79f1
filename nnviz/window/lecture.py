"""A lesson in the window: its page, its runs, the clicker's keys, and the audience's window."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from nnviz.errors import InputError
from nnviz.lessons.lesson import Course, PageRun, PageScene
from nnviz.presenter.guess import GuessLayer, view_to_draw_on
from nnviz.presenter.player import Player, QuestionState, waits
from nnviz.runtime.session import Session
from nnviz.window.background import in_background
from nnviz.window.display import Display
from nnviz.window.layout import Desk
from nnviz.window.second_screen import RoomBlank, SecondScreen
from nnviz.window.speed import Speed
from nnviz.window.watched_file import WatchedFile

_WAITS = "The page asks first: A to F or a click counts a guess, Page ↓ shows the answer."


if TYPE_CHECKING:  # see nnviz.late
    from nnviz.window.lesson_pane import LessonPane


class Lecture(QObject):
    """Plays lessons in the window.

    Parameters
    ----------
    window : QMainWindow
    desk, display, session, speed
        The content that shows the lesson, what updates its views, the session it runs in, and how fast.
    present : callable
        Shows the window for a room (True) or for a desk (False).
    """

    def __init__(
        self,
        window: QMainWindow,
        desk: Desk,
        display: Display,
        session: Session,
        speed: Speed,
        present: Callable[[bool], None],
    ) -> None:
        super().__init__(window)
        self._window, self._desk, self._display, self._session = window, desk, display, session
        self._speed, self._present = speed, present
        self.player = player = Player(self)
        self.guesses = GuessLayer(self)
        self.second_screen = SecondScreen(window, display, self.player)
        self.blank = RoomBlank(window, self.second_screen)
        desk.controls.timeline.moved.connect(self.second_screen.show_position)
        self.file = WatchedFile(self)
        self.file.written.connect(self._reload)
        self.guesses.stroke_drawn.connect(player.draw)
        player.scene_changed.connect(self._show_scene)
        player.question_changed.connect(self._show_question)
        player.progressed.connect(self._show_page)
        player.reworded.connect(self._show_page)
        player.begun.connect(session.load)
        player.continued.connect(session.update)
        player.pause_requested.connect(session.pause)
        player.going.connect(self._go)
        desk.lesson_made.connect(self._connect_lesson)

    def open(self, course: Course, index: int = 0) -> None:
        """Play a lesson."""
        self.file.watch(course.path)
        self.player.open(course, index)

    def close(self) -> None:
        """Close the lesson; its run pauses, as nothing leads it any more."""
        self.file.watch(None)
        if self.player.course:
            self._session.pause()
        self.player.close()
        self._speed.end_page()

    def start(self) -> None:
        """Show the lecture on the second screen, or full screen on this one if there is no other."""
        if not self.second_screen.open():
            self._present(True)

    def stop(self) -> None:
        """Leave full screen; the lesson stays open."""
        self.blank.wake()
        self.second_screen.close()
        self._present(False)

    def guess(self, choice: int) -> None:
        """Count a guess for a choice, counted from 0; without a question, B is black, or wakes a blank screen."""
        if self.player.waits_for_guess:
            self.player.count(choice)
        elif choice == 1:
            self.blank.cover("black")

    def may_run(self) -> bool:
        """Whether the run may continue; shows a notice if a question waits."""
        if self.player.waits_for_guess:
            self._desk.notice.say(_WAITS)
        return not self.player.waits_for_guess

    def unless_held(self, do: Callable[[], object]) -> Callable[[], object]:
        """A function that calls ``do`` unless a question waits."""
        return lambda: do() if self.may_run() else None

    def _connect_lesson(self, lesson: "LessonPane") -> None:
        """Connect the new lesson pane."""
        player, page, notes = self.player, lesson.page, lesson.notes
        page.next_requested.connect(player.next)
        page.back_requested.connect(player.back)
        page.page_chosen.connect(player.go)
        page.counted.connect(player.count)
        page.answer_requested.connect(player.reveal)
        page.closed.connect(self.close)
        notes.freeze_toggled.connect(self.second_screen.freeze)
        notes.blank_toggled.connect(lambda dark: self.second_screen.cover("black" if dark else ""))
        self.second_screen.opened_changed.connect(notes.setVisible)
        self.second_screen.side_changed.connect(
            lambda frozen, dark: notes.show_audience(frozen=frozen, blank=dark)
        )

    def _go(self, going: PageRun) -> None:
        """Run as the page says."""
        self._speed.follow_page(going)
        if waits(going):
            return
        if going.play:
            self._session.play()
        else:
            self._session.advance(going.steps, going.epochs)

    def _show_scene(self, scene: PageScene | None) -> None:
        """Show a page and arrange the views for it; without a lesson, restore the usual arrangement."""
        self._desk.notice.forget_refusal()
        self.guesses.clear()
        self._display.keep_secret(self.player.waits_for_guess)
        views, drawn = self._desk.views, scene.page.question.draw if scene and scene.page.question else ""
        # the axis covers all epochs that the page will run, so that the whole curve can be guessed
        views.loss.set_horizon(scene.page.run.epochs if scene and drawn == "curve" else 0)
        self._desk.show_page(shown=scene is not None)
        self._desk.show_numbers(shown=scene is None or scene.shows_run)
        self._display.stages.arrange(scene.layout if scene else None)
        self._display.stages.switch(scene.page.on if scene else {})
        lit, figure = (scene.page.light, scene.figure) if scene else ((), "")
        self._display.stages.light(lit, figure, asked=self.player.waits_for_guess)
        self._show_page()
        if drawn:
            self.guesses.begin(view_to_draw_on(views, drawn))

    def _show_page(self) -> None:
        player = self.player
        if player.course:
            self._desk.lesson.page.show_scene(player.course, player.index, player.done)
            self._desk.lesson.notes.show_scene(player.course, player.index)
        self.second_screen.show()

    def _show_question(self, state: QuestionState | None) -> None:
        self._display.keep_secret(self.player.waits_for_guess)
        if not self.player.waits_for_guess:
            self._desk.notice.take_back(_WAITS)
        self._desk.lesson.page.show_question(state)
        if state and state.revealed and (scene := self.player.scene):
            self._display.stages.light(scene.page.light, scene.figure)
            if state.drawn is None:
                self.guesses.clear()
            else:
                self.guesses.show(state.drawn)
        self.second_screen.show()

    def _reload(self, path: Path) -> None:
        """Read the lesson again, as another program has saved it."""
        from nnviz.lessons.reading import read_lesson  # noqa: PLC0415 - see nnviz.late

        self._desk.notice.forget_refusal()
        try:
            self.player.replace(in_background(lambda: read_lesson(path)))
        except InputError as error:
            self._desk.notice.refuse(str(error))

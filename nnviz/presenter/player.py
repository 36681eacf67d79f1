"""Playing a lesson: the current page, its question, its run, the pages done.

The player has no widgets. Its signals say what to run and what to show; the window connects them.
"""

from dataclasses import dataclass, replace
from math import inf

from msgspec.structs import replace as replace_in
from PySide6.QtCore import QObject, Signal

from nnviz.data.dataset import FloatArray
from nnviz.experiment.kind import Kind
from nnviz.lessons.lesson import Course, PageGoal, PageRun, PageScene, Question
from nnviz.runs.moment import Moment

LETTERS = "ABCDEF"
"""The letters of the choices, and the keys that choose them."""
_MOST_TYPED = 1000


@dataclass(frozen=True, eq=False)
class QuestionState:
    """The state of a question: first the room's guesses are counted or drawn, then the answer is revealed.

    Parameters
    ----------
    question : Question
    counts : tuple of int
        Guesses for each choice.
    typed : int
        The number typed so far: as many guesses as the next choice gets; 0 if none is.
    drawn : array, shape (points, 2), or None
        The drawn guess, in the coordinates of the plot.
    revealed : bool
        Whether the answer is shown.
    """

    question: Question
    counts: tuple[int, ...] = ()
    typed: int = 0
    drawn: FloatArray | None = None
    revealed: bool = False

    def __post_init__(self) -> None:
        """Set the counts of all choices to zero at first."""
        if len(self.counts) != len(self.question.choices):
            object.__setattr__(self, "counts", (0,) * len(self.question.choices))

    @property
    def answer(self) -> int | None:
        """The correct choice, counted from 0; None if there is none."""
        return self.question.answer - 1 if 1 <= self.question.answer <= len(self.question.choices) else None

    @property
    def guess(self) -> int | None:
        """The choice that most have guessed, counted from 0; None if there is no such choice."""
        most = max(self.counts, default=0)
        return self.counts.index(most) if most and self.counts.count(most) == 1 else None

    @property
    def is_guessed(self) -> bool:
        """Whether any guess was counted or drawn."""
        return any(self.counts) or self.drawn is not None

    def matters(self, choice: int) -> bool:
        """Whether a choice was guessed or is correct; every choice matters if none is correct."""
        return choice == self.answer or self.answer is None or self.counts[choice] > 0

    def type_digit(self, digit: int) -> "QuestionState":
        """The state after one more digit of a number of guesses."""
        return self if self.revealed else replace(self, typed=(10 * self.typed + digit) % _MOST_TYPED)

    def count(self, choice: int, change: int) -> "QuestionState":
        """The state after a change of a choice's count; no change once the answer is shown.

        If a number was typed, the first guess for a choice sets its count to that.
        """
        if self.revealed or not 0 <= choice < len(self.counts):
            return self
        counts = list(self.counts)
        counts[choice] = self.typed if self.typed and change > 0 else max(0, counts[choice] + change)
        return replace(self, counts=tuple(counts), typed=0)

    def draw(self, points: FloatArray) -> "QuestionState":
        """The state after a guess was drawn, shape (points, 2); no change once the answer is shown."""
        return self if self.revealed else replace(self, drawn=points if len(points) else None)

    def reveal(self) -> "QuestionState":
        """The state with the answer shown."""
        return replace(self, revealed=True, typed=0)


class Player(QObject):
    """Goes through a lesson page by page.

    Signals
    -------
    scene_changed : PageScene or None
        Another page is shown, or its other views with the answer; None when the lesson is closed.
    question_changed : QuestionState or None
        The state of the page's question has changed.
    progressed
        Another page is done.
    reworded
        The page's words are others; its run goes on.
    begun : Kind
        Begin this experiment.
    continued : Kind
        Continue the run with this experiment.
    pause_requested
        Pause the run.
    going : PageRun
        Run as the page says.
    """

    scene_changed = Signal(object)
    question_changed = Signal(object)
    progressed = Signal()
    reworded = Signal()
    begun = Signal(object)
    continued = Signal(object)
    pause_requested = Signal()
    going = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.course: Course | None = None
        self.index = 0
        self.done: set[int] = set()
        self.question: QuestionState | None = None

    @property
    def scene(self) -> PageScene | None:
        """The page shown; None while no lesson is open."""
        return self.course.scenes[self.index] if self.course else None

    @property
    def waits_for_guess(self) -> bool:
        """Whether a question waits for a guess, so the run is paused."""
        return self.question is not None and not self.question.revealed

    def open(self, course: Course, index: int = 0) -> None:
        """Play a lesson from a page, counted from 0."""
        self.course, self.done, self.index = course, set(), index
        self._show(index, anew=True)

    def close(self) -> None:
        """Close the lesson."""
        if self.course:
            self.course, self.question, self.done, self.index = None, None, set(), 0
            self.question_changed.emit(None)
            self.scene_changed.emit(None)

    def next(self) -> None:
        """Reveal the answer if a question waits; otherwise go to the next page."""
        if self.waits_for_guess:
            self.reveal()
        elif self.course and self.index + 1 < len(self.course.scenes):
            following = self.course.scenes[self.index + 1]
            self._show(
                self.index + 1, anew=following.anew and not (following.page.question and following.page.change)
            )

    def back(self) -> None:
        """Go to the previous page, from its beginning."""
        if self.course and self.index:
            self._show(self.index - 1, anew=True)

    def go(self, index: int) -> None:
        """Go to a page, from its beginning."""
        if self.course and 0 <= index < len(self.course.scenes):
            self._show(index, anew=True)

    def replace(self, course: Course) -> None:
        """Replace the lesson by its new version, at the same page or at the last one."""
        done, last = self.done, len(course.scenes) - 1
        self.course, self.index = course, min(self.index, last)
        self._show(self.index, anew=True)
        self.done |= done
        self.progressed.emit()

    def revise(self, course: Course, index: int) -> None:
        """Take a new version of the lesson, at a page; where only its words are others, the run goes on."""
        before, scene = self.scene, course.scenes[index]
        if index == self.index and before and _without_words(before) == _without_words(scene):
            self.course = course
            if self.question and scene.page.question:
                self.question = replace(self.question, question=scene.page.question)
            self.reworded.emit()
            self.question_changed.emit(self.question)
        else:
            self.course, self.index, self.done = course, index, set()
            self._show(index, anew=True)

    def count(self, choice: int, change: int = 1) -> None:
        """Change the number of guesses for a choice, counted from 0."""
        if self.waits_for_guess and self.question:
            self._ask(self.question.count(choice, change))

    def type_digit(self, digit: int) -> None:
        """Type a digit of the number of guesses for the choice that is named next."""
        if self.waits_for_guess and self.question and self.question.counts:
            self._ask(self.question.type_digit(digit))

    def draw(self, points: FloatArray) -> None:
        """Take a drawing, shape (points, 2), for the room's guess."""
        if self.waits_for_guess and self.question and self.question.question.draw:
            self._ask(self.question.draw(points))

    def reveal(self) -> None:
        """Show the answer, whether or not anybody has guessed; then the run continues."""
        if self.waits_for_guess and self.question and self.scene:
            if self._comes_with_the_answer(self.scene):
                (self.begun if self.scene.anew else self.continued).emit(self.scene.experiment)
            if self.scene.asked != self.scene.layout:
                self.scene_changed.emit(self.scene)
            self._ask(self.question.reveal())
            self._go_on(self.scene)

    def show_moment(self, moment: Moment) -> None:
        """Check whether the page's goal has been reached."""
        scene = self.scene
        if scene and self.index not in self.done and not self.waits_for_guess and reached(scene.page.done, moment):
            self._finish()

    def _show(self, index: int, *, anew: bool) -> None:
        before, self.index = self.scene, index
        scene = self.scene
        assert scene is not None  # noqa: S101 - only called while a lesson is open
        asked = scene.page.question
        self.question = QuestionState(asked) if asked else None
        if self._comes_with_the_answer(scene):
            self._run(self.course.scenes[index - 1] if self.course else scene, before, anew=anew)
        else:
            self._run(scene, before, anew=anew)
        self.scene_changed.emit(replace_in(scene, layout=scene.asked) if self.waits_for_guess else scene)
        self.question_changed.emit(self.question)
        if self.waits_for_guess:
            self.pause_requested.emit()
        else:
            self._go_on(scene)

    def _run(self, scene: PageScene, before: PageScene | None, *, anew: bool) -> None:
        """Begin the page's experiment, or continue the run with the page's changes."""
        wanted: Kind | None = scene.experiment
        if wanted is None:
            self.pause_requested.emit()
        elif anew or before is None or before.experiment is None:
            self.begun.emit(wanted)
        elif wanted is not before.experiment:
            self.continued.emit(wanted)

    def _comes_with_the_answer(self, scene: PageScene) -> bool:
        """Whether the page's change of the experiment has to wait for the answer."""
        return self.index > 0 and self.waits_for_guess and bool(scene.page.change) and not scene.page.experiment

    def _go_on(self, scene: PageScene) -> None:
        if scene.experiment is not None:
            self.going.emit(scene.page.run)
        if scene.page.done == PageGoal():
            self._finish()

    def _ask(self, state: QuestionState) -> None:
        self.question = state
        self.question_changed.emit(state)

    def _finish(self) -> None:
        self.done.add(self.index)
        self.progressed.emit()


def _without_words(scene: PageScene) -> tuple[object, ...]:
    """All of a page that is no words."""
    page = scene.page
    asked = replace_in(page.question, ask="", choices=(), answer=0, reveal="") if page.question else None
    bare = replace_in(page, title="", words="", notes="", look="", next="", question=asked)
    return bare, scene.experiment, scene.anew, scene.layout, scene.asked, scene.figure


def reached(goal: PageGoal, moment: Moment) -> bool:
    """Whether a moment meets all conditions of a goal; False if it has none."""
    measures = moment.measures
    accuracy = measures.get("test_accuracy", measures.get("accuracy", measures.get("train_accuracy", 0.0)))
    loss = measures.get("train_loss", measures.get("loss", inf))
    wanted = [
        (goal.step, moment.step >= goal.step),
        (goal.epoch, moment.epoch >= goal.epoch),
        (goal.accuracy, accuracy >= goal.accuracy),
        (goal.loss, loss <= goal.loss),
        (goal.settled, moment.settled),
    ]
    return goal != PageGoal() and all(holds for asked, holds in wanted if asked)


def waits(going: PageRun) -> bool:
    """Whether a page neither plays nor steps the run."""
    return going == PageRun(pace=going.pace)

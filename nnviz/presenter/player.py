"""Playing a lesson: the current page, its question, its run, the pages done.

The player has no widgets. Its signals say what to run and what to show; the window connects them.
"""

from collections.abc import Callable
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


@dataclass(frozen=True, eq=False)
class QuestionState:
    """The state of a question: first hands are counted, then a guess is made or skipped, then it is revealed.

    Parameters
    ----------
    question : Question
    guess : int or None
        The guessed choice, counted from 0.
    counts : tuple of int
        Raised hands for each choice.
    drawn : array, shape (points, 2), or None
        The drawn guess, in the coordinates of the plot.
    revealed : bool
        Whether the answer is shown.
    """

    question: Question
    guess: int | None = None
    counts: tuple[int, ...] = ()
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
    def right(self) -> bool | None:
        """Whether the guess is correct; None before a guess, and if no choice is correct."""
        return None if self.guess is None or self.answer is None else self.guess == self.answer

    def matters(self, choice: int) -> bool:
        """Whether a choice was guessed, counted, or is correct; every choice matters if none is correct."""
        return choice in {self.guess, self.answer} or self.answer is None or self.counts[choice] > 0

    def guess_choice(self, choice: int) -> "QuestionState":
        """The state after a guess, counted from 0; only the first guess counts."""
        if self.revealed or not 0 <= choice < len(self.question.choices):
            return self
        return replace(self, guess=choice, revealed=True)

    def guess_drawn(self, points: FloatArray) -> "QuestionState":
        """The state after a drawn guess, shape (points, 2); an empty drawing is no guess."""
        if self.revealed:
            return self
        return replace(self, drawn=points if len(points) else None, revealed=True)

    def count(self, choice: int, change: int) -> "QuestionState":
        """The state after a change of a choice's count; no change once the answer is shown."""
        if self.revealed or not 0 <= choice < len(self.counts):
            return self
        hands = list(self.counts)
        hands[choice] = max(0, hands[choice] + change)
        return replace(self, counts=tuple(hands))

    def skip(self) -> "QuestionState":
        """The state after the question was skipped."""
        return self.reveal()

    def reveal(self) -> "QuestionState":
        """The state with the answer shown."""
        return replace(self, revealed=True)


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
        """Close the lesson; the run continues."""
        if self.course:
            self.course, self.question, self.done, self.index = None, None, set(), 0
            self.question_changed.emit(None)
            self.scene_changed.emit(None)

    def next(self) -> None:
        """Reveal the answer if a question waits; otherwise go to the next page."""
        if self.waits_for_guess:
            self.skip()
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

    def guess(self, choice: int) -> None:
        """Guess a choice, counted from 0; then the run continues."""
        if self.question and not self.question.revealed and choice < len(self.question.question.choices):
            self._answer(lambda state: state.guess_choice(choice))

    def guess_drawn(self, points: FloatArray) -> None:
        """Guess by a drawing, shape (points, 2); then the run continues."""
        self._answer(lambda state: state.guess_drawn(points))

    def skip(self) -> None:
        """Continue without a guess."""
        self._answer(lambda state: state.skip())

    def count(self, choice: int, change: int) -> None:
        """Change the number of hands for a choice."""
        if self.question and choice < len(self.question.question.choices):
            self._ask(self.question.count(choice, change))

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

    def _answer(self, change: Callable[[QuestionState], QuestionState]) -> None:
        if self.waits_for_guess and self.question and self.scene:
            if self._comes_with_the_answer(self.scene):
                (self.begun if self.scene.anew else self.continued).emit(self.scene.experiment)
            if self.scene.asked != self.scene.layout:
                self.scene_changed.emit(self.scene)
            self._ask(change(self.question))
            self._go_on(self.scene)

    def _ask(self, state: QuestionState) -> None:
        self.question = state
        self.question_changed.emit(state)

    def _finish(self) -> None:
        self.done.add(self.index)
        self.progressed.emit()


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

"""Playing a lesson: which page is shown, what is asked, what runs, what is done.

The player holds no widgets. It says what it wants of the session and what the page is to show; the window
connects the two.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

from PySide6.QtCore import QObject, Signal

from nnviz.data.dataset import FloatArray
from nnviz.experiment.kind import Kind
from nnviz.lessons.lesson import Course, Going, PageGoal, PageScene, Question
from nnviz.runs.moment import Moment

LETTERS = "ABCDEF"
"""What choices are called, and the keys that choose them."""


@dataclass(frozen=True, eq=False)
class QuestionState:
    """A question as it stands: first hands are counted, then one guess is given or none, then it is revealed.

    Parameters
    ----------
    question : Question
    guess : int or None
        The choice that was guessed, counted from 0.
    counts : tuple of int
        Hands counted for each choice; none at first.
    drawn : array, shape (points, 2), or None
        The guess that was drawn, in the coordinates of the plot.
    revealed : bool
        Whether the answer is out.
    """

    question: Question
    guess: int | None = None
    counts: tuple[int, ...] = ()
    drawn: FloatArray | None = None
    revealed: bool = False

    def __post_init__(self) -> None:
        """Begin with no hands for every choice."""
        if len(self.counts) != len(self.question.choices):
            object.__setattr__(self, "counts", (0,) * len(self.question.choices))

    @property
    def answer(self) -> int | None:
        """The right choice, counted from 0; None if there is none."""
        return self.question.answer - 1 if 1 <= self.question.answer <= len(self.question.choices) else None

    @property
    def right(self) -> bool | None:
        """Whether the guess is right; None before it, and where nothing is right or wrong."""
        return None if self.guess is None or self.answer is None else self.guess == self.answer

    def matters(self, choice: int) -> bool:
        """Whether a choice has been guessed, counted, or is the right one; each does where none is right."""
        return choice in {self.guess, self.answer} or self.answer is None or self.counts[choice] > 0

    def guess_choice(self, choice: int) -> "QuestionState":
        """Guess a choice, counted from 0; the first guess stands."""
        if self.revealed or not 0 <= choice < len(self.question.choices):
            return self
        return replace(self, guess=choice, revealed=True)

    def guess_drawn(self, points: FloatArray) -> "QuestionState":
        """Guess by what was drawn, shape (points, 2); nothing drawn is no guess."""
        if self.revealed:
            return self
        return replace(self, drawn=points if len(points) else None, revealed=True)

    def count(self, choice: int, change: int) -> "QuestionState":
        """Count hands for a choice more or less; until the answer is out."""
        if self.revealed or not 0 <= choice < len(self.counts):
            return self
        hands = list(self.counts)
        hands[choice] = max(0, hands[choice] + change)
        return replace(self, counts=tuple(hands))

    def skip(self) -> "QuestionState":
        """Go on without a guess."""
        return self.reveal()

    def reveal(self) -> "QuestionState":
        """Say the answer."""
        return replace(self, revealed=True)


class Player(QObject):
    """Goes through a lesson page by page.

    Signals
    -------
    scene_changed : PageScene or None
        The page shown is another; None when the lesson is closed.
    question_changed : QuestionState or None
        What is asked, guessed, counted or revealed on the page.
    progressed
        A page counts as done.
    begun : Kind
        An experiment is to begin.
    continued : Kind
        The run is to go on as another experiment.
    held
        The run is to stand still.
    going : Going
        How the run is to go.
    """

    scene_changed = Signal(object)
    question_changed = Signal(object)
    progressed = Signal()
    begun = Signal(object)
    continued = Signal(object)
    held = Signal()
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
    def holds(self) -> bool:
        """Whether the run waits for a guess."""
        return self.question is not None and not self.question.revealed

    def open(self, course: Course, index: int = 0) -> None:
        """Play a lesson from a page, counted from 0."""
        self.course, self.done, self.index = course, set(), index
        self._show(index, anew=True)

    def close(self) -> None:
        """Put the lesson away; what runs goes on."""
        if self.course:
            self.course, self.question, self.done, self.index = None, None, set(), 0
            self.question_changed.emit(None)
            self.scene_changed.emit(None)

    def next(self) -> None:
        """Reveal what is asked, if nobody guessed; the next page otherwise."""
        if self.holds:
            self.skip()
        elif self.course and self.index + 1 < len(self.course.scenes):
            following = self.course.scenes[self.index + 1]
            self._show(
                self.index + 1, anew=following.anew and not (following.page.question and following.page.change)
            )

    def back(self) -> None:
        """The page before, as it begins."""
        if self.course and self.index:
            self._show(self.index - 1, anew=True)

    def go(self, index: int) -> None:
        """Any page, as it begins."""
        if self.course and 0 <= index < len(self.course.scenes):
            self._show(index, anew=True)

    def replace(self, course: Course) -> None:
        """Show the lesson as its file now is, at the page that is shown or at the last one."""
        done, last = self.done, len(course.scenes) - 1
        self.course, self.index = course, min(self.index, last)
        self._show(self.index, anew=True)
        self.done |= done
        self.progressed.emit()

    def guess(self, choice: int) -> None:
        """Take a choice, counted from 0, for the room's; then the run goes on."""
        if self.question and not self.question.revealed and choice < len(self.question.question.choices):
            self._answer(lambda state: state.guess_choice(choice))

    def guess_drawn(self, points: FloatArray) -> None:
        """Take what was drawn, shape (points, 2), for the room's guess; then the run goes on."""
        self._answer(lambda state: state.guess_drawn(points))

    def skip(self) -> None:
        """Go on without a guess."""
        self._answer(lambda state: state.skip())

    def count(self, choice: int, change: int) -> None:
        """Count a hand for a choice more or less."""
        if self.question and choice < len(self.question.question.choices):
            self._ask(self.question.count(choice, change))

    def show_moment(self, moment: Moment) -> None:
        """See whether the page's goal has been reached."""
        scene = self.scene
        if scene and self.index not in self.done and not self.holds and reached(scene.page.done, moment):
            self._finish()

    def _show(self, index: int, *, anew: bool) -> None:
        before, self.index = self.scene, index
        scene = self.scene
        assert scene is not None  # noqa: S101 - only called with a lesson open
        asked = scene.page.question
        self.question = QuestionState(asked) if asked else None
        if self._comes_with_the_answer(scene):
            self._run(self.course.scenes[index - 1] if self.course else scene, before, anew=anew)
        else:
            self._run(scene, before, anew=anew)
        self.scene_changed.emit(scene)
        self.question_changed.emit(self.question)
        if self.holds:
            self.held.emit()
        else:
            self._go_on(scene)

    def _run(self, scene: PageScene, before: PageScene | None, *, anew: bool) -> None:
        """Run the page's experiment: begun anew, or going on with what the page changes."""
        wanted: Kind | None = scene.experiment
        if wanted is None:
            self.held.emit()
        elif anew or before is None or before.experiment is None:
            self.begun.emit(wanted)
        elif wanted is not before.experiment:
            self.continued.emit(wanted)

    def _comes_with_the_answer(self, scene: PageScene) -> bool:
        """Whether the page's change of the experiment is what the question asks about."""
        return self.index > 0 and self.holds and bool(scene.page.change) and not scene.page.experiment

    def _go_on(self, scene: PageScene) -> None:
        if scene.experiment is not None:
            self.going.emit(scene.page.run)
        if scene.page.done == PageGoal():
            self._finish()

    def _answer(self, change: Callable[[QuestionState], QuestionState]) -> None:
        if self.holds and self.question and self.scene:
            if self._comes_with_the_answer(self.scene):
                (self.begun if self.scene.anew else self.continued).emit(self.scene.experiment)
            self._ask(change(self.question))
            self._go_on(self.scene)

    def _ask(self, state: QuestionState) -> None:
        self.question = state
        self.question_changed.emit(state)

    def _finish(self) -> None:
        self.done.add(self.index)
        self.progressed.emit()


def reached(goal: PageGoal, moment: Moment) -> bool:
    """Whether all that a goal names has come true at a moment; False for a goal that names nothing."""
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


def waits(going: Going) -> bool:
    """Whether a page leaves the run as it is."""
    return going == Going(pace=going.pace)

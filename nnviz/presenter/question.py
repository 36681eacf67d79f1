"""What is asked on a page, and what the room has said to it."""

from dataclasses import dataclass, replace

from nnviz.data.dataset import FloatArray
from nnviz.lessons.lesson import Question

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

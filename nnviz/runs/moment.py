"""What the snapshot of any run is, whatever it is that learns."""

from collections.abc import Mapping
from typing import Protocol, Self

from nnviz.experiment.kind import Kind

_HOW_FAR = frozenset({"epoch", "step", "epochs each", "rows", "seeds done", "left"})
"""Captions of the figures that say nothing of what has been learned."""


class Moment(Protocol):
    """A run at one step, read-only: enough to show it and to go on from it."""

    @property
    def experiment(self) -> Kind:
        """What is being carried out."""

    @property
    def edited(self) -> bool:
        """Whether something was changed by hand at this step."""

    @property
    def step(self) -> int:
        """Steps done."""

    @property
    def epoch(self) -> int:
        """Rounds through all there is to learn done."""

    @property
    def step_in_epoch(self) -> int:
        """Steps done of the epoch under way."""

    @property
    def steps_an_epoch(self) -> int:
        """Steps in one epoch."""

    @property
    def finite(self) -> bool:
        """False once the run has diverged."""

    @property
    def settled(self) -> bool:
        """Whether more steps would change nothing."""

    @property
    def loss(self) -> float:
        """What grows when a run diverges; NaN where there is no such thing."""

    @property
    def measures(self) -> Mapping[str, float]:
        """What can be asked of the moment by name, such as accuracy."""

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """What to say of the moment in a few figures: captions and numbers as text, at most five."""

    @property
    def size(self) -> int:
        """Bytes that keeping this moment costs."""

    @property
    def effort(self) -> int:
        """Numbers that one step works on: what it costs to take it anew."""

    def parameter(self, layer: int, unit: int, source: int | None) -> float:
        """A number that can be set by hand, all places counted from 0; with ``source`` None a bias."""

    def as_read(self) -> Kind:
        """The experiment with all that was found out about its tables, which are then read alike again."""

    def as_resumed(self) -> Kind:
        """The same, beginning at this moment; as it is where it has nowhere to say so."""

    def results(self) -> Mapping[str, bytes]:
        """What has been found so far, in files by name that a document holds; none where moments are kept."""

    def epoch_at(self, step: int) -> int:
        """Epochs done when the run has come, by itself, from here to a step."""

    def as_edited(self) -> Self:
        """The moment, said to be changed by hand."""

    def bare(self) -> Self:
        """The moment without what is only for looking at."""


def unrevealed(figures: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """A moment's figures while a question waits: how far the run is, and a question mark for all else."""
    return tuple((caption, number if caption in _HOW_FAR else "?") for caption, number in figures)

"""Who takes part in a frame while training goes on."""

from collections.abc import Callable, Iterator, Sequence

from nnviz.experiment.snapshot import Snapshot

Showing = Callable[[Snapshot], object]


class Turns:
    """Shows some things with every frame, some with every second, some with every fourth, never all at once.

    Maps and regions flow; plots look the same at half the pace, and numbers and curves that grow at a quarter of
    it. What is spared is left to training.

    Parameters
    ----------
    always, often, seldom, seldom_too : sequence of callables
        The last two take the frames between those of the second.
    """

    def __init__(
        self,
        always: Sequence[Showing],
        often: Sequence[Showing],
        seldom: Sequence[Showing],
        seldom_too: Sequence[Showing],
    ) -> None:
        self._all = (*always, *often, *seldom, *seldom_too)
        self._frames = [(*always, *part) for part in (often, seldom, often, seldom_too)]
        self._number = 0

    def show(self, snapshot: Snapshot, *, playing: bool) -> None:
        """Show a moment: everywhere, or while playing where it is due."""
        for show in self._due() if playing else iter(self._all):
            show(snapshot)

    def _due(self) -> Iterator[Showing]:
        self._number += 1
        return iter(self._frames[self._number % len(self._frames)])

"""Who takes part in a frame while a run goes on."""

from collections.abc import Callable, Sequence

from nnviz.runs.moment import Moment

ShowMoment = Callable[[Moment], object]


class FrameScheduler:
    """Shows a run that goes on where nobody reads sixty times a second: in one part of the window after another.

    Every frame is one part's turn, so that no frame is dear. That of a frame that brings nothing new is one too:
    what stands still is soon shown everywhere.

    Parameters
    ----------
    parts : sequence of callables, or None
        In the order of their turns; one that is to follow more closely stands there more than once. None is a turn
        that nobody takes.
    """

    def __init__(self, *parts: ShowMoment | None) -> None:
        self._parts: Sequence[ShowMoment | None] = parts
        self._behind: dict[ShowMoment | None, Moment] = {}
        self._turn = 0

    def show(self, moment: Moment, *, at_once: bool) -> None:
        """Show a moment in all parts, or in the one whose turn it is and in others with the frames to come."""
        self._behind = dict.fromkeys(self._parts, moment)
        for _ in self._parts if at_once else self._parts[:1]:
            self.go_on()

    def go_on(self) -> None:
        """Let a frame go by: if the part whose turn it is lags behind, it follows."""
        part = self._parts[self._turn]
        self._turn = (self._turn + 1) % len(self._parts)
        moment = self._behind.pop(part, None)
        if part and moment:
            part(moment)

"""What a session is at, to come back to."""

from msgspec import Struct

from nnviz.experiment.kind import Kind
from nnviz.runs.moment import Moment
from nnviz.runs.timeline import Branch


class SessionState(Struct, frozen=True, eq=False):
    """What a session is at, to come back to.

    Parameters
    ----------
    moment : Moment or None
        The one shown; if the experiment is yet to begin, one whose weights it is to begin with.
    begun : bool
        Whether the experiment has begun, and the moment is one of it.
    run : int
        Number of the run: the same as long as settings change live, however often it is come back to.
    lines : tuple of Branch
        All that is kept of the run.
    size : int
        Bytes of what is kept.
    """

    experiment: Kind
    moment: Moment | None
    run: int
    begun: bool = False
    lines: tuple[Branch, ...] = ()
    size: int = 0

    def shortened(self) -> "SessionState":
        """The same without what is kept of the run but the moment, and if that is all there is, without that."""
        if not self.lines:
            return SessionState(self.experiment, None, self.run)
        size = self.moment.size if self.moment else 0
        return SessionState(self.experiment, self.moment, self.run, self.begun, size=size)

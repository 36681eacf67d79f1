"""The moments of a run that are kept, so that any can be shown, resumed or branched from.

Moments are kept in *lines*. The first line is the run as it began; a branch is a line of its own that starts at
a moment of another. Memory is bounded: when it is full, every second moment of the older three quarters of the
fullest line goes, so that what is long ago is kept more and more coarsely. What two lines share is counted
twice, so the bound holds however they are thinned. When every line is down to its two
ends, whole lines go, the one left longest ago first. The two ends of the present line always stay.
"""

from bisect import bisect_right
from collections.abc import Sequence
from math import isnan
from typing import Any, Self

from msgspec import Struct, field

from nnviz.runs.history import Course, ThinnedCurve
from nnviz.runs.moment import Moment

DEFAULT_LIMIT = 64 * 2**20
"""Bytes of snapshots that are kept at most: half of what a lecture may take, the other half being for what undone
edits bring back."""

_BEARABLE = 10.0
"""How many times the loss of the first moment is still no sign of divergence."""

MOST_MOMENTS = 1_200
"""Moments kept at most, however small they are: as many as a timeline has pixels, so that a lecture's first minute
takes all the memory that its hours will."""

_MOST_LINES = 12
"""Lines whose losses are followed at most: more cannot be told apart."""


class Branch(Struct, eq=False):
    """One uninterrupted course of a run.

    Parameters
    ----------
    moments : list of Moment
        All of the run's own kind, in order of their steps; those of the line it branched from come first.
    parent : Branch or None
        The line it branched from; None also once that line is forgotten.
    origin : Moment or None
        The moment at which it branched.
    edits : list of int
        Steps at which settings or weights were changed by hand.
    course : Course
        The losses, followed by whoever shows or keeps them.
    """

    moments: list[Any] = field(default_factory=list)
    parent: "Branch | None" = None
    origin: Any = None
    edits: list[int] = field(default_factory=list)
    course: Course = field(default_factory=Course)

    def at(self, step: int) -> Any:
        """The last moment at or before ``step``; the first if all are later."""
        index = bisect_right(self.moments, step, key=lambda moment: moment.step)
        return self.moments[max(0, index - 1)]

    def repeats(self, step: int) -> bool:
        """Whether the run, from the moment at or before ``step``, comes to that step by itself again."""
        return not any(self.at(step).step < edit <= step for edit in self.edits)

    def last_edited(self) -> Any:
        """The moment of the last change by hand, as far as it is kept; None if there was none."""
        return self.at(self.edits[-1]) if self.edits and self.moments else None

    def last_sound(self) -> Any:
        """The last finite moment whose loss had not yet grown far beyond that of the first.

        The moments just before a run diverges are finite too, but from there no learning rate saves it.
        """
        bearable = _BEARABLE * self.moments[0].loss if self.moments else 0.0
        has_no_loss = isnan(bearable)  # later NaN is a loss that overflowed
        sound = (m for m in reversed(self.moments) if m.finite and (has_no_loss or m.loss <= bearable))
        return next(sound, None)


class Timeline:
    """The moments kept of one experiment's run and of its branches.

    Parameters
    ----------
    limit : int
        Bytes of snapshots to keep at most.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self.limit = limit
        self.clear()

    @property
    def line(self) -> Branch:
        """The line that moments are added to."""
        return self._lines[-1]

    @property
    def lines(self) -> Sequence[Branch]:
        """All lines, the present one last."""
        return tuple(self._lines)

    @property
    def size(self) -> int:
        """Bytes kept."""
        return self._size

    def clear(self) -> None:
        """Forget everything."""
        self.take(())

    def take(self, lines: Sequence[Branch]) -> None:
        """Keep these lines, the present one last, in place of all that was kept."""
        self._lines = [*lines] or [Branch()]
        moments: list[Moment] = [moment for line in self._lines for moment in line.moments]
        self._size, self._count = sum(moment.size for moment in moments), len(moments)
        self._make_room()

    def thinned(self, limit: int) -> Self:
        """A copy with the same moments, thinned to ``limit`` bytes; changes of one do not reach the other."""
        copies = {line: Branch(line.moments[:], line.parent, line.origin, line.edits[:]) for line in self._lines}
        for line, copy in copies.items():
            line.course.follow(line.moments)
            copy.parent = copies.get(line.parent) if line.parent else None
            copy.course = line.course.copy()
        other = type(self)(limit)
        other.take([*copies.values()])
        return other

    def add(self, snapshot: Moment) -> None:
        """Keep a moment; one at the same step as the last one takes its place."""
        moments = self.line.moments
        if moments and snapshot.step < moments[-1].step:
            raise ValueError("a moment before the last one belongs to a new line")
        if moments and snapshot.step == moments[-1].step:
            self._forget(moments.pop())
        moments.append(snapshot)
        if snapshot.edited:
            self.line.edits.append(snapshot.step)
        self._size += snapshot.size
        self._count += 1
        self._make_room()

    def resume(self, step: int) -> None:
        """Go on from the present line's moment at ``step``: what came after it is forgotten."""
        moments = self.line.moments
        while len(moments) > 1 and moments[-1].step > step:
            self._forget(moments.pop())
        self.line.edits[:] = (edit for edit in self.line.edits if edit <= step)

    def branch(self, step: int) -> None:
        """Go on from the present line's moment at ``step`` in a new line; the old one stays as it is."""
        old, origin = self.line, self.line.at(step)
        shared = old.moments[: old.moments.index(origin) + 1]
        edits = [edit for edit in old.edits if edit <= origin.step]
        self._lines.append(Branch(shared, old, origin, edits))
        self._size += sum(moment.size for moment in shared)
        self._count += len(shared)
        self._make_room()

    def switch(self, line: Branch) -> None:
        """Make another line the present one."""
        self._lines.remove(line)
        self._lines.append(line)

    def _make_room(self) -> None:
        while self._full and (self._thin() or self._forget_line()):
            pass

    @property
    def _full(self) -> bool:
        return self._size > self.limit or self._count > MOST_MOMENTS

    def _thin(self) -> bool:
        """Drop every second moment of the older three quarters of the fullest line; False if there are none."""
        line = max(self._lines, key=lambda line: len(line.moments))
        aged = len(line.moments) * 3 // 4
        dropped = line.moments[1:aged:2]
        del line.moments[1:aged:2]
        for moment in dropped:
            self._forget(moment)
        return bool(dropped)

    def _forget_line(self) -> bool:
        """Drop the line that was left longest ago; False if only the present one is left."""
        if len(self._lines) == 1:
            return False
        gone = self._lines.pop(0)
        for moment in gone.moments:
            self._forget(moment)
        for line in self._lines:
            line.parent = None if line.parent is gone else line.parent
        return True

    def _forget(self, moment: Moment) -> None:
        self._size -= moment.size
        self._count -= 1


class History:
    """The curves of the current branch and of the last few others.

    An update costs what is new, however long the run is.
    """

    def __init__(self) -> None:
        self._lines: Sequence[Branch] = ()
        self.version = 0

    @property
    def present(self) -> ThinnedCurve:
        """The curve of the present line, from the beginning of the run over all branches it came by."""
        return self._lines[-1].course.curve if self._lines else ThinnedCurve(4, 1)

    @property
    def others(self) -> tuple[ThinnedCurve, ...]:
        """The curves of other lines; they change when ``version`` does."""
        return tuple(line.course.curve for line in self._lines[:-1])

    def follow(self, timeline: Timeline) -> None:
        """Take what is new."""
        lines = timeline.lines[-_MOST_LINES:]
        if lines != self._lines:
            self._lines = lines
            self.version += 1
        for line in lines:
            line.course.follow(line.moments)

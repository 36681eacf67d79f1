"""Every edit as something that can be undone: back to the experiment, and to the weights, from before."""

from collections.abc import Callable, Iterator
from time import monotonic

from PySide6.QtGui import QUndoCommand, QUndoStack

from nnviz.experiment.kind import Kind
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runtime.session import Session

_TOGETHER = 1.0
"""Seconds within which changes of the same setting, such as the drag of a slider, are one edit."""


class ChangeExperiment(QUndoCommand):
    """A change of the experiment, or with ``anew`` a run of it given up for a new one.

    What begins anew comes back, when undone, with the weights it had. ``keep_weights`` carries the present
    weights over to the new experiment, where they fit. ``had`` is called once it has begun; what is refused leaves
    the stack, as if it had never been asked for.
    """

    def __init__(
        self,
        edits: "Edits",
        after: Kind,
        words: str = "",
        *,
        anew: bool = False,
        fit: bool = False,
        keep_weights: bool = False,
        had: Callable[[], object] = lambda: None,
    ) -> None:
        session = edits.session
        super().__init__(words or f"change {', '.join([*_settings(after, session.experiment)][:3])}")
        self.at = monotonic()
        self._edits, self._anew, self._fit, self._had = edits, anew, fit, had
        self._ask = session.load if anew else session.update
        self._afters = [after]
        self._before, self._moment = session.experiment, session.snapshot
        self._carried = self._moment if keep_weights else None

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it has begun."""
        return not self._afters

    def redo(self) -> None:
        after = self._afters[-1]
        self._ask(after, self._carried, fit=self._fit, answer=lambda begun: self._take_answer(after, begun=begun))

    def undo(self) -> None:
        """Take the change back; leave the stack if it was refused."""
        if self.is_refused:
            self.setObsolete(True)
        else:
            self._ask(self._before, self._moment)

    def id(self) -> int:
        """Changes of the same setting may be one."""
        return -1 if self._anew else hash(self.text()) & 0x7FFFFFFF

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in a change of the same setting that followed at once."""
        if not isinstance(other, ChangeExperiment) or other.at - self.at > _TOGETHER:
            return False
        self._afters += other._afters  # noqa: SLF001 - one of its own
        other._afters, self.at = self._afters, other.at  # noqa: SLF001
        return True

    def _take_answer(self, after: Kind, *, begun: bool) -> None:
        if begun:
            self._had()
        elif after in self._afters:
            self._afters.remove(after)
            self._edits.drop_refused()


class SetParameterByHand(QUndoCommand):
    """A weight or bias typed in."""

    def __init__(self, session: Session, place: ParameterIndex, before: float, after: float) -> None:
        super().__init__("set a bias" if place[2] is None else "set a weight")
        self.at = monotonic()
        self._session, self._place, self._before, self._after = session, place, before, after

    def id(self) -> int:
        """Settings of the same number may be one."""
        return hash(self._place) & 0x7FFFFFFF

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in a setting of the same number that followed at once, as in a drag."""
        if not isinstance(other, SetParameterByHand) or other.at - self.at > _TOGETHER:
            return False
        self._after, self.at = other._after, other.at  # noqa: SLF001 - one of its own
        return True

    def redo(self) -> None:
        self._session.set_parameter(*self._place, self._after)

    def undo(self) -> None:
        self._session.set_parameter(*self._place, self._before)


class Edits(QUndoStack):
    """The edits of a session, to undo and redo."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.session = session
        self.setUndoLimit(200)

    def change(self, after: Kind, *, fit: bool = False, keep_weights: bool = False) -> None:
        """Change the experiment; ``fit`` output and loss to the data if they do not suit it."""
        if after != self.session.experiment:
            self.push(ChangeExperiment(self, after, fit=fit, keep_weights=keep_weights))

    def open_table(self, after: Kind, had: Callable[[], object]) -> None:
        """Begin an experiment on a table, even on the one that is open: it may have been written anew."""
        self.push(ChangeExperiment(self, after, "open a table", anew=True, fit=True, had=had))

    def reset(self) -> None:
        """Begin the experiment anew."""
        self.push(ChangeExperiment(self, self.session.experiment, "reset", anew=True))

    def new_seed(self) -> None:
        """Begin anew from other parameters."""
        self.push(ChangeExperiment(self, self.session.experiment.reseeded(), "new seed", anew=True))

    def drop_refused(self) -> None:
        """Let the last edits go that were refused; those below others go when they are come to."""
        while isinstance(last := self.command(self.index() - 1), ChangeExperiment) and last.is_refused:
            self.undo()

    def set_parameter(self, layer: int, unit: int, source: int | None, value: float) -> None:
        """Set a weight, or with ``source`` None a bias."""
        if self.session.snapshot is None:
            return
        before = self.session.snapshot.parameter(layer, unit, source)
        if before != value:
            self.push(SetParameterByHand(self.session, (layer, unit, source), before, value))


def _settings(after: Kind, before: Kind) -> Iterator[str]:
    """Names of the settings that differ, as one says them."""
    if type(after) is not type(before):
        yield "experiment"
        return
    yield from (key.replace("_", " ") for key in after.changes_from(before))

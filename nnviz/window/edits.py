"""Edits that can be undone: undo restores the earlier experiment and its weights."""

from collections.abc import Callable, Iterator
from time import monotonic

from PySide6.QtGui import QUndoCommand, QUndoStack

from nnviz.experiment.kind import Kind
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runtime.session import Session

_TOGETHER = 1.0
"""Seconds within which changes of the same setting, such as the drag of a slider, are one edit."""


class ChangeExperiment(QUndoCommand):
    """A change of the experiment, or with ``anew`` a new run of it.

    Undo restores the earlier weights too. ``keep_weights`` carries the current weights over to the new experiment,
    where they fit. ``on_begun`` is called once the new run has begun; a refused change is removed from the stack.
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
        on_begun: Callable[[], object] = lambda: None,
    ) -> None:
        session = edits.session
        super().__init__(words or f"change {', '.join([*_settings(after, session.experiment)][:3])}")
        self.at = monotonic()
        self._edits, self._anew, self._fit, self._on_begun = edits, anew, fit, on_begun
        self._ask = session.load if anew else session.update
        self._afters = [after]
        self._before, self._moment = session.experiment, session.snapshot
        self._carried = self._moment if keep_weights else None

    @property
    def is_refused(self) -> bool:
        """Whether no change of it was accepted."""
        return not self._afters

    def redo(self) -> None:
        after = self._afters[-1]
        self._ask(after, self._carried, fit=self._fit, answer=lambda begun: self._take_answer(after, begun=begun))

    def undo(self) -> None:
        """Undo the change; leave the stack if it was refused."""
        if self.is_refused:
            self.setObsolete(True)
        else:
            self._ask(self._before, self._moment)

    def id(self) -> int:
        """Qt merges commands with the same id: changes of the same setting."""
        return -1 if self._anew else hash(self.text()) & 0x7FFFFFFF

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Merge with a change of the same setting that follows soon after."""
        if not isinstance(other, ChangeExperiment) or other.at - self.at > _TOGETHER:
            return False
        self._afters += other._afters  # noqa: SLF001 - one of its own
        other._afters, self.at = self._afters, other.at  # noqa: SLF001
        return True

    def _take_answer(self, after: Kind, *, begun: bool) -> None:
        if begun:
            self._on_begun()
        elif after in self._afters:
            self._afters.remove(after)
            self._edits.drop_refused()


class SetParameterByHand(QUndoCommand):
    """A weight or bias set by hand."""

    def __init__(self, session: Session, place: ParameterIndex, before: float, after: float) -> None:
        super().__init__("set a bias" if place[2] is None else "set a weight")
        self.at = monotonic()
        self._session, self._place, self._before, self._after = session, place, before, after

    def id(self) -> int:
        return hash(self._place) & 0x7FFFFFFF

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Merge with a later value of the same parameter, as in a drag."""
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
        """Change the experiment; with ``fit``, adapt output and loss to the data."""
        if after != self.session.experiment:
            self.push(ChangeExperiment(self, after, fit=fit, keep_weights=keep_weights))

    def open_table(self, after: Kind, on_begun: Callable[[], object]) -> None:
        """Begin an experiment on a table, even if that table is open already: its file may have changed."""
        self.push(ChangeExperiment(self, after, "open a table", anew=True, fit=True, on_begun=on_begun))

    def read_again(self, table: str) -> None:
        """Begin the experiment anew on a table whose file has changed."""
        words = f"read {table} again"
        self.push(ChangeExperiment(self, self.session.experiment, words, anew=True, fit=True))

    def reset(self) -> None:
        """Start the experiment again."""
        self.push(ChangeExperiment(self, self.session.experiment, "reset", anew=True))

    def new_seed(self) -> None:
        """Start again from other initial parameters."""
        self.push(ChangeExperiment(self, self.session.experiment.reseeded(), "new seed", anew=True))

    def drop_refused(self) -> None:
        """Remove refused edits from the end of the stack; undo removes those further down when it reaches them."""
        while isinstance(last := self.command(self.index() - 1), ChangeExperiment) and last.is_refused:
            self.undo()

    def set_parameter(self, layer: int, unit: int, source: int | None, value: float) -> None:
        """Set a weight, or a bias if ``source`` is None."""
        if self.session.snapshot is None:
            return
        before = self.session.snapshot.parameter(layer, unit, source)
        if before != value:
            self.push(SetParameterByHand(self.session, (layer, unit, source), before, value))


def _settings(after: Kind, before: Kind) -> Iterator[str]:
    """Readable names of the settings that differ."""
    if type(after) is not type(before):
        yield "experiment"
        return
    yield from (key.replace("_", " ") for key in after.changes_from(before))

"""Every edit as something that can be undone: back to the experiment, and to the weights, from before."""

from collections.abc import Iterator
from time import monotonic

from PySide6.QtGui import QUndoCommand, QUndoStack

from nnviz.experiment.kind import Kind
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runtime.session import Session

_TOGETHER = 1.0
"""Seconds within which changes of the same setting, such as the drag of a slider, are one edit."""


class ChangeExperiment(QUndoCommand):
    """A change of data, network or training.

    What begins anew comes back, when undone, with the weights it had. ``keep_weights`` carries the present
    weights over to the new experiment, where they fit.
    """

    def __init__(self, session: Session, after: Kind, *, fit: bool, keep_weights: bool = False) -> None:
        super().__init__(f"change {', '.join([*_settings(after, session.experiment)][:3])}")
        self.after, self.at = after, monotonic()
        self._session, self._before, self._moment = session, session.experiment, session.snapshot
        self._carried = self._moment if keep_weights else None
        self._fit = fit

    def redo(self) -> None:
        """Make the change."""
        self._session.update(self.after, self._carried, fit=self._fit)

    def undo(self) -> None:
        """Take the change back."""
        self._session.update(self._before, self._moment)

    def id(self) -> int:
        """Changes of the same setting may be one."""
        return hash(self.text()) & 0x7FFFFFFF

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in a change of the same setting that followed at once."""
        if not isinstance(other, ChangeExperiment) or other.at - self.at > _TOGETHER:
            return False
        self.after, self.at = other.after, other.at
        return True


class BeginAnew(QUndoCommand):
    """The run given up for a new one."""

    def __init__(self, session: Session, after: Kind, words: str) -> None:
        super().__init__(words)
        self._session, self._after = session, after
        self._before, self._moment = session.experiment, session.snapshot

    def redo(self) -> None:
        """Begin anew."""
        self._session.load(self._after)

    def undo(self) -> None:
        """Go back to where the run was."""
        self._session.load(self._before, self._moment)


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
        """Set it."""
        self._session.set_parameter(*self._place, self._after)

    def undo(self) -> None:
        """Set it back."""
        self._session.set_parameter(*self._place, self._before)


class Edits(QUndoStack):
    """The edits of a session, to undo and redo."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.setUndoLimit(200)

    def change(self, after: Kind, *, fit: bool = False, keep_weights: bool = False) -> None:
        """Change the experiment; ``fit`` output and loss to the data if they do not suit it."""
        if after != self._session.experiment:
            self.push(ChangeExperiment(self._session, after, fit=fit, keep_weights=keep_weights))

    def reset(self) -> None:
        """Begin the experiment anew."""
        self.push(BeginAnew(self._session, self._session.experiment, "reset"))

    def new_seed(self) -> None:
        """Begin anew from other parameters."""
        self.push(BeginAnew(self._session, self._session.experiment.reseeded(), "new seed"))

    def set_parameter(self, layer: int, unit: int, source: int | None, value: float) -> None:
        """Set a weight, or with ``source`` None a bias."""
        if self._session.snapshot is None:
            return
        before = self._session.snapshot.parameter(layer, unit, source)
        if before != value:
            self.push(SetParameterByHand(self._session, (layer, unit, source), before, value))


def _settings(after: Kind, before: Kind) -> Iterator[str]:
    """Names of the settings that differ, as one says them."""
    if type(after) is not type(before):
        yield "experiment"
        return
    yield from (key.replace("_", " ") for key in after.changes_from(before))

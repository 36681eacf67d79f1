"""Edits that can be undone: undo restores the earlier experiment and its weights."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from time import monotonic

from PySide6.QtGui import QUndoCommand, QUndoStack

from nnviz.data.catalogue import CATALOGUE
from nnviz.experiment.experiment import Data, Experiment
from nnviz.experiment.kind import Kind, name_of
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runs.run import Run
from nnviz.runs.timeline import DEFAULT_LIMIT, Timeline
from nnviz.runtime.session import Session

_NAMES = {
    "hidden": "hidden layers",
    "l1": "L1",
    "l2": "L2",
    "alpha": "α",
    "seed": "random numbers",
    "train_fraction": "training part",
    "cut": "connections",
    "frozen": "frozen layers",
    "axes": "plane",
}
"""Settings that are called otherwise than their keys."""
_TOGETHER = 1.0
"""Seconds within which changes of the same setting, such as the drag of a slider, are one edit."""


class ChangeExperiment(QUndoCommand):
    """A change of the experiment, or with ``anew`` a new run of it.

    Undo restores the moment shown before, and the timeline with its branches; redo restores what was undone.
    ``keep_weights`` carries the current weights over to the new experiment, where they fit. A refused change is
    removed from the stack.

    Attributes
    ----------
    other : SessionState
        What undo restores, or once the change is undone, what redo restores.
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
        past: Callable[[Run], Timeline] | None = None,
    ) -> None:
        session = edits.session
        super().__init__(words or words_of(after, session.experiment))
        self.at = monotonic()
        self._edits, self._anew, self._fit = edits, anew, fit
        self._ask = partial(session.load, past=past) if anew else session.update
        self._afters = [after]
        self.other = session.state
        self._carried = session.snapshot if keep_weights else None
        self._is_undone = False

    @property
    def is_refused(self) -> bool:
        """Whether no change of it was accepted."""
        return not self._afters

    def redo(self) -> None:
        """Make the change, or restore what undo took away; leave the stack if it was refused."""
        if self.is_refused:
            self.setObsolete(True)
        elif self._is_undone:
            self._on_begun()
            self._exchange()
        else:
            after = self._afters[-1]
            self._ask(
                after, self._carried, fit=self._fit, answer=lambda begun: self._take_answer(after, begun=begun)
            )

    def undo(self) -> None:
        """Undo the change; leave the stack if it was refused."""
        if self.is_refused:
            self.setObsolete(True)
        else:
            self._on_undone()
            self._exchange()

    def _on_begun(self) -> None:
        """Called once the new run has begun, or was restored."""

    def _on_undone(self) -> None:
        """Called when the change is undone."""

    def _exchange(self) -> None:
        self._is_undone = not self._is_undone
        session, wanted = self._edits.session, self.other
        self.other = session.state
        session.return_to(wanted)

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
        if begun and not self._is_undone:
            self._on_begun()
        elif not begun and after in self._afters:
            self._afters.remove(after)
            self._edits.drop_refused()


class OpenTable(ChangeExperiment):
    """An experiment on a table's data; ``begun`` is called once it has begun, ``undone`` when it is undone."""

    def __init__(
        self,
        edits: "Edits",
        after: Kind,
        name: str,
        begun: Callable[[], object],
        undone: Callable[[], object],
    ) -> None:
        super().__init__(edits, after, f"open {name}", anew=True, fit=True)
        self._begun, self._undone = begun, undone

    def _on_begun(self) -> None:
        self._begun()

    def _on_undone(self) -> None:
        self._undone()


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
    """The edits of a session, to undo and redo.

    Attributes
    ----------
    leaving : int
        How many other documents are being loaded: until then nothing can be edited, and undo cancels them.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.session = session
        self.leaving = 0
        self.setUndoLimit(200)
        self.indexChanged.connect(self._bound)

    def push(self, command: QUndoCommand) -> None:
        """Make an edit."""
        if not self.leaving:
            super().push(command)

    def undo(self) -> None:
        """Take the last edit back."""
        if self.leaving:
            self.session.give_up()
        else:
            super().undo()

    def redo(self) -> None:
        """Make the edit again that was undone last."""
        if not self.leaving:
            super().redo()

    def change(self, after: Kind, words: str = "", *, fit: bool = False, keep_weights: bool = False) -> None:
        """Change the experiment; with ``fit``, adapt output and loss to the data."""
        if after != self.session.experiment:
            self.push(ChangeExperiment(self, after, words, fit=fit, keep_weights=keep_weights))

    def open_table(
        self, after: Kind, name: str, begun: Callable[[], object], undone: Callable[[], object]
    ) -> None:
        """Begin an experiment on a table, even if that table is open already: its file may have changed."""
        self.push(OpenTable(self, after, name, begun, undone))

    def revisit(self, experiment: Kind, past: Callable[[Run], Timeline]) -> None:
        """Begin another experiment in place of this one, and take its run to a moment of its own."""
        self.push(ChangeExperiment(self, experiment, anew=True, past=past))

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

    def _bound(self) -> None:
        """Keep what undo and redo restore within its share of memory: the next edits' first."""
        left, kept = DEFAULT_LIMIT, {self.session.state.run}
        for index in sorted(range(self.count()), key=lambda index: abs(index + 0.5 - self.index())):
            edit = self.command(index)
            if isinstance(edit, ChangeExperiment) and edit.other.run not in kept:
                is_next = index in {self.index() - 1, self.index()}
                while edit.other.size > left and not is_next:
                    edit.other = edit.other.shortened()
                left = max(0, left - edit.other.size)
                kept |= {edit.other.run} if edit.other.lines else set()

    def drop_refused(self) -> None:
        """Remove refused edits from the end of the stack; undo removes those further down when it reaches them."""
        while isinstance(last := self.command(self.index() - 1), ChangeExperiment) and last.is_refused:
            super().undo()

    def set_parameter(self, layer: int, unit: int, source: int | None, value: float) -> None:
        """Set a weight, or a bias if ``source`` is None, unless another network is on its way."""
        if self.session.snapshot is None or self.session.is_loading:
            return
        before = self.session.snapshot.parameter(layer, unit, source)
        if before != value:
            self.push(SetParameterByHand(self.session, (layer, unit, source), before, value))


def words_of(after: Kind, before: Kind) -> str:
    """What undo calls a change, such as "other data: two clouds" or "change learning rate"."""
    if type(after) is not type(before):
        return f"another experiment: {name_of(after)}"
    if isinstance(after, Experiment) and isinstance(before, Experiment) and after.data != before.data:
        return _words_of_data(after.data, before.data)
    return _change(after.changes_from(before))


def _words_of_data(after: Data, before: Data) -> str:
    if after.file and after.file != before.file:
        return f"other data: {Path(after.file).name}"
    if not after.file and (after.name, "") != (before.name, before.file) and after.name in CATALOGUE:
        title = CATALOGUE[after.name].title
        return f"other data: {title if title[1:2].isupper() else title[:1].lower() + title[1:]}"
    return _change(key for key in Data.__struct_fields__ if getattr(after, key) != getattr(before, key))


def _change(settings: Iterable[str]) -> str:
    names = (_NAMES.get(key, key.replace("_", " ")) for key in settings)
    return f"change {', '.join([*names][:3])}"

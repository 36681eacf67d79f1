"""The cursor on the steps of an example."""

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from nnviz.analysis.example.state import (
    Example,
    ExampleState,
    Phase,
    Stop,
    TraceOf,
    ends_of_layers,
    order,
    way_through,
)
from nnviz.experiment.problem import Problem
from nnviz.runs.network_parts import ParameterIndex, has_parameter
from nnviz.runs.snapshot import Snapshot


class Walk(QObject):
    """The cursor on the steps of an example, shared by all panes.

    Signals
    -------
    changed
        The state to show has changed.
    wanted_changed
        Another example has to be computed.
    """

    changed = Signal()
    wanted_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wanted = TraceOf()
        self.at = 0
        self.chosen: ParameterIndex | None = None
        self.jacobian = False
        self._example: Example | None = None
        self._problem: Problem | None = None
        self._begins_at: tuple[str, tuple[int, int] | None, bool] | None = None

    @property
    def look(self) -> ExampleState | None:
        """The state to show; None while there is no example."""
        if self._example is None or self._problem is None:
            return None
        return ExampleState(self._example, self.at, self.chosen, self.jacobian, self._problem.input_labels)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take the example of a moment; another network starts from the beginning."""
        before, self._problem = self._problem, snapshot.problem
        aspects = snapshot.scene.aspects if snapshot.scene else {}
        example = aspects.get(self.wanted)
        if before is None or _differ(before, snapshot.problem):
            self.at, self.chosen, self._example = 0, None, None
            if before is not None and before.train is not snapshot.problem.train:
                self.want(TraceOf(check=self.wanted.check))
        if isinstance(example, Example):
            is_first, self._example = self._example is None, example
            if is_first:
                self._begin()
        self.changed.emit()

    def go_to_stop(self, phase: str, place: tuple[int, int] | None, *, before: bool) -> None:
        """Go to a phase's stop at (layer, unit), or its last one if None; ``before``: to just before its first.

        If the example of another network arrives later, it begins there too.
        """
        self._begins_at = (phase, place, before)
        self._begin()

    def _begin(self) -> None:
        """Go to the stop at which examples begin."""
        self.at = 0
        if self._begins_at is None or (look := self.look) is None:
            return
        phase, place, before = self._begins_at
        stops = [
            at
            for stop, at in order(look.traced.network).items()
            if stop.phase.value == phase and place in {None, (stop.layer, stop.unit)}
        ]
        if stops:
            self.go_to(max(0, stops[0] - 1) if before else stops[-1])

    def go(self, steps: int) -> None:
        """Go some stops forward, or back if negative."""
        if look := self.look:
            self.go_to(min(max(0, self.at + steps), len(way_through(look.traced.network)) - 1))

    def go_layer(self, direction: int) -> None:
        """Go forward to the end of the next layer, or back to that of the layer before."""
        if look := self.look:
            ends = ends_of_layers(look.traced.network)
            ahead = [end for end in ends if (end - self.at) * direction > 0]
            self.go_to(min(ahead, key=lambda end: abs(end - self.at), default=self.at))

    def choose(self, place: ParameterIndex | None) -> None:
        """Highlight a parameter's path, or none; the cursor goes to where its partial derivative is known."""
        if self._problem is None or (place and not has_parameter(self._problem, place)):
            return
        self.chosen = place
        if place and (look := self.look) and not look.knows(Phase.GRADIENT, *place[:2]):
            self.at = order(look.traced.network)[Stop(Phase.GRADIENT, *place[:2])]
        self.changed.emit()

    def write(self, *, jacobian: bool) -> None:
        """Choose the notation."""
        self.jacobian = jacobian
        self.changed.emit()

    def want(self, wanted: TraceOf) -> None:
        """Ask for another example."""
        if wanted != self.wanted:
            self.wanted = wanted
            self.wanted_changed.emit()

    def pick_point(self, x: float, y: float) -> None:
        """Choose the training sample nearest to a point of the plane."""
        if self._problem is not None and len(self._problem.train):
            self.want(TraceOf(self._problem.train.nearest(x, y), check=self.wanted.check))

    def type_in(self, inputs: Iterable[float], target: Iterable[float]) -> None:
        """Use these numbers instead of a sample's."""
        self.want(replace(self.wanted, inputs=tuple(inputs), target=tuple(target)))

    def check(self, *, wanted: bool) -> None:
        """Turn the gradient check on or off."""
        self.want(replace(self.wanted, check=wanted))

    def go_to(self, at: int) -> None:
        """Go to a stop; 0 is the example itself."""
        self.at = at
        self.changed.emit()


def _differ(before: Problem, after: Problem) -> bool:
    """Whether an example of one problem is invalid for the other."""
    return before.network != after.network or before.train is not after.train

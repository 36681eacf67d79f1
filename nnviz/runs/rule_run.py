"""The run of whatever learns by a rule: no more than the state that it has come to."""

from typing import Generic

from nnviz.runs.moment import Moment
from nnviz.runs.rule import E, Rule, RuleSnapshot, S
from nnviz.runs.scene import Lens


class RuleRun(Generic[E, S]):
    """Something that learns by a rule: a `Run`."""

    def __init__(self, rule: Rule[E, S], experiment: E) -> None:
        self.experiment = experiment
        self._rule = rule
        self._state = rule.begin(experiment)

    @property
    def finite(self) -> bool:
        """False once numbers have grown beyond all bounds."""
        return self._state.finite

    @property
    def settled(self) -> bool:
        """Whether more steps would change nothing."""
        return self._state.settled

    @property
    def step(self) -> int:
        """Steps done."""
        return self._state.step

    @property
    def steps_an_epoch(self) -> int:
        """Steps in one epoch."""
        return self._rule.steps_an_epoch(self.experiment, self._state)

    @property
    def steps_to_epoch_end(self) -> int:
        """Steps until the epoch under way is over."""
        return self.steps_an_epoch - self.step % self.steps_an_epoch

    def advance(self, steps: int) -> None:
        """Take so many steps, or fewer if it settles or diverges."""
        for _ in range(steps):
            if self._state.settled or not self._state.finite:
                break
            self._state = self._rule.advance(self.experiment, self._state)

    def measure(self) -> None:
        """Nothing: a state knows how it stands."""

    def measure_on(self) -> bool:
        """True: there is nothing to measure."""
        return True

    def snapshot(self) -> RuleSnapshot[E, S]:
        """The moment as it is."""
        return RuleSnapshot(self.experiment, self._state, self._rule)

    def picture(self, lens: Lens, *, in_passing: bool = False) -> RuleSnapshot[E, S]:
        """The same: a state is all there is to look at."""
        del lens, in_passing
        return self.snapshot()

    def restore(self, snapshot: RuleSnapshot[E, S]) -> None:
        """Go to a moment of this run, or of one that this continues."""
        self.experiment, self._state = snapshot.experiment, snapshot.state

    def can_adopt(self, snapshot: Moment) -> bool:
        """Whether a run of this experiment can go on from a moment of another."""
        return isinstance(snapshot, RuleSnapshot) and self.experiment.continues(snapshot.experiment)

    def adopt(self, snapshot: RuleSnapshot[E, S]) -> None:
        """Go on from a moment of a like run."""
        self._state = snapshot.state

    def tune(self, experiment: E) -> None:
        """Go on with other live settings."""
        self.experiment = experiment
        self._state = self._rule.tuned(experiment, self._state)

    def set_parameter(self, layer: int, unit: int, source: int | None, value: float) -> None:
        """Set a number by hand."""
        self._state = self._rule.set(self.experiment, self._state, (layer, unit, source), value)

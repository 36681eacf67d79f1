"""Whatever learns by a rule that a few lines say: its states, and the run that goes from one to the next.

Each state is a frozen value, and a step makes the next one out of it alone. So going back, branching and showing
need nothing else, and a run is no more than the state that it has come to. What a rule leaves to chance it draws
from a generator seeded with the experiment's seed and the step or epoch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, Self, TypeVar

import numpy as np

from nnviz.experiment.kind import Kind
from nnviz.runs.moment import Moment
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runs.scene import Lens

_OVERHEAD = 600


@dataclass(frozen=True, eq=False)
class State:
    """What a rule has come to: read-only arrays and numbers.

    Parameters
    ----------
    step : int
        Steps done.
    """

    step: int = 0

    @property
    def settled(self) -> bool:
        """Whether more steps would change nothing."""
        return False

    @property
    def finite(self) -> bool:
        """False once numbers have grown beyond all bounds."""
        return all(np.isfinite(array).all() for array in self._arrays())

    @property
    def loss(self) -> float:
        """What it learns to make small; NaN where there is no such thing."""
        return float("nan")

    @property
    def measures(self) -> Mapping[str, float]:
        """What can be asked of it by name."""
        return {}

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """What to say of it besides the step: captions and numbers as text, at most four."""
        return ()

    @property
    def size(self) -> int:
        """Bytes that keeping it costs."""
        return _OVERHEAD + sum(array.nbytes for array in self._arrays())

    @property
    def effort(self) -> int:
        """Numbers that a step works on."""
        return 100 + sum(array.size for array in self._arrays())

    def _arrays(self) -> list[np.ndarray[Any, np.dtype[Any]]]:
        values = (getattr(self, field.name) for field in fields(self))
        return [value for value in values if isinstance(value, np.ndarray)]


_A = TypeVar("_A", bound=np.ndarray[Any, Any])


def read_only(array: _A) -> _A:
    """The array itself, which from now on nobody can write to."""
    array.flags.writeable = False
    return array


E = TypeVar("E", bound=Kind)
S = TypeVar("S", bound=State)


class Rule(Generic[E, S]):
    """How something learns: what it begins with, and what a step makes of a state. It holds nothing itself."""

    def begin(self, experiment: E) -> S:
        """The state before the first step."""
        raise NotImplementedError

    def advance(self, experiment: E, state: S) -> S:
        """The state after one more step; the state itself if it is settled."""
        raise NotImplementedError

    def steps_an_epoch(self, experiment: E, state: S) -> int:
        """Steps in which all there is to learn has its turn once."""
        del experiment, state
        return 1

    def epoch(self, experiment: E, state: S) -> tuple[int, int]:
        """Rounds through all there is to learn that are done, and steps since the last."""
        return divmod(state.step, self.steps_an_epoch(experiment, state))

    def tuned(self, experiment: E, state: S) -> S:
        """The state under other live settings, which may be settled no more."""
        del experiment
        return state

    def set(self, experiment: E, state: S, place: ParameterIndex, value: float) -> S:
        """The state with one number set by hand."""
        del experiment, place, value
        return state

    def parameter(self, state: S, place: ParameterIndex) -> float:
        """A number that can be set by hand."""
        raise NotImplementedError

    def as_read(self, experiment: E, state: S) -> E:
        """The experiment with all that was found out about its table; as it is where there can be none."""
        del state
        return experiment

    def resumed(self, experiment: E, state: S) -> E:
        """The experiment that begins where this state is; as it is where it has nowhere to say so."""
        del state
        return experiment


@dataclass(frozen=True, eq=False)
class RuleSnapshot(Generic[E, S]):
    """A run by a rule at one step: a `Moment`.

    Parameters
    ----------
    edited : bool
        Something was changed by hand at this step.
    """

    experiment: E
    state: S
    rule: Rule[E, S]
    edited: bool = False

    @property
    def step(self) -> int:
        return self.state.step

    @property
    def epoch(self) -> int:
        return self.rule.epoch(self.experiment, self.state)[0]

    @property
    def step_in_epoch(self) -> int:
        return self.rule.epoch(self.experiment, self.state)[1]

    @property
    def steps_an_epoch(self) -> int:
        return self.rule.steps_an_epoch(self.experiment, self.state)

    @property
    def finite(self) -> bool:
        return self.state.finite

    @property
    def settled(self) -> bool:
        return self.state.settled

    @property
    def loss(self) -> float:
        return self.state.loss

    @property
    def measures(self) -> Mapping[str, float]:
        return {"step": self.step, "epoch": self.epoch, **self.state.measures}

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        return (("step", f"{self.step:,}"), *self.state.figures)

    @property
    def size(self) -> int:
        return self.state.size

    @property
    def effort(self) -> int:
        return self.state.effort

    def results(self) -> Mapping[str, bytes]:
        """None: what it has learned begins its experiment."""
        return {}

    def epoch_at(self, step: int) -> int:
        return self.epoch + (self.step_in_epoch + step - self.step) // self.steps_an_epoch

    def parameter(self, layer: int, unit: int, source: int | None) -> float:
        return self.rule.parameter(self.state, (layer, unit, source))

    def as_read(self) -> E:
        return self.rule.as_read(self.experiment, self.state)

    def as_resumed(self) -> E:
        experiment = self.as_read()
        return self.rule.resumed(experiment, self.state) if self.step or self.edited else experiment

    def as_edited(self) -> Self:
        return replace(self, edited=True)

    def bare(self) -> Self:
        return self


class RuleRun(Generic[E, S]):
    """Something that learns by a rule: a `Run`."""

    def __init__(self, rule: Rule[E, S], experiment: E) -> None:
        self.experiment = experiment
        self._rule = rule
        self._state = rule.begin(experiment)

    @property
    def finite(self) -> bool:
        return self._state.finite

    @property
    def settled(self) -> bool:
        return self._state.settled

    @property
    def step(self) -> int:
        return self._state.step

    @property
    def steps_an_epoch(self) -> int:
        return self._rule.steps_an_epoch(self.experiment, self._state)

    @property
    def steps_to_epoch_end(self) -> int:
        return self.steps_an_epoch - self.step % self.steps_an_epoch

    def advance(self, steps: int) -> None:
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
        return RuleSnapshot(self.experiment, self._state, self._rule)

    def picture(self, lens: Lens, *, is_partial: bool = False) -> RuleSnapshot[E, S]:
        """The same: a state is all there is to look at."""
        del lens, is_partial
        return self.snapshot()

    def restore(self, snapshot: RuleSnapshot[E, S]) -> None:
        self.experiment, self._state = snapshot.experiment, snapshot.state

    def can_adopt(self, snapshot: Moment) -> bool:
        return isinstance(snapshot, RuleSnapshot) and self.experiment.continues(snapshot.experiment)

    def adopt(self, snapshot: RuleSnapshot[E, S]) -> None:
        self._state = snapshot.state

    def tune(self, experiment: E) -> None:
        self.experiment = experiment
        self._state = self._rule.tuned(experiment, self._state)

    def set_parameter(self, layer: int, unit: int, source: int | None, value: float) -> None:
        self._state = self._rule.set(self.experiment, self._state, (layer, unit, source), value)

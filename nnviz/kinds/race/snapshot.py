"""A race at one step: every lane's network, and how it does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite, nan
from typing import Generic, Protocol, Self, TypeVar

from msgspec import structs

from nnviz.experiment.change import Tables, merged
from nnviz.kinds.race.schema import Race
from nnviz.runs.metrics import accuracy_text, loss_text
from nnviz.runs.snapshot import Snapshot


class Learning(Protocol):
    """A network as it learns, or a moment of it."""

    @property
    def finite(self) -> bool:
        """False once it has diverged."""

    @property
    def steps_an_epoch(self) -> int:
        """Batches in one pass over the training samples."""


L = TypeVar("L", bound=Learning)


class Lanes(Generic[L]):
    """What a race and its moments are alike in: networks side by side, each of which may diverge."""

    experiment: Race
    lanes: tuple[L, ...]

    @property
    def finite(self) -> bool:
        """Whether any lane can go on."""
        return any(lane.finite for lane in self.lanes)

    @property
    def settled(self) -> bool:
        """False: there is always another step downhill."""
        return False

    @property
    def by_epochs(self) -> bool:
        """Whether a step is an epoch of every lane."""
        return self.experiment.by == "epoch"

    @property
    def steps_an_epoch(self) -> int:
        """The race's steps in one epoch of the first lane that goes on."""
        return 1 if self.by_epochs else self.leading.steps_an_epoch

    @property
    def leading(self) -> L:
        """The first lane that goes on; the first of all if none does."""
        return next((lane for lane in self.lanes if lane.finite), self.lanes[0])


@dataclass(frozen=True, eq=False)
class RaceSnapshot(Lanes[Snapshot]):
    """A race at one step: a `Moment`.

    Parameters
    ----------
    lanes : tuple of Snapshot
        Every lane's network. One that has diverged stays where it did.
    step : int
        Steps, or epochs in a race by epochs, that the race has gone.
    measured : int
        The step at which metrics were last measured.
    edited : bool
        Settings were changed by hand at this step.
    """

    experiment: Race
    lanes: tuple[Snapshot, ...]
    step: int
    measured: int = 0
    edited: bool = False

    @property
    def epoch(self) -> int:
        """Whole passes over the training samples that the first lane that goes on has done."""
        return self.leading.epoch

    @property
    def step_in_epoch(self) -> int:
        """Steps of the epoch under way; in a race by epochs none ever is."""
        return 0 if self.by_epochs else self.leading.step_in_epoch

    @property
    def loss(self) -> float:
        """The least training loss of any lane."""
        return min((lane.loss for lane in self.lanes if lane.finite and isfinite(lane.loss)), default=nan)

    @property
    def measures(self) -> Mapping[str, float]:
        """The best lane's scores by name, and every lane's with its number: accuracy, accuracy 1, accuracy 2."""
        lanes = [_scores(lane) if lane.finite else {} for lane in self.lanes]
        numbered = {f"{name} {k}": value for k, lane in enumerate(lanes, 1) for name, value in lane.items()}
        names = {name: None for lane in lanes for name in lane}
        return {"step": self.step, "epoch": self.epoch} | {name: _best(name, lanes) for name in names} | numbered

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """How far it has gone, and each lane's accuracy, or loss, under its title."""
        titles = (lane.title for lane in self.experiment.lanes)
        scores = zip(titles, map(score_text, self.lanes), strict=True)
        return ((self.experiment.by, f"{self.step:,}"), *scores)

    @property
    def size(self) -> int:
        """Bytes that keeping this moment costs."""
        return sum(lane.size for lane in self.lanes)

    @property
    def effort(self) -> int:
        """Parameters that a step changes, each as often as it does."""
        return sum(lane.effort * (lane.steps_an_epoch if self.by_epochs else 1) for lane in self.lanes)

    def parameter(self, layer: int, unit: int, source: int | None) -> float:
        """A weight or bias of the first lane."""
        return self.lanes[0].parameter(layer, unit, source)

    def as_resumed(self) -> Race:
        """The race from these weights on, but for lanes that have diverged; as it is before the first step."""
        if not self.step:
            return self.experiment
        pairs = zip(self.experiment.lanes, self.lanes, strict=True)
        lanes = tuple(structs.replace(lane, change=_resumed(lane.change, at)) for lane, at in pairs)
        return structs.replace(self.experiment, lanes=lanes)

    def epoch_at(self, step: int) -> int:
        """Epochs done when the race has come, by itself, from here to a step."""
        if self.by_epochs:
            return self.epoch + step - self.step
        return self.leading.epoch_at(self.leading.step + step - self.step)

    def as_edited(self) -> Self:
        """The moment, said to be changed by hand."""
        return replace(self, edited=True)

    def bare(self) -> Self:
        """The moment without its scenes."""
        return replace(self, lanes=tuple(lane.bare() for lane in self.lanes))


def score_text(lane: Snapshot) -> str:
    """A lane's accuracy, of test samples if there are any; its loss where there are no classes."""
    score = lane.metrics.test or lane.metrics.train
    if not lane.finite:
        return "diverged"
    return loss_text(score) if score.accuracy is None else accuracy_text(score)


def _scores(lane: Snapshot) -> dict[str, float]:
    """A network's scores by name; accuracy and loss are those of test samples if there are any."""
    scores = {key: value for key, value in lane.measures.items() if key not in {"step", "epoch"}}
    score = lane.metrics.test or lane.metrics.train
    return {"loss": score.loss} | ({} if score.accuracy is None else {"accuracy": score.accuracy}) | scores


def _best(name: str, lanes: list[dict[str, float]]) -> float:
    """The highest accuracy, the lowest loss."""
    values = [lane[name] for lane in lanes if name in lane]
    return max(values) if name.endswith("accuracy") else min(values)


def _resumed(change: Tables, lane: Snapshot) -> Tables:
    """A lane's change with the weights of a moment to start from; as it is where they are no numbers."""
    if not lane.finite:
        return change
    weights, biases = ([array.tolist() for array in arrays] for arrays in (lane.weights, lane.biases))
    start = {"network": {"weights": weights, "biases": biases}, "training": {"start": ""}}
    return merged(change, start)

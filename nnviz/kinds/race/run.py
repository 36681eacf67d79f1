"""A race being run: lanes that go in step with each other, a race at one step, and its lanes' losses so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, nan
from typing import Any, Generic, Protocol, Self, TypeVar

from nnviz.experiment.change import Tables, merged
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import Kind, plain
from nnviz.experiment.problem import prepare_each
from nnviz.experiment.validation import check
from nnviz.kinds.race.schema import Race
from nnviz.numerals import figure, percent
from nnviz.runs.begin import begin
from nnviz.runs.history import ThinnedCurve, moments_since
from nnviz.runs.moment import Moment
from nnviz.runs.run import NetworkRun, Run
from nnviz.runs.scene import Lens
from nnviz.runs.snapshot import Snapshot

_SHOWN = 8
"""Units of a layer that a lane's small diagram shows at most."""
_CAPACITY = 600
"""Points of a curve: two for each pixel of a small plot, and few enough to be painted with every frame."""


class Learning(Protocol):
    """What learns in a lane, or a moment of it."""

    @property
    def finite(self) -> bool:
        """False once it has diverged."""

    @property
    def steps_an_epoch(self) -> int:
        """Batches in one pass over the training samples."""


L = TypeVar("L", bound=Learning)


class Lanes(Generic[L]):
    """What a race and its moments are alike in: lanes side by side, each of which may diverge."""

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
class RaceSnapshot(Lanes[Moment]):
    """A race at one step: a `Moment`.

    Parameters
    ----------
    lanes : tuple of Moment
        What learns in every lane. One that has diverged stays where it did.
    step : int
        Steps, or epochs in a race by epochs, that the race has gone.
    measured : int
        The step at which metrics were last measured.
    edited : bool
        Settings were changed by hand at this step.
    """

    experiment: Race
    lanes: tuple[Any, ...]
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
        return sum(lane.size for lane in self.lanes)

    @property
    def effort(self) -> int:
        """Parameters that a step changes, each as often as it does."""
        return sum(lane.effort * (lane.steps_an_epoch if self.by_epochs else 1) for lane in self.lanes)

    def parameter(self, layer: int, unit: int, source: int | None) -> float:
        """A weight or bias of the first lane."""
        first: Moment = self.lanes[0]
        return first.parameter(layer, unit, source)

    def as_read(self) -> Race:
        return self.experiment.as_read([network.problem.dataset.found for network in networks_of(self)])

    def as_resumed(self) -> Race:
        """The race from these weights on, but for lanes that have diverged; without them before the first step."""
        race = self.as_read()
        if not self.step:
            return race
        pairs = zip(race.lanes, self.lanes, strict=True)
        return race.with_changes([_resumed(lane.change, at) for lane, at in pairs])

    def results(self) -> Mapping[str, bytes]:
        """None: what it has learned begins its experiment."""
        return {}

    def epoch_at(self, step: int) -> int:
        if self.by_epochs:
            return self.epoch + step - self.step
        return self.leading.epoch_at(self.leading.step + step - self.step)

    def as_edited(self) -> Self:
        return replace(self, edited=True)

    def bare(self) -> Self:
        """The moment without its scenes."""
        return replace(self, lanes=tuple(lane.bare() for lane in self.lanes))


def networks_of(moment: RaceSnapshot) -> tuple[Snapshot, ...]:
    """The lanes' networks; none where what learns is something else."""
    networks = tuple(lane for lane in moment.lanes if isinstance(lane, Snapshot))
    return networks if len(networks) == len(moment.lanes) else ()


def score_text(lane: Moment) -> str:
    """A lane's accuracy, of test samples if there are any; its loss where there are no classes."""
    if not lane.finite:
        return "diverged"
    scores = _scores(lane)
    if "accuracy" in scores:
        return percent(scores["accuracy"])
    return figure(scores["loss"]) if isfinite(scores["loss"]) else "diverged"


def _scores(lane: Moment) -> dict[str, float]:
    """A lane's scores by name; accuracy and loss of a network are those of test samples if there are any."""
    scores = {key: value for key, value in lane.measures.items() if key not in {"step", "epoch"}}
    if not isinstance(lane, Snapshot):
        return {"loss": lane.loss} | scores
    score = lane.metrics.test or lane.metrics.train
    return {"loss": score.loss} | ({} if score.accuracy is None else {"accuracy": score.accuracy}) | scores


def _best(name: str, lanes: list[dict[str, float]]) -> float:
    """The highest accuracy, the lowest loss."""
    values = [lane[name] for lane in lanes if name in lane]
    return max(values) if name.endswith("accuracy") else min(values)


def _resumed(change: Tables, lane: Moment) -> Tables:
    """A lane's change with a moment to start from; as it is where that has diverged."""
    if not lane.finite:
        return change
    if not isinstance(lane, Snapshot):
        before, after = plain(lane.experiment), plain(lane.as_resumed())
        return merged(change, {key: value for key, value in after.items() if value != before[key]})
    weights, biases = ([array.tolist() for array in arrays] for arrays in (lane.weights, lane.biases))
    start = {"network": {"weights": weights, "biases": biases}, "training": {"start": ""}}
    return merged(change, start)


class RaceRun(Lanes[Run]):
    """Lanes learning in step with each other: a `Run`.

    A lane that diverges stops, and the others go on. No weight can be set by hand: a race is between networks
    that are left alone.

    Raises
    ------
    InputError
        A lane's experiment cannot be carried out.
    """

    def __init__(self, experiment: Race) -> None:
        check(experiment)
        self.experiment = experiment
        self.lanes = _begun(experiment.experiments)
        self.step = self._measured = 0

    @property
    def steps_to_epoch_end(self) -> int:
        return 1 if self.by_epochs else self.leading.steps_to_epoch_end

    def advance(self, steps: int) -> None:
        """Take so many steps in every lane, fewer in one that diverges."""
        if steps <= 0 or not self.finite:
            return
        for lane in self.lanes:
            if lane.finite:
                lane.advance(self._updates(lane, steps))
        self.step += steps

    def measure(self) -> None:
        """Score every lane."""
        for lane in self.lanes:
            lane.measure()
        self._measured = self.step

    def measure_on(self) -> bool:
        """Score every lane; True: races are of small networks."""
        self.measure()
        return True

    def snapshot(self) -> RaceSnapshot:
        lanes = tuple(lane.snapshot() for lane in self.lanes)
        return RaceSnapshot(self.experiment, lanes, self.step, self._measured)

    def picture(self, lens: Lens, *, is_partial: bool = False) -> RaceSnapshot:
        """The same, and what each network computes; of wide layers the first few units."""
        small = Lens(shown=min(lens.shown, _SHOWN), extent=lens.extent)
        lanes = tuple(lane.picture(small, is_partial=is_partial) for lane in self.lanes)
        return RaceSnapshot(self.experiment, lanes, self.step, self._measured)

    def restore(self, snapshot: RaceSnapshot) -> None:
        for lane, then in zip(self.lanes, snapshot.lanes, strict=True):
            lane.restore(then)
        self.experiment, self.step, self._measured = snapshot.experiment, snapshot.step, snapshot.measured

    def can_adopt(self, snapshot: Moment) -> bool:
        """Whether every lane can go on from a lane of another race's moment."""
        if not isinstance(snapshot, RaceSnapshot) or len(snapshot.lanes) != len(self.lanes):
            return False
        return all(lane.can_adopt(then) for lane, then in zip(self.lanes, snapshot.lanes, strict=True))

    def adopt(self, snapshot: RaceSnapshot) -> None:
        for lane, then in zip(self.lanes, snapshot.lanes, strict=True):
            lane.adopt(then)
        self.step = self._measured = snapshot.step

    def tune(self, experiment: Race) -> None:
        """Go on with other training settings in any lane."""
        check(experiment)
        for lane, then in zip(self.lanes, experiment.experiments, strict=True):
            if then != lane.experiment:
                lane.tune(then)
        self.experiment = experiment

    def set_parameter(self, layer: int, unit: int, source: int | None, value: float) -> None:
        """Nothing: in a race nobody's weights are set by hand."""

    def _updates(self, lane: Run, steps: int) -> int:
        if self.by_epochs:
            return lane.steps_to_epoch_end + (steps - 1) * lane.steps_an_epoch
        return steps


def _begun(experiments: Sequence[Kind]) -> tuple[Run, ...]:
    """A run of each; networks share the problems that they have in common."""
    networks = [experiment for experiment in experiments if isinstance(experiment, Experiment)]
    if len(networks) == len(experiments):
        return tuple(map(NetworkRun, networks, prepare_each(networks)))
    return tuple(map(begin, experiments))


class RaceHistory:
    """A curve for each lane: its loss against the race's steps.

    The second figure of a curve is the other count: of a race by epochs the lane's updates, of a race by steps its
    epochs. An update costs what is new, however long the race is.
    """

    def __init__(self) -> None:
        self.curves: tuple[ThinnedCurve, ...] = ()
        self._last: RaceSnapshot | None = None
        self._measured = -1

    def follow(self, moments: Sequence[RaceSnapshot]) -> None:
        """Add the moments of a branch that are new."""
        if not moments or moments[-1] is self._last:
            return
        news, afresh = moments_since(self._last, moments, _CAPACITY)
        if afresh:
            self.curves = tuple(ThinnedCurve(2, _CAPACITY) for _ in moments[-1].lanes)
            self._measured = -1
        for moment in news:
            if moment.measured != self._measured:
                self._measured = moment.measured
                self._take(moment)
        self._last = moments[-1]

    def _take(self, moment: RaceSnapshot) -> None:
        for curve, lane in zip(self.curves, moment.lanes, strict=True):
            if lane.finite:
                curve.add(moment.measured, (lane.loss, other_count(moment, lane)))


def other_count(moment: RaceSnapshot, lane: Moment) -> float:
    """A lane's updates if the race goes by epochs, its epochs if by steps; where metrics were last measured."""
    steps = lane.metrics.step if isinstance(lane, Snapshot) else lane.step
    return steps if moment.by_epochs else steps / lane.steps_an_epoch

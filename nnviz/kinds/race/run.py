"""A race being run: networks that go in step with each other."""

from nnviz.experiment.problem import prepare_each
from nnviz.experiment.validation import check
from nnviz.kinds.race.schema import Race
from nnviz.kinds.race.snapshot import Lanes, RaceSnapshot
from nnviz.runs.moment import Moment
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens

_SHOWN = 8
"""Units of a layer that a lane's small diagram shows at most."""


class RaceRun(Lanes[NetworkRun]):
    """Networks learning in step with each other: a `Run`.

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
        self.lanes = tuple(map(NetworkRun, experiment.experiments, prepare_each(experiment.experiments)))
        self.step = self._measured = 0

    @property
    def steps_to_epoch_end(self) -> int:
        """Steps until the epoch under way is over."""
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
        """The moment as it is, with the metrics last measured."""
        lanes = tuple(lane.snapshot() for lane in self.lanes)
        return RaceSnapshot(self.experiment, lanes, self.step, self._measured)

    def picture(self, lens: Lens, *, in_passing: bool = False) -> RaceSnapshot:
        """The same, and what each network computes; of wide layers the first few units."""
        small = Lens(shown=min(lens.shown, _SHOWN), extent=lens.extent)
        lanes = tuple(lane.picture(small, in_passing=in_passing) for lane in self.lanes)
        return RaceSnapshot(self.experiment, lanes, self.step, self._measured)

    def restore(self, snapshot: RaceSnapshot) -> None:
        """Go to a moment of this race, or of one that this continues."""
        for lane, then in zip(self.lanes, snapshot.lanes, strict=True):
            lane.restore(then)
        self.experiment, self.step, self._measured = snapshot.experiment, snapshot.step, snapshot.measured

    def can_adopt(self, snapshot: Moment) -> bool:
        """Whether every lane can go on from a lane of another race's moment."""
        if not isinstance(snapshot, RaceSnapshot) or len(snapshot.lanes) != len(self.lanes):
            return False
        return all(lane.can_adopt(then) for lane, then in zip(self.lanes, snapshot.lanes, strict=True))

    def adopt(self, snapshot: RaceSnapshot) -> None:
        """Go on from a moment of another race."""
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

    def _updates(self, lane: NetworkRun, steps: int) -> int:
        if self.by_epochs:
            return lane.steps_to_epoch_end + (steps - 1) * lane.steps_an_epoch
        return steps

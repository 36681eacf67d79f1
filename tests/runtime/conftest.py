"""Sessions with their real thread, and what they said."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec import structs
from pytestqt.qtbot import QtBot

from nnviz.experiment.experiment import Experiment
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot
from nnviz.runtime.session import Session

PATIENCE = 20_000


class Watch:
    """A session, everything it says, and ways to wait for it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.session = Session()
        self._qtbot = qtbot
        self.snapshots: list[Snapshot] = []
        self.experiments: list[Experiment] = []
        self.playing: list[bool] = []
        self.refused: list[str] = []
        self.broke: list[Exception] = []
        self.session.snapshot_changed.connect(self.snapshots.append)
        self.session.experiment_changed.connect(self.experiments.append)
        self.session.playing_changed.connect(self.playing.append)
        self.session.refused.connect(self.refused.append)
        self.session.broke.connect(self.broke.append)

    @property
    def now(self) -> Snapshot:
        """The snapshot that is shown."""
        snapshot = self.session.snapshot
        assert isinstance(snapshot, Snapshot)
        return snapshot

    @property
    def steps(self) -> list[int]:
        """Steps of the moments in the present line."""
        return [moment.step for moment in self.session.timeline.line.moments]

    def is_idle(self) -> bool:
        """Whether no timer runs any more."""
        return self.session.idle

    def until(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=PATIENCE)

    def settle(self) -> Snapshot:
        """Wait until all is answered and nothing runs."""
        self.until(self.is_idle)
        return self.now

    def load(self, experiment: Experiment) -> Snapshot:
        self.session.load(experiment)
        return self.settle()

    def play_to(self, step: int) -> Snapshot:
        """Train to that step at least, and stop."""
        self.session.play()
        self.until(lambda: self.now.step >= step)
        self.session.pause()
        return self.settle()


@pytest.fixture
def watch(qtbot: QtBot) -> Iterator[Watch]:
    watch = Watch(qtbot)
    yield watch
    watch.session.close()


@pytest.fixture(scope="session")
def tuned() -> Callable[..., Experiment]:
    """An experiment with other training settings."""

    def make(experiment: Experiment, **changes: Any) -> Experiment:
        return structs.replace(experiment, training=structs.replace(experiment.training, **changes))

    return make


def _require_same(one: Snapshot, other: Snapshot) -> None:
    assert (one.step, one.epoch, one.position.batch) == (other.step, other.epoch, other.position.batch)
    assert one.position.parameters.tobytes() == other.position.parameters.tobytes()
    assert one.position.memory.tobytes() == other.position.memory.tobytes()


@pytest.fixture(scope="session")
def require_same() -> Callable[[Snapshot, Snapshot], None]:
    """Ask for two snapshots that are the same bit for bit."""
    return _require_same


@pytest.fixture(scope="session")
def headless() -> Callable[[Experiment, int], Snapshot]:
    """An experiment's snapshot after so many steps, without any thread."""

    def run(experiment: Experiment, steps: int) -> Snapshot:
        run = NetworkRun(experiment)
        run.advance(steps)
        run.measure()
        return run.snapshot()

    return run


@pytest.fixture
def diverging() -> Experiment:
    """An experiment whose learning rate is far too large."""
    experiment = Experiment()
    return structs.replace(
        experiment,
        network=structs.replace(experiment.network, output="identity", activation="identity"),
        training=structs.replace(experiment.training, learning_rate=1000.0),
    )

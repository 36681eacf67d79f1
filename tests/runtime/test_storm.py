"""Many commands in quick succession: whatever is asked for in whatever order, nothing breaks."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs
from PySide6.QtCore import QCoreApplication

from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens
from nnviz.runs.snapshot import Snapshot
from nnviz.runtime.session import Session

RequireSame = Callable[[Snapshot, Snapshot], None]

EXPERIMENTS = [
    Experiment(),
    Experiment(data=Data(name="moons", samples=60)),
    Experiment(data=Data(name="sine"), network=NetworkDesign(output="identity")),
    Experiment(network=NetworkDesign(hidden=(3,), cut=((1, 1, 1),))),
    Experiment(data=Data(file="/nowhere/missing.csv")),
]


class _Storm:
    """Someone who presses every button."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session = session
        self.random = random.Random(seed)
        self.states = [session.state]

    def strike(self) -> None:
        """Do one thing, and perhaps let time go by."""
        common = [self._play, self._play, self._go, self._go, self._change, self._change, self._look]
        self.random.choice([*common, *common, self._begin])()
        if self.random.randrange(3) == 0:
            QCoreApplication.processEvents()

    def _play(self) -> None:
        session = self.session
        actions: list[Callable[[], None]] = [
            session.play,
            session.pause,
            session.toggle,
            lambda: session.advance(steps=self.random.randrange(1, 50)),
            lambda: session.advance(epochs=self.random.randrange(1, 3)),
            lambda: session.pace(self.random.choice([None, None, 5.0, 1000.0])),
        ]
        self.random.choice(actions)()

    def _go(self) -> None:
        session = self.session
        actions: list[Callable[[], None]] = [
            lambda: session.seek(self.random.randrange(0, 2000)),
            session.step_back,
            session.epoch_back,
            session.seek_last_sound,
            session.branch,
            lambda: session.switch(self.random.choice(session.timeline.lines)),
        ]
        self.random.choice(actions)()

    def _change(self) -> None:
        self.random.choice([self._tune, self._tune, self._set_parameter])()

    def _set_parameter(self) -> None:
        self.session.set_parameter(0, 0, self.random.choice([0, None]), self.random.gauss(0, 1))

    def _look(self) -> None:
        self.session.look(Lens(focus=(1, self.random.randrange(3))))

    def _begin(self) -> None:
        session, experiment = self.session, self.random.choice(EXPERIMENTS)
        actions: list[Callable[[], None]] = [
            lambda: session.load(experiment),
            lambda: session.load(experiment, session.snapshot),
            lambda: session.update(experiment),
            lambda: session.update(experiment, session.snapshot, fit=True),
            lambda: session.load(session.experiment),
            session.toggle,
            session.step_back,
            session.epoch_back,
            session.seek_last_sound,
            lambda: self.states.append(session.state),
            lambda: session.return_to(self.random.choice(self.states)),
            lambda: session.return_to(self.random.choice(self.states)),
            session.give_up,
        ]
        self.random.choice(actions)()

    def _tune(self) -> None:
        changes: dict[str, Any] = self.random.choice(
            [
                {"learning_rate": self.random.choice([0.01, 0.1])},
                {"optimizer": self.random.choice(["sgd", "adam", "momentum", "rmsprop"])},
                {"batch_size": self.random.randrange(1, 100)},
                {"shuffle": self.random.choice([True, False])},
                {"l2": 0.01},
            ]
        )
        training = structs.replace(self.session.experiment.training, **changes)
        self.session.update(structs.replace(self.session.experiment, training=training))


@pytest.mark.parametrize("seed", range(12))
def test_two_hundred_commands_at_random(watch: Any, require_same: RequireSame, seed: int) -> None:
    session = watch.session
    watch.load(Experiment(training=Training(seed=seed)))
    storm = _Storm(session, seed)

    def is_in_order(_: object = None) -> None:
        for line in session.timeline.lines:
            steps = [moment.step for moment in line.moments]
            assert steps == sorted(set(steps))

    session.snapshot_changed.connect(is_in_order)
    for _ in range(200):
        storm.strike()
        is_in_order()
    session.pause()
    watch.settle()
    assert watch.broke == []
    assert all(message == "/nowhere/missing.csv does not exist" for message in watch.refused)
    assert session.experiment == watch.now.experiment
    assert session.timeline.line.at(watch.now.step).experiment == watch.now.experiment
    require_same(session.timeline.line.at(watch.now.step), watch.now)
    _goes_on_as_headless(watch, require_same)


def _goes_on_as_headless(watch: Any, require_same: RequireSame) -> None:
    """What is shown is what the thread has: it goes on from there, bit for bit."""
    here = watch.now
    run = NetworkRun(here.experiment, here.problem)
    run.restore(here)
    run.advance(20)
    watch.session.pace(None)
    watch.session.advance(steps=20)
    require_same(watch.settle(), run.snapshot())

"""A study in a session runs on processes: real ones, which are stopped, killed and left."""

import os
import signal
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
from time import monotonic
from typing import Any

import pytest

from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.kinds.study import run as study_run
from nnviz.kinds.study.factors import Factor
from nnviz.kinds.study.run import StudyRun
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import StudySnapshot

STUDY = Study(
    base=Experiment(
        data=Data(name="sine", samples=60),
        network=NetworkDesign(output="identity"),
        training=Training(batch_size=1),
    ),
    vary=(Factor(key="network.hidden", values=tuple([width] for width in range(1, 13))),),
    seeds=4,
    epochs=50,
    measure="rmse",
    own_data=True,
)
"""Of a dozen tasks, each a fraction of a second."""


@pytest.fixture(scope="module")
def found() -> tuple[bytes, ...]:
    """What it finds in one process."""
    run = StudyRun(STUDY)
    run.advance(10_000)
    return tuple(values.tobytes() for values in run.snapshot().values)


@pytest.fixture(autouse=True)
def every_study_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give even a short one to processes."""
    monkeypatch.setattr(study_run, "is_long", lambda seconds: seconds > 0.001)


def moment(watch: Any) -> StudySnapshot:
    assert isinstance(watch.session.snapshot, StudySnapshot)
    return watch.session.snapshot


def load(watch: Any) -> None:
    watch.session.load(STUDY)
    watch.until(watch.is_idle)


def play_to(watch: Any, step: int) -> None:
    watch.session.play()
    watch.until(lambda: moment(watch).step >= step or moment(watch).settled)


def play_to_the_end(watch: Any) -> tuple[bytes, ...]:
    watch.session.play()
    watch.until(lambda: moment(watch).settled and watch.is_idle())
    return tuple(values.tobytes() for values in moment(watch).values)


def until_gone(processes: list[BaseProcess]) -> None:
    end = monotonic() + 20.0
    while any(process.is_alive() for process in processes):
        assert monotonic() < end


def test_it_finds_the_same_to_the_last_bit_and_leaves_no_process(watch: Any, found: tuple[bytes, ...]) -> None:
    load(watch)
    play_to(watch, 1)
    helpers = active_children()
    assert helpers
    assert play_to_the_end(watch) == found
    until_gone(helpers)


def test_paused_gone_back_and_on_again_it_finds_the_same(watch: Any, found: tuple[bytes, ...]) -> None:
    load(watch)
    play_to(watch, 4)
    watch.session.pause()
    watch.until(watch.is_idle)
    paused = moment(watch)
    assert 4 <= paused.step < len(StudyRun(STUDY).plan.tasks)
    watch.session.seek(0)
    watch.until(watch.is_idle)
    assert moment(watch).done == 0
    assert play_to_the_end(watch) == found


def test_steps_are_taken_one_by_one_though_processes_take_their_time(watch: Any) -> None:
    load(watch)
    for step in (1, 2, 3, 4):
        watch.session.advance(1)
        watch.until(watch.is_idle)
        assert moment(watch).step == step


def test_processes_that_are_killed_lose_no_point(watch: Any, found: tuple[bytes, ...]) -> None:
    load(watch)
    play_to(watch, 3)
    for helper in active_children():
        os.kill(helper.pid or 0, signal.SIGKILL)
    assert play_to_the_end(watch) == found
    assert not watch.refused
    assert not watch.broke


def test_killed_while_it_is_paused_they_begin_again(watch: Any, found: tuple[bytes, ...]) -> None:
    load(watch)
    play_to(watch, 3)
    watch.session.pause()
    watch.until(watch.is_idle)
    helpers = active_children()
    for helper in helpers:
        os.kill(helper.pid or 0, signal.SIGKILL)
    until_gone(helpers)
    assert play_to_the_end(watch) == found


@pytest.mark.parametrize("how", ["another", "close"])
def test_another_experiment_and_the_end_of_the_session_end_them(watch: Any, how: str) -> None:
    load(watch)
    play_to(watch, 2)
    helpers = active_children()
    assert helpers
    if how == "close":
        watch.session.close()
    else:
        watch.session.load(Experiment())
        watch.until(watch.is_idle)
    until_gone(helpers)


def test_where_no_process_can_be_begun_it_goes_on_without(
    watch: Any, found: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError("no semaphores here")

    monkeypatch.setattr("nnviz.kinds.study.workers.ProcessPoolExecutor", refused)
    load(watch)
    assert play_to_the_end(watch) == found

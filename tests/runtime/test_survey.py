from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.analysis.loss_plane import LEVELS, LossPlane, SurveyRequest
from nnviz.experiment.files import parse_experiment
from nnviz.runs.run import NetworkRun
from nnviz.runtime.survey import Survey

PATIENCE = 20_000
SLOW = "[data]\nsamples = 4000\ntrain_fraction = 1.0\n[network]\nhidden = [24, 24]\n"


class Watch:
    """A survey, and everything it says."""

    def __init__(self, qtbot: QtBot) -> None:
        self.survey, self._qtbot = Survey(), qtbot
        self.planes: list[LossPlane] = []
        self.errors: list[Exception] = []
        self.survey.surveyed.connect(self.planes.append)
        self.survey.failed.connect(self.errors.append)

    def until(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=PATIENCE)

    def settle(self) -> None:
        self.until(lambda: self.survey.idle)


@pytest.fixture
def watch(qtbot: QtBot) -> Iterator[Watch]:
    watch = Watch(qtbot)
    yield watch
    watch.survey.close()


def wish(text: str = "", **parts: Any) -> SurveyRequest:
    return SurveyRequest(NetworkRun(parse_experiment(text, "test")).snapshot(), **parts)


def test_pictures_come_finer_and_finer_and_then_nothing_runs(watch: Watch) -> None:
    wanted = wish()
    watch.survey.ask(wanted)
    assert not watch.survey.idle
    watch.settle()
    sizes = [len(plane.x) for plane in watch.planes]
    assert sizes == sorted(sizes)
    assert sizes[-1] == LEVELS[-1]
    assert all(plane.wish is wanted for plane in watch.planes)
    assert watch.planes[-1].finished


def test_what_was_asked_for_before_is_given_up(watch: Watch) -> None:
    watch.survey.ask(wish(SLOW))
    wanted = wish()
    watch.survey.ask(wanted)
    watch.settle()
    assert watch.planes
    assert all(plane.wish is wanted for plane in watch.planes)


def test_pictures_under_way_are_dropped_when_something_else_is_asked_for(watch: Watch) -> None:
    watch.survey.ask(wish(SLOW, levels=(9, 17, 33, 65)))
    watch.until(lambda: bool(watch.planes))
    wanted, before = wish(), len(watch.planes)
    watch.survey.ask(wanted)
    watch.settle()
    assert all(plane.wish is wanted for plane in watch.planes[before:])
    assert watch.planes[-1].finished


def test_nothing_comes_after_it_is_cancelled(watch: Watch, qtbot: QtBot) -> None:
    watch.survey.ask(wish(SLOW))
    watch.survey.cancel()
    assert watch.survey.idle
    with qtbot.assertNotEmitted(watch.survey.surveyed, wait=200):
        pass
    watch.survey.ask(wish())
    watch.settle()
    assert watch.planes[-1].finished


def test_what_is_cancelled_ends_within_a_piece_of_work(watch: Watch) -> None:
    watch.survey.ask(wish(SLOW))
    watch.until(lambda: bool(watch.planes))
    watch.survey.cancel()
    begun = perf_counter()
    watch.survey.close()
    assert perf_counter() - begun < 2.0  # the whole of it takes a minute
    assert not watch.planes[-1].finished


def test_closing_joins_and_asking_afterwards_does_nothing(watch: Watch, qtbot: QtBot) -> None:
    watch.survey.ask(wish(SLOW))
    watch.survey.close()
    assert watch.survey._thread.isFinished()
    with qtbot.assertNotEmitted(watch.survey.surveyed, wait=100):
        watch.survey.ask(wish())
    assert watch.survey.idle


def test_one_that_nobody_asked_begins_no_thread(watch: Watch) -> None:
    assert not watch.survey._thread.isRunning()


def test_what_goes_wrong_is_told_and_the_next_wish_is_fulfilled(watch: Watch) -> None:
    watch.survey.ask(wish(path=(np.zeros(3),)))
    watch.until(lambda: bool(watch.errors))
    assert isinstance(watch.errors[0], ValueError)
    assert watch.survey.idle
    watch.survey.ask(wish())
    watch.settle()
    assert watch.planes[-1].finished
    assert len(watch.errors) == 1


def test_it_comes_to_an_end_beside_a_training_too(watch: Watch) -> None:
    watch.survey.make_way(True)
    watch.survey.ask(wish(levels=(9, 17)))
    watch.settle()
    assert watch.planes[-1].finished

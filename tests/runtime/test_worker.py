import time
from collections.abc import Callable, Iterator
from functools import partial
from queue import SimpleQueue

import pytest
from pytestqt.qtbot import QtBot

from nnviz.experiment.experiment import Experiment
from nnviz.runs.snapshot import Snapshot
from nnviz.runtime.commands import Advance, Load, Pause, Play, Quit, SessionCommand
from nnviz.runtime.session import Session
from nnviz.runtime.worker import Clock, Outbox, TrainingThread


class Thread:
    """A training thread without a session: whoever takes its mailbox is the test."""

    def __init__(self) -> None:
        self.inbox: SimpleQueue[tuple[int, SessionCommand]] = SimpleQueue()
        self.outbox = Outbox()
        self.mailbox = self.outbox.reports
        self.thread = TrainingThread(self.inbox, self.outbox)
        self.thread.start()
        self._serial = 0

    def send(self, command: SessionCommand) -> int:
        self._serial += 1
        self.inbox.put((self._serial, command))
        return self._serial

    @property
    def step(self) -> int:
        """How far the run is, as seen over the thread's shoulder."""
        run = self.thread._run
        return run.step if run else -1


@pytest.fixture
def thread(qtbot: QtBot) -> Iterator[Thread]:  # noqa: ARG001 - an application is needed
    thread = Thread()
    yield thread
    thread.send(Quit())
    assert thread.thread.wait(10_000)


def _until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=20_000)


def _is_beyond(thread: Thread, step: int) -> bool:
    return thread.step > step


def test_while_nobody_looks_it_trains_and_pictures_nothing(thread: Thread, qtbot: QtBot) -> None:
    thread.send(Load(Experiment()))
    thread.send(Play())
    _until(qtbot, lambda: bool(thread.mailbox))
    for _ in range(3):
        report = thread.mailbox[0]
        assert report.snapshot is not None
        before = report.snapshot.step
        _until(qtbot, partial(_is_beyond, thread, before + 2000))
        assert thread.mailbox[0] is report
        thread.mailbox.pop()
        _until(qtbot, lambda: bool(thread.mailbox))
        following = thread.mailbox[0].snapshot
        assert following is not None
        assert following.step > before + 1000


def test_the_last_report_is_of_the_end_even_if_nobody_looked(thread: Thread, qtbot: QtBot) -> None:
    thread.send(Load(Experiment()))
    serial = thread.send(Advance(epochs=50))
    _until(qtbot, lambda: bool(thread.mailbox) and not thread.mailbox[0].playing and thread.step > 0)
    report = thread.mailbox[0]
    assert report.snapshot is not None
    assert (report.serial, report.snapshot.epoch, report.snapshot.step) == (serial, 50, 1250)
    assert isinstance(report.snapshot, Snapshot)
    assert report.snapshot.metrics.step == 1250


def test_every_command_is_answered_by_its_number(thread: Thread, qtbot: QtBot) -> None:
    thread.send(Play())
    serial = thread.send(Pause())
    _until(qtbot, lambda: bool(thread.mailbox) and thread.mailbox[0].serial == serial)
    assert thread.mailbox[0].snapshot is None
    assert not thread.mailbox[0].playing
    assert not thread.outbox.failures


def test_with_nothing_to_do_it_costs_nothing(qtbot: QtBot) -> None:
    """Paused, and asked to play before there is anything to train, the thread sleeps."""
    loaded, empty = Session(), Session()
    try:
        loaded.load(Experiment())
        loaded.play()
        _until(qtbot, lambda: loaded.playing)
        loaded.pause()
        empty.play()
        _until(qtbot, lambda: loaded.idle and empty.idle)
        before = time.process_time()
        qtbot.wait(400)
        assert time.process_time() - before < 0.1
    finally:
        loaded.close()
        empty.close()


def test_a_clock_without_a_pace_fills_its_slice() -> None:
    clock = Clock()
    assert clock.wait(playing=False) is None
    assert clock.wait(playing=True) == 0.0
    assert clock.due() == 1
    for _ in range(12):
        with clock.training(clock.due()):
            pass
    assert clock.due() >= 1000


def test_a_clock_never_more_than_doubles() -> None:
    clock = Clock()
    due = clock.due()
    for _ in range(8):
        with clock.training(due):
            pass
        assert due <= clock.due() <= 2 * due
        due = clock.due()


def test_a_clock_with_a_pace_lets_one_step_at_once_and_then_waits() -> None:
    clock = Clock(2.0)
    assert clock.due() == 1
    assert clock.due() == 0
    wait = clock.wait(playing=True)
    assert wait is not None
    assert 0.3 < wait <= 0.5
    clock.restart()
    assert clock.due() == 1


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the clock reads, to be set by the test."""
    read = [0.0]
    monkeypatch.setattr("nnviz.runtime.worker.perf_counter", lambda: read[0])
    return read


def test_measuring_takes_a_small_share_of_the_time(now: list[float]) -> None:
    clock = Clock()
    assert clock.is_due()
    with clock.measuring():
        now[0] = 0.002
    clock.end_measuring()
    for when, due in ((0.03, False), (0.081, False), (0.083, True)):
        now[0] = when
        assert clock.is_due() is due
    with clock.measuring():
        now[0] += 0.01
    clock.end_measuring()
    for when, due in ((0.2, False), (0.292, False), (0.294, True)):
        now[0] = when
        assert clock.is_due() is due


def test_of_quick_pictures_some_are_measured_and_24_a_second_looked_at_closely(now: list[float]) -> None:
    clock, looks = Clock(), []
    for frame in range(61):
        now[0] = frame / 60
        looks.append(clock.look_closely())
        assert clock.is_due() is (frame % 5 == 0)
        if clock.is_due():
            with clock.measuring():
                now[0] += 0.0001
            clock.end_measuring()
    assert sum(looks[1:]) in (24, 25)
    assert all(any(looks[k : k + 3]) for k in range(58))


def test_after_a_rest_a_close_look_is_as_far_from_the_next_as_ever(now: list[float]) -> None:
    clock = Clock()
    for when, looks in ((0.0, True), (7.0, True), (7.01, False), (7.05, True)):
        now[0] = when
        assert clock.look_closely() is looks


def test_the_parts_of_a_measurement_follow_each_other_as_they_find_room(now: list[float]) -> None:
    clock = Clock()
    with clock.measuring():
        now[0] = 0.001
    for when, due in ((0.02, False), (0.022, True)):
        now[0] = when
        assert clock.is_due() is due


def test_of_slow_pictures_all_are(now: list[float]) -> None:
    clock = Clock(20)
    for step in range(4):
        now[0] = step / 20
        assert clock.look_closely()


def test_between_pictures_it_is_measured_seldom_unless_the_run_has_grown(now: list[float]) -> None:
    clock = Clock()
    with clock.measuring():
        now[0] = 0.0001
    clock.end_measuring()
    for when, growth, wanted in ((0.001, 1.5, False), (0.005, 1.5, True), (0.06, 1.1, False), (0.11, 1.1, True)):
        now[0] = when
        assert clock.is_wanted(growth) is wanted

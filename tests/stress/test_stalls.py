"""No action holds the window up: each command, and each page of every lesson, while a deep network trains.

Between two beats of a timer of 2 ms the window can neither paint nor answer. Beside the other tests a few actions;
`make stress` takes all of them, on a window of 1920x1080, and lists the longest.
"""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from time import perf_counter, thread_time

import pytest
from PySide6.QtCore import QObject, Qt, QTimer

from nnviz.bench.stand import BenchWindow, live, stand
from nnviz.bench.workloads import WORKLOADS
from nnviz.lessons.library import Library
from nnviz.lessons.local_files import bundled_folder
from nnviz.window.commands import COMMANDS
from stress import CASES

_DEEP = WORKLOADS["W2"].experiment
_BEAT = 2
_BEGINNING, _WATCHED = 0.15, 0.45
_LONGEST = 0.1 if CASES else 0.5
"""Seconds of the processor that one action may take from the window at a time; beside other tests it is busy."""
_FEW = {"larger_text", "present"}


@dataclass(frozen=True, order=True)
class Stall:
    """The longest gap between two beats: seconds, those of the processor in it, and after what."""

    seconds: float
    busy: float
    action: str


class Heartbeat(QObject):
    """Beats while the window can answer."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=_BEAT, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self._last = (perf_counter(), thread_time())
        self._gaps: list[tuple[float, float]] = []

    def _beat(self) -> None:
        seconds, busy = perf_counter(), thread_time()
        self._gaps.append((seconds - self._last[0], busy - self._last[1]))
        self._last = (seconds, busy)

    def after(self, name: str, do: Callable[[], object]) -> Stall:
        """The longest gap from an action on."""
        self._gaps.clear()
        QTimer.singleShot(0, do)
        live(_WATCHED)
        return Stall(*max(self._gaps), name)


def actions(on: BenchWindow) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is done, each once the one before it is over: commands twice, as many put back what they did."""
    window = on.window
    for command in COMMANDS:
        action = window.menus.actions[command.name]
        if action.isEnabled() and command.name != "close" and (CASES or command.name in _FEW):
            yield command.name, action.trigger
            yield f"{command.name} again", action.trigger
    window.lecture.stop()
    for size in ((1024, 768), (1920, 1080), (1280, 800), (1920, 1080))[: None if CASES else 1]:
        yield f"resize to {size[0]}x{size[1]}", partial(window.resize, *size)
    for course in Library([bundled_folder()]).courses[: None if CASES else 1]:
        yield f"lesson {course.name}", partial(window.lecture.open, course)
        for page in range(1, len(course.scenes) if CASES else 2):
            if window.lecture.player.waits_for_guess:
                yield f"{course.name}: answer {page}", window.lecture.player.reveal
            yield f"{course.name}: page {page + 1}", partial(window.lecture.player.go, page)
        window.lecture.close()


def stalls() -> Iterator[Stall]:
    """How long each action holds up a window in which the deep network trains."""
    with stand() as on:
        gc.collect()
        gc.freeze()  # what other tests have left is not searched for garbage while this window is watched
        on.window.files.asks = False
        on.window.resize(1920, 1080)
        on.begin(_DEEP)
        heart = Heartbeat()
        for name, do in actions(on):
            if not on.window.lecture.player.course and not (on.session.playing and on.session.experiment == _DEEP):
                on.window.begin(_DEEP)
                on.session.play()
            live(_BEGINNING)
            yield heart.after(name, do)


@pytest.mark.usefixtures("dialogs_end")
def test_no_action_holds_the_window_up() -> None:
    found = sorted(stalls(), reverse=True)
    for stall in found[:10]:
        print(f"{1000.0 * stall.seconds:.0f} ms ({1000.0 * stall.busy:.0f} busy)  {stall.action}")  # noqa: T201
    assert max(stall.busy for stall in found) < _LONGEST

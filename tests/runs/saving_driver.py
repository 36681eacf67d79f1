"""Saves again and again in a process of its own that is killed, or whose disk is full; then opens what is there.

Called with a folder, a way to fail and how often: ``python saving_driver.py FOLDER killed 20``. Whatever it says
is a fault.
"""

import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from nnviz.errors import InputError
from nnviz.experiment.files import parse_experiment
from nnviz.lessons.opening import opened
from nnviz.runs.document import Work
from nnviz.runs.run import NetworkRun
from nnviz.runs.timeline import Timeline

_NAMES = ("a.nnviz", "a.toml")
_LONGEST = 0.05
"""Seconds until the kill, at most: some three times as long as both are written."""


def work(folder: Path, turn: int) -> Work:
    """Another network each turn: settings of one and weights of another would not open."""
    hidden = [3 + turn % 5] * (1 + turn % 3)
    run = NetworkRun(parse_experiment(f"data.file = '{folder / 't.csv'}'\nnetwork.hidden = {hidden}", "test"))
    timeline = Timeline()
    for _ in range(1 + turn % 40):
        run.advance(3)
        run.measure()
        timeline.add(run.snapshot())
    return Work.of(run.experiment, run.snapshot(), timeline)


def faults(folder: Path, when: str) -> list[str]:
    """What is wrong with the files that are there."""
    found = []
    for name in _NAMES:
        try:
            run = opened(folder / name).begun().run
            if run is None or not run.step:
                found.append(f"{when}: {name}: nothing to go on from")
        except InputError as error:
            found.append(f"{when}: {error}")
    return found


def in_child(do: Callable[[], object], seconds: float | None) -> None:
    """Do something in a process of its own, and kill it after a while if told so."""
    if child := os.fork():
        if seconds is not None:
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    else:
        do()
        os._exit(0)


def save_for_ever(folder: Path, works: list[Work]) -> None:
    for turn in count(random.randrange(len(works))):
        for name in _NAMES:
            works[turn % len(works)].save(folder / name)


def save_on_full_disk(folder: Path, works: list[Work], size: int) -> None:
    """Save where no file may be larger than so many bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for name in _NAMES:
        try:
            random.choice(works).save(folder / name)
        except InputError as error:
            if len(str(error).splitlines()) != 1 or "cannot be written" not in str(error):
                os.write(2, f"{error}\n".encode())


def save_together(folder: Path, works: list[Work], times: int) -> list[str]:
    """What is wrong while two programs save to the same files."""
    others = []
    for seed in range(2):
        if child := os.fork():
            others.append(child)
        else:
            random.seed(seed)
            save_for_ever(folder, works)
    found = []
    for _ in range(times):
        time.sleep(0.01)
        found += [f"{name}: half written" for name in _NAMES if not (folder / name).stat().st_size]
    for child in others:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return found + faults(folder, "two at once")


def main(folder: Path, how: str, times: int) -> list[str]:
    """What was wrong after any of so many failures."""
    (folder / "t.csv").write_text("a,b,c\n" + "1,2,x\n3,4,y\n5,1,x\n" * 20)
    works = [work(folder, turn) for turn in range(12)]
    for name in _NAMES:
        works[0].save(folder / name)
    largest = max((folder / name).stat().st_size for name in _NAMES)
    if how == "together":
        return save_together(folder, works, times)
    found: list[str] = []
    for turn in range(times):
        if how == "killed":
            seconds = random.uniform(0.0, _LONGEST)
            in_child(lambda: save_for_ever(folder, works), seconds)
            when = f"kill {turn}, after {seconds:.4f} s"
        else:
            size = largest * turn // times
            in_child(lambda size=size: save_on_full_disk(folder, works, size), None)  # type: ignore[misc]
            when = f"no file above {size} bytes"
        found += faults(folder, when)
    if how != "killed":
        found += [f"left over: {path}" for path in folder.glob(".nnviz-*")]
    return found


if __name__ == "__main__":
    sys.exit("\n".join(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))) or 0)

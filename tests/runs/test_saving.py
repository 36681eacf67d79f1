"""Saving that is killed, finds the disk full or is looked at halfway: what was there opens, or what is new."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nnviz.experiment.experiment import Experiment
from nnviz.lessons.opening import opened
from nnviz.runs.document import Work
from nnviz.runs.run import NetworkRun
from nnviz.runs.timeline import Timeline

_KILLS = int(os.environ.get("NNVIZ_KILLS", "20"))
"""How often a program is killed while it saves: more in a long run."""
_DRIVER = Path(__file__).with_name("saving_driver.py")
_ROOT = _DRIVER.parent.parent.parent

posix = pytest.mark.skipif(os.name != "posix", reason="processes and limits as POSIX has them")
_watchers: list[Callable[[], object]] = []


def _watch(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in {"os.rename", "os.remove"}:
        for watcher in [*_watchers]:
            watcher()


sys.addaudithook(_watch)


def drive(folder: Path, how: str, times: int) -> str:
    done = subprocess.run(
        [sys.executable, str(_DRIVER), str(folder), how, str(times)],
        cwd=_ROOT,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@posix
def test_whenever_saving_is_killed_the_files_open(tmp_path: Path) -> None:
    assert drive(tmp_path, "killed", _KILLS) == ""


@posix
def test_wherever_the_disk_is_full_the_files_open_and_it_is_said_in_a_line(tmp_path: Path) -> None:
    assert drive(tmp_path, "full", max(20, _KILLS // 4)) == ""


@posix
def test_of_two_programs_that_save_to_the_same_files_one_has_its_way(tmp_path: Path) -> None:
    for turn in range(max(3, _KILLS // 10)):
        folder = tmp_path / str(turn)
        folder.mkdir()
        assert drive(folder, "together", 20) == ""


@pytest.mark.parametrize("name", ["run.nnviz", "run.toml"])
def test_between_any_two_writes_the_file_opens(
    make_experiment: Callable[..., Experiment], tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "folder"
    states: list[Path] = []
    folder.mkdir()

    def look() -> None:
        """Take a picture of the folder as it is before a file is renamed or removed."""
        _watchers.clear()
        state = tmp_path / f"state-{len(states)}"
        shutil.copytree(folder, state)
        states.append(state)
        _watchers.append(look)

    for hidden in ((4,), (3, 2), (5,)):
        run, timeline = NetworkRun(make_experiment(hidden=hidden)), Timeline()
        run.advance(11)
        timeline.add(run.snapshot())
        work = Work.of(run.experiment, run.snapshot(), timeline)
        if (folder / name).exists():
            _watchers.append(look)
        work.save(folder / name)
        _watchers.clear()
    assert len(states) >= (2 if name.endswith("nnviz") else 6)
    for state in states:
        # a text names its moment from its folder, so that the picture opens where it lies
        again = opened(state / name).begun().run
        assert again
        assert again.step == 11
    assert not list(folder.glob(".nnviz-*"))

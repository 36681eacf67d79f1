"""Moving pictures: as many frames as asked for, of the moments asked for."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from nnviz.cli import main
from nnviz.lessons.opening import opened
from nnviz.progress import TOLD
from nnviz.runs.document import Work
from nnviz.runs.run import NetworkRun
from nnviz.runs.timeline import Timeline

_EXPERIMENT = "data = { samples = 40 }\nnetwork = { hidden = [3] }\ntraining = { learning_rate = 0.3 }"
_SMALL = ("--size", "320x240", "--view", "output")


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    path = tmp_path / "xor.toml"
    path.write_text(_EXPERIMENT, encoding="utf-8")
    return path


@pytest.fixture
def document(experiment: Path) -> Path:
    """A run of eight epochs with its timeline."""
    run, past = opened(experiment).begun().run, Timeline()
    assert isinstance(run, NetworkRun)
    for _ in range(8):
        past.add(run.snapshot())
        run.advance(run.steps_to_epoch_end)
        run.measure()
    past.add(run.snapshot())
    path = experiment.with_suffix(".nnviz")
    Work.of(run.experiment, run.snapshot(), past).save(path)
    return path


def animate(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "nnviz", "animate", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | environment)


@pytest.mark.parametrize("name", ["film.gif", "film.webp"])
def test_a_film_of_so_many_epochs_has_the_frames_asked_for(experiment: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    done = animate(experiment, out, *_SMALL, "--epochs", "30", "--frames", "4", "--caption", "Half moons")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{out}: 4 frames\n", "")
    with Image.open(out) as film:
        assert (film.size, film.info["loop"]) == ((320, 240), 0)
        frames = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(film)]
    assert len(frames) == 4
    assert all((a != b).mean() > 0.02 for a, b in pairwise(frames))
    strip = frames[0][-15:, :160].min(axis=2)
    assert (strip < 100).any()  # the caption stands at the left


def test_a_timeline_is_filmed_from_its_beginning_to_its_end(document: Path, tmp_path: Path) -> None:
    folder = tmp_path / "frames"
    done = animate(document, folder, *_SMALL, "--frames", "5", **{TOLD: "1"})
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in sorted(folder.iterdir())] == [f"frame-{k:04d}.png" for k in range(1, 6)]
    assert done.stdout.split() == ["0.2/1", "0.4/1", "0.6/1", "0.8/1", "1/1"]
    more = tmp_path / "all"
    assert animate(document, more, *_SMALL, "--frames", "100").stdout == f"{more}: 9 frames\n"


@pytest.mark.parametrize(
    ("out", "words", "said"),
    [
        ("film.mp4", [], "cannot be written; allowed: a name ending in .gif, .webp, or without an ending"),
        ("film.gif", [], "there is no timeline in it; allowed: --epochs N, to film so many"),
        ("film.gif", ["--frames", "1"], "--frames"),
        ("film.gif", ["--frames", "900"], "900 frames of this size are too much for one file; allowed: up to 325"),
        ("nowhere/film.gif", [], "there is no folder"),
        (".", [], "is there already; allowed: a new folder"),
    ],
)
def test_what_cannot_be_filmed_is_said_in_one_line(
    experiment: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str, words: list[str], said: str
) -> None:
    before = sorted(tmp_path.iterdir())
    assert main(["animate", str(experiment), str(tmp_path / out), *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before


def test_a_view_that_is_not_there_is_said_in_one_line(experiment: Path, tmp_path: Path) -> None:
    done = animate(experiment, tmp_path / "film.gif", "--epochs", "2", "--view", "relief")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("--view: relief is not there; allowed here: network, ")
    assert not (tmp_path / "film.gif").exists()

"""``nnviz bench``: the figures as they are printed, and what is refused."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nnviz.cli import main

_ROOT = Path(__file__).resolve().parents[2]


def figures(*words: str) -> dict[str, Any]:
    """What the program prints, in a process of its own."""
    command = [sys.executable, "-m", "nnviz", "bench", *words, "--json"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    assert {"processor", "load_average"} <= found.pop("machine").keys()
    return found


def test_train_in_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "train", "--workload", "W1", "--rounds", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["W1"]["epochs_per_s"] > 1
    assert main(["bench", "train", "--workload", "W4", "--rounds", "1"]) == 0
    assert "epochs_per_s" in capsys.readouterr().out


def test_window_in_figures() -> None:
    (told,) = figures("window", "--seconds", "0.4", "--rounds", "1").values()
    assert told["work_ms"]["p50"] > 0
    assert told["frames"] > 1


def test_start_in_figures() -> None:
    told = figures("start", "--rounds", "1")
    assert told["imports_s"] > 0
    assert 0 < told["first_painted_s"] <= told["window_painted_s"] <= told["all_painted_s"]
    assert told["all_vs_imports"] > 1
    assert 20 < told["resident_mb"] < 1000


@pytest.mark.parametrize(
    "words",
    [
        ["nothing"],
        ["train", "--workload", "W9"],
        ["train", "--rounds", "0"],
        ["window", "--seconds", "-1"],
        ["window", "--seconds", "soon"],
        ["window", "--aged", "-1"],
        ["sweep", "--rounds", "many"],
    ],
)
def test_what_cannot_be_measured_is_refused_in_one_line(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_naming_the_command_does_not_import_what_it_measures() -> None:
    code = (
        "import sys; import nnviz.cli.bench; sys.exit(any(name.startswith('nnviz.bench') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=_ROOT, check=False).returncode == 0

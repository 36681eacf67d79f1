"""``nnviz export``."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nnviz.cli import main
from nnviz.export.model import Exported
from nnviz.lessons.opening import opened
from nnviz.runs.run import NetworkRun

_EXPERIMENT = """
data = { name = "moons", samples = 40, seed = 3 }
network = { hidden = [3], output = "sigmoid" }
training = { loss = "cross_entropy", optimizer = "adam" }
"""


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    path = tmp_path / "moons.toml"
    path.write_text(_EXPERIMENT, encoding="utf-8")
    return path


def test_a_script_run_alone_prints_the_outputs_of_five_samples(experiment: Path, tmp_path: Path) -> None:
    out = tmp_path / "elsewhere" / "moons.py"
    out.parent.mkdir()
    assert main(["export", str(experiment), str(out), "--framework", "numpy", "--epochs", "4"]) == 0
    done = subprocess.run(
        [sys.executable, "-I", str(out)], capture_output=True, text=True, check=True, cwd=out.parent
    )
    run = opened(experiment).begun().run
    assert isinstance(run, NetworkRun)
    run.advance(4 * run.steps_an_epoch)
    lines = [float(line) for line in done.stdout.splitlines()]
    assert np.allclose(lines, Exported(run.snapshot()).outputs[:5, 0], rtol=0, atol=1e-6)
    assert done.stderr == ""


def test_pytorch_is_what_is_meant_where_nothing_is_said(experiment: Path, tmp_path: Path) -> None:
    for name in ("moons.py", "moons.ipynb"):
        assert main(["export", str(experiment), str(tmp_path / name)]) == 0
        assert "torch" in (tmp_path / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("out", "words", "said"),
    [
        ("net.docx", [], "allowed: a name ending in .py, .ipynb"),
        ("nowhere/net.py", [], "there is no folder"),
        ("net.py", ["--framework", "jax"], "invalid choice"),
        ("net.py", ["--epochs", "-1"], "--epochs"),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_line(
    experiment: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str, words: list[str], said: str
) -> None:
    before = sorted(tmp_path.iterdir())
    assert main(["export", str(experiment), str(tmp_path / out), *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before


def test_what_a_library_has_not_is_said_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "xor.toml").write_text("", encoding="utf-8")
    assert main(["export", str(tmp_path / "xor.toml"), str(tmp_path / "xor.py"), "--framework", "sklearn"]) == 2
    assert capsys.readouterr().err.startswith("scikit-learn has not: tanh outputs with squared error; allowed:")
    assert not (tmp_path / "xor.py").exists()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('kind = "hopfield"', "of kind hopfield"),
        ('kind = "memory"', "of kind memory"),
        ('id = "a"\ntitle = "A"\n[[pages]]\ntitle = "One"\n[pages.experiment]\nkind = "hebb"\n', "a lesson"),
    ],
)
def test_only_networks_are_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, what: str
) -> None:
    (tmp_path / "other.toml").write_text(text, encoding="utf-8")
    assert main(["export", str(tmp_path / "other.toml"), str(tmp_path / "other.npz")]) == 2
    said = capsys.readouterr().err
    assert said.endswith(f"other.toml: is {what}; allowed: kind network, which alone is exported\n")
    assert said.count("\n") == 1
    assert not (tmp_path / "other.npz").exists()

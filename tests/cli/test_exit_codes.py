"""Whatever goes wrong on the command line: one line, an exit code of its own, no traceback."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from nnviz.cli import main

_ROOT = Path(__file__).resolve().parents[2]
_HIDDEN = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE"}
posix = pytest.mark.skipif(os.name != "posix", reason="a shell, signals and limits as POSIX has them")
linux = pytest.mark.skipif(sys.platform != "linux", reason="screens as Linux has them")


def shell(line: str, **variables: str) -> tuple[int, list[str]]:
    """Exit code of nnviz in a line of bash, where it is the first of a pipe, and what it told on stderr."""
    environment = {name: value for name, value in os.environ.items() if name not in _HIDDEN}
    environment |= {"PYTHONPATH": str(_ROOT)} | variables
    nnviz = f"{shlex.quote(sys.executable)} -m nnviz"
    command = ["bash", "-c", line.replace("nnviz", nnviz, 1) + "; exit ${PIPESTATUS[0]}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stderr.splitlines()


_TALKING = ["data", "lessons", "--version", "--help", "train e.toml --epochs 3"]
_SMALL = "network.hidden = [3]\n"
_LARGE = 'network.hidden = [4096, 4096]\ntraining.optimizer = "adam"\n'


@posix
@pytest.mark.parametrize("command", _TALKING)
def test_a_pipe_that_nobody_reads(tmp_path: Path, command: str) -> None:
    (tmp_path / "e.toml").write_text(_SMALL)
    code, told = shell(f"cd {tmp_path}; nnviz {command} | true")
    assert (code, told) == (141, ["nnviz: the program that reads the output has ended"])


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no /dev/full here")
@pytest.mark.parametrize("command", _TALKING)
def test_a_full_disk(tmp_path: Path, command: str) -> None:
    (tmp_path / "e.toml").write_text(_SMALL)
    code, told = shell(f"cd {tmp_path}; nnviz {command} > /dev/full")
    assert (code, told) == (74, ["nnviz: the output could not be written: No space left on device"])


@posix
def test_nowhere_to_tell_it() -> None:
    assert shell("nnviz --nonsense 2> /dev/full")[0] == 2
    assert shell("nnviz --nonsense 2>&-")[0] == 2
    assert shell("nnviz data >&-") == (0, [])


@posix
def test_not_enough_memory(tmp_path: Path) -> None:
    (tmp_path / "e.toml").write_text(_LARGE)
    code, told = shell(f"cd {tmp_path}; ulimit -v 1000000; nnviz train e.toml", OPENBLAS_NUM_THREADS="1")
    assert (code, told) == (71, ["nnviz: there is not enough memory for this"])


@posix
def test_a_terminal_that_knows_no_greek() -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert shell("nnviz data", **ascii_only) == (0, [])
    assert shell("nnviz σ.docx", **ascii_only)[0] == 2


@linux
@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"DISPLAY": ":4077"}, "no screen answers at DISPLAY=':4077'; unset DISPLAY to have a picture in place"),
        ({"WAYLAND_DISPLAY": "wayland-4077"}, "no screen answers at WAYLAND_DISPLAY='wayland-4077'; unset "),
        ({"QT_QPA_PLATFORM": "xcb"}, "no screen answers: DISPLAY names none"),
        ({"QT_QPA_PLATFORM": "nonsense"}, "QT_QPA_PLATFORM: 'nonsense' is no platform of Qt's; allowed: "),
    ],
)
def test_a_screen_that_does_not_answer(variables: dict[str, str], told: str) -> None:
    code, lines = shell("nnviz", **variables)
    assert code == 69
    assert len(lines) == 1
    assert lines[0].startswith(f"nnviz: {told}")


_LONG = "x" * 5000
_ODD = ["-" + _LONG, "--" + _LONG, "a\nb\r\x1b[2J\u2028c.toml", "\udcff.toml", _LONG + ".toml", "--\n\n"]


@pytest.mark.parametrize("command", [[], ["train"], ["screenshot"], ["lessons"], ["bench"], ["data"]])
@pytest.mark.parametrize("argument", _ODD, ids=range(len(_ODD)))
def test_an_argument_of_any_length(capsys: pytest.CaptureFixture[str], command: list[str], argument: str) -> None:
    assert main([*command, argument, argument, argument]) == 2
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1
    assert len(told) < 1100
    assert told[:-1].isprintable()


@pytest.mark.parametrize("number", ["9" * 5000, "x" * 5000, "1\n2", "-1"])
def test_a_number_of_any_length(capsys: pytest.CaptureFixture[str], tmp_path: Path, number: str) -> None:
    (tmp_path / "e.toml").write_text(_SMALL)
    for words in (
        ["train", str(tmp_path / "e.toml"), "--epochs", number],
        ["screenshot", str(tmp_path / "o.png"), "--size", f"{number}x{number}"],
        ["bench", "window", "--seconds", number],
    ):
        assert main(words) == 2
        told = capsys.readouterr().err
        assert len(told.splitlines()) == 1
        assert len(told) < 400


def test_help_lists_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out.partition("exit codes:")[2]
    assert sorted(map(int, re.findall(r"\b(\d+)  \w", listed))) == [0, 1, 2, 69, 71, 74, 130, 141]

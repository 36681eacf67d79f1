"""The first start of the frozen program on machines that lack something, and what it never does."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import pytest

pytestmark = pytest.mark.package

ROOT = Path(__file__).resolve().parents[2]
_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
_SLOWER_AT_MOST = 1.2
_ROUNDS = 7


def run(*words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, env=os.environ | variables, capture_output=True, text=True, check=False)


def opened(*command: str | Path, **variables: str) -> dict[str, float]:
    """Open the real window as a person would, close it once it is painted; when what was seen."""
    done = run(*command, "bench", "opening", **variables)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_it_opens_no_socket_but_the_screens(frozen: Path, screen: Any, tmp_path: Path) -> None:
    """Neither offscreen nor on X; the screen's own and the desktop's buses are files, not the network."""
    strace = shutil.which("strace") or pytest.skip("strace is not here")
    for platform, variables in (("offscreen", {}), ("xcb", {"DISPLAY": screen.display})):
        log = tmp_path / platform
        words: list[str | Path] = [
            strace,
            "-f",
            "-qq",
            "-e",
            "trace=socket,bind,connect",
            "-o",
            str(log),
            frozen,
            "--self-test",
        ]
        done = run(*words, QT_QPA_PLATFORM=platform, **variables)
        assert done.returncode == 0, done.stderr
        kinds = set(re.findall(r"socket\((\w+)", log.read_text()))
        assert kinds <= ({"AF_UNIX"} if platform == "xcb" else set())


def test_it_cannot_speak_tls(frozen: Path) -> None:
    listed = run(frozen.parent.parent.parent / "venv/bin/pyi-archive_viewer", "-l", "-r", frozen).stdout
    assert "'nnviz.app'" in listed
    assert re.findall(r"'(?:ssl|_ssl|http\.client|ftplib|smtplib|sqlite3|tkinter)'", listed) == []


@pytest.mark.skipif(not shutil.which("setpriv"), reason="setpriv is not here")
def test_a_home_that_cannot_be_written_does_no_harm(frozen: Path, screen: Any, tmp_path: Path) -> None:
    """The real window opens and closes where nothing can be kept: no folder at all, and one that is read-only."""
    program = reachable(frozen, tmp_path)
    for home in ("/nonexistent", "/"):
        told = opened(
            *_NOBODY, program, HOME=home, QT_QPA_PLATFORM="xcb", DISPLAY=screen.display, XDG_RUNTIME_DIR=home
        )
        assert told["all"] >= told["window"] > 0


def reachable(frozen: Path, folder: Path) -> Path:
    """The program where everybody may run it: pytest's own folders are for their owner alone."""
    shutil.copytree(frozen.parent, folder / "nnviz", symlinks=True)
    for path in (folder, *folder.parents):
        if path.stat().st_uid == os.geteuid() and path != path.parent:
            path.chmod(path.stat().st_mode | 0o011)
    return folder / "nnviz" / "nnviz"


def test_without_a_font_it_says_how_to_get_one(frozen: Path, tmp_path: Path) -> None:
    nothing = tmp_path / "fonts.conf"
    nothing.write_text("<fontconfig/>")
    done = run(frozen, "--self-test", QT_QPA_PLATFORM="offscreen", FONTCONFIG_FILE=str(nothing))
    assert done.returncode == 0, done.stderr
    (told,) = [line for line in done.stderr.splitlines() if line.startswith("nnviz: ")]
    assert told.startswith("nnviz: there is no font on this system; ")
    assert "apt-get install fonts-" in told


def test_it_needs_no_gl_that_works(frozen: Path) -> None:
    """On a screen that offers no GL, with no driver to be found."""
    server = shutil.which("xvfb-run") or pytest.skip("xvfb-run is not here")
    words: list[str | Path] = [server, "-a", "-s", "-screen 0 1280x800x24 -extension GLX", frozen, "--self-test"]
    done = run(*words, QT_QPA_PLATFORM="xcb", LIBGL_DRIVERS_PATH="/nonexistent", LIBGL_ALWAYS_SOFTWARE="0")
    assert (done.returncode, done.stderr) == (0, "")


def test_two_screens_of_different_scale_do(frozen: Path, tmp_path: Path) -> None:
    screens = [
        {
            "name": name,
            "x": x,
            "y": 0,
            "width": 1280,
            "height": 800,
            "logicalDpi": 96,
            "logicalBaseDpi": 96,
            "dpr": 1,
        }
        for name, x in (("wall", 0), ("desk", 1280))
    ]
    (tmp_path / "screens.json").write_text(json.dumps({"synchronousWindowSystemEvents": True, "screens": screens}))
    variables = {"QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screens.json'}"}
    variables["QT_SCREEN_SCALE_FACTORS"] = "wall=1;desk=2"
    done = run(frozen, "--self-test", **variables)
    assert (done.returncode, done.stderr) == (0, "")
    moved = run(sys.executable, "-c", _MOVE, **variables, PYTHONPATH=str(ROOT))
    assert (moved.returncode, moved.stderr) == (0, ""), moved.stderr
    assert moved.stdout.split() == ["wall", "1", "desk", "2", "wall", "1"]


# Moves the window from one screen to the other and back, and says at what scale each painted it.
_MOVE = """
from PySide6.QtGui import QGuiApplication
from nnviz.offscreen_window import temporary_window
with temporary_window() as window:
    screens = {screen.name(): screen for screen in QGuiApplication.screens()}
    for name in ("wall", "desk", "wall"):
        window.windowHandle().setScreen(screens[name])
        window.move(screens[name].geometry().topLeft())
        QGuiApplication.processEvents()
        print(name, round(window.grab().devicePixelRatio()))
"""


@pytest.mark.thorough
def test_it_starts_about_as_fast_as_from_python(frozen: Path, screen: Any, tmp_path: Path) -> None:
    """By turns, after each was started once to have its files at hand."""
    python = ROOT / ".venv" / "bin" / "python"
    from_python = [str(python if python.exists() else sys.executable), "-P", "-m", "nnviz"]
    seconds: dict[str, list[float]] = {"frozen": [], "python": []}
    homes = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "DISPLAY": screen.display}
    for number in range(_ROUNDS + 1):
        for name, command in (("frozen", [str(frozen)]), ("python", from_python)):
            began = perf_counter()  # the clock that all processes share
            told = opened(*command, QT_QPA_PLATFORM="xcb", PYTHONPATH=str(ROOT), **homes)
            if number:
                seconds[name].append(told["window"] - began)
    ratio = median(seconds["frozen"]) / median(seconds["python"])
    figures = ", ".join(f"{name} {median(times):.2f} s" for name, times in seconds.items())
    (ROOT / "build" / "package" / "start.txt").write_text(f"{figures}, {ratio:.2f}\n")
    assert ratio <= _SLOWER_AT_MOST, figures

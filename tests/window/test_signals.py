"""The real program, ended by the system: what was under way is kept."""

import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from nnviz.lessons.opening import opened
from nnviz.runs.run import NetworkRun
from screens import XVFB, virtual_screen

_KILLS = int(os.environ.get("NNVIZ_KILLS", "20")) // 5
"""How often a program is killed while it keeps what is under way: more in a long run."""
_ROOT = Path(__file__).parent.parent.parent
_PROGRAM = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from nnviz.app import run_window
from nnviz.lessons.opening import Opened
from nnviz.start import application, show_splash
from nnviz.window.window import MainWindow

INTERVAL = {interval}

def teach():
    (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    window.recovery._timer.setInterval(INTERVAL)
    if "ASKS" in os.environ:
        QTimer.singleShot(500, window.files.choose)
    window.session.snapshot_changed.connect(tell)
    window.session.play()

def is_kept():
    return any(Path(os.environ["HOME"]).rglob("recovery.nnviz"))

def tell(moment):
    if moment.epoch >= 5 and not told and (INTERVAL or is_kept()):
        told.append(print("learning", flush=True))

told = []
splash = show_splash()
QTimer.singleShot(0, lambda: QTimer.singleShot(0, teach))
sys.exit(run_window(Opened(), splash))
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")


def start(folder: Path, interval: int = 20_000, **environment: str) -> "subprocess.Popen[str]":
    """The program, once it learns; what it keeps is kept in a folder, after an interval in milliseconds."""
    places = {"HOME": folder, "XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_RUNTIME_DIR": folder}
    given = os.environ | {name: str(place) for name, place in places.items()} | environment
    program = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM.format(interval=interval)],
        cwd=_ROOT,
        env=given,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout
    assert program.stdout.readline() == "learning\n", program.communicate()[1]
    return program


def kept(folder: Path) -> int:
    """Epochs of the run that was kept."""
    (path,) = folder.rglob("recovery.nnviz")
    run = opened(path).begun().run
    assert isinstance(run, NetworkRun)
    return run.snapshot().epoch


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_window_that_is_told_to_end_keeps_what_is_under_way(tmp_path: Path, number: signal.Signals) -> None:
    program = start(tmp_path, QT_QPA_PLATFORM="offscreen")
    program.send_signal(number)
    _, said = program.communicate(timeout=30)
    assert (program.returncode, said.count("Traceback")) == (128 + number, 0)
    assert kept(tmp_path) >= 5


def test_a_dialog_that_is_open_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    program = start(tmp_path, QT_QPA_PLATFORM="offscreen", ASKS="yes")
    with suppress(subprocess.TimeoutExpired):
        program.wait(1.5)  # the dialog is open by then
    for _ in range(3):
        program.send_signal(signal.SIGTERM)
    program.communicate(timeout=30)
    assert program.returncode == 128 + signal.SIGTERM
    assert kept(tmp_path) >= 5


@pytest.mark.skipif(not XVFB, reason="no virtual screen here")
def test_a_window_that_loses_its_display_keeps_what_is_under_way(tmp_path: Path) -> None:
    screen, display = virtual_screen("1280x1024")
    try:
        program = start(tmp_path, DISPLAY=display, QT_QPA_PLATFORM="xcb")
    finally:
        screen.kill()
        screen.wait()
    _, said = program.communicate(timeout=30)
    assert "connection broke" in said
    assert program.returncode == 1
    assert kept(tmp_path) >= 5


def test_whenever_it_is_killed_what_it_kept_last_is_offered(tmp_path: Path) -> None:
    rng = random.Random(0)
    for turn in range(_KILLS):
        program = start(tmp_path, 0, QT_QPA_PLATFORM="offscreen")
        with suppress(subprocess.TimeoutExpired):
            program.wait(rng.uniform(0.0, 0.5))
        program.kill()
        program.communicate()
        assert kept(tmp_path) > 0
        assert len(list(tmp_path.rglob("left-*.nnviz"))) == turn  # each start sets aside what was there

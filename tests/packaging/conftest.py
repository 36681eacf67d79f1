"""What the proofs of the installers share: what was built, a screen, and somebody at its keys."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "packaging"), str(Path(__file__).parent)]
from looking import is_drawn  # noqa: E402

from screens import XVFB, virtual_screen  # noqa: E402

_PATIENCE = 60.0


class Screen:
    """An X server of our own, and what a person does there."""

    def __init__(self, display: str) -> None:
        self.display = display
        self._program = shutil.which("xdotool") or "xdotool"

    @staticmethod
    def until(true: Callable[[], object], what: str) -> None:
        """Wait for something outside of this process, which tells nobody when it happens."""
        patience = monotonic() + _PATIENCE
        while not true():
            assert monotonic() < patience, f"{what}: not within {_PATIENCE:g} s"
            threading.Event().wait(0.1)

    def xdotool(self, *words: str) -> str:
        environment = os.environ | {"DISPLAY": self.display}
        done = subprocess.run(
            [self._program, *words], env=environment, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    def window(self, title: str) -> str:
        """Wait for a window whose title has these words."""
        self.until(lambda: self.find(title), f"a window called {title}")
        return self.find(title)

    def find(self, title: str) -> str:
        return (self.xdotool("search", "--onlyvisible", "--name", title).splitlines() or [""])[0]

    def press(self, window: str, key: str) -> None:
        self.xdotool("windowfocus", "--sync", window, "key", key)

    def picture(self, target: Path) -> None:
        """Take a picture of all of it, with the builder's Pillow."""
        target.parent.mkdir(parents=True, exist_ok=True)
        words = "import sys; from PIL import ImageGrab; ImageGrab.grab(xdisplay=sys.argv[1]).save(sys.argv[2])"
        python = ROOT / "build" / "package" / "venv" / "bin" / "python"
        subprocess.run([python, "-I", "-c", words, self.display, target], check=True)

    def wait_for_picture(self, target: Path) -> None:
        """Take a picture as soon as there is something to be seen."""

        def look() -> bool:
            self.picture(target)
            return is_drawn(target)

        self.until(look, "something on the screen")


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    """A virtual screen."""
    if not XVFB or not shutil.which("xdotool"):
        pytest.skip("Xvfb or xdotool is not here")
    server, display = virtual_screen("1400x900", "-nolisten", "tcp")
    with server:
        yield Screen(display)
        server.terminate()


@pytest.fixture(scope="session")
def dist() -> Path:
    """Where what was built lies."""
    folder = ROOT / "dist"
    if not (folder / "SHA256SUMS").exists():
        pytest.skip("nothing is built: make package")
    return folder


@pytest.fixture(scope="session")
def frozen() -> Path:
    """The frozen program as it was built."""
    program = ROOT / "build" / "package" / "frozen" / "nnviz" / "nnviz"
    if not program.exists():
        pytest.skip("nothing is frozen: make package")
    return program


@pytest.fixture(scope="session")
def deb(dist: Path) -> Path:
    return next(iter(dist.glob("*.deb")), None) or pytest.skip("no .deb is built: make package")


@pytest.fixture(scope="session")
def archive(dist: Path) -> Path:
    return next(iter(dist.glob("*-linux-*.tar.xz")), None) or pytest.skip("no archive is built: make package")


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where pictures of what was seen are left, to be looked at."""
    return ROOT / "build" / "package" / "pictures"

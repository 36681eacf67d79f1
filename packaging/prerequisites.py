"""What nnviz needs of the system around it: a Python, Qt's libraries, a font; and the steps that bring them.

Only the standard library, for it runs before anything is installed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST_PYTHON = (3, 11)

QT_LIBRARIES = {  # soname: Debian's package
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",  # since Debian 13 provided by libglib2.0-0t64; apt finds it by this name
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
WINDOW_LIBRARIES = {  # what Qt needs besides to open a window on X
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
FONT_PACKAGE = "fonts-dejavu-core"

# Variables of the caller that would lead Python, pip, Qt or pytest away from .venv and the lock.
MISLEADING = {
    *("PYTHONPATH", "PYTHONHOME", "PYTHONOPTIMIZE", "PYTHONPLATLIBDIR", "__PYVENV_LAUNCHER__"),
    *("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_DRY_RUN", "PIP_PYTHON"),
    *("PIP_CONSTRAINT", "PIP_REQUIREMENT", "PIP_NO_BINARY"),
    *("QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH"),
    *("PYTEST_QT_API", "PYTEST_DISABLE_PLUGIN_AUTOLOAD"),
}

APT = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y"]
APT_INSTALL = [*APT, "install", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]


class Failure(Exception):  # noqa: N818 - it is what went wrong, told in one line, not a bug
    """What went wrong, in one line for whoever typed the command."""


class Lacking(Failure):
    """What this machine lacks and cannot be given, so that what needs it is left out: a package, a network."""


LACKING = 3
"""The exit code of a build for which this machine lacks something."""


def say(line: str) -> None:
    """Tell what set-up is busy with."""
    print(f"nnviz: {line}", flush=True)


def environment(**defaults: str) -> dict[str, str]:
    """Return the caller's environment without what misleads, and with `defaults` where it says nothing."""
    return defaults | {name: value for name, value in os.environ.items() if name not in MISLEADING}


def gist(errors: str, code: int) -> str:
    """Return the line that says most among what a failed step wrote to stderr."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()] or [f"exit code {code}"]
    return next((line for line in lines if line.startswith(("ERROR:", "E:"))), lines[-1])


def step(purpose: str, command: Iterable[str | Path], *, given: str = "", quiet: bool = False) -> None:
    """Carry out one step of set-up; should it fail, say so in one line."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env=environment(),
        input=given,  # never the terminal: nothing may ask
        stdout=subprocess.DEVNULL if quiet else None,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise Failure(f"could not {purpose}: {gist(done.stderr, done.returncode)}")


def require_python(version: tuple[int, ...]) -> None:
    """Refuse a Python that nnviz does not run on."""
    if version < OLDEST_PYTHON:
        need, have = (".".join(map(str, numbers[:2])) for numbers in (OLDEST_PYTHON, version))
        raise Failure(f"needs Python {need} or newer, but {sys.executable} is {have}")


def administrator(names: str) -> list[str] | None:
    """Return the words that make a command the administrator's, None where nobody may be, or wants to be.

    Root is not asked, for it is most often a container's. Anybody else is asked once, at a terminal, before sudo
    is used, which may ask for a password besides; ``YES=1`` is the answer beforehand.
    """
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    if os.environ.get("YES") == "1":
        return ["sudo"] if at_terminal() else ["sudo", "-n"]
    return ["sudo"] if at_terminal() and agrees(names) else None


def at_terminal() -> bool:
    """Tell whether somebody is there to be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def agrees(names: str) -> bool:
    """Ask whether system packages may be installed; Enter is yes."""
    print(
        f"nnviz: needs the system packages {names}; install them with sudo? [Y/n] ",
        end="",
        file=sys.stderr,
        flush=True,
    )
    return sys.stdin.readline().lower() in {"\n", "y\n", "yes\n"}


def allow(prefix: list[str]) -> None:
    """Let sudo ask for a password now, at the terminal: the steps that follow have none."""
    if subprocess.call([*prefix, "true"]):
        raise Lacking("sudo does not allow it; system packages are missing")


def install_packages(packages: list[str]) -> None:
    """Install system packages with apt, or name them to whoever can."""
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        raise Lacking(f"this system lacks what Debian calls {names}; install its own packages for these")
    prefix = administrator(names)
    if prefix is None:
        raise Lacking(f"system packages are missing; install them with: sudo apt-get install {names}")
    say(f"installing {names}")
    if prefix:
        allow(prefix)
    install = [*prefix, *APT_INSTALL, *packages]
    try:
        step("install", install, quiet=True)
    except Failure:  # the package lists are absent or too old
        with contextlib.suppress(Failure):  # one dead source does no harm if the others have the packages
            step("update", [*prefix, *APT, "update"], quiet=True)
        try:
            step(f"install {names}", install, quiet=True)
        except Failure as failure:  # no network, or a system that has no such package
            raise Lacking(str(failure)) from failure


def set_up_programs(programs: dict[str, str]) -> None:
    """Install the programs (name to Debian's package) that are missing."""
    if missing := sorted({package for program, package in programs.items() if not shutil.which(program)}):
        install_packages(missing)


def loads(soname: str) -> bool:
    """Tell whether the system has a shared library."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def has_font() -> bool:
    """Tell whether there is a font to write with."""
    suffixes = {".ttf", ".otf", ".ttc", ".pfb"}
    if any(file.suffix.lower() in suffixes for folder in FONT_FOLDERS for file in folder.rglob("*")):
        return True
    return bool(shutil.which("fc-list") and subprocess.check_output(["fc-list"]))


def missing_packages(libraries: dict[str, str]) -> list[str]:
    """Return the packages of those libraries (soname to package), and of a font, that the system lacks."""
    packages = [package for soname, package in libraries.items() if not loads(soname)]
    return packages if has_font() else [*packages, FONT_PACKAGE]


def set_up_system(libraries: dict[str, str]) -> None:
    """Install what Qt expects of the system; on macOS and Windows it brings all itself."""
    missing = missing_packages(libraries) if sys.platform == "linux" else []
    if missing:
        install_packages(missing)


def libraries_for(platform: str) -> dict[str, str]:
    """Return the libraries that one of Qt's platforms, or its default (""), needs."""
    return QT_LIBRARIES | WINDOW_LIBRARIES if platform in {"", "xcb"} else QT_LIBRARIES

"""The frozen program: a folder with Python, Qt and nnviz in it that needs nothing installed.

It is built in an environment of its own from packaging/requirements-package.txt, from the wheel, by
packaging/nnviz.spec. Only the standard library, for it makes that environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from locking import PACKAGE_LOCK
from prerequisites import (
    OLDEST_PYTHON,
    QT_LIBRARIES,
    Failure,
    Lacking,
    install_packages,
    say,
    set_up_programs,
    set_up_system,
    step,
)
from project import BUILD, DIST, PACKAGING, project, version

BUILDER = BUILD / "venv"
PYTHON = BUILDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = BUILDER / "nnviz-lock"
ICONS = BUILD / "icons"
FROZEN = BUILD / "frozen" / "nnviz"
LICENCE_LIST = BUILD / "licence-list.txt"
LICENCES = BUILD / "licences.txt"
COMMAND_LINE = BUILD / "command-line"
BUNDLE = BUILD / "frozen" / "nnviz.app"

DEBIANS = "/usr/bin/python3"

_NO_INDEX = "(from versions: none)"
"""What pip says of a package where it reaches no index."""

_BINUTILS = {"objdump": "binutils", "objcopy": "binutils", "strip": "binutils"}
"""What PyInstaller looks into libraries with, and what takes their symbols out."""

# Fails where Python is too old, has no shared library (Windows and macOS keep theirs elsewhere), or makes no venv.
_SUITS = f"""
import ctypes, ensurepip, os, sys, sysconfig, venv
if sys.version_info < {OLDEST_PYTHON}:
    sys.exit(1)
if os.name != "nt" and not sysconfig.get_config_var("PYTHONFRAMEWORK"):
    name = sysconfig.get_config_var("INSTSONAME")
    try:
        ctypes.CDLL(os.path.join(sysconfig.get_config_var("LIBDIR"), name))
    except OSError:
        sys.exit(1)
"""

_GATHER = """
import sys, pathlib, nnviz.licences
for path, text in zip(sys.argv[1:], (nnviz.licences.listed(), nnviz.licences.told())):
    pathlib.Path(path).write_text(text, encoding="utf-8")
"""

_PIP = ["-I", "-m", "pip", "install", "--no-input", "--no-user", "--disable-pip-version-check", "--quiet"]


def base_python() -> str:
    """Return the Python to freeze: Debian's own where there is one, for it names no folder of this machine.

    Any other must have the shared library that PyInstaller takes along.
    """
    if Path(DEBIANS).exists() and shutil.which("apt-get") and _suits(DEBIANS):
        return DEBIANS
    if not _suits(sys.executable):
        raise Lacking(
            f"{sys.executable} has no shared library to take along, or no venv; use a Python that has, such as "
            "Debian's: apt-get install libpython3-dev python3-venv; make package PYTHON=/usr/bin/python3"
        )
    return sys.executable


def _suits(python: str) -> bool:
    return subprocess.call([python, "-I", "-c", _SUITS], stderr=subprocess.DEVNULL) == 0


def set_up_debians() -> None:
    """Install what Debian splits off its Python: the shared library, and what makes environments."""
    if not Path(DEBIANS).exists() or not shutil.which("apt-get"):
        return
    number = subprocess.check_output([DEBIANS, "-I", "-c", "import sys; print(sys.version_info.minor)"], text=True)
    wanted = [f"libpython3.{number.strip()}", f"python3.{number.strip()}-venv"]
    if not _suits(DEBIANS) and int(number) >= OLDEST_PYTHON[1]:
        install_packages(wanted)


def set_up_builder() -> None:
    """Make the environment that builds, unless it is there and holds what the lock says."""
    set_up_debians()
    if sys.platform == "linux":
        set_up_programs(_BINUTILS)
    base = base_python()
    wanted = (
        f"{base} {subprocess.check_output([base, '-VV'], text=True)}{PACKAGE_LOCK.read_text(encoding='utf-8')}"
    )
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    say(f"installing {PACKAGE_LOCK.name}")
    step("make the builder's environment", [base, "-I", "-m", "venv", "--clear", BUILDER])
    _install_lock()
    STAMP.write_text(wanted, encoding="utf-8")


def _install_lock() -> None:
    try:
        step(
            f"install {PACKAGE_LOCK.name}",
            [PYTHON, *_PIP, "--only-binary=:all:", "--require-hashes", "-r", PACKAGE_LOCK],
        )
    except Failure as failure:
        if _NO_INDEX in str(failure):
            raise Lacking(f"no package index can be reached to install {PACKAGE_LOCK.name} from") from failure
        raise


def build(purpose: str, *words: str | Path) -> None:
    """Run the builder's Python."""
    step(purpose, [PYTHON, *words], quiet=True)


def build_wheel() -> Path:
    """Build source archive and wheel into dist/, and return the wheel."""
    say("building wheel and source archive")
    build("build the source archive and the wheel", "-I", "-m", "hatchling", "build", "-d", DIST)
    return DIST / f"{str(project()['name']).replace('-', '_')}-{version()}-py3-none-any.whl"


def freeze(wheel: Path) -> Path:
    """Build the frozen program from the wheel and return its folder."""
    set_up_system(QT_LIBRARIES)
    build("install the wheel", *_PIP, "--no-deps", "--force-reinstall", wheel)
    build("draw the icons", "-I", PACKAGING / "icons.py", ICONS)
    say("freezing")
    shutil.rmtree(FROZEN.parent, ignore_errors=True)
    folders: list[str | Path] = ["--distpath", FROZEN.parent, "--workpath", BUILD / "work"]
    spec = PACKAGING / "nnviz.spec"
    # modules are packed with all else: what is packed by itself, one by one, xz cannot make smaller
    os.environ["PYINSTALLER_ZLIB_COMPRESSION_LEVEL"] = "0"
    # -P, not -I, which would not hear of PYTHONHASHSEED: nothing lying here is imported all the same
    build("freeze", "-P", "-s", "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level=WARN", *folders, spec)
    strip_symbols()
    trim_records()
    return BUNDLE if sys.platform == "darwin" else FROZEN


def trim_records() -> None:
    """Keep in the lists of packages' files what is there: others are scripts that name this folder."""
    for record in FROZEN.parent.rglob("*.dist-info/RECORD"):
        inside = record.parents[1]
        lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = (line for line in lines if (inside / line.split(",")[0]).is_file() and not line.startswith(".."))
        record.write_text("".join(kept), encoding="utf-8", newline="")


def build_licences() -> None:
    """Gather the licences of all that is frozen: a list, and every text."""
    build("gather the licences", "-I", "-c", _GATHER, LICENCE_LIST, LICENCES)


def build_command_line() -> None:
    """Write what the manual and shells are told of the commands."""
    build("tell of the command line", "-I", PACKAGING / "command_line.py", COMMAND_LINE)


def strip_symbols() -> None:
    """Take out of the libraries what only a debugger reads; those in numpy.libs do not survive it."""
    if sys.platform != "linux":
        return
    found = (file for file in FROZEN.rglob("*.so*") if not file.is_symlink())
    libraries = sorted(file for file in found if file.parent.name != "numpy.libs")
    step("strip the libraries", ["strip", "--strip-unneeded", "--preserve-dates", *libraries])

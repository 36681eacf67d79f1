"""Bare Debian systems, as debootstrap makes them, in which nothing but what is installed there can be found."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

from prerequisites import Failure, Lacking
from project import BUILD

SUITES = {"bookworm": (2, 36), "trixie": (2, 41)}
"""The Debian systems to try it in, the oldest first, and the C library of each."""

USER = "lecturer"
HOME = Path("/home") / USER
SCREENS = Path("/tmp/.X11-unix")  # noqa: S108 - where X has its sockets

_PRISTINE = BUILD / "bare"
_APT = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y"]

# The arguments: folder, sockets of screens, user, home; then the environment and the command.
_ENTER = """
set -e
mount -t proc proc "$0/proc"
mount --rbind /dev "$0/dev"
mkdir -p "$0$1"
mount --bind "$1" "$0$1"
user=$2 home=$3
shift 3
exec chroot --userspec="$user" "$0" /usr/bin/env -i --chdir="$home" "$@"
"""

# What changes without anything being installed: lists, caches, logs, and the homes of people.
_PASSING = (
    "var/cache",
    "var/lib/apt",
    "var/log",
    "var/lib/dpkg",
    "tmp",
    "root",
    "home",
    "proc",
    "dev",
    "sys",
    "run",
)


class BareSystem:
    """A Debian system in a folder, with one ordinary user.

    Parameters
    ----------
    folder : Path
        Where it is, as seen from outside.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / HOME.relative_to("/")

    def command(
        self, words: list[str], *, user: str = "root", network: bool = False, **variables: str
    ) -> list[str]:
        """Return the command that runs words in there, as that user, with the screens of this system.

        Its mounts, processes and network are its own, and end with it.
        """
        home = "/root" if user == "root" else str(HOME)
        given = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": home,
            "USER": user,
            "LC_ALL": "C.UTF-8",
        } | variables
        apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", *([] if network else ["--net"])]
        pairs = [f"{name}={value}" for name, value in given.items()]
        return [*apart, "sh", "-c", _ENTER, str(self.folder), str(SCREENS), user, home, *pairs, *words]

    def run(
        self, *words: str, user: str = "root", network: bool = False, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run words in there to their end."""
        command = self.command(list(words), user=user, network=network, **variables)
        return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)

    def apt(self, *words: str) -> None:
        """Let apt do something in there."""
        done = self.run(*_APT, *words, network=True)
        if done.returncode:
            raise Failure(f"apt-get {' '.join(words)}: {done.stderr.strip().splitlines()[-1]}")

    def install(self, *packages: str) -> None:
        """Install packages with apt, and nothing that they only recommend."""
        self.apt("install", "--no-install-recommends", *packages)

    def bring(self, file: Path) -> str:
        """Copy a file into it, readable by all, and return its path there."""
        target = self.folder / "root" / file.name
        shutil.copyfile(file, target)
        target.chmod(0o644)
        return f"/{target.relative_to(self.folder)}"

    def files(self) -> set[str]:
        """Return what lies in it, but for what changes by itself."""
        found = set()
        for folder, folders, files in os.walk(self.folder):
            here = os.path.relpath(folder, self.folder)
            if here in _PASSING:
                folders.clear()
                continue
            found |= {os.path.normpath(os.path.join(here, name)) for name in [*folders, *files]}  # noqa: PTH118 - fast
        return found

    def packages(self) -> set[str]:
        """Return the packages that dpkg knows of, also those that only left their settings."""
        return set(self.run("dpkg-query", "-W", "-f", "${Package} ${Status}\n").stdout.splitlines())


def require_as_new(suite: str) -> None:
    """Refuse a system that is older than the one built on, whose libraries it lacks."""
    ours = platform.libc_ver()[1]
    if ours and tuple(map(int, ours.split("."))) > SUITES[suite]:
        raise Lacking(f"what is built here, with C library {ours}, is for systems as new; {suite} is older")


def make(suite: str, folder: Path) -> BareSystem:
    """Make a system of that suite in a folder; what debootstrap made once is copied."""
    require_as_new(suite)
    pristine = _PRISTINE / suite
    if not pristine.exists():
        _bootstrap(suite, pristine)
    subprocess.run(["cp", "-a", pristine, folder], check=True)
    system = BareSystem(folder)
    try:
        system.apt("update")
    except Failure as failure:  # no network, or no right to mounts of its own
        raise Lacking(str(failure)) from failure
    system.run("useradd", "--create-home", USER)
    return system


def _bootstrap(suite: str, pristine: Path) -> None:
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        raise Lacking("bare systems are made by root with debootstrap, one of which is not here")
    half = pristine.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    half.parent.mkdir(parents=True, exist_ok=True)
    command = ["debootstrap", "--variant=minbase", suite, str(half)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        told = (done.stdout + done.stderr).strip().splitlines()
        raise Lacking(f"debootstrap cannot make {suite} here: {told[-1] if told else done.returncode}")
    half.rename(pristine)

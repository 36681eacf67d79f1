"""The .deb: the frozen program in /usr/lib/nnviz, what a desktop knows it by, and what it needs of the system."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

from freezing import LICENCE_LIST, LICENCES
from linux.tree import LINUX, compress, copy, settle, stage_share
from prerequisites import QT_LIBRARIES, ROOT, WINDOW_LIBRARIES, Failure, say, set_up_programs, set_up_system, step
from project import BUILD, DIST, date, fill, project, version

LICENCE = ROOT / "LICENSE"
ROOT_FOLDER = BUILD / "deb" / "root"

WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}

# What Qt loads only when it is there to be loaded, so that no library asks for it by name.
LOADED_AT_RUN_TIME = ("libdbus-1-3", "libxcb-cursor0")


def architecture() -> str:
    """Return what Debian calls this kind of processor."""
    return subprocess.check_output(["dpkg", "--print-architecture"], text=True).strip()


def build_deb(frozen: Path) -> Path:
    """Build the package from the frozen program and return its file."""
    say("building .deb")
    set_up_programs({"dpkg-deb": "dpkg", "dpkg-shlibdeps": "dpkg-dev"})
    set_up_system(QT_LIBRARIES | WINDOW_LIBRARIES | WAYLAND_LIBRARIES)
    shutil.rmtree(ROOT_FOLDER.parent, ignore_errors=True)
    _stage(frozen, ROOT_FOLDER)
    _write_control(ROOT_FOLDER)
    settle(ROOT_FOLDER)
    target = DIST / f"nnviz_{version()}_{architecture()}.deb"
    # one thread: several cut the stream elsewhere, and how many there are depends on the machine
    compression = ["-Zxz", "-z9", "--threads-max=1"]
    step(
        "build the .deb",
        ["dpkg-deb", "--root-owner-group", *compression, "--build", ROOT_FOLDER, target],
        quiet=True,
    )
    return target


def _stage(frozen: Path, root: Path) -> None:
    shutil.copytree(frozen, root / "usr" / "lib" / "nnviz", symlinks=True)
    command = root / "usr" / "bin" / "nnviz"
    command.parent.mkdir(parents=True)
    command.symlink_to("../lib/nnviz/nnviz")
    stage_share(root / "usr" / "share")
    copy(LINUX / "lintian-overrides", root / "usr" / "share" / "lintian" / "overrides" / "nnviz")
    _stage_words(root / "usr" / "share" / "doc" / "nnviz")


def _stage_words(folder: Path) -> None:
    licences = LICENCE_LIST.read_text(encoding="utf-8")
    fill(LINUX / "copyright", folder / "copyright", licence=LICENCE.read_text(encoding="utf-8"), licences=licences)
    copy(LICENCES, folder / "licences")
    compress(folder / "licences")
    compress(fill(LINUX / "changelog", folder / "changelog", rfc_date=date("%a, %d %b %Y %H:%M:%S +0000")))


def _write_control(root: Path) -> None:
    installed = sum(path.lstat().st_size for path in root.rglob("*") if path.is_file())
    fill(
        LINUX / "control",
        root / "DEBIAN" / "control",
        architecture=architecture(),
        size=str(-(-installed // 1024)),
        depends=", ".join(depends(root)),
        summary=str(project()["description"]),
    )
    files = sorted(path for path in (root / "usr").rglob("*") if path.is_file() and not path.is_symlink())
    sums = (hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest() for file in files)
    lines = (f"{digest}  {file.relative_to(root)}\n" for digest, file in zip(sums, files, strict=True))
    (root / "DEBIAN" / "md5sums").write_text("".join(lines), encoding="utf-8")


def depends(root: Path) -> list[str]:
    """Return the packages that hold every library asked for by ours, and those loaded at run time."""
    found = _asked_for(root)
    named = {re.split(r"[ |]", package)[0] for package in found}
    return sorted([*found, *(package for package in LOADED_AT_RUN_TIME if package not in named)])


def _asked_for(root: Path) -> list[str]:
    files = [path for path in (root / "usr" / "lib").rglob("*") if path.is_file() and not path.is_symlink()]
    programs = [path for path in files if path.read_bytes()[:4] == b"\x7fELF"]
    own = sorted({f"-l{path.parent}" for path in programs})
    work = root.parent / "shlibdeps"
    (root / "DEBIAN").mkdir(exist_ok=True)  # by this it knows where the package's own libraries are
    (work / "debian").mkdir(parents=True, exist_ok=True)
    (work / "debian" / "control").write_text(
        "Source: nnviz\n\nPackage: nnviz\nArchitecture: any\n", encoding="utf-8"
    )
    done = subprocess.run(
        ["dpkg-shlibdeps", "-O", "--ignore-missing-info", *own, *(f"-e{path}" for path in programs)],
        cwd=work,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failure(f"could not work out the dependencies: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout.strip().removeprefix("shlibs:Depends=").split(", ")

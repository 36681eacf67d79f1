"""The portable archive: unpack and run; with the helpers of X that a bare system lacks, and an install.sh."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

from freezing import LICENCES
from linux.deb import architecture
from linux.tree import LINUX, copy, settle, stage_share
from prerequisites import WINDOW_LIBRARIES, Failure, say, set_up_system
from project import BUILD, DIST, version

# What Qt's xcb platform asks for and a desktop need not have installed. Not libxcb itself, X11 or GL: these belong
# to the display's driver.
HELPERS = (
    *("libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxcb-image.so.0", "libxcb-keysyms.so.1", "libxcb-randr.so.0"),
    *("libxcb-render-util.so.0", "libxcb-render.so.0", "libxcb-shape.so.0", "libxcb-shm.so.0", "libxcb-sync.so.1"),
    *("libxcb-util.so.1", "libxcb-xfixes.so.0", "libxcb-xkb.so.1", "libxkbcommon-x11.so.0", "libxkbcommon.so.0"),
    *("libwayland-client.so.0", "libwayland-cursor.so.0", "libffi.so.8"),
)


def build_archive(frozen: Path) -> Path:
    """Pack the frozen program with all that it needs to run from any folder, and return the archive."""
    say("building portable archive")
    set_up_system(WINDOW_LIBRARIES)
    name = f"nnviz-{version()}-linux-{architecture()}"
    folder = BUILD / "archive" / name
    shutil.rmtree(folder.parent, ignore_errors=True)
    shutil.copytree(frozen, folder, symlinks=True)
    for helper, source in helpers().items():
        copy(source, folder / "_internal" / helper)
    stage_share(folder / "share")
    for file in ("install.sh", "README.txt"):
        copy(LINUX / file, folder / file)
    copy(LICENCES, folder / "LICENCES.txt")
    settle(folder)
    return _pack(folder, DIST / f"{name}.tar.xz")


def helpers() -> dict[str, Path]:
    """Return where this system keeps each helper."""
    known = subprocess.check_output(["/sbin/ldconfig", "-p"], text=True)
    places = {line.split()[0]: Path(line.split()[-1]) for line in reversed(known.splitlines()) if "=>" in line}
    if missing := [helper for helper in HELPERS if helper not in places]:
        raise Failure(f"this system lacks what the portable archive takes along: {', '.join(missing)}")
    return {helper: places[helper] for helper in HELPERS}


def _pack(folder: Path, target: Path) -> Path:
    """Pack in the order of names, as nobody's in particular."""
    with tarfile.open(target, "w:xz", format=tarfile.PAX_FORMAT, preset=6) as archive:
        for path in [folder, *sorted(folder.rglob("*"))]:
            archive.add(path, path.relative_to(folder.parent).as_posix(), recursive=False, filter=_nobodys)
    return target


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = int(member.mtime)
    return member

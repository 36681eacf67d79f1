"""What a Linux desktop knows a program by: menu entry, icons, file types, man page, description."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

from command_line import COMPLETIONS, LIST, MANUAL
from freezing import COMMAND_LINE, ICONS
from prerequisites import ROOT
from project import PACKAGING, epoch, fill

LINUX = PACKAGING / "linux"
_COMPLETED_FROM = {"bash": "bash-completion/completions", "zsh": "zsh/vendor-completions"}
"""Where Debian's shells look for what they complete from."""
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)


def copy(source: Path, target: Path) -> None:
    """Copy a file to a folder that need not be there yet."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def stage_share(share: Path) -> None:
    """Put into a share/ folder what belongs there."""
    copy(LINUX / "nnviz.desktop", share / "applications" / "nnviz.desktop")
    copy(LINUX / "nnviz-mime.xml", share / "mime" / "packages" / "nnviz.xml")
    commands = (COMMAND_LINE / LIST).read_text(encoding="utf-8")
    fill(LINUX / "metainfo.xml", share / "metainfo" / "org.nnviz.nnviz.metainfo.xml", commands=commands)
    _stage_icons(share / "icons" / "hicolor")
    told = (COMMAND_LINE / MANUAL).read_text(encoding="utf-8")
    compress(fill(LINUX / "nnviz.1", share / "man" / "man1" / "nnviz.1", commands=told))
    for shell, folder in _COMPLETED_FROM.items():
        copy(COMMAND_LINE / COMPLETIONS[shell], share / folder / COMPLETIONS[shell])


def _stage_icons(theme: Path) -> None:
    for size in SIZES:
        copy(ICONS / f"nnviz-{size}.png", theme / f"{size}x{size}" / "apps" / "nnviz.png")
    copy(ROOT / "resources" / "icons" / "nnviz.svg", theme / "scalable" / "apps" / "nnviz.svg")
    for kind in ("experiment", "lesson"):
        copy(LINUX / f"nnviz-{kind}.svg", theme / "scalable" / "mimetypes" / f"nnviz-{kind}.svg")


def compress(file: Path) -> None:
    """Replace a file by its .gz, which says nothing of when or from what it was made."""
    target = file.with_name(f"{file.name}.gz")
    target.write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))
    file.unlink()


def settle(folder: Path) -> None:
    """Give all that lies in a folder the modes and the time that do not depend on who builds it, or when."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            runs = path.is_dir() or (path.read_bytes()[:4] == b"\x7fELF" and ".so" not in path.name)
            path.chmod(0o755 if runs or path.suffix == ".sh" else 0o644)
        os.utime(path, (epoch(), epoch()), follow_symlinks=False)

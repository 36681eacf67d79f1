"""The installers for Windows: NSIS for a single user, and an MSI by WiX for whoever distributes software."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from freezing import ICONS
from prerequisites import say, step
from project import BUILD, DIST, PACKAGING, version

WINDOWS = PACKAGING / "windows"


def build_installer(frozen: Path) -> Path:
    """Build the installer from the frozen program and return it."""
    say("building installer")
    return compile_installer(frozen, ICONS / "nnviz.ico", DIST / f"nnviz-{version()}-windows-x64.exe")


def compile_installer(folder: Path, icon: Path, target: Path) -> Path:
    """Compile the NSIS script around a program's folder; any system has makensis."""
    files = BUILD / "uninstall.nsh"
    files.parent.mkdir(parents=True, exist_ok=True)
    files.write_text("".join(f"{line}\n" for line in removal(folder)), encoding="utf-8")
    names = {"VERSION": version(), "FOLDER": folder, "FILES": files, "ICON": icon, "OUT": target}
    words = [f"-D{name}={value}" for name, value in names.items()]
    step("compile the installer", ["makensis", "-V2", "-WX", *words, WINDOWS / "nnviz.nsi"], quiet=True)
    return target


def removal(folder: Path) -> Iterator[str]:
    """Yield the lines that remove what lies in a folder, each file by its name and then the folders."""
    paths = sorted(path for path in folder.rglob("*"))
    yield from (f'Delete "{_installed(path, folder)}"' for path in paths if not path.is_dir())
    yield from (f'RMDir "{_installed(path, folder)}"' for path in reversed(paths) if path.is_dir())


def _installed(path: Path, folder: Path) -> str:
    name = PureWindowsPath(PurePosixPath(path.relative_to(folder).as_posix()))
    return "$INSTDIR\\" + str(name).replace("$", "$$")


def build_msi(frozen: Path) -> Path:
    """Build the MSI from the frozen program and return it; WiX runs on Windows only."""
    say("building .msi")
    target = DIST / f"nnviz-{version()}-windows-x64.msi"
    names = {"Version": version(), "Folder": frozen, "Icon": ICONS / "nnviz.ico"}
    words = [word for name, value in names.items() for word in ("-d", f"{name}={value}")]
    step(
        "build the .msi", ["wix", "build", "-arch", "x64", *words, "-o", target, WINDOWS / "nnviz.wxs"], quiet=True
    )
    return target

"""The installer for Windows, as far as Linux can tell: compiled around a stand-in, and tried under Wine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from prerequisites import ROOT
from windows.installer import compile_installer, removal
from windows.version_info import numbers

_KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\nnviz"
_CLASS = r"HKCU\Software\Classes\nnviz.experiment"

# A program that leaves a mark where it was started from, and ends.
_STAND_IN = """
Unicode true
Target amd64-unicode
OutFile "{out}"
SilentInstall silent
RequestExecutionLevel user
Section
  FileOpen $0 "$TEMP\\nnviz-was-here.txt" w
  FileWrite $0 "$EXEDIR"
  FileClose $0
SectionEnd
"""


def test_versions_are_four_numbers() -> None:
    assert numbers("1.2.3") == (1, 2, 3, 0)
    assert numbers("0.1.0") == (0, 1, 0, 0)


def test_uninstalling_names_files_and_takes_no_folder_that_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "_internal" / "Qt").mkdir(parents=True)
    (tmp_path / "nnviz.exe").touch()
    (tmp_path / "_internal" / "Qt" / "price in $.dll").touch()
    assert list(removal(tmp_path)) == [
        'Delete "$INSTDIR\\_internal\\Qt\\price in $$.dll"',
        'Delete "$INSTDIR\\nnviz.exe"',
        'RMDir "$INSTDIR\\_internal\\Qt"',
        'RMDir "$INSTDIR\\_internal"',
    ]


def test_the_msi_is_well_formed_and_of_the_same_program() -> None:
    names = {"w": "http://wixtoolset.org/schemas/v4/wxs"}
    package = ET.parse(ROOT / "packaging" / "windows" / "nnviz.wxs").getroot().find("w:Package", names)  # noqa: S314
    assert package is not None
    commands = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert package.attrib["Name"] in commands
    assert package.attrib["Scope"] == "perUser"


@pytest.fixture(scope="module")
def installer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installer with a stand-in for the program."""
    if not shutil.which("makensis"):
        pytest.skip("makensis is not here")
    folder = tmp_path_factory.mktemp("windows")
    program = folder / "program"
    (program / "_internal").mkdir(parents=True)
    (program / "_internal" / "data.txt").write_text("data")
    script = folder / "standin.nsi"
    script.write_text(_STAND_IN.format(out=program / "nnviz.exe"))
    subprocess.run([str(shutil.which("makensis")), "-V1", "-WX", script], check=True)
    icon = ROOT / "build" / "package" / "icons" / "nnviz.ico"
    if not icon.exists():
        pytest.skip("no icons are drawn: make package")
    return compile_installer(program, icon, folder / "nnviz-for-windows.exe")


class Wine:
    """A Windows of its own, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.environment = os.environ | {
            "WINEPREFIX": str(folder),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
            "DISPLAY": "",
        }
        self.drive = folder / "drive_c"

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [str(shutil.which("wine")), *words]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, errors="replace", check=False
        )

    def wait(self) -> None:
        """Wait until every program has ended and what they wrote is on the disk."""
        server = shutil.which("wineserver") or "/usr/lib/wine/wineserver64"
        subprocess.run([server, "-w"], env=self.environment, check=True)

    def files(self) -> set[Path]:
        return {path for path in self.drive.rglob("*") if "Temp" not in path.parts and path.suffix != ".lnk~"}

    def has_key(self, key: str) -> bool:
        return self.run("reg", "query", key).returncode == 0


@pytest.fixture(scope="module")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    if not shutil.which("wine"):
        pytest.skip("wine is not here")
    wine = Wine(tmp_path_factory.mktemp("wine") / "prefix")
    done = wine.run("wineboot", "--init")
    if done.returncode:
        pytest.skip(f"wine does not start here: {done.stderr.strip().splitlines()[-1:]}")
    wine.wait()
    yield wine
    wine.wait()


@pytest.mark.package
@pytest.mark.thorough
def test_it_installs_silently_starts_and_leaves_nothing(installer: Path, wine: Wine) -> None:
    before = wine.files()
    assert wine.run(installer, "/S").returncode == 0
    wine.wait()
    (program,) = wine.drive.rglob("Programs/nnviz/nnviz.exe")
    assert (program.parent / "_internal" / "data.txt").read_text() == "data"
    assert {path.name for path in wine.files() - before} >= {"nnviz.exe", "uninstall.exe", "nnviz.lnk"}
    assert wine.has_key(_KEY)
    assert wine.has_key(_CLASS)
    assert wine.run(program).returncode == 0
    (mark,) = wine.drive.rglob("nnviz-was-here.txt")
    assert mark.read_text().endswith("Programs\\nnviz")
    assert wine.run(installer, "/S").returncode == 0  # over itself
    assert wine.run(program.parent / "uninstall.exe", "/S").returncode == 0
    wine.wait()
    left = {path for path in wine.files() - before if path.name != "Programs"}
    assert left == set()
    assert not wine.has_key(_KEY)
    assert not wine.has_key(_CLASS)
    assert not wine.has_key(r"HKCU\Software\Classes\.toml")
    assert not wine.has_key(r"HKCU\Software\Classes\.nnviz")
    assert not wine.has_key(r"HKCU\Software\Classes\.nnlesson")

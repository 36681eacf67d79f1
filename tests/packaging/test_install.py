"""The menu's entry names the program wherever its folder lies."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINUX = Path(__file__).resolve().parents[2] / "packaging" / "linux"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="menus as Linux has them")


def unpacked(folder: Path) -> Path:
    """An archive's script and entry, unpacked in a folder."""
    (folder / "share" / "applications").mkdir(parents=True)
    shutil.copy(LINUX / "nnviz.desktop", folder / "share" / "applications")
    return Path(shutil.copy(LINUX / "install.sh", folder))


def installed(script: Path, home: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")}
    return subprocess.run(["/bin/sh", script], env=environment, capture_output=True, text=True, check=False)


def command_in(entry: Path) -> str:
    """The program that a menu starts, as the standard says: first the value's escapes, then the quotes."""
    (line,) = re.findall(r"^Exec=(.*)$", entry.read_text(), re.MULTILINE)
    value = re.sub(r"\\(.)", r"\1", line)
    quoted = re.match(r'"((?:[^"\\`$]|\\.)*)" %[fFuU]$', value)
    assert quoted, line
    return re.sub(r"\\(.)", r"\1", quoted[1]).replace("%%", "%")


@pytest.mark.parametrize(
    "name",
    ["plain", "with blank", 'q"uote', "d$ollar", "t`ick", r"back\slash", "per%cent %f", "a&b|c;d'e", "ä*[x]"],
)
def test_the_menu_starts_the_program_in_any_folder(tmp_path: Path, name: str) -> None:
    script = unpacked(tmp_path / name)
    done = installed(script, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    entry = tmp_path / "data" / "applications" / "nnviz.desktop"
    assert command_in(entry) == str(tmp_path / name / "nnviz")
    before, after = ((path.read_text().splitlines()) for path in (LINUX / "nnviz.desktop", entry))
    assert [line for line in before if "Exec" not in line] == [line for line in after if "Exec" not in line]


def test_a_line_end_in_a_name_is_refused_before_anything_is_copied(tmp_path: Path) -> None:
    done = installed(unpacked(tmp_path / "two\nlines"), tmp_path)
    assert done.returncode == 1
    assert done.stderr == "install.sh: no menu can name a folder with a line end in its name\n"
    assert not (tmp_path / "data").exists()

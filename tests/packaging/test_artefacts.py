"""What is built, looked at from outside: its size, what is in it, what its descriptions say, and built again."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import freezing
import project
import pruning
import pytest

from nnviz.licences import components

pytestmark = pytest.mark.package

ROOT = Path(__file__).resolve().parents[2]
_MOST = 47e6
_MISSING = "is not here"


def tool(name: str) -> str:
    return shutil.which(name) or pytest.skip(f"{name} {_MISSING}")


def run(*words: str | Path, **options: str | Path) -> subprocess.CompletedProcess[str]:
    folder = options.pop("cwd", None)
    environment = os.environ | {name: str(value) for name, value in options.items()}
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def tree(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the .deb installs."""
    folder = tmp_path_factory.mktemp("deb")
    assert run("dpkg-deb", "-x", deb, folder).returncode == 0
    return folder


def test_the_deb_is_small_enough(deb: Path) -> None:
    assert deb.stat().st_size <= _MOST


@pytest.mark.thorough
def test_the_archive_is_small_enough(archive: Path) -> None:
    assert archive.stat().st_size <= _MOST


def test_the_sums_are_right(dist: Path) -> None:
    lines = [line.split("  ") for line in (dist / "SHA256SUMS").read_text().splitlines()]
    assert {name for _, name in lines} == {file.name for file in dist.iterdir()} - {"SHA256SUMS"}
    assert all(hashlib.sha256((dist / name).read_bytes()).hexdigest() == digest for digest, name in lines)


def test_the_version_is_the_projects_everywhere(deb: Path, tree: Path) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert run("dpkg-deb", "-f", deb, "Version").stdout.strip() == version
    assert run(tree / "usr/lib/nnviz/nnviz", "--version").stdout == f"nnviz {version}\n"
    assert f'version="{version}"' in (tree / "usr/share/metainfo/org.nnviz.nnviz.metainfo.xml").read_text()
    manual = gzip.decompress((tree / "usr/share/man/man1/nnviz.1.gz").read_bytes()).decode()
    assert f"nnviz {version}" in manual
    assert "@" not in manual


def test_what_is_left_out_is_not_there(tree: Path) -> None:
    names = [
        path.relative_to(tree / "usr/lib/nnviz/_internal").as_posix() for path in tree.rglob("_internal/**/*")
    ]
    words = ("ssl", "sqlite", "tkinter", "libcrypto", "Qt6Network", "Qt6Qml", "Qt6Quick", "Qt6Pdf", "translations")
    assert [name for name in names if any(word in name for word in words)] == []
    system = ("libGL", "libEGL", "libX", "libxcb", "libstdc++", "libgcc_s", "libglib", "libfontconfig", "libdbus")
    theirs = re.compile(r"[\w.]+-[0-9a-f]{8}\.so")  # Pillow's wheel brings what it needs under names of its own
    assert [n for n in names if Path(n).name.startswith(system) and not theirs.match(Path(n).name)] == []


def test_no_module_of_ours_is_missing(frozen: Path) -> None:
    """What PyInstaller looked for and did not find, or left out, is never what nnviz itself begins with."""
    warnings = frozen.parents[2] / "work" / "nnviz" / "warn-nnviz.txt"
    lines = warnings.read_text(encoding="utf-8").splitlines()
    ours = [line for line in lines if re.search(r"module named '?nnviz|imported by nnviz\S* \(top-level\)", line)]
    assert ours == []


def test_a_study_runs_on_processes_of_the_frozen_program(frozen: Path, tmp_path: Path) -> None:
    study, out = tmp_path / "study.toml", tmp_path / "found.csv"
    varied = '[[vary]]\nkey = "network.hidden"\nvalues = [[2], [3]]\n'
    study.write_text(f'kind = "study"\nseeds = 2\nepochs = 5\n{varied}')
    done = run(frozen, "study", study, "--processes", "2", "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert out.read_text().count("\n") == 1 + 4


def test_nothing_names_the_machine_that_built_it(tree: Path) -> None:
    files = [path for path in tree.rglob("*") if path.is_file() and not path.is_symlink()]
    assert [str(path) for path in files if str(ROOT).encode() in path.read_bytes()] == []


def test_every_part_has_its_licence(tree: Path) -> None:
    """What lies in the program belongs to a part that is listed, and every part's text is there."""
    told = gzip.decompress((tree / "usr/share/doc/nnviz/licences.gz").read_bytes()).decode()
    listed = (tree / "usr/share/doc/nnviz/copyright").read_text()
    inside = [path for path in (tree / "usr/lib/nnviz/_internal").iterdir() if path.is_dir()]
    parts = {re.split(r"[-.\d]", path.name)[0].lower() for path in inside}
    known = {re.split(r"[- _\d]", line)[0].lower() for line in listed.splitlines() if ": " in line}
    assert {part.split("_")[0] for part in parts} - {"pil"} <= known  # Pillow's package is called PIL
    for name in (
        *("numpy", "PySide6_Essentials", "shiboken6", "Python", "pyinstaller", "msgspec"),
        *("ziamath", "ziafont", "latex2mathml", "pillow", "segno"),
    ):
        assert f"\n{name} " in f"\n{told}"
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in told
    assert "SIL OPEN FONT LICENSE" in told
    assert "Bitstream Vera" in told
    assert "GCC RUNTIME LIBRARY EXCEPTION" in told.upper()
    assert all(part.text.strip() for part in components())


def test_the_menu_entry_is_as_desktops_want_it(tree: Path) -> None:
    done = run(tool("desktop-file-validate"), tree / "usr/share/applications/nnviz.desktop")
    assert (done.returncode, done.stdout) == (0, "")


def test_the_description_is_as_software_centres_want_it(tree: Path) -> None:
    metainfo = tree / "usr/share/metainfo/org.nnviz.nnviz.metainfo.xml"
    done = run(tool("appstreamcli"), "validate", "--no-net", metainfo)
    assert done.returncode == 0, done.stdout


def test_the_man_page_has_no_slip(tree: Path) -> None:
    page = tree / "usr/share/man/man1/nnviz.1.gz"
    done = run(tool("man"), "--warnings", "-l", page, MANWIDTH="80", LC_ALL="C.UTF-8")
    assert (done.returncode, done.stderr) == (0, "")


def test_lintian_finds_no_error(deb: Path) -> None:
    done = run(tool("lintian"), "--allow-root", "--fail-on", "error", deb)
    assert done.returncode == 0, done.stdout[:3000]


def test_icons_are_of_all_sizes(tree: Path) -> None:
    sizes = {path.parts[-3] for path in (tree / "usr/share/icons/hicolor").glob("*/apps/nnviz.*")}
    assert {"16x16", "32x32", "48x48", "64x64", "128x128", "256x256", "512x512", "scalable"} <= sizes
    assert (freezing.ICONS / "nnviz.ico").read_bytes()[:4] == b"\0\0\1\0"
    assert (freezing.ICONS / "nnviz.icns").read_bytes()[:4] == b"icns"


# --- wheel and source archive


@pytest.mark.thorough
def test_the_wheel_runs_in_a_clean_environment(dist: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    pip: list[str | Path] = [python, "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = run(*pip, "--require-hashes", "-r", ROOT / "packaging" / "requirements.txt")
    assert done.returncode == 0, done.stderr
    done = run(*pip, "--no-index", next(dist.glob("*.whl")))  # what it requires must be there by now
    assert done.returncode == 0, done.stderr
    done = run(tmp_path / "venv" / "bin" / "nnviz", "--self-test", cwd=tmp_path, QT_QPA_PLATFORM="offscreen")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("passed\n")


def test_the_source_archive_builds_the_same_wheel(dist: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(next(dist.glob("*.tar.gz")), tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    build: list[str | Path] = [
        freezing.PYTHON,
        "-I",
        "-m",
        "hatchling",
        "build",
        "-t",
        "wheel",
        "-d",
        tmp_path / "dist",
    ]
    done = run(*build, cwd=source, **project.repeatable())
    assert done.returncode == 0, done.stderr
    (wheel,) = (tmp_path / "dist").iterdir()
    assert wheel.read_bytes() == (dist / wheel.name).read_bytes()


# --- built again


def copy_of_checkout(folder: Path) -> Path:
    listed = run(
        tool("git"), "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT
    ).stdout.splitlines()
    for name in listed:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.mark.thorough
def test_the_same_source_gives_the_same_deb_in_another_folder(deb: Path, tmp_path: Path) -> None:
    again = copy_of_checkout(tmp_path / "another checkout")
    words = [sys.executable, str(again / "packaging" / "package.py"), "deb"]
    done = run(*words, SOURCE_DATE_EPOCH=str(project.epoch()))
    assert done.returncode == 0, done.stderr
    other = again / "dist" / deb.name
    assert other.read_bytes() == deb.read_bytes(), differing(deb, other, tmp_path)


def differing(one: Path, other: Path, folder: Path) -> str:
    """Name the files that differ in two packages."""
    for name, file in (("one", one), ("other", other)):
        run("dpkg-deb", "-R", file, folder / name)
    return run("diff", "-rq", folder / "one", folder / "other").stdout


# --- what the pruning says


def test_a_file_is_left_out_for_one_reason_or_stays() -> None:
    plugins = "PySide6/Qt/plugins"
    here = str(Path(sys.prefix) / "lib" / "x.so")
    assert pruning.group_of((f"{plugins}/tls/libqopensslbackend.so", here, "BINARY")) == "network and TLS"
    assert pruning.group_of((f"{plugins}/platforms/libqxcb.so", here, "BINARY")) is None
    assert pruning.group_of(("libX11.so.6", "/usr/lib/x86_64-linux-gnu/libX11.so.6", "BINARY"))
    assert (
        pruning.group_of(("libpython3.11.so.1.0", "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0", "BINARY"))
        is None
    )

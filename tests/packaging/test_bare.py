"""The .deb and the portable archive in Debian systems that have never seen Python."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from linux.bare import HOME, SUITES, USER, BareSystem, make
from looking import different, is_drawn
from prerequisites import Lacking

pytestmark = pytest.mark.package

ROOT = Path(__file__).resolve().parents[2]
_LESSON = "xor-problem"
_LESSONS = 15
_EXPERIMENT = 'format = 1\n[data]\nname = "xor"\n[network]\nhidden = [3]\n'
_TYPE = "application/x-nnviz-experiment+toml"
_LESSON_TYPE = "application/x-nnviz-lesson+toml"
_LESSON_TITLE, _UNTITLED = "What one neuron cannot do", "untitled"
_CHANGED = 0.03
_FILE = "lecture one.nnviz.toml"

# What every desktop has and a bare system lacks; the archive brings what a desktop may lack.
_DESKTOP = ("libgl1", "libegl1", "libglib2.0-0", "libfontconfig1", "libdbus-1-3", "libx11-xcb1", "xkb-data")

# What knows files by their types and opens them, as a file manager does.
_FILE_TYPES = ("libglib2.0-bin", "shared-mime-info", "desktop-file-utils")


_OLDEST, *_NEWER = SUITES


@pytest.fixture(
    scope="module", params=[_OLDEST, *(pytest.param(suite, marks=pytest.mark.thorough) for suite in _NEWER)]
)
def bare(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> BareSystem:
    try:
        return make(request.param, tmp_path_factory.mktemp(request.param) / "root")
    except Lacking as failure:
        pytest.skip(str(failure))


@pytest.fixture(scope="module")
def before(bare: BareSystem) -> tuple[set[str], set[str]]:
    """The files and packages of a system where nothing is installed yet."""
    return bare.files(), bare.packages()


@pytest.fixture(scope="module")
def installed(bare: BareSystem, before: tuple[set[str], set[str]], deb: Path) -> BareSystem:
    """A system with the .deb, and only what it depends on besides."""
    assert before
    bare.install(bare.bring(deb))
    (bare.folder / "root" / deb.name).unlink()
    return bare


def write_experiment(system: BareSystem) -> str:
    bare_path = system.home / _FILE
    bare_path.write_text(_EXPERIMENT, encoding="utf-8")
    system.run("chown", USER, str(HOME / _FILE))
    return str(HOME / _FILE)


def bring_lesson(system: BareSystem, name: str) -> str:
    """A lesson as somebody's file, and what it shows beside it."""
    lessons = ROOT / "resources" / "lessons"
    shutil.copytree(lessons / "figures", system.home, dirs_exist_ok=True)
    target = system.home / f"{name}.lesson.toml"
    shutil.copy(lessons / f"{name}.toml", target)
    system.run("chown", "-R", USER, str(HOME))
    return str(HOME / target.name)


def named(pictures: Path, name: str) -> Path:
    """Where a picture of that name is left."""
    pictures.mkdir(parents=True, exist_ok=True)
    return pictures / f"{name}.png"


def number(system: BareSystem) -> str:
    """Which Debian it is."""
    return system.run("cat", "/etc/debian_version").stdout.strip()


def passed_quietly(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether it went well and complained of nothing but that nobody is logged in."""
    return done.returncode == 0 and all("XDG_RUNTIME_DIR" in line for line in done.stderr.splitlines())


def passed(done: subprocess.CompletedProcess[str], platform: str) -> bool:
    """Whether a self-test passed there, and had nothing to complain of."""
    assert passed_quietly(done), done.stdout + done.stderr
    return f" on {platform}: " in done.stdout and done.stdout.endswith("passed\n")


@contextmanager
def opened(bare: BareSystem, screen: Any, file: str) -> Iterator[None]:
    """A file opened by its type as a file manager does it; without a network."""
    words = ["sh", "-c", 'gio open "$0" && exec tail -f /dev/null', file]
    with subprocess.Popen(bare.command(words, user=USER, DISPLAY=screen.display)) as process:
        try:
            yield
        finally:
            process.kill()


def look_save_and_close(bare: BareSystem, screen: Any, picture: Path) -> None:
    """Take a step in the open window, save, and quit, all by keys; keep a picture of the screen."""
    window = screen.window(_FILE)
    moments = _FILE.replace(".toml", ".*.npz")
    for moment in bare.home.glob(moments):
        moment.unlink()
    _press_until(screen, window, ("Right", "ctrl+s"), lambda: any(bare.home.glob(moments)))
    screen.wait_for_picture(picture)
    _press_until(screen, window, ("ctrl+q",), lambda: not screen.find(_FILE))


def look_put_away_and_close(screen: Any, picture: Path) -> None:
    """See the lesson, put it away by a key, which changes the window, and quit by a key."""
    window = screen.window(_LESSON_TITLE)
    screen.wait_for_picture(picture)
    after = picture.with_name("after.png")

    def is_put_away() -> bool:
        screen.picture(after)
        return bool(screen.find(_UNTITLED)) and different(picture, after) > _CHANGED

    _press_until(screen, window, ("Page_Down", "ctrl+w"), is_put_away)
    after.unlink()
    _press_until(screen, window, ("ctrl+q",), lambda: not screen.find(_UNTITLED))


def _press_until(screen: Any, window: str, keys: tuple[str, ...], done: Any) -> None:
    def press() -> bool:
        for key in keys:
            screen.press(window, key)
        return bool(done())

    screen.until(press, f"what {keys} do")


# --- the .deb


@pytest.mark.parametrize("user", ["root", USER])
def test_the_deb_runs_with_what_it_depends_on(installed: BareSystem, screen: Any, user: str) -> None:
    assert passed(installed.run("nnviz", "--self-test", user=user, DISPLAY=screen.display), "xcb")
    assert passed(installed.run("nnviz", "--self-test", user=user, QT_QPA_PLATFORM="offscreen"), "offscreen")


@pytest.mark.parametrize("user", ["root", USER])
def test_it_plays_a_lesson(installed: BareSystem, screen: Any, pictures: Path, user: str) -> None:
    """It lists its lessons, reads one and all its formulas, and draws a page, without a screen and on one."""
    listed = installed.run("nnviz", "lessons", user=user)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert len(listed.stdout.splitlines()) >= _LESSONS
    checked = installed.run("nnviz", "lessons", "--check", bring_lesson(installed, "neuron"), user=user)
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
    assert checked.stdout.startswith("fine: ")
    for platform, words in (("offscreen", {}), ("xcb", {"DISPLAY": screen.display})):
        out = f"{'/root' if user == 'root' else HOME}/{platform}.png"
        drawing = ["nnviz", "screenshot", "--lesson", _LESSON, "--page", "1", out]
        drawn = installed.run(*drawing, user=user, QT_QPA_PLATFORM=platform, **words)
        assert passed_quietly(drawn), drawn.stderr
        picture = named(pictures, f"lesson-{number(installed)}-{user}-{platform}")
        shutil.copy(installed.folder / out.lstrip("/"), picture)
        assert is_drawn(picture)


def test_it_trains_and_saves(installed: BareSystem) -> None:
    words = ["nnviz", "train", write_experiment(installed), "--epochs", "5"]
    done = installed.run(*words, "--parameters", "out.npz", "--metrics", "out.jsonl", user=USER)
    assert done.returncode == 0, done.stderr
    assert (installed.home / "out.npz").stat().st_size > 500
    assert len((installed.home / "out.jsonl").read_text().splitlines()) == 6


def test_it_draws_its_window(installed: BareSystem, pictures: Path) -> None:
    words = ["nnviz", "screenshot", write_experiment(installed), "--epochs", "30", "window.png"]
    done = installed.run(*words, user=USER, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr
    target = named(pictures, f"deb-{number(installed)}-offscreen")
    shutil.copy(installed.home / "window.png", target)
    assert is_drawn(target)


def test_a_file_of_its_type_opens_is_saved_and_closed(installed: BareSystem, screen: Any, pictures: Path) -> None:
    installed.install(*_FILE_TYPES)
    file = write_experiment(installed)
    assert opens(installed, file, _TYPE)
    with opened(installed, screen, file):
        look_save_and_close(installed, screen, named(pictures, f"deb-{number(installed)}-xcb"))


def test_a_lesson_opens_by_its_type_and_is_put_away(installed: BareSystem, screen: Any, pictures: Path) -> None:
    installed.install(*_FILE_TYPES)
    file = bring_lesson(installed, _LESSON)
    assert opens(installed, file, _LESSON_TYPE)
    with opened(installed, screen, file):
        look_put_away_and_close(screen, named(pictures, f"deb-{number(installed)}-lesson-xcb"))


def opens(system: BareSystem, file: str, kind: str) -> bool:
    """Whether the system takes a file for one of that type, which nnviz opens."""
    told = system.run("gio", "info", "-a", "standard::content-type", file, user=USER).stdout
    return kind in told and "nnviz.desktop" in system.run("gio", "mime", kind, user=USER).stdout


def test_its_man_page_and_licences_are_there(installed: BareSystem) -> None:
    for file in ("man/man1/nnviz.1.gz", "doc/nnviz/copyright", "doc/nnviz/licences.gz"):
        assert (installed.folder / "usr" / "share" / file).is_file()


def test_removed_it_leaves_no_file_and_no_package(
    installed: BareSystem, before: tuple[set[str], set[str]]
) -> None:
    installed.apt("purge", "--autoremove", "nnviz", *_FILE_TYPES)
    files, packages = before
    assert installed.packages() - packages == set()
    assert installed.files() - files == set()


# --- the portable archive


@pytest.fixture(scope="module")
def unpacked(bare: BareSystem, archive: Path) -> str:
    """The archive in a user's home, in a system that has what every desktop has; its folder there."""
    bare.install(*_DESKTOP, *_FILE_TYPES)
    (bare.home / "my programs").mkdir()
    shutil.unpack_archive(archive, bare.home / "my programs", filter="tar")
    (folder,) = (bare.home / "my programs").iterdir()
    bare.run("chown", "-R", USER, str(HOME))
    return f"/{folder.relative_to(bare.folder)}"


@pytest.mark.thorough
@pytest.mark.parametrize("user", ["root", USER])
def test_the_archive_runs_where_it_lies(bare: BareSystem, unpacked: str, screen: Any, user: str) -> None:
    program = f"{unpacked}/nnviz"
    assert passed(bare.run(program, "--self-test", user=user, DISPLAY=screen.display), "xcb")
    assert passed(bare.run(program, "--self-test", user=user, QT_QPA_PLATFORM="offscreen"), "offscreen")


@pytest.mark.thorough
def test_the_archive_installs_for_one_user_and_goes_again(
    bare: BareSystem, unpacked: str, screen: Any, pictures: Path
) -> None:
    homely = files_at_home(bare)
    done = bare.run(f"{unpacked}/install.sh", user=USER)
    assert (done.returncode, done.stderr) == (0, "")
    assert bare.run(str(HOME / ".local/bin/nnviz"), "--version", user=USER).stdout.startswith("nnviz ")
    assert "nnviz.desktop" in bare.run("gio", "mime", _TYPE, user=USER).stdout
    with opened(bare, screen, write_experiment(bare)):
        look_save_and_close(bare, screen, named(pictures, f"archive-{number(bare)}-xcb"))
    with opened(bare, screen, bring_lesson(bare, _LESSON)):
        look_put_away_and_close(screen, named(pictures, f"archive-{number(bare)}-lesson-xcb"))
    done = bare.run(f"{unpacked}/install.sh", "remove", user=USER)
    assert (done.returncode, done.stderr) == (0, "")
    assert {name for name in files_at_home(bare) - homely if "/.local/" in name and "/nnviz/" not in name} == set()


def files_at_home(bare: BareSystem) -> set[str]:
    """The files in the user's home."""
    return {str(path) for path in bare.home.rglob("*") if not path.is_dir()}

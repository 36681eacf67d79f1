"""The two commands: what they install, when they install it, and how they fail."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
RUN_LOCK = ROOT / "packaging" / "requirements.txt"
DEV_LOCK = ROOT / "packaging" / "requirements-dev.txt"
PACKAGE_LOCK = ROOT / "packaging" / "requirements-package.txt"
LOCKS = [RUN_LOCK, DEV_LOCK, PACKAGE_LOCK]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}
ENVIRONMENTS = [(python, platform) for python in PYTHONS for platform in SYSTEMS]


def entries(lock: Path) -> list[str]:
    """Return a lock's requirements, each with its hashes on one line, without comments."""
    lines = [line for line in lock.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    return [entry for entry in "\n".join(lines).replace("\\\n", " ").split("\n") if entry.strip()]


def pins(lock: Path, python: str, platform: str) -> dict[str, str]:
    """Return the version of each package that a lock gives one Python on one system."""
    where = {"python_version": python, "python_full_version": f"{python}.1", "sys_platform": platform}
    where |= {"platform_system": SYSTEMS[platform], "platform_python_implementation": "CPython"}
    chosen = [Requirement(entry.split("--hash")[0]) for entry in entries(lock)]
    chosen = [pin for pin in chosen if pin.marker is None or pin.marker.evaluate(where)]
    versions: dict[str, str] = {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in chosen
    }
    assert len(versions) == len(chosen), "two versions of one package in one environment"
    return versions


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def asked_for(lock: Path) -> list[str]:
    """Return the requirements in pyproject.toml that a lock is to meet."""
    words = project()
    asked: list[str] = list(words["project"]["dependencies"])
    if lock != RUN_LOCK:
        group = "dev" if lock == DEV_LOCK else "package"
        asked += words["dependency-groups"][group] + words["build-system"]["requires"]
    return asked


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{path.stem}_under_test", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextlib.contextmanager
def loaded(checkout: Path) -> Iterator[Any]:
    """A checkout's develop.py, leaving neither its neighbours nor its folder behind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [*sys.path])
        yield load(checkout / "packaging" / "develop.py")
        for neighbour in ("prerequisites", "extras", "locking"):
            sys.modules.pop(neighbour)


@pytest.fixture
def develop() -> Iterator[Any]:
    with loaded(ROOT) as module:
        yield module


@pytest.fixture
def prerequisites(develop: Any) -> Any:
    assert develop
    return sys.modules["prerequisites"]


def copy_of_set_up(folder: Path) -> Path:
    """A checkout with nothing but what set-up itself is made of, in a folder with an awkward name."""
    checkout = folder / "a ü 'checkout'"
    shutil.copytree(ROOT / "packaging", checkout / "packaging", ignore=shutil.ignore_patterns("__pycache__"))
    return checkout


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Any]:
    """develop.py of another checkout."""
    with loaded(copy_of_set_up(tmp_path)) as module:
        yield module


def call(checkout: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a checkout's develop.py as a user does, with pip kept off the network."""
    command = [sys.executable, str(checkout / "packaging" / "develop.py"), *words]
    env = os.environ | {"PIP_NO_INDEX": "1", "PYTHONUTF8": "1"} | variables
    return subprocess.run(command, env=env, capture_output=True, text=True, encoding="utf-8", check=False)


# --- the locks


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_requirement_is_pinned_and_hashed(lock: Path) -> None:
    form = re.compile(r"[a-z0-9-]+==[0-9][\w.]*( ; [^-][^#]*?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")
    assert len(entries(lock)) > 9
    assert [entry[:60] for entry in entries(lock) if not form.fullmatch(entry)] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_lock_names_a_host_or_a_machines_path(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "make lock" in text.split("==")[0], "the header says how it is made"
    assert re.findall(r"\S*(?:://|--index|--extra-index|--find-links|--trusted|\s/\w|file:)\S*", text) == []
    assert set(re.findall(r"\S+/\S+", text)) <= {"packaging/requirements.txt"}


@pytest.mark.parametrize("name", ["numpy", "contourpy", "msgspec"])
def test_hashes_are_of_every_systems_wheels(name: str) -> None:
    hashes = [entry.count("--hash") for entry in entries(RUN_LOCK) if entry.startswith(f"{name}==")]
    assert hashes
    assert min(hashes) > 30


@pytest.mark.parametrize(("python", "platform"), ENVIRONMENTS)
@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_what_the_project_asks_for_is_locked_and_fits(lock: Path, python: str, platform: str) -> None:
    locked = pins(lock, python, platform)
    asked = [Requirement(words) for words in asked_for(lock)]
    asked = [want for want in asked if not want.marker or want.marker.evaluate({"python_version": python})]
    assert len(asked) >= 6
    misfits = [
        str(want) for want in asked if not want.specifier.contains(locked.get(canonicalize_name(want.name), "0"))
    ]
    assert misfits == []


@pytest.mark.parametrize("platform", SYSTEMS)
def test_python_3_11_is_spared_the_qt_that_aborts_on_it(platform: str) -> None:
    for package in ("pyside6-essentials", "shiboken6"):
        assert pins(RUN_LOCK, "3.11", platform)[package].startswith("6.11.")


@pytest.mark.parametrize(("python", "platform"), ENVIRONMENTS)
@pytest.mark.parametrize("lock", [DEV_LOCK, PACKAGE_LOCK], ids=lambda lock: lock.name)
def test_the_other_locks_hold_the_run_time_one(lock: Path, python: str, platform: str) -> None:
    assert pins(RUN_LOCK, python, platform).items() < pins(lock, python, platform).items()


# --- what the system lacks


def test_only_libraries_that_do_not_load_are_missing(prerequisites: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prerequisites, "has_font", lambda: True)
    known = {"linux": "libc.so.6", "darwin": "libSystem.dylib", "win32": "kernel32"}[sys.platform]
    libraries = {"libinvented.so.7": "libinvented7", known: "libc6", "libimaginary.so.1": "libimaginary1"}
    assert prerequisites.missing_packages(libraries) == ["libinvented7", "libimaginary1"]


def test_a_font_is_looked_for_in_folders_within(
    prerequisites: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(prerequisites, "FONT_FOLDERS", (tmp_path / "absent", tmp_path))
    monkeypatch.setattr(prerequisites.shutil, "which", lambda _: None)
    assert prerequisites.missing_packages({}) == [prerequisites.FONT_PACKAGE]
    (tmp_path / "truetype").mkdir()
    (tmp_path / "truetype" / "fonts.dir").touch()
    assert not prerequisites.has_font()
    (tmp_path / "truetype" / "Letters.TTF").touch()
    assert prerequisites.missing_packages({}) == []


def test_a_window_on_x_needs_more_than_no_window(prerequisites: Any) -> None:
    offscreen = prerequisites.libraries_for("offscreen")
    assert "libEGL.so.1" in offscreen
    assert offscreen.items() < prerequisites.libraries_for("").items()
    assert "libxcb-cursor.so.0" in prerequisites.libraries_for("xcb")


@pytest.fixture
def apt(prerequisites: Any, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A Debian system and its administrator; what apt was told. It knows packages only after an update."""
    told: list[list[str]] = []

    def step(_: str, command: list[str], **__: Any) -> None:
        told.append(command)
        if "install" in command and not any("update" in earlier for earlier in told):
            raise prerequisites.Failure("E: Unable to locate package")

    monkeypatch.setattr(prerequisites.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(prerequisites, "administrator", lambda _: ["sudo", "-n"])
    monkeypatch.setattr(prerequisites, "allow", lambda _: None)
    monkeypatch.setattr(prerequisites, "step", step)
    return told


def test_apt_updates_its_lists_only_when_it_must(prerequisites: Any, apt: list[list[str]]) -> None:
    prerequisites.install_packages(["libgl1", "libegl1"])
    assert ["install" in command for command in apt] == [True, False, True]
    prerequisites.install_packages(["libdbus-1-3"])
    assert len(apt) == 4
    assert all(command[:4] == ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"] for command in apt)
    assert "--no-install-recommends" in apt[-1]
    assert "-y" in apt[-1]


@pytest.mark.usefixtures("apt")
def test_without_an_administrator_the_packages_are_named(
    prerequisites: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prerequisites, "administrator", lambda _: None)
    with pytest.raises(prerequisites.Failure, match="sudo apt-get install libgl1 libegl1"):
        prerequisites.install_packages(["libgl1", "libegl1"])


_AT_A_TERMINAL = """
import os, pty, sys
import prerequisites as p
p.os.geteuid = lambda: 1000
p.shutil.which = lambda program: f"/usr/bin/{program}"
asked, said = pty.openpty()
os.write(asked, sys.argv[1].encode())
sys.stdin = os.fdopen(said, "r", closefd=False)
sys.stderr = os.fdopen(said, "w", closefd=False)
print(p.administrator("libgl1"))
sys.stderr.write("THE END")
sys.stderr.flush()
shown = ""
while "THE END" not in shown:  # the system hands on what was written a little later
    shown += os.read(asked, 1000).decode()
print(shown.count("[Y/n]"))
"""


@pytest.mark.skipif(os.name != "posix", reason="terminals and sudo as POSIX has them")
@pytest.mark.parametrize(
    ("typed", "yes", "prefix", "questions"),
    [
        ("\n", "", "['sudo']", 1),
        ("y\n", "", "['sudo']", 1),
        ("n\n", "", "None", 1),
        ("\x04", "", "None", 1),
        ("n\n", "1", "['sudo']", 0),
    ],
)
def test_at_a_terminal_it_asks_once_before_it_uses_sudo(typed: str, yes: str, prefix: str, questions: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _AT_A_TERMINAL, typed],
        cwd=ROOT / "packaging",
        env=os.environ | {"YES": yes},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines() == [prefix, str(questions)]


@pytest.mark.skipif(os.name != "posix", reason="users and sudo as POSIX has them")
@pytest.mark.parametrize(
    ("user", "yes", "prefix"), [(0, "", []), (1000, "", None), (1000, "1", ["sudo", "-n"]), (0, "1", [])]
)
def test_without_a_terminal_nobody_is_asked(
    prerequisites: Any, monkeypatch: pytest.MonkeyPatch, user: int, yes: str, prefix: list[str] | None
) -> None:
    monkeypatch.setattr(prerequisites.os, "geteuid", lambda: user)
    monkeypatch.setattr(prerequisites.shutil, "which", lambda program: program)
    monkeypatch.setattr(prerequisites, "at_terminal", lambda: False)
    monkeypatch.setattr(prerequisites, "agrees", lambda _: pytest.fail("there is nobody to ask"))
    monkeypatch.setenv("YES", yes)
    assert prerequisites.administrator("libgl1") == prefix


def test_without_apt_the_packages_are_named(prerequisites: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prerequisites.shutil, "which", lambda _: None)
    with pytest.raises(prerequisites.Failure, match="libgl1"):
        prerequisites.install_packages(["libgl1"])


def test_what_apt_cannot_get_is_lacking(prerequisites: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def step(*_: Any, **__: Any) -> None:
        raise prerequisites.Failure("E: Unable to fetch some archives")

    monkeypatch.setattr(prerequisites.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(prerequisites, "administrator", lambda _: [])
    monkeypatch.setattr(prerequisites, "step", step)
    with pytest.raises(prerequisites.Lacking, match="Unable to fetch"):
        prerequisites.install_packages(["libgl1"])


@pytest.mark.parametrize(
    ("words", "built", "code"),
    [(["--brief"], 3, 0), (["--brief"], 1, 1), ([], 3, 3), (["--brief"], 0, 7), (["-x"], 0, 7)],
)
def test_packages_that_cannot_be_built_here_fail_only_the_whole_proof(
    develop: Any, monkeypatch: pytest.MonkeyPatch, words: list[str], built: int, code: int
) -> None:
    """Briefly, what is lacking is skipped; a build that fails fails."""
    kinds: list[list[str]] = []
    pytests: list[list[str]] = []

    def ship(_: str, asked: list[str]) -> int:
        kinds.append(asked)
        return built

    def offscreen(asked: list[str]) -> int:
        pytests.append(asked)
        return 7

    proving = SimpleNamespace(BRIEF="--brief", set_up_tools=lambda **_: None)
    monkeypatch.setitem(sys.modules, "proving", proving)
    monkeypatch.setattr(develop, "ship", ship)
    monkeypatch.setattr(develop, "offscreen", offscreen)
    assert develop.package_test(words) == code
    brief = "--brief" in words
    assert kinds == [["deb"] if brief else []]
    marked = "package and not thorough" if brief else "package"
    rest = [] if brief else words
    assert pytests == ([] if built else [["-m", "pytest", "-m", marked, "tests/packaging", *rest]])


def test_a_python_without_ensurepip_asks_for_its_own_package(
    develop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(develop.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)
    monkeypatch.setattr(develop, "install_packages", asked.append)
    monkeypatch.setattr(develop, "step", lambda *_: None)
    monkeypatch.setattr(develop, "site_packages", lambda: Path("site"))
    assert develop.create_venv() == Path("site")
    assert asked == [[f"python3.{sys.version_info.minor}-venv"]]


# --- Python and the caller's environment


@pytest.mark.parametrize("version", [(3, 7, 16), (3, 10, 99), (2, 7)])
def test_an_old_python_is_refused(prerequisites: Any, version: tuple[int, ...]) -> None:
    with pytest.raises(prerequisites.Failure, match=r"needs Python 3\.11 or newer, but \S+ is [23]\.\d+$"):
        prerequisites.require_python(version)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 11), (3, 12, 1), (4, 0)])
def test_a_newer_python_is_taken(prerequisites: Any, version: tuple[int, ...]) -> None:
    prerequisites.require_python(version)


def test_the_floor_is_the_projects(prerequisites: Any) -> None:
    oldest = ".".join(map(str, prerequisites.OLDEST_PYTHON))
    assert project()["project"]["requires-python"] == f">={oldest}"


def test_the_callers_environment_misleads_nobody(prerequisites: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("QT_QPA_PLATFORM", "minimal")
    made = prerequisites.environment(QT_QPA_PLATFORM="offscreen", ELSE_UNSET="1")
    assert not {"PYTHONPATH", "PIP_TARGET"} & made.keys()
    assert (made["QT_QPA_PLATFORM"], made["ELSE_UNSET"]) == ("minimal", "1")


@pytest.mark.parametrize(
    ("errors", "line"),
    [
        ("WARNING: slow\nERROR: No matching distribution\n\nhint: look\n", "ERROR: No matching distribution"),
        ("E: Unable to locate package x\nE: second\n", "E: Unable to locate package x"),
        ("Traceback\n  File x\nOSError: disk full\n", "OSError: disk full"),
        ("\n", "exit code 9"),
    ],
)
def test_a_failed_step_is_told_in_its_best_line(prerequisites: Any, errors: str, line: str) -> None:
    assert prerequisites.gist(errors, 9) == line


# --- when something is installed


def test_the_stamp_follows_the_lock_and_the_place(elsewhere: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = elsewhere.stamp_of(elsewhere.RUN_LOCK)
    assert before == elsewhere.stamp_of(elsewhere.RUN_LOCK)
    assert before != elsewhere.stamp_of(elsewhere.DEV_LOCK)
    with elsewhere.RUN_LOCK.open("a") as lock:
        lock.write("# changed\n")
    changed = elsewhere.stamp_of(elsewhere.RUN_LOCK)
    monkeypatch.setattr(elsewhere, "ROOT", elsewhere.ROOT / "moved")
    assert len({before, changed, elsewhere.stamp_of(elsewhere.RUN_LOCK)}) == 3


def test_the_developers_packages_do_for_running_but_not_the_reverse(elsewhere: Any) -> None:
    elsewhere.VENV.mkdir()
    assert not elsewhere.is_installed(elsewhere.RUN_LOCK)
    elsewhere.STAMP.write_text(elsewhere.stamp_of(elsewhere.DEV_LOCK))
    assert elsewhere.is_installed(elsewhere.RUN_LOCK)
    assert elsewhere.is_installed(elsewhere.DEV_LOCK)
    elsewhere.STAMP.write_text(elsewhere.stamp_of(elsewhere.RUN_LOCK))
    assert elsewhere.is_installed(elsewhere.RUN_LOCK)
    assert not elsewhere.is_installed(elsewhere.DEV_LOCK)


def test_the_stamp_is_gone_while_installing_and_written_last(
    elsewhere: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere.VENV.mkdir()
    elsewhere.STAMP.write_text("an older lock")

    def interrupted(*_: Any) -> None:
        assert not elsewhere.STAMP.exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(elsewhere, "step", interrupted)
    with pytest.raises(KeyboardInterrupt):
        elsewhere.install(elsewhere.RUN_LOCK, tmp_path)
    assert not elsewhere.is_installed(elsewhere.RUN_LOCK)
    monkeypatch.setattr(elsewhere, "step", lambda *_: None)
    elsewhere.install(elsewhere.RUN_LOCK, tmp_path)
    assert elsewhere.is_installed(elsewhere.RUN_LOCK)


def test_what_was_half_installed_is_installed_again(develop: Any, tmp_path: Path) -> None:
    whole, half = tmp_path / "whole-1.0.dist-info", tmp_path / "half-1.0.dist-info"
    for folder in (whole, half):
        folder.mkdir()
        (folder / "METADATA").touch()
        (folder / "RECORD").touch()
    (whole / "INSTALLER").touch()
    develop.forget_half_installed(tmp_path)
    assert (whole.exists(), half.exists()) == (True, False)


# --- the commands, as they are typed


@pytest.mark.parametrize("words", [["bogus"], [], ["check", "surplus"], ["setup", "surplus"]])
def test_an_unknown_command_is_told_in_one_line(words: list[str]) -> None:
    done = call(ROOT, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"nnviz: .+ see: develop\.py help\n", done.stderr)


def test_help_names_every_command(develop: Any) -> None:
    done = call(ROOT, "help")
    listed = re.findall(r"^  ([\w-]+) ", done.stdout, re.MULTILINE)
    assert sorted(listed) == sorted([*develop.WITH_ARGUMENTS, *develop.WITHOUT])
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another checkout, with a real .venv, locks that hold nothing, and a stand-in for nnviz."""
    checkout = copy_of_set_up(tmp_path_factory.mktemp("set_up"))
    (checkout / "packaging" / "requirements.txt").write_text("# nothing\n")
    (checkout / "packaging" / "requirements-dev.txt").write_text("# nothing besides\n")
    (checkout / "nnviz").mkdir()
    (checkout / "nnviz" / "__main__.py").write_text("import sys; print(*sys.argv[1:]); sys.exit(7)\n")
    with loaded(checkout) as develop:
        develop.create_venv()
    return checkout


def test_run_finds_nnviz_from_any_folder_and_passes_its_exit_code_on(
    set_up: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "another"
    (folder / "nnviz").mkdir(parents=True)
    (folder / "nnviz" / "__main__.py").write_text("raise SystemExit('the wrong one')\n")
    monkeypatch.chdir(folder)
    misleading = {"PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1", "PIP_TARGET": str(folder), "PIP_USER": "1"}
    for said in ("nnviz: installing requirements.txt\n", ""):  # the second call has nothing to set up
        done = call(set_up, "run", "file.toml", "--fast", QT_QPA_PLATFORM="offscreen", **misleading)
        assert (done.returncode, done.stderr) == (7, "")
        assert done.stdout.startswith(said)
        assert done.stdout.endswith("file.toml --fast\n")
        assert ("installing" in done.stdout) == bool(said)


def test_a_requirement_that_cannot_be_had_is_told_in_one_line(set_up: Path) -> None:
    lock = set_up / "packaging" / "requirements.txt"
    lock.write_text(f"numpy==2.4.6 --hash=sha256:{'0' * 64}\n")
    done = call(set_up, "run", PIP_FIND_LINKS="", PIP_EXTRA_INDEX_URL="")
    assert done.returncode == 1
    assert re.fullmatch(r"nnviz: could not install requirements\.txt: ERROR: .+\n", done.stderr)


def test_check_runs_every_check_and_names_those_that_failed(
    develop: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    def python(words: list[str], *_: Any) -> int:
        ran.append(" ".join(words))
        return int("mypy" in words or "format" in words)

    monkeypatch.setattr(develop, "set_up_python", lambda _: None)
    monkeypatch.setattr(develop, "python", python)
    assert develop.main(["check"]) == 1
    assert ran[:3] == ["-m ruff check", "-m ruff format --check", "-m mypy"]
    assert "lint_imports" in ran[3]
    assert capfd.readouterr().err == "nnviz: failed: ruff format --check, mypy\n"


def test_only_benchmarks_need_what_nnviz_is_measured_beside() -> None:
    groups = project()["dependency-groups"]
    rivals = {Requirement(line) for group in ("bench", "exports", "tables") for line in groups[group]}
    assert all(str(rival.specifier).startswith("==") for rival in rivals)  # else figures cannot be compared
    for platform in SYSTEMS:
        assert not {canonicalize_name(rival.name) for rival in rivals} & pins(DEV_LOCK, "3.12", platform).keys()


def test_bench_installs_what_is_missing_and_passes_words_on(develop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[list[str]] = []
    ran: list[tuple[list[str], dict[str, str]]] = []
    extras = sys.modules["extras"]
    monkeypatch.setattr(develop, "set_up_python", lambda _: None)
    monkeypatch.setattr(develop, "set_up_system", lambda _: None)
    monkeypatch.setattr(develop, "python", lambda words, _, **defaults: ran.append((words, defaults)))
    monkeypatch.setattr(extras, "step", lambda _, command: told.append([str(word) for word in command]))
    monkeypatch.setattr(develop, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(extras, "pins", lambda _: [f"pytest=={pytest.__version__}"])
    develop.bench(["--rounds", "3"])
    assert told == []
    monkeypatch.setattr(extras, "pins", lambda _: ["pytest==0.1", "invented==1.0"])
    develop.bench(["train"])
    assert told[0][-2:] == ["pytest==0.1", "invented==1.0"]
    assert [words[1:] for words, _ in ran] == [["--rounds", "3"], ["train"]]
    assert all(defaults["OMP_NUM_THREADS"] == "1" for _, defaults in ran)


def test_an_interruption_is_told_in_one_line(
    develop: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(develop.WITH_ARGUMENTS, "run", interrupted)
    assert develop.main(["run"]) == 1
    assert re.fullmatch(r"nnviz: interrupted.+\n", capfd.readouterr().err)


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
def test_a_program_that_a_signal_ends_gives_the_shells_exit_code(
    develop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(develop, "PYTHON", Path(sys.executable))
    assert develop.python(["-c", "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"]) == 128 + 15


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such bit")
def test_continuous_integration_checks_tests_and_packages_and_nothing_else() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    first, *lines = [line for line in script.read_text().splitlines() if line]
    assert first == "#!/usr/bin/env bash"
    assert lines == [
        "set -euo pipefail",
        'cd "$(dirname "${BASH_SOURCE[0]}")/.."',
        "make check",
        "make test",
        "make package-test ARGS=--brief",
    ]


@pytest.mark.skipif(not shutil.which("make"), reason="make is not here")
@pytest.mark.parametrize(
    "target",
    ["run", "test", "test-exports", "stress", "check", "setup", "lock", "screenshots", "package", "package-test"],
)
def test_each_make_target_is_one_call(target: str) -> None:
    words = "" if target in {"check", "setup"} else "a.toml 'b c'"
    command = ["make", "--no-print-directory", "--dry-run", target, f"ARGS={words}", "PYTHON=python3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["python3", "packaging/develop.py", target, *words.split()]


def test_uv_asks_for_nothing_that_tables_come_with() -> None:
    """Otherwise `uv sync` finds that what their programs need fits together with nothing."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    known = {entry["name"] for entry in project["tool"]["uv"]["dependency-metadata"] if not entry["requires-dist"]}
    assert known == {Requirement(pin).name for pin in project["dependency-groups"]["tables"]}

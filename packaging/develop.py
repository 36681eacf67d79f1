"""Sets up whatever is missing, then runs, tests or checks nnviz: `python3 packaging/develop.py help`.

Only the standard library, for it runs before anything is installed. Set-up asks one question at most, whether it
may install system packages with sudo, does nothing when there is nothing to do, and takes up an interrupted one
where it stopped.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # PYTHONSAFEPATH leaves it out
from extras import ALL, ONE_THREAD, RIVALS, set_up_extras
from locking import DEV_LOCK, RUN_LOCK, compile_locks
from prerequisites import (
    LACKING,
    OLDEST_PYTHON,
    QT_LIBRARIES,
    ROOT,
    WINDOW_LIBRARIES,
    Failure,
    environment,
    install_packages,
    libraries_for,
    require_python,
    say,
    set_up_system,
    step,
)

VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "nnviz-lock.sha256"

# Answers in bytes, for a path need not be printable. Fails when .venv is too old or its pip half installed.
WHERE_IS_SITE_PACKAGES = f"""
import os, sys, sysconfig
from importlib.metadata import distribution
if sys.version_info < {OLDEST_PYTHON} or not distribution("pip").read_text("INSTALLER"):
    sys.exit(1)
sys.stdout.buffer.write(os.fsencode(sysconfig.get_path("purelib")))
"""

PIP_INSTALL = ["-I", "-m", "pip", "install", "--no-input", "--no-user", "--disable-pip-version-check"]

CHECKS = {
    "ruff check": ["-m", "ruff", "check"],
    "ruff format --check": ["-m", "ruff", "format", "--check"],
    "mypy": ["-m", "mypy"],
    "lint-imports": ["-c", "from importlinter.cli import lint_imports_command as lint; lint()"],
}

USAGE = """usage: python3 packaging/develop.py COMMAND

  run [ARGS...]          start nnviz
  test [ARGS...]         run the tests; ARGS go to pytest, paths count from the checkout
  test-exports [ARGS...] run the tests that need scikit-learn, PyTorch and others, which it installs
  stress [ARGS...]       try random inputs by the ten thousand; ARGS go to pytest
  check                  ruff, mypy and import-linter
  docs [ARGS...]         make the site of the pages in docs/, into build/docs/site
  screenshots [ARGS...]  draw the pictures into build/screenshots
  bench [ARGS...]        measure nnviz beside scikit-learn and PyTorch, into build/bench.json
  package [KIND...]      build what a lecturer installs, into dist/
  package-test [ARGS...] build it, and try it in bare Debian systems; ARGS go to pytest, --brief: the .deb only
  release VERSION        set the version, tag it, and build all with SHA-256 sums
  setup                  install all that run, test and check need
  lock [ARGS...]         pin the newest requirements that fit; --upgrade moves those already pinned"""


def site_packages() -> Path | None:
    """Return where .venv keeps its packages, None if there is no working .venv."""
    try:
        done = subprocess.run([PYTHON, "-I", "-c", WHERE_IS_SITE_PACKAGES], capture_output=True, check=False)
    except OSError:
        return None
    return Path(os.fsdecode(done.stdout)) if done.returncode == 0 else None


def create_venv() -> Path:
    """Make .venv anew and return where it keeps its packages."""
    if not all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        install_packages([f"python3.{sys.version_info.minor}-venv"])
    say("making .venv")
    step("make .venv", [sys.executable, "-I", "-m", "venv", "--clear", VENV])
    site = site_packages()
    if site is None:
        raise Failure("could not make .venv: its Python does not start")
    return site


def stamp_of(lock: Path) -> str:
    """Return what the stamp says once a lock is installed for this checkout, at this place."""
    return hashlib.sha256(lock.read_bytes() + os.fsencode(ROOT)).hexdigest()


def is_installed(lock: Path) -> bool:
    """Tell whether .venv holds a lock's packages; the developers' lock holds the run-time ones too."""
    stamp = STAMP.read_text(encoding="ascii", errors="replace") if STAMP.is_file() else ""
    return stamp in {stamp_of(lock), stamp_of(DEV_LOCK)}


def forget_half_installed(site: Path) -> None:
    """Make pip install again what an interruption cut short: INSTALLER is what it writes last of a package."""
    for folder in site.glob("*.dist-info"):
        if not (folder / "INSTALLER").exists():
            shutil.rmtree(folder)


def install(lock: Path, site: Path) -> None:
    """Install a lock and make the checkout importable; the stamp comes last, so a cut is noticed."""
    say(f"installing {lock.name}")
    STAMP.unlink(missing_ok=True)
    forget_half_installed(site)
    step(f"install {lock.name}", [PYTHON, *PIP_INSTALL, "--only-binary=:all:", "--require-hashes", "-r", lock])
    # As code, escaped: a plain line is read in the locale's encoding, which need not know the path's letters.
    (site / "nnviz-checkout.pth").write_text(f"import sys; sys.path.append({str(ROOT)!a})\n", encoding="ascii")
    STAMP.write_text(stamp_of(lock), encoding="ascii")


def set_up_python(lock: Path) -> None:
    """Bring .venv to where it holds a lock's packages and finds nnviz."""
    site = site_packages() or create_venv()
    if not is_installed(lock):
        install(lock, site)


def python(words: list[str], folder: Path | None = None, **defaults: str) -> int:
    """Run .venv's Python and return its exit code, as a shell would give it."""
    with subprocess.Popen([str(PYTHON), *words], cwd=folder, env=environment(**defaults)) as program:
        while True:
            with contextlib.suppress(KeyboardInterrupt):  # the program got it too, and decides
                code = program.wait()
                return code if code >= 0 else 128 - code


def run(words: list[str]) -> int:
    """Start nnviz, in the caller's folder; -P: no file lying there stands in for a module."""
    set_up_python(RUN_LOCK)
    set_up_system(libraries_for(os.environ.get("QT_QPA_PLATFORM", "")))
    return python(["-P", "-m", "nnviz", *words])


def offscreen(words: list[str], **defaults: str) -> int:
    """Run a developer's program in the checkout, without a screen unless the caller names one."""
    set_up_python(DEV_LOCK)
    set_up_system(QT_LIBRARIES)
    return python(words, ROOT, QT_QPA_PLATFORM="offscreen", **defaults)


def test(words: list[str]) -> int:
    """Run the tests, on every core; bytecode is kept, for they start the program a hundred times."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    return offscreen(["-m", "pytest", "-n", "auto", "--dist", "loadfile", *words])


def test_exports(words: list[str]) -> int:
    """Run the tests that need what other programs make of exports, or tables that come with them."""
    set_up_python(DEV_LOCK)
    set_up_extras(PYTHON, PIP_INSTALL, *ALL)
    return offscreen(["-m", "pytest", "-m", "extras", *words])


def stress(words: list[str]) -> int:
    """Try what tests/stress tries many times as often, and lessons at all sizes, and say what came of it."""
    visits = [f"tests/window/{name}.py" for name in ("test_labels", "test_lecture")]
    return offscreen(["-m", "pytest", "-n", "auto", "-rP", "tests/stress", *visits, *words], NNVIZ_STRESS="24000")


def screenshots(words: list[str]) -> int:
    """Draw the pictures."""
    return offscreen(["tests/screenshots.py", *words])


def bench(words: list[str]) -> int:
    """Measure how fast nnviz is, on one thread each."""
    set_up_python(DEV_LOCK)
    set_up_extras(PYTHON, PIP_INSTALL, RIVALS)
    set_up_system(QT_LIBRARIES | WINDOW_LIBRARIES)
    return python(["tests/benchmarks/run.py", *words], ROOT, **ONE_THREAD)


def check() -> int:
    """Run every check, also after one that failed."""
    set_up_python(DEV_LOCK)
    failed = []
    for name, words in CHECKS.items():
        say(name)
        if python(words, ROOT):
            failed.append(name)
    if failed:
        raise Failure(f"failed: {', '.join(failed)}")
    return 0


def setup() -> int:
    """Install all there is to install."""
    set_up_python(DEV_LOCK)
    set_up_system(QT_LIBRARIES | WINDOW_LIBRARIES)
    return 0


def lock(words: list[str]) -> int:
    """Pin the requirements of whoever runs nnviz, develops it, or builds its installers."""
    if site_packages() is None:
        create_venv()
    step("install uv", [PYTHON, *PIP_INSTALL, "uv"])
    compile_locks(PYTHON, words)
    return 0


def ship(script: str, words: list[str]) -> int:
    """Run a script that builds installers; it sets up an environment of its own."""
    return subprocess.call([sys.executable, ROOT / "packaging" / script, *words], env=environment())


def package_test(words: list[str]) -> int:
    """Build it, and try it where nobody has seen Python; briefly, the .deb alone, if it can be built."""
    from proving import BRIEF, set_up_tools  # noqa: PLC0415 - no other command needs it

    brief = BRIEF in words
    set_up_tools(brief=brief)
    code = ship("package.py", ["deb"] if brief else [])
    if brief and code == LACKING:
        say("the packages are not tried here, for they cannot be built: see the line above")
        return 0
    marked = "package and not thorough" if brief else "package"
    asked = [word for word in words if word != BRIEF]
    return code or offscreen(["-m", "pytest", "-m", marked, "tests/packaging", *asked])


WITH_ARGUMENTS = {
    "run": run,
    "test": test,
    "test-exports": test_exports,
    "stress": stress,
    "screenshots": screenshots,
    "bench": bench,
    "lock": lock,
}
WITH_ARGUMENTS |= {"package": partial(ship, "package.py"), "release": partial(ship, "release.py")}
WITH_ARGUMENTS |= {"docs": partial(ship, "documentation.py"), "package-test": package_test}
WITHOUT = {"check": check, "setup": setup}


def carry_out(words: list[str]) -> int:
    """Do what the command line says and return the exit code."""
    name, rest = (words[0], words[1:]) if words else ("", [])
    if name in {"help", "--help", "-h"}:
        print(USAGE)
        return 0
    if name in WITH_ARGUMENTS:
        return WITH_ARGUMENTS[name](rest)
    if name in WITHOUT and not rest:
        return WITHOUT[name]()
    print(f"nnviz: cannot do {' '.join(words) or 'nothing'!r}; see: develop.py help", file=sys.stderr)
    return 2


def main(words: list[str]) -> int:
    """Carry out a command; every failure is one line."""
    try:
        require_python(sys.version_info[:3])
        return carry_out(words)
    except (Failure, OSError) as failure:
        told = str(failure)
    except KeyboardInterrupt:
        told = "interrupted; the next call takes up the set-up where it stopped"
    print(f"nnviz: {told}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Builds what a lecturer installs: `python3 packaging/package.py [KIND...]`, kinds as named by `--help`.

Only the standard library, for it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # PYTHONSAFEPATH leaves it out
from freezing import build_command_line, build_licences, build_wheel, freeze, set_up_builder
from linux.archive import build_archive
from linux.deb import build_deb
from macos.dmg import build_dmg
from prerequisites import LACKING, Failure, Lacking, require_python
from project import BUILD, DIST, repeatable, version
from windows.installer import build_installer, build_msi

Build = Callable[[Path], Path]

KINDS: dict[str, dict[str, Build]] = {
    "linux": {"deb": build_deb, "archive": build_archive},
    "win32": {"installer": build_installer, "msi": build_msi},
    "darwin": {"dmg": build_dmg},
}
"""What can be built from the frozen program, by system."""

SUMS = DIST / "SHA256SUMS"


def artefacts() -> list[Path]:
    """Return what has been built of this version."""
    files = DIST.glob(f"nnviz*[-_]{version()}*") if DIST.is_dir() else ()
    return sorted(file for file in files if file.is_file())


def write_sums() -> list[str]:
    """Write the SHA-256 sums of all that has been built, as sha256sum reads them, and return the lines."""
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" for file in artefacts()]
    SUMS.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return lines


def package(kinds: list[str]) -> None:
    """Build wheel and source archive, the frozen program, and these kinds from it."""
    os.environ.update(repeatable())
    shutil.rmtree(DIST, ignore_errors=True)
    BUILD.mkdir(parents=True, exist_ok=True)
    set_up_builder()
    wheel = build_wheel()
    if kinds:
        frozen = freeze(wheel)
        build_licences()
        build_command_line()
    for kind in kinds:
        KINDS[sys.platform][kind](frozen)
    write_sums()
    for file in artefacts():
        print(f"{file.stat().st_size / 1e6:6.1f} MB  {file.relative_to(DIST.parent)}")


def arguments(words: list[str]) -> list[str]:
    """Return the kinds that the command line asks for; all of this system's if it names none."""
    kinds = list(KINDS.get(sys.platform, {}))
    parser = argparse.ArgumentParser(prog="package.py", description="Build what a lecturer installs, into dist/.")
    parser.add_argument("kind", nargs="*", metavar="KIND", help=f"wheel, {', '.join(kinds)}; all without any")
    asked: list[str] = parser.parse_args(words).kind
    if unknown := set(asked) - {*kinds, "wheel"}:
        parser.error(f"cannot build {', '.join(sorted(unknown))} here; allowed: wheel, {', '.join(kinds)}")
    return [kind for kind in asked if kind != "wheel"] if asked else kinds


def main(words: list[str]) -> int:
    """Build; every failure is one line."""
    try:
        require_python(sys.version_info[:3])
        package(arguments(words))
    except (Failure, OSError) as failure:
        print(f"nnviz: {failure}", file=sys.stderr)
        return LACKING if isinstance(failure, Lacking) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The locks: what is installed, pinned with hashes, for every system and Python at once.

Only the standard library and uv, which is called by its Python.
"""

from __future__ import annotations

from pathlib import Path

from prerequisites import OLDEST_PYTHON, ROOT, step

RUN_LOCK = ROOT / "packaging" / "requirements.txt"
DEV_LOCK = ROOT / "packaging" / "requirements-dev.txt"
PACKAGE_LOCK = ROOT / "packaging" / "requirements-package.txt"
DOCS_LOCK = ROOT / "packaging" / "requirements-docs.txt"

_PROJECT = "pyproject.toml"
_COMPILE = ["-I", "-m", "uv", "pip", "compile", "--no-config", "--universal", "--generate-hashes"]
_COMPILE += ["--python-version", ".".join(map(str, OLDEST_PYTHON)), "--custom-compile-command", "make lock"]


def compile_locks(python: Path, words: list[str]) -> None:
    """Pin what runs nnviz, and with the wheel's builder what developers, installers and the site need besides."""
    import tomllib  # noqa: PLC0415 - an older Python lacks it and must live to be told so

    builders = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    _compile(python, RUN_LOCK, [_PROJECT, *words])
    _compile(python, DOCS_LOCK, ["--group", "docs", *words])
    for target, group in ((DEV_LOCK, "dev"), (PACKAGE_LOCK, "package")):
        besides = [_PROJECT, "--group", group, "-c", RUN_LOCK.relative_to(ROOT).as_posix(), "-"]
        _compile(python, target, [*besides, *words], given="\n".join(builders))


def _compile(python: Path, target: Path, words: list[str], given: str = "") -> None:
    """Pin what the words name and what is `given`; paths are relative, for uv writes them down."""
    output = ["-o", target.relative_to(ROOT).as_posix()]
    step(f"pin {target.name}", [python, *_COMPILE, *output, *words], given=given, quiet=True)

"""What every installer says of nnviz, from pyproject.toml alone, and where things are built.

Only the standard library, for it runs before anything is installed.
"""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from prerequisites import ROOT

BUILD = ROOT / "build" / "package"
DIST = ROOT / "dist"
PACKAGING = ROOT / "packaging"

_NEVER = 946_684_800
"""An epoch for a source that has none: the first second of 2000, which ZIP can hold too."""


@cache
def project() -> dict[str, Any]:
    """Return what pyproject.toml says of the project."""
    import tomllib  # noqa: PLC0415 - an older Python lacks it and must live to be told so

    words: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return words


def version() -> str:
    """Return which nnviz is built."""
    return str(project()["version"])


def homepage() -> str:
    """Return the address that installers name; nnviz itself never asks it."""
    return str(project()["urls"]["Homepage"])


def maintainer() -> str:
    """Return who answers for the packages."""
    who = project()["authors"][0]
    return f"{who['name']} <{who['email']}>"


@cache
def epoch() -> int:
    """Return the time that everything built is dated with: the caller's, else that of the last commit."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    told = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    return int(told) if told else _NEVER


def date(form: str) -> str:
    """Return that time in words."""
    return datetime.fromtimestamp(epoch(), UTC).strftime(form)


def repeatable() -> dict[str, str]:
    """Return the environment in which the same source gives the same bytes."""
    return {"SOURCE_DATE_EPOCH": str(epoch()), "PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def fill(template: Path, target: Path, **words: str) -> Path:
    """Write a template with its @WORDS@ replaced, the version among them."""
    text = template.read_text(encoding="utf-8")
    told = {"VERSION": version(), "DATE": date("%Y-%m-%d"), "HOMEPAGE": homepage(), "MAINTAINER": maintainer()}
    for word, value in (told | {name.upper(): value for name, value in words.items()}).items():
        text = text.replace(f"@{word}@", value)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target

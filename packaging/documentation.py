"""Makes the site of the pages in docs/: `python3 packaging/documentation.py`, in an environment of its own.

Only the standard library, for it makes that environment. A link that leads nowhere fails.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # PYTHONSAFEPATH leaves it out
from locking import DOCS_LOCK
from prerequisites import ROOT, Failure, require_python, say, step

BUILD = ROOT / "build" / "docs"
VENV = BUILD / "venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "nnviz-lock"
CONFIG = ROOT / "packaging" / "site" / "mkdocs.yml"
SITE = BUILD / "site"


def set_up() -> None:
    """Make the environment, unless it is there and holds what the lock says."""
    wanted = sys.version + DOCS_LOCK.read_text(encoding="utf-8")
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    say(f"installing {DOCS_LOCK.name}")
    step("make an environment", [sys.executable, "-I", "-m", "venv", "--clear", VENV])
    quiet = ["--no-input", "--no-user", "--disable-pip-version-check", "-q"]
    pinned: list[str | Path] = ["--only-binary=:all:", "--require-hashes", "-r", DOCS_LOCK]
    step(f"install {DOCS_LOCK.name}", [PYTHON, "-I", "-m", "pip", "install", *quiet, *pinned])
    STAMP.write_text(wanted, encoding="utf-8")


def main(words: list[str]) -> int:
    """Build; every failure is one line."""
    try:
        require_python(sys.version_info[:3])
        set_up()
        os.environ["DISABLE_MKDOCS_2_WARNING"] = "true"  # of its makers to each other
        step("build the site", [PYTHON, "-m", "mkdocs", "build", "--strict", "--config-file", CONFIG, *words])
    except (Failure, OSError) as failure:
        print(f"nnviz: {failure}", file=sys.stderr)
        return 1
    print(SITE / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

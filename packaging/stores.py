"""Tells stores of a release: `python3 packaging/stores.py ADDRESS`, where the files in dist/ can be downloaded.

It fills the templates in packaging/stores into dist/stores: Homebrew's cask, the manifests of winget and Flatpak.
Only the standard library.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # PYTHONSAFEPATH leaves it out
from prerequisites import Failure, require_python
from project import DIST, PACKAGING, fill, project, version

TEMPLATES = PACKAGING / "stores"

ARTEFACTS = {
    "archive_amd64": "nnviz-{}-linux-amd64.tar.xz",
    "archive_arm64": "nnviz-{}-linux-arm64.tar.xz",
    "dmg_arm64": "nnviz-{}-macos-arm64.dmg",
    "dmg_x86_64": "nnviz-{}-macos-x86_64.dmg",
    "installer": "nnviz-{}-windows-x64.exe",
}
"""The files that stores hand on, by the word of the templates that stands for their sum."""


def sums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 sum of every file that a store hands on; all of them must be there."""
    files = {word: folder / name.format(version()) for word, name in ARTEFACTS.items()}
    if lacking := [file.name for file in files.values() if not file.is_file()]:
        raise Failure(f"{folder}: has no {', '.join(lacking)}")
    return {word: hashlib.sha256(file.read_bytes()).hexdigest() for word, file in files.items()}


def tell(address: str, folder: Path = DIST) -> list[Path]:
    """Fill every template into a folder of its own beside the files, and return what was written."""
    if not re.fullmatch(r"https://[^\s@]+", address):
        raise Failure(
            f"{address or 'no address'}: cannot be downloaded from; allowed: one that begins with https://"
        )
    words = {"address": address.rstrip("/"), "summary": str(project()["description"]), **sums(folder)}
    return [fill(template, folder / "stores" / template.name, **words) for template in sorted(TEMPLATES.iterdir())]


def main(words: list[str]) -> int:
    """Tell the stores; every failure is one line."""
    try:
        require_python(sys.version_info[:3])
        for file in tell(words[0] if len(words) == 1 else ""):
            print(file)
    except (Failure, OSError) as failure:
        print(f"nnviz: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

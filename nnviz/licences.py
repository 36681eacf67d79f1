"""What comes along with nnviz, and under which licences: the packages that it needs, Python and Qt."""

import platform
import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from nnviz.paths import resource
from nnviz.version import DISTRIBUTION

_TEXT = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)
_BRIEF = 80
_QT = ("LGPL-3.0", ("qt.txt", "qt-third-party.txt"))
_KEPT = {
    "PySide6_Essentials": _QT,
    "shiboken6": _QT,
    "latex2mathml": ("MIT, its table of symbols LPPL-1.3c", ("latex2mathml.txt",)),
    "ziafont": ("MIT, its DejaVu Sans Bitstream-Vera", ("dejavu.txt",)),
    "ziamath": ("MIT, its STIX Two Math OFL-1.1", ("stix-two-math.txt",)),
}
"""Packages that come without all of their licences: which these are, and where nnviz keeps the texts."""


class Component(NamedTuple):
    """A part that others made.

    Attributes
    ----------
    licence : str
        Its name.
    text : str
        All of it.
    """

    name: str
    version: str
    licence: str
    text: str


def components() -> list[Component]:
    """Every part, nnviz itself the first; in a checkout that is not installed, Python alone."""
    names = sorted(_names(), key=lambda name: (name != DISTRIBUTION, name.lower()))
    return [*(_component(metadata.distribution(name)) for name in names), _python()]


def listed() -> str:
    """Every part on a line."""
    return "".join(f"{part.name} {part.version}: {part.licence}\n" for part in components())


def told() -> str:
    """All licences, one after the other."""
    return "\n\n".join(f"{part.name} {part.version}\n{'=' * 72}\n\n{part.text.strip()}\n" for part in components())


def _names() -> set[str]:
    """nnviz, what it requires and what that requires, as far as it is here; and the loader of a frozen build."""
    found = {name for name in (DISTRIBUTION, "pyinstaller") if _is_here(name)}
    waiting = [DISTRIBUTION]
    while waiting:
        new = {name for name in _requirements(waiting.pop()) if _is_here(name)} - found
        found |= new
        waiting.extend(new)
    return found


def _requirements(name: str) -> Iterator[str]:
    for words in (metadata.requires(name) if _is_here(name) else None) or ():
        if "extra ==" not in words:
            yield re.split(r"[^\w.-]", words, maxsplit=1)[0].replace("-", "_")


def _is_here(name: str) -> bool:
    return any(True for _ in metadata.distributions(name=name))


def _component(package: metadata.Distribution) -> Component:
    licence, files = _KEPT.get(package.name, (None, ()))
    kept = (resource("licences", file).read_text(encoding="utf-8") for file in files)
    return Component(
        package.name, package.version, licence or _licence(package), "\n\n".join([*_texts(package), *kept])
    )


def _licence(package: metadata.Distribution) -> str:
    """A package's licence by name: said as an expression, in a few words, or as a classifier."""
    told = package.metadata
    words = [word for key in ("License-Expression", "License") for word in told.get_all(key, [])]
    kinds = [line.split(" :: ")[-1] for line in told.get_all("Classifier", []) if line.startswith("License")]
    return next((word for word in [*words, *kinds] if len(word) < _BRIEF), "see its text")


def _texts(package: metadata.Distribution) -> Iterator[str]:
    """The texts that lie in a package's own folder of metadata."""
    for file in sorted(package.files or []):
        path = Path(str(package.locate_file(file)))
        if file.parts[0].endswith(".dist-info") and _TEXT.search(file.name) and path.is_file():
            yield path.read_text(encoding="utf-8", errors="replace")


def _python() -> Component:
    text = resource("licences", "python.txt").read_text(encoding="utf-8")
    return Component("Python", platform.python_version(), "PSF-2.0", text)

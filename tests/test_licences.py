"""The licences of what comes along: none is forgotten, none is without its text."""

import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from nnviz import licences
from nnviz.version import DISTRIBUTION

_ROOT = Path(__file__).resolve().parents[1]


def test_python_is_always_told_of() -> None:
    assert licences.components()[-1].name == "Python"
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in licences.told().upper()


def test_every_requirement_has_a_name_a_version_and_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an installed program, where nnviz is a package too."""
    asked = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    monkeypatch.setattr(licences, "_requirements", lambda name: _asked(name, asked))
    parts = {part.name.lower().replace("-", "_"): part for part in licences.components()}
    assert {"numpy", "pyside6_essentials", "shiboken6", "contourpy", "msgspec"} <= parts.keys()
    assert {"ziamath", "ziafont", "latex2mathml"} <= parts.keys()
    assert all(part.version and part.licence and len(part.text) > 500 for part in parts.values())
    assert "LESSER GENERAL PUBLIC LICENSE" in parts["pyside6_essentials"].text
    assert "SIL OPEN FONT LICENSE" in parts["ziamath"].text
    assert "Bitstream Vera" in parts["ziafont"].text
    assert "LaTeX Project Public License" in parts["latex2mathml"].text


def _asked(name: str, ours: list[str]) -> set[str]:
    words = ours if name == DISTRIBUTION else metadata.requires(name) or []
    names = {
        word.split(">")[0].split("=")[0].split(";")[0].split("<")[0].strip()
        for word in words
        if "extra" not in word
    }
    return {name.replace("-", "_") for name in names}

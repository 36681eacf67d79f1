"""The version, from the package's metadata, or in a checkout from pyproject.toml."""

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def _version() -> str:
    project = Path(__file__).resolve().parents[1] / "pyproject.toml"
    try:
        return version("nnviz")
    except PackageNotFoundError:
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])


VERSION = _version()

"""The version, from the package's metadata, or in a checkout from pyproject.toml."""

import tomllib
from functools import cache
from pathlib import Path

DISTRIBUTION = "nnviz-lecture"
"""What pip calls it: 'nnviz' is another program there."""


@cache
def version() -> str:
    """Which nnviz this is."""
    from importlib import metadata  # noqa: PLC0415 - a tenth of a second that a start can do without

    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        project = Path(__file__).resolve().parents[1] / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])

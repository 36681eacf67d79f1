"""Where files are: what nnviz ships."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Path of a shipped file: beside the package in a wheel or frozen build, one level up in a checkout."""
    inside = _PACKAGE / "resources"
    root = inside if inside.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)


def documentation() -> Path:
    """Folder of the pages to read: among what is shipped, or in a checkout beside it."""
    shipped = resource("docs")
    return shipped if shipped.is_dir() else _PACKAGE.parent / "docs"

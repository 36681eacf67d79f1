"""What is to be opened, from the command line."""

from pathlib import Path


def place(text: str) -> Path | str:
    """A file; a link stays text, for a path would lose its slashes."""
    return text if text.lower().startswith(("http://", "https://")) else Path(text)
